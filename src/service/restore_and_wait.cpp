// SPDX-License-Identifier: Apache-2.0
#include "service/restore_and_wait.h"

#include <algorithm>
#include <chrono>

#include "service/arrivals.h"

namespace lunet::service {

using Clock = std::chrono::steady_clock;

// Nothing tells when somebody gives up a file, a device or a port.
constexpr int held_retry_ms = 1000;

static int ms_until(Clock::time_point end) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
  return ms > 0 ? static_cast<int>(ms) : 0;
}

Result<Report> restore_and_wait(Service& service, const Scope& scope, const Patience& patience) {
  const auto end = Clock::now() + std::chrono::milliseconds(patience.limit_ms);
  // Before the first look, so that nothing comes unseen.
  const auto arrivals = TRY(Arrivals::listen());
  Report report = TRY(service.restore(scope));
  if (patience.told) patience.told(report);
  if (patience.limit_ms <= 0) return report;
  Scope again = scope;
  again.agreed.emplace();
  while (report.left_out > 0) {
    if (!arrivals->watch(report.missing)) {
      const int left_ms = ms_until(end);
      const int turn_ms = report.held ? std::min(left_ms, held_retry_ms) : left_ms;
      const bool came = arrivals->wait(turn_ms);
      if (!came && ms_until(end) == 0) break;
    }
    Report next = TRY(service.restore(again));
    if (next.left_out < report.left_out) {
      next.lines.insert(next.lines.begin(), report.lines.begin(), report.lines.end());
      if (patience.told) patience.told(next);
    } else {
      next.lines = std::move(report.lines);
    }
    report = std::move(next);
  }
  return report;
}

}  // namespace lunet::service
