// SPDX-License-Identifier: Apache-2.0
// Slows down who fails to log in: attempts to authenticate, and lines in the log. Counts by address, an IPv6
// one by its /64. Thread-safe; remembers a bounded number of addresses.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace lunet::dataplane {

/// A bucket of tokens for each key: `burst` at once, then one every `interval_ms`.
class TokenBuckets {
 public:
  TokenBuckets(std::uint32_t burst, std::uint64_t interval_ms, std::size_t keys_max)
      : burst_(burst), interval_ms_(interval_ms), keys_max_(keys_max) {}

  [[nodiscard]] bool has(const std::string& key, std::uint64_t now_ms) const;
  /// False: there was none.
  bool take(const std::string& key, std::uint64_t now_ms);
  /// One token, into debt if there is none, but no deeper than `debt_max` tokens.
  void charge(const std::string& key, std::uint64_t now_ms, std::uint32_t debt_max);
  [[nodiscard]] std::size_t size() const { return used_up_.size(); }

 private:
  void make_room(std::uint64_t now_ms);

  std::uint32_t burst_;
  std::uint64_t interval_ms_;
  std::size_t keys_max_;
  // When the bucket will be full again; keys of full buckets need not be here.
  std::map<std::string, std::uint64_t> used_up_;
};

class LoginGuard {
 public:
  static constexpr std::uint32_t failures_at_once = 10;
  static constexpr std::uint64_t failure_interval_ms = 1000;
  static constexpr std::uint32_t failure_debt_max = 50;  ///< of logins that went on side by side
  static constexpr std::uint32_t lines_at_once = 20;
  static constexpr std::uint64_t line_interval_ms = 5000;

  /// May this address (without port) try to authenticate to this target ("" for discovery) now?
  bool may_authenticate(std::string_view address, std::string_view target, std::uint64_t now_ms);
  void authentication_failed(std::string_view address, std::string_view target, std::uint64_t now_ms);
  /// Shall a refusal be logged? Then: how many since the last line were not.
  std::optional<std::uint64_t> may_log(std::string_view address, std::uint64_t now_ms);

 private:
  static constexpr std::size_t keys_max = 4096;

  std::mutex mutex_;
  TokenBuckets failures_{failures_at_once, failure_interval_ms, keys_max};
  TokenBuckets lines_{lines_at_once, line_interval_ms, keys_max};
  std::uint64_t not_logged_ = 0;  // of all addresses
};

}  // namespace lunet::dataplane
