// SPDX-License-Identifier: Apache-2.0
#include "service/editor.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "service/absent.h"
#include "service/drift.h"
#include "service/export.h"
#include "service/index_lock.h"
#include "service/progress_tree.h"
#include "service/recovery.h"
#include "target/kept_states.h"
#include "target/target.h"

namespace lunet::service {
namespace {

std::string_view runtime_name(RuntimeKind kind) {
  return kind == RuntimeKind::kernel ? "kernel" : "lunetd";
}

bool is_empty(const config::Tree& tree) {
  for (const auto& [key, object] : tree.root.children) {
    if (!object.children.empty()) return false;
  }
  return true;
}

}  // namespace

std::string Editor::why(const Draft& draft) const {
  if (!draft.why.empty()) return draft.why;
  std::string text = context_.command.empty() ? "edit" : context_.command;
  for (const std::string& secret : draft.secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

void Editor::tell(const std::string& text) {
  if (context_.notice) context_.notice(text);
}

void Editor::begin_to_look() const {
  live_->forget();
  live_->look();
}

std::optional<store::InSync> Editor::known_in_sync(const store::Store::Head& head) const {
  auto known = store().in_sync();
  begin_to_look();
  if (!known || known->generation != head.generation.number || known->revision != live_->newest())
    return std::nullopt;
  return known;
}

/// Of what this process has looked at since begin_to_look(), if nobody else has changed anything meanwhile.
void Editor::note_in_sync(std::uint64_t generation, bool no_findings) {
  if (live_->is_alone()) (void)store().record_in_sync({generation, live_->newest(), no_findings});
}

namespace {

/// Enabling a TPG, or asking for CHAP, takes None out of its methods: what is recorded of them then differs.
bool records_methods(const config::Object& object) {
  if (const auto group = object.groups.find("parameter"); group != object.groups.end()) {
    if (group->second.contains("AuthMethod")) return true;
  }
  return std::any_of(object.children.begin(), object.children.end(), [](const auto& child) {
    return child.first.object_class == config::ObjectClass::tpgt && records_methods(child.second);
  });
}

}  // namespace

bool has_side_effects(const config::Tree& before, const config::Tree& after) {
  const auto changes = config::diff(before, after);
  return std::any_of(changes.begin(), changes.end(), [&](const config::Difference& change) {
    const config::Object* object = after.find(change.path);
    return object != nullptr && records_methods(*object);
  });
}

/// After the edit was made and recorded.
void Editor::keep_in_sync(const store::Store::Head& before, const Draft& draft) {
  bool in_sync = draft.in_sync;
  // Nothing had to be done.
  if (live_->oldest().empty()) live_->look();
  if (!in_sync) {
    const auto known = store().in_sync();
    in_sync = known && known->generation == before.generation.number && known->revision == live_->oldest();
  }
  if (in_sync && !has_side_effects(before.tree, draft.tree))
    note_in_sync(before.generation.number + 1, draft.no_findings);
}

Result<std::unique_ptr<store::Lock>> Editor::take_lock() {
  store::Patience patience{lock_wait_ms, [this](const std::string& holder) {
                             tell("waiting for " + holder + ", which changes the configuration");
                           }};
  patience.given_up = context_.interrupted;
  auto lock = TRY(store().lock(context_.command, patience));
  if (live_) live_->forget();
  if (context_.index_lock.empty()) return lock;
  return with_index_lock(std::move(lock), context_.index_lock, lock_wait_ms,
                         [this] { tell("waiting for another program that makes a disk"); });
}

Result<> Editor::refuse_dry_run(std::string_view verb) const {
  if (!context_.dry_run) return {};
  return Error{EOPNOTSUPP, fmt::format("{} knows no dry run", verb), "`lunet diff` says what is different"};
}

Result<> Editor::check_runtime(const store::Store::Head& head) const {
  const std::string_view runtime = runtime_name(context_.runtime);
  if (head.runtime.empty() || head.runtime == runtime) return {};
  return Error{EINVAL, fmt::format("the store is of runtime {}, not {}", head.runtime, runtime),
               fmt::format("use --runtime {}, or another --state-dir; `lunet migrate {}` moves the store",
                           head.runtime, runtime)};
}

Result<store::Store::Head> Editor::open_recorded(Waiting waiting) {
  store::Store::Head head = TRY(store().head());
  TRY_OK(check_runtime(head));
  if (auto recovered = TRY(recover(live(), store(), head))) tell(*recovered);
  TRY_OK(settle_confirmation(head, waiting));
  return head;
}

/// The same; of an empty store on a runtime that is in use: what runs, made generation 1.
Result<store::Store::Head> Editor::open_head(Waiting waiting) {
  store::Store::Head head = TRY(open_recorded(waiting));
  if (head.generation.number == 0) {
    begin_to_look();
    return adopt_all(head);
  }
  return head;
}

Result<store::Store::Head> Editor::adopt_all(const store::Store::Head& head) {
  const config::Tree running = TRY(target::read_live(live()));
  if (config::diff({}, running).empty()) note_in_sync(0, true);
  if (is_empty(running)) return head;
  const std::vector<std::string> unknown = TRY(target::unknown_objects(live()));
  if (!unknown.empty()) {
    return Error{
        ENOTSUP,
        fmt::format("the runtime is in use and has what this version cannot record: {}", unknown.front()),
        "remove it with the tool that made it, or use another runtime"};
  }
  TRY_OK(record_runtime(head));
  TRY_OK(store().commit(head, running, adopted_why));
  note_in_sync(head.generation.number + 1, false);
  return store().head();
}

/// What does not run, for a restore had to leave it out. An edit of it is recorded only.
Result<Leftovers> Editor::known_leftovers(const store::Store::Head& head, Report& report) {
  Leftovers leftovers = TRY(store().leftovers());
  if (leftovers.empty()) return leftovers;
  // An object that is gone must not stand for a new one of its name.
  const std::size_t gone =
      std::erase_if(leftovers, [&](const auto& each) { return head.tree.find(each.object) == nullptr; });
  if (gone > 0) TRY_OK(store().record_leftovers(leftovers));
  if (!leftovers.empty()) {
    report.warnings.push_back(fmt::format("{} pending or degraded: see `lunet status`",
                                          leftovers.size() == 1
                                              ? std::string("an object is")
                                              : fmt::format("{} objects are", leftovers.size())));
  }
  return leftovers;
}

/// What of the tree runs, unless there is drift.
static config::Tree running_part(const config::Tree& tree, Leftovers leftovers) {
  std::erase_if(leftovers, [](const store::Leftover& leftover) { return leftover.runs; });
  return leftovers.empty() ? tree : without(tree, absent_in(tree, leftovers));
}

/// The intent is durable before anything happens, the data file's name included.
Result<> Editor::begin(const store::Store::Head& head, const target::Plan& plan, Draft& draft) {
  store::Intent intent;
  intent.generation.why = why(draft);
  intent.runtime = runtime_name(context_.runtime);
  intent.candidate = draft.tree;
  if (draft.file.is_wanted()) intent.files.push_back(draft.file.mark());
  for (const target::Rewrite& rewrite : plan.rewrites) {
    intent.rewrites.push_back({rewrite.path, rewrite.before, rewrite.during, rewrite.after});
  }
  TRY_OK(store().record_intent(head, std::move(intent)));
  if (draft.file.is_wanted() && !draft.file.is_made()) TRY_OK(draft.file.make());
  return {};
}

/// The error of an edit of which nothing is left. That closing its intent fails is no matter: who finds it
/// finds nothing to undo.
Error Editor::withdraw(Draft& draft, Error error) {
  draft.file.remove();
  (void)store().close_intent();
  return error;
}

/// The error of an edit of which something is left. Its intent stays open, so that the next one who takes the
/// lock finishes or undoes it.
static Error leave_open(Draft& draft, Error error) {
  draft.file.keep();
  error.errnum = ENOTRECOVERABLE;
  error.hint =
      "the next change or `lunet restore` finishes or undoes it; `lunet status` shows what is different";
  return error;
}

Result<> Editor::run_plan(const target::Plan& plan, target::Failure& failure) {
  constexpr std::size_t many = 50;
  if (plan.steps.size() < many) return target::apply(live(), plan, &failure);
  ProgressTree watched(live(), progress(), "applying", plan);
  return target::apply(watched, plan, &failure);
}

/// Gives back the plan that was applied.
Result<target::Plan> Editor::apply_candidate(const store::Store::Head& head, const config::Tree& from,
                                             const Goal& goal, Draft& draft) {
  target::Failure failure;
  target::Plan plan = draft.plan ? *std::exchange(draft.plan, {})
                                 : TRY(target::make_plan(from, goal(draft.tree), live(),
                                                         {.disrupt = draft.disrupt, .recorded = &head.tree}));
  if (Result<> begun = begin(head, plan, draft); !begun) return withdraw(draft, std::move(begun).error());
  Result<> applied = run_plan(plan, failure);
  const auto& part = draft.optional_part;
  if (applied && part) part->done(draft.report);
  if (!applied && part && failure.undone && failure.object == config::path_text(part->path)) {
    const Error reason = applied.error();
    TRY_OK(draft.tree.remove(part->path));
    auto smaller =
        target::make_plan(from, goal(draft.tree), live(), {.disrupt = draft.disrupt, .recorded = &head.tree});
    if (!smaller) return withdraw(draft, std::move(smaller).error());
    plan = *std::move(smaller);
    if (Result<> begun = begin(head, plan, draft); !begun) return withdraw(draft, std::move(begun).error());
    applied = run_plan(plan, failure);
    if (applied) part->left_out(draft.report, reason);
  }
  if (applied) return plan;
  if (failure.undone) return withdraw(draft, std::move(applied).error());
  if (failure.unknown) applied.error().message += "\nwhether the runtime did it is not known";
  return leave_open(draft, std::move(applied).error());
}

/// The error, after what was applied is undone.
Error Editor::take_back(const target::Plan& done, Draft& draft, Error error) {
  const Result<> undone = target::apply(live(), target::inverse(done));
  if (undone) return withdraw(draft, std::move(error));
  error.message += fmt::format("\nand the runtime could not be put back: {}", undone.error().message);
  return leave_open(draft, std::move(error));
}

Result<> Editor::record_runtime(const store::Store::Head& head) {
  if (!head.runtime.empty()) return {};
  return store().record_runtime(runtime_name(context_.runtime));
}

Result<> Editor::commit(const store::Store::Head& head, const Draft& draft) {
  TRY_OK(record_runtime(head));
  TRY_OK(store().commit(head, draft.tree, why(draft)));
  target::forget_states(live(), head.tree, draft.tree);
  return {};
}

Result<> Editor::commit_or_take_back(const store::Store::Head& head, const target::Plan& done, Draft& draft) {
  if (draft.check_result) {
    if (Result<> checked = draft.check_result(draft); !checked)
      return take_back(done, draft, std::move(checked).error());
  }
  if (Result<> committed = commit(head, draft); !committed) {
    return take_back(done, draft,
                     std::move(committed).error().during("recording the change, which was therefore undone"));
  }
  draft.file.keep();
  keep_in_sync(head, draft);
  draft.report.changed = true;
  export_configuration(context_.exports, draft.tree, draft.report.warnings);
  return {};
}

Result<Report> Editor::run(const Change& change) {
  const auto lock = TRY(take_lock());
  const store::Store::Head head = TRY(open_head());
  Draft draft;
  draft.tree = head.tree;
  TRY_OK(change(draft));
  if (draft.tree == head.tree) {
    draft.unchanged = true;
    if (draft.check_result) TRY_OK(draft.check_result(draft));
    return std::move(draft.report);
  }
  const Leftovers leftovers = TRY(known_leftovers(head, draft.report));
  const Goal goal = [&](const config::Tree& tree) { return running_part(tree, leftovers); };
  const config::Tree from = goal(head.tree);
  TRY_OK(check_touched(live(), from, goal(draft.tree), head.generation.number));
  if (context_.dry_run) {
    TRY(target::make_plan(from, goal(draft.tree), live(),
                          {.disrupt = draft.disrupt, .recorded = &head.tree}));
    draft.report.changed = true;
    draft.report.lines.emplace_back("Nothing was changed: this was a dry run.");
    return std::move(draft.report);
  }
  const target::Plan done = TRY(apply_candidate(head, from, goal, draft));
  TRY_OK(commit_or_take_back(head, done, draft));
  return std::move(draft.report);
}

}  // namespace lunet::service
