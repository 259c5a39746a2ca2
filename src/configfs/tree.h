// SPDX-License-Identifier: Apache-2.0
// The contract (docs/decisions, design 2): a target tree as the kernel shows it under
// /sys/kernel/config/target. Directories are objects, files attributes, links "this LUN exports that disk".
// Not the rules of the tree (model/rules.h), not its meaning for users (target/). Implementations:
// KernelTree, RemoteTree (lunetd, over a socket), MemoryTree (model/), and the wrappers FaultTree and
// RecordTree.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lunet::configfs {

// Paths are relative to the root of the tree, parts joined by '/': "core/rd_mcp_0/rd0/enable"; "" is the
// root. No part is empty, "." or ".."; implementations refuse such paths with EINVAL.

enum class EntryKind : std::uint8_t { directory, file, link };

struct Entry {
  std::string name;
  EntryKind kind = EntryKind::file;
  std::uint16_t mode =
      0;  ///< permission bits as the kernel's tree has them: 0755, 0644, 0444, 0200, links 0777
  std::string link_target;  ///< of a link: path relative to the root of the tree
};

enum class Verb : std::uint8_t { list, read, write, make_dir, remove_dir, link, unlink };
std::string_view verb_name(Verb verb);

/// One operation of a batch.
struct Operation {
  Verb verb = Verb::read;
  std::string path;  ///< what is read, written, made, removed; of link and unlink: the link itself
  std::string text;  ///< write: the bytes; link: the path the link shall point to
};

/// What one operation answered.
struct Answer {
  std::string text;            ///< read: the content, as the file gives it (mostly with its line end)
  std::vector<Entry> entries;  ///< list: the directory, in the order the implementation has it
};

/// Where a batch stopped: Error::errnum is the kernel's or engine's, the message names verb, path and reason.
struct BatchFailure {
  std::size_t index = 0;  ///< of the operation that failed
  Error error;
};

/// Answers of the operations before the first failure, and that failure. On a transactional tree
/// (Tree::transactional) a failure means that nothing was changed at all.
struct BatchResult {
  std::vector<Answer> answers;
  std::unique_ptr<BatchFailure> failure;  ///< null: all done
  explicit operator bool() const { return failure == nullptr; }
};

/// What an attribute file is (ruling 14). Only `config` files belong to a generation.
enum class FileClass : std::uint8_t { config, state, counter, action };

struct ReadFilter {
  bool state = false;     ///< also `state` files (info, members, ALUA state, ...)
  bool counters = false;  ///< also `counter` files, and the directories with nothing else (statistics)
  bool secrets = true;    ///< also auth/*; false leaves them out
  int depth = -1;         ///< levels of directories below the path; -1 is all
  /// When not empty: only files with one of these names. Directories that come with their parent may then be
  /// missing where nothing in them is wanted; those that somebody made are there.
  std::vector<std::string> files = {};
  /// When not empty: of the directories at the last level (`depth`) only those of this name, and above them
  /// only what leads to one; no files. Finds a disk whatever its HBA.
  std::string leaf = {};
  [[nodiscard]] bool wants(std::string_view file) const {
    return files.empty() || std::find(files.begin(), files.end(), file) != files.end();
  }
};

/// A subtree with the content of its files.
struct Node {
  Entry entry;              ///< the node itself; the name of the root is ""
  std::string text;         ///< of a readable file: its content without the last line end
  int errnum = 0;           ///< of a file that could not be read: why
  std::vector<Node> nodes;  ///< of a directory: sorted by name

  /// The child of that name, or null.
  [[nodiscard]] const Node* find(std::string_view name) const;
  /// The descendant at the relative path, or null.
  [[nodiscard]] const Node* at(std::string_view path) const;
  /// Content of the file at the relative path; "" when there is none.
  [[nodiscard]] std::string_view value(std::string_view path) const;
};

/// An entry of a subtree as it is handed over; valid during the call.
struct NodeView {
  std::string_view name;
  EntryKind kind = EntryKind::file;
  std::uint16_t mode = 0;
  std::string_view link_target;  ///< of a link
  std::string_view text;         ///< of a file, as in Node
  int errnum = 0;                ///< as in Node
  std::size_t nodes = 0;         ///< of a directory: how many are in it
};

/// Takes a subtree entry by entry: a directory, then everything in it, sorted by name.
class NodeSink {
 public:
  virtual ~NodeSink() = default;
  virtual void add(const NodeView& node) = 0;
};
void hand_over(const Node& node, NodeSink& sink);

/// Something changed in a watched tree.
struct Event {
  Verb verb = Verb::write;  ///< write, make_dir, remove_dir, link or unlink
  std::string path;
};

/// A subscription; destroying it ends it.
class Watch {
 public:
  virtual ~Watch() = default;
  /// Waits for the next event, at most `timeout_ms`; ETIMEDOUT when none came, EOVERFLOW once after events
  /// were lost because the reader was too slow.
  virtual Result<Event> next(int timeout_ms) = 0;
};

/// A target tree. Implementations say in their header whether they are thread-safe. All paths as above.
class Tree {
 public:
  virtual ~Tree() = default;

  /// Runs the operations in order, stopping at the first failure.
  virtual BatchResult batch(std::span<const Operation> operations) = 0;
  /// The subtree at `path` with file contents, in one round trip. ENOENT when there is none. `config` files
  /// only by default; a file whose read fails is in the result with its errnum.
  virtual Result<Node> read_tree(std::string_view path, const ReadFilter& filter) = 0;
  /// The same for who only passes it on: nothing is kept. After an error `sink` has had nothing.
  virtual Result<> visit_tree(std::string_view path, const ReadFilter& filter, NodeSink& sink);
  /// Events at and below `path` from now on.
  virtual Result<std::unique_ptr<Watch>> watch(std::string_view path) = 0;
  /// True when a batch is all or nothing.
  [[nodiscard]] virtual bool transactional() const = 0;

  // Batches of one.
  Result<std::vector<Entry>> list(std::string_view path);
  Result<std::string> read(std::string_view path);
  Result<> write(std::string_view path, std::string_view text);
  Result<> make_dir(std::string_view path);
  Result<> remove_dir(std::string_view path);
  Result<> link(std::string_view path, std::string_view to);
  Result<> unlink(std::string_view path);
};

}  // namespace lunet::configfs
