// SPDX-License-Identifier: Apache-2.0
// The model as a Tree: transactions, the order of checks, and what Effects are told (effects.h).
#include <algorithm>
#include <mutex>
#include <utility>

#include "configfs/event_queue.h"
#include "configfs/model/changes.h"
#include "configfs/model/model.h"
#include "configfs/model/model_reader.h"
#include "configfs/model/model_state.h"
#include "configfs/model/transaction.h"
#include "configfs/path.h"

namespace lunet::configfs {
namespace {

/// A batch that reads may not fill the memory: a short request can ask for the same long file many times.
constexpr std::size_t answers_bytes_max = 64U << 20U;

class ModelTree : public Tree {
 public:
  ModelTree(Flavour flavour, Effects& effects) : model_(flavour), effects_(effects) {}

  BatchResult batch(std::span<const Operation> operations) override;

  Result<Node> read_tree(std::string_view path, const ReadFilter& filter) override {
    if (!is_tree_path(path)) return tree_error(Verb::read, path, EINVAL, "not a path of the tree");
    const std::lock_guard lock(mutex_);
    return ModelReader(model_, effects_).read_tree(path, filter);
  }

  Result<> visit_tree(std::string_view path, const ReadFilter& filter, NodeSink& sink) override {
    if (!is_tree_path(path)) return tree_error(Verb::read, path, EINVAL, "not a path of the tree");
    const std::lock_guard lock(mutex_);
    return ModelReader(model_, effects_).visit_tree(path, filter, sink);
  }

  Result<std::unique_ptr<Watch>> watch(std::string_view path) override {
    if (!is_tree_path(path)) return tree_error(Verb::read, path, EINVAL, "not a path of the tree");
    const std::lock_guard lock(mutex_);
    if (!model_.exists(path)) return tree_error(Verb::read, path, ENOENT);
    return events_.subscribe(path);
  }

  [[nodiscard]] bool transactional() const override { return true; }

 private:
  /// Of a change that Effects accepted: where its undo log begins, and which operation asked for it.
  struct Applied {
    std::size_t mark = 0;
    std::size_t operation = 0;
  };

  /// One batch under way.
  struct Running {
    explicit Running(Model& model) : transaction(model) {}
    Transaction transaction;
    std::size_t operation = 0;
    std::vector<Change> changes;   ///< what Effects accepted
    std::vector<Applied> applied;  ///< one for each of `changes`
  };

  BatchResult too_much(Running& running, const Operation& operation, BatchResult result);
  BatchResult try_batch(std::span<const Operation> operations);
  BatchResult run_all(Running& running, std::span<const Operation> operations);
  Result<Answer> run(Running& running, const Operation& operation);
  Result<> change(Running& running, const Operation& operation);
  void add_facts(Running& running, const Change& change);
  void take_back(Running& running);
  void tell_watchers(const Running& running, std::span<const Operation> operations);
  void complete(Running& running, std::span<const Operation> operations, BatchResult& result);

