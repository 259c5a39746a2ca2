// SPDX-License-Identifier: Apache-2.0
// A live table of what goes through each LUN: of each session on lunetd, of each LUN on the kernel.
#include "shell/commands/watch.h"

#include <fmt/core.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "base/byte_size.h"
#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/interrupt.h"

namespace lunet::shell {

using service::NodeKind;

static std::uint64_t gone_up(std::uint64_t from, std::uint64_t to) {
  return to > from ? to - from : 0;
}

static std::string per_second(std::uint64_t count, double seconds) {
  return std::to_string(static_cast<std::uint64_t>(std::llround(static_cast<double>(count) / seconds)));
}

std::vector<std::string> traffic_cells(const Traffic& from, const Traffic& to, double seconds) {
  const std::uint64_t timed = gone_up(from.timed, to.timed);
  std::string latency;
  if (timed > 0) latency = std::to_string(gone_up(from.timed_us, to.timed_us) / timed);
  return {per_second(gone_up(from.reads, to.reads), seconds),
          per_second(gone_up(from.writes, to.writes), seconds),
          per_second(gone_up(from.commands, to.commands), seconds),
          per_second(gone_up(from.read_bytes, to.read_bytes), seconds),
          per_second(gone_up(from.write_bytes, to.write_bytes), seconds),
          latency};
}

static Traffic traffic_of(const service::LunTraffic& lun) {
  return {lun.reads, lun.writes,  lun.reads + lun.writes + lun.others, lun.read_bytes, lun.write_bytes,
          lun.timed, lun.timed_us};
}

namespace {

/// By what stands in a row's first cells.
using Counts = std::map<std::vector<std::string>, Traffic>;

}  // namespace

static Result<Counts> read_counts(service::Tasks& tasks) {
  Counts counts;
  const service::Counters read = TRY(tasks.counters());
  if (tasks.runtime() == service::RuntimeKind::lunetd) {
    for (const service::LoginSession& session : read.sessions) {
      for (const service::SessionLunView& lun : session.luns) {
        counts[{session.target, session.initiator, session.sid, std::to_string(lun.lun),
                lun.storage_object}] = traffic_of(lun.traffic.value_or(service::LunTraffic{}));
      }
    }
    return counts;
  }
  for (const service::LunCounters& lun : read.luns) {
    counts[{lun.target, "(all)", "", std::to_string(lun.lun), lun.storage_object}] = {
        0, 0, lun.commands, lun.read_bytes, lun.write_bytes, 0, 0};
  }
  return counts;
}

static Table rates(const Counts& from, const Counts& to, double seconds) {
  Table table{{{"target", ColumnKind::text},
               {"initiator", ColumnKind::text},
               {"sid", ColumnKind::number},
               {"lun", ColumnKind::number},
               {"disk", ColumnKind::text},
               {"reads/s", ColumnKind::number},
               {"writes/s", ColumnKind::number},
               {"iops", ColumnKind::number},
               {"read/s", ColumnKind::bytes},
               {"written/s", ColumnKind::bytes},
               {"latency_us", ColumnKind::number}},
              {}};
  for (const auto& [key, now] : to) {
    const auto before = from.find(key);
    std::vector<std::string> row = key;
    for (std::string& cell : traffic_cells(before == from.end() ? now : before->second, now, seconds))
      row.push_back(std::move(cell));
    table.rows.push_back(std::move(row));
  }
  return table;
}

// Seconds; "0.2" too.
static Result<double> interval_of(const std::string& text) {
  const auto dot = text.find('.');
  const auto whole = parse_unsigned(std::string_view(text).substr(0, dot));
  const std::string fraction = dot == std::string::npos ? "" : text.substr(dot + 1);
  const auto part = fraction.empty() ? std::optional<std::uint64_t>(0) : parse_unsigned(fraction);
  constexpr std::size_t digits_max = 3;
  double seconds = 0;
  if (whole && part && fraction.size() <= digits_max)
    seconds = static_cast<double>(*whole) + static_cast<double>(*part) / std::pow(10, fraction.size());
  constexpr double most = 3600;
  if (seconds >= 0.01 && seconds <= most) return seconds;
  return Error{EINVAL, fmt::format("'{}' is no time between two looks", text),
               "write seconds, such as 1 or 0.5"};
}

// False: it was interrupted.
static bool pause(double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  constexpr timespec moment{0, 20'000'000};
  while (Clock::now() < end) {
    if (interrupted()) return false;
    ::nanosleep(&moment, nullptr);
  }
  return !interrupted();
}

static void print(Session& session, const std::vector<std::string>& lines, bool clear) {
  if (clear) session.console.write("\033[H\033[J");
  for (const std::string& line : lines) session.console.write(line + "\n");
}

static Result<Outcome> watch(const Invocation& call) {
  const double interval = TRY(interval_of(call.arguments.text("interval")));
  const bool screen = ::isatty(STDOUT_FILENO) != 0 && !call.session.json;
  std::uint64_t left = call.arguments.has("count") ? call.arguments.number("count") : screen ? UINT64_MAX : 1;
  if (left == 0) return Error{EINVAL, "watch: how many times? 0 is none", "--count 1 is one look"};
  using Clock = std::chrono::steady_clock;
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  Counts before = TRY(read_counts(*tasks));
  auto then = Clock::now();
  const bool clear = screen && left > 1;
  Outcome outcome;
  for (;; --left) {
    if (!pause(interval)) return outcome;
    Counts now = TRY(read_counts(*tasks));
    const double seconds = std::chrono::duration<double>(Clock::now() - then).count();
    then = Clock::now();
    outcome = TRY(outcome_of(rates(before, now, seconds), call.arguments));
    before = std::move(now);
    if (left == 1) return outcome;
    if (!call.session.json) print(call.session, outcome.lines, clear);
  }
}

std::vector<Command> watch_commands() {
  std::vector<Parameter> parameters = {
      {.name = "count", .type = ParameterType::number, .required = false, .option = true},
      {.name = "interval", .required = false, .default_value = "1", .option = true}};
  for (const Parameter& option : list_options()) parameters.push_back(option);
  return {{.name = "watch",
           .kinds = {NodeKind::root},
           .parameters = std::move(parameters),
           .takes_options = true,
           .run = watch}};
}

}  // namespace lunet::shell
