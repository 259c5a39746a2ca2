// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/session_registry.h"

namespace lunet::dataplane {

namespace {
// An initiator that is forgotten gets the power-on unit attention once more, which is harmless.
constexpr std::size_t remembered_max = 65536;
}  // namespace

std::uint16_t SessionRegistry::new_tsih() {
  do {
    ++last_tsih_;
  } while (last_tsih_ == 0 || tsihs_.contains(last_tsih_));
  tsihs_.insert(last_tsih_);
  return last_tsih_;
}

SessionRegistry::Past SessionRegistry::past_of(const Key& key) {
  const auto found = past_.find(key);
  return found == past_.end() ? Past::first_login : found->second;
}

// Runs `entry.holder`: its TSIH is made and its callback queued, to be called without the lock.
void SessionRegistry::start(Entry& entry, const Key& key, std::vector<std::function<void()>>& calls) {
  entry.tsih = new_tsih();
  calls.emplace_back(
      [opened = entry.holder.opened, tsih = entry.tsih, past = past_of(key)] { opened(tsih, past); });
}

std::uint64_t SessionRegistry::open(const Key& key, Evict evict, Opened opened) {
  std::vector<std::function<void()>> calls;
  std::uint64_t session = 0;
  {
    const std::lock_guard lock(mutex_);
    session = ++last_session_;
    auto [found, made] = sessions_.try_emplace(key);
    Entry& entry = found->second;
    if (made) {
      entry.holder = {session, std::move(evict), std::move(opened)};
      start(entry, key, calls);
    } else {
      // The newest login wins: it evicts the session and every login that waits for the same.
      calls.push_back(entry.holder.evict);
      for (const Waiter& waiter : entry.waiting) calls.push_back(waiter.evict);
      entry.waiting.push_back({session, std::move(evict), std::move(opened)});
    }
  }
  for (const auto& call : calls) call();
  return session;
}

void SessionRegistry::close(const Key& key, std::uint64_t session, bool clean) {
  std::vector<std::function<void()>> calls;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(key);
    if (found == sessions_.end()) return;
    Entry& entry = found->second;
    if (entry.holder.session != session) {
      std::erase_if(entry.waiting, [&](const Waiter& waiter) { return waiter.session == session; });
      return;
    }
    tsihs_.erase(entry.tsih);
    if (past_.size() >= remembered_max) past_.erase(past_.begin());
    past_[key] = clean ? Past::logged_out : Past::nexus_lost;
    if (entry.waiting.empty()) {
      sessions_.erase(found);
    } else {
      entry.holder = std::move(entry.waiting.back());
      entry.waiting.pop_back();
      start(entry, key, calls);
    }
  }
  for (const auto& call : calls) call();
}

}  // namespace lunet::dataplane
