#pragma once

#include <string>
#include <string_view>

#include "domain/error.h"

namespace atelier::bullmq {

/// One of BullMQ's scripts as its npm package carries it.
struct ScriptSource {
    std::string name;  ///< "addStandardJob"
    int arity = 0;     ///< how many keys it takes
    std::string lua;
};

/// Reads dist/cjs/scripts/<name>-<arity>.js of the package. The text is what Node sends, to the
/// byte, so its SHA-1 is Node's, too. Errors: Internal (not such a file; a text with escapes, which
/// would not be verbatim).
Result<ScriptSource> readScript(std::string_view javascript);

}  // namespace atelier::bullmq
