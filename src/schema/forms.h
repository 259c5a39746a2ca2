// SPDX-License-Identifier: Apache-2.0
// One function a form of value: the normal form of the text, or nothing when it does not fit. Used by
// type.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/type.h"

namespace lunet::schema {

using Normal = std::optional<std::string>;

Normal normal_boolean(std::string_view text);
/// Of a fraction of a byte the whole bytes, as the original took them.
std::optional<std::uint64_t> parse_bytes(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);
Normal normal_list(const Form& form, std::string_view text);
bool fits_line(std::string_view text);
bool fits_credential(std::string_view text);
bool fits_name(std::string_view text);
bool fits_path(std::string_view text);
bool fits_serial(std::string_view text);
bool fits_iqn(std::string_view text);
bool fits_digits(std::string_view text, std::string_view prefix, std::size_t digits, std::size_t or_digits);
Normal normal_address(std::string_view text);
Normal normal_backend(std::string_view text);

}  // namespace lunet::schema
