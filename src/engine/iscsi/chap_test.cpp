// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/chap.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "engine/iscsi/binary_value.h"
#include "engine/iscsi/chap_digest.h"
#include "engine/iscsi/test_initiator.h"

namespace lunet::iscsi {
namespace {

constexpr std::string_view right_secret = "secret-of-12ch";
constexpr std::string_view back_secret = "another-secret";
constexpr ChapAlgorithm every_algorithm[] = {ChapAlgorithm::md5, ChapAlgorithm::sha1, ChapAlgorithm::sha256,
                                             ChapAlgorithm::sha3_256};

AuthenticationPolicy mutual_policy() {
  AuthenticationPolicy policy;
  policy.required = true;
  policy.initiator = {"user", std::string(right_secret)};
  policy.target = {"target", std::string(back_secret)};
  return policy;
}

/// An initiator's half. Challenges count up from 01h, then comes the identifier.
class Exchange {
 public:
  explicit Exchange(const AuthenticationPolicy& policy = mutual_policy())
      : chap(policy, [this](MutableBytes bytes) {
          for (std::uint8_t& byte : bytes) byte = next_++;
          return has_random;
        }) {}

  /// Answers with '|' for zero bytes, or class and detail.
  std::string say(std::string_view text) {
    const std::string wire = test::keys(text);
    std::string out;
    const auto pairs = parse_text(wire);
    const auto refusal = chap.receive(*pairs, out);
    if (!refusal) return test::readable(out);
    reason = refusal->reason;
    return fmt::format("{:02x}{:02x}", refusal->status_class, refusal->detail);
  }
  /// CHAP_R to the challenge of `algorithm`.
  static std::string response(ChapAlgorithm algorithm, std::string_view secret = right_secret) {
    std::vector<std::uint8_t> challenge(chap_digest_bytes(algorithm));
    std::uint8_t next = 1;
    for (std::uint8_t& byte : challenge) byte = next++;
    return encode_binary(*chap_response(algorithm, next, secret, challenge));
  }
  std::string answer(std::string_view name, std::string_view secret, std::string_view more = {}) {
    return say(fmt::format("CHAP_N={}|CHAP_R={}|{}", name, response(ChapAlgorithm::sha256, secret), more));
  }
  void start() { EXPECT_EQ(say("CHAP_A=7|").substr(0, 8), "CHAP_A=7"); }

  bool has_random = true;
  Chap chap;
  std::string reason;

