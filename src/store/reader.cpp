// SPDX-License-Identifier: Apache-2.0
#include "store/reader.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "config/edit.h"
#include "config/later.h"
#include "config/outline.h"
#include "store/files.h"
#include "store/outline_file.h"

namespace lunet::store {

/// A writer may replace files between two of our reads: what does not fit together is read again before it is
/// an error.
template <class Read>
static auto read_steadily(Read read) {
  constexpr int attempts = 10;
  for (int attempt = 1;; ++attempt) {
    auto result = read();
    if (result || attempt == attempts) return result;
    const int errnum = result.error().errnum;
    if (errnum != EBADMSG && errnum != ENOENT) return result;
  }
}

static Error misfit(const std::string& path, std::uint64_t wanted, std::uint64_t found) {
  return {EBADMSG, fmt::format("{} goes on with generation {} where {} is expected", path, found, wanted),
          "docs/store.md, \"Recovery\", says how to go on"};
}

std::string Reader::folded_journal(std::uint64_t base) const {
  return path(fmt::format("journal-{}.lio", base));
}

std::string Reader::folded_snapshot(std::uint64_t base) const {
  return path(fmt::format("snapshot-{}.lio", base));
}

Result<Reader::Snapshot> Reader::snapshot(const std::string& path) const {
  std::string content = TRY(read_file(path));
  const auto whole = std::make_shared<const std::string>(std::move(content));
  const std::string& text = *whole;
  const VersionLine line = TRY(read_version_line(text, "snapshot", path));
  const Scan found = TRY(scan(std::string_view(text).substr(line.size), line.size, path));
  if (found.records.size() != 1 || found.end != text.size()) {
    return Error{EBADMSG,
                 fmt::format("{} is damaged: the record at byte {} is not what was written", path, line.size),
                 "docs/store.md, \"Recovery\", says how to go on"};
  }
  const Record& record = found.records[0];
  if (auto tree = config::parse_outlined(whole, record.body, read_outline(folder_, text, record)))
    return Snapshot{record.generation, *std::move(tree), text.size()};
  std::string outline;
  config::Tree tree = TRY(config::parse_later(whole, record.body, path, &outline));
  return Snapshot{record.generation, std::move(tree), text.size(), encode_outline(text, record, outline)};
}

Result<> Reader::apply(State& state, const Scan& found, std::string_view text, std::size_t offset) const {
  const std::string path = this->path("journal.lio");
  for (const Record& record : found.records) {
    if (record.generation.number > state.generation.number) {
      const std::uint64_t next = state.generation.number + 1;
      if (record.generation.number != next) return misfit(path, next, record.generation.number);
      auto applied = apply_change(state.tree, record.body, fmt::format("{} byte {}", path, record.offset));
      if (!applied) return Error{EBADMSG, std::move(applied.error().message), {}};
      state.generation = record.generation;
    }
    state.last = record.offset;
    state.last_start = text.substr(record.offset - offset, record_start_size);
  }
  state.end = found.end;
  state.torn = offset + text.size() > found.end;
  return {};
}

Result<State> Reader::load() const {
  State state;
  const std::string journal = path("journal.lio");
  auto snapshot = this->snapshot(path("snapshot.lio"));
  if (!snapshot && snapshot.error().errnum != ENOENT) return std::move(snapshot).error();
  if (snapshot) {
    state.generation = std::move(snapshot->generation);
    state.tree = std::move(snapshot->tree);
    state.snapshot = state.generation.number;
    state.snapshot_size = snapshot->size;
    state.outline = std::move(snapshot->outline);
  }
  auto file = open_file(journal, O_RDONLY);
  if (!file && file.error().errnum == ENOENT && !snapshot) return state;
  if (!file) return std::move(file).error();
  struct stat status{};
  if (::fstat(file->get(), &status) != 0) return system_error(errno, "reading " + journal);
  const std::string text = TRY(read_file(*file, journal));
  const VersionLine line = TRY(read_version_line(text, "journal", journal));
  if (line.base > state.generation.number) return misfit(journal, state.generation.number + 1, line.base + 1);
  state.base = line.base;
  state.inode = status.st_ino;
  state.last = line.size;
  const std::string_view records = std::string_view(text).substr(line.size);
  const Scan found = TRY(scan(records, line.size, journal));
  TRY_OK(apply(state, found, records, line.size));
  return state;
}

/// False when the journal is not the one that was read, continued.
Result<bool> Reader::extend(State& state) const {
  const std::string journal = path("journal.lio");
  if (state.inode == 0) return false;
  auto file = open_file(journal, O_RDONLY);
  struct stat status{};
  if (!file || ::fstat(file->get(), &status) != 0 || status.st_ino != state.inode) return false;
  const std::string text = TRY(read_file(*file, journal, state.last));
  if (state.last + text.size() < state.end || !std::string_view(text).starts_with(state.last_start))
    return false;
  const Scan found = TRY(scan(text, state.last, journal));
  if (found.end < state.end) return false;
  TRY_OK(apply(state, found, text, state.last));
  return true;
}

Result<State> Reader::newest(State known) const {
  // A failed extension may have changed the tree, so that one is not used again.
  auto extended = extend(known);
  if (extended && *extended) return known;
  return read_steadily([&] { return load(); });
}

Result<std::vector<std::uint64_t>> Reader::folded_bases() const {
  std::vector<std::uint64_t> found;
  DIR* folder = ::opendir(folder_.c_str());
  if (!folder) return system_error(errno, "listing " + folder_);
  while (const dirent* entry = ::readdir(folder)) {
    std::string_view name = entry->d_name;
    if (!name.starts_with("journal-") || !name.ends_with(".lio")) continue;
    name.remove_prefix(8);
    name.remove_suffix(4);
    if (const auto base = parse_unsigned(name)) found.push_back(*base);
  }
  ::closedir(folder);
  std::sort(found.begin(), found.end());
  return found;
}

Result<std::vector<std::uint64_t>> Reader::bases_below(std::uint64_t base) const {
  std::vector<std::uint64_t> bases = TRY(folded_bases());
  // A crash while folding may leave journal.lio's own base among them: the same file under two names.
  bases.erase(std::lower_bound(bases.begin(), bases.end(), base), bases.end());
  return bases;
}

Result<Reader::Segment> Reader::segment(const std::string& path) const {
  // Not within the braces below: a TRY that returns from there leaks the members made before it.
  std::string whole = TRY(read_file(path));
  Segment segment{0, path, {}, std::make_unique<const std::string>(std::move(whole))};
  const std::string_view text = *segment.text;
  const VersionLine line = TRY(read_version_line(text, "journal", path));
  segment.base = line.base;
  segment.records = TRY(scan(text.substr(line.size), line.size, path)).records;
  std::uint64_t next = line.base + 1;
  for (const Record& record : segment.records) {
    if (record.generation.number != next) return misfit(path, next, record.generation.number);
    ++next;
  }
  return segment;
}

/// Of a store without a commit: empty.
Result<Reader::Segment> Reader::current_segment() const {
  auto current = segment(path("journal.lio"));
  if (!current && current.error().errnum == ENOENT && ::access(path("snapshot.lio").c_str(), F_OK) != 0)
    return Segment{};
  return current;
}

/// The state behind which the journal with this base starts.
Result<Reader::Snapshot> Reader::snapshot_at(std::uint64_t base) const {
  if (base == 0) return Snapshot{};
  auto folded = snapshot(folded_snapshot(base));
  if (folded || folded.error().errnum != ENOENT) return folded;
  Snapshot latest = TRY(snapshot(path("snapshot.lio")));
  if (latest.generation.number != base) return misfit(path("snapshot.lio"), base, latest.generation.number);
  return latest;
}

Result<std::vector<Generation>> Reader::read_history(std::size_t limit) const {
  std::vector<Generation> newest_first;
  const auto enough = [&] { return limit != 0 && newest_first.size() >= limit; };
  const auto take = [&](const Segment& segment) {
    for (auto record = segment.records.rbegin(); record != segment.records.rend() && !enough(); ++record) {
      newest_first.push_back(record->generation);
    }
  };
  const Segment current = TRY(current_segment());
  take(current);
  std::vector<std::uint64_t> bases = TRY(bases_below(current.base));
  const std::uint64_t oldest = bases.empty() ? current.base : bases.front();
  for (; !bases.empty() && !enough(); bases.pop_back()) {
    const Segment folded = TRY(segment(folded_journal(bases.back())));
    take(folded);
  }
  if (oldest > 0 && !enough()) {
    const Snapshot before = TRY(snapshot_at(oldest));
    newest_first.push_back(before.generation);
  }
  std::reverse(newest_first.begin(), newest_first.end());
  return newest_first;
}

Result<std::vector<Generation>> Reader::history(std::size_t limit) const {
  return read_steadily([&] { return read_history(limit); });
}

Result<config::Tree> Reader::read_at(std::uint64_t generation) const {
  Segment segment = TRY(current_segment());
  const std::vector<std::uint64_t> bases = TRY(bases_below(segment.base));
  const std::uint64_t oldest = bases.empty() ? segment.base : bases.front();
  if (generation < oldest || generation > segment.newest()) {
    return Error{ENOENT,
                 fmt::format("generation {} is not kept; {} to {} are", generation, oldest, segment.newest()),
                 {}};
  }
  if (generation < segment.base) {
    const auto above = std::upper_bound(bases.begin(), bases.end(), generation);
    segment = TRY(this->segment(folded_journal(*(above - 1))));
  }
  if (generation > segment.newest()) return misfit(segment.path, segment.newest() + 1, generation);
  config::Tree tree = TRY(snapshot_at(segment.base)).tree;
  for (const Record& record : segment.records) {
    if (record.generation.number > generation) break;
    auto applied = apply_change(tree, record.body, fmt::format("{} byte {}", segment.path, record.offset));
    if (!applied) return Error{EBADMSG, std::move(applied.error().message), {}};
  }
  return tree;
}

Result<config::Tree> Reader::at(std::uint64_t generation) const {
  return read_steadily([&] { return read_at(generation); });
}

}  // namespace lunet::store
