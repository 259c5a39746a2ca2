// SPDX-License-Identifier: Apache-2.0
// Changes that go back by themselves unless they are confirmed in time (ruling 16). The deadline is in the
// store, so that whoever comes first after it takes the change back: the lunet that waits for it, any other
// one, or a restore.
#include <fmt/core.h>

#include <ctime>

#include "service/drift.h"
#include "service/recovery.h"
#include "service/verbs.h"
#include "service/whole.h"
#include "target/target.h"

namespace lunet::service {
namespace {

std::string clock_text(std::int64_t time_s) {
  const auto seconds = static_cast<std::time_t>(time_s);
  std::tm parts{};
  char text[32] = "";
  if (::localtime_r(&seconds, &parts) != nullptr)
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

Error waits(const store::Confirmation& waiting) {
  return {EBUSY,
          fmt::format("generation {} waits to be confirmed until {}: nothing else is changed meanwhile",
                      waiting.generation, clock_text(waiting.deadline_s)),
          fmt::format("`lunet confirm` keeps it, `lunet rollback {}` takes it back", waiting.back_to)};
}

}  // namespace

Result<> Editor::record_waiting(const store::Store::Head& head, const ApplyOptions& options, Report& report) {
  if (!options.confirm_within_s) return {};
  if (const auto waiting = TRY(store().confirmation())) return waits(*waiting);
  // Of a generation that is not there yet, so that a change that fails leaves nothing to take back.
  const store::Confirmation waiting{head.generation.number + 1, head.generation.number,
                                    std::time(nullptr) + *options.confirm_within_s};
  TRY_OK(store().record_confirmation(waiting));
  report.confirm_until_s = waiting.deadline_s;
  report.lines.push_back(fmt::format("It goes back to generation {} at {} unless `lunet confirm` is called.",
                                     waiting.back_to, clock_text(waiting.deadline_s)));
  return {};
}

/// Goes back to the generation before the unconfirmed one. The lock is held.
Result<std::string> Editor::go_back(store::Store::Head& head, const store::Confirmation& waiting) {
  const std::string why = fmt::format("not confirmed in time: generation {} again", waiting.back_to);
  const Source source{.generation = waiting.back_to};
  const config::Tree raw = TRY(target::read_live(live()));
  const config::Tree running = target::comparable(raw, head.tree);
  if (compare_trees(head, running, {}, Scope{}).nothing_runs) {
    // Nothing to change; the restore that follows does the rest as far as it can.
    Draft draft;
    draft.why = why;
    Wanted wanted = TRY(wanted_of(source, head, store()));
    TRY_OK(keep_secrets(wanted, head.tree));
    draft.tree = std::move(wanted.tree);
    if (draft.tree != head.tree) TRY_OK(commit(head, draft));
    TRY_OK(store().clear_confirmation());
  } else {
    auto report = make_it_so(head, source, {.why = why});
    if (!report) {
      return std::move(report)
          .error()
          .during(fmt::format("going back from generation {}, which was not confirmed in time",
                              waiting.generation))
          .advise("`lunet confirm` keeps it as it is");
    }
  }
  head = TRY(store().head());
  return fmt::format("generation {} was not confirmed until {}: generation {} is what runs again, as {}",
                     waiting.generation, clock_text(waiting.deadline_s), waiting.back_to,
                     head.generation.number);
}

Result<> Editor::settle_confirmation(store::Store::Head& head, Waiting allowed) {
  const auto waiting = TRY(store().confirmation());
  if (!waiting) return {};
  if (waiting->generation > head.generation.number) return store().clear_confirmation();
  if (waiting->deadline_s <= std::time(nullptr)) {
    const std::string sentence = TRY(go_back(head, *waiting));
    tell(sentence);
    return {};
  }
  if (allowed == Waiting::stays) return waits(*waiting);
  return {};
}

Result<Report> Editor::confirm() {
  const auto lock = TRY(take_lock());
  const store::Store::Head head = TRY(store().head());
  TRY_OK(check_runtime(head));
  const auto waiting = TRY(store().confirmation());
  if (!waiting || waiting->generation > head.generation.number) {
    return Error{ENOENT, "nothing waits to be confirmed", "see `lunet history`"};
  }
  TRY_OK(store().clear_confirmation());
  Report report;
  report.lines = {fmt::format("Generation {} stays.", waiting->generation)};
  return report;
}

Result<std::optional<std::string>> Editor::expire() {
  const auto passed = [](const std::optional<store::Confirmation>& waiting) {
    return waiting && waiting->deadline_s <= std::time(nullptr);
  };
  if (!passed(TRY(store().confirmation()))) return std::optional<std::string>();
  const auto lock = TRY(take_lock());
  store::Store::Head head = TRY(store().head());
  TRY_OK(check_runtime(head));
  if (auto recovered = TRY(recover(live(), store(), head))) tell(*recovered);
  const auto waiting = TRY(store().confirmation());
  if (!passed(waiting)) return std::optional<std::string>();
  if (waiting->generation > head.generation.number) {
    TRY_OK(store().clear_confirmation());
    return std::optional<std::string>();
  }
  std::string sentence = TRY(go_back(head, *waiting));
  return std::optional(std::move(sentence));
}

}  // namespace lunet::service
