// SPDX-License-Identifier: Apache-2.0
// The security stage of a login, with CHAP in it, over whole connections.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/iscsi/binary_value.h"
#include "engine/iscsi/chap_digest.h"
#include "engine/iscsi/test_initiator.h"

namespace lunet::iscsi::test {
namespace {

constexpr std::uint8_t in_security = 0x00;
constexpr std::uint8_t in_operational = 0x04;
constexpr std::uint8_t then_operational = flag::transit | 0x01;
constexpr std::uint8_t then_full_feature = flag::transit | 0x03;

Admission chap_admission() {
  Admission admission;
  admission.authentication.required = true;
  admission.authentication.initiator = {"user", "secret-of-12ch"};
  admission.authentication.target = {"target", "another-secret"};
  return admission;
}

/// A connection whose host asks for CHAP; its challenges are bytes from 00h up.
struct Guarded {
  FakeHost host;
  Initiator initiator{host};

  explicit Guarded(const Admission& admission = chap_admission()) { host.admission = admission; }
  /// Keys of the answer, or class and detail.
  std::string say(std::uint8_t flags, std::string_view text) {
    answer = initiator.login(flags, text);
    const unsigned status = answer.header.u16(36);
    EXPECT_EQ(initiator.connection.finished(), status != 0);
    return status == 0 ? readable(answer.data) : fmt::format("{:04x}", status);
  }
  /// CHAP_N and CHAP_R for SHA-256.
  static std::string proof(std::string_view secret = "secret-of-12ch") {
    std::vector<std::uint8_t> challenge(32);
    for (std::uint8_t i = 0; i < 32; i++) challenge[i] = i;
    const auto response = chap_response(ChapAlgorithm::sha256, 32, secret, challenge);
    return "CHAP_N=user|CHAP_R=" + encode_binary(*response) + "|";
  }
  Pdu answer;
};

const std::string offer_chap = std::string(names) + "AuthMethod=CHAP,None|";
constexpr const char* challenge_text =
    "CHAP_A=7|CHAP_I=32|CHAP_C=0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f|";

}  // namespace

TEST(Authentication, GoesThroughTheSecurityStage) {
  Guarded login;
  EXPECT_EQ(login.say(in_security | then_operational, offer_chap), "TargetPortalGroupTag=1|AuthMethod=CHAP|");
  EXPECT_EQ(login.answer.flags(), in_security) << "not yet";
  EXPECT_EQ(login.say(in_security, "CHAP_A=5,7|"), challenge_text);
  EXPECT_EQ(login.say(in_security | then_operational, Guarded::proof()), "");
  EXPECT_EQ(login.answer.flags(), in_security | then_operational);
  EXPECT_EQ(login.say(in_operational | then_full_feature, "InitialR2T=Yes|"),
            "InitialR2T=Yes|MaxRecvDataSegmentLength=262144|");
  EXPECT_TRUE(login.initiator.connection.full_feature());
  EXPECT_TRUE(login.host.refused.empty());
}

TEST(Authentication, MayGoStraightToFullFeature) {
  Guarded login;
  login.say(in_security, offer_chap);
  login.say(in_security, "CHAP_A=7|");
  EXPECT_EQ(login.say(in_security, Guarded::proof()), "");
  EXPECT_FALSE(login.initiator.connection.full_feature()) << "T was not set";
  EXPECT_EQ(login.say(in_security | then_full_feature, ""), "");
  EXPECT_TRUE(login.initiator.connection.full_feature());
}

TEST(Authentication, IsTheSameInSmallPieces) {
  Guarded login;
  login.initiator.chunk = 1;
  login.say(in_security, offer_chap);
  EXPECT_EQ(login.say(in_security | flag::resume, "CHAP"), "");
  EXPECT_EQ(login.say(in_security, "_A=7|"), challenge_text);
  const std::string proof = Guarded::proof();
  EXPECT_EQ(login.say(in_security | flag::resume, proof.substr(0, 30)), "");
  EXPECT_EQ(login.say(in_security | then_full_feature, proof.substr(30)), "");
  EXPECT_TRUE(login.initiator.connection.full_feature());
}

TEST(Authentication, TheTransitBitBeforeItsEndIsNotFollowed) {
  Guarded login;
  login.say(in_security | then_full_feature, offer_chap);
  EXPECT_EQ(login.answer.flags(), in_security);
  login.say(in_security | then_full_feature, "CHAP_A=7|");
  EXPECT_EQ(login.answer.flags(), in_security);
  EXPECT_EQ(login.say(in_security | then_full_feature, ""), "0207");
  EXPECT_FALSE(login.initiator.connection.full_feature());
}

TEST(Authentication, CannotBeSkipped) {
  EXPECT_EQ(Guarded().say(in_operational | then_full_feature, names), "0201");
  EXPECT_EQ(Guarded().say(in_operational, names), "0201");
  EXPECT_EQ(Guarded().say(in_security | then_full_feature, names), "0201");
  EXPECT_EQ(Guarded().say(in_security | then_operational, std::string(names) + "AuthMethod=None|"), "0201");
  EXPECT_EQ(Guarded().say(in_security, std::string(names) + "AuthMethod=KRB5,SRP|"), "0201");
  Guarded late;
  late.say(in_security, names);
  EXPECT_EQ(late.say(in_security | then_full_feature, ""), "0201");
  Guarded jump;
  jump.say(in_security, offer_chap);
  EXPECT_EQ(jump.say(in_operational | then_full_feature, ""), "0200");
  Guarded middle;
  middle.say(in_security, offer_chap);
  middle.say(in_security, "CHAP_A=7|");
  EXPECT_EQ(middle.say(in_operational | then_full_feature, ""), "0200");
  EXPECT_EQ(middle.host.refused.size(), 1U);
}

TEST(Authentication, CannotBeAgreedOnAgain) {
  Guarded login;
  login.say(in_security, offer_chap);
  EXPECT_EQ(login.say(in_security, "AuthMethod=None|"), "0200");
  Guarded both;
  both.say(in_security, offer_chap);
  both.say(in_security, "CHAP_A=7|");
  EXPECT_EQ(both.say(in_security, "AuthMethod=None|" + Guarded::proof()), "0200");
}

TEST(Authentication, KeysBeforeTheMethodOrAfterTheStageAreAgainstTheRules) {
  EXPECT_EQ(Guarded().say(in_security, offer_chap + "CHAP_A=7|"), "0200");
  EXPECT_EQ(Guarded().say(in_security, std::string(names) + "CHAP_A=7|"), "0200");
  Guarded login;
  login.say(in_security, offer_chap);
  login.say(in_security, "CHAP_A=7|");
  login.say(in_security | then_operational, Guarded::proof());
  EXPECT_EQ(login.say(in_operational, "CHAP_A=7|"), "0200");
  EXPECT_EQ(Guarded(Admission{})
                .say(in_operational, std::string(names) + "CHAP_R=0x" + std::string(600, '0') + "|"),
            "0200");
}

TEST(Authentication, AWrongSecretEndsTheConnection) {
  Guarded login;
  login.say(in_security, offer_chap);
  login.say(in_security, "CHAP_A=7|");
  EXPECT_EQ(login.say(in_security | then_full_feature, Guarded::proof("wrong-secret-x")), "0201");
  ASSERT_EQ(login.host.refused.size(), 1U);
  EXPECT_EQ(login.host.refused[0].reason, "CHAP: wrong secret");
}

TEST(Authentication, ProvesTheTargetInTheSameAnswer) {
  Guarded login;
  login.say(in_security, offer_chap);
  login.say(in_security, "CHAP_A=7|");
  const auto expected = chap_response(ChapAlgorithm::sha256, 5, "another-secret", as_bytes("abcd"));
  EXPECT_EQ(login.say(in_security | then_full_feature, Guarded::proof() + "CHAP_I=5|CHAP_C=0bYWJjZA==|"),
            "CHAP_N=target|CHAP_R=" + encode_binary(*expected) + "|");
  EXPECT_TRUE(login.initiator.connection.full_feature());
}

TEST(Authentication, IsNotAskedForWhereNobodyNeedsIt) {
  Admission open = chap_admission();
  open.authentication.required = false;
  Guarded both(open);
  EXPECT_EQ(both.say(in_security | then_full_feature, offer_chap), "TargetPortalGroupTag=1|AuthMethod=None|");
  EXPECT_TRUE(both.initiator.connection.full_feature());
  Guarded one(open);
  EXPECT_EQ(one.say(in_security | then_full_feature, std::string(names) + "AuthMethod=CHAP|"),
            "TargetPortalGroupTag=1|AuthMethod=CHAP|");
  one.say(in_security, "CHAP_A=7|");
  EXPECT_EQ(one.say(in_security, Guarded::proof("wrong-secret-x")), "0201") << "who says CHAP means it";
}

TEST(Authentication, RefusalsOfTheHostComeFirst) {
  FakeHost host;
  host.admission = Refusal{2, 2, "no ACL"};
  Initiator initiator(host);
  EXPECT_EQ(initiator.login(in_security, offer_chap).header.u16(36), 0x0202);
  ASSERT_EQ(host.refused.size(), 1U);
  EXPECT_EQ(host.refused[0].reason, "no ACL");
}

TEST(Authentication, AbortedByAnotherRequestIsOver) {
  Guarded login;
  login.say(in_security, offer_chap);
  login.say(in_security, "CHAP_A=7|");
  login.initiator.send(login.initiator.command(flag::final, 0, 0));
  EXPECT_TRUE(login.initiator.connection.finished());
  EXPECT_EQ(login.host.commands, 0U);
}

}  // namespace lunet::iscsi::test
