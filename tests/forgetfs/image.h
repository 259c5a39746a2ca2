// SPDX-License-Identifier: Apache-2.0
// One file as a machine without a battery has it: what programs read, what is on the medium, and every state
// in between that a power loss may leave. Sector by sector: a sector is never torn, its neighbours may be
// older or newer.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace lunet::forgetfs {

using Random = std::mt19937_64;

/// What a power loss did.
struct Loss {
  std::uint64_t dropped = 0;  ///< sectors and sizes that went back to an older state
  std::uint64_t kept = 0;     ///< that reached the medium though nobody asked
};

/// A value with its history since it was last made durable.
template <class Value>
class Versions {
 public:
  [[nodiscard]] const Value& shown() const { return shown_; }
  [[nodiscard]] bool dirty() const { return !pending_.empty(); }
  void change(Value value) {
    pending_.push_back(value);
    shown_ = std::move(value);
  }
  void sync() {
    if (pending_.empty()) return;
    durable_ = std::move(pending_.back());
    pending_.clear();
  }
  /// A failed sync: what waited is clean now and will never be written, but programs still read it.
  void lose() { pending_.clear(); }
  /// The power goes: with `survival` (0 to 1) some version since the last sync has reached the medium.
  void forget(Random& random, double survival, Loss& loss) {
    const bool was_dirty = dirty();
    const bool survives = was_dirty && std::uniform_real_distribution<>(0, 1)(random) < survival;
    if (survives) durable_ = pending_[random() % pending_.size()];
    if (was_dirty) ++(survives ? loss.kept : loss.dropped);
    pending_.clear();
    shown_ = durable_;
  }

 private:
  Value shown_{};
  Value durable_{};
  std::vector<Value> pending_;  ///< oldest first
};

class Image {
 public:
  explicit Image(std::uint32_t sector_bytes) : sector_bytes_(sector_bytes) {}

  [[nodiscard]] std::uint64_t size() const { return size_.shown(); }
  /// Bytes inside size(); less at its end.
  [[nodiscard]] std::string read(std::uint64_t offset, std::uint64_t length) const;
  /// Extends the file where needed.
  void write(std::uint64_t offset, std::span<const char> data);
  /// Reads as zeros afterwards; the size stays.
  void zero(std::uint64_t offset, std::uint64_t length);
  void resize(std::uint64_t size);

  void sync();
  /// The range and the size only, as O_DSYNC promises.
  void sync_range(std::uint64_t offset, std::uint64_t length);
  void lose();
  void forget(Random& random, double survival, Loss& loss);

 private:
  using Sectors = std::map<std::uint64_t, Versions<std::string>>;  ///< "" is zeros
  void change(std::uint64_t sector, std::uint64_t begin, std::span<const char> data);

  std::uint32_t sector_bytes_;
  Sectors sectors_;
  std::set<std::uint64_t> dirty_;
  Versions<std::uint64_t> size_;
};

}  // namespace lunet::forgetfs
