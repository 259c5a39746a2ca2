// SPDX-License-Identifier: Apache-2.0
// The value vectors of the original's types; where ours take more or keep another form, the row says why.
#include "schema/type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lunet::schema {
namespace {

Type type_of(std::string_view name, const std::vector<std::string_view>& options = {}) {
  auto form = make_form(name, options);
  EXPECT_TRUE(form) << name;
  return form ? Type{{*form}} : Type{};
}

/// The normal form, or "refused".
std::string kept(const Type& type, std::string_view text) {
  auto value = check(type, text);
  return value ? *value : "refused";
}

struct ValueRow {
  std::string_view type;
  std::string_view text;
  std::string_view normal;
};

void expect_rows(std::span<const ValueRow> rows) {
  for (const ValueRow& row : rows) {
    const Type type = type_of(row.type);
    EXPECT_EQ(kept(type, row.text), row.normal) << row.type << " " << row.text;
    if (row.normal == "refused") continue;
    EXPECT_EQ(kept(type, row.normal), row.normal) << "of the normal form: " << row.type;
  }
}

}  // namespace

TEST(Type, TakesTheBooleansOfTheOriginal) {
  constexpr ValueRow rows[] = {
      {"bool", "yes", "yes"},    {"bool", "Yes", "yes"},     {"bool", "TRUE", "yes"},
      {"bool", "1", "yes"},      {"bool", "enable", "yes"},  {"bool", "no", "no"},
      {"bool", "0", "no"},       {"bool", "false", "no"},    {"bool", "Disable", "no"},
      {"bool", "on", "refused"}, {"bool", "off", "refused"}, {"bool", "2", "refused"},
      {"bool", "", "refused"},
  };
  expect_rows(rows);
}

TEST(Type, KeepsSizesInExactBytes) {
  constexpr ValueRow rows[] = {
      {"bytes", "1024", "1024"},
      {"bytes", "1k", "1024"},
      {"bytes", "1K", "1024"},
      {"bytes", "1kB", "1024"},
      {"bytes", "1KB", "1024"},
      {"bytes", "1M", "1048576"},
      {"bytes", "1MB", "1048576"},
      {"bytes", "1.5G", "1610612736"},
      {"bytes", "1.G", "1073741824"},
      {"bytes", "0", "0"},
      // The original's saved files have sizes of one decimal; it took the whole bytes.
      {"bytes", "1.4G", "1503238553"},
      {"bytes", "1024.0B", "1024"},
      {"bytes", ".5G", "refused"},
      {"bytes", "1 MB", "refused"},
      {"bytes", "", "refused"},
      {"bytes", "-1", "refused"},
      {"bytes", "1.2.3", "refused"},
      {"bytes", "9223372036854775808", "refused"},
      {"bytes", "99999999999999999999T", "refused"},
      // Refused by the original; unit letters are of any case now, and P is one.
      {"bytes", "1m", "1048576"},
      {"bytes", "1P", "1125899906842624"},
      {"bytes", "1Mb", "1048576"},
      {"bytes", "10bytes", "10"},
  };
  expect_rows(rows);
}

TEST(Type, KeepsNumbersInDecimal) {
  constexpr ValueRow rows[] = {
      {"int", "5", "5"},
      {"int", "-5", "-5"},
      {"int", "+5", "5"},
      {"int", "05", "5"},
      {"int", " 5 ", "5"},
      {"int", "5.0", "refused"},
      {"int", "0x10", "refused"},
      {"int", "", "refused"},
      {"int", "+-5", "refused"},
      {"int", "9223372036854775808", "refused"},
      {"posint", "1", "1"},
      {"posint", "0", "refused"},
      {"posint", "-1", "refused"},
      // Kept as it was by the original; LUN 007 is LUN 7.
      {"posint", "007", "7"},
      {"erl", "0", "0"},
      {"erl", "1", "1"},
      {"erl", "2", "2"},
      {"erl", "3", "refused"},
  };
  expect_rows(rows);
  const Type range = type_of("int", {"5..30"});
  EXPECT_EQ(kept(range, "5"), "5");
  EXPECT_EQ(kept(range, "30"), "30");
  EXPECT_EQ(kept(range, "4"), "refused");
  EXPECT_EQ(kept(range, "31"), "refused");
  EXPECT_EQ(kept(type_of("bytes", {"512..1M"}), "1M"), "1048576");
  EXPECT_EQ(kept(type_of("bytes", {"512..1M"}), "2M"), "refused");
  EXPECT_EQ(kept(type_of("str", {"1..3"}), "abcd"), "refused");
  EXPECT_EQ(kept(type_of("str", {"1..3"}), ""), "refused");
}

