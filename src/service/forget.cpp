// SPDX-License-Identifier: Apache-2.0
#include "service/forget.h"

#include <fmt/core.h>

#include "service/source.h"
#include "store/rewrite.h"

namespace lunet::service {

Result<Report> forget_secrets(store::Store& store, const std::string& folder, const std::string& command) {
  constexpr int patience_ms = 10'000;
  const auto lock = TRY(store.lock(command, patience_ms));
  const store::Store::Head head = TRY(store.head());
  if (TRY(store.open_intent(head))) {
    return Error{EBUSY, "a change was interrupted and its secrets are still needed to finish or undo it",
                 "`lunet restore` settles it; then try again"};
  }
  const std::size_t changed = TRY(store::rewrite_history(
      folder, [&](config::Tree& tree) { return hide_other_secrets(tree, head.tree); }));
  Report report;
  report.lines = {changed == 0 ? std::string("No earlier generation has other secrets than the newest one.")
                               : fmt::format("Secrets were erased from {} generation{}.", changed,
                                             changed == 1 ? "" : "s")};
  return report;
}

}  // namespace lunet::service
