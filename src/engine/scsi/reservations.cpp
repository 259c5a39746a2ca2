// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/reservations.h"

#include <utility>

namespace lunet::scsi {

bool Reservations::conflicts(const NexusId& nexus, Access access, bool writes) const {
  if (access == Access::identify || !reserved_.load(std::memory_order_acquire)) return false;
  const std::lock_guard lock(mutex_);
  if (locked_out_) return access != Access::inform;
  if (reserved_by_) return *reserved_by_ != nexus;
  return access != Access::inform && state_.conflicts(nexus, writes || access == Access::change);
}

ReservationState Reservations::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Reservations::replace(ReservationState state) {
  const std::lock_guard lock(mutex_);
  state_ = std::move(state);
  locked_out_ = false;
  note();
}

bool Reservations::reserve(const NexusId& nexus) {
  const std::lock_guard lock(mutex_);
  if (reserved_by_ && *reserved_by_ != nexus) return false;
  reserved_by_ = nexus;
  note();
  return true;
}

void Reservations::release(const NexusId& nexus) {
  if (!reserved_.load(std::memory_order_acquire)) return;
  const std::lock_guard lock(mutex_);
  if (reserved_by_ == nexus) reserved_by_.reset();
  note();
}

void Reservations::reset() {
  const std::lock_guard lock(mutex_);
  reserved_by_.reset();
  note();
}

std::optional<NexusId> Reservations::reserved_by() const {
  const std::lock_guard lock(mutex_);
  return reserved_by_;
}

void Reservations::lock_out() {
  const std::lock_guard lock(mutex_);
  locked_out_ = true;
  note();
}

bool Reservations::locked_out() const {
  const std::lock_guard lock(mutex_);
  return locked_out_;
}

void Reservations::note() {
  reserved_.store(locked_out_ || state_.reservation || reserved_by_, std::memory_order_release);
}

}  // namespace lunet::scsi
