# Script of the target atelier_version_header: writes OUTPUT from VERSION and the git commit of SOURCE_DIR.
execute_process(COMMAND git -C "${SOURCE_DIR}" describe --always --dirty --abbrev=12 --exclude=*
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
    set(commit unknown)
endif()
set(text "#pragma once

#include <string_view>

namespace atelier {

inline constexpr std::string_view kVersion = \"${VERSION}\";
/// Git commit of the build, \"-dirty\" appended when the tree had changes, \"unknown\" outside git.
inline constexpr std::string_view kCommit = \"${commit}\";

}  // namespace atelier
")
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "${text}" @ONLY)
