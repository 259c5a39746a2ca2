// SPDX-License-Identifier: Apache-2.0
// What a Source stands for: a file's text in either format, laid over what is recorded or not, or a
// generation. Neighbours: complete.h fills in what a file leaves out, whole.h makes it run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/tree.h"
#include "config/validate/validate.h"
#include "service/configurations.h"
#include "store/store.h"

namespace lunet::service {

/// What stands in a text where a secret stays as it is stored (ruling 11).
inline constexpr std::string_view kept_secret = "~keep~";

struct Wanted {
  config::Tree tree;
  std::string name;                            ///< "site.lio", "generation 3"
  std::vector<std::string> notes;              ///< what the text's format did not say
  bool disrupt = false;                        ///< as in Source
  bool complete = false;                       ///< a generation: nothing is left out in it
  bool edit = false;                           ///< only what it changes may be touched
  std::optional<ConfigurationText> text = {};  ///< it is from
};
/// EINVAL: mistakes in the text, one a line.
Result<Wanted> wanted_of(const Source& source, const store::Store::Head& head, store::Store& store);
/// A whole configuration from text; ~keep~ is what `stored` has.
Result<Wanted> wanted_of(const ConfigurationText& text, const config::Tree& stored);
/// What this machine and the schema say of it. EINVAL: all its mistakes, each with its place in the text.
/// `base`: of what is different there only (config::Question::apart).
Result<config::Verdict> verdict_of(const Wanted& wanted, schema::Runtime runtime,
                                   const config::Tree* base = nullptr);
/// Secrets that are to be kept become the stored ones. EINVAL: one is not stored.
Result<> keep_secrets(Wanted& wanted, const config::Tree& stored);

/// The tree with secrets as the word that keeps them.
config::Tree without_secrets(const config::Tree& tree);
/// The same for those that are not the ones of `newest` at the same place. False: there are none.
bool hide_other_secrets(config::Tree& tree, const config::Tree& newest);

}  // namespace lunet::service
