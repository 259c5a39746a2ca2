// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/transaction.h"

#include <algorithm>
#include <memory>

#include "base/check.h"

namespace lunet::configfs {

void Transaction::set(Object& object, int file, std::string value) {
  const auto found = std::find_if(object.values.begin(), object.values.end(),
                                  [file](const auto& entry) { return entry.first == file; });
  if (found != object.values.end()) {
    on_undo([&object, entry = *found] {
      for (auto& [key, current] : object.values)
        if (key == entry.first) current = entry.second;
    });
    found->second = std::move(value);
    return;
  }
  object.values.emplace_back(file, std::move(value));
  on_undo([&object, file] {
    std::erase_if(object.values, [file](const auto& entry) { return entry.first == file; });
  });
}

void Transaction::set(Object& object, std::string_view file, std::string value) {
  set(object, object.type->file(file), std::move(value));
}

void Transaction::reset(Object& object, int file) {
  const auto found = std::find_if(object.values.begin(), object.values.end(),
                                  [file](const auto& entry) { return entry.first == file; });
  if (found == object.values.end()) return;
  on_undo([&object, entry = *found] { object.values.push_back(entry); });
  object.values.erase(found);
}

Object& Transaction::make(Object& parent, std::size_t container, std::string_view name,
                          const ObjectType& type) {
  std::unique_ptr<Object> object = model_.make(parent, container, name, type);
  Object& made = *object;
  Children& siblings = parent.children[container];
  CHECK(siblings.emplace(made.name, std::move(object)).second);
  const bool is_disk = is_type(made, TypeId::disk);
  if (is_disk) model_.note_disk(made);
  on_undo([this, is_disk, &siblings, &made] {
    if (is_disk) model_.forget_disk(made);
    siblings.erase(siblings.find(made.name));
  });
  return made;
}

void Transaction::remove(Object& object) {
  Children& siblings = object.parent->children[object.container];
  const bool is_disk = is_type(object, TypeId::disk);
  if (is_disk) model_.forget_disk(object);
  // The log keeps the object alive: earlier entries may refer to it.
  const auto removed = std::make_shared<Children::node_type>(siblings.extract(object.name));
  CHECK(!removed->empty());
  on_undo([this, is_disk, &object, &siblings, removed] {
    siblings.insert(std::move(*removed));
    if (is_disk) model_.note_disk(object);
  });
}

void Transaction::append(std::vector<Object*>& list, Object* object) {
  list.push_back(object);
  on_undo([&list] { list.pop_back(); });
}

void Transaction::erase(std::vector<Object*>& list, const Object* object) {
  const auto found = std::find(list.begin(), list.end(), object);
  if (found == list.end()) return;
  on_undo([&list, position = found - list.begin(), erased = *found] {
    list.insert(list.begin() + position, erased);
  });
  list.erase(found);
}

void Transaction::roll_back(std::size_t mark) {
  while (undo_.size() > mark) {
    undo_.back()();
    undo_.pop_back();
  }
}

}  // namespace lunet::configfs
