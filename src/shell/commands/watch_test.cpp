// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

}  // namespace
}  // namespace lunet::shell

#include "shell/commands/watch.h"

namespace lunet::shell {
namespace {

TEST(Watch, RatesAreOfTheTimeBetween) {
  const Traffic from{10, 20, 40, 4096, 8192, 2, 100};
  const Traffic to{30, 20, 80, 4096 * 3, 8192, 4, 500};
  EXPECT_THAT(traffic_cells(from, to, 2), ElementsAre("10", "0", "20", "4096", "0", "200"));
  // A session that is new counts from nothing; one that began again does not count backwards.
  EXPECT_THAT(traffic_cells(to, from, 2), ElementsAre("0", "0", "0", "0", "0", ""));
}

TEST(Watch, ShowsEachLunOfEachSession) {
  Lab lab;
  service::LoginSession session;
  session.sid = "3";
  session.target = "iqn.t";
  session.initiator = "iqn.i";
  session.luns = {{0, "fileio/d1", false, service::LunTraffic{}}};
  lab.runtime.work.open = {session};
  EXPECT_EQ(lab.run("watch --count 1 --interval 0.01 -H -o initiator,lun,disk,iops"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "iqn.i\t0\tfileio/d1\t0\n");
  EXPECT_EQ(lab.run("watch --count 0"), ExitStatus::failed);
  EXPECT_EQ(lab.run("watch --count 1 --interval never"), ExitStatus::failed);
}

TEST(Watch, OnTheKernelEachLun) {
  Lab lab;
  lab.runtime.work.kind = service::RuntimeKind::kernel;
  lab.runtime.work.luns = {{"iqn.t", 1, 4, "block/b", 100, 3 << 20, 4 << 20}};
  EXPECT_EQ(lab.run("watch --count 1 --interval 0.01 -H -o initiator,lun,disk,latency_us"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "(all)\t4\tblock/b\t-\n");
}

}  // namespace
}  // namespace lunet::shell
