// SPDX-License-Identifier: Apache-2.0
// Rows for people and for awk: -H leaves the header out and separates by tabs, -p writes exact numbers, -o
// chooses columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lunet::shell {

enum class ColumnKind : unsigned char { text, number, bytes };

struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::text;
};

/// Cells of numbers and bytes are decimal digits, or "" for what is not known.
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

struct TableStyle {
  bool header = true;
  bool exact = false;
  std::string columns = {};  ///< names joined by commas; "" is all
};

/// Only the columns that are wanted, in that order. EINVAL names those that there are.
Result<Table> select(const Table& table, std::string_view columns);
/// One line a row, under a line of names unless the style has none.
std::vector<std::string> table_lines(const Table& table, const TableStyle& style);

}  // namespace lunet::shell
