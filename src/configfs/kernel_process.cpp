// SPDX-License-Identifier: Apache-2.0
#include "configfs/kernel_process.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "configfs/path.h"
#include "configfs/protocol.h"

namespace lunet::configfs {

using protocol::MessageType;

// Whoever reads a tree with something stuck in it must not wait once for each entry that stands behind it.
constexpr int less_patience = 10;
constexpr std::size_t stuck_reads_max = 16;

Error KernelProcess::stuck_error(const Operation& operation) const {
  const StuckCall* call = stuck_.find(operation.verb, operation.path);
  if (call == nullptr) return tree_error(operation.verb, operation.path, stuck_errnum, "stuck in the kernel");
  Error error = tree_error(
      operation.verb, operation.path, stuck_errnum,
      fmt::format("stuck in the kernel: {} {} has not come back", verb_name(call->verb), call->path));
  error.hint = fmt::format(
      "see `dmesg` and `cat /proc/{}/stack`: a disk or a connection below it does not answer; other objects "
      "work",
      call->process);
  return error;
}

// A helper that has not begun with the request waits for a processor, not for the kernel.
Result<> KernelProcess::wait_for_answer(std::uint64_t calls_before) {
  const int patience_ms = stuck_.all().empty() ? patience_ms_ : std::max(1, patience_ms_ / less_patience);
  for (;;) {
    const std::uint64_t before = helper_->board().calls();
    Result<> ready = helper_->socket().wait_readable(deadline_in(patience_ms));
    if (ready || ready.error().errnum != ETIMEDOUT) return ready;
    if (before != calls_before && helper_->board().calls() == before) return ready;
  }
}

Result<> KernelProcess::need_helper() {
  // A helper knows what was stuck when it was started.
  const bool fewer = stuck_.forget_ended();
  if (stuck_.look() || fewer) helper_.reset();
  if (!helper_) helper_ = TRY(KernelHelper::start(make_tree_, stuck_));
  return {};
}

Result<> KernelProcess::start() {
  const std::lock_guard lock(mutex_);
  return need_helper();
}

Result<std::optional<std::string>> KernelProcess::ask(const std::string& request) {
  TRY_OK(need_helper());
  std::uint64_t calls_before = helper_->board().calls();
  // The helper reads all of a request before it begins with the work: one that is gone has not begun.
  if (!helper_->socket().send(request, no_deadline)) {
    helper_.reset();
    TRY_OK(need_helper());
    calls_before = helper_->board().calls();
    TRY_OK(helper_->socket().send(request, no_deadline));
  }
  Result<> ready = wait_for_answer(calls_before);
  if (ready) {
    auto reply = helper_->socket().receive(protocol::reply_bytes_max, no_deadline);
    if (reply) return std::optional(*std::move(reply));
    helper_.reset();
    return std::move(reply).error().during("asking the helper process");
  }
  if (ready.error().errnum != ETIMEDOUT) {
    helper_.reset();
    return std::move(ready).error().during("asking the helper process");
  }
  CallBoard::Call call = helper_->board().current();
  const pid_t process = helper_->process();
  helper_->abandon();
  stuck_index_ = call.index;
  stuck_.add({call.verb, std::move(call.path), process});
  helper_.reset();
  return std::optional<std::string>();
}

BatchResult KernelProcess::batch(std::span<const Operation> operations) {
  const std::lock_guard lock(mutex_);
  BatchResult result;
  const auto fail = [&](std::size_t index, Error error) {
    result.answers.resize(index);
    result.failure = std::make_unique<BatchFailure>(BatchFailure{index, std::move(error)});
  };
  auto reply = ask(protocol::encode_batch(operations));
  if (!reply) {
    fail(0, std::move(reply).error());
  } else if (!*reply) {
    // The answers of the operations before it went with the helper; changes have none.
    const std::size_t index = std::min(stuck_index_, operations.size() - 1);
    fail(index, stuck_error(operations[index]));
  } else if (auto decoded = protocol::decode_batch_reply(**reply)) {
    result = *std::move(decoded);
    if (result.failure && result.failure->error.errnum == stuck_errnum) {
      const Operation& refused = operations[result.failure->index];
      result.failure->error = stuck_error(refused);
      if (refused.verb != Verb::read && refused.verb != Verb::list)
        result.failure->error.errnum = not_tried_errnum;
    }
  } else {
    fail(0, std::move(decoded).error());
  }
  return result;
}

/// As kernel_calls.h says.
void KernelProcess::name_stuck(Node& node, std::string_view path) const {
  for (Node& child : node.nodes) {
    const std::string below = join_path(path, child.entry.name);
    if (child.errnum != stuck_errnum || child.entry.kind != EntryKind::directory) {
      if (!child.nodes.empty()) name_stuck(child, below);
      continue;
    }
    for (const StuckCall& call : stuck_.all()) {
      const bool is_entry = call.verb == Verb::make_dir || call.verb == Verb::remove_dir;
      if (is_entry && parent_path(call.path) == below) child.text = base_name(call.path);
    }
  }
}

Result<Node> KernelProcess::read_tree(std::string_view path, const ReadFilter& filter) {
  const std::lock_guard lock(mutex_);
  const std::string request = protocol::encode_tree_request(path, filter);
  for (std::size_t i = 0; i < stuck_reads_max; ++i) {
    const auto reply = TRY(ask(request));
    if (!reply) {
      if (stuck_.find(Verb::read, path) == nullptr) continue;
      break;
    }
    if (protocol::type_of(*reply) == MessageType::tree_reply) {
      Node node = TRY(protocol::decode_tree_reply(*reply));
      if (!stuck_.all().empty()) name_stuck(node, path);
      return node;
    }
    const Error error = protocol::decode_error(*reply);
    return error.errnum == stuck_errnum ? stuck_error({Verb::read, std::string(path), {}}) : error;
  }
  return stuck_error({Verb::read, std::string(path), {}});
}

}  // namespace lunet::configfs
