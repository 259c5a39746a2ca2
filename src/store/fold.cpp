// SPDX-License-Identifier: Apache-2.0
#include "store/fold.h"

#include <sys/stat.h>
#include <unistd.h>

#include <ctime>

#include "store/files.h"
#include "store/outline_file.h"
#include "store/record.h"

namespace lunet::store {

/// A second name for the file, which stays when the first name gets another one. One there already is an
/// interrupted fold's: the same file.
static Result<> keep_as(const std::string& from, const std::string& to) {
  if (::link(from.c_str(), to.c_str()) != 0 && errno != EEXIST) {
    return system_error(errno, "keeping " + from + " as " + to);
  }
  return {};
}

static bool is_older_than(const std::string& path, std::int64_t days) {
  constexpr std::int64_t seconds_a_day = 24 * 60 * 60;
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && status.st_mtime < std::time(nullptr) - days * seconds_a_day;
}

/// Removes the oldest pairs that neither the count nor the age keeps. A journal's last write is the age of
/// its youngest generation.
static Result<> prune(const Reader& reader, std::uint64_t newest, const Options& options) {
  std::vector<std::uint64_t> bases = TRY(reader.folded_bases());
  for (std::size_t i = 0; i + 1 <= bases.size(); ++i) {
    const std::uint64_t kept_from = i + 1 < bases.size() ? bases[i + 1] : newest;
    const std::string journal = reader.folded_journal(bases[i]);
    if (newest - kept_from < options.keep_generations || !is_older_than(journal, options.keep_days))
      return {};
    if (::unlink(journal.c_str()) != 0) return system_error(errno, "removing " + journal);
    const std::string snapshot = reader.folded_snapshot(bases[i]);
    if (::unlink(snapshot.c_str()) != 0 && errno != ENOENT)
      return system_error(errno, "removing " + snapshot);
  }
  return {};
}

static Result<ino_t> inode_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return system_error(errno, "opening " + path);
  return status.st_ino;
}

Result<> fold(const std::string& folder, const Reader& reader, State& state, const Options& options) {
  const std::uint64_t newest = state.generation.number;
  std::string snapshot = version_line("snapshot") + encode(state.generation, config::print(state.tree));
  const std::string journal = version_line("journal", newest);
  // After an interrupted fold the snapshot is younger than the journal's base: then it belongs to no journal.
  const bool paired = state.snapshot != 0 && state.snapshot == state.base;
  if (paired) TRY_OK(keep_as(reader.path("snapshot.lio"), reader.folded_snapshot(state.base)));
  TRY_OK(keep_as(reader.path("journal.lio"), reader.folded_journal(state.base)));
  TRY_OK(sync_folder(folder));
  TRY_OK(replace(folder, "snapshot.lio", "snapshot.lio.new", snapshot));
  TRY_OK(replace(folder, "journal.lio", "journal.lio.new", journal));
  state.base = state.snapshot = newest;
  state.snapshot_size = snapshot.size();
  state.last = state.end = journal.size();
  state.last_start.clear();
  state.inode = TRY(inode_of(reader.path("journal.lio")));
  // Who finds none makes it.
  const std::string outline = make_outline(std::move(snapshot));
  if (!outline.empty()) (void)write_outline(folder, outline);
  return prune(reader, newest, options);
}

}  // namespace lunet::store
