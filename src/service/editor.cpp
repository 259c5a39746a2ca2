// SPDX-License-Identifier: Apache-2.0
#include "service/editor.h"

#include <fmt/core.h>

#include <utility>

#include "service/drift.h"
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
  std::string text = context_.command.empty() ? "edit" : context_.command;
  for (const std::string& secret : draft.secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

/// The newest generation; of an empty store on a runtime that is in use: what runs, made generation 1.
Result<store::Store::Head> Editor::open_head(bool may_adopt) {
  store::Store::Head head = TRY(store().head());
  const std::string_view runtime = runtime_name(context_.runtime);
  if (!head.runtime.empty() && head.runtime != runtime) {
    return Error{EINVAL, fmt::format("the store is of runtime {}, not {}", head.runtime, runtime),
                 fmt::format("use --runtime {}, or another --state-dir", head.runtime)};
  }
  if (may_adopt && head.generation.number == 0) return adopt(head);
  return head;
}

Result<store::Store::Head> Editor::adopt(const store::Store::Head& head) {
  const config::Tree running = TRY(target::read_live(live()));
  if (is_empty(running)) return head;
  const std::vector<std::string> unknown = TRY(target::unknown_objects(live()));
  if (!unknown.empty()) {
    return Error{
        ENOTSUP,
        fmt::format("the runtime is in use and has what this version cannot record: {}", unknown.front()),
        "remove it with the tool that made it, or use another runtime"};
  }
  TRY_OK(record_runtime(head));
  TRY_OK(store().commit(head, running, "adopted what runs"));
  return store().head();
}

/// Gives back the plan that was applied.
Result<target::Plan> Editor::apply_candidate(const config::Tree& base, Draft& draft) {
  target::Failure failure;
  target::Plan plan = TRY(target::make_plan(base, draft.tree, live()));
  Result<> applied = target::apply(live(), plan, &failure);
  const auto& part = draft.optional_part;
  if (applied && part) part->done(draft.report);
  if (!applied && part && failure.undone && failure.object == config::path_text(part->path)) {
    const Error reason = applied.error();
    TRY_OK(draft.tree.remove(part->path));
    plan = TRY(target::make_plan(base, draft.tree, live()));
    applied = target::apply(live(), plan, &failure);
    if (applied) part->left_out(draft.report, reason);
  }
  // The runtime may still use the file.
  if (!failure.undone) {
    draft.file.keep();
    applied.error().errnum = ENOTRECOVERABLE;
  }
  if (!applied) return std::move(applied).error();
  return plan;
}

/// The error, after what was applied is undone.
Error Editor::take_back(const target::Plan& done, Draft& draft, Error error) {
  const Result<> undone = target::apply(live(), target::inverse(done));
  if (undone) return error;
  draft.file.keep();
  error.errnum = ENOTRECOVERABLE;
  error.message += fmt::format("\nand the runtime could not be put back: {}", undone.error().message);
  error.hint = "`lunet restore` makes the runtime what the newest generation says";
  return error;
}

Result<> Editor::record_runtime(const store::Store::Head& head) {
  if (!head.runtime.empty()) return {};
  return store().record_runtime(runtime_name(context_.runtime));
}

Result<> Editor::commit(const store::Store::Head& head, const Draft& draft) {
  TRY_OK(record_runtime(head));
  TRY_OK(store().commit(head, draft.tree, why(draft)));
  return {};
}

Result<Report> Editor::run(const Change& change) {
  const auto lock = TRY(store().lock(context_.command, lock_wait_ms));
  const store::Store::Head head = TRY(open_head(true));
  Draft draft;
  draft.tree = head.tree;
  TRY_OK(change(draft));
  if (draft.tree == head.tree) {
    draft.unchanged = true;
    if (draft.check_result) TRY_OK(draft.check_result(draft));
    return std::move(draft.report);
  }
  TRY_OK(check_touched(live(), head.tree, draft.tree, head.generation.number));
  const target::Plan done = TRY(apply_candidate(head.tree, draft));
  if (draft.check_result) {
    if (Result<> checked = draft.check_result(draft); !checked) {
      return take_back(done, draft, std::move(checked).error());
    }
  }
  if (Result<> committed = commit(head, draft); !committed) {
    return take_back(done, draft,
                     std::move(committed).error().during("recording the change, which was therefore undone"));
  }
  draft.file.keep();
  return std::move(draft.report);
}

}  // namespace lunet::service
