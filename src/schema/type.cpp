// SPDX-License-Identifier: Apache-2.0
#include "schema/type.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "language/diagnostic.h"
#include "schema/forms.h"

namespace lunet::schema {
namespace {

constexpr std::int64_t no_low = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t no_high = std::numeric_limits<std::int64_t>::max();

struct BaseRow {
  Base base;
  std::string_view name;      ///< in policy files
  std::string_view sentence;  ///< what check() takes
  bool ranged = false;        ///< may have [low..high]
};

constexpr std::array rows = {
    BaseRow{Base::boolean, "bool", "yes or no (also true, false, enable, disable, 1, 0)"},
    BaseRow{Base::bytes, "bytes", "a size: bytes, or a number with k, M, G, T or P", true},
    BaseRow{Base::integer, "int", "a whole number", true},
    BaseRow{Base::text, "str", "any text", true},
    BaseRow{Base::line, "line", "a text of one line", true},
    BaseRow{Base::credential, "credential", "a text of one line, but not NULL", true},
    BaseRow{Base::name, "name", "a name: 1 to 255 characters without blanks and '/'"},
    BaseRow{Base::path, "path", "an absolute path without comma and line end"},
    BaseRow{Base::serial, "serial", "a serial: 1 to 253 printable ASCII characters without blanks"},
    BaseRow{Base::word, "word", "one of"},
    BaseRow{Base::list, "list", "some, joined by commas, of"},
    BaseRow{Base::address, "ipport", "ADDRESS:PORT, an IPv6 address in brackets"},
    BaseRow{Base::iqn, "iqn", "an iSCSI name iqn.YYYY-MM.DOMAIN[:NAME], without blanks and '_'"},
    BaseRow{Base::naa, "naa", "naa. and 16 hexadecimal digits"},
    BaseRow{Base::eui, "eui", "eui. and 16 hexadecimal digits"},
    BaseRow{Base::ib, "ib", "ib. and 32 hexadecimal digits"},
    BaseRow{Base::any_wwn, "hw_wwn", "a name that the hardware understands"},
    BaseRow{Base::backend, "backend", "PLUGIN:DISK"},
};

const BaseRow& row_of(Base base) {
  return *std::find_if(rows.begin(), rows.end(), [base](const BaseRow& row) { return row.base == base; });
}

bool in_range(const Form& form, std::int64_t value) {
  return value >= form.low && value <= form.high;
}

bool fits_text(const Form& form, std::string_view text) {
  switch (form.base) {
    case Base::text: return true;
    case Base::line: return fits_line(text);
    case Base::credential: return fits_credential(text);
    case Base::name: return fits_name(text);
    case Base::path: return fits_path(text);
    case Base::serial: return fits_serial(text);
    case Base::word: return std::find(form.words.begin(), form.words.end(), text) != form.words.end();
    case Base::iqn: return fits_iqn(text);
    // 32 digits: NAA 6h (RFC 3980).
    case Base::naa: return fits_digits(text, "naa.", 16, 32);
    case Base::eui: return fits_digits(text, "eui.", 16, 16);
    case Base::ib: return fits_digits(text, "ib.", 32, 32);
    case Base::any_wwn: return fits_name(text);
    default: return false;
  }
}

Normal normal_form(const Form& form, std::string_view text) {
  switch (form.base) {
    case Base::boolean: return normal_boolean(text);
    case Base::bytes: {
      const auto value = parse_bytes(text);
      return value && in_range(form, static_cast<std::int64_t>(*value)) ? Normal(std::to_string(*value))
                                                                        : std::nullopt;
    }
    case Base::integer: {
      const auto value = parse_integer(text);
      return value && in_range(form, *value) ? Normal(std::to_string(*value)) : std::nullopt;
    }
    case Base::list: return normal_list(form, text);
    case Base::address: return normal_address(text);
    case Base::backend: return normal_backend(text);
    default: break;
  }
  const bool fits = fits_text(form, text) && in_range(form, static_cast<std::int64_t>(text.size()));
  return fits ? Normal(std::string(text)) : std::nullopt;
}

std::string range_text(const Form& form, std::string_view unit) {
  const bool low = form.low != no_low;
  const bool high = form.high != no_high;
  if (low && high) return fmt::format(" from {} to {}{}", form.low, form.high, unit);
  if (low) return fmt::format(", at least {}{}", form.low, unit);
  return high ? fmt::format(", at most {}{}", form.high, unit) : "";
}

std::string describe_form(const Form& form) {
  const BaseRow& row = row_of(form.base);
  const bool counts = form.base == Base::integer;
  std::string text(row.sentence);
  if (!form.words.empty()) text += " " + joined(form.words);
  return text + range_text(form, counts ? "" : " bytes");
}

/// What the user probably meant: the nearest word, or the same text in lower case.
std::string meant(const Type& type, std::string_view text) {
  constexpr std::size_t text_max = 255;
  if (text.size() > text_max) return {};
  std::vector<std::string_view> words;
  for (const Form& form : type.forms) {
    if (form.base == Base::boolean)
      words.insert(words.end(), {"yes", "no", "true", "false", "enable", "disable"});
    if (form.base == Base::word || form.base == Base::list)
      words.insert(words.end(), form.words.begin(), form.words.end());
  }
  std::string lower = to_lower(text);
  for (const std::string_view word : words)
    if (to_lower(word) == lower) return std::string(word);
  if (const std::string_view near = language::nearest(text, words); !near.empty()) return std::string(near);
  for (const Form& form : type.forms)
    if (lower != text && form.base >= Base::iqn && normal_form(form, lower)) return lower;
  return {};
}

}  // namespace

Result<std::string> check(const Type& type, std::string_view text) {
  for (const Form& form : type.forms)
    if (Normal normal = normal_form(form, text)) return std::move(*normal);
  constexpr std::size_t shown_max = 80;
  Error error{EINVAL, fmt::format("'{}' is not {}", text.substr(0, shown_max), describe(type)), {}};
  if (const std::string word = meant(type, text); !word.empty())
    error.hint = fmt::format("did you mean '{}'?", word);
  return error;
}

std::string describe(const Type& type) {
  std::string text;
  for (const Form& form : type.forms) text.append(text.empty() ? "" : ", or ").append(describe_form(form));
  return text;
}

std::string policy_text(const Type& type) {
  std::string text;
  for (const Form& form : type.forms) {
    text.append(text.empty() ? "" : "|").append(row_of(form.base).name);
    const std::string low = form.low == no_low ? "" : std::to_string(form.low);
    const std::string high = form.high == no_high ? "" : std::to_string(form.high);
    if (!form.words.empty()) text += fmt::format("[{}]", joined(form.words, " "));
    if (!low.empty() || !high.empty()) text += fmt::format("[{}..{}]", low, high);
  }
  return text;
}

std::vector<TypeName> type_names() {
  std::vector<TypeName> names;
  for (const BaseRow& row : rows) names.push_back({row.name, row.sentence});
  return names;
}

static Error mistake(std::string message) {
  return {EINVAL, std::move(message), {}};
}

static Result<> set_range(Form& form, std::string_view option) {
  const std::size_t points = option.find("..");
  const std::string_view low = option.substr(0, points);
  const std::string_view high = points == std::string_view::npos ? "" : option.substr(points + 2);
  const auto number = [&form](std::string_view text) -> std::optional<std::int64_t> {
    if (form.base != Base::bytes) return parse_integer(text);
    const auto bytes = parse_bytes(text);
    return bytes ? std::optional(static_cast<std::int64_t>(*bytes)) : std::nullopt;
  };
  const auto from = low.empty() ? no_low : number(low);
  const auto to = high.empty() ? no_high : number(high);
  if (points == std::string_view::npos || !from || !to || *from > *to)
    return mistake(fmt::format("'{}' is no range: 5..30, 5.. or ..30", option));
  form.low = *from;
  form.high = *to;
  return {};
}

Result<Form> make_form(std::string_view name, const std::vector<std::string_view>& options) {
  Form form;
  std::vector<std::string_view> names{"posint", "erl", "raw"};
  for (const BaseRow& known : rows) names.push_back(known.name);
  const auto* row =
      std::find_if(rows.begin(), rows.end(), [name](const BaseRow& known) { return known.name == name; });
  const bool ranged = row != rows.end() && row->ranged;
  if (name == "posint" || name == "erl") {
    form = {.base = Base::integer,
            .low = name == "erl" ? 0 : 1,
            .high = name == "erl" ? 2 : no_high,
            .words = {}};
  } else if (name == "raw") {
    form.base = Base::text;
  } else if (row == rows.end()) {
    const std::string_view near = language::nearest(name, names);
    return mistake(near.empty() ? fmt::format("there is no type '{}'", name)
                                : fmt::format("there is no type '{}'; did you mean '{}'?", name, near));
  } else {
    form.base = row->base;
  }
  const bool worded = form.base == Base::word || form.base == Base::list;
  if (worded) {
    if (options.empty()) return mistake(fmt::format("the type '{0}' needs its words: {0}[one two]", name));
    form.words.assign(options.begin(), options.end());
  } else if (!options.empty()) {
    if (!ranged || options.size() > 1) return mistake(fmt::format("the type '{}' has no such options", name));
    TRY_OK(set_range(form, options.front()));
  }
  return form;
}

}  // namespace lunet::schema
