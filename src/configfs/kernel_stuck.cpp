// SPDX-License-Identifier: Apache-2.0
#include "configfs/kernel_stuck.h"

#include <fmt/core.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "configfs/path.h"

namespace lunet::configfs {
namespace {

namespace fs = std::filesystem;

constexpr std::array verbs = {Verb::list,       Verb::read, Verb::write, Verb::make_dir,
                              Verb::remove_dir, Verb::link, Verb::unlink};

/// How the name of a record begins that is being written.
constexpr std::string_view unfinished = ".";

struct ProcessState {
  char state = '?';
  std::string started;  ///< clock ticks since boot: tells it from a later process of the same number
};

/// proc(5), /proc/PID/stat: what follows the name in parentheses; the state is the 3rd field, the start time
/// the 22nd.
std::optional<ProcessState> state_of(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= text.size()) return std::nullopt;
  const auto fields = split(std::string_view(text).substr(name_end + 2), ' ');
  if (fields.size() < 20) return std::nullopt;
  return ProcessState{fields[0].empty() ? '?' : fields[0].front(), std::string(fields[19])};
}

std::optional<StuckCall> read_record(const fs::path& path) {
  std::ifstream file(path);
  std::string process;
  std::string started;
  std::string verb;
  StuckCall call;
  for (std::string* line : {&process, &started, &verb, &call.path}) {
    if (!std::getline(file, *line)) return std::nullopt;
  }
  call.process = static_cast<pid_t>(parse_unsigned(process).value_or(0));
  const auto* found =
      std::find_if(verbs.begin(), verbs.end(), [&](Verb each) { return verb_name(each) == verb; });
  const auto state = state_of(call.process);
  const bool is_true = found != verbs.end() && is_tree_path(call.path) && state && state->state != 'Z' &&
                       state->started == started;
  if (!is_true) return std::nullopt;
  call.verb = *found;
  call.started = std::move(started);
  return call;
}

/// In the kernel still. A process that has ended, or is a zombie, has come back.
bool is_stuck(const StuckCall& call) {
  const auto state = state_of(call.process);
  return state && state->state != 'Z' && state->state != 'X' && state->started == call.started;
}

}  // namespace

bool is_running(pid_t process) {
  const auto state = state_of(process);
  return state && state->state != 'Z' && state->state != 'X';
}

std::string_view StuckCall::object() const {
  const bool is_directory = verb == Verb::make_dir || verb == Verb::remove_dir || verb == Verb::list;
  return is_directory ? std::string_view(path) : parent_path(path);
}

StuckCalls::StuckCalls(std::string folder) : folder_(std::move(folder)) {
  look();
}

bool StuckCalls::knows(const std::string& process) const {
  return std::any_of(calls_.begin(), calls_.end(),
                     [&](const StuckCall& call) { return std::to_string(call.process) == process; });
}

bool StuckCalls::look() {
  if (folder_.empty()) return false;
  const std::size_t before = calls_.size();
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(unfinished) || knows(name)) continue;
    if (auto call = read_record(entry.path())) {
      calls_.push_back(*std::move(call));
    } else {
      std::error_code gone;
      fs::remove(entry.path(), gone);
    }
  }
  return calls_.size() > before;
}

const StuckCall* StuckCalls::find(Verb verb, std::string_view path) const {
  const auto forbids = [&](const StuckCall& call) {
    if (is_at_or_below(path, call.path)) return true;
    // The kernel has the directory locked in which something is made or removed: who lists it, or changes
    // what stands in it, waits too.
    const bool locks_parent = call.verb == Verb::make_dir || call.verb == Verb::remove_dir ||
                              call.verb == Verb::link || call.verb == Verb::unlink;
    const std::string_view parent = parent_path(call.path);
    if (locks_parent && !parent.empty() && path == parent) return true;
    if (!is_mutation(verb)) return false;
    if (locks_parent && !parent.empty() && parent_path(path) == parent) return true;
    return is_at_or_below(path, call.object()) || is_at_or_below(call.path, path);
  };
  const auto found = std::find_if(calls_.begin(), calls_.end(), [&](const StuckCall& call) {
    return forbids(call) && (call.ended || is_stuck(call));
  });
  return found == calls_.end() ? nullptr : &*found;
}

void StuckCalls::add(StuckCall call) {
  const auto state = state_of(call.process);
  call.given_up = std::chrono::steady_clock::now();
  call.ended = !state || state->state == 'Z';
  if (state) call.started = state->started;
  if (!folder_.empty() && !call.ended) {
    std::error_code error;
    fs::create_directories(folder_, error);
    // Best effort: without it the next process waits as long as we did.
    const std::string record = fmt::format("{}/{}", folder_, call.process);
    const std::string written = fmt::format("{}/{}{}", folder_, unfinished, call.process);
    std::ofstream(written) << fmt::format("{}\n{}\n{}\n{}\n", call.process, state->started,
                                          verb_name(call.verb), call.path);
    fs::rename(written, record, error);
  }
  calls_.push_back(std::move(call));
}

bool StuckCalls::forget_ended() {
  constexpr auto remembered = std::chrono::minutes(1);
  const auto now = std::chrono::steady_clock::now();
  const auto is_over = [&](const StuckCall& call) {
    if (call.ended) return now - call.given_up > remembered;
    ::waitpid(call.process, nullptr, WNOHANG);  // a child of ours leaves a zombie
    return !is_stuck(call);
  };
  for (const StuckCall& call : calls_) {
    std::error_code error;
    if (!folder_.empty() && !call.ended && is_over(call))
      fs::remove(fmt::format("{}/{}", folder_, call.process), error);
  }
  return std::erase_if(calls_, is_over) > 0;
}

}  // namespace lunet::configfs
