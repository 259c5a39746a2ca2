// SPDX-License-Identifier: Apache-2.0
// The objects in an object: a map from key to object that is cheap to copy and to compare. Copies share what
// neither has changed: a copy of n objects costs about n / 64 pointers, a change after it the one object and
// the run of up to 64 pointers it is in, and what two copies share is equal without a look at it.
// A run may also be text that is read when somebody looks at an object in it (later.h).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/key.h"

namespace lunet::config {

struct Object;

/// With both ends.
struct NumberRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
using NumberRanges = std::vector<NumberRange>;

/// Objects of that class in which the attribute has that value.
struct Wanted {
  ObjectClass object_class = ObjectClass::disk;
  std::string_view attribute;
  std::string_view value;
};

/// Ordered by key. Reading never changes what is shared; operator[], edit() and edit_each() hand out an
/// object of this copy alone. Such a reference is valid as long as the object is in the map; after the map
/// was copied, ask for it again before changing it.
class Children {
 public:
  struct Slot {
    ObjectKey key;
    std::shared_ptr<Object> object;
  };
  /// Text of at least one object, which reads without a mistake.
  struct Unread {
    std::shared_ptr<const std::string> source;  ///< holds `text`
    std::string_view text;
    ObjectKey first;
    ObjectKey last;
    std::size_t count = 0;
  };
  using Entry = std::pair<const ObjectKey&, const Object&>;

  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    using reference = Entry;
    struct Arrow {
      Entry entry;
      const Entry* operator->() const { return &entry; }
    };

    using pointer = Arrow;  // NOLINT(readability-identifier-naming)

    Iterator() = default;
    Entry operator*() const { return {slot().key, *slot().object}; }
    Arrow operator->() const { return {**this}; }
    Iterator& operator++();
    Iterator operator++(int) {
      const Iterator old = *this;
      ++*this;
      return old;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) {
      return a.run_ == b.run_ && a.at_ == b.at_;
    }
    /// Of iterators into two maps: moves both behind what they share from here on; false when that is
    /// nothing.
    bool skip_shared(Iterator& other);

   private:
    friend class Children;
    Iterator(const Children* map, std::size_t run, std::size_t at) : map_(map), run_(run), at_(at) {}
    [[nodiscard]] const Slot& slot() const { return map_->runs_[run_]->slots()[at_]; }

    const Children* map_ = nullptr;
    std::size_t run_ = 0;
    std::size_t at_ = 0;
  };
  using const_iterator = Iterator;
  using iterator = Iterator;

