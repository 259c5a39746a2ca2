// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "engine/iscsi/test_initiator.h"

namespace lunet::iscsi::test {
namespace {

constexpr std::uint8_t security = 0x00;
constexpr std::uint8_t operational = 0x04;
constexpr std::uint8_t to_operational = flag::transit | 0x01;
constexpr std::uint8_t to_full_feature = flag::transit | 0x03;

/// Class and detail of the answer to one login request.
unsigned status_of(std::uint8_t flags, std::string_view text, FakeHost host = {}) {
  Initiator initiator(host);
  const Pdu answer = initiator.login(flags, text);
  EXPECT_EQ(answer.opcode(), Opcode::login_response);
  const unsigned status = answer.header.u16(36);
  EXPECT_EQ(initiator.connection.finished(), status != 0);
  return status;
}

TEST(Login, SucceedsInOneStep) {
  FakeHost host;
  Initiator initiator(host);
  const Pdu answer = initiator.login(operational | to_full_feature, std::string(names) + "InitialR2T=No|");
  EXPECT_EQ(answer.flags(), operational | to_full_feature);
  EXPECT_EQ(answer.header.u16(36), 0);
  EXPECT_EQ(answer.header.u16(14), 7);  // TSIH
  EXPECT_EQ(answer.header.task_tag(), 0x1234u);
  EXPECT_EQ(answer.header.raw[8], 0x80);
  EXPECT_EQ(readable(answer.data), "TargetPortalGroupTag=1|InitialR2T=No|MaxRecvDataSegmentLength=262144|");
  EXPECT_EQ(answer.u32(field::exp_command_sn), 1000u);
  EXPECT_EQ(answer.u32(field::max_command_sn), 1063u);
  EXPECT_TRUE(initiator.connection.full_feature());
  EXPECT_EQ(initiator.connection.tsih(), 7);
  EXPECT_EQ(initiator.connection.identity().initiator_name, "iqn.2026-11.org.example:host");
  EXPECT_NE(initiator.connection.negotiated().find("InitialR2T=No\n"), std::string::npos);
}

TEST(Login, SucceedsInSeveralSteps) {
  FakeHost host;
  Admission admission;
  admission.portal_group_tag = 3;
  admission.parameters.target_alias = "shelf";
  host.admission = admission;
  Initiator initiator(host);
  Pdu answer = initiator.login(security, std::string(names) + "AuthMethod=CHAP,None|");
  EXPECT_EQ(answer.flags(), security);
  EXPECT_EQ(readable(answer.data), "TargetPortalGroupTag=3|TargetAlias=shelf|AuthMethod=None|");
  EXPECT_EQ(answer.header.u16(14), 0);
  answer = initiator.login(security | to_operational, "");
  EXPECT_EQ(answer.flags(), security | to_operational);
  EXPECT_EQ(answer.data, "");
  answer = initiator.login(operational, "MaxRecvDataSegmentLength=65536|X-a=b|");
  EXPECT_EQ(answer.flags(), operational);
  EXPECT_EQ(readable(answer.data), "X-a=NotUnderstood|MaxRecvDataSegmentLength=262144|");
  answer = initiator.login(operational | to_full_feature, "MaxBurstLength=8192|");
  EXPECT_EQ(readable(answer.data), "MaxBurstLength=8192|");
  EXPECT_TRUE(initiator.connection.full_feature());
  EXPECT_EQ(host.admitted.size(), 1u);
}

TEST(Login, MayRepeatWhoItIsInEachStage) {
  FakeHost host;
  Initiator initiator(host);
  initiator.login(security | to_operational, std::string(names) + "SessionType=Normal|AuthMethod=None|");
  const Pdu answer = initiator.login(operational | to_full_feature,
                                     std::string(names) + "SessionType=Normal|HeaderDigest=None|");
  EXPECT_EQ(answer.header.u16(36), 0);
  EXPECT_TRUE(initiator.connection.full_feature());
}

TEST(Login, MayNotBecomeSomebodyElse) {
  FakeHost host;
  Initiator initiator(host);
  initiator.login(security | to_operational, names);
  const Pdu answer =
      initiator.login(operational | to_full_feature, "InitiatorName=iqn.2026-11.org.example:other|");
  EXPECT_EQ(answer.header.u16(36), 0x0200);
  EXPECT_TRUE(initiator.connection.finished());
}

TEST(Login, GoesFromSecurityStraightToFullFeature) {
  FakeHost host;
  Initiator initiator(host);
  const Pdu answer = initiator.login(security | to_full_feature, names);
  EXPECT_EQ(answer.header.u16(36), 0);
  EXPECT_EQ(readable(answer.data), "TargetPortalGroupTag=1|");
  // Nothing was declared, so the default counts.
  EXPECT_NE(initiator.connection.negotiated().find("MaxRecvDataSegmentLength=8192\n"), std::string::npos);
}

TEST(Login, TakesKeysThatSpanRequests) {
  FakeHost host;
  Initiator initiator(host);
  const std::string all = std::string(names) + "HeaderDigest=None|";
  Pdu answer = initiator.login(operational | flag::resume, all.substr(0, 20));
  EXPECT_EQ(answer.flags(), operational);
  EXPECT_EQ(answer.data, "");
  EXPECT_TRUE(host.admitted.empty());
  answer = initiator.login(operational | flag::resume, "");
  EXPECT_EQ(answer.data, "");
  answer = initiator.login(operational | to_full_feature, all.substr(20));
  EXPECT_EQ(readable(answer.data),
            "TargetPortalGroupTag=1|HeaderDigest=None|MaxRecvDataSegmentLength=262144|");
  EXPECT_TRUE(initiator.connection.full_feature());
}

TEST(Login, SplitsAnAnswerThatIsTooLong) {
  FakeHost host;
  Initiator initiator(host);
  std::string text;
  for (int i = 0; i < 200; i++) text += "X-" + std::string(50, 'k') + std::to_string(i) + "=v|";
  initiator.login(operational | flag::resume, std::string(names) + text.substr(0, 5000));
  Pdu answer = initiator.login(operational | to_full_feature, text.substr(5000));
  std::string all = answer.data;
  EXPECT_EQ(answer.flags(), operational | flag::resume);
  EXPECT_EQ(answer.data.size(), 8192u);
  EXPECT_FALSE(initiator.connection.full_feature());
  answer = initiator.login(operational | to_full_feature, "");
  all += answer.data;
  EXPECT_EQ(answer.flags(), operational | to_full_feature);
  EXPECT_TRUE(initiator.connection.full_feature());
  EXPECT_NE(readable(all).find("199=NotUnderstood|MaxRecvDataSegmentLength="), std::string::npos);
}

TEST(Login, WorksByteByByte) {
  FakeHost host;
  Initiator initiator(host);
  initiator.chunk = 1;
  initiator.log_in("HeaderDigest=CRC32C|DataDigest=CRC32C|");
  EXPECT_TRUE(initiator.header_digest);
  initiator.send(initiator.command(flag::final, 0x00, 0));
  EXPECT_EQ(initiator.receive_one().opcode(), Opcode::scsi_response);
}

TEST(Login, NamesWhatIsWrong) {
  EXPECT_EQ(status_of(operational | to_full_feature, "TargetName=iqn.2026-11.org.example:disk|"), 0x0207u);
  EXPECT_EQ(status_of(operational | to_full_feature, "InitiatorName=iqn.2026-11.org.example:host|"), 0x0207u);
  EXPECT_EQ(
      status_of(operational | to_full_feature, "InitiatorName=me|TargetName=iqn.2026-11.org.example:d|"),
      0x0200u);
  EXPECT_EQ(
      status_of(operational | to_full_feature, "InitiatorName=iqn.2026-11.org.example:h|TargetName=disk|"),
      0x0203u);
  EXPECT_EQ(status_of(operational | to_full_feature, std::string(names) + "SessionType=Other|"), 0x0209u);
  EXPECT_EQ(status_of(security | to_operational, std::string(names) + "AuthMethod=CHAP|"), 0x0201u);
  EXPECT_EQ(status_of(security | to_operational, std::string(names) + "InitialR2T=No|"), 0x0200u);
  EXPECT_EQ(status_of(operational | to_full_feature, std::string(names) + "InitialR2T=No|InitialR2T=No|"),
            0x0200u);
  EXPECT_EQ(status_of(operational | to_full_feature, std::string(names) + "nonsense|"), 0x0200u);
}

TEST(Login, RefusesStagesThatDoNotExist) {
  EXPECT_EQ(status_of(0x08, names), 0x0200u);                                          // CSG 2
  EXPECT_EQ(status_of(0x0c, names), 0x0200u);                                          // CSG 3
  EXPECT_EQ(status_of(operational | flag::transit | 0x01, names), 0x0200u);            // to where it is
  EXPECT_EQ(status_of(operational | flag::transit | 0x02, names), 0x0200u);            // NSG 2
  EXPECT_EQ(status_of(operational | to_full_feature | flag::resume, names), 0x0200u);  // T and C
}

TEST(Login, RefusesToGoBack) {
  FakeHost host;
  Initiator initiator(host);
  initiator.login(security | to_operational, names);
  EXPECT_EQ(initiator.login(security | to_operational, "").header.u16(36), 0x0200);
}

TEST(Login, PassesOnTheHostsRefusal) {
  FakeHost host;
  host.admission = Refusal{2, 2, "no ACL"};
  EXPECT_EQ(status_of(operational | to_full_feature, names, host), 0x0202u);
  host.admission = Refusal{2, 3, "no such target"};
  EXPECT_EQ(status_of(security | to_operational, names, host), 0x0203u);
  host.admission = Admission{};
  host.session_refusal = Refusal{3, 2, "no memory"};
  EXPECT_EQ(status_of(operational | to_full_feature, names, host), 0x0302u);
}

TEST(Login, RefusesAnotherConnectionOfASession) {
  FakeHost host;
  Initiator initiator(host);
  Header header = Initiator::login_header(operational | to_full_feature);
  header.set_u16(14, 9);
  initiator.send(header, keys(names));
  EXPECT_EQ(initiator.receive_one().header.u16(36), 0x0206);
  EXPECT_EQ(host.admitted.at(0).tsih, 9);
}

TEST(Login, RefusesOtherVersions) {
  FakeHost host;
  Initiator initiator(host);
  Header header = Initiator::login_header(operational | to_full_feature);
  header.raw[2] = 5;
  header.raw[3] = 1;
  initiator.send(header, keys(names));
  EXPECT_EQ(initiator.receive_one().header.u16(36), 0x0205);
  EXPECT_TRUE(host.admitted.empty());
}

TEST(Login, RefusesAnotherIsidInTheMiddle) {
  FakeHost host;
  Initiator initiator(host);
  initiator.login(security | to_operational, names);
  Header header = Initiator::login_header(operational | to_full_feature);
  header.raw[9] ^= 1;
  initiator.send(header);
  EXPECT_EQ(initiator.receive_one().header.u16(36), 0x0200);
}

TEST(Login, HasToBeTheFirstRequest) {
  FakeHost host;
  Initiator initiator(host);
  initiator.send(initiator.request(Opcode::nop_out, flag::final));
  EXPECT_TRUE(initiator.connection.finished());
  EXPECT_FALSE(initiator.connection.has_output());
}

TEST(Login, EndsWithAnotherRequest) {
  FakeHost host;
  Initiator initiator(host);
  initiator.login(security | to_operational, names);
  initiator.send(initiator.request(Opcode::text, flag::final, true), keys("SendTargets=All|"));
  const Pdu answer = initiator.receive_one();
  EXPECT_EQ(answer.opcode(), Opcode::login_response);
  EXPECT_EQ(answer.header.u16(36), 0x020b);
  EXPECT_TRUE(initiator.connection.finished());
}

TEST(Login, TakesNoMoreThanTheDefaultSegment) {
  FakeHost host;
  Initiator fits(host);
  fits.login(operational | flag::resume, "A=" + std::string(8190, 'x'));
  EXPECT_FALSE(fits.connection.finished());
  Initiator initiator(host);
  initiator.send(Initiator::login_header(operational | flag::resume), "A=" + std::string(8191, 'x'));
  EXPECT_TRUE(initiator.connection.finished());
  EXPECT_FALSE(initiator.connection.has_output());
}

TEST(Login, LimitsTheTextOfAllRequests) {
  FakeHost host;
  Initiator initiator(host, {.text_bytes_max = 10000});
  EXPECT_EQ(initiator.login(operational | flag::resume, "A=" + std::string(8000, 'x')).header.u16(36), 0);
  EXPECT_EQ(initiator.login(operational | flag::resume, std::string(8000, 'x')).header.u16(36), 0x0200);
}

TEST(Login, TimesOut) {
  FakeHost host;
  Initiator initiator(host);
  initiator.tick(14);
  EXPECT_FALSE(initiator.connection.finished());
  initiator.login(security | to_operational, names);
  initiator.tick(1);
  EXPECT_TRUE(initiator.connection.finished());
  EXPECT_EQ(initiator.connection.reason(), "login timeout");
}

TEST(Login, WaitsForTheSession) {
  FakeHost host;
  host.open_at_once = false;
  Initiator initiator(host);
  initiator.send(Initiator::login_header(operational | to_full_feature), keys(names));
  EXPECT_FALSE(initiator.connection.has_output());
  EXPECT_FALSE(initiator.connection.full_feature());
  initiator.connection.session_opened(3);
  EXPECT_EQ(initiator.receive_one().header.u16(14), 3);
  EXPECT_TRUE(initiator.connection.full_feature());
  initiator.connection.session_opened(4);  // answered already
  EXPECT_EQ(initiator.connection.tsih(), 3);
}

TEST(Login, TakesNoRequestsBeforeItsAnswer) {
  FakeHost host;
  host.open_at_once = false;
  Initiator initiator(host);
  initiator.send(Initiator::login_header(operational | to_full_feature), keys(names));
  initiator.send(initiator.command(flag::final, 0, 0));
  EXPECT_TRUE(initiator.connection.finished());
  initiator.connection.session_opened(3);
  EXPECT_FALSE(initiator.connection.full_feature());
}

TEST(Login, InsistsOnDigests) {
  FakeHost host;
  Admission admission;
  admission.parameters.data_digest = "CRC32C";
  host.admission = admission;
  EXPECT_EQ(status_of(operational | to_full_feature, names, host), 0x0200u);
  EXPECT_EQ(status_of(operational | to_full_feature, std::string(names) + "DataDigest=None,CRC32C|", host),
            0u);
}

TEST(Login, LowersTheCaseOfNames) {
  FakeHost host;
  Initiator initiator(host);
  initiator.login(operational | to_full_feature,
                  "InitiatorName=iqn.2026-11.org.Example:HOST|TargetName=IQN.2026-11.org.example:Disk|");
  EXPECT_EQ(host.admitted.at(0).initiator_name, "iqn.2026-11.org.example:host");
  EXPECT_EQ(host.admitted.at(0).target_name, "iqn.2026-11.org.example:disk");
}

TEST(Login, StartsStatSnAtRandom) {
  FakeHost host;
  Initiator one(host);
  Initiator other(host);
  EXPECT_NE(one.login(operational, names).u32(field::stat_sn),
            other.login(operational, names).u32(field::stat_sn));
}

TEST(Login, IsOverAfterTheLogin) {
  FakeHost host;
  Initiator initiator(host);
  initiator.log_in();
  initiator.send(Initiator::login_header(operational | to_full_feature), keys(names));
  EXPECT_EQ(initiator.receive_one().opcode(), Opcode::reject);
  EXPECT_TRUE(initiator.connection.finished());
}

}  // namespace
}  // namespace lunet::iscsi::test
