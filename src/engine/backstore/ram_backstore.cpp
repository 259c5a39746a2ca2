// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <vector>

#include "base/byte_size.h"
#include "base/fd.h"
#include "engine/backstore/backstore.h"
#include "engine/backstore/range.h"
#include "engine/backstore/shared_bytes.h"

namespace lunet::backstore {

namespace {

/// Address space whose pages the kernel adds, zeroed, at the first write, and takes back when told. Disks may
/// be far larger than the machine's memory. Reading and giving back at the same time is safe: a page is
/// either the old one or zeros.
class SparseMemory {
 public:
  /// Address space, of which the beginning can be used.
  struct Space {
    std::uint8_t* at = nullptr;
    std::uint64_t reserved = 0;
  };
  /// `space` comes from reserve().
  SparseMemory(Space space, std::uint64_t size) : space_(space), size_(size) {}
  ~SparseMemory() { ::munmap(space_.at, space_.reserved); }
  SparseMemory(const SparseMemory&) = delete;
  SparseMemory& operator=(const SparseMemory&) = delete;

  static Result<Space> reserve(std::uint64_t size);
  /// The bytes stay where they are. ENOSPC: more than what was reserved.
  Result<> resize(std::uint64_t size);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint8_t* at(std::uint64_t offset) const { return space_.at + offset; }
  void discard(std::uint64_t offset, std::uint64_t length) const;
  /// Request::Kind::map; 0 or -errno.
  int map(Request& request) const;