  [[nodiscard]] const_iterator begin() const { return {this, 0, 0}; }
  [[nodiscard]] const_iterator end() const { return {this, runs_.size(), 0}; }
  [[nodiscard]] bool empty() const { return runs_.empty(); }
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] const_iterator find(const ObjectKey& key) const;
  [[nodiscard]] bool contains(const ObjectKey& key) const { return find(key) != end(); }

  /// To change; made when there is none.
  Object& operator[](const ObjectKey& key);
  /// To change; null when there is none.
  Object* edit(const ObjectKey& key);
  /// To change all of a class, or all: change(const ObjectKey&, Object&).
  template <class Change>
  void edit_each(ObjectClass object_class, Change change) {
    for (std::size_t run = 0; run < runs_.size(); ++run) {
      if (object_class < runs_[run]->first().object_class || runs_[run]->last().object_class < object_class) {
        continue;
      }
      for (Slot& slot : own_run(run)) {
        if (slot.key.object_class == object_class) change(std::as_const(slot.key), own(slot));
      }
    }
  }
  template <class Change>
  void edit_each(Change change) {
    for (std::size_t run = 0; run < runs_.size(); ++run) {
      for (Slot& slot : own_run(run)) change(std::as_const(slot.key), own(slot));
    }
  }

  /// How many went: 0 or 1.
  std::size_t erase(const ObjectKey& key);
  /// Those that remove(Entry) says.
  template <class Remove>
  friend void erase_if(Children& children, Remove remove) {
    std::vector<ObjectKey> gone;
    for (const Entry entry : children) {
      if (remove(entry)) gone.push_back(entry.first);
    }
    for (const ObjectKey& key : gone) children.erase(key);
  }

  friend bool operator==(const Children& a, const Children& b);

  /// Objects in text that nobody has looked at.
  [[nodiscard]] std::size_t unread_count() const;
  /// All of them; the map is empty then.
  std::vector<Slot> take_slots();
  /// All are behind those that there are (can_append).
  void append(Unread unread);
  [[nodiscard]] bool can_append(const Unread& unread) const {
    return runs_.empty() || runs_.back()->last() < unread.first;
  }
  /// How much of the text is that from which the run that begins with `first` was read; 0: it was not.
  [[nodiscard]] std::size_t known_text(const ObjectKey& first, std::string_view text) const;
  /// That run, which both maps share then; gives back the last key in it.
  const ObjectKey& append_run_of(const Children& other, const ObjectKey& first);
  /// The numbers that this attribute has in the objects (not below them), as ranges in no order. Of text that
  /// is not read yet, also what only looks like one. Reads nothing; what a run has is found out once.
  template <class Visit>
  void scan_numbers(std::string_view attribute, Visit visit) const {
    for (const std::shared_ptr<Run>& run : runs_) {
      const std::shared_ptr<const NumberRanges> ranges = run->numbers(attribute, is_settled(run, false));
      for (const NumberRange& range : *ranges) visit(range);
    }
  }
  /// Where they are, from here, in order; also below other objects. Reads only text that may have the value.
  /// What a run has is found out once, so looking again costs little more than the number of runs.
  [[nodiscard]] std::vector<Path> find_all(const Wanted& wanted) const;

 private:
  /// Of values in a run; may be wrong about one that is not there.
  struct ValueSet {
    std::vector<std::uint32_t> hashes;  ///< ascending
    bool may_have_any = false;          ///< too many, or text that has to be read
    [[nodiscard]] bool may_have(std::string_view value) const;
    void add(const ValueSet& other);
  };
  struct KnownValues {
    ObjectClass object_class = ObjectClass::disk;
    std::string attribute;
    std::shared_ptr<const ValueSet> set;
  };

  /// Never empty. What it holds does not change while it is shared; reading the text is no change.
  class Run {
   public:
    explicit Run(std::vector<Slot> slots) : slots_(std::move(slots)) {}
    explicit Run(Unread unread) : unread_(std::make_unique<Unread>(std::move(unread))) {}

    std::vector<Slot>& slots() {
      if (unread_) read();
      return slots_;
    }
    /// Null when it was read.
    [[nodiscard]] const Unread* unread() const { return is_read_ ? nullptr : unread_.get(); }
    [[nodiscard]] bool is_text() const { return unread_ != nullptr; }
    /// What it came from, read or not; "" for another one.
    [[nodiscard]] std::string_view text() const { return unread_ ? unread_->text : std::string_view(); }
    [[nodiscard]] std::size_t size() const { return unread_ ? unread_->count : slots_.size(); }
    [[nodiscard]] const ObjectKey& first() const { return unread_ ? unread_->first : slots_.front().key; }
    [[nodiscard]] const ObjectKey& last() const { return unread_ ? unread_->last : slots_.back().key; }
    /// `keep`: its objects do not change before forget_numbers().
    std::shared_ptr<const NumberRanges> numbers(std::string_view attribute, bool keep);
    /// Of the objects of the class here and below; `keep` as above.
    std::shared_ptr<const ValueSet> values(ObjectClass object_class, std::string_view attribute, bool keep);
    void forget() {
      const std::lock_guard lock(counting_);
      numbers_.clear();
      values_.clear();
    }

   private:
    void read();
    [[nodiscard]] ValueSet values_of_text(std::string_view attribute) const;
    [[nodiscard]] ValueSet values_of_slots(ObjectClass object_class, std::string_view attribute,
                                           bool keep) const;

    std::vector<Slot> slots_;
    std::unique_ptr<Unread> unread_;  ///< never changes: of a run with it the slots do not either
    std::once_flag once_;
    std::atomic<bool> is_read_ = false;
    std::mutex counting_;  ///< guards what follows
    std::map<std::string, std::shared_ptr<const NumberRanges>, std::less<>> numbers_;  ///< by attribute
    std::vector<KnownValues> values_;
  };

  using Runs = std::vector<std::shared_ptr<Run>>;
  /// Whether what was found out about it may be kept; `keep`: what it is in does not change.
  static bool is_settled(const std::shared_ptr<Run>& run, bool keep);
  [[nodiscard]] ValueSet values_below(ObjectClass object_class, std::string_view attribute, bool keep) const;
  /// `at` is the way here.
  void find_all(const Wanted& wanted, bool keep, Path& at, std::vector<Path>& found) const;
  /// The run that begins with the key, or the end.
  [[nodiscard]] Runs::const_iterator run_from(const ObjectKey& first) const;
  static Object& own(Slot& slot);
  std::vector<Slot>& own_run(std::size_t run);
  /// Where the key is, or would be put: behind the last slot of a run only in the last run.
  [[nodiscard]] const_iterator place(const ObjectKey& key) const;
  [[nodiscard]] bool has(const const_iterator& at, const ObjectKey& key) const;

  Runs runs_;
};

}  // namespace lunet::config
