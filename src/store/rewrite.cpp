// SPDX-License-Identifier: Apache-2.0
#include "store/rewrite.h"

#include <fmt/core.h>
#include <unistd.h>

#include "store/files.h"
#include "store/reader.h"
#include "store/record.h"

namespace lunet::store {
namespace {

class Rewriting {
 public:
  Rewriting(const std::string& folder, const std::function<bool(config::Tree&)>& change)
      : folder_(folder), reader_(folder), change_(change) {}

  Result<std::size_t> run() {
    const std::vector<std::uint64_t> bases = TRY(reader_.folded_bases());
    for (const std::uint64_t base : bases) {
      TRY_OK(segment(name_of(reader_.folded_journal(base)), name_of(reader_.folded_snapshot(base))));
    }
    TRY_OK(segment("journal.lio", "snapshot.lio"));
    // What may have old text in it and is of no use any more.
    for (const char* name : {"journal.torn", "intent", "snapshot.outline"}) {
      const std::string path = reader_.path(name);
      if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_error(errno, "removing " + path);
    }
    TRY_OK(sync_folder(folder_));
    return changed_;
  }

 private:
  static std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  Result<> replace_file(const std::string& name, const std::string& text) {
    return store::replace(folder_, name, name + ".new", text);
  }

  /// A journal and the snapshot that it starts from.
  Result<> segment(const std::string& journal, const std::string& snapshot) {
    if (::access(reader_.path(journal).c_str(), F_OK) != 0) return {};
    const std::string path = reader_.path(journal);
    const std::string text = TRY(read_file(path));
    const VersionLine line = TRY(read_version_line(text, "journal", path));
    const Scan found = TRY(scan(std::string_view(text).substr(line.size), line.size, path));
    config::Tree tree;
    if (line.base != 0) tree = TRY(reader_.at(line.base));
    config::Tree before = tree;
    bool differs = change_(before);
    if (line.base != 0) TRY_OK(rewrite_snapshot(snapshot, line.base, before, differs));
    std::string written = version_line("journal", line.base);
    for (const Record& record : found.records) {
      TRY_OK(apply_change(tree, record.body, path));
      config::Tree after = tree;
      if (change_(after)) {
        differs = true;
        ++changed_;
      }
      written += encode(record.generation, encode_change(before, after));
      before = std::move(after);
    }
    if (!differs) return {};
    return replace_file(journal, written);
  }

  Result<> rewrite_snapshot(const std::string& name, std::uint64_t base, const config::Tree& tree,
                            bool differs) {
    const std::string path = reader_.path(name);
    if (!differs || ::access(path.c_str(), F_OK) != 0) return {};
    const std::string text = TRY(read_file(path));
    const VersionLine line = TRY(read_version_line(text, "snapshot", path));
    const auto record = read_record(text, line.size);
    if (!record || record->generation.number != base) return {};
    ++changed_;
    return replace_file(name, version_line("snapshot") + encode(record->generation, config::print(tree)));
  }

  const std::string& folder_;
  Reader reader_;
  const std::function<bool(config::Tree&)>& change_;
  std::size_t changed_ = 0;
};

}  // namespace

Result<std::size_t> rewrite_history(const std::string& folder,
                                    const std::function<bool(config::Tree&)>& change) {
  return Rewriting(folder, change).run();
}

}  // namespace lunet::store
