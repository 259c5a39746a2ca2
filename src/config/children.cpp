// SPDX-License-Identifier: Apache-2.0
#include "config/children.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "config/later.h"
#include "config/tree.h"

namespace lunet::config {

static constexpr std::size_t run_max = 64;
static constexpr std::size_t values_max = 1024;

Children::const_iterator& Children::const_iterator::operator++() {
  if (++at_ == map_->runs_[run_]->size()) {
    ++run_;
    at_ = 0;
  }
  return *this;
}

bool Children::const_iterator::skip_shared(const_iterator& other) {
  if (at_ != 0 || other.at_ != 0) return false;
  const auto from = [](const const_iterator& it) {
    return std::next(it.map_->runs_.begin(),
                     static_cast<std::ptrdiff_t>(std::min(it.run_, it.map_->runs_.size())));
  };
  const auto mine = from(*this);
  const auto end = std::mismatch(mine, map_->runs_.end(), from(other), other.map_->runs_.end()).first;
  const auto skipped = static_cast<std::size_t>(end - mine);
  run_ += skipped;
  other.run_ += skipped;
  return skipped > 0;
}

std::size_t Children::size() const {
  std::size_t count = 0;
  for (const auto& run : runs_) count += run->size();
  return count;
}

void Children::Run::read() {
  std::call_once(once_, [this] {
    slots_ = read_slots(unread_->text);
    CHECK(slots_.size() == unread_->count);
    is_read_ = true;
  });
}

namespace {

/// Numbers that mostly come in order.
class RangeCollector {
 public:
  void add(std::string_view text) {
    const auto number = parse_unsigned(text);
    if (!number) return;
    if (!ranges_.empty() && *number == ranges_.back().last + 1) {
      ranges_.back().last = *number;
    } else {
      ranges_.push_back({*number, *number});
    }
  }
  std::shared_ptr<const NumberRanges> take() {
    return std::make_shared<const NumberRanges>(std::move(ranges_));
  }

 private:
  NumberRanges ranges_;
};

}  // namespace

std::shared_ptr<const NumberRanges> Children::Run::numbers(std::string_view attribute, bool keep) {
  const std::lock_guard lock(counting_);
  if (const auto known = numbers_.find(attribute); keep && known != numbers_.end()) return known->second;
  RangeCollector found;
  if (const Unread* text = unread()) {
    for_values_in(text->text, attribute, [&](std::string_view value) { found.add(value); });
  } else {
    for (const Slot& slot : slots_) found.add(slot.object->attribute(attribute));
  }
  auto ranges = found.take();
  if (keep) numbers_.insert_or_assign(std::string(attribute), ranges);
  return ranges;
}

static bool may_hold(ObjectClass outer, ObjectClass inner) {
  return outer == ObjectClass::storage ? inner == ObjectClass::disk : outer < inner;
}

// Objects of a run that nobody shares may be changed by who made them, those of text are copied before.
bool Children::is_settled(const std::shared_ptr<Run>& run, bool keep) {
  return keep || run.use_count() > 1 || run->is_text();
}

static std::uint32_t hash_of(std::string_view value) {
  return static_cast<std::uint32_t>(std::hash<std::string_view>()(value));
}

bool Children::ValueSet::may_have(std::string_view value) const {
  return may_have_any || std::binary_search(hashes.begin(), hashes.end(), hash_of(value));
}

void Children::ValueSet::add(const ValueSet& other) {
  may_have_any = may_have_any || other.may_have_any || hashes.size() + other.hashes.size() > values_max;
  if (may_have_any) return;
  hashes.insert(hashes.end(), other.hashes.begin(), other.hashes.end());
}

Children::ValueSet Children::Run::values_of_text(std::string_view attribute) const {
  ValueSet found;
  for_values_in(unread_->text, attribute,
                [&](std::string_view value) { found.hashes.push_back(hash_of(value)); });
  // A value that is written otherwise than it is has escapes, in a word that starts so.
  found.may_have_any = unread_->text.find("$\"") != std::string_view::npos;
  return found;
}

Children::ValueSet Children::values_below(ObjectClass object_class, std::string_view attribute,
                                          bool keep) const {
  ValueSet found;
  for (const std::shared_ptr<Run>& run : runs_)
    found.add(*run->values(object_class, attribute, is_settled(run, keep)));
  return found;
}

Children::ValueSet Children::Run::values_of_slots(ObjectClass object_class, std::string_view attribute,
                                                  bool keep) const {
  ValueSet found;
  for (const Slot& slot : slots_) {
    if (slot.key.object_class == object_class) {
      found.hashes.push_back(hash_of(slot.object->attribute(attribute)));
    } else if (may_hold(slot.key.object_class, object_class)) {
      found.add(
          slot.object->children.values_below(object_class, attribute, keep || slot.object.use_count() > 1));
    }
  }
  return found;
}

std::shared_ptr<const Children::ValueSet> Children::Run::values(ObjectClass object_class,
                                                                std::string_view attribute, bool keep) {
  const std::lock_guard lock(counting_);
  const auto known = std::find_if(values_.begin(), values_.end(), [&](const KnownValues& one) {
    return one.object_class == object_class && one.attribute == attribute;
  });
  if (keep && known != values_.end()) return known->set;
  ValueSet found =
      unread() != nullptr ? values_of_text(attribute) : values_of_slots(object_class, attribute, keep);
  if (found.may_have_any) found.hashes.clear();
  std::sort(found.hashes.begin(), found.hashes.end());
  auto set = std::make_shared<const ValueSet>(std::move(found));
  if (keep) values_.push_back({object_class, std::string(attribute), set});
  return set;
}

void Children::find_all(const Wanted& wanted, bool keep, Path& at, std::vector<Path>& found) const {
  for (const std::shared_ptr<Run>& run : runs_) {
    const bool settled = is_settled(run, keep);
    if (!run->values(wanted.object_class, wanted.attribute, settled)->may_have(wanted.value)) continue;
    for (const Slot& slot : run->slots()) {
      at.push_back(slot.key);
      if (slot.key.object_class == wanted.object_class) {
        if (slot.object->attribute(wanted.attribute) == wanted.value) found.push_back(at);
      } else if (may_hold(slot.key.object_class, wanted.object_class)) {
        slot.object->children.find_all(wanted, settled || slot.object.use_count() > 1, at, found);
      }
      at.pop_back();
    }
  }
}

std::vector<Path> Children::find_all(const Wanted& wanted) const {
  CHECK(!wanted.value.empty());
  Path at;
  std::vector<Path> found;
  find_all(wanted, false, at, found);
  return found;
}

std::size_t Children::unread_count() const {
  std::size_t count = 0;
  for (const auto& run : runs_) count += run->unread() != nullptr ? run->size() : 0;
  return count;
}

std::vector<Children::Slot> Children::take_slots() {
  std::vector<Slot> all;
  all.reserve(size());
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    std::vector<Slot>& slots = own_run(run);
    std::move(slots.begin(), slots.end(), std::back_inserter(all));
  }
  runs_.clear();
  return all;
}

