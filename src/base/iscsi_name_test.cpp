// SPDX-License-Identifier: Apache-2.0
#include "base/iscsi_name.h"

#include <gtest/gtest.h>

namespace lunet {

TEST(IscsiName, AsciiIsFoldedOnly) {
  EXPECT_EQ(fold_iscsi_name("iqn.2026-11.COM.Example:A_b"), "iqn.2026-11.com.example:a_b");
  EXPECT_EQ(fold_iscsi_name(""), "");
}

TEST(IscsiName, OtherCharactersAreFoldedAndComposed) {
  EXPECT_EQ(fold_iscsi_name("iqn.2026-11.com.example:GR\xC3\x9CN"), "iqn.2026-11.com.example:gr\xC3\xBCn");
  // u and a combining diaeresis are one character; so are a full-width a and an a.
  EXPECT_EQ(fold_iscsi_name("iqn.2026-11.com.example:gru\xCC\x88n"), "iqn.2026-11.com.example:gr\xC3\xBCn");
  EXPECT_EQ(fold_iscsi_name("iqn.2026-11.com.example:\xEF\xBD\x81"), "iqn.2026-11.com.example:a");
  EXPECT_EQ(fold_iscsi_name("iqn.2026-11.com.example:stra\xC3\x9F"
                            "e"),
            "iqn.2026-11.com.example:strasse");
}

TEST(IscsiName, WhatTheProfileForbidsHasNoForm) {
  EXPECT_EQ(fold_iscsi_name("iqn.2026-11.com.example:\xE3\x80\x82"), "");  // ideographic full stop
  EXPECT_EQ(fold_iscsi_name("iqn.2026-11.com.example:\xEE\x80\x80"), "");  // private use
  EXPECT_EQ(fold_iscsi_name("iqn.2026-11.com.example:\xC3"), "");          // half a character
  EXPECT_EQ(fold_iscsi_name("iqn.2026-11.com.example:\xED\xA0\x80"), "");  // a surrogate
  EXPECT_EQ(fold_iscsi_name(std::string("iqn.\0\xC3\xBC", 7)), "");
  EXPECT_EQ(fold_iscsi_name(std::string(222, 'a') + "\xC3\xBC"), "");  // 224 bytes
}

TEST(IscsiName, IsValidWhenItIsFoldedAndFitsALine) {
  EXPECT_TRUE(valid_iscsi_name("iqn.2026-11.org.example:disk-1"));
  EXPECT_TRUE(valid_iscsi_name("iqn.1993-08.org.debian:01:my_host"));
  EXPECT_TRUE(valid_iscsi_name("eui.02004567a425678d"));
  EXPECT_FALSE(valid_iscsi_name(""));
  EXPECT_FALSE(valid_iscsi_name("iqn."));
  EXPECT_FALSE(valid_iscsi_name("abc.2026-11.org.example"));
  EXPECT_FALSE(valid_iscsi_name("iqn.2026-11.org.Example"));
  EXPECT_FALSE(valid_iscsi_name("iqn.2026-11.org.example:a b"));
  EXPECT_FALSE(valid_iscsi_name("iqn.2026-11.org.example:../a"));
  EXPECT_FALSE(valid_iscsi_name("iqn.2026-11.org.example:a\nb"));
  EXPECT_FALSE(valid_iscsi_name("iqn.2026-11.org.example:a,b"));
  EXPECT_FALSE(valid_iscsi_name("iqn." + std::string(220, 'a')));
  EXPECT_TRUE(valid_iscsi_name("iqn." + std::string(219, 'a')));
}

}  // namespace lunet
