// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "service/save.h"
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

class Backups : public ServiceFixture {
 protected:
  void write(std::string_view text) { std::ofstream(file("saveconfig.json")) << text; }
  bool keep(std::size_t max = 10) { return must(keep_backup(file("saveconfig.json"), file("backup"), max)); }
  std::set<std::string> backups() {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(file("backup")))
      names.insert(entry.path().filename());
    return names;
  }
};

TEST_F(Backups, AreMadeOfAFileThatChanged) {
  EXPECT_FALSE(keep());
  write("{}");
  EXPECT_TRUE(keep());
  ASSERT_EQ(backups().size(), 1U);
  const std::string path = file("backup/" + *backups().begin());
  EXPECT_THAT(path, testing::MatchesRegex(".*/saveconfig-[0-9]{8}-[0-9:]{8}-json.gz"));
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::system(("zcat " + path + " | grep -qx '{}'").c_str()), 0);
  EXPECT_FALSE(keep()) << "the newest one is the same";
}

TEST_F(Backups, TheNewestAreKept) {
  std::filesystem::create_directory(file("backup"));
  for (int i = 1; i <= 5; ++i)
    std::ofstream(file(fmt::format("backup/saveconfig-2020010{}-00:00:00.json", i))) << i;
  std::ofstream(file("backup/other")) << "x";
  write("new");
  EXPECT_TRUE(keep(3));
  const auto names = backups();
  EXPECT_EQ(names.size(), 4U);
  EXPECT_TRUE(names.contains("other"));
  EXPECT_TRUE(names.contains("saveconfig-20200105-00:00:00.json"));
  EXPECT_FALSE(names.contains("saveconfig-20200103-00:00:00.json"));
}

TEST_F(Backups, APlainOneIsComparedToo) {
  std::filesystem::create_directory(file("backup"));
  std::ofstream(file("backup/saveconfig-20200101-00:00:00.json")) << "same";
  write("same");
  EXPECT_FALSE(keep());
}

TEST_F(Backups, TheirNumberIsAtLeastTen) {
  EXPECT_EQ(backups_wanted(folder_), 10U);
  std::ofstream(file("targetcli.conf")) << "# max_backup_files = 7\nmax_backup_files = 25\n";
  EXPECT_EQ(backups_wanted(folder_), 25U);
  std::ofstream(file("targetcli.conf")) << "max_backup_files=3\n";
  EXPECT_EQ(backups_wanted(folder_), 10U);
}

}  // namespace
}  // namespace lunet::service
