// SPDX-License-Identifier: Apache-2.0
#include "base/late_library.h"

#include <gmock/gmock.h>
#include <zlib.h>

namespace lunet {
namespace {

TEST(LateLibrary, GivesItsFunctions) {
  LateLibrary library("libz.so.1");
  auto* version = library.function<decltype(::zlibVersion)>("zlibVersion");
  ASSERT_NE(version, nullptr);
  EXPECT_STREQ(version(), ZLIB_VERSION);
  EXPECT_EQ(library.missing(), "");
}

TEST(LateLibrary, SaysThatAFunctionIsMissing) {
  LateLibrary library("libz.so.1");
  EXPECT_EQ(library.function<int()>("zlib_nothing"), nullptr);
  EXPECT_NE(library.function<decltype(::zlibVersion)>("zlibVersion"), nullptr);
  EXPECT_THAT(library.missing(), testing::HasSubstr("zlib_nothing"));
}

TEST(LateLibrary, SaysThatItIsMissing) {
  LateLibrary library("liblunet-nothing.so.9");
  EXPECT_EQ(library.function<int()>("anything"), nullptr);
  EXPECT_THAT(library.missing(), testing::HasSubstr("liblunet-nothing.so.9"));
}

}  // namespace
}  // namespace lunet
