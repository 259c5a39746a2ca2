// SPDX-License-Identifier: Apache-2.0
#include "config/children.h"

#include <algorithm>

#include "config/tree.h"

namespace lunet::config {

static constexpr std::size_t run_max = 64;

Children::const_iterator& Children::const_iterator::operator++() {
  if (++at_ == map_->runs_[run_]->size()) {
    ++run_;
    at_ = 0;
  }
  return *this;
}

bool Children::const_iterator::skip_shared(const_iterator& other) {
  bool skipped = false;
  while (at_ == 0 && other.at_ == 0 && run_ < map_->runs_.size() && other.run_ < other.map_->runs_.size() &&
         map_->runs_[run_] == other.map_->runs_[other.run_]) {
    ++run_;
    ++other.run_;
    skipped = true;
  }
  return skipped;
}

std::size_t Children::size() const {
  std::size_t count = 0;
  for (const auto& run : runs_) count += run->size();
  return count;
}

Children::const_iterator Children::place(const ObjectKey& key) const {
  // Canonical text comes in order: mostly the place is the end.
  if (runs_.empty() || runs_.back()->back().key < key) {
    return runs_.empty() ? end() : const_iterator(this, runs_.size() - 1, runs_.back()->size());
  }
  const auto run = std::partition_point(runs_.begin(), runs_.end(),
                                        [&](const auto& one) { return one->back().key < key; });
  const auto slot =
      std::partition_point((*run)->begin(), (*run)->end(), [&](const Slot& one) { return one.key < key; });
  return {this, static_cast<std::size_t>(run - runs_.begin()),
          static_cast<std::size_t>(slot - (*run)->begin())};
}

bool Children::has(const const_iterator& at, const ObjectKey& key) const {
  return at.run_ < runs_.size() && at.at_ < runs_[at.run_]->size() && !(key < at.slot().key);
}

Children::const_iterator Children::find(const ObjectKey& key) const {
  const const_iterator at = place(key);
  return has(at, key) ? at : end();
}

Children::Run& Children::own_run(std::size_t run) {
  if (runs_[run].use_count() > 1) runs_[run] = std::make_shared<Run>(*runs_[run]);
  return *runs_[run];
}

Object& Children::own(Slot& slot) {
  if (slot.object.use_count() > 1) slot.object = std::make_shared<Object>(*slot.object);
  return *slot.object;
}

Object& Children::operator[](const ObjectKey& key) {
  const const_iterator at = place(key);
  if (has(at, key)) return own(own_run(at.run_)[at.at_]);
  auto made = std::make_shared<Object>();
  Object& object = *made;
  if (runs_.empty() || (runs_[at.run_]->size() >= run_max && at.at_ == runs_[at.run_]->size())) {
    runs_.push_back(std::make_shared<Run>());
    runs_.back()->push_back({key, std::move(made)});
    return object;
  }
  Run& run = own_run(at.run_);
  run.insert(run.begin() + static_cast<std::ptrdiff_t>(at.at_), {key, std::move(made)});
  if (run.size() > run_max) {
    const auto middle = run.begin() + static_cast<std::ptrdiff_t>(run.size() / 2);
    auto upper = std::make_shared<Run>(middle, run.end());
    run.erase(middle, run.end());
    runs_.insert(runs_.begin() + static_cast<std::ptrdiff_t>(at.run_) + 1, std::move(upper));
  }
  return object;
}

Object* Children::edit(const ObjectKey& key) {
  const const_iterator at = place(key);
  return has(at, key) ? &own(own_run(at.run_)[at.at_]) : nullptr;
}

std::size_t Children::erase(const ObjectKey& key) {
  const const_iterator at = place(key);
  if (!has(at, key)) return 0;
  Run& run = own_run(at.run_);
  run.erase(run.begin() + static_cast<std::ptrdiff_t>(at.at_));
  const auto here = runs_.begin() + static_cast<std::ptrdiff_t>(at.run_);
  if (run.empty()) {
    runs_.erase(here);
  } else if (here + 1 != runs_.end() && run.size() + here[1]->size() <= run_max / 2) {
    run.insert(run.end(), here[1]->begin(), here[1]->end());
    runs_.erase(here + 1);
  }
  return 1;
}

bool operator==(const Children& a, const Children& b) {
  auto i = a.begin();
  auto j = b.begin();
  for (;;) {
    i.skip_shared(j);
    if (i == a.end() || j == b.end()) return i == a.end() && j == b.end();
    if (i->first != j->first) return false;
    if (&i->second != &j->second && !(i->second == j->second)) return false;
    ++i;
    ++j;
  }
}

}  // namespace lunet::config
