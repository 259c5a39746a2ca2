// SPDX-License-Identifier: Apache-2.0
// normalise() of rules.h: how LIO reads what is written into its files.
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "configfs/model/rules.h"
#include "configfs/model/words.h"

namespace lunet::configfs {
namespace {

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

/// Only the first character counts (and the second of "on" and "off"), as in the kernel's kstrtobool().
Result<std::string> read_flag(std::string_view text) {
  const std::string start = to_lower(text.substr(0, 2));
  if (start.starts_with('y') || start.starts_with('1') || start == "on") return std::string("1");
  if (start.starts_with('n') || start.starts_with('0') || start == "of") return std::string("0");
  return refuse(EINVAL, "must be 0 or 1");
}

Result<std::int64_t> read_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.starts_with('0')) {
    base = 8;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error == std::errc::result_out_of_range) return refuse(ERANGE, "the number is too large");
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    return refuse(EINVAL, "must be a number");
  return negative ? -value : value;
}

Result<std::string> read_words(const Accept& accept, std::string_view text) {
  const bool is_list = accept.form == Accept::Form::list;
  for (const std::string_view word : is_list ? split(text, ',') : std::vector<std::string_view>{text})
    if (!has_word(accept.words, word))
      return refuse(EINVAL, std::string("must be ") + (is_list ? "a list of: " : "one of: ") +
                                std::string(accept.words));
  return std::string(text);
}

}  // namespace

Result<std::string> normalise(const Accept& accept, std::string_view text) {
  text = without_line_end(text);
  switch (accept.form) {
    case Accept::Form::flag: return read_flag(text);
    case Accept::Form::words:
    case Accept::Form::list: return read_words(accept, text);
    case Accept::Form::number: {
      const std::int64_t value = TRY(read_number(text));
      if (value < accept.low || value > accept.high)
        return refuse(
            EINVAL, "must be between " + std::to_string(accept.low) + " and " + std::to_string(accept.high));
      return std::to_string(value);
    }
    case Accept::Form::any: break;
  }
  if (text.size() > static_cast<std::size_t>(accept.high))
    return refuse(EINVAL, "longer than " + std::to_string(accept.high) + " bytes");
  return std::string(text);
}

}  // namespace lunet::configfs
