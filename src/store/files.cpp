// SPDX-License-Identifier: Apache-2.0
#include "store/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

namespace lunet::store {

static Error failed(int errnum, std::string_view activity, const std::string& path) {
  return system_error(errnum, std::string(activity) + " " + path);
}

static std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

static Result<> check_folder(const std::string& folder, const struct stat& found) {
  if (!S_ISDIR(found.st_mode)) return Error{ENOTDIR, "the state folder " + folder + " is no folder", {}};
  if ((found.st_mode & S_IWOTH) != 0) {
    return Error{EPERM, "the state folder " + folder + " may be written by every user",
                 "chmod o-w " + folder};
  }
  return {};
}

Result<> make_folder(const std::string& folder) {
  std::string path = folder;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  struct stat found{};
  if (::stat(path.c_str(), &found) == 0) return check_folder(path, found);
  if (errno != ENOENT) return failed(errno, "opening the state folder", path);
  for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string above = path.substr(0, slash);
    if (::mkdir(above.c_str(), 0755) == 0) {
      TRY_OK(sync_folder(parent_of(above)));
    } else if (errno != EEXIST) {
      return failed(errno, "making the folder", above);
    }
  }
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return failed(errno, "making the state folder", path);
  return sync_folder(parent_of(path));
}

/// Root works for the owner of the folder, who must still be able to read it afterwards.
static void give_to_owner(const Fd& file, const std::string& path) {
  struct stat folder{};
  if (::geteuid() != 0 || ::stat(parent_of(path).c_str(), &folder) != 0 || folder.st_uid == 0) return;
  if (::fchown(file.get(), folder.st_uid, folder.st_gid) != 0)
    return;  // then it stays root's, as without this
}

Result<Fd> open_file(const std::string& path, int flags) {
  Fd file(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return failed(errno, "opening", path);
  if ((flags & O_CREAT) != 0) give_to_owner(file, path);
  return file;
}

Result<std::string> read_file(const Fd& file, const std::string& path, std::size_t offset) {
  struct stat found{};
  if (::fstat(file.get(), &found) != 0) return failed(errno, "reading", path);
  const auto size = static_cast<std::size_t>(found.st_size);
  std::string text(size > offset ? size - offset : 0, '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n =
        ::pread(file.get(), text.data() + done, text.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed(errno, "reading", path);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  text.resize(done);
  return text;
}

Result<std::string> read_file(const std::string& path) {
  const Fd file = TRY(open_file(path, O_RDONLY));
  return read_file(file, path);
}

static Result<> write_and_sync(const Fd& file, const std::string& path, std::size_t offset,
                               std::string_view text) {
  if (const int error = write_all(file, text, offset); error != 0) return failed(error, "writing", path);
  if (::fdatasync(file.get()) != 0) return failed(errno, "syncing", path);
  return {};
}

Result<> overwrite(const Fd& file, const std::string& path, std::string_view text) {
  return write_and_sync(file, path, 0, text);
}

Result<> cut(const Fd& file, const std::string& path, std::size_t size) {
  if (::ftruncate(file.get(), static_cast<off_t>(size)) != 0) return failed(errno, "cutting", path);
  if (::fsync(file.get()) != 0) return failed(errno, "syncing", path);
  return {};
}

Result<> append(const Fd& file, const std::string& path, std::size_t offset, std::string_view text) {
  auto written = write_and_sync(file, path, offset, text);
  if (written) return {};
  // What cannot be cut either is a torn tail for the next one who takes the lock.
  const auto restored = cut(file, path, offset);
  if (!restored) written.error().hint = "then also " + restored.error().message;
  return written;
}

Result<> sync_folder(const std::string& folder) {
  const Fd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0) return failed(errno, "syncing the folder", folder);
  return {};
}

Result<> replace(const std::string& folder, const std::string& name, const std::string& temporary,
                 std::string_view text) {
  const std::string from = folder + "/" + temporary;
  const std::string to = folder + "/" + name;
  {
    const Fd file = TRY(open_file(from, O_RDWR | O_CREAT | O_TRUNC));
    TRY_OK(write_and_sync(file, from, 0, text));
    if (::fsync(file.get()) != 0) return failed(errno, "syncing", from);
  }
  if (::rename(from.c_str(), to.c_str()) != 0) return failed(errno, "replacing", to);
  return sync_folder(folder);
}

}  // namespace lunet::store