void Children::append(Unread unread) {
  CHECK(can_append(unread));
  runs_.push_back(std::make_shared<Run>(std::move(unread)));
}

Children::Runs::const_iterator Children::run_from(const ObjectKey& first) const {
  const auto run =
      std::partition_point(runs_.begin(), runs_.end(), [&](const auto& one) { return one->first() < first; });
  return run == runs_.end() || first < (*run)->first() ? runs_.end() : run;
}

std::size_t Children::known_text(const ObjectKey& first, std::string_view text) const {
  const auto run = run_from(first);
  if (run == runs_.end()) return 0;
  return text.starts_with((*run)->text()) ? (*run)->text().size() : 0;
}

const ObjectKey& Children::append_run_of(const Children& other, const ObjectKey& first) {
  const auto run = other.run_from(first);
  CHECK(run != other.runs_.end() && (runs_.empty() || runs_.back()->last() < first));
  runs_.push_back(*run);
  return runs_.back()->last();
}

Children::const_iterator Children::place(const ObjectKey& key) const {
  // Canonical text comes in order: mostly the place is the end.
  if (runs_.empty() || runs_.back()->last() < key) {
    return runs_.empty() ? end() : const_iterator(this, runs_.size() - 1, runs_.back()->size());
  }
  const auto run =
      std::partition_point(runs_.begin(), runs_.end(), [&](const auto& one) { return one->last() < key; });
  const std::vector<Slot>& slots = (*run)->slots();
  const auto slot =
      std::partition_point(slots.begin(), slots.end(), [&](const Slot& one) { return one.key < key; });
  return {this, static_cast<std::size_t>(run - runs_.begin()),
          static_cast<std::size_t>(slot - slots.begin())};
}

bool Children::has(const const_iterator& at, const ObjectKey& key) const {
  return at.run_ < runs_.size() && at.at_ < runs_[at.run_]->size() && at.slot().key == key;
}

Children::const_iterator Children::find(const ObjectKey& key) const {
  const const_iterator at = place(key);
  return has(at, key) ? at : end();
}

/// One that came from text is copied even when nobody shares it: its ends are those of the text.
std::vector<Children::Slot>& Children::own_run(std::size_t run) {
  std::shared_ptr<Run>& own = runs_[run];
  if (own.use_count() > 1) {
    own = std::make_shared<Run>(own->slots());
  } else if (own->is_text()) {
    own = std::make_shared<Run>(std::move(own->slots()));
  } else {
    own->forget();
  }
  return own->slots();
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
    runs_.push_back(std::make_shared<Run>(std::vector<Slot>{{key, std::move(made)}}));
    return object;
  }
  std::vector<Slot>& slots = own_run(at.run_);
  slots.insert(slots.begin() + static_cast<std::ptrdiff_t>(at.at_), {key, std::move(made)});
  if (slots.size() > run_max) {
    const auto middle = slots.begin() + static_cast<std::ptrdiff_t>(slots.size() / 2);
    auto upper = std::make_shared<Run>(std::vector<Slot>(middle, slots.end()));
    slots.erase(middle, slots.end());
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
  std::vector<Slot>& slots = own_run(at.run_);
  slots.erase(slots.begin() + static_cast<std::ptrdiff_t>(at.at_));
  const auto here = runs_.begin() + static_cast<std::ptrdiff_t>(at.run_);
  if (slots.empty()) {
    runs_.erase(here);
  } else if (here + 1 != runs_.end() && slots.size() + here[1]->size() <= run_max / 2) {
    const std::vector<Slot>& next = here[1]->slots();
    slots.insert(slots.end(), next.begin(), next.end());
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
