# SPDX-License-Identifier: Apache-2.0
find_package(GTest REQUIRED)

add_library(lunet_options INTERFACE)
target_compile_features(lunet_options INTERFACE cxx_std_20)
target_compile_options(
  lunet_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -fno-strict-aliasing
                          # clang, of the standard library that belongs to GCC 12
                          $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
target_include_directories(lunet_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
# cmake/fmt.cpp has what version 9 needs.
find_package(fmt 9...<10 REQUIRED)
find_package(Threads REQUIRED)
# Its code is compiled in (fmt.cpp), so that no libfmt.so is loaded.
add_library(lunet_fmt STATIC ${CMAKE_SOURCE_DIR}/cmake/fmt.cpp)
target_compile_features(lunet_fmt PUBLIC cxx_std_20)
target_include_directories(lunet_fmt SYSTEM PUBLIC $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
target_link_libraries(lunet_options INTERFACE lunet_fmt Threads::Threads)

# Half of a debug build's linking time; release builds keep the system's linker, and it warns of the sanitizers' symbols.
include(CheckLinkerFlag)
check_linker_flag(CXX -fuse-ld=gold LUNET_HAS_GOLD)
if(LUNET_HAS_GOLD AND CMAKE_BUILD_TYPE STREQUAL Debug AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  target_link_options(lunet_options INTERFACE -fuse-ld=gold)
endif()

# Headers that nearly every file has are parsed once, not once a file: 40 % of the build. Files include what they use
# all the same; the linter sees them without this.
set(LUNET_COMMON_HEADERS <algorithm> <array> <chrono> <cstdint> <cstring> <deque> <filesystem> <fstream> <functional> <map> <memory>
                         <mutex> <optional> <set> <span> <string> <string_view> <thread> <utility> <variant> <vector> <fmt/core.h>
                         <tl/expected.hpp>)
add_library(lunet_common STATIC ${CMAKE_SOURCE_DIR}/cmake/common.cpp)
target_link_libraries(lunet_common PUBLIC lunet_options)
target_precompile_headers(lunet_common PRIVATE ${LUNET_COMMON_HEADERS})

# Files of one folder compile together, several at a time: what a compilation costs before its first line of ours is most
# of it. So helpers of a folder's files have distinct names, and those of its test files. There a generated file is the main
# one, and names of one file shadow those of another, which is no fault of either. The linter sees each file alone.
add_library(lunet_together INTERFACE)
target_compile_options(lunet_together INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage> -Wno-shadow)

# lunet_late_library(target header soname): the target includes the header, and loads the library when it needs it
# (base/late_library.h). The library that the header belongs to must be there, or the name in the source is not right.
function(lunet_late_library target header soname)
  string(MAKE_C_IDENTIFIER "LUNET_LATE_${soname}" found)
  find_path(${found}_HEADER ${header} REQUIRED)
  find_library(${found}_LIBRARY NAMES ${soname} REQUIRED)
  target_include_directories(${target} SYSTEM PRIVATE ${${found}_HEADER})
endfunction()

# lunet_together(target N): the sources of target compile N at a time.
function(lunet_together target batch)
  target_link_libraries(${target} PRIVATE lunet_together)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${batch})
endfunction()

add_library(lunet_test_main STATIC ${CMAKE_SOURCE_DIR}/cmake/test_main.cpp)
target_link_libraries(lunet_test_main PUBLIC lunet_options GTest::gmock)
target_precompile_headers(lunet_test_main PRIVATE ${LUNET_COMMON_HEADERS} <gmock/gmock.h> <gtest/gtest.h> <future> <random> <sstream> <thread>)

# lunet_unit_tests(name target): target's tests are ctest's unit.<name>. They share one process: starting one for each of
# thousands of short tests took five times as long as all of them. tools/count-tests reads the report.
function(lunet_unit_tests name target)
  add_test(NAME unit.${name} COMMAND ${target} --gtest_output=xml:${CMAKE_BINARY_DIR}/unit/${name}.xml)
  set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 900)
endfunction()

# lunet_module(USES folder... LINKS lib... SOURCES file... TESTS file... TEST_LINKS lib...)
# Builds this folder as the library lunet::<folder> and its tests as <folder>_test.
# USES may name only folders added before this one, so the folders cannot form a cycle;
# tools/tidy checks it against the #includes. LINKS are private to this folder.
function(lunet_module)
  cmake_parse_arguments(arg "" "" "USES;LINKS;SOURCES;TESTS;TEST_LINKS" ${ARGN})
  file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  string(REPLACE "/" "_" name ${name})
  if(NOT arg_SOURCES)
    set(scope INTERFACE)
    add_library(lunet_${name} INTERFACE)
  else()
    set(scope PUBLIC)
    add_library(lunet_${name} STATIC ${arg_SOURCES})
    target_link_libraries(lunet_${name} PRIVATE ${arg_LINKS})
    target_precompile_headers(lunet_${name} REUSE_FROM lunet_common)
  endif()
  add_library(lunet::${name} ALIAS lunet_${name})
  list(TRANSFORM arg_USES REPLACE "/" "_")
  list(TRANSFORM arg_USES PREPEND lunet::)
  foreach(used ${arg_USES})
    if(NOT TARGET ${used})
      message(FATAL_ERROR "lunet::${name} uses ${used}, which src/CMakeLists.txt adds later or never")
    endif()
  endforeach()
  target_link_libraries(lunet_${name} ${scope} lunet_options ${arg_USES})
  if(arg_SOURCES)
    lunet_together(lunet_${name} 16)
  endif()
  if(BUILD_TESTING AND arg_TESTS)
    add_executable(${name}_test ${arg_TESTS})
    target_link_libraries(${name}_test PRIVATE lunet::${name} lunet_test_main lunet_test_files ${arg_TEST_LINKS})
    target_precompile_headers(${name}_test REUSE_FROM lunet_test_main)
    lunet_together(${name}_test 16)
    lunet_unit_tests(${name} ${name}_test)
  endif()
endfunction()