TEST(Type, KeepsAddressesInOneSpelling) {
  constexpr ValueRow rows[] = {
      {"ipport", "0.0.0.0:3260", "0.0.0.0:3260"},
      {"ipport", "0:3260", "0.0.0.0:3260"},
      {"ipport", "0.0:1", "0.0.0.0:1"},
      {"ipport", "192.0.2.5:3260", "192.0.2.5:3260"},
      {"ipport", "192.0.2.5:", "refused"},
      {"ipport", "192.0.2.5", "refused"},
      {"ipport", "192.0.2.5:http", "refused"},
      {"ipport", "192.0.2.256:1", "refused"},
      {"ipport", "host:1", "refused"},
      {"ipport", ":3260", "refused"},
      // Whether the machine has an address is another check's matter.
      {"ipport", "127.0.0.1:3260", "127.0.0.1:3260"},
      {"ipport", "10.0.0.1:3260", "10.0.0.1:3260"},
      // No port has such a number.
      {"ipport", "192.0.2.5:99999", "refused"},
      {"ipport", "192.0.2.5:65535", "192.0.2.5:65535"},
      // IPv6 in brackets, which no file of the original could have.
      {"ipport", "2001:db8::5:3260", "[2001:db8::5]:3260"},
      {"ipport", "[2001:db8::5]:3260", "[2001:db8::5]:3260"},
      {"ipport", "[2001:DB8:0:0::5]:3260", "[2001:db8::5]:3260"},
      {"ipport", "[::0]:3260", "[::0]:3260"},
      {"ipport", "[::]:3260", "[::0]:3260"},
      {"ipport", "::0:3260", "[::0]:3260"},
      {"ipport", "[fe80::1%eth0]:3260", "[fe80::1%eth0]:3260"},
      {"ipport", "[fe80::1%]:3260", "refused"},
      {"ipport", "[]:3260", "refused"},
      {"ipport", "[192.0.2.5]:3260", "refused"},
      {"ipport", "[2001:db8::5:3260", "refused"},
  };
  expect_rows(rows);
}

TEST(Type, TakesNamesOfPortsAsTheOriginal) {
  constexpr ValueRow rows[] = {
      {"iqn", "iqn.2003-01.org.x:y", "iqn.2003-01.org.x:y"},
      {"iqn", "iqn.2003-01.org", "refused"},
      {"iqn", "iqn.2003-01.org.x:a_b", "refused"},
      {"iqn", "iqn.2003-01.org.x:a b", "refused"},
      {"iqn", "IQN.2003-01.org.x", "refused"},
      {"iqn", "eui.0123456789abcdef", "refused"},
      // There are twelve months; the original took 00 to 19.
      {"iqn", "iqn.2003-13.org.x", "refused"},
      {"iqn", "iqn.2003-19.org.x:y", "refused"},
      {"iqn", "iqn.2003-00.org.x:y", "refused"},
      {"naa", "naa.5001405abcdef012", "naa.5001405abcdef012"},
      {"naa", "naa.FFFFFFFFFFFFFFFF", "naa.FFFFFFFFFFFFFFFF"},
      {"naa", "naa.5001405abcdef01", "refused"},
      {"naa", "naa.5001405abcdef0123", "refused"},
      {"naa", "NAA.5001405abcdef012", "refused"},
      {"naa", "naa.60014050123456789abcdef012345678", "naa.60014050123456789abcdef012345678"},
      {"eui", "eui.0123456789abcdef", "eui.0123456789abcdef"},
      {"eui", "eui.0123456789abcdeg", "refused"},
      {"ib", "ib.0123456789abcdef0123456789abcdef", "ib.0123456789abcdef0123456789abcdef"},
      {"ib", "ib.0123456789abcdef", "refused"},
      {"hw_wwn", "21:00:00:24:ff:31:4c:48", "21:00:00:24:ff:31:4c:48"},
      {"hw_wwn", "", "refused"},
  };
  expect_rows(rows);
  EXPECT_EQ(kept(type_of("iqn"), "iqn.2003-01.org.x:" + std::string(205, 'y')).size(), 223U);
  EXPECT_EQ(kept(type_of("iqn"), "iqn.2003-01.org.x:" + std::string(206, 'y')), "refused");
}

