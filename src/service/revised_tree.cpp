// SPDX-License-Identifier: Apache-2.0
#include "service/revised_tree.h"

#include <algorithm>

#include "base/text.h"

namespace lunet::service {

using configfs::BatchResult;
using configfs::Operation;
using configfs::Verb;

static constexpr std::string_view revision_file = "revision";

static bool changes_something(const Operation& operation) {
  return operation.verb != Verb::read && operation.verb != Verb::list;
}

void RevisedTree::forget() {
  alone_ = true;
  oldest_.clear();
  newest_.clear();
}

void RevisedTree::note(const std::string& before, const std::string& after) {
  if (oldest_.empty()) oldest_ = before;
  alone_ = alone_ && (newest_.empty() || newest_ == before);
  newest_ = after;
}

void RevisedTree::look() {
  if (!tells_ || !transactional()) return;
  const auto text = inner_.read(revision_file);
  tells_ = text || text.error().errnum != ENOENT;
  if (text) note(std::string(trim(*text)), std::string(trim(*text)));
}

BatchResult RevisedTree::batch(std::span<const Operation> operations) {
  if (!tells_ || !transactional() || std::none_of(operations.begin(), operations.end(), changes_something))
    return inner_.batch(operations);
  std::vector<Operation> all;
  all.reserve(operations.size() + 2);
  all.push_back({Verb::read, std::string(revision_file), {}});
  all.insert(all.end(), operations.begin(), operations.end());
  all.push_back(all.front());
  BatchResult result = inner_.batch(all);
  if (result.failure && result.failure->index == 0 && result.failure->error.errnum == ENOENT) {
    tells_ = false;
    return inner_.batch(operations);
  }
  if (result) {
    note(std::string(trim(result.answers.front().text)), std::string(trim(result.answers.back().text)));
    result.answers.pop_back();
  } else {
    // Nothing is changed, and nobody else need have been there; but that is not known.
    alone_ = false;
    if (result.failure->index > 0) --result.failure->index;
  }
  if (!result.answers.empty()) result.answers.erase(result.answers.begin());
  return result;
}

}  // namespace lunet::service
