// SPDX-License-Identifier: Apache-2.0
// What may come next in a line that is being typed (features 1.6). Knows the grammar and the command table;
// not the keyboard (line_editor.h) nor how values are found (completers.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/command.h"

namespace lunet::shell {

enum class CandidateKind : unsigned char { path, command, keyword, value };

struct Candidate {
  std::string text;  ///< the whole word, as it would be typed
  CandidateKind kind = CandidateKind::value;
  std::string about = {};  ///< one sentence, for shells that show it
  bool goes_on = false;    ///< the word does not end here: no blank after it
};

struct Completion {
  std::size_t start = 0;  ///< where the word that is completed begins in the line
  std::vector<Candidate> candidates;
  std::string hint;  ///< about the parameter under the cursor: "size: bytes, or with a unit"
};

/// `line` ends at the cursor.
Completion complete(std::string_view line, Session& session);
/// The same for words that a program has, of which the last one is completed.
Completion complete_words(std::span<const std::string> words, Session& session);
/// The words of an unfinished line; the last one may be empty, and its quote need not end.
std::vector<std::string> typed_words(std::string_view line);
/// What all candidates begin with; "" when there is none.
std::string common_beginning(const std::vector<Candidate>& candidates);

}  // namespace lunet::shell