 private:
  const Space space_;
  std::atomic<std::uint64_t> size_;
};

Result<SparseMemory::Space> SparseMemory::reserve(std::uint64_t size) {
  constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  // Addresses cost nothing; a disk grows into them.
  constexpr std::uint64_t times = 16;
  constexpr std::uint64_t grown_max = std::uint64_t{1} << 40;
  std::uint64_t reserved = std::max(size, std::min(size * times, grown_max));
  void* at = size > grown_max ? MAP_FAILED : ::mmap(nullptr, reserved, PROT_NONE, flags, -1, 0);
  if (at != MAP_FAILED && ::mprotect(at, size, PROT_READ | PROT_WRITE) != 0) {
    ::munmap(at, reserved);
    at = MAP_FAILED;
  }
  if (at == MAP_FAILED) {
    reserved = size;
    at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, -1, 0);
  }
  if (at == MAP_FAILED) {
    auto error = system_error(errno, fmt::format("reserving {} for a RAM disk", format_byte_size(size)));
    return std::move(error).advise(
        "choose a smaller size; vm.overcommit_memory=2 and limits of address space (ulimit -v) forbid RAM "
        "disks "
        "larger than the memory that is free");
  }
  // A disk's bytes belong neither into core dumps nor into child processes.
  ::madvise(at, reserved, MADV_DONTDUMP);
  ::madvise(at, reserved, MADV_DONTFORK);
  return Space{static_cast<std::uint8_t*>(at), reserved};
}

Result<> SparseMemory::resize(std::uint64_t size) {
  const std::uint64_t before = size_;
  if (size > space_.reserved) {
    return Error{ENOSPC,
                 fmt::format("a RAM disk of {} can grow to {} at most while it is open",
                             format_byte_size(before), format_byte_size(space_.reserved)),
                 "make a new RAM disk of that size"};
  }
  if (size > before && ::mprotect(space_.at, size, PROT_READ | PROT_WRITE) != 0)
    return system_error(errno, fmt::format("growing a RAM disk to {}", format_byte_size(size)));
  // What is cut off is kept until the disk is closed: a change that fails is taken back.
  size_ = size;
  return {};
}

/// Whole pages are given back, the rest of the range is overwritten.
void SparseMemory::discard(std::uint64_t offset, std::uint64_t length) const {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t end = offset + length;
  const std::uint64_t first = (offset + page - 1) / page * page;
  const std::uint64_t last = end / page * page;
  // Locked memory (mlockall) cannot be given back.
  if (first >= last || ::madvise(at(first), last - first, MADV_DONTNEED) != 0)
    return zero_shared(at(offset), length);
  zero_shared(at(offset), first - offset);
  zero_shared(at(last), end - last);
}

/// proc(5), /proc/PID/pagemap: eight bytes a page, of which the upper two bits say that it is in memory or
/// swapped out.
int SparseMemory::map(Request& request) const {
  constexpr std::size_t pages_max = 8192;
  constexpr std::uint64_t has_storage = std::uint64_t{3} << 62;
  if (request.length == 0) return 0;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const Fd pagemap(::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
  if (!pagemap) return 0;  // not told: all of it counts as stored
  const std::uint64_t first = request.offset / page;
  const std::uint64_t last = (request.offset + request.length - 1) / page;
  std::vector<std::uint64_t> entries(std::min<std::uint64_t>(last - first + 1, pages_max));
  const std::uint64_t index = reinterpret_cast<std::uintptr_t>(space_.at) / page + first;
  const ssize_t bytes = ::pread(pagemap.get(), entries.data(), entries.size() * sizeof(std::uint64_t),
                                static_cast<off_t>(index * sizeof(std::uint64_t)));
  if (bytes < static_cast<ssize_t>(sizeof(std::uint64_t))) return 0;
  entries.resize(static_cast<std::size_t>(bytes) / sizeof(std::uint64_t));
  const auto stored = [](std::uint64_t entry) { return (entry & has_storage) != 0; };
  request.mapped = stored(entries.front());
  const auto end = std::find_if(entries.begin(), entries.end(),
                                [&](std::uint64_t entry) { return stored(entry) != request.mapped; });
  const std::uint64_t run =
      (first + static_cast<std::uint64_t>(end - entries.begin())) * page - request.offset;
  request.length = std::min(request.length, run);
  return 0;
}

class RamBackstore final : public Backstore {
 public:
  RamBackstore(SparseMemory::Space space, std::uint64_t size) : memory_(space, size) {}
  void submit(reactor::Reactor& reactor, Request& request) override;
  [[nodiscard]] Properties properties() const override {
    return {.size_bytes = memory_.size(), .knows_allocation = true, .can_unmap = true, .rotational = false};
  }
  Result<> resize(std::uint64_t size_bytes) override { return memory_.resize(size_bytes); }

 private:
  void fill(const Request& request) const;

  SparseMemory memory_;
};

void RamBackstore::submit(reactor::Reactor& /*reactor*/, Request& request) {
  if (!well_formed(request, memory_.size())) return request.done(-EINVAL);
  switch (request.kind) {
    case Request::Kind::read: copy_out(request.data, memory_.at(request.offset)); break;
    case Request::Kind::write: copy_in(memory_.at(request.offset), request.data); break;
    case Request::Kind::flush: break;
    case Request::Kind::unmap: memory_.discard(request.offset, request.length); break;
    case Request::Kind::fill: fill(request); break;
    case Request::Kind::map: return request.done(memory_.map(request));
  }
  request.done(0);
}

void RamBackstore::fill(const Request& request) const {
  const std::uint64_t block = request.data.size();
  for (std::uint64_t done = 0; done < request.length; done += block) {
    copy_in(memory_.at(request.offset + done), request.data);
  }
}

/// Keeps nothing: for measuring everything but the disk.
class NullBackstore final : public Backstore {
 public:
  explicit NullBackstore(std::uint64_t size) : size_(size) {}
  void submit(reactor::Reactor& /*reactor*/, Request& request) override {
    if (!well_formed(request, size_)) return request.done(-EINVAL);
    if (request.kind == Request::Kind::read)
      std::fill(request.data.begin(), request.data.end(), std::uint8_t{0});
    request.done(0);
  }
  [[nodiscard]] Properties properties() const override {
    return {.size_bytes = size_, .can_unmap = true, .rotational = false};
  }
  Result<> resize(std::uint64_t size_bytes) override {
    size_ = size_bytes;
    return {};
  }

 private:
  std::atomic<std::uint64_t> size_;
};

}  // namespace

Result<std::unique_ptr<Backstore>> open_ram(const RamOptions& options) {
  if (options.size_bytes == 0) return Error{EINVAL, "opening a RAM disk: its size is 0", "give a size"};
  if (options.nullio) return std::unique_ptr<Backstore>(std::make_unique<NullBackstore>(options.size_bytes));
  const SparseMemory::Space space = TRY(SparseMemory::reserve(options.size_bytes));
  return std::unique_ptr<Backstore>(std::make_unique<RamBackstore>(space, options.size_bytes));
}

}  // namespace lunet::backstore
