// SPDX-License-Identifier: Apache-2.0
#include "interop/json.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

namespace lunet::interop {
namespace {

using Library = nlohmann::json;

/// An array or object whose end has not come yet.
struct Open {
  Json value;
  std::string key;             ///< object: of the member that comes
  std::set<std::string> keys;  ///< object: those that came
};

/// Builds the value while the library reads the text, and refuses what it would let pass.
class Builder : public Library::json_sax_t {
 public:
  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(Json(value)); }
  bool number_integer(number_integer_t value) override { return add(Json(std::int64_t{value})); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return add(Json(static_cast<std::int64_t>(value)));
    return add(Json(std::uint64_t{value}));
  }
  bool number_float(number_float_t value, const string_t& text) override {
    if (text.find_first_of(".eE") == std::string::npos) return fail("the number has more than 64 bits");
    return add(Json(value));
  }
  bool string(string_t& value) override { return add(Json(std::move(value))); }
  bool binary(binary_t& /*value*/) override { return fail("binary data is not JSON"); }
  bool start_object(std::size_t /*size*/) override { return open(Json(JsonObject{})); }
  bool start_array(std::size_t /*size*/) override { return open(Json(JsonArray{})); }
  bool key(string_t& value) override {
    Open& object = open_.back();
    if (!object.keys.insert(value).second) return fail(fmt::format("the key \"{}\" is there twice", value));
    object.key = std::move(value);
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const Library::exception& error) override {
    position_ = position;
    const std::string_view text = error.what();
    // "[json.exception...] parse error at line 1, column 2: <what we want>"
    const std::size_t start = text.find(": ");
    error_ = start == std::string_view::npos ? text : text.substr(start + 2);
    if (error_.starts_with("syntax error ")) error_.erase(0, 13);
    return false;
  }

  Json result;

  [[nodiscard]] std::string message(std::string_view text, std::string_view name) const {
    if (position_ == 0) return fmt::format("{}: {}", name, error_);
    const std::string_view before = text.substr(0, std::min(position_ - 1, text.size()));
    const std::size_t line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
    return fmt::format("{}:{}:{}: this is no JSON: {}", name, line, column, error_);
  }

 private:
  bool add(Json value) {
    if (open_.empty()) {
      result = std::move(value);
    } else if (auto* members = open_.back().value.as<JsonObject>()) {
      members->emplace_back(std::move(open_.back().key), std::move(value));
    } else {
      open_.back().value.as<JsonArray>()->push_back(std::move(value));
    }
    return true;
  }
  bool open(Json value) {
    if (open_.size() == json_depth_limit)
      return fail(fmt::format("more than {} objects and lists stand inside each other", json_depth_limit));
    open_.push_back({std::move(value), "", {}});
    return true;
  }
  bool close() {
    Json value = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(value));
  }
  bool fail(std::string_view what) {
    std::string path;
    for (const Open& each : open_) {
      if (const auto* list = each.value.as<JsonArray>()) {
        path += fmt::format("[{}]", list->size());
      } else if (!each.key.empty()) {
        path += (path.empty() ? "" : ".") + each.key;
      }
    }
    error_ = path.empty() ? std::string(what) : fmt::format("{}: {}", path, what);
    return false;
  }

  std::vector<Open> open_;
  std::string error_;
  std::size_t position_ = 0;
};

std::string quoted(const std::string& text) {
  const auto plain = [](char each) { return each >= ' ' && each < '\x7f' && each != '"' && each != '\\'; };
  if (std::all_of(text.begin(), text.end(), plain)) return '"' + text + '"';
  return Library(text).dump(-1, ' ', true, Library::error_handler_t::replace);
}

/// Where an element of a list or object starts: a new line, or right here.
class Printer {
 public:
  explicit Printer(bool compact) : compact_(compact) {}

  void print(const Json& value) {
    if (const auto* list = value.as<JsonArray>()) {
      print_list(*list);
    } else if (const auto* object = value.as<JsonObject>()) {
      print_object(*object);
    } else if (const auto* text = value.as<std::string>()) {
      out += quoted(*text);
    } else if (const auto* flag = value.as<bool>()) {
      out += *flag ? "true" : "false";
    } else if (const auto* number = value.as<std::int64_t>()) {
      out += std::to_string(*number);
    } else if (const auto* large = value.as<std::uint64_t>()) {
      out += std::to_string(*large);
    } else if (const auto* real = value.as<double>()) {
      out += Library(*real).dump();
    } else {
      out += "null";
    }
  }

  std::string out;

 private:
  void print_list(const JsonArray& list) {
    out += '[';
    for (const Json& each : list) {
      start_element(&each == list.data());
      print(each);
      --level_;
    }
    end(']', list.empty());
  }
  void print_object(const JsonObject& object) {
    std::vector<const JsonMember*> sorted;
    for (const JsonMember& member : object) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
    out += '{';
    for (const JsonMember* member : sorted) {
      start_element(member == sorted.front());
      out += quoted(member->first) + (compact_ ? ":" : ": ");
      print(member->second);
      --level_;
    }
    end('}', object.empty());
  }
  void start_element(bool first) {
    if (!first) out += ',';
    ++level_;
    new_line();
  }
  void end(char bracket, bool empty) {
    if (!empty) new_line();
    out += bracket;
  }
  void new_line() {
    if (!compact_) out += "\n" + std::string(2 * level_, ' ');
  }

  bool compact_;
  std::size_t level_ = 0;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  const auto* members = as<JsonObject>();
  if (members == nullptr) return nullptr;
  for (const auto& [name, value] : *members) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::string_view type_name(const Json& value) {
  if (value.as<bool>() != nullptr) return "true or false";
  if (value.as<std::int64_t>() != nullptr || value.as<std::uint64_t>() != nullptr) return "a whole number";
  if (value.as<double>() != nullptr) return "a number with a fraction";
  if (value.as<std::string>() != nullptr) return "text";
  if (value.as<JsonArray>() != nullptr) return "a list";
  if (value.as<JsonObject>() != nullptr) return "an object";
  return "null";
}

Result<Json> parse_json(std::string_view text, std::string_view name) {
  Builder builder;
  if (!Library::sax_parse(text.begin(), text.end(), &builder))
    return Error{EINVAL, builder.message(text, name), ""};
  return std::move(builder.result);
}

std::string print_json(const Json& value) {
  Printer printer(false);
  printer.print(value);
  return std::move(printer.out) + "\n";
}

std::string print_compact(const Json& value) {
  Printer printer(true);
  printer.print(value);
  return std::move(printer.out);
}

bool is_utf8(std::string_view text) {
  const auto ascii = [](char each) { return static_cast<unsigned char>(each) < 0x80; };
  if (std::all_of(text.begin(), text.end(), ascii)) return true;
  try {
    static_cast<void>(Library(text).dump());
    return true;
  } catch (const Library::exception&) {
    return false;
  }
}

}  // namespace lunet::interop
