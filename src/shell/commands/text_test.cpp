// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Texts : public testing::Test {
 protected:
  Texts() {
    std::string name = "/tmp/lunet-text-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~Texts() override {
    ::unsetenv("VISUAL");
    ::unsetenv("TMPDIR");
    std::filesystem::remove_all(folder_);
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  static std::string read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::filesystem::path folder_;
  Lab lab_;
};

TEST_F(Texts, FmtRewritesAFileOnce) {
  const std::string path = write("a.lio", "storage   rd_mcp disk x  { size  1M\n}\n");
  EXPECT_EQ(lab_.run("fmt --check " + path), ExitStatus::different);
  EXPECT_EQ(lab_.run("fmt " + path), ExitStatus::done);
  EXPECT_EQ(lab_.run("fmt --check " + path), ExitStatus::done);
  EXPECT_THAT(read(path), HasSubstr("size 1M"));
  EXPECT_EQ(lab_.run("fmt " + write("bad.lio", "storage {\n")), ExitStatus::failed);
  EXPECT_EQ(read((folder_ / "bad.lio").string()), "storage {\n");
}

TEST_F(Texts, EditAppliesWhatTheEditorLeft) {
  ::setenv("TMPDIR", folder_.c_str(), 1);
  ::setenv("VISUAL", "sed -i s/1M/2M/", 1);
  lab_.runtime.whole.tree = *config::parse("storage rd_mcp disk x size 1M", "test");
  EXPECT_EQ(lab_.run("edit /"), ExitStatus::done);
  ASSERT_FALSE(lab_.runtime.whole.calls.empty());
  EXPECT_THAT(lab_.runtime.whole.calls.front(), HasSubstr("size 2M"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(Texts, EditOfAnObjectKeepsTheRest) {
  ::setenv("TMPDIR", folder_.c_str(), 1);
  ::setenv("VISUAL", "sed -i s/1M/2M/", 1);
  lab_.runtime.whole.tree =
      *config::parse("storage rd_mcp disk x size 1M\nstorage rd_mcp disk y size 1M", "test");
  EXPECT_EQ(lab_.run("edit /backstores/ramdisk/x"), ExitStatus::done);
  ASSERT_FALSE(lab_.runtime.whole.calls.empty());
  EXPECT_THAT(lab_.runtime.whole.calls.front(), HasSubstr("size 2M"));
  EXPECT_THAT(lab_.runtime.whole.calls.front(), HasSubstr("size 1M"));
}

TEST_F(Texts, NothingIsLostOnAMistake) {
  ::setenv("TMPDIR", folder_.c_str(), 1);
  ::setenv("VISUAL", "sed -i s/1M/2M/", 1);
  lab_.runtime.whole.tree = *config::parse("storage rd_mcp disk x size 1M", "test");
  lab_.runtime.whole.failure = Error{EINVAL, "that is wrong", {}};
  // tree_of() fails too in the fake: it is asked before.
  EXPECT_EQ(lab_.run("edit /"), ExitStatus::failed);
  EXPECT_THAT(lab_.console.err, HasSubstr("that is wrong"));
}

TEST_F(Texts, UnchangedTextChangesNothing) {
  ::setenv("TMPDIR", folder_.c_str(), 1);
  ::setenv("VISUAL", "true", 1);
  lab_.runtime.whole.tree = *config::parse("storage rd_mcp disk x size 1M", "test");
  EXPECT_EQ(lab_.run("edit /"), ExitStatus::done);
  EXPECT_TRUE(lab_.runtime.whole.calls.empty());
  ::setenv("VISUAL", "false", 1);
  EXPECT_EQ(lab_.run("edit /"), ExitStatus::failed);
  EXPECT_THAT(lab_.console.err, HasSubstr("your text is in"));
}

}  // namespace
}  // namespace lunet::shell
