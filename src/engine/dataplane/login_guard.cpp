// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/login_guard.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace lunet::dataplane {

namespace {

/// "192.0.2.1", "[2001:db8::1]" -> what counts as one origin: whoever has one IPv6 address has its /64.
std::string origin_of(std::string_view address) {
  std::string text(address);
  std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
  in6_addr parsed{};
  if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1 || IN6_IS_ADDR_V4MAPPED(&parsed)) return text;
  constexpr std::size_t prefix_bytes = 8;
  return "6:" + std::string(reinterpret_cast<const char*>(parsed.s6_addr), prefix_bytes);
}

}  // namespace

bool TokenBuckets::has(const std::string& key, std::uint64_t now_ms) const {
  const auto found = used_up_.find(key);
  return found == used_up_.end() || found->second <= now_ms + (burst_ - 1) * interval_ms_;
}

bool TokenBuckets::take(const std::string& key, std::uint64_t now_ms) {
  if (!has(key, now_ms)) return false;
  charge(key, now_ms, 0);
  return true;
}

void TokenBuckets::charge(const std::string& key, std::uint64_t now_ms, std::uint32_t debt_max) {
  if (!used_up_.contains(key) && used_up_.size() >= keys_max_) make_room(now_ms);
  std::uint64_t& full_at = used_up_[key];
  full_at = std::min(std::max(full_at, now_ms) + interval_ms_, now_ms + (burst_ + debt_max) * interval_ms_);
}

void TokenBuckets::make_room(std::uint64_t now_ms) {
  std::erase_if(used_up_, [&](const auto& entry) { return entry.second <= now_ms; });
  if (used_up_.size() < keys_max_) return;
  used_up_.erase(std::min_element(used_up_.begin(), used_up_.end(),
                                  [](const auto& a, const auto& b) { return a.second < b.second; }));
}

bool LoginGuard::may_authenticate(std::string_view address, std::string_view target, std::uint64_t now_ms) {
  const std::string key = origin_of(address) + " " + std::string(target);
  const std::lock_guard lock(mutex_);
  return failures_.has(key, now_ms);
}

void LoginGuard::authentication_failed(std::string_view address, std::string_view target,
                                       std::uint64_t now_ms) {
  const std::string key = origin_of(address) + " " + std::string(target);
  const std::lock_guard lock(mutex_);
  failures_.charge(key, now_ms, failure_debt_max);
}

std::optional<std::uint64_t> LoginGuard::may_log(std::string_view address, std::uint64_t now_ms) {
  const std::string key = origin_of(address);
  const std::lock_guard lock(mutex_);
  if (lines_.take(key, now_ms)) return std::exchange(not_logged_, 0);
  not_logged_++;
  return std::nullopt;
}

}  // namespace lunet::dataplane
