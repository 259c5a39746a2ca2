// SPDX-License-Identifier: Apache-2.0
// LUNET_TSAN, LUNET_ASAN: 1 where ThreadSanitizer or AddressSanitizer is compiled in, GCC's or clang's.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define LUNET_TSAN 1
#endif
#if defined(__SANITIZE_ADDRESS__)
#define LUNET_ASAN 1
#endif
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LUNET_TSAN 1
#endif
#if __has_feature(address_sanitizer)
#define LUNET_ASAN 1
#endif
#endif
#ifndef LUNET_TSAN
#define LUNET_TSAN 0
#endif
#ifndef LUNET_ASAN
#define LUNET_ASAN 0
#endif
