// SPDX-License-Identifier: Apache-2.0
#include "forgetfs/image.h"

#include <algorithm>

namespace lunet::forgetfs {

std::string Image::read(std::uint64_t offset, std::uint64_t length) const {
  if (offset >= size()) return {};
  length = std::min(length, size() - offset);
  std::string bytes(length, '\0');
  const std::uint64_t last = (offset + length + sector_bytes_ - 1) / sector_bytes_;
  for (auto at = sectors_.lower_bound(offset / sector_bytes_); at != sectors_.end() && at->first < last;
       ++at) {
    const std::string& sector = at->second.shown();
    const std::uint64_t start = at->first * sector_bytes_;
    for (std::uint64_t i = 0; i < sector.size(); ++i) {
      if (start + i >= offset && start + i < offset + length) bytes[start + i - offset] = sector[i];
    }
  }
  return bytes;
}

void Image::change(std::uint64_t sector, std::uint64_t begin, std::span<const char> data) {
  Versions<std::string>& versions = sectors_[sector];
  std::string bytes = versions.shown();
  bytes.resize(sector_bytes_);
  std::copy(data.begin(), data.end(), bytes.begin() + static_cast<std::ptrdiff_t>(begin));
  versions.change(std::move(bytes));
  dirty_.insert(sector);
}

void Image::write(std::uint64_t offset, std::span<const char> data) {
  if (offset + data.size() > size()) size_.change(offset + data.size());
  while (!data.empty()) {
    const std::uint64_t begin = offset % sector_bytes_;
    const std::uint64_t length = std::min<std::uint64_t>(data.size(), sector_bytes_ - begin);
    change(offset / sector_bytes_, begin, data.first(length));
    offset += length;
    data = data.subspan(length);
  }
}

void Image::zero(std::uint64_t offset, std::uint64_t length) {
  const std::uint64_t end = offset + length;
  for (auto at = sectors_.lower_bound(offset / sector_bytes_); at != sectors_.end(); ++at) {
    const std::uint64_t start = at->first * sector_bytes_;
    if (start >= end) break;
    const std::uint64_t begin = std::max(start, offset);
    const std::string zeros(std::min(start + sector_bytes_, end) - begin, '\0');
    if (!at->second.shown().empty()) change(at->first, begin - start, zeros);
  }
}

void Image::resize(std::uint64_t size) {
  const std::uint64_t before = this->size();
  if (size < before) zero(size, before - size);
  if (size != before) size_.change(size);
}

void Image::sync() {
  for (const std::uint64_t sector : dirty_) sectors_[sector].sync();
  dirty_.clear();
  size_.sync();
}

void Image::sync_range(std::uint64_t offset, std::uint64_t length) {
  auto at = dirty_.lower_bound(offset / sector_bytes_);
  while (at != dirty_.end() && *at * sector_bytes_ < offset + length) {
    sectors_[*at].sync();
    at = dirty_.erase(at);
  }
  size_.sync();
}

void Image::lose() {
  for (const std::uint64_t sector : dirty_) sectors_[sector].lose();
  dirty_.clear();
  size_.lose();
}

void Image::forget(Random& random, double survival, Loss& loss) {
  size_.forget(random, survival, loss);
  for (auto& [sector, versions] : sectors_) versions.forget(random, survival, loss);
  dirty_.clear();
  // Behind the end there is nothing, whatever reached the medium there.
  const std::uint64_t end = size();
  std::erase_if(sectors_, [&](const auto& entry) { return entry.first * sector_bytes_ >= end; });
}

}  // namespace lunet::forgetfs
