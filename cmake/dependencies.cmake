# Every library from outside, as dep::<name>. Nothing else in the project calls find_package or pkg_check_modules.
# All come from the distribution (scripts/bootstrap installs them); Drogon may come from bootstrap's cached prefix.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

function(atelier_dependency name)
    add_library(dep_${name} INTERFACE)
    add_library(dep::${name} ALIAS dep_${name})
    # Imported targets hand their include directories on as system ones: no warnings from foreign headers.
    target_link_libraries(dep_${name} INTERFACE ${ARGN})
endfunction()

function(atelier_pkg_dependency name module)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
    atelier_dependency(${name} PkgConfig::${name})
endfunction()

if(DEFINED ENV{ATELIER_CACHE})
    set(atelier_cache "$ENV{ATELIER_CACHE}")
else()
    set(atelier_cache "$ENV{HOME}/.cache/atelier")
endif()
file(GLOB drogon_prefixes LIST_DIRECTORIES true "${atelier_cache}/drogon-*")
list(SORT drogon_prefixes COMPARE NATURAL ORDER DESCENDING)
list(PREPEND CMAKE_PREFIX_PATH ${drogon_prefixes})

find_package(Drogon 1.9 QUIET)
if(NOT Drogon_FOUND)
    message(FATAL_ERROR "Drogon not found: run scripts/bootstrap build")
endif()
# Drogon puts find modules of its own in front; the one for SQLite hides CMake's, which SQLiteCpp needs.
set(CMAKE_MODULE_PATH "${CMAKE_SOURCE_DIR}/cmake")
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(boost_json REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(valijson REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(mimalloc REQUIRED)

atelier_dependency(drogon Drogon::Drogon)
atelier_dependency(fmt fmt::fmt)
atelier_dependency(spdlog spdlog::spdlog)
atelier_dependency(boost_json Boost::json)
atelier_dependency(sqlitecpp SQLiteCpp)
atelier_dependency(openssl OpenSSL::SSL OpenSSL::Crypto)
atelier_dependency(curl CURL::libcurl)
atelier_dependency(zlib ZLIB::ZLIB)
atelier_dependency(yaml yaml-cpp)
atelier_dependency(valijson valijson)
atelier_dependency(cli11 CLI11::CLI11)
atelier_dependency(prometheus prometheus-cpp::core)
# Nothing refers to it by name: it takes malloc's place by being linked.
atelier_dependency(mimalloc -Wl,--push-state,--no-as-needed mimalloc -Wl,--pop-state)
atelier_pkg_dependency(vips vips-cpp)
atelier_pkg_dependency(sodium libsodium)
atelier_pkg_dependency(toml tomlplusplus)
atelier_pkg_dependency(jwt libjwt)
atelier_pkg_dependency(mongoc libmongoc-1.0)
atelier_pkg_dependency(hiredis hiredis)
# Its -D_FILE_OFFSET_BITS=64 changes nothing on 64 bits, but keeps precompiled headers from being used.
set_property(TARGET PkgConfig::hiredis PROPERTY INTERFACE_COMPILE_OPTIONS "")
# One module name per line would lose libbrotlicommon, which both need.
pkg_check_modules(brotli REQUIRED IMPORTED_TARGET GLOBAL libbrotlienc libbrotlidec)
atelier_dependency(brotli PkgConfig::brotli)

# OpenCV by module and by hand: its CMake package sits in libopencv-dev, which brings GDAL, MPI and MySQL along.
add_library(dep_opencv_imported INTERFACE IMPORTED)
find_path(OPENCV_INCLUDE_DIR opencv2/objdetect.hpp PATH_SUFFIXES opencv4 REQUIRED)
target_include_directories(dep_opencv_imported INTERFACE "${OPENCV_INCLUDE_DIR}")
foreach(module core imgproc objdetect dnn)
    find_library(OPENCV_${module}_LIBRARY opencv_${module} REQUIRED)
    target_link_libraries(dep_opencv_imported INTERFACE "${OPENCV_${module}_LIBRARY}")
endforeach()
atelier_dependency(opencv dep_opencv_imported)

# Only tests and benchmarks need these two: without them the rest still builds.
find_package(GTest QUIET)
find_package(benchmark QUIET)
