# How everything is compiled and linked. Included before any target exists.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Only executables obey this: the program is build/<preset>/atelier. Tests and benchmarks choose their own folders.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug" FORCE)
endif()
# What the program calls most (SQLite, OpenSSL, libvips, the kernel) is not compiled here. Of -O2 it needs what removes
# the layers of templates and what makes loops over pixels fast; the rest is a third of the build's time
# (docs/performance.md).
# -g1: function names and lines for stack traces, at a fraction of the size of full debug information.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    string(CONCAT CMAKE_CXX_FLAGS_RELEASE
        "-O1 -finline-small-functions -findirect-inlining -fpartial-inlining -fdevirtualize "
        "-foptimize-sibling-calls -fstrict-aliasing -ftree-vectorize -g1 -DNDEBUG")
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
    # The sloppiness lets ccache serve translation units that use a precompiled header; the base directory and
    # hash_dir let two build folders of one tree share results.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()

# One compiler per processor: more are no faster, and each takes up to a gigabyte.
cmake_host_system_information(RESULT processors QUERY NUMBER_OF_LOGICAL_CORES)
set_property(GLOBAL PROPERTY JOB_POOLS compilers=${processors})
set(CMAKE_JOB_POOL_COMPILE compilers)

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
    add_link_options(-fuse-ld=mold)
endif()
