// SPDX-License-Identifier: Apache-2.0
// Access to bytes that several threads may read and write without order between them. Initiators that have
// two commands in flight on one block race on it as they would on a real disk: SAM leaves the order to them,
// and whatever mixture of old and new bytes they read is theirs. ThreadSanitizer is told not to report these
// bytes; the caller's side of each copy stays checked.
#pragma once

#include <cstring>

#include "base/bytes.h"
#include "base/sanitizers.h"

#if LUNET_TSAN
extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
void __tsan_read_range(void* address, unsigned long size);
void __tsan_write_range(void* address, unsigned long size);
}
#endif

namespace lunet::backstore {

/// While it lives, this thread's accesses are not reported.
class UncheckedAccess {
 public:
#if LUNET_TSAN
  UncheckedAccess() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  ~UncheckedAccess() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
#else
  UncheckedAccess() {}
#endif
  UncheckedAccess(const UncheckedAccess&) = delete;
  UncheckedAccess& operator=(const UncheckedAccess&) = delete;
};

/// From shared bytes into the caller's.
inline void copy_out(MutableBytes own, const std::uint8_t* shared) {
  if (own.empty()) return;
#if LUNET_TSAN
  __tsan_write_range(own.data(), own.size());
#endif
  const UncheckedAccess unchecked;
  std::memcpy(own.data(), shared, own.size());
}

/// From the caller's bytes into shared ones.
inline void copy_in(std::uint8_t* shared, Bytes own) {
  if (own.empty()) return;
#if LUNET_TSAN
  __tsan_read_range(const_cast<std::uint8_t*>(own.data()), own.size());
#endif
  const UncheckedAccess unchecked;
  std::memcpy(shared, own.data(), own.size());
}

inline void zero_shared(std::uint8_t* shared, std::size_t size) {
  const UncheckedAccess unchecked;
  std::memset(shared, 0, size);
}

}  // namespace lunet::backstore
