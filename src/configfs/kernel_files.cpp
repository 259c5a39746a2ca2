// SPDX-License-Identifier: Apache-2.0
#include "configfs/kernel_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "base/fd.h"
#include "base/text.h"
#include "configfs/path.h"

namespace lunet::configfs {
namespace {

constexpr std::size_t file_bytes_max =
    16U << 20U;  // attribute files have at most a page; a plain folder may not lie

int read_link(int dir_fd, const char* name, std::string& text) {
  std::array<char, 4096> buffer;
  const ssize_t size = ::readlinkat(dir_fd, name, buffer.data(), buffer.size());
  if (size < 0) return errno;
  text.assign(buffer.data(), static_cast<std::size_t>(size));
  return 0;
}

int describe(int dir_fd, const char* name, Entry& entry, bool& wanted) {
  struct stat status{};
  if (::fstatat(dir_fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return errno;
  entry.name = name;
  entry.mode = static_cast<std::uint16_t>(status.st_mode & 07777);
  wanted = true;
  if (S_ISDIR(status.st_mode)) {
    entry.kind = EntryKind::directory;
  } else if (S_ISREG(status.st_mode)) {
    entry.kind = EntryKind::file;
  } else if (S_ISLNK(status.st_mode)) {
    entry.kind = EntryKind::link;
    return read_link(dir_fd, name, entry.link_target);
  } else {
    wanted = false;
  }
  return 0;
}

}  // namespace

int list_fd(int dir_fd, std::vector<Entry>& entries, const ReadFilter& filter) {
  const int own_fd = ::openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (own_fd < 0) return errno;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::fdopendir(own_fd), &::closedir);
  if (!dir) {
    const int error = errno;
    ::close(own_fd);
    return error;
  }
  for (;;) {
    errno = 0;
    const dirent* found = ::readdir(dir.get());  // NOLINT(concurrency-mt-unsafe): the stream is our own
    if (found == nullptr) break;
    if (std::string_view(found->d_name) == "." || std::string_view(found->d_name) == "..") continue;
    if (found->d_type == DT_REG && (!filter.leaf.empty() || !filter.wants(found->d_name))) continue;
    if (found->d_type == DT_DIR && !filter.leaf.empty()) {
      entries.push_back({found->d_name, EntryKind::directory, 0, {}});
      continue;
    }
    Entry entry;
    bool wanted = false;
    const int error = describe(dir_fd, found->d_name, entry, wanted);
    if (error == ENOENT) continue;  // removed meanwhile
    if (error != 0) return error;
    if (wanted) entries.push_back(std::move(entry));
  }
  if (errno != 0) return errno;
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return 0;
}

int read_at(int dir_fd, const char* name, std::string& text) {
  const Fd fd(::openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return errno;
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return errno;
  if (S_ISDIR(status.st_mode)) return EISDIR;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t size = ::read(fd.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno;
    if (size == 0) return 0;
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (text.size() > file_bytes_max) return EFBIG;
  }
}

int write_once(const char* path, std::string_view text) {
  const Fd fd(::open(path, O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!fd) return errno;
  ssize_t size = -1;
  do {
    size = ::write(fd.get(), text.data(), text.size());
  } while (size < 0 && errno == EINTR);
  if (size < 0) return errno;
  // Nothing sensible can follow: a second write would be a second command to the kernel.
  return static_cast<std::size_t>(size) == text.size() ? 0 : EIO;
}

std::string path_in_root(std::string_view root, std::string_view dir, std::string_view link_text) {
  const std::string full =
      link_text.starts_with('/') ? std::string(link_text) : std::string(dir) + '/' + std::string(link_text);
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(full, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string normal;
  for (const std::string_view part : parts) normal.append("/").append(part);
  if (!is_at_or_below(normal, root) || normal.size() == root.size()) return std::string(link_text);
  return normal.substr(root.size() + 1);
}

}  // namespace lunet::configfs
