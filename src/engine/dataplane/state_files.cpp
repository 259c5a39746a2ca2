// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/state_files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/fd.h"
#include "base/log.h"

namespace lunet::dataplane {

namespace {

int write_file(const std::string& path, std::string_view text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return -errno;
  if (const int error = write_all(file, text); error != 0) return -error;
  return ::fsync(file.get()) == 0 ? 0 : -errno;
}

int sync_folder(const std::string& path) {
  const Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder && ::fsync(folder.get()) == 0 ? 0 : -errno;
}

int make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return sync_folder(path.substr(0, path.rfind('/')));
  return errno == EEXIST ? 0 : -errno;
}

int replace_file(const std::string& folder, const std::string& path, std::string_view text) {
  const std::string fresh = path + ".new";
  if (const int error = make_folder(folder); error != 0) return error;
  if (const int error = write_file(fresh, text); error != 0) return error;
  if (::rename(fresh.c_str(), path.c_str()) != 0) return -errno;
  return sync_folder(folder);
}

struct Saving final : reactor::BlockingPool::Job {
  void run() override {
    const std::unique_ptr<Saving> self(this);
    const int result = replace_file(folder, path, text);
    if (result != 0) {
      log::error("{} cannot be written: {}; the command that changed reservations fails", path,
                 std::generic_category().message(-result));
    }
    reactor->post([done = std::move(done), result] { done(result); });
  }
  std::string folder;
  std::string path;
  std::string text;
  reactor::Reactor* reactor = nullptr;
  std::function<void(int)> done;
};

}  // namespace

std::string StateFiles::reservations_path(const std::string& serial) const {
  std::string name = serial;
  std::replace(name.begin(), name.end(), '/', '_');
  return fmt::format("{}/aptpl_{}", folder_, name);
}

void StateFiles::save_reservations(const std::string& serial, std::string text, reactor::Reactor& reactor,
                                   std::function<void(int)> done) {
  auto job = std::make_unique<Saving>();
  job->folder = folder_;
  job->path = reservations_path(serial);
  job->text = std::move(text);
  job->reactor = &reactor;
  job->done = std::move(done);
  pool_.submit(*job.release());
}

Result<std::optional<std::string>> StateFiles::reservations(const std::string& serial) const {
  if (!usable() || serial.empty()) return std::optional<std::string>();
  const std::string path = reservations_path(serial);
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT) return std::optional<std::string>();
  if (!file) return system_error(errno, path);
  std::string text;
  char piece[4096];
  for (;;) {
    const ssize_t got = ::read(file.get(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno, path);
    if (got == 0) break;
    text.append(piece, static_cast<std::size_t>(got));
  }
  return std::optional<std::string>(std::move(text));
}

}  // namespace lunet::dataplane
