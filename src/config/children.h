// SPDX-License-Identifier: Apache-2.0
// The objects in an object: a map from key to object that is cheap to copy and to compare. Copies share what
// neither has changed: a copy of n objects costs about n / 64 pointers, a change after it the one object and
// the run of up to 64 pointers it is in, and what two copies share is equal without a look at it.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "config/key.h"

namespace lunet::config {

struct Object;

/// Ordered by key. Reading never changes what is shared; operator[], edit() and edit_each() hand out an
/// object of this copy alone. Such a reference is valid as long as the object is in the map; after the map
/// was copied, ask for it again before changing it.
class Children {
 public:
  struct Slot {
    ObjectKey key;
    std::shared_ptr<Object> object;
  };
  using Run = std::vector<Slot>;  ///< never empty
  using Entry = std::pair<const ObjectKey&, const Object&>;

  class const_iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    using reference = Entry;
    struct pointer {
      Entry entry;
      const Entry* operator->() const { return &entry; }
    };

    const_iterator() = default;
    Entry operator*() const { return {slot().key, *slot().object}; }
    pointer operator->() const { return {**this}; }
    const_iterator& operator++();
    const_iterator operator++(int) {
      const const_iterator old = *this;
      ++*this;
      return old;
    }
    friend bool operator==(const const_iterator& a, const const_iterator& b) {
      return a.run_ == b.run_ && a.at_ == b.at_;
    }
    /// Of iterators into two maps: moves both behind what they share from here on; false when that is
    /// nothing.
    bool skip_shared(const_iterator& other);

   private:
    friend class Children;
    const_iterator(const Children* map, std::size_t run, std::size_t at) : map_(map), run_(run), at_(at) {}
    [[nodiscard]] const Slot& slot() const { return (*map_->runs_[run_])[at_]; }

    const Children* map_ = nullptr;
    std::size_t run_ = 0;
    std::size_t at_ = 0;
  };
  using iterator = const_iterator;

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
      if (object_class < runs_[run]->front().key.object_class ||
          runs_[run]->back().key.object_class < object_class) {
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

 private:
  static Object& own(Slot& slot);
  Run& own_run(std::size_t run);
  /// Where the key is, or would be put: behind the last slot of a run only in the last run.
  [[nodiscard]] const_iterator place(const ObjectKey& key) const;
  [[nodiscard]] bool has(const const_iterator& at, const ObjectKey& key) const;

  std::vector<std::shared_ptr<Run>> runs_;
};

}  // namespace lunet::config