  std::mutex changing_;  ///< held by a batch that changes something until it is over
  std::mutex mutex_;     ///< guards the model
  Model model_;
  Effects& effects_;
  EventHub events_;
};

Result<> ModelTree::change(Running& running, const Operation& operation) {
  const std::size_t mark = running.transaction.mark();
  auto made = change_model(running.transaction, operation);
  if (made && *made) {
    Change& change = **made;
    const auto accepted = effects_.apply(change, model_);
    if (accepted) {
      if (change.object_kind == ObjectKind::disk && change.file == "enable") add_facts(running, change);
      model_.revision.advance();
      running.applied.push_back({mark, running.operation});
      running.changes.push_back(std::move(change));
      return {};
    }
    made = accepted.error();
  }
  if (made) return {};
  running.transaction.roll_back(mark);
  Error error = tree_error(operation.verb, operation.path, made.error().errnum, made.error().message);
  error.hint = made.error().hint;
  return error;
}

void ModelTree::add_facts(Running& running, const Change& change) {
  DeviceFacts facts = effects_.device_facts(change);
  Object& disk = *model_.object_at(change.object);
  for (auto& [file, value] : facts.values) running.transaction.set(disk, file, std::move(value));
  if (facts.settings.empty()) return;
  facts.settings.insert(disk.settings.begin(), disk.settings.end());
  running.transaction.assign(disk.settings, std::move(facts.settings));
}

Result<Answer> ModelTree::run(Running& running, const Operation& operation) {
  const auto& [verb, path, text] = operation;
  if (!is_tree_path(path) || (verb == Verb::link && !is_tree_path(text)))
    return tree_error(verb, path, EINVAL, "not a path of the tree");
  Answer answer;
  if (verb == Verb::list) {
    answer.entries = TRY(ModelReader(model_, effects_).list(path));
  } else if (verb == Verb::read) {
    answer.text = TRY(ModelReader(model_, effects_).read(path));
  } else {
    TRY_OK(change(running, operation));
  }
  return answer;
}

void ModelTree::take_back(Running& running) {
  if (!running.applied.empty()) model_.revision.advance();
  for (std::size_t i = running.applied.size(); i > 0; --i) {
    running.transaction.roll_back(running.applied[i - 1].mark);
    effects_.undo(running.changes[i - 1], model_);
  }
  running.applied.clear();
}

BatchResult ModelTree::too_much(Running& running, const Operation& operation, BatchResult result) {
  take_back(running);
  Error error =
      tree_error(operation.verb, operation.path, EFBIG, "the answers of the batch are too long together");
  error.hint = "ask for less at once";
  result.failure = std::make_unique<BatchFailure>(BatchFailure{running.operation, std::move(error)});
  return result;
}

BatchResult ModelTree::run_all(Running& running, std::span<const Operation> operations) {
  BatchResult result;
  result.answers.reserve(operations.size());
  std::size_t bytes = 0;
  for (const Operation& operation : operations) {
    running.operation = result.answers.size();
    auto answer = run(running, operation);
    if (!answer) {
      take_back(running);
      result.failure =
          std::make_unique<BatchFailure>(BatchFailure{running.operation, std::move(answer).error()});
      return result;
    }
    bytes += answer->text.size() + answer->entries.size() * sizeof(Entry);
    if (bytes > answers_bytes_max) return too_much(running, operation, std::move(result));
    result.answers.push_back(*std::move(answer));
  }
  return result;
}

void ModelTree::tell_watchers(const Running& running, std::span<const Operation> operations) {
  if (!events_.is_watched()) return;
  std::vector<Event> events;
  events.reserve(running.applied.size());
  for (const Applied& applied : running.applied) {
    const Operation& operation = operations[applied.operation];
    events.push_back({operation.verb, operation.path});
  }
  events_.publish(events);
}

/// Publishes what was applied, and takes it back if something that it removed stays in use.
void ModelTree::complete(Running& running, std::span<const Operation> operations, BatchResult& result) {
  const std::vector<Change>& changes = running.changes;
  effects_.publish(changes, model_);
  mutex_.unlock();
  auto unsettled = effects_.settle(changes);
  mutex_.lock();
  if (!unsettled) {
    effects_.settled(changes, model_);
    return tell_watchers(running, operations);
  }
  const std::size_t index = running.applied.at(unsettled->change).operation;
  take_back(running);
  effects_.withdraw(changes, model_);
  const Operation& operation = operations[index];
  Error error = tree_error(operation.verb, operation.path, unsettled->error.errnum, unsettled->error.message);
  error.hint = unsettled->error.hint;
  result.answers.resize(index);
  result.failure = std::make_unique<BatchFailure>(BatchFailure{index, std::move(error)});
}

BatchResult ModelTree::batch(std::span<const Operation> operations) {
  std::unique_lock changing(changing_, std::defer_lock);
  const bool only_reads = std::all_of(operations.begin(), operations.end(), [](const Operation& operation) {
    return operation.verb == Verb::read || operation.verb == Verb::list;
  });
  if (!only_reads) changing.lock();
  for (;;) {
    BatchResult result = try_batch(operations);
    if (result || only_reads || !effects_.wait_to_retry()) return result;
  }
}

BatchResult ModelTree::try_batch(std::span<const Operation> operations) {
  const std::lock_guard lock(mutex_);
  Running running(model_);
  BatchResult result = run_all(running, operations);
  if (!running.applied.empty()) complete(running, operations, result);
  return result;
}

}  // namespace

std::unique_ptr<Tree> make_model_tree(Flavour flavour, Effects& effects) {
  return std::make_unique<ModelTree>(flavour, effects);
}

}  // namespace lunet::configfs
