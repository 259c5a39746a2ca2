// SPDX-License-Identifier: Apache-2.0
#include "service/convert.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "store/test_folder.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Convert, GivesTheFormatThatTheTextIsNotIn) {
  const auto json = convert("storage fileio disk a path /a", "a", {});
  ASSERT_TRUE(json);
  EXPECT_THAT(json->text, HasSubstr("\"dev\": \"/a\""));
  EXPECT_EQ(json->format, interop::Format::saveconfig);
  const auto lio = convert(json->text, "a", {});
  ASSERT_TRUE(lio);
  EXPECT_EQ(lio->text, "storage fileio disk a path /a\n");
  EXPECT_THAT(lio->losses, IsEmpty());
}

TEST(Convert, OrTheOneThatTheNameSays) {
  EXPECT_EQ(format_of_name("/x/a.json"), interop::Format::saveconfig);
  EXPECT_EQ(format_of_name("a.lio"), interop::Format::language);
  EXPECT_EQ(format_of_name("a.txt"), std::nullopt);
  const auto lio = convert("storage fileio { disk a { path /a } }", "a", interop::Format::language);
  ASSERT_TRUE(lio);
  EXPECT_EQ(lio->text, "storage fileio disk a path /a\n");
}

TEST(Convert, NamesWhatGetsLost) {
  const auto json = convert("# mine\nstorage pscsi disk a wwn 1", "a", {});
  ASSERT_TRUE(json);
  EXPECT_THAT(json->losses, ElementsAre("comments are left out", HasSubstr("disk a: wwn has no place")));
  const auto lio = convert(R"({"later": 1})", "a", {});
  ASSERT_TRUE(lio);
  EXPECT_THAT(lio->losses, ElementsAre(HasSubstr("\"later\" is not known")));
}

TEST(Convert, RefusesTextsWithMistakes) {
  EXPECT_THAT(convert("storage {", "x.lio", {}).error().message, testing::StartsWith("x.lio:1:1: "));
  EXPECT_THAT(convert("{", "x.json", {}).error().message, testing::StartsWith("x.json:1:2: "));
}

TEST(Convert, ReplacesAFileAtOnceAndForItsOwnerOnly) {
  const store::TestFolder folder;
  const std::string path = folder.path() + "/a.json";
  ASSERT_TRUE(replace_text(path, "old"));
  ::chmod(path.c_str(), 0644);
  ASSERT_TRUE(replace_text(path, "new"));
  EXPECT_EQ(*read_text(path), "new");
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  const std::filesystem::directory_iterator files(folder.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "nothing else is left";
}

TEST(Convert, AFileThatCannotBeWrittenIsNamed) {
  const store::TestFolder folder;
  EXPECT_THAT(replace_text(folder.path() + "/none/a.json", "x").error().message, HasSubstr("/none/"));
  EXPECT_EQ(replace_text(folder.path() + "/", "x").error().errnum, EISDIR);
  EXPECT_THAT(read_text(folder.path() + "/none").error().message, HasSubstr("/none"));
}

}  // namespace
}  // namespace lunet::service
