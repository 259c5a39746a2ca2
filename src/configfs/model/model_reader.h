// SPDX-License-Identifier: Apache-2.0
// Reading of the model: files, directories, whole subtrees.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "configfs/model/effects.h"
#include "configfs/model/model_state.h"
#include "configfs/tree.h"

namespace lunet::configfs {

class ModelReader {
 public:
  ModelReader(const Model& model, Effects& effects) : model_(model), effects_(effects) {}

  /// Sorted by name.
  [[nodiscard]] Result<std::vector<Entry>> list(std::string_view path) const;
  /// State and counters are asked of the effects first.
  [[nodiscard]] Result<std::string> read(std::string_view path) const;
  [[nodiscard]] Result<Node> read_tree(std::string_view path, const ReadFilter& filter) const;
  /// Hands over what read_tree() gives.
  [[nodiscard]] Result<> visit_tree(std::string_view path, const ReadFilter& filter, NodeSink& sink) const;

 private:
  [[nodiscard]] Result<std::string> read_file(const Object& object, int file) const;

  const Model& model_;
  Effects& effects_;
};

}  // namespace lunet::configfs
