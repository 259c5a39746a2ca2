// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>

#include "base/check.h"
#include "base/log.h"
#include "base/text.h"
#include "config/edit.h"
#include "store/confirmation.h"
#include "store/files.h"
#include "store/fold.h"
#include "store/in_sync.h"
#include "store/intent.h"
#include "store/leftovers.h"
#include "store/lock.h"
#include "store/outline_file.h"
#include "store/reader.h"
#include "store/record.h"

namespace lunet::store {

/// "alice (1000)"; "root (0) for alice" under sudo, which only root's environment can be believed to say.
static std::string current_user() {
  const uid_t uid = ::getuid();
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  std::string who = fmt::format("{} ({})", found ? found->pw_name : "uid", uid);
  const char* sudo_user = uid == 0 ? ::getenv("SUDO_USER") : nullptr;
  if (sudo_user && *sudo_user) who += fmt::format(" for {}", sudo_user);
  return who;
}

namespace {
/// Keeps the lock and lets the store know as long as it is held.
class HeldLock : public Lock {
 public:
  HeldLock(std::unique_ptr<Lock> lock, std::shared_ptr<bool> held)
      : lock_(std::move(lock)), held_(std::move(held)) {}

 private:
  std::unique_ptr<Lock> lock_;
  std::shared_ptr<bool> held_;
};

class FolderStore : public Store {
 public:
  FolderStore(const std::string& folder, const Options& options)
      : folder_(folder), options_(options), reader_(folder) {}

  Result<Head> head() override;
  Result<std::unique_ptr<Lock>> lock(std::string_view command, const Patience& patience) override;
  Result<> record_intent(const Head& head, Intent intent) override;
  Result<std::optional<Intent>> open_intent(const Head& head) override { return read_intent(folder_, head); }
  Result<> record_leftovers(const std::vector<Leftover>& leftovers) override {
    return write_leftovers(folder_, leftovers);
  }
  Result<std::vector<Leftover>> leftovers() override { return read_leftovers(folder_); }
  Result<> record_in_sync(const InSync& in_sync) override { return write_in_sync(folder_, in_sync); }
  std::optional<InSync> in_sync() override { return read_in_sync(folder_); }
  Result<> record_confirmation(const Confirmation& confirmation) override {
    return write_confirmation(folder_, confirmation);
  }
  Result<> clear_confirmation() override { return remove_confirmation(folder_); }
  Result<std::optional<Confirmation>> confirmation() override { return read_confirmation(folder_); }
  Result<> close_intent() override { return clear_intent(folder_); }
  Result<Generation> commit(const Head& head, const config::Tree& tree, std::string_view why) override;
  Result<> record_runtime(std::string_view runtime) override;
  Result<std::vector<Generation>> history(std::size_t limit) override { return reader_.history(limit); }
  Result<config::Tree> at(std::uint64_t generation) override { return reader_.at(generation); }

 private:
  Result<> refresh();
  Result<> cut_torn_tail();
  Result<std::string> recorded_runtime() const;
  Result<std::string> replay(const config::Tree& tree);
  Result<> append_record(const std::string& record);
  void fold_if_outgrown();

