// SPDX-License-Identifier: Apache-2.0
// From what is wanted to what is to be done: the candidate, what runs, the plan, what is missing, what needs
// consent. Only for service/.
#pragma once

#include <string>
#include <vector>

#include "service/editor.h"
#include "service/source.h"
#include "target/target.h"

namespace lunet::service {

/// Everything that is to be done, before it is done.
struct Prepared {
  std::string name;
  bool disrupt = false;  ///< also what the runtime refuses while it is exported
  config::Tree candidate;
  config::Tree from;  ///< what runs
  config::Tree goal;
  Leftovers leftovers;  ///< pending and degraded ones
  target::Plan plan;
  std::vector<std::string> concerns;  ///< what is overwritten or lost
  std::vector<std::string> notes;
  bool in_sync = false;      ///< the newest generation runs, and nothing else
  bool no_findings = false;  ///< as in store::InSync
};

/// Takes no lock, changes nothing. `what_can`: what needs `disrupt` is degraded instead of refused.
Result<Prepared> prepare(const Editor& editor, const store::Store::Head& head, Wanted wanted,
                         bool what_can = false);

/// The plan as users see it.
PlanReport report_of(const Prepared& prepared, const store::Store::Head& head);
/// What differs, object by object, in words without secrets.
std::vector<RecordChange> describe_changes(const config::Tree& from, const config::Tree& to,
                                           schema::Runtime runtime);
/// lunetd where none is recorded yet.
schema::Runtime recorded_runtime(const store::Store::Head& head);

}  // namespace lunet::service
