# SPDX-License-Identifier: Apache-2.0
find_package(GTest REQUIRED)
include(GoogleTest)

add_library(lunet_options INTERFACE)
target_compile_features(lunet_options INTERFACE cxx_std_20)
target_compile_options(
  lunet_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -fno-strict-aliasing)
target_include_directories(lunet_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)
target_link_libraries(lunet_options INTERFACE fmt::fmt Threads::Threads)

# Half of a debug build's linking time; release builds keep the system's linker.
include(CheckLinkerFlag)
check_linker_flag(CXX -fuse-ld=gold LUNET_HAS_GOLD)
if(LUNET_HAS_GOLD AND CMAKE_BUILD_TYPE STREQUAL Debug)
  target_link_options(lunet_options INTERFACE -fuse-ld=gold)
endif()

# Headers that nearly every file has are parsed once, not once a file: 40 % of the build. Files include what they use
# all the same; the linter sees them without this.
set(LUNET_COMMON_HEADERS <algorithm> <array> <cstdint> <functional> <map> <memory> <optional> <set> <span> <string>
                         <string_view> <utility> <variant> <vector> <fmt/core.h> <tl/expected.hpp>)
add_library(lunet_common STATIC ${CMAKE_SOURCE_DIR}/cmake/common.cpp)
target_link_libraries(lunet_common PUBLIC lunet_options)
target_precompile_headers(lunet_common PRIVATE ${LUNET_COMMON_HEADERS})

# Files of one folder compile together, several at a time: what a compilation costs before its first line of ours is most
# of it. So helpers of a folder's files have distinct names, and those of its test files. There a generated file is the main
# one, and names of one file shadow those of another, which is no fault of either. The linter sees each file alone.
add_library(lunet_together INTERFACE)
target_compile_options(lunet_together INTERFACE -Wno-subobject-linkage -Wno-shadow)

add_library(lunet_test_main STATIC ${CMAKE_SOURCE_DIR}/cmake/test_main.cpp)
target_link_libraries(lunet_test_main PUBLIC lunet_options GTest::gmock)
target_precompile_headers(lunet_test_main PRIVATE ${LUNET_COMMON_HEADERS} <gmock/gmock.h> <gtest/gtest.h> <sstream> <fstream>)

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
    set_target_properties(lunet_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
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
    target_link_libraries(lunet_${name} PRIVATE lunet_together)
  endif()
  if(BUILD_TESTING AND arg_TESTS)
    add_executable(${name}_test ${arg_TESTS})
    target_link_libraries(${name}_test PRIVATE lunet::${name} lunet_test_main lunet_test_files lunet_together ${arg_TEST_LINKS})
    target_precompile_headers(${name}_test REUSE_FROM lunet_test_main)
    set_target_properties(${name}_test PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS unit TIMEOUT 120)
  endif()
endfunction()
