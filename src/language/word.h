// SPDX-License-Identifier: Apache-2.0
// Words of the language: how one is written so that it is read back the same, and which are names.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lunet::language {

enum class Form : unsigned char {
  bare,     ///< printable ASCII without { } # ' " ;
  quoted,   ///< "..." or '...': literal up to the same quote
  escaped,  ///< $"..." with \\ \" \n \r \t \xNN
};

/// One word of a text: its value, decoded, and where it stands.
struct Word {
  std::string_view text;
  std::uint32_t offset = 0;
  Form form = Form::bare;
};

/// Stands for "no value" when bare; in quotes it is a value like any other.
inline constexpr std::string_view unset_marker = "~~~";
inline bool is_unset(const Word& word) {
  return word.form == Form::bare && word.text == unset_marker;
}

/// Stands for the value that is stored, when bare: a text that hides a secret can be given back.
inline constexpr std::string_view keep_marker = "~keep~";
inline bool is_keep(const Word& word) {
  return word.form == Form::bare && word.text == keep_marker;
}

/// In canonical order: a later class may refer to objects of an earlier one.
inline constexpr std::array<std::string_view, 9> object_classes = {
    "storage", "disk", "fabric", "target", "tpgt", "lun", "acl", "portal", "mapped_lun"};
/// Index into object_classes.
std::optional<std::uint8_t> find_class(std::string_view word);

/// Letter, then letters, digits, '_'; no object class.
bool is_attribute_name(std::string_view text);
/// Letters and '_'; no object class.
bool is_group_name(std::string_view text);

/// Appends the text as one word, in the simplest form that reads back as the same bytes.
void append_word(std::string& out, std::string_view text);
std::string word_text(std::string_view text);

/// The bytes that the inside of $"..." stands for. On a mistake nothing, and `mistake_at` is its place in
/// `text`.
std::optional<std::string> decode_escapes(std::string_view text, std::size_t& mistake_at);

}  // namespace lunet::language
