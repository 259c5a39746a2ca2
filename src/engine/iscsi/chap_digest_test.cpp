// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/chap_digest.h"

#include <gtest/gtest.h>

#include "engine/iscsi/binary_value.h"

namespace lunet::iscsi {
namespace {

std::string response_text(ChapAlgorithm algorithm, std::uint8_t identifier, std::string_view secret,
                          Bytes challenge) {
  const auto response = chap_response(algorithm, identifier, secret, challenge);
  return response ? encode_binary(*response) : std::string();
}

}  // namespace

// RFC 1994 4.1: the hash of identifier, secret and challenge in this order, so these are the hashes of "abc"
// in RFC 1321, RFC 3174 and FIPS 180-4 and 202.
TEST(ChapDigest, HashesIdentifierSecretAndChallenge) {
  const Bytes c = as_bytes("c");
  EXPECT_EQ(response_text(ChapAlgorithm::md5, 'a', "b", c), "0x900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(response_text(ChapAlgorithm::sha1, 'a', "b", c), "0xa9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(response_text(ChapAlgorithm::sha256, 'a', "b", c),
            "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(response_text(ChapAlgorithm::sha3_256, 'a', "b", c),
            "0x3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
}

TEST(ChapDigest, OfASecretAndAChallengeOfUsualSize) {
  std::vector<std::uint8_t> challenge;
  for (std::uint8_t byte = 0x10; byte < 0x20; byte++) challenge.push_back(byte);
  EXPECT_EQ(response_text(ChapAlgorithm::md5, 0x2a, "secret-of-12ch", challenge),
            "0xf4483d8c810291dd5be9fe3761b74659");
  EXPECT_EQ(response_text(ChapAlgorithm::sha1, 0x2a, "secret-of-12ch", challenge),
            "0x91ecb578ef3b2e9c081effea4aff37e496debb8a");
  EXPECT_EQ(response_text(ChapAlgorithm::sha256, 0x2a, "secret-of-12ch", challenge),
            "0x55241406e26a14d312a6f28f9bde4b14358fd37bc151f96c3b69b5f9a26b4f33");
  EXPECT_EQ(response_text(ChapAlgorithm::sha3_256, 0x2a, "secret-of-12ch", challenge),
            "0x565742b01dac3d4ca5907757ee2692efdb2ff6bcca0233ab8b56ff460890c932");
}

TEST(ChapDigest, HasTheSizesOfTheHashes) {
  for (const auto algorithm :
       {ChapAlgorithm::md5, ChapAlgorithm::sha1, ChapAlgorithm::sha256, ChapAlgorithm::sha3_256}) {
    EXPECT_TRUE(algorithm_available(algorithm)) << algorithm_name(algorithm);
    EXPECT_EQ(chap_response(algorithm, 1, "s", {})->size(), chap_digest_bytes(algorithm));
  }
}

TEST(ChapDigest, SameBytesAreTheSameBytes) {
  EXPECT_TRUE(same_bytes(as_bytes("abc"), as_bytes("abc")));
  EXPECT_TRUE(same_bytes({}, {}));
  EXPECT_FALSE(same_bytes(as_bytes("abc"), as_bytes("abd")));
  EXPECT_FALSE(same_bytes(as_bytes("abc"), as_bytes("ab")));
}

}  // namespace lunet::iscsi
