// SPDX-License-Identifier: Apache-2.0
// What a command's page says: share/commands/NAME.md, the only place where a command is explained. `help`,
// the hint line of completion and the manual pages are made from it.
//
//     # create fileio            a title for people who read the file
//
//     One sentence.              the summary
//
//     More paragraphs.           the description
//
//     - **size**: one sentence   about a parameter
//
//     ## Examples
//
//         /backstores/fileio create d1 /srv/d1.img 10G
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lunet::shell {

struct Page {
  std::string summary;                  ///< one line
  std::vector<std::string> paragraphs;  ///< what else there is to know, each one line
  std::map<std::string, std::string, std::less<>> parameters;
  std::vector<std::string> examples;  ///< whole lines, as typed at the root
};

struct PageText {
  std::string_view name;
  std::string_view text;
};

/// The files of share/commands, compiled in.
std::span<const PageText> shipped_pages();
Page parse_page(std::string_view markdown);
/// The shipped page of that name; an empty one when there is none.
Page page_of(std::string_view name);

}  // namespace lunet::shell
