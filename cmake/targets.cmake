# The five kinds of targets of the project. Each takes SOURCES and DEPS (handed on to who links it); a library also
# takes PRIVATE_DEPS (seen by its own sources only).
#
#   atelier_library(util SOURCES time.cc DEPS dep::fmt PRIVATE_DEPS dep::sodium)   → atelier::util
#   atelier_program(atelier SOURCES main.cc DEPS atelier::app)                     → build/<preset>/atelier
#   atelier_test(util_test SOURCES time_test.cc DEPS atelier::util)                → build/<preset>/tests/util_test
#   atelier_bench(encode_bench SOURCES encode_bench.cc DEPS atelier::imaging)      → build/<preset>/bench/encode_bench
#   atelier_fuzz(fuzz_json SOURCES fuzz_json.cc DEPS atelier::http)                → build/fuzz/fuzz/fuzz_json
#
# Tests and benchmarks are built by the targets atelier_tests and atelier_benches, not by "all".
add_custom_target(atelier_tests)
add_custom_target(atelier_benches)

# Sixteen sources in one translation unit read the same headers and compile the same templates once: a third of the
# time of a clean build. What is changed every minute is faster alone, hence the preset debug. Names in anonymous
# namespaces meet here, so they say what they are of.
option(ATELIER_UNITY "Compile the sources of a library sixteen at a time" ON)

# Compiled once, used by every target: all share the flags of atelier_options.
if(ATELIER_PCH)
    file(WRITE "${CMAKE_BINARY_DIR}/generated/pch.cc" "")
    add_library(atelier_pch STATIC "${CMAKE_BINARY_DIR}/generated/pch.cc")
    target_link_libraries(atelier_pch PRIVATE atelier_options dep::drogon dep::fmt dep::boost_json)
    target_precompile_headers(atelier_pch PRIVATE "${CMAKE_SOURCE_DIR}/cmake/pch.h")
endif()

function(atelier_common target)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ${ATELIER_UNITY} UNITY_BUILD_BATCH_SIZE 16)
    target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(${target} PRIVATE atelier_options dep::fmt dep::boost_json)
    if(ATELIER_PCH)
        target_precompile_headers(${target} REUSE_FROM atelier_pch)
    endif()
endfunction()

function(atelier_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPS;PRIVATE_DEPS")
    set(target atelier_${name})
    if(arg_SOURCES)
        add_library(${target} STATIC ${arg_SOURCES})
        atelier_common(${target})
        target_link_libraries(${target} PUBLIC ${arg_DEPS} PRIVATE ${arg_PRIVATE_DEPS})
    else() # headers only
        add_library(${target} INTERFACE)
        target_include_directories(${target} INTERFACE "${CMAKE_SOURCE_DIR}/src")
        target_link_libraries(${target} INTERFACE ${arg_DEPS})
    endif()
    add_library(atelier::${name} ALIAS ${target})
endfunction()

function(atelier_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPS")
    add_executable(${name} ${arg_SOURCES})
    atelier_common(${name})
    target_link_libraries(${name} PRIVATE ${arg_DEPS})
endfunction()

# A program that only developers run: build/<preset>/<folder>/<name>, not part of "all".
function(atelier_executable name folder)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;DEPS")
    add_executable(${name} EXCLUDE_FROM_ALL ${arg_SOURCES})
    atelier_common(${name})
    target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}" "${CMAKE_SOURCE_DIR}/tests")
    target_compile_definitions(${name} PRIVATE ATELIER_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE ${arg_DEPS})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/${folder}")
endfunction()

function(atelier_test name)
    if(NOT TARGET GTest::gmock_main)
        return()
    endif()
    atelier_executable(${name} tests ${ARGN})
    target_link_libraries(${name} PRIVATE GTest::gmock_main)
    add_dependencies(atelier_tests ${name})
    set_property(GLOBAL APPEND PROPERTY ATELIER_TESTS ${name})
endfunction()

function(atelier_bench name)
    if(NOT TARGET benchmark::benchmark_main)
        return()
    endif()
    atelier_executable(${name} bench ${ARGN})
    target_link_libraries(${name} PRIVATE benchmark::benchmark_main)
    add_dependencies(atelier_benches ${name})
endfunction()

function(atelier_fuzz name)
    if(NOT ATELIER_FUZZ)
        return()
    endif()
    atelier_executable(${name} fuzz ${ARGN})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(atelier_tests ${name})
endfunction()

# Called last. Writes the list that scripts/run_tests runs: one executable per line.
function(atelier_finish)
    get_property(tests GLOBAL PROPERTY ATELIER_TESTS)
    set(lines "")
    foreach(test IN LISTS tests)
        string(APPEND lines "$<TARGET_FILE:${test}>\n")
    endforeach()
    file(GENERATE OUTPUT "${CMAKE_BINARY_DIR}/tests/manifest.txt" CONTENT "${lines}")
endfunction()
