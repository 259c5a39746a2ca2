// SPDX-License-Identifier: Apache-2.0
#include "configfs/tree.h"

#include <algorithm>

namespace lunet::configfs {
namespace {

Result<Answer> run_one(Tree& tree, Operation operation) {
  BatchResult result = tree.batch(std::span(&operation, 1));
  if (!result) return std::move(result.failure->error);
  return std::move(result.answers.front());
}

Result<> run_change(Tree& tree, Operation operation) {
  auto answer = run_one(tree, std::move(operation));
  if (!answer) return std::move(answer).error();
  return {};
}

}  // namespace

std::string_view verb_name(Verb verb) {
  switch (verb) {
    case Verb::list: return "list";
    case Verb::read: return "read";
    case Verb::write: return "write";
    case Verb::make_dir: return "mkdir";
    case Verb::remove_dir: return "rmdir";
    case Verb::link: return "link";
    case Verb::unlink: return "unlink";
  }
  return "?";
}

void hand_over(const Node& node, NodeSink& sink) {
  const Entry& entry = node.entry;
  sink.add(
      {entry.name, entry.kind, entry.mode, entry.link_target, node.text, node.errnum, node.nodes.size()});
  for (const Node& child : node.nodes) hand_over(child, sink);
}

Result<> Tree::visit_tree(std::string_view path, const ReadFilter& filter, NodeSink& sink) {
  const Node node = TRY(read_tree(path, filter));
  hand_over(node, sink);
  return {};
}

const Node* Node::find(std::string_view name) const {
  const auto found =
      std::lower_bound(nodes.begin(), nodes.end(), name,
                       [](const Node& node, std::string_view key) { return node.entry.name < key; });
  return found != nodes.end() && found->entry.name == name ? &*found : nullptr;
}

const Node* Node::at(std::string_view path) const {
  const Node* node = this;
  while (node != nullptr && !path.empty()) {
    const std::size_t slash = path.find('/');
    node = node->find(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return node;
}

std::string_view Node::value(std::string_view path) const {
  const Node* node = at(path);
  return node != nullptr ? std::string_view(node->text) : std::string_view();
}

Result<std::vector<Entry>> Tree::list(std::string_view path) {
  return std::move(TRY(run_one(*this, {Verb::list, std::string(path), {}})).entries);
}

Result<std::string> Tree::read(std::string_view path) {
  return std::move(TRY(run_one(*this, {Verb::read, std::string(path), {}})).text);
}

Result<> Tree::write(std::string_view path, std::string_view text) {
  return run_change(*this, {Verb::write, std::string(path), std::string(text)});
}

Result<> Tree::make_dir(std::string_view path) {
  return run_change(*this, {Verb::make_dir, std::string(path), {}});
}

Result<> Tree::remove_dir(std::string_view path) {
  return run_change(*this, {Verb::remove_dir, std::string(path), {}});
}

Result<> Tree::link(std::string_view path, std::string_view to) {
  return run_change(*this, {Verb::link, std::string(path), std::string(to)});
}

Result<> Tree::unlink(std::string_view path) {
  return run_change(*this, {Verb::unlink, std::string(path), {}});
}

}  // namespace lunet::configfs
