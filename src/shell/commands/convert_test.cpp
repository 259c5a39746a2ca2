// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::HasSubstr;

class ConvertCommand : public testing::Test {
 protected:
  ConvertCommand() : folder_(testing::TempDir() + "lunet-convert-" + random_hex(16)) {
    std::filesystem::create_directory(folder_);
  }
  ~ConvertCommand() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name) { return folder_ + "/" + name; }
  void write(const std::string& name, std::string_view text) { std::ofstream(file(name)) << text; }
  std::string read(const std::string& name) {
    std::stringstream text;
    text << std::ifstream(file(name)).rdbuf();
    return text.str();
  }

  Lab lab;

 private:
  std::string folder_;
};

TEST_F(ConvertCommand, WritesTheOtherFormatAndBack) {
  write("a.lio", "storage rd_mcp disk a size 4096\n");
  EXPECT_EQ(lab.run("convert " + file("a.lio") + " " + file("a.json")), ExitStatus::done);
  EXPECT_THAT(read("a.json"), HasSubstr("\"plugin\": \"ramdisk\""));
  EXPECT_EQ(lab.console.out, "Wrote " + file("a.json") + " as saveconfig.json.\n");
  EXPECT_EQ(lab.run("convert " + file("a.json") + " " + file("b")), ExitStatus::done);
  EXPECT_EQ(read("b"), read("a.lio"));
  EXPECT_EQ(lab.console.err, "");
}

TEST_F(ConvertCommand, WithoutATargetPrintsTheResultAndWarnsOfLosses) {
  write("a", "storage pscsi disk a { path /dev/sg0; wwn 1 }\n");
  EXPECT_EQ(lab.run("convert " + file("a")), ExitStatus::done);
  EXPECT_THAT(lab.console.out, testing::StartsWith("{\n"));
  EXPECT_THAT(lab.console.out, testing::EndsWith("}\n"));
  EXPECT_THAT(lab.console.err, HasSubstr("warning: storage pscsi disk a: wwn has no place"));
}

TEST_F(ConvertCommand, ReplacesAFileOnlyWithConsent) {
  write("a", "{}");
  write("b", "precious");
  EXPECT_EQ(lab.run("convert " + file("a") + " " + file("b")), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr(file("b") + " is replaced"));
  EXPECT_EQ(read("b"), "precious");
  lab.session.yes = true;
  EXPECT_EQ(lab.run("convert " + file("a") + " " + file("b")), ExitStatus::done);
  EXPECT_EQ(read("b"), "");
}

TEST_F(ConvertCommand, OfAFileThatIsNotThereOrWrongFailsAndAsksNoRuntime) {
  EXPECT_EQ(lab.run("convert " + file("none") + " " + file("b")), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr(file("none")));
  write("a", "{\"targets\": 1}");
  EXPECT_EQ(lab.run("convert " + file("a") + " " + file("b")), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("a: targets: a list is expected, not a whole number"));
  EXPECT_FALSE(std::filesystem::exists(file("b")));
  EXPECT_EQ(lab.runtime.views, 0);
}

}  // namespace
}  // namespace lunet::shell
