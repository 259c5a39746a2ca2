// SPDX-License-Identifier: Apache-2.0
// Completers of the machine; those of the tree are tested in complete_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "shell/completers.h"
#include "shell/fakes.h"
#include "shell/test_user.h"

namespace lunet::shell {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;

std::vector<std::string> asked(Completer completer, const std::string& text) {
  Lab lab;
  const Command command = {.name = "x", .kinds = {}};
  const Arguments given;
  return completer({command, lab.session.place, given, text, lab.session});
}

TEST(Completers, FilesAndFolders) {
  const UserFolder folder;
  const std::string base = folder.path() + "/";
  std::filesystem::create_directory(base + "dir");
  for (const char* name : {"disk.img", "a b", ".hidden"}) std::ofstream(base + name) << "x";
  EXPECT_THAT(asked(complete_file, base), ElementsAre(base + "a b", base + "dir/", base + "disk.img"));
  EXPECT_THAT(asked(complete_file, base + "."), Contains(base + ".hidden"));
  EXPECT_THAT(asked(complete_file, "/no/such/folder/"), ElementsAre());
}

TEST(Completers, LocalAddressesAlwaysHaveTheWildcards) {
  EXPECT_THAT(asked(complete_local_address, ""), IsSupersetOf({"0.0.0.0", "::0", "127.0.0.1"}));
}

}  // namespace
}  // namespace lunet::shell
