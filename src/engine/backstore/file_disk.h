// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/uio.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/fd.h"
#include "engine/backstore/backstore.h"
#include "engine/backstore/blocking_calls.h"

namespace lunet::backstore {

struct FreeBytes {
  void operator()(std::uint8_t* bytes) const { std::free(bytes); }
};
using AlignedBytes = std::unique_ptr<std::uint8_t[], FreeBytes>;

/// What all requests on one open file share.
struct FileDisk {
  std::string path;
  Fd file;
  Properties properties;  ///< but the size and the write cache:
  std::atomic<std::uint64_t> size_bytes = 0;
  std::atomic<bool> write_cache = false;
  bool zeroes_ranges = false;  ///< a block device: zeros are written by the device, without their bytes
  /// A sync failed; stays until the disk is opened again (see Request::done()).
  std::atomic<bool> sync_failed = false;
  BlockingCalls calls{1};              ///< those that the reactor does not know
  std::atomic<bool> can_punch = true;  ///< until the kernel says otherwise
  std::atomic<bool> can_read_at_once =
      true;  ///< reads of cached pages without waiting; until the kernel says no

  [[nodiscard]] bool must_be_durable(const Request& request) const { return request.durable || !write_cache; }
  /// Remembers the failure and logs the first one.
  void fail_syncs(int errnum);
};

/// Request::Kind::map on a file; may wait for its file system. 0 or -errno.
int map_range(int file, Request& request);

/// One request on its way through the reactor, step by step. Destroys itself before it calls Request::done().
class FileRequest final : public reactor::Operation {
 public:
  /// The request is done once this returned or later; -ENOMEM when there is no memory for it.
  static void start(FileDisk& disk, reactor::Reactor& reactor, Request& request, std::uint64_t progress);

 private:
  enum class Step : std::uint8_t { read, write, write_pattern, punch, zero, sync };

  FileRequest(FileDisk& disk, reactor::Reactor& reactor, Request& request, std::uint64_t progress)
      : disk_(disk), reactor_(reactor), request_(request), progress_(progress) {}
  void done(int result) override;
  bool prepare();
  bool prepare_pattern(Bytes block);
  bool prepare_zeros();
  void submit();
  void submit_transfer();
  void transferred(int result);
  void failed(int errnum);
  void data_stored();
  void finish(int result);
  [[nodiscard]] bool reports_durability() const;

  FileDisk& disk_;
  reactor::Reactor& reactor_;
  Request& request_;
  Step step_ = Step::read;
  std::uint64_t progress_;  ///< bytes of the range that are done
  iovec vector_{};
  bool stored_durably_ = true;  ///< of all pieces written so far
  AlignedBytes pattern_;        ///< whole blocks, for Step::write_pattern
  std::uint64_t pattern_size_ = 0;
};

}  // namespace lunet::backstore
