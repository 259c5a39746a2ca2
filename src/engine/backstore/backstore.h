// SPDX-License-Identifier: Apache-2.0
// What holds a disk's bytes: memory, a file, a block device. Byte ranges in, completions out. Knows no SCSI.
// Durability rules: docs/durability.md; every request says what it needs, a backstore never promises more.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/result.h"
#include "engine/reactor/reactor.h"

namespace lunet::backstore {

/// What a block device says of itself (the kernel's queue limits); 0 is "not told".
struct DeviceLimits {
  std::uint32_t physical_block_bytes = 0;
  std::uint32_t alignment_offset_bytes = 0;  ///< of the first aligned physical block
  std::uint32_t minimum_io_bytes = 0;
  std::uint32_t optimal_io_bytes = 0;
  std::uint64_t transfer_bytes_max = 0;
  std::uint32_t queue_depth = 0;
  std::uint64_t discard_bytes_max = 0;
  std::uint32_t discard_granularity_bytes = 0;
  std::uint32_t discard_alignment_bytes = 0;
  std::uint64_t write_zeroes_bytes_max = 0;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::string name;  ///< the kernel's: "sda", "loop0"
  // Of a SCSI device that commands are passed to.
  std::string vendor;
  std::string model;
  std::string revision;
};

/// What a backstore can do; fixed while it is open, except `size_bytes`, `write_cache` and `degraded`.
struct Properties {
  std::uint64_t size_bytes = 0;
  std::uint32_t block_bytes =
      512;                   ///< requests are made of whole blocks of this size; 512 where any size is taken
  bool write_cache = false;  ///< a completed write without `durable` may be lost with the machine's power
  bool read_only = false;
  bool degraded = false;  ///< a sync failed: no flush and no durable write succeeds until it is opened again
  bool knows_allocation = false;  ///< Request::Kind::map tells holes from data
  bool can_unmap = false;         ///< Request::Kind::unmap gives space back; reads give zeros afterwards
  bool rotational = true;
  DeviceLimits limits = {};  ///< of a block device
};

/// One request on a byte range inside the disk. Owned by the caller until done().
class Request {
 public:
  enum class Kind : std::uint8_t {
    read,   ///< fills `data`
    write,  ///< stores `data`
    flush,  ///< everything acknowledged before is durable afterwards
    unmap,  ///< `length` bytes read as zeros afterwards; space is given back where possible
    fill,   ///< repeats `data` (one logical block) over `length` bytes
    map,    ///< cuts `length` to the first run that has storage, or has none: `mapped`
  };
  virtual ~Request() = default;
  /// 0 or -errno; -ENOSPC when a thin file could not grow, -EINVAL outside the disk, -ECANCELED when the
  /// reactor ends. Exactly once, on the submitting thread; may be called from inside submit(). A read or
  /// write is complete or failed, never short. After a failed sync every flush and durable request fails with
  /// -EIO until the disk is opened again: the kernel may have dropped the data, and a second sync would not
  /// tell.
  virtual void done(int result) = 0;

  Kind kind = Kind::read;
  bool durable = false;      ///< write, unmap, fill: stable before done() (FUA)
  std::uint64_t offset = 0;  ///< bytes
  std::uint64_t length = 0;  ///< bytes; read, write: data.size()
  MutableBytes data;         ///< valid until done()
  bool mapped = true;        ///< map: the answer
};

/// A file or block device that a disk has for itself: locked as long as one who has this lives.
struct Holding {
  std::shared_ptr<const Fd> file;  ///< null: nothing
  std::uint64_t device = 0;        ///< of a block device its own number, of a file its file system's
  std::uint64_t inode = 0;         ///< 0: a block device
  [[nodiscard]] bool is_same(const Holding& other) const {
    return device == other.device && inode == other.inode;
  }
};

class PassThrough;

/// Thread-safe: any reactor may submit; a request completes on the reactor it was submitted on. The owner
/// destroys a backstore only when no request is in flight.
class Backstore {
 public:
  virtual ~Backstore() = default;
  virtual void submit(reactor::Reactor& reactor, Request& request) = 0;
  [[nodiscard]] virtual Properties properties() const = 0;
  /// Changes Properties::write_cache. Off: what was acknowledged before is durable when this returns, and
  /// every write that is acknowledged later is; waits for the disk. EINVAL where the cache is not ours to
  /// choose.
  virtual Result<> set_write_cache(bool on);
  /// Exports so many bytes from now on; requests beyond fail. EINVAL: its file is shorter, or the size is the
  /// device's own. ENOSPC: there is no room to grow.
  virtual Result<> resize(std::uint64_t size_bytes);
  /// Reads again what a device may change while it is open: its size.
  virtual void refresh() {}
  /// What it has for itself, for the disk that takes its place (FileOptions::held). By one thread.
  virtual Holding hold() { return {}; }
  /// Where commands go that are not ours to do; null: there are none.
  virtual PassThrough* pass_through() { return nullptr; }
};

struct RamOptions {
  std::uint64_t size_bytes = 0;
  bool nullio = false;  ///< writes are dropped, reads give zeros
};
/// Sparse: memory is taken when first written, zeroed, and given back by unmap.
Result<std::unique_ptr<Backstore>> open_ram(const RamOptions& options);

struct FileOptions {
  std::string path;  ///< regular file or block device; never created, never resized
  std::uint64_t size_bytes =
      0;                    ///< of a regular file: bytes to export, at most the file's size; 0 is all of it
  bool write_back = false;  ///< false: every write is durable before done()
  /// A block device without the page cache: its own write cache counts, whatever write_back says; data and
  /// ranges are in whole blocks of it, and buffers are aligned to pages.
  bool direct = false;
  bool read_only = false;
  /// Of disks that are about to go: if its file is one of them it need not be free.
  std::vector<Holding> held = {};
};
/// Takes an OFD write lock on the file, O_EXCL on a block device: EBUSY names the holder as far as it can be
/// known. ENOENT (missing), EINVAL (other file type, shorter than size_bytes), EACCES as the system says.
Result<std::unique_ptr<Backstore>> open_file(const FileOptions& options);

}  // namespace lunet::backstore
