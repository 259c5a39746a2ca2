// SPDX-License-Identifier: Apache-2.0
// All changes of the model go through here, each with the way back.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "configfs/model/model_state.h"

namespace lunet::configfs {

class Transaction {
 public:
  explicit Transaction(Model& model) : model_(model) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  [[nodiscard]] Model& model() { return model_; }

  /// A value of a file, by its index or path.
  void set(Object& object, int file, std::string value);
  void set(Object& object, std::string_view file, std::string value);
  /// Back to the default.
  void reset(Object& object, int file);

  /// The new object is in the tree, its hooks have not run.
  Object& make(Object& parent, std::size_t container, std::string_view name, const ObjectType& type);
  void remove(Object& object);

  void append(std::vector<Object*>& list, Object* object);
  void erase(std::vector<Object*>& list, const Object* object);
  /// `place` is a member of an object or of the model.
  template <class T>
  void assign(T& place, std::type_identity_t<T> value) {
    T old = std::exchange(place, std::move(value));
    on_undo([&place, old = std::move(old)] { place = old; });
  }
  void on_undo(std::function<void()> undo) { undo_.push_back(std::move(undo)); }

  [[nodiscard]] std::size_t mark() const { return undo_.size(); }
  /// Takes back everything since the mark, the newest first.
  void roll_back(std::size_t mark);

 private:
  Model& model_;
  std::vector<std::function<void()>> undo_;
};

}  // namespace lunet::configfs
