// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/negotiation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace lunet::iscsi {
namespace {

using Phase = Negotiation::Phase;

struct Talk {
  Negotiation negotiation;

  explicit Talk(const NodeParameters& parameters = {}, bool discovery = false,
                const AuthenticationPolicy& authentication = {}) {
    negotiation.begin(parameters, discovery, authentication);
  }
  /// Answers with '|' for the zero bytes; "error: ..." when the login would be refused.
  std::string say(const std::vector<TextPair>& pairs, Phase phase = Phase::operational) {
    std::string out;
    const auto done = negotiation.answer(phase, pairs, out);
    if (!done) return "error: " + done.error().message;
    std::replace(out.begin(), out.end(), '\0', '|');
    return out;
  }
  [[nodiscard]] const Negotiated& values() const { return negotiation.values(); }
};

TEST(Negotiation, StartsFromTheDefaultsOfTheStandard) {
  const Talk talk;
  EXPECT_TRUE(talk.values().initial_r2t);
  EXPECT_TRUE(talk.values().immediate_data);
  EXPECT_EQ(talk.values().max_burst_bytes, 262144u);
  EXPECT_EQ(talk.values().first_burst_bytes, 65536u);
  EXPECT_EQ(talk.values().send_segment_bytes, 8192u);
  EXPECT_EQ(talk.values().receive_segment_bytes, 8192u);
  EXPECT_EQ(talk.values().max_outstanding_r2t, 1u);
  EXPECT_FALSE(talk.values().header_digest);
}

TEST(Negotiation, TakesTheFirstDigestThatBothKnow) {
  Talk talk;
  EXPECT_EQ(talk.say({{"HeaderDigest", "X-new,CRC32C,None"}, {"DataDigest", "None,CRC32C"}}),
            "HeaderDigest=CRC32C|DataDigest=None|");
  EXPECT_TRUE(talk.values().header_digest);
  EXPECT_FALSE(talk.values().data_digest);
  EXPECT_TRUE(talk.negotiation.acceptable());
}

TEST(Negotiation, InsistsOnADigest) {
  NodeParameters parameters;
  parameters.header_digest = "CRC32C";
  Talk talk(parameters);
  EXPECT_FALSE(talk.negotiation.acceptable());
  EXPECT_EQ(talk.say({{"HeaderDigest", "None"}}), "HeaderDigest=Reject|");
  EXPECT_FALSE(talk.negotiation.acceptable());
  Talk other(parameters);
  EXPECT_EQ(other.say({{"HeaderDigest", "None,CRC32C"}}), "HeaderDigest=CRC32C|");
  EXPECT_TRUE(other.negotiation.acceptable());
}

TEST(Negotiation, CombinesBooleans) {
  NodeParameters parameters;
  parameters.initial_r2t = false;
  parameters.immediate_data = true;
  Talk talk(parameters);
  EXPECT_EQ(talk.say({{"InitialR2T", "No"}, {"ImmediateData", "Yes"}}), "InitialR2T=No|ImmediateData=Yes|");
  parameters.initial_r2t = true;
  parameters.immediate_data = false;
  Talk strict(parameters);
  EXPECT_EQ(strict.say({{"InitialR2T", "No"}, {"ImmediateData", "Yes"}}), "InitialR2T=Yes|ImmediateData=No|");
  Talk keeps_order(parameters);
  EXPECT_EQ(keeps_order.say({{"DataPDUInOrder", "No"}, {"DataSequenceInOrder", "No"}}),
            "DataPDUInOrder=Yes|DataSequenceInOrder=Yes|");
}

TEST(Negotiation, TakesTheSmallerOrLargerNumber) {
  Talk talk;
  EXPECT_EQ(talk.say({{"MaxBurstLength", "16776192"},
                      {"FirstBurstLength", "0x2000"},
                      {"MaxOutstandingR2T", "100"},
                      {"DefaultTime2Wait", "9"},
                      {"DefaultTime2Retain", "3600"},
                      {"ErrorRecoveryLevel", "2"},
                      {"MaxConnections", "8"},
                      {"iSCSIProtocolLevel", "2"}}),
            "MaxBurstLength=1048576|FirstBurstLength=8192|MaxOutstandingR2T=8|DefaultTime2Wait=9|"
            "DefaultTime2Retain=20|ErrorRecoveryLevel=0|MaxConnections=1|iSCSIProtocolLevel=1|");
  EXPECT_EQ(talk.values().first_burst_bytes, 8192u);
}

TEST(Negotiation, KeepsTheFirstBurstWithinTheBurst) {
  Talk talk;
  EXPECT_EQ(talk.say({{"FirstBurstLength", "262144"}, {"MaxBurstLength", "4096"}}),
            "FirstBurstLength=4096|MaxBurstLength=4096|");
  Talk defaults;
  EXPECT_EQ(defaults.say({{"MaxBurstLength", "4096"}}), "MaxBurstLength=4096|");
  EXPECT_EQ(defaults.values().first_burst_bytes, 4096u);
}

TEST(Negotiation, RejectsValuesThatMakeNoSense) {
  Talk talk;
  EXPECT_EQ(
      talk.say({{"MaxBurstLength", "511"},
                {"InitialR2T", "maybe"},
                {"MaxOutstandingR2T", "0"},
                {"MaxRecvDataSegmentLength", "16777216"},
                {"DefaultTime2Wait", "3601"}}),
      "MaxBurstLength=Reject|InitialR2T=Reject|MaxOutstandingR2T=Reject|MaxRecvDataSegmentLength=Reject|"
      "DefaultTime2Wait=Reject|");
  EXPECT_EQ(talk.values().send_segment_bytes, 8192u);
  EXPECT_EQ(talk.values().max_burst_bytes, 262144u);
}

TEST(Negotiation, SaysWhatIsIrrelevant) {
  Talk talk;
  EXPECT_EQ(talk.say({{"FirstBurstLength", "65536"}, {"InitialR2T", "Yes"}, {"ImmediateData", "No"}}),
            "FirstBurstLength=Irrelevant|InitialR2T=Yes|ImmediateData=No|");
  Talk discovery({}, true);
  EXPECT_EQ(
      discovery.say({{"MaxBurstLength", "65536"}, {"DefaultTime2Wait", "0"}, {"TaskReporting", "RFC3720"}}),
      "MaxBurstLength=Irrelevant|DefaultTime2Wait=2|TaskReporting=Irrelevant|");
}

TEST(Negotiation, SaysWhatItDoesNotUnderstand) {
  Talk talk;
  EXPECT_EQ(
      talk.say({{"X-com.example", "1"}, {"Whatever", std::string(1000, 'v')}, {"headerdigest", "None"}}),
      "X-com.example=NotUnderstood|Whatever=NotUnderstood|headerdigest=NotUnderstood|");
  EXPECT_EQ(talk.say({{"TargetAlias", "NotUnderstood"}, {"Whatever", "NotUnderstood"}}), "");
}

TEST(Negotiation, HasNoMarkers) {
  Talk talk;
  EXPECT_EQ(talk.say({{"IFMarker", "Yes"}, {"OFMarker", "No"}, {"IFMarkInt", "1~2"}, {"OFMarkInt", "2048"}}),
            "IFMarker=No|OFMarker=No|IFMarkInt=Reject|OFMarkInt=Reject|");
}

TEST(Negotiation, KeepsWhatIsTheTargets) {
  Talk talk;
  EXPECT_EQ(talk.say({{"TargetPortalGroupTag", "5"}, {"TargetAddress", "a"}}),
            "TargetPortalGroupTag=Reject|TargetAddress=Reject|");
}

TEST(Negotiation, RefusesTheSameKeyTwice) {
  Talk talk;
  EXPECT_EQ(talk.say({{"MaxBurstLength", "8192"}}), "MaxBurstLength=8192|");
  EXPECT_EQ(talk.say({{"MaxBurstLength", "8192"}}), "error: MaxBurstLength was negotiated twice");
}

TEST(Negotiation, RefusesKeysOfAnotherStage) {
  Talk talk;
  EXPECT_EQ(talk.say({{"MaxBurstLength", "8192"}}, Phase::security),
            "error: MaxBurstLength in the wrong stage of the login");
  Talk other;
  EXPECT_EQ(other.say({{"AuthMethod", "None"}}), "error: AuthMethod in the wrong stage of the login");
}

TEST(Negotiation, RefusesLongValuesOfKnownKeys) {
  Talk talk;
  EXPECT_EQ(talk.say({{"HeaderDigest", std::string(256, 'x')}}),
            "error: HeaderDigest has a value of more than 255 bytes");
}

TEST(Negotiation, AgreesOnAnAuthenticationMethod) {
  const auto method = [](const AuthenticationPolicy& policy, std::string_view offer) {
    std::string out;
    Talk talk({}, false, policy);
    const auto done =
        talk.negotiation.answer(Phase::security, std::vector<TextPair>{{"AuthMethod", offer}}, out);
    EXPECT_TRUE(done || done.error().errnum == EACCES);
    EXPECT_EQ(talk.values().auth_method.empty(), !done);
    return done ? talk.values().auth_method : std::string("refused");
  };
  AuthenticationPolicy policy;
  EXPECT_EQ(method(policy, "CHAP,None"), "None") << "open";
  EXPECT_EQ(method(policy, "CHAP"), "refused") << "nothing to check it with";
  EXPECT_EQ(method(policy, "KRB5"), "refused");
  policy.any_response = true;
  EXPECT_EQ(method(policy, "CHAP"), "CHAP");
  policy.required = true;
  EXPECT_EQ(method(policy, "CHAP,None"), "refused") << "no secret is set";
  policy.initiator = {"user", "secret"};
  EXPECT_EQ(method(policy, "None,CHAP"), "CHAP");
  EXPECT_EQ(method(policy, "SRP,CHAP"), "CHAP");
  EXPECT_EQ(method(policy, "None"), "refused");
  EXPECT_EQ(method(policy, "CHAPX"), "refused");
  policy.required = false;
  EXPECT_EQ(method(policy, "CHAP,None"), "None");
  EXPECT_EQ(method(policy, "CHAP"), "CHAP");
  policy.chap = false;
  EXPECT_EQ(method(policy, "CHAP"), "refused");
  policy.required = true;
  EXPECT_EQ(method(policy, "CHAP,None"), "refused");
}

TEST(Negotiation, LimitsWhatIsSentByBothSides) {
  NodeParameters parameters;
  parameters.max_xmit_data_segment_length = 65536;
  Talk talk(parameters);
  EXPECT_EQ(talk.say({{"MaxRecvDataSegmentLength", "262144"}}), "");
  EXPECT_EQ(talk.values().send_segment_bytes, 65536u);
  EXPECT_EQ(talk.say({{"MaxRecvDataSegmentLength", "512"}}, Phase::full_feature), "");
  EXPECT_EQ(talk.values().send_segment_bytes, 512u);
}

TEST(Negotiation, DeclaresOnce) {
  Talk talk;
  std::string out;
  talk.negotiation.declare(out);
  talk.negotiation.declare(out);
  EXPECT_EQ(out, std::string("MaxRecvDataSegmentLength=262144") + '\0');
  EXPECT_EQ(talk.values().receive_segment_bytes, 262144u);
}

TEST(Negotiation, ChangesNothingButDeclarationsAfterTheLogin) {
  Talk talk;
  EXPECT_EQ(
      talk.say({{"MaxBurstLength", "8192"}, {"InitiatorAlias", "me"}, {"X-a", "b"}}, Phase::full_feature),
      "MaxBurstLength=Reject|X-a=NotUnderstood|");
  EXPECT_EQ(talk.values().max_burst_bytes, 262144u);
}

TEST(Negotiation, AnswersTaskReporting) {
  Talk talk;
  EXPECT_EQ(talk.say({{"TaskReporting", "FastAbort,ResponseFence,RFC3720"}}), "TaskReporting=ResponseFence|");
}

TEST(Negotiation, ListsWhatIsInForce) {
  const Talk talk;
  EXPECT_NE(talk.values().text().find("MaxBurstLength=262144\n"), std::string::npos);
  EXPECT_NE(talk.values().text().find("HeaderDigest=None\n"), std::string::npos);
}

}  // namespace
}  // namespace lunet::iscsi
