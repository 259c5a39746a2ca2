// SPDX-License-Identifier: Apache-2.0
// How far long work is, as one passing line on a terminal's standard error: drawn when the work takes its
// time, taken away when something else is said or the work is done.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "service/service.h"
#include "shell/console.h"

namespace lunet::shell {

/// "allocating /srv/d.img  [#####...............]  25 %  256.0MiB of 1.0GiB"
std::string progress_text(const service::Progress& progress);

class ProgressMeter {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  /// `patience`: what is done sooner is not shown. The console outlives this.
  explicit ProgressMeter(Console& console, std::chrono::milliseconds patience = usual_patience(),
                         Clock clock = std::chrono::steady_clock::now)
      : console_(console), patience_(patience), clock_(std::move(clock)) {}

  void show(const service::Progress& progress);

 private:
  static std::chrono::milliseconds usual_patience();

  Console& console_;
  std::chrono::milliseconds patience_;
  Clock clock_;
  std::string what_;  ///< "" when nothing is going on
  std::chrono::steady_clock::time_point next_;
};

}  // namespace lunet::shell
