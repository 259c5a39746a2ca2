// SPDX-License-Identifier: Apache-2.0
// A configuration that is being edited: each operation is checked against the schema and can be undone, down
// to what was there at first. Holds no lock and touches nothing that runs; who commits it replays it on the
// newest generation (rebase).
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/dump.h"
#include "config/search.h"
#include "config/tree.h"
#include "language/source.h"
#include "schema/schema.h"

namespace lunet::config {

/// What was done to a candidate.
struct Operation {
  enum class Kind : unsigned char { initial, set, remove, load, merge, replace, clear };
  Kind kind = Kind::initial;
  std::string text = {};    ///< as given: a statement, a pattern; of a file its content
  std::string source = {};  ///< the file's name; "" for what was typed
  Path level = {};
  std::chrono::system_clock::time_point when = {};
};
std::string_view operation_name(Operation::Kind kind);

/// Who set a node last.
struct Origin {
  const Operation* operation = nullptr;        ///< valid until the candidate changes
  std::optional<language::Position> position;  ///< in its text
};

class Candidate {
 public:
  using Clock = std::function<std::chrono::system_clock::time_point()>;

  /// `initial` is what undo() never goes behind. The schema outlives the candidate.
  Candidate(Tree initial, const schema::Schema& schema, schema::Runtime runtime,
            Clock clock = std::chrono::system_clock::now);

  [[nodiscard]] const Tree& tree() const { return levels_.back().tree; }
  [[nodiscard]] const Tree& initial() const { return levels_.front().tree; }
  [[nodiscard]] bool is_changed() const { return !(tree() == initial()); }

  /// Each returns what it created, changed or removed, without what stands in a created or removed object;
  /// an operation that changes nothing leaves no trace. EINVAL shows all mistakes of the text at once, and
  /// nothing has happened.
  /// `text`: statements of the language as they stand in the object at `level`.
  Result<std::vector<Node>> set(std::string_view text, const Path& level = {});
  /// What the pattern, relative to `level`, finds and the filter lets pass; objects with all below them.
  /// ENOENT: nothing.
  Result<std::vector<Node>> remove(std::string_view pattern, const Path& level = {},
                                   const Filter& filter = filters::only_set());
  /// The whole configuration. A text without statements is the empty one.
  Result<std::vector<Node>> load(std::string_view text, std::string_view file);
  Result<std::vector<Node>> merge(std::string_view text, std::string_view file);
  /// Takes the tree as it is, also what the schema does not know: what runs, another format.
  std::vector<Node> replace(Tree tree, std::string_view source);
  std::vector<Node> clear();
  /// Takes back the last `count` operations. EINVAL, with nothing done: there are not as many.
  Result<> undo(std::size_t count = 1);

  /// From the first to the newest.
  [[nodiscard]] std::vector<Operation> history() const;
  /// Nothing for what is not there, or was there at first: then the operation is the initial one.
  [[nodiscard]] Origin origin(const Node& node) const;
  [[nodiscard]] std::vector<Node> missing(const Path& level = {}) const;
  [[nodiscard]] Result<std::vector<Item>> find(std::string_view pattern, const Path& level = {},
                                               const Filter& filter = filters::only_set()) const;
  [[nodiscard]] Result<std::string> dump(const DumpOptions& options, const Path& level = {}) const;

 private:
  struct Level {
    Operation operation;
    Tree tree;  ///< after it
  };
  [[nodiscard]] SearchContext context(const Path& level) const { return {schema_, runtime_, level}; }
  /// Checks what is new in `next` and makes it the newest level.
  Result<std::vector<Node>> advance(Operation operation, Tree next);
  std::vector<Node> push(Operation operation, Tree next);
  [[nodiscard]] Operation operation(Operation::Kind kind, std::string_view text, std::string_view source = {},
                                    const Path& level = {}) const;

  const schema::Schema& schema_;
  schema::Runtime runtime_;
  Clock clock_;
  std::vector<Level> levels_;
};

/// What an operation did: created, changed and removed nodes; objects stand for what is in them.
std::vector<Node> changed_nodes(const Tree& from, const Tree& to);

/// What leads from `base` to `mine`, done to `theirs`. EBUSY names the objects that both have changed
/// (ruling 21).
Result<Tree> rebase(const Tree& base, const Tree& mine, const Tree& theirs);

}  // namespace lunet::config
