# atelier_options: what every target of the project is compiled with. Precompiled headers are shared between targets,
# so flags that differ per target do not belong here nor in any CMakeLists.txt.
option(ATELIER_PCH "Precompile the common headers" ON)
option(ATELIER_FUZZ "Build libFuzzer targets (needs clang)" OFF)
set(ATELIER_SANITIZE "" CACHE STRING "Sanitizers for everything, as -fsanitize= takes them")

add_library(atelier_options INTERFACE)
target_compile_options(atelier_options INTERFACE
    -pthread
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
    -Werror=switch -Werror=return-type -Werror=unused-result
    -Wno-missing-field-initializers # named initializers leave fields at their defaults on purpose
    -fno-plt
    -Wno-subobject-linkage) # a source read through another one has an anonymous namespace all the same
target_link_options(atelier_options INTERFACE -pthread)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # ccache needs the first; the second is gcc 12's false alarm about std::variant and std::optional.
    target_compile_options(atelier_options INTERFACE -fpch-preprocess -Wno-maybe-uninitialized)
    # The compiler collects its garbage above 900 MB, not above 130: a seventh of its time.
    target_compile_options(atelier_options INTERFACE "SHELL:--param ggc-min-heapsize=900000")
endif()

if(ATELIER_SANITIZE)
    target_compile_options(atelier_options INTERFACE
        -fsanitize=${ATELIER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(atelier_options INTERFACE -fsanitize=${ATELIER_SANITIZE})
else()
    target_compile_options(atelier_options INTERFACE
        -fstack-protector-strong $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
endif()
if(ATELIER_SANITIZE OR CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_definitions(atelier_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()
if(ATELIER_FUZZ)
    target_compile_options(atelier_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
