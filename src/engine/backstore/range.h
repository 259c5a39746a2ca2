// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/backstore/backstore.h"

namespace lunet::backstore {

/// The request lies inside a disk of `size_bytes` and its fields agree with its kind.
inline bool well_formed(const Request& request, std::uint64_t size_bytes) {
  using Kind = Request::Kind;
  if (request.kind == Kind::flush) return true;
  if (request.offset > size_bytes || request.length > size_bytes - request.offset) return false;
  if (request.kind == Kind::read || request.kind == Kind::write) return request.data.size() == request.length;
  if (request.kind == Kind::fill) return !request.data.empty() && request.length % request.data.size() == 0;
  return true;
}

}  // namespace lunet::backstore
