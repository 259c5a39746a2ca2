// SPDX-License-Identifier: Apache-2.0
// The target's half of CHAP in a login's security stage (RFC 7143 12.1.3, RFC 1994), after AuthMethod=CHAP.
//
//   CHAP_A=8,7,5                     ->  CHAP_A=8 CHAP_I CHAP_C
//   CHAP_N CHAP_R [CHAP_I CHAP_C]    ->  [CHAP_N CHAP_R]          done
//
// Anything else ends the login. What the initiator is told does not say whether its name or its secret was
// wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/iscsi/host.h"
#include "engine/iscsi/text_keys.h"

namespace lunet::iscsi {

class Chap {
 public:
  /// Fills with unpredictable bytes, or returns false.
  using Random = std::function<bool(MutableBytes)>;

  Chap(const AuthenticationPolicy& policy, Random random) : policy_(policy), random_(std::move(random)) {}

  /// One of the five keys that belong here.
  static bool is_key(std::string_view key);
  /// The CHAP keys of one complete request. Appends the answers.
  std::optional<Refusal> receive(std::span<const TextPair> pairs, std::string& out);
  /// The initiator has proved who it is, and we answered its challenge if it had one.
  [[nodiscard]] bool done() const { return state_ == State::done; }

 private:
  enum class State : std::uint8_t { algorithm, response, done };
  struct Keys;

  static std::optional<Refusal> collect(std::span<const TextPair> pairs, Keys& keys);
  std::optional<Refusal> take_algorithms(const Keys& keys, std::string& out);
  std::optional<Refusal> take_response(const Keys& keys, std::string& out);
  [[nodiscard]] std::optional<Refusal> verify(const Keys& keys) const;
  std::optional<Refusal> prove_ourselves(const Keys& keys, std::string& out) const;
  [[nodiscard]] std::optional<ChapAlgorithm> strongest_of(std::string_view offer) const;

  AuthenticationPolicy policy_;
  Random random_;
  State state_ = State::algorithm;
  ChapAlgorithm algorithm_ = ChapAlgorithm::sha256;
  std::uint8_t identifier_ = 0;
  std::vector<std::uint8_t> challenge_;
};

}  // namespace lunet::iscsi