  std::string folder_;
  Options options_;
  Reader reader_;
  /// The newest state read; inode 0 when nothing is known, as after every failure.
  State state_;
  std::weak_ptr<bool> held_;
};
}  // namespace

Result<> FolderStore::refresh() {
  state_ = TRY(reader_.newest(std::exchange(state_, {})));
  if (held_.expired()) return {};
  if (state_.torn) TRY_OK(cut_torn_tail());
  // Without it the next one takes longer, no more.
  if (!state_.outline.empty()) (void)write_outline(folder_, std::exchange(state_.outline, {}));
  return {};
}

/// What is cut goes to journal.torn: should it have been damaged and not torn, its text is not lost.
Result<> FolderStore::cut_torn_tail() {
  const std::string path = reader_.path("journal.lio");
  const Fd file = TRY(open_file(path, O_RDWR));
  const std::string tail = TRY(read_file(file, path, state_.end));
  TRY_OK(replace(folder_, "journal.torn", "journal.torn.new", tail));
  TRY_OK(cut(file, path, state_.end));
  state_.torn = false;
  return {};
}

Result<std::string> FolderStore::recorded_runtime() const {
  const std::string path = reader_.path("runtime");
  auto text = read_file(path);
  if (!text && text.error().errnum == ENOENT) return std::string();
  if (!text) return std::move(text).error();
  const VersionLine line = TRY(read_version_line(*text, "runtime", path));
  return std::string(trim(std::string_view(*text).substr(line.size)));
}

Result<Store::Head> FolderStore::head() {
  TRY_OK(refresh());
  std::string runtime = TRY(recorded_runtime());
  return Head{state_.generation, state_.tree, std::move(runtime)};
}

Result<std::unique_ptr<Lock>> FolderStore::lock(std::string_view command, const Patience& patience) {
  std::unique_ptr<Lock> taken = TRY(take_lock(folder_, command, patience));
  auto held = std::make_shared<bool>(true);
  held_ = held;
  return std::unique_ptr<Lock>(std::make_unique<HeldLock>(std::move(taken), std::move(held)));
}

Result<> FolderStore::record_intent(const Head& head, Intent intent) {
  CHECK(!held_.expired());
  intent.generation.number = head.generation.number + 1;
  intent.generation.time_s = std::time(nullptr);
  intent.generation.who = current_user();
  return write_intent(folder_, head.tree, intent);
}

/// Makes our tree the new one by way of the text that the journal will have, so that what is written is known
/// to be readable. Returns that text.
Result<std::string> FolderStore::replay(const config::Tree& tree) {
  std::string body = encode_change(state_.tree, tree);
  auto applied = apply_change(state_.tree, body, "the change");
  if (applied && state_.tree == tree) return body;
  state_ = {};
  TRY_OK(config::check_names(tree.root));
  if (!applied) return std::move(applied).error().during("writing the change as text");
  return Error{EINVAL, "the configuration cannot be written so that it is read back the same", {}};
}

Result<> FolderStore::append_record(const std::string& record) {
  const std::string path = reader_.path("journal.lio");
  if (state_.inode == 0) {
    const std::string line = version_line("journal", state_.generation.number);
    TRY_OK(replace(folder_, "journal.lio", "journal.lio.new", line));
    state_.last = state_.end = line.size();
    state_.base = state_.generation.number;
  }
  const Fd file = TRY(open_file(path, O_RDWR));
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return system_error(errno, "writing " + path);
  state_.inode = status.st_ino;
  TRY_OK(append(file, path, state_.end, record));
  state_.last = state_.end;
  state_.last_start = record.substr(0, record_start_size);
  state_.end += record.size();
  return {};
}

Result<Generation> FolderStore::commit(const Head& head, const config::Tree& tree, std::string_view why) {
  CHECK(!held_.expired());
  TRY_OK(refresh());
  const std::uint64_t newest = state_.generation.number;
  if (head.generation.number != newest) {
    return Error{
        ESTALE, fmt::format("generation {} was made after {} was read", newest, head.generation.number), {}};
  }
  const std::string body = TRY(replay(tree));
  const Generation made{newest + 1, std::time(nullptr), current_user(), std::string(why)};
  auto appended = append_record(encode(made, body));
  if (!appended) {
    state_ = {};
    return std::move(appended).error();
  }
  state_.generation = made;
  fold_if_outgrown();
  return made;
}

void FolderStore::fold_if_outgrown() {
  if (state_.end <= options_.snapshot_bytes || state_.end <= state_.snapshot_size) return;
  const auto folded = fold(folder_, reader_, state_, options_);
  if (folded) return;
  state_ = {};
  // The generation is durable; a journal that grows on is no reason to call the commit failed.
  log::warning("the journal in {} goes on growing: {}", folder_, folded.error().message);
}

Result<> FolderStore::record_runtime(std::string_view runtime) {
  const std::string text = fmt::format("{}{}\n", version_line("runtime"), runtime);
  return replace(folder_, "runtime", fmt::format("runtime.{}.new", ::getpid()), text);
}

/// Finds a later version's files before anything is done with them.
static Result<> check_version(const Reader& reader, const std::string& name, std::string_view kind) {
  const std::string path = reader.path(name);
  auto file = open_file(path, O_RDONLY);
  if (!file && file.error().errnum == ENOENT) return {};
  if (!file) return std::move(file).error();
  std::array<char, 128> start{};
  const ssize_t size = ::pread(file->get(), start.data(), start.size(), 0);
  if (size < 0) return system_error(errno, "reading " + path);
  const auto line = read_version_line({start.data(), static_cast<std::size_t>(size)}, kind, path);
  // Damage is the matter of those who read the whole.
  if (!line && line.error().errnum == EINVAL) return line.error();
  return {};
}

Result<std::unique_ptr<Store>> open(const std::string& folder, const Options& options) {
  TRY_OK(make_folder(folder));
  const Reader reader(folder);
  TRY_OK(check_version(reader, "journal.lio", "journal"));
  TRY_OK(check_version(reader, "snapshot.lio", "snapshot"));
  TRY_OK(check_version(reader, "runtime", "runtime"));
  return std::unique_ptr<Store>(std::make_unique<FolderStore>(folder, options));
}

}  // namespace lunet::store
