// SPDX-License-Identifier: Apache-2.0
#include "store/record.h"

#include <gmock/gmock.h>

#include "store/test_folder.h"

namespace lunet::store {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

static const Generation third = {3, 1700000000, "alice (1000)", "set size=\"1\"\nand 'more'"};

TEST(Record, ReadsBackAsWritten) {
  const std::string body = "storage fileio disk a size 1\n";
  const std::string text = encode(third, body);
  EXPECT_THAT(
      text,
      HasSubstr(" length 29 generation 3 base 2 time 1700000000 who \"alice (1000)\" why $\"set size="));
  const auto found = scan(text, 100, "f");
  ASSERT_TRUE(found);
  ASSERT_THAT(found->records, SizeIs(1));
  const Record& record = found->records[0];
  EXPECT_EQ(record.generation.number, 3U);
  EXPECT_EQ(record.generation.time_s, 1700000000);
  EXPECT_EQ(record.generation.who, third.who);
  EXPECT_EQ(record.generation.why, third.why);
  EXPECT_EQ(record.body, body);
  EXPECT_EQ(record.offset, 100U);
  EXPECT_EQ(record.end, 100 + text.size());
  EXPECT_EQ(found->end, record.end);
}

TEST(Record, MayBeEmptyAndFollowAnother) {
  const auto found = scan(encode(third, "") + encode(third, "x 1\n"), 0, "f");
  ASSERT_TRUE(found);
  EXPECT_THAT(found->records, SizeIs(2));
  EXPECT_THAT(found->records[0].body, IsEmpty());
}

TEST(Record, ChecksumIsTheOneThatOthersComputeToo) {
  // CRC-32 of the text behind the checksum, computed with another program.
  const std::string text = encode({1, 0, "a", "b"}, "");
  EXPECT_EQ(text, "#@ crc 16a06a4a length 0 generation 1 base 0 time 0 who a why b\n");
}

TEST(VersionLine, SaysKindAndBase) {
  const auto line = read_version_line(version_line("journal", 12) + "rest", "journal", "f");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->base, 12U);
  EXPECT_EQ(line->size, std::string("# lunet store 1 journal base 12\n").size());
  EXPECT_TRUE(read_version_line(version_line("snapshot"), "snapshot", "f"));
}

TEST(VersionLine, RefusesOtherFiles) {
  for (const char* text : {"", "# lunet store 1 journal base 0", "x\n", "# lunet store x journal base 0\n",
                           "# lunet store 1 snapshot\n", "# lunet store 1 journal\n"}) {
    EXPECT_EQ(read_version_line(text, "journal", "f").error().errnum, EBADMSG) << text;
  }
  EXPECT_EQ(read_version_line("# lunet store 2 nobody knows\n", "journal", "f").error().errnum, EINVAL);
}

TEST(ChangeText, LeadsFromOneTreeToTheOther) {
  config::Tree from = tree_of_size(1);
  from.ensure({disk_a[0], {config::ObjectClass::disk, "a\n\"'b"}});
  const config::Tree to = tree_of_size(2);
  const std::string body = encode_change(from, to);
  EXPECT_EQ(body, "delete storage fileio disk $\"a\\n\\\"'b\"\nstorage fileio disk a size 2\n");
  ASSERT_TRUE(apply_change(from, body, "t"));
  EXPECT_EQ(from, to);
}

TEST(ChangeText, RefusesToDeleteWhatIsNotThere) {
  config::Tree tree;
  EXPECT_EQ(apply_change(tree, "delete storage fileio\n", "t").error().errnum, ENOENT);
  EXPECT_EQ(apply_change(tree, "delete nonsense", "t").error().errnum, EINVAL);
}

}  // namespace lunet::store
