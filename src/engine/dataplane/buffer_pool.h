// SPDX-License-Identifier: Apache-2.0
// Data buffers of one worker, recycled by size class: a command's buffer costs no allocation on the fast
// path. Used on the worker's thread only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "engine/dataplane/memory_budget.h"

namespace lunet::dataplane {

class BufferPool;

/// A buffer that returns to its pool. Page-aligned. The pool and the budget outlive it.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { release(); }

  [[nodiscard]] MutableBytes bytes() const { return {data_, size_}; }
  explicit operator bool() const { return data_ != nullptr; }
  void release();

 private:
  friend class BufferPool;
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t size_class_ = 0;
  BufferPool* pool_ = nullptr;
  MemoryBudget* budget_ = nullptr;
  std::size_t charged_ = 0;  ///< to the budget
};

class BufferPool {
 public:
  /// Free buffers of a class are kept up to this many bytes; the rest goes back to the system.
  static constexpr std::size_t kept_bytes_max = std::size_t{16} << 20;

  BufferPool() = default;
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  ~BufferPool();

  /// A buffer of exactly `size` bytes, contents unspecified; empty when the system has no memory, or `budget`
  /// no room for what it really takes.
  Buffer take(std::size_t size, MemoryBudget* budget = nullptr);

 private:
  friend class Buffer;
  static constexpr std::array<std::size_t, 5> class_bytes = {4096, 16384, 65536, 262144, 1048576};
  static constexpr std::size_t unpooled = class_bytes.size();
  void give_back(std::uint8_t* data, std::size_t size_class);

  std::array<std::vector<std::uint8_t*>, class_bytes.size()> free_;
};

}  // namespace lunet::dataplane
