// SPDX-License-Identifier: Apache-2.0
// For tests of target/ and service/: trees as text, and a tree that applies each operation by itself.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "base/check.h"
#include "config/tree.h"
#include "configfs/tree.h"
#include "target/target.h"

namespace lunet::target {

/// A configuration, or a path, from text that is right.
inline config::Tree tree_of(std::string_view text) {
  auto tree = config::parse(text, "test");
  CHECK(tree);
  return *std::move(tree);
}
inline config::Path path_of(std::string_view text) {
  auto path = config::parse_path(text);
  CHECK(path);
  return *std::move(path);
}

/// Another tree that stops in the middle of a batch, as the kernel's does.
class SteppingTree : public configfs::Tree {
 public:
  /// `inner` outlives this.
  explicit SteppingTree(configfs::Tree& inner) : inner_(inner) {}

  configfs::BatchResult batch(std::span<const configfs::Operation> operations) override {
    configfs::BatchResult all;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      configfs::BatchResult one = inner_.batch(operations.subspan(i, 1));
      if (!one) {
        all.failure = std::move(one.failure);
        all.failure->index = i;
        return all;
      }
      all.answers.push_back(std::move(one.answers.front()));
    }
    return all;
  }
  Result<configfs::Node> read_tree(std::string_view path, const configfs::ReadFilter& filter) override {
    return inner_.read_tree(path, filter);
  }
  Result<std::unique_ptr<configfs::Watch>> watch(std::string_view path) override {
    return inner_.watch(path);
  }
  [[nodiscard]] bool transactional() const override { return false; }

 private:
  configfs::Tree& inner_;
};

inline void dump_node(const configfs::Node& node, const std::string& path, std::string& out) {
  // Numbers that the runtime counts up, the order in which disks came; and "no secret" has two spellings that
  // mean the same (features 4.1).
  if (node.entry.name == "hba_info" || node.entry.name == "members" || path == "/revision") return;
  const bool no_secret = node.text == "NULL" && path.find("auth/") != std::string::npos;
  std::string text = no_secret ? "" : node.text;
  if (const std::size_t at = text.find(" ID: "); at != std::string::npos)
    text.erase(at + 5, text.find_first_not_of("0123456789", at + 5) - at - 5);
  // LIO shows a queue depth once it was written.
  if (const std::size_t depth = text.find("Max Queue Depth: "); depth != std::string::npos)
    text.erase(depth, text.find("  ", depth) - depth);
  out += fmt::format("{} {:o} {} {}\n", path, node.entry.mode, node.entry.link_target, text);
  for (const configfs::Node& child : node.nodes) dump_node(child, path + "/" + child.entry.name, out);
}

/// Every entry with mode, link target and content; counters are left out.
inline std::string dump(configfs::Tree& tree) {
  configfs::ReadFilter filter;
  filter.state = true;
  const auto root = tree.read_tree("", filter);
  std::string out;
  if (root) dump_node(*root, "", out);
  return out;
}

/// The first line in which two dumps differ, from both; "" when they are equal.
inline std::string first_difference(std::string_view a, std::string_view b) {
  if (a == b) return "";
  const std::size_t at =
      static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const std::size_t start = at == 0 ? 0 : a.rfind('\n', at - 1) + 1;
  const auto line = [&](std::string_view text) { return text.substr(start, text.find('\n', at) - start); };
  return fmt::format("'{}' against '{}'", line(a), start <= b.size() ? line(b) : "");
}

inline std::string text_of(const configfs::Operation& operation) {
  std::string text = operation.text;
  if (text.ends_with('\n')) text.replace(text.size() - 1, 1, "\\n");
  return fmt::format("{} {}{}{}\n", configfs::verb_name(operation.verb), operation.path,
                     text.empty() ? "" : " ", text);
}

/// One line an operation.
inline std::string operations_of(const Plan& plan) {
  std::string out;
  for (const Step& step : plan.steps) {
    for (const configfs::Operation& operation : step.operations) out += text_of(operation);
  }
  return out;
}

}  // namespace lunet::target
