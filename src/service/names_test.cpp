// SPDX-License-Identifier: Apache-2.0
#include "service/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lunet::service {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

TEST(DiskNames, AreOnePartOfAPathWithoutBlanks) {
  EXPECT_TRUE(check_disk_name("vm-1.root_A"));
  EXPECT_TRUE(check_disk_name("a:b"));
  for (const std::string_view name : {"", "a/b", "a b", "a\tb", "a\nb", ".", ".."}) {
    const auto checked = check_disk_name(name);
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().errnum, EINVAL);
    EXPECT_FALSE(checked.error().hint.empty());
  }
  EXPECT_FALSE(check_disk_name(std::string(256, 'a')));
}

TEST(IscsiNames, AreNormalised) {
  const auto name = [](std::string_view text, WwnUse use = WwnUse::target) {
    const auto result = normalise_wwn(text, use);
    return result ? *result : "error: " + result.error().message;
  };
  EXPECT_EQ(name(" IQN.2026-11.com.Example:Disk1 "), "iqn.2026-11.com.example:disk1");
  EXPECT_EQ(name("eui.02004567A425678D"), "eui.02004567a425678d");
  EXPECT_EQ(name("naa.5001405000000001"), "naa.5001405000000001");
  EXPECT_EQ(name("0x50:01:40:50:00:00:00:01"), "naa.5001405000000001");
  EXPECT_EQ(name("naa.6001405000000001"), "naa.5001405000000001");
  EXPECT_THAT(name("naa.6001405000000001", WwnUse::initiator), HasSubstr("refused"));
}

TEST(IscsiNames, WhatIsWrongIsSaid) {
  const auto error = [](std::string_view text) {
    const auto result = normalise_wwn(text, WwnUse::initiator);
    return result ? "accepted: " + *result : result.error().message;
  };
  EXPECT_THAT(error("iqn.2026-13.com.example:a"), HasSubstr("month"));
  EXPECT_THAT(error("iqn.26-11.com.example:a"), HasSubstr("year and month"));
  EXPECT_THAT(error("iqn.2026-11.com_example:a"), HasSubstr("underscore"));
  EXPECT_THAT(error("iqn.2026-11.com"), HasSubstr("domain"));
  EXPECT_THAT(error("iqn.2026-11.com.example:a b"), HasSubstr("blank"));
  EXPECT_THAT(error("iqn.2026-11.com.example:a/b"), HasSubstr("'/'"));
  EXPECT_THAT(error("eui.123"), HasSubstr("16 hexadecimal"));
  EXPECT_THAT(error("naa.9000000000000000"), HasSubstr("16 hexadecimal"));
  EXPECT_THAT(error("disk"), HasSubstr("no iqn, eui or naa name"));
  EXPECT_THAT(error("iqn.2026-11.com.example:" + std::string(250, 'a')), HasSubstr("223"));
}

TEST(IscsiNames, AGeneratedOneIsAcceptedAndDiffersEachTime) {
  const std::string name = generate_iqn();
  EXPECT_THAT(name,
              MatchesRegex("iqn\\.2003-01\\.org\\.linux-iscsi\\.[a-z0-9-]+\\.[a-z0-9-]+:sn\\.[0-9a-f]{12}"));
  EXPECT_EQ(*normalise_wwn(name, WwnUse::target), name);
  EXPECT_NE(generate_iqn(), name);
}

TEST(Portals, HaveBracketsForIPv6AndOneKeyForEachSpelling) {
  EXPECT_EQ(*portal_id("0.0.0.0", 3260), "0.0.0.0:3260");
  EXPECT_EQ(*portal_id("::0", 3260), "[::0]:3260");
  EXPECT_EQ(*portal_id("[::1]", 1), "[::1]:1");
  EXPECT_EQ(portal_key("[::0]:3260"), portal_key("[0:0::]:3260"));
  EXPECT_NE(portal_key("[::0]:3260"), portal_key("[::0]:3261"));
  EXPECT_FALSE(portal_id("host.example", 3260));
  EXPECT_FALSE(portal_id("1.2.3", 3260));
}

TEST(Numbers, TheLowestFreeOneIsFound) {
  EXPECT_EQ(lowest_free({}, 0), 0);
  EXPECT_EQ(lowest_free({0, 1, 3}, 0), 2);
  EXPECT_EQ(lowest_free({1}, 1), 2);
  std::set<std::uint64_t> all;
  for (std::uint64_t i = 0; i < 65536; ++i) all.insert(i);
  EXPECT_EQ(lowest_free(all, 0), std::nullopt);
}

TEST(Sizes, AreShortWhereThatIsExact) {
  EXPECT_EQ(short_size(67108864), "64M");
  EXPECT_EQ(short_size(1572864), "1536K");
  EXPECT_EQ(short_size(1ULL << 40), "1T");
  EXPECT_EQ(short_size(700), "700");
}

}  // namespace
}  // namespace lunet::service
