// SPDX-License-Identifier: Apache-2.0
#include "configfs/record_tree.h"

#include "configfs/path.h"

namespace lunet::configfs {

std::vector<Operation> RecordTree::changes() const {
  std::vector<Operation> changes;
  for (const Record& record : records_)
    if (record.errnum == 0 && is_mutation(record.operation.verb)) changes.push_back(record.operation);
  return changes;
}

void RecordTree::clear() {
  records_.clear();
  batches_ = 0;
  tree_reads_ = 0;
}

BatchResult RecordTree::batch(std::span<const Operation> operations) {
  BatchResult result = inner_.batch(operations);
  const std::size_t asked = result ? operations.size() : result.failure->index + 1;
  const int errnum = result ? 0 : result.failure->error.errnum;
  for (std::size_t i = 0; i < asked; ++i) {
    const bool undone = !result && (i + 1 == asked || inner_.transactional());
    records_.push_back({operations[i], undone ? errnum : 0, batches_});
  }
  ++batches_;
  return result;
}

Result<Node> RecordTree::read_tree(std::string_view path, const ReadFilter& filter) {
  ++tree_reads_;
  return inner_.read_tree(path, filter);
}

}  // namespace lunet::configfs
