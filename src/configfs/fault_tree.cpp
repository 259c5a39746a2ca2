// SPDX-License-Identifier: Apache-2.0
#include "configfs/fault_tree.h"

#include "configfs/path.h"

namespace lunet::configfs {

BatchResult FaultTree::batch(std::span<const Operation> operations) {
  std::size_t index = 0;
  for (; index < operations.size(); ++index) {
    if (!is_mutation(operations[index].verb)) continue;
    if (faults_.contains(++mutations_)) break;
  }
  if (index == operations.size()) return inner_.batch(operations);

  const int errnum = faults_.extract(mutations_).mapped();
  BatchResult result;
  if (!inner_.transactional()) {
    result = inner_.batch(operations.first(index));
    if (!result) return result;
  }
  const Operation& failed = operations[index];
  result.failure = std::make_unique<BatchFailure>(
      BatchFailure{index, tree_error(failed.verb, failed.path, errnum, "injected fault")});
  return result;
}

}  // namespace lunet::configfs
