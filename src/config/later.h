// SPDX-License-Identifier: Apache-2.0
// Reading a large configuration later: text as print() writes it is looked through once, without making
// anything of it, and each run of objects is read when somebody looks at one of them. Who adds a disk to
// 10 000 reads some thirty.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/children.h"

namespace lunet::config {

struct Tree;

/// As merge() into an empty tree: the same tree, the same errors at once. Text in another layout than
/// print()'s is read at once. `body` is a part of `*text`. `outline` gets what spares the looking through of
/// the same body another time (outline.h); "" when the text was read at once.
Result<Tree> parse_later(std::shared_ptr<const std::string> text, std::string_view body,
                         std::string_view name, std::string* outline = nullptr);

/// The same where much of the text is that of `base`: it then shares what stands there word for word, and
/// comparing the two looks at the rest only.
Result<Tree> parse_sharing(const Tree& base, std::shared_ptr<const std::string> text, std::string_view name);

/// The objects of a run's text.
std::vector<Children::Slot> read_slots(std::string_view text);
/// What stands behind the name wherever it is a word.
void for_values_in(std::string_view text, std::string_view attribute,
                   const std::function<void(std::string_view value)>& visit);

}  // namespace lunet::config
