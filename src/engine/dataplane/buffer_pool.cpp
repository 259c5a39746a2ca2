// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/buffer_pool.h"

#include <cstdlib>
#include <utility>

namespace lunet::dataplane {

namespace {
constexpr std::size_t page = 4096;
}

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      size_class_(other.size_class_),
      pool_(other.pool_),
      budget_(std::exchange(other.budget_, nullptr)),
      charged_(std::exchange(other.charged_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  if (this != &other) {
    release();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    size_class_ = other.size_class_;
    pool_ = other.pool_;
    budget_ = std::exchange(other.budget_, nullptr);
    charged_ = std::exchange(other.charged_, 0);
  }
  return *this;
}

void Buffer::release() {
  if (data_ != nullptr) pool_->give_back(std::exchange(data_, nullptr), size_class_);
  size_ = 0;
  if (budget_ != nullptr) std::exchange(budget_, nullptr)->give_back(std::exchange(charged_, 0));
}

BufferPool::~BufferPool() {
  for (auto& list : free_) {
    for (std::uint8_t* data : list) std::free(data);
  }
}

Buffer BufferPool::take(std::size_t size, MemoryBudget* budget) {
  Buffer buffer;
  buffer.pool_ = this;
  buffer.size_ = size;
  std::size_t wanted = 0;
  while (wanted < unpooled && class_bytes[wanted] < size) ++wanted;
  buffer.size_class_ = wanted;
  const std::size_t bytes = wanted < unpooled ? class_bytes[wanted] : (size + page - 1) / page * page;
  if (budget != nullptr) {
    if (!budget->take(bytes)) {
      buffer.size_ = 0;
      return buffer;
    }
    buffer.budget_ = budget;
    buffer.charged_ = bytes;
  }
  if (wanted < unpooled && !free_[wanted].empty()) {
    buffer.data_ = free_[wanted].back();
    free_[wanted].pop_back();
    return buffer;
  }
  buffer.data_ = static_cast<std::uint8_t*>(std::aligned_alloc(page, bytes));
  if (buffer.data_ == nullptr) buffer.release();
  return buffer;
}

void BufferPool::give_back(std::uint8_t* data, std::size_t size_class) {
  if (size_class == unpooled || (free_[size_class].size() + 1) * class_bytes[size_class] > kept_bytes_max) {
    std::free(data);
  } else {
    free_[size_class].push_back(data);
  }
}

}  // namespace lunet::dataplane
