// SPDX-License-Identifier: Apache-2.0
#include "shell/table.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/byte_size.h"
#include "base/text.h"
#include "shell/suggest.h"

namespace lunet::shell {

static std::string cell_text(const Column& column, const std::string& cell, const TableStyle& style) {
  if (cell.empty()) return "-";
  if (column.kind != ColumnKind::bytes || style.exact) return cell;
  const auto bytes = parse_unsigned(cell);
  return bytes ? format_byte_size(*bytes) : cell;
}

// A tab or line end in a cell would make two of it.
static std::string plain(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
  return text;
}

Result<Table> select(const Table& table, std::string_view columns) {
  if (columns.empty()) return table;
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  std::vector<std::size_t> wanted;
  for (const std::string_view name : split(columns, ',')) {
    const auto found = std::find(names.begin(), names.end(), trim(name));
    if (found == names.end()) {
      std::string all;
      for (const std::string& each : names) all += (all.empty() ? "" : ",") + each;
      return Error{EINVAL, fmt::format("there is no column '{}'", trim(name)),
                   fmt::format("the columns are {}", all)};
    }
    wanted.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  Table chosen;
  for (const std::size_t at : wanted) chosen.columns.push_back(table.columns[at]);
  for (const auto& row : table.rows) {
    chosen.rows.emplace_back();
    for (const std::size_t at : wanted) chosen.rows.back().push_back(row[at]);
  }
  return chosen;
}

static std::string joined_by_tabs(const Table& table, const std::vector<std::string>& row,
                                  const TableStyle& style) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i)
    line += (i == 0 ? "" : "\t") + plain(cell_text(table.columns[i], row[i], style));
  return line;
}

std::vector<std::string> table_lines(const Table& table, const TableStyle& style) {
  std::vector<std::string> lines;
  if (!style.header) {
    for (const auto& row : table.rows) lines.push_back(joined_by_tabs(table, row, style));
    return lines;
  }
  std::vector<std::vector<std::string>> texts(1);
  for (const Column& column : table.columns) {
    std::string name = column.name;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    texts[0].push_back(std::move(name));
  }
  for (const auto& row : table.rows) {
    texts.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i)
      texts.back().push_back(plain(cell_text(table.columns[i], row[i], style)));
  }
  std::vector<std::size_t> widths(table.columns.size());
  for (const auto& row : texts) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : texts) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool right = table.columns[i].kind != ColumnKind::text;
      line += i == 0 ? "" : "  ";
      line += right ? fmt::format("{:>{}}", row[i], widths[i]) : fmt::format("{:<{}}", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace lunet::shell
