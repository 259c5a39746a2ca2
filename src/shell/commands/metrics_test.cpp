// SPDX-License-Identifier: Apache-2.0
#include "shell/metrics.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "shell/commands/files.h"
#include "shell/fakes.h"
#include "shell/text_file.h"

namespace lunet::shell {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Exported : Lab {
  Exported() {
    runtime.tree = sample_tree();
    for (service::ViewNode& plugin : runtime.tree.children[0].children) {
      for (service::ViewNode& disk : plugin.children) disk.details.emplace_back("plugin", plugin.name);
    }
    runtime.generations = {{42, 1700000000, "root (0)", "share"}};
    runtime.work.tpgs = {{"iqn.t", 1, 1}};
    runtime.work.luns = {
        {"iqn.t", 1, 4, "fileio/d1", 7, 8192, 512, service::LunTraffic{2, 1, 4, 8192, 512, 1, 70}}};
    service::LoginSession session;
    session.sid = "3";
    session.target = "iqn.t";
    session.initiator = "iqn.i";
    session.address = "192.0.2.9";
    session.luns = {{0, "fileio/d1", false, service::LunTraffic{1, 1, 1, 4096, 512, 0, 0}}};
    runtime.work.open = {session};
  }
};

TEST(MetricsCommand, TellsWhatIsExportedAndWhatWentThroughIt) {
  Exported lab;
  EXPECT_EQ(lab.run("metrics"), ExitStatus::done);
  const std::string lun = R"({target="iqn.t",tpg="1",lun="4",disk="fileio/d1"} )";
  const std::string session =
      R"({target="iqn.t",tpg="1",initiator="iqn.i",sid="3",lun="0",disk="fileio/d1"} )";
  for (const std::string& line : {
           std::string("lunet_build_info{version=\""),
           std::string("lunet_runtime_info{runtime=\"lunetd\"} 1\n"),
           std::string("lunet_store_generation 42\n"),
           std::string("lunet_disk_size_bytes{disk=\"fileio/d1\"} 1048576\n"),
           std::string("lunet_target_sessions{target=\"iqn.t\",tpg=\"1\"} 1\n"),
           "lunet_lun_commands_total" + lun + "7\n",
           "lunet_lun_read_bytes_total" + lun + "8192\n",
           "lunet_lun_written_bytes_total" + lun + "512\n",
           "lunet_lun_reads_total" + lun + "2\n",
           "lunet_lun_writes_total" + lun + "1\n",
           "lunet_lun_command_duration_seconds_sum" + lun + "7e-05\n",
           "lunet_lun_command_duration_seconds_count" + lun + "1\n",
           std::string("lunet_session_info{target=\"iqn.t\",tpg=\"1\",initiator=\"iqn.i\",sid=\"3\",address="
                       "\"192.0.2.9\"} 1\n"),
           "lunet_session_commands_total" + session + "3\n",
           "lunet_session_read_bytes_total" + session + "4096\n",
           "lunet_session_written_bytes_total" + session + "512\n",
       }) {
    EXPECT_THAT(lab.console.out, HasSubstr("\n" + line));
  }
  EXPECT_THAT(lab.console.out, Not(HasSubstr("in_sync")));
}

TEST(MetricsCommand, LeavesOutWhatTheKernelDoesNotCount) {
  Exported lab;
  lab.runtime.work.kind = service::RuntimeKind::kernel;
  lab.runtime.work.luns = {{"iqn.t", 1, 4, "block/b", 7, 2 << 20, 0}};
  lab.runtime.work.open[0].luns = {{0, "block/b"}};
  EXPECT_EQ(lab.run("metrics"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("lunet_runtime_info{runtime=\"kernel\"} 1\n"));
  EXPECT_THAT(lab.console.out, HasSubstr("disk=\"block/b\"} 2097152\n"));
  EXPECT_THAT(lab.console.out, HasSubstr("lunet_session_info{"));
  for (const char* name : {"lunet_lun_reads_total", "duration_seconds", "lunet_session_commands_total"})
    EXPECT_THAT(lab.console.out, Not(HasSubstr(name)));
}

TEST(MetricsCommand, OfNothingIsStillRight) {
  Lab lab;
  EXPECT_EQ(lab.run("metrics"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("\nlunet_store_generation 0\n"));
  EXPECT_THAT(lab.console.out, Not(HasSubstr("lun=")));
}

TEST(MetricsCommand, AsksOnlyOnDemandWhetherAllIsAsRecorded) {
  Lab lab;
  EXPECT_EQ(lab.run("metrics --sync"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("\nlunet_store_in_sync 1\n"));
  lab.runtime.fake.comparison.differences.emplace_back();
  lab.console.out.clear();
  EXPECT_EQ(lab.run("metrics --sync"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("\nlunet_store_in_sync 0\n"));
}

TEST(MetricsCommand, GoIntoAFileThatTheCollectorMayRead) {
  Exported lab;
  EXPECT_EQ(lab.run("metrics"), ExitStatus::done);
  const TextFile file("before");
  const std::string printed = std::exchange(lab.console.out, "");
  EXPECT_EQ(lab.run("metrics --output " + file.path()), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "");
  EXPECT_EQ(*text_of_file(file.path()), printed);
  struct stat status{};
  ASSERT_EQ(::stat(file.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0644U);
  EXPECT_EQ(lab.run("metrics --output /no/such/folder/lunet.prom"), ExitStatus::failed);
}

TEST(MetricsCommand, AreTheSameAsJson) {
  Exported lab;
  EXPECT_EQ(lab.run("metrics --json"), ExitStatus::done);
  const auto json = nlohmann::ordered_json::parse(lab.console.out);
  EXPECT_EQ(json.begin().key(), "format");
  for (const auto& metric : json["metrics"]) {
    if (metric["name"] != "lunet_lun_commands_total") continue;
    EXPECT_EQ(metric["type"], "counter");
    EXPECT_EQ(metric["samples"][0]["labels"]["disk"], "fileio/d1");
    EXPECT_EQ(metric["samples"][0]["value"], 7);
    return;
  }
  ADD_FAILURE() << "no such metric";
}

}  // namespace
}  // namespace lunet::shell
