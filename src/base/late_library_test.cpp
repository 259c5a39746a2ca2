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

TEST(LateLibrary, IsNeededForSomething) {
  EXPECT_TRUE(LateLibrary("libz.so.1").need("nothing can be packed", "zlib1g"));
  const Result<> needed = LateLibrary("liblunet-nothing.so.9").need("nothing can be done", "lunet-nothing9");
  ASSERT_FALSE(needed);
  EXPECT_EQ(needed.error().errnum, ELIBACC);
  EXPECT_THAT(needed.error().message, testing::StartsWith("nothing can be done: liblunet-nothing.so.9: "));
  EXPECT_EQ(needed.error().hint, "install the package lunet-nothing9");
}

}  // namespace
}  // namespace lunet