TEST(Type, TakesTextsThatTheOriginalsPatternsCouldNot) {
  for (const std::string_view text : {"", "a b", "a*", "a?", "a[", "a]", "NULL", "\n", "\xFF"})
    EXPECT_EQ(kept(type_of("str"), text), text);
  EXPECT_EQ(kept(type_of("line"), "a\nb"), "refused");
  EXPECT_EQ(kept(type_of("credential"), "NULL"), "refused");
  EXPECT_EQ(kept(type_of("credential"), "open sesame"), "open sesame");
}

TEST(Type, TakesOnlyWhatAFileOfTheTreeCanHold) {
  constexpr ValueRow rows[] = {
      {"path", "/srv/a b", "/srv/a b"},
      {"path", "srv", "refused"},
      {"path", "/a,b", "refused"},
      {"path", "/a\nb", "refused"},
      {"path", "", "refused"},
      {"name", "vm1", "vm1"},
      {"name", "a/b", "refused"},
      {"name", "a b", "refused"},
      {"name", "..", "refused"},
      {"name", "", "refused"},
      {"serial", "11", "11"},
      {"serial", "a b", "refused"},
      {"backend", "fileio:vm1", "fileio:vm1"},
      {"backend", "vm1", "refused"},
      {"backend", ":vm1", "refused"},
      {"backend", "fileio:", "refused"},
      // A disk's name may hold a colon; whether there is one of that name is another check's matter.
      {"backend", "fileio:vm1:z", "fileio:vm1:z"},
  };
  expect_rows(rows);
  EXPECT_EQ(kept(type_of("path"), std::string("/a\0b", 4)), "refused");
}

TEST(Type, TakesWordsAndListsOfThem) {
  const Type word = type_of("word", {"512", "4096"});
  EXPECT_EQ(kept(word, "4096"), "4096");
  EXPECT_EQ(kept(word, "1024"), "refused");
  const Type list = type_of("list", {"CRC32C", "None"});
  EXPECT_EQ(kept(list, "CRC32C,None"), "CRC32C,None");
  EXPECT_EQ(kept(list, "None, CRC32C"), "None,CRC32C");
  EXPECT_EQ(kept(list, "None,None"), "refused");
  EXPECT_EQ(kept(list, "CRC32C,"), "refused");
  EXPECT_EQ(kept(list, ""), "refused");
}

TEST(Type, TriesTheFormsOneAfterTheOther) {
  Type type = type_of("iqn");
  type.forms.push_back(*make_form("eui", {}));
  EXPECT_EQ(kept(type, "eui.0123456789abcdef"), "eui.0123456789abcdef");
  EXPECT_EQ(policy_text(type), "iqn|eui");
  EXPECT_EQ(check(type, "x").error().message,
            "'x' is not an iSCSI name iqn.YYYY-MM.DOMAIN[:NAME], without blanks and '_', or eui. and 16 "
            "hexadecimal digits");
}

TEST(Type, SaysWhatIsAllowedAndWhatWasProbablyMeant) {
  EXPECT_EQ(check(type_of("int", {"5..30"}), "x").error().message, "'x' is not a whole number from 5 to 30");
  EXPECT_EQ(check(type_of("int", {"5.."}), "x").error().message, "'x' is not a whole number, at least 5");
  const auto hint = [](const Type& type, std::string_view text) { return check(type, text).error().hint; };
  EXPECT_EQ(hint(type_of("bool"), "ys"), "did you mean 'yes'?");
  EXPECT_EQ(hint(type_of("bool"), "enabled"), "did you mean 'enable'?");
  EXPECT_EQ(hint(type_of("bool"), "maybe"), "");
  EXPECT_EQ(hint(type_of("list", {"CRC32C", "None"}), "crc32c"), "did you mean 'CRC32C'?");
  EXPECT_EQ(hint(type_of("iqn"), "IQN.2003-01.org.x"), "did you mean 'iqn.2003-01.org.x'?");
}

TEST(Type, RefusesTypesAndOptionsThatDoNotExist) {
  const auto mistake = [](std::string_view name, const std::vector<std::string_view>& options) {
    const auto form = make_form(name, options);
    return form ? "none" : form.error().message;
  };
  EXPECT_EQ(mistake("boool", {}), "there is no type 'boool'; did you mean 'bool'?");
  EXPECT_EQ(mistake("bool", {"1..2"}), "the type 'bool' has no such options");
  EXPECT_EQ(mistake("int", {"5"}), "'5' is no range: 5..30, 5.. or ..30");
  EXPECT_EQ(mistake("int", {"6..5"}), "'6..5' is no range: 5..30, 5.. or ..30");
  EXPECT_EQ(mistake("word", {}), "the type 'word' needs its words: word[one two]");
  EXPECT_EQ(mistake("int", {"-1..5"}), "none");
}

}  // namespace lunet::schema
