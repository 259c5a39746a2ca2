// SPDX-License-Identifier: Apache-2.0
// For the tests of the store: an own folder, its files, child processes.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "store/store.h"

namespace lunet::store {

class TestFolder {
 public:
  TestFolder() : path_("/tmp/lunet-store-XXXXXX") { CHECK(::mkdtemp(path_.data())); }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  [[nodiscard]] bool has(std::string_view name) const { return std::filesystem::exists(file(name)); }
  [[nodiscard]] std::string read(std::string_view name) const {
    std::ifstream in(file(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  void write(std::string_view name, std::string_view text) const {
    std::ofstream(file(name), std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
  }

 private:
  std::string path_;
};

/// Runs `work` in a child process, which ends with its result as status. Waits for it at the latest when
/// destroyed.
class Child {
 public:
  template <class Work>
  explicit Child(Work work) : pid_(::fork()) {
    CHECK(pid_ >= 0);
    if (pid_ == 0) ::_exit(work());
  }
  ~Child() { wait(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

  [[nodiscard]] pid_t pid() const { return pid_; }
  void kill() const { ::kill(pid_, SIGKILL); }
  /// Exit status; -1 when a signal ended it or it was waited for already.
  int wait() {
    int status = 0;
    if (pid_ < 0 || ::waitpid(std::exchange(pid_, -1), &status, 0) < 0 || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status);
  }

 private:
  pid_t pid_;
};

inline const config::Path disk_a = {{config::ObjectClass::storage, "fileio"},
                                    {config::ObjectClass::disk, "a"}};

/// A configuration whose disk a has this size: tells generations apart.
inline config::Tree tree_of_size(std::uint64_t size) {
  config::Tree tree;
  tree.ensure(disk_a).attributes["size"] = std::to_string(size);
  return tree;
}

inline std::string size_in(const config::Tree& tree) {
  const config::Object* disk = tree.find(disk_a);
  return disk ? std::string(disk->attribute("size")) : "none";
}

inline std::unique_ptr<Store> opened(const TestFolder& folder, const Options& options = {}) {
  auto store = open(folder.path(), options);
  CHECK(store);
  return *std::move(store);
}

/// What history lists.
inline std::vector<std::uint64_t> numbers(Store& store, std::size_t limit) {
  const auto history = store.history(limit);
  CHECK(history);
  std::vector<std::uint64_t> found;
  for (const Generation& generation : *history) found.push_back(generation.number);
  return found;
}

/// One change under the lock; the process fails when the store does.
template <class Edit>
Generation edit(Store& store, std::string_view why, Edit change) {
  auto lock = store.lock("a test", 60'000);
  CHECK(lock);
  auto head = store.head();
  CHECK(head);
  config::Tree tree = head->tree;
  change(tree);
  auto made = store.commit(*head, tree, why);
  CHECK(made);
  return *made;
}

inline Generation set_size(Store& store, std::uint64_t size) {
  return edit(store, "size " + std::to_string(size),
              [&](config::Tree& tree) { tree.ensure(disk_a).attributes["size"] = std::to_string(size); });
}

}  // namespace lunet::store
