// SPDX-License-Identifier: Apache-2.0
#include "shell/progress.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include "base/byte_size.h"

namespace lunet::shell {

using std::chrono::milliseconds;

std::string progress_text(const service::Progress& progress) {
  constexpr std::uint64_t bar_width = 20;
  if (progress.total == 0) return fmt::format("{} ...", progress.what);
  const std::uint64_t done = std::min(progress.done, progress.total);
  const double part = static_cast<double>(done) / static_cast<double>(progress.total);
  const auto filled = static_cast<std::size_t>(part * bar_width);
  const auto amount = [&](std::uint64_t number) {
    return progress.bytes ? format_byte_size(number) : std::to_string(number);
  };
  return fmt::format("{}  [{}{}] {:3} %  {} of {}", progress.what, std::string(filled, '#'),
                     std::string(bar_width - filled, '.'), static_cast<int>(part * 100), amount(done),
                     amount(progress.total));
}

milliseconds ProgressMeter::usual_patience() {
  constexpr milliseconds usual(300);
  // docs/transactions.md, "For tests".
  return std::getenv("LUNET_TEST_PROGRESS") != nullptr ? milliseconds(0) : usual;
}

void ProgressMeter::show(const service::Progress& progress) {
  constexpr milliseconds pause(100);
  if (progress.total != 0 && progress.done >= progress.total) {
    what_.clear();
    console_.progress("");
    return;
  }
  const auto now = clock_();
  if (what_ != progress.what) {
    what_ = progress.what;
    next_ = now + patience_;
  }
  if (now < next_) return;
  next_ = now + (patience_.count() == 0 ? patience_ : pause);
  console_.progress(progress_text(progress));
}

}  // namespace lunet::shell
