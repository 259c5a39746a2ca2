// SPDX-License-Identifier: Apache-2.0
// Files that hold what initiators have changed and what has to survive a restart: reservations with APTPL.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "engine/reactor/blocking_pool.h"
#include "engine/reactor/reactor.h"

namespace lunet::dataplane {

/// Thread-safe.
class StateFiles {
 public:
  /// `folder` is made when the first file is written; "": there is no place, nothing can be saved.
  explicit StateFiles(std::string folder) : folder_(std::move(folder)) {}

  [[nodiscard]] bool usable() const { return !folder_.empty(); }
  /// Makes `text` the durable content of the reservations of the unit with this serial number; `done` runs on
  /// the reactor with 0 or -errno. Old or new content survives a crash, nothing in between.
  void save_reservations(const std::string& serial, std::string text, reactor::Reactor& reactor,
                         std::function<void(int)> done);
  /// Nothing when none were ever saved.
  [[nodiscard]] Result<std::optional<std::string>> reservations(const std::string& serial) const;
  [[nodiscard]] std::string reservations_path(const std::string& serial) const;

 private:
  const std::string folder_;
  reactor::BlockingPool pool_{1};
};

}  // namespace lunet::dataplane