 private:
  std::uint8_t next_ = 1;
};

}  // namespace

TEST(Chap, LetsInWithEveryAlgorithm) {
  for (const ChapAlgorithm algorithm : every_algorithm) {
    Exchange exchange;
    const std::string challenge = exchange.say(fmt::format("CHAP_A={}|", static_cast<int>(algorithm)));
    EXPECT_EQ(
        challenge.substr(0, challenge.find("CHAP_C")),
        fmt::format("CHAP_A={}|CHAP_I={}|", static_cast<int>(algorithm), chap_digest_bytes(algorithm) + 1));
    EXPECT_FALSE(exchange.chap.done());
    EXPECT_EQ(exchange.say("CHAP_N=user|CHAP_R=" + Exchange::response(algorithm) + "|"), "");
    EXPECT_TRUE(exchange.chap.done()) << algorithm_name(algorithm);
  }
}

TEST(Chap, TakesTheStrongestWhateverTheOrder) {
  for (const auto& [offer, chosen] : {std::pair("5,6,7,8", '8'),
                                      {"8,7,6,5", '8'},
                                      {"7,5", '7'},
                                      {"5,6", '6'},
                                      {"5,0x7", '7'},
                                      {"200,5", '5'},
                                      {"5", '5'},
                                      {"6,99999999999999999999", '6'}}) {
    EXPECT_EQ(Exchange().say(fmt::format("CHAP_A={}|", offer)).substr(0, 8),
              fmt::format("CHAP_A={}", chosen));
  }
  AuthenticationPolicy policy = mutual_policy();
  policy.algorithms = {ChapAlgorithm::md5, ChapAlgorithm::sha256};
  EXPECT_EQ(Exchange(policy).say("CHAP_A=5,6,7,8|").substr(0, 8), "CHAP_A=7");
  policy.algorithms = {ChapAlgorithm::sha3_256};
  Exchange narrow(policy);
  EXPECT_EQ(narrow.say("CHAP_A=5,6,7|"), "0201");
  EXPECT_EQ(narrow.reason, "CHAP: no algorithm in common");
  for (const char* offer : {"1", "", ",", "MD5", "-5", "5 ", "0b5", "261"}) {
    EXPECT_EQ(Exchange().say(fmt::format("CHAP_A={}|", offer)), "0201") << offer;
  }
}

TEST(Chap, TellsNotWhetherNameOrSecretWasWrong) {
  for (const auto& [name, secret] : {std::pair("user", "wrong-secret-x"),
                                     {"other", "secret-of-12ch"},
                                     {"User", "secret-of-12ch"},
                                     {"", "secret-of-12ch"},
                                     {"user", ""}}) {
    Exchange exchange;
    exchange.start();
    EXPECT_EQ(exchange.answer(name, secret), "0201") << name << "/" << secret;
    EXPECT_FALSE(exchange.chap.done());
    EXPECT_EQ(exchange.reason.find("secret-of"), exchange.reason.npos) << exchange.reason;
  }
}

TEST(Chap, NamesMayLookLikeNumbers) {
  AuthenticationPolicy policy = mutual_policy();
  for (const char* name : {"0x616263", "0bYWJj", "17"}) {
    policy.initiator.name = name;
    Exchange exchange(policy);
    exchange.start();
    EXPECT_EQ(exchange.answer(name, right_secret), "") << name;
    EXPECT_TRUE(exchange.chap.done());
  }
}

TEST(Chap, ResponsesHaveTheLengthOfTheHash) {
  const std::string whole = Exchange::response(ChapAlgorithm::sha256);
  for (const std::string& response : {whole + "00", whole.substr(0, whole.size() - 2), std::string("0x00"),
                                      Exchange::response(ChapAlgorithm::md5)}) {
    Exchange exchange;
    exchange.start();
    EXPECT_EQ(exchange.say("CHAP_N=user|CHAP_R=" + response + "|"), "0201") << response;
  }
}

TEST(Chap, MalformedValuesAreAgainstTheRules) {
  const std::string whole = Exchange::response(ChapAlgorithm::sha256);
  for (const std::string& response :
       {whole.substr(2), whole + "0", whole + "0g", std::string(), std::string("0x"), std::string("0b!!!!"),
        std::string("123456"), "0x" + std::string(2 * 1025, '0')}) {
    Exchange exchange;
    exchange.start();
    EXPECT_EQ(exchange.say("CHAP_N=user|CHAP_R=" + response + "|"), "0200") << response;
  }
  Exchange long_name;
  long_name.start();
  EXPECT_EQ(long_name.answer(std::string(256, 'u'), right_secret), "0200");
}

TEST(Chap, KeysThatAreMissingAreNamed) {
  EXPECT_EQ(Exchange().say(""), "0207");
  const std::string response = Exchange::response(ChapAlgorithm::sha256);
  for (const std::string& text : {std::string(), std::string("CHAP_N=user|"), "CHAP_R=" + response + "|",
                                  "CHAP_N=user|CHAP_R=" + response + "|CHAP_I=1|",
                                  "CHAP_N=user|CHAP_R=" + response + "|CHAP_C=0x01|"}) {
    Exchange exchange;
    exchange.start();
    EXPECT_EQ(exchange.say(text), "0207") << text;
    EXPECT_NE(exchange.reason.find(" is missing"), exchange.reason.npos);
    EXPECT_FALSE(exchange.chap.done());
  }
}

TEST(Chap, KeysComeOnceAndInTheirStep) {
  const std::string response = Exchange::response(ChapAlgorithm::sha256);
  EXPECT_EQ(Exchange().say("CHAP_A=7|CHAP_A=7|"), "0200");
  EXPECT_EQ(Exchange().say("CHAP_A=7|CHAP_N=user|CHAP_R=" + response + "|"), "0200");
  EXPECT_EQ(Exchange().say("CHAP_N=user|CHAP_R=" + response + "|"), "0200");
  EXPECT_EQ(Exchange().say("CHAP_A=7|CHAP_I=1|CHAP_C=0x01|"), "0200");
  for (const std::string& more :
       {std::string("CHAP_A=7|"), std::string("CHAP_N=user|"), "CHAP_R=" + response + "|"}) {
    Exchange exchange;
    exchange.start();
    EXPECT_EQ(exchange.answer("user", right_secret, more), "0200") << more;
  }
  Exchange over;
  over.start();
  EXPECT_EQ(over.answer("user", right_secret), "");
  EXPECT_EQ(over.say(""), "");
  EXPECT_EQ(over.answer("user", right_secret), "0200");
}

TEST(Chap, ProvesItselfToThoseWhoAsk) {
  Exchange exchange;
  exchange.start();
  const std::string challenge = "0x" + std::string(2048, 'e');
  const auto expected =
      chap_response(ChapAlgorithm::sha256, 255, back_secret, *decode_binary(challenge, 1024));
  EXPECT_EQ(exchange.answer("user", right_secret, "CHAP_I=0xff|CHAP_C=" + challenge + "|"),
            "CHAP_N=target|CHAP_R=" + encode_binary(*expected) + "|");
  EXPECT_TRUE(exchange.chap.done());
}

TEST(Chap, ProvesItselfToNobodyElse) {
  const std::string ask = "CHAP_I=9|CHAP_C=0x0102030405060708090a0b0c0d0e0f10|";
  Exchange wrong;
  wrong.start();
  EXPECT_EQ(wrong.answer("user", "wrong-secret-x", ask), "0201");
  AuthenticationPolicy one_way = mutual_policy();
  one_way.target = {};
  Exchange alone(one_way);
  alone.start();
  EXPECT_EQ(alone.answer("user", right_secret, ask), "0201");
  EXPECT_EQ(alone.reason, "CHAP: the target has no secret to prove itself with");
  one_way.target.name = "target";
  Exchange half(one_way);
  half.start();
  EXPECT_EQ(half.answer("user", right_secret, ask), "0201");
}

TEST(Chap, RefusesItsOwnChallenge) {
  Exchange exchange;
  const std::string first = exchange.say("CHAP_A=7|");
  const std::string own = first.substr(first.find("CHAP_C="));
  EXPECT_EQ(exchange.answer("user", right_secret, "CHAP_I=1|" + own), "0201");
  EXPECT_EQ(exchange.reason, "CHAP: the initiator sent our own challenge back");
  EXPECT_FALSE(exchange.chap.done());
}

TEST(Chap, RefusesOneSecretForBothDirections) {
  AuthenticationPolicy policy = mutual_policy();
  policy.target.secret = right_secret;
  Exchange exchange(policy);
  exchange.start();
  EXPECT_EQ(exchange.answer("user", right_secret), "0201");
  EXPECT_EQ(exchange.reason, "CHAP: both directions have the same secret");
}

TEST(Chap, AnswersMalformedChallengesWithARefusal) {
  for (const char* ask :
       {"CHAP_I=256|CHAP_C=0x01|", "CHAP_I=|CHAP_C=0x01|", "CHAP_I=-1|CHAP_C=0x01|", "CHAP_I=1|CHAP_C=|",
        "CHAP_I=1|CHAP_C=0x|", "CHAP_I=1|CHAP_C=0x1|", "CHAP_I=1|CHAP_C=12|"}) {
    Exchange exchange;
    exchange.start();
    EXPECT_EQ(exchange.answer("user", right_secret, ask), "0200") << ask;
  }
  Exchange exchange;
  exchange.start();
  EXPECT_EQ(exchange.answer("user", right_secret, "CHAP_I=1|CHAP_C=0x" + std::string(2 * 1025, 'a') + "|"),
            "0200");
}

TEST(Chap, WithoutASecretNobodyPasses) {
  AuthenticationPolicy policy;
  policy.required = true;
  for (const auto& credentials : {Credentials{}, Credentials{"user", ""}, Credentials{"", "secret"}}) {
    policy.initiator = credentials;
    Exchange exchange(policy);
    exchange.start();
    EXPECT_EQ(exchange.answer(credentials.name, credentials.secret), "0201");
  }
}

TEST(Chap, NeedsRandomNumbers) {
  Exchange exchange;
  exchange.has_random = false;
  EXPECT_EQ(exchange.say("CHAP_A=7|"), "0300");
}

TEST(Chap, OpenDiscoveryTakesAnyAnswer) {
  AuthenticationPolicy policy;
  policy.any_response = true;
  Exchange open(policy);
  open.start();
  EXPECT_EQ(open.answer("anybody", "any secret"), "");
  policy.required = true;
  Exchange closed(policy);
  closed.start();
  EXPECT_EQ(closed.answer("anybody", "any secret"), "0201");
}

// Keys in any order and number, with values near right ones: only the exact right answer gets in.
TEST(Chap, RandomExchangesOpenNothing) {
  std::mt19937 random(1994);
  const std::string right = Exchange::response(ChapAlgorithm::sha256);
  int let_in = 0;
  for (int round = 0; round < 20000; round++) {
    Exchange exchange;
    bool exact = false;
    for (int step = 0; step < 3; step++) {
      std::string text;
      for (std::size_t i = random() % 5; i > 0; i--) {
        std::string value = std::to_string(random() % 10);
        const auto kind = random() % 8;
        if (kind < 2) value = "user";
        if (kind == 2 || kind == 3) value = right;
        if (kind == 4) value = right.substr(0, random() % right.size());
        if (kind == 5) value = "0b" + std::string(random() % 60, 'A');
        text += std::string("CHAP_") + "ANRIC"[random() % 5] + "=" + value + "|";
      }
      if (step == 0 && random() % 2 == 0) text = "CHAP_A=7|";
      if (step == 1 && random() % 50 == 0) text = "CHAP_N=user|CHAP_R=" + right + "|";
      const bool before = exchange.chap.done();
      const std::string answer = exchange.say(text);
      if (!before && exchange.chap.done()) {
        exact = text.find("CHAP_N=user|") != text.npos && text.find("CHAP_R=" + right + "|") != text.npos;
        ASSERT_TRUE(exact) << text;
        let_in++;
      }
      if (answer.size() == 4) break;
    }
  }
  EXPECT_GT(let_in, 10);
}

}  // namespace lunet::iscsi
