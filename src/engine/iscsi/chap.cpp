// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/chap.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "engine/iscsi/binary_value.h"
#include "engine/iscsi/chap_digest.h"
#include "engine/iscsi/pdu.h"

namespace lunet::iscsi {

namespace {

constexpr std::size_t challenge_bytes_max = 1024;  // RFC 7143 12.1.3
constexpr ChapAlgorithm by_strength[] = {ChapAlgorithm::sha3_256, ChapAlgorithm::sha256, ChapAlgorithm::sha1,
                                         ChapAlgorithm::md5};

Refusal against_the_rules(std::string reason) {
  return refuse(LoginStatus::initiator_error, "CHAP: " + std::move(reason));
}
Refusal missing(std::string_view key) {
  return refuse(LoginStatus::missing_parameter, fmt::format("CHAP: {} is missing", key));
}
Refusal failed(std::string_view reason) {
  return refuse(LoginStatus::authentication_failed, fmt::format("CHAP: {}", reason));
}
Refusal our_fault(std::string_view reason) {
  return refuse(LoginStatus::target_error, fmt::format("CHAP: {}", reason));
}

}  // namespace

/// Values of the keys of one request.
struct Chap::Keys {
  std::optional<std::string_view> algorithms;  // CHAP_A
  std::optional<std::string_view> name;        // CHAP_N
  std::optional<std::string_view> response;    // CHAP_R
  std::optional<std::string_view> identifier;  // CHAP_I
  std::optional<std::string_view> challenge;   // CHAP_C

  std::optional<std::string_view>* find(std::string_view key) {
    if (!is_key(key)) return nullptr;
    switch (key.back()) {
      case 'A': return &algorithms;
      case 'N': return &name;
      case 'R': return &response;
      case 'I': return &identifier;
      default: return &challenge;
    }
  }
};

bool Chap::is_key(std::string_view key) {
  constexpr std::array<std::string_view, 5> keys = {"CHAP_A", "CHAP_N", "CHAP_R", "CHAP_I", "CHAP_C"};
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::optional<Refusal> Chap::collect(std::span<const TextPair> pairs, Keys& keys) {
  for (const TextPair& pair : pairs) {
    auto* place = keys.find(pair.key);
    if (place == nullptr) continue;
    if (place->has_value()) return against_the_rules(fmt::format("{} twice", pair.key));
    const bool binary = place == &keys.response || place == &keys.challenge;
    if (!binary && pair.value.size() > value_bytes_max) {
      return against_the_rules(fmt::format("{} has more than {} bytes", pair.key, value_bytes_max));
    }
    *place = pair.value;
  }
  return std::nullopt;
}

std::optional<Refusal> Chap::receive(std::span<const TextPair> pairs, std::string& out) {
  Keys keys;
  if (auto refusal = collect(pairs, keys)) return refusal;
  switch (state_) {
    case State::algorithm: return take_algorithms(keys, out);
    case State::response: return take_response(keys, out);
    case State::done: break;
  }
  const bool silent = std::none_of(pairs.begin(), pairs.end(), [](auto& pair) { return is_key(pair.key); });
  return silent ? std::nullopt : std::optional(against_the_rules("keys after the end of the exchange"));
}

std::optional<ChapAlgorithm> Chap::strongest_of(std::string_view offer) const {
  const auto offered = split(offer, ',');
  for (const ChapAlgorithm algorithm : by_strength) {
    const bool wanted = std::any_of(offered.begin(), offered.end(), [&](std::string_view number) {
      return parse_number(number) == static_cast<std::uint64_t>(algorithm);
    });
    const auto& ours = policy_.algorithms;
    const bool allowed = std::find(ours.begin(), ours.end(), algorithm) != ours.end();
    if (wanted && allowed && algorithm_available(algorithm)) return algorithm;
  }
  return std::nullopt;
}

std::optional<Refusal> Chap::take_algorithms(const Keys& keys, std::string& out) {
  if (keys.name || keys.response || keys.identifier || keys.challenge) {
    return against_the_rules("other keys than CHAP_A in the first step");
  }
  if (!keys.algorithms) return missing("CHAP_A");
  const auto algorithm = strongest_of(*keys.algorithms);
  if (!algorithm) return failed("no algorithm in common");
  algorithm_ = *algorithm;
  challenge_.resize(chap_digest_bytes(algorithm_));
  if (!random_(challenge_) || !random_(MutableBytes(&identifier_, 1))) return our_fault("no random numbers");
  append_pair(out, "CHAP_A", fmt::format("{}", static_cast<unsigned>(algorithm_)));
  append_pair(out, "CHAP_I", fmt::format("{}", identifier_));
  append_pair(out, "CHAP_C", encode_binary(challenge_));
  state_ = State::response;
  return std::nullopt;
}

std::optional<Refusal> Chap::take_response(const Keys& keys, std::string& out) {
  if (keys.algorithms) return against_the_rules("CHAP_A in the second step");
  if (!keys.name) return missing("CHAP_N");
  if (!keys.response) return missing("CHAP_R");
  if (keys.challenge && !keys.identifier) return missing("CHAP_I");
  if (keys.identifier && !keys.challenge) return missing("CHAP_C");
  if (auto refusal = verify(keys)) return refusal;
  if (keys.challenge) {
    if (auto refusal = prove_ourselves(keys, out)) return refusal;
  }
  state_ = State::done;
  return std::nullopt;
}

std::optional<Refusal> Chap::verify(const Keys& keys) const {
  const auto response = decode_binary(*keys.response, challenge_bytes_max);
  if (!response) return against_the_rules("CHAP_R is no binary value");
  if (policy_.unchecked()) return std::nullopt;
  const auto expected = chap_response(algorithm_, identifier_, policy_.initiator.secret, challenge_);
  const auto ours = chap_response(algorithm_, identifier_, policy_.target.secret, challenge_);
  if (!expected || !ours) return our_fault("the hash failed");
  // All of it, whatever the first comparison says: the time tells nothing.
  const bool right_name = same_bytes(as_bytes(*keys.name), as_bytes(policy_.initiator.name));
  const bool right_secret = same_bytes(*response, *expected);
  // The same secret in both directions lets an initiator answer us with what it made us say (RFC 7143 9.2.1).
  const bool same_secret = policy_.target.complete() && same_bytes(*response, *ours);
  if (!policy_.initiator.complete() || !right_name || !right_secret || same_secret) {
    if (right_secret && same_secret) return failed("both directions have the same secret");
    return failed(right_name ? "wrong secret" : "wrong user name");
  }
  return std::nullopt;
}

std::optional<Refusal> Chap::prove_ourselves(const Keys& keys, std::string& out) const {
  const auto challenge = decode_binary(*keys.challenge, challenge_bytes_max);
  const auto identifier = parse_number(*keys.identifier);
  if (!challenge) return against_the_rules("CHAP_C is no binary value");
  if (!identifier || *identifier > UINT8_MAX) return against_the_rules("CHAP_I is no number of one byte");
  if (same_bytes(*challenge, challenge_)) return failed("the initiator sent our own challenge back");
  if (!policy_.target.complete()) return failed("the target has no secret to prove itself with");
  const auto response =
      chap_response(algorithm_, static_cast<std::uint8_t>(*identifier), policy_.target.secret, *challenge);
  if (!response) return our_fault("the hash failed");
  append_pair(out, "CHAP_N", policy_.target.name);
  append_pair(out, "CHAP_R", encode_binary(*response));
  return std::nullopt;
}

}  // namespace lunet::iscsi
