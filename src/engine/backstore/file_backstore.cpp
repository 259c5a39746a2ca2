// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "engine/backstore/file_disk.h"
#include "engine/backstore/open_disk.h"
#include "engine/backstore/range.h"

namespace lunet::backstore {

namespace {

class FileBackstore final : public Backstore {
 public:
  FileBackstore(const std::string& path, OpenDisk open) {
    disk_.path = path;
    disk_.file = std::move(open.file);
    disk_.properties = open.properties;
    disk_.size_bytes = open.properties.size_bytes;
    disk_.write_cache = open.properties.write_cache;
    disk_.can_punch = open.properties.can_unmap;
    disk_.zeroes_ranges = open.properties.limits.write_zeroes_bytes_max != 0;
    disk_.can_read_at_once = !open.direct;
    owns_cache_ = !open.direct;
    holding_ = std::move(open.holding);
  }
  void submit(reactor::Reactor& reactor, Request& request) override;
  [[nodiscard]] Properties properties() const override;
  Result<> set_write_cache(bool on) override;
  Result<> resize(std::uint64_t size_bytes) override;
  void refresh() override;
  Holding hold() override;

 private:
  std::uint64_t read_at_once(const Request& request);
  void map(reactor::Reactor& reactor, Request& request);

  FileDisk disk_;
  bool owns_cache_ = true;  ///< the write cache is the page cache
  Holding holding_;         ///< without the file as long as nobody asks
};

/// A second descriptor of the same open file: the lock is of both.
Holding FileBackstore::hold() {
  if (holding_.file == nullptr) {
    Fd second(::fcntl(disk_.file.get(), F_DUPFD_CLOEXEC, 0));
    if (second) holding_.file = std::make_shared<const Fd>(std::move(second));
  }
  return holding_;
}

Properties FileBackstore::properties() const {
  Properties now = disk_.properties;
  now.size_bytes = disk_.size_bytes;
  now.write_cache = disk_.write_cache;
  now.degraded = disk_.sync_failed;
  return now;
}

/// A file's size is what its disk was made with; a device's is its own.
void FileBackstore::refresh() {
  std::uint64_t size_bytes = 0;
  if (disk_.properties.limits.name.empty()) return;
  if (::ioctl(disk_.file.get(), BLKGETSIZE64, &size_bytes) == 0) disk_.size_bytes = size_bytes;
}

/// The file itself is its owner's to extend.
Result<> FileBackstore::resize(std::uint64_t size_bytes) {
  if (!disk_.properties.limits.name.empty() || !owns_cache_) return Backstore::resize(size_bytes);
  struct stat now{};
  if (::fstat(disk_.file.get(), &now) != 0) return system_error(errno, "looking at " + disk_.path);
  if (size_bytes == 0 || static_cast<std::uint64_t>(now.st_size) < size_bytes) {
    return Error{EINVAL,
                 fmt::format("{} has {} bytes, which is less than the {} that are wanted", disk_.path,
                             now.st_size, size_bytes),
                 "extend the file first: truncate -s SIZE FILE"};
  }
  disk_.size_bytes = size_bytes;
  return {};
}

/// The file stays open, and locked: a durable write carries RWF_DSYNC, whether for FUA or because there is no
/// cache.
Result<> FileBackstore::set_write_cache(bool on) {
  if (!owns_cache_) return Backstore::set_write_cache(on);
  const bool before = disk_.write_cache.exchange(on);
  // Writes that end from here on look at the flag again; this sync is for those that have ended.
  if (on || !before || ::fdatasync(disk_.file.get()) == 0) return {};
  const int errnum = errno;
  disk_.fail_syncs(errnum);
  disk_.write_cache = true;
  return system_error(errnum, "syncing " + disk_.path);
}

void FileBackstore::submit(reactor::Reactor& reactor, Request& request) {
  if (!well_formed(request, disk_.size_bytes)) return request.done(-EINVAL);
  if (request.kind == Request::Kind::map) return map(reactor, request);
  std::uint64_t progress = 0;
  if (request.kind == Request::Kind::read) {
    progress = read_at_once(request);
  } else if (disk_.sync_failed && (request.kind == Request::Kind::flush || disk_.must_be_durable(request))) {
    return request.done(-EIO);
  }
  if (request.kind != Request::Kind::flush && progress == request.length) return request.done(0);
  FileRequest::start(disk_, reactor, request, progress);
}

void FileBackstore::map(reactor::Reactor& reactor, Request& request) {
  if (!disk_.properties.knows_allocation || request.length == 0) return request.done(0);
  disk_.calls.run(
      reactor, [this, &request] { return map_range(disk_.file.get(), request); },
      [&request](int result) { request.done(result); });
}

/// What is in the page cache is copied here and now, many times faster than through the ring. Returns the
/// bytes read; the rest, and every error, is left to the reactor's read.
std::uint64_t FileBackstore::read_at_once(const Request& request) {
  if (!disk_.can_read_at_once.load(std::memory_order_relaxed) || request.length == 0) return 0;
  const iovec vector{request.data.data(), request.data.size()};
  const ssize_t bytes =
      ::preadv2(disk_.file.get(), &vector, 1, static_cast<off_t>(request.offset), RWF_NOWAIT);
  if (bytes >= 0) return static_cast<std::uint64_t>(bytes);
  if (errno == EOPNOTSUPP || errno == ENOSYS) disk_.can_read_at_once = false;
  return 0;
}

}  // namespace

Result<> Backstore::set_write_cache(bool /*on*/) {
  return Error{EINVAL, "the write cache is the device's own", "change it with the device's tools"};
}

Result<> Backstore::resize(std::uint64_t /*size_bytes*/) {
  return Error{EINVAL, "the size is the device's own", "resize the device; its disk follows"};
}

Result<std::unique_ptr<Backstore>> open_file(const FileOptions& options) {
  OpenDisk open = TRY(open_disk(options));
  return std::unique_ptr<Backstore>(std::make_unique<FileBackstore>(options.path, std::move(open)));
}

}  // namespace lunet::backstore
