# One room of the house: globs thaw/<room>, routes *_test.cpp into <room>_test.
#   thaw_library(room [PURE] [NEEDS room...] [LIBS target...] [FIRST file...])
# PURE rooms hold no exception, clock, thread or file; the compiler refuses the first,
# tools/check_layers.py and tools/check_purity.py the rest. FIRST files take the compiler minutes
# and are begun with: else a build ends with one processor that waits for the other.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
option(THAW_TESTS "build the tests" ON)
set(THAW_SANITIZE "" CACHE STRING "sanitizers, e.g. address,undefined")

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
pkg_check_modules(SECP256K1 REQUIRED IMPORTED_TARGET libsecp256k1)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
# The archive: as a shared library RocksDB calls a function for each counter of a thread, several
# for each row (docs/performance_lessons.md).
find_library(ROCKSDB_ARCHIVE librocksdb.a REQUIRED)
add_library(rocksdb INTERFACE)
target_link_libraries(rocksdb INTERFACE ${ROCKSDB_ARCHIVE} snappy z bz2 lz4 zstd)
# Its CRC-32C uses the processor's instruction only when it is compiled for that very processor, and
# Debian's is not: thaw/node/crc32c.cpp takes its place (docs/adr/0052-crc32c.md).
target_link_options(rocksdb INTERFACE LINKER:--wrap=_ZN7rocksdb6crc32c6ExtendEjPKcm)
find_library(JEMALLOC_ARCHIVE libjemalloc.a REQUIRED)  # docs/adr/0047-jemalloc.md
if(THAW_TESTS)
    find_package(GTest REQUIRED)
    enable_testing()
    include(GoogleTest)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(thaw_flags INTERFACE)
target_include_directories(thaw_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(thaw_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers -Werror -fno-strict-aliasing)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(thaw_flags INTERFACE
        -Wno-gnu-statement-expression -Wno-unused-lambda-capture)
endif()
if(THAW_SANITIZE)
    target_compile_options(thaw_flags INTERFACE -fsanitize=${THAW_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(thaw_flags INTERFACE -fsanitize=${THAW_SANITIZE})
else()  # sanitizers bring a heap of their own
    target_link_libraries(thaw_flags INTERFACE ${JEMALLOC_ARCHIVE} Threads::Threads)
endif()

function(thaw_library room)
    cmake_parse_arguments(ARG "PURE" "" "NEEDS;LIBS;FIRST" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/thaw/${room}/*.cpp)
    set(tests ${sources})
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
    list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
    list(TRANSFORM ARG_FIRST PREPEND ${CMAKE_SOURCE_DIR}/thaw/${room}/)
    list(PREPEND sources ${ARG_FIRST})
    list(REMOVE_DUPLICATES sources)
    list(TRANSFORM ARG_NEEDS PREPEND "thaw_")
    if(sources)
        add_library(thaw_${room} STATIC ${sources})
        target_link_libraries(thaw_${room} PUBLIC thaw_flags ${ARG_NEEDS} ${ARG_LIBS})
        if(ARG_PURE)
            target_compile_options(thaw_${room} PRIVATE -fno-exceptions -fno-rtti)
        endif()
    else()
        add_library(thaw_${room} INTERFACE)
        target_link_libraries(thaw_${room} INTERFACE thaw_flags ${ARG_NEEDS} ${ARG_LIBS})
    endif()
    if(EXISTS ${CMAKE_SOURCE_DIR}/thaw/${room}/main.cpp)
        add_executable(thaw_program ${CMAKE_SOURCE_DIR}/thaw/${room}/main.cpp)
        set_target_properties(thaw_program PROPERTIES
            OUTPUT_NAME thaw RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
        target_link_libraries(thaw_program PRIVATE thaw_${room})
    endif()
    if(tests AND THAW_TESTS)
        add_executable(${room}_test ${tests})
        target_link_libraries(${room}_test PRIVATE thaw_${room} GTest::gtest_main)
        gtest_discover_tests(${room}_test DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600)
    endif()
endfunction()
