// SPDX-License-Identifier: Apache-2.0
#include "engine/backstore/file_disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>

#include "base/log.h"

namespace lunet::backstore {

namespace {

/// One piece of a repeated pattern: long enough to keep a device busy, short enough to leave the others a
/// turn.
constexpr std::uint64_t pattern_bytes_max = 1U << 20;
constexpr std::array<std::uint8_t, 4096> zero_block{};
constexpr std::size_t page_bytes = 4096;

/// Errors of a write that say that nothing was stored and nothing stored before was lost.
bool refused(int errnum) {
  return errnum == ENOSPC || errnum == EDQUOT || errnum == EFBIG || errnum == EINVAL || errnum == EPERM ||
         errnum == ENOMEM || errnum == EOPNOTSUPP || errnum == ECANCELED;
}

bool is_zero(Bytes block) {
  return std::all_of(block.begin(), block.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool unsupported(int errnum) {
  return errnum == EOPNOTSUPP || errnum == ENOSYS || errnum == ENODEV;
}

}  // namespace

int map_range(int file, Request& request) {
  const auto begin = static_cast<off_t>(request.offset);
  const off_t end = begin + static_cast<off_t>(request.length);
  // The offset of the open file is nobody's: all I/O says where.
  const off_t data = ::lseek(file, begin, SEEK_DATA);
  if (data < 0 && errno != ENXIO) return -errno;
  request.mapped = data == begin;
  off_t next = data < 0 ? end : data;  // ENXIO: a hole up to the end of the file
  if (request.mapped) {
    next = ::lseek(file, begin, SEEK_HOLE);
    if (next < 0) return -errno;
  }
  request.length = static_cast<std::uint64_t>(std::min(next, end) - begin);
  return 0;
}

void FileDisk::fail_syncs(int errnum) {
  if (sync_failed.exchange(true)) return;
  log::error(
      "{}: data could not be made durable: {}; flushes and durable writes fail until the disk is opened "
      "again",
      path, std::generic_category().message(errnum));
}

void FileRequest::start(FileDisk& disk, reactor::Reactor& reactor, Request& request, std::uint64_t progress) {
  std::unique_ptr<FileRequest> self(new (std::nothrow) FileRequest(disk, reactor, request, progress));
  if (!self || !self->prepare()) return request.done(-ENOMEM);
  self.release()->submit();
}

bool FileRequest::prepare() {
  switch (request_.kind) {
    case Request::Kind::read: step_ = Step::read; return true;
    case Request::Kind::write: step_ = Step::write; return true;
    case Request::Kind::flush: step_ = Step::sync; return true;
    case Request::Kind::map: return false;  // no operation of the reactor: map_range()
    case Request::Kind::unmap: step_ = Step::punch; return disk_.can_punch || prepare_zeros();
    case Request::Kind::fill:
      step_ = Step::zero;
      return (disk_.zeroes_ranges && is_zero(request_.data)) || prepare_pattern(request_.data);
  }
  return false;
}

bool FileRequest::prepare_zeros() {
  return prepare_pattern(Bytes(zero_block).first(disk_.properties.block_bytes));
}

/// Repeats `block` into a buffer of whole blocks; false without memory.
bool FileRequest::prepare_pattern(Bytes block) {
  step_ = Step::write_pattern;
  const std::uint64_t blocks = std::max<std::uint64_t>(pattern_bytes_max / block.size(), 1);
  const std::uint64_t needed = (request_.length + block.size() - 1) / block.size();
  pattern_size_ = std::clamp<std::uint64_t>(needed, 1, blocks) * block.size();
  const std::uint64_t whole_pages = (pattern_size_ + page_bytes - 1) / page_bytes * page_bytes;
  pattern_.reset(static_cast<std::uint8_t*>(std::aligned_alloc(page_bytes, whole_pages)));
  if (!pattern_) return false;
  for (std::uint64_t at = 0; at < pattern_size_; at += block.size()) {
    std::memcpy(pattern_.get() + at, block.data(), block.size());
  }
  return true;
}

void FileRequest::submit() {
  const int file = disk_.file.get();
  switch (step_) {
    case Step::read:
    case Step::write:
    case Step::write_pattern: return submit_transfer();
    case Step::punch:
      return reactor_.allocate(*this, file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, request_.offset,
                               request_.length);
    case Step::zero:
      return reactor_.allocate(*this, file, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, request_.offset,
                               request_.length);
    case Step::sync: return reactor_.sync_data(*this, file);
  }
}

void FileRequest::submit_transfer() {
  const std::uint64_t offset = request_.offset + progress_;
  const std::uint64_t left = request_.length - progress_;
  if (step_ == Step::write_pattern) {
    const std::uint64_t begin = progress_ % pattern_size_;
    vector_ = {pattern_.get() + begin, std::min(left, pattern_size_ - begin)};
    // One sync at the end is cheaper than one a piece.
    stored_durably_ = false;
    return reactor_.write(*this, disk_.file.get(), {&vector_, 1}, offset, false);
  }
  vector_ = {request_.data.data() + progress_, left};
  if (step_ == Step::read) return reactor_.read(*this, disk_.file.get(), {&vector_, 1}, offset);
  const bool durable = disk_.must_be_durable(request_);
  stored_durably_ &= durable;
  reactor_.write(*this, disk_.file.get(), {&vector_, 1}, offset, durable);
}

void FileRequest::done(int result) {
  if (result == -EINTR || result == -EAGAIN) return submit();
  if (result < 0) return failed(-result);
  switch (step_) {
    case Step::read:
    case Step::write:
    case Step::write_pattern: return transferred(result);
    case Step::punch:
    case Step::zero: stored_durably_ = false; return data_stored();
    case Step::sync: return finish(0);
  }
}

void FileRequest::transferred(int result) {
  // The file ends before the disk does: somebody cut it. Zeros would be a lie.
  if (result == 0 && progress_ < request_.length) return finish(-EIO);
  progress_ += static_cast<std::uint64_t>(result);
  if (progress_ < request_.length) return submit();
  data_stored();
}

/// Data, or the hole, is in the file. Writes sync themselves, by RWF_DSYNC; fallocate() knows no such thing,
/// and a pattern is written without. Looks at the write cache again: it may have been switched off meanwhile.
void FileRequest::data_stored() {
  if (step_ == Step::read || stored_durably_ || !disk_.must_be_durable(request_)) return finish(0);
  step_ = Step::sync;
  submit();
}

bool FileRequest::reports_durability() const {
  if (request_.kind == Request::Kind::read) return false;
  return request_.kind == Request::Kind::flush || disk_.must_be_durable(request_);
}

void FileRequest::failed(int errnum) {
  // EINVAL: the range is not aligned to the device's blocks.
  if (step_ == Step::punch && (unsupported(errnum) || errnum == EINVAL)) {
    if (errnum != EINVAL) disk_.can_punch = false;
    return prepare_zeros() ? submit() : finish(-ENOMEM);
  }
  if (step_ == Step::zero && (unsupported(errnum) || errnum == EINVAL)) {
    return prepare_pattern(request_.data) ? submit() : finish(-ENOMEM);
  }
  const bool sync_lost = step_ == Step::sync && errnum != ECANCELED;
  const bool write_lost = step_ != Step::sync && reports_durability() && !refused(errnum);
  if (sync_lost || write_lost) disk_.fail_syncs(errnum);
  finish(-errnum);
}

void FileRequest::finish(int result) {
  // The kernel tells a lost write to one sync only. One that succeeded beside it must not be believed.
  if (result == 0 && reports_durability() && disk_.sync_failed) result = -EIO;
  Request& request = request_;
  delete this;
  request.done(result);
}

}  // namespace lunet::backstore
