# atelier::version: `#include "version.h"`, with the project's version and the commit it was built from. The header is
# looked after at build time and rewritten only when the commit changes, so few files should include it.
set(version_dir "${CMAKE_BINARY_DIR}/generated")
add_custom_target(atelier_version_header
    COMMAND "${CMAKE_COMMAND}" -DSOURCE_DIR=${CMAKE_SOURCE_DIR} -DOUTPUT=${version_dir}/version.h
            -DVERSION=${PROJECT_VERSION} -P "${CMAKE_SOURCE_DIR}/cmake/write_version.cmake"
    BYPRODUCTS "${version_dir}/version.h"
    COMMENT "version.h")
add_library(atelier_version INTERFACE)
add_library(atelier::version ALIAS atelier_version)
target_include_directories(atelier_version INTERFACE "${version_dir}")
add_dependencies(atelier_version atelier_version_header)
