// SPDX-License-Identifier: Apache-2.0
#include "service/convert.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "config/tree.h"
#include "language/syntax.h"
#include "schema/schema.h"
#include "store/files.h"

namespace lunet::service {
namespace {

using interop::Format;

bool has_comments(const std::vector<language::Statement>& statements) {
  return std::any_of(statements.begin(), statements.end(), [](const language::Statement& each) {
    return each.comments != nullptr || has_comments(each.body);
  });
}

bool has_comments(std::string_view text) {
  const language::Syntax syntax = language::parse("", std::string(text));
  return !syntax.comments.empty() || has_comments(syntax.statements);
}

}  // namespace

Result<Conversion> convert(std::string_view text, std::string_view name, std::optional<Format> to) {
  const Format from = interop::format_of(text);
  const schema::Schema schema = TRY(schema::installed_schema());
  Conversion conversion;
  conversion.format = to.value_or(from == Format::language ? Format::saveconfig : Format::language);
  config::Tree tree;
  if (from == Format::saveconfig) {
    auto loaded = TRY(interop::load_saveconfig(text, name, schema));
    tree = std::move(loaded.tree);
    conversion.losses = std::move(loaded.notes);
  } else {
    tree = TRY(config::parse(text, name));
    if (has_comments(text)) conversion.losses.push_back("comments are left out");
  }
  if (conversion.format == Format::language) {
    conversion.text = config::print(tree);
    return conversion;
  }
  auto saved = interop::save_saveconfig(tree, schema);
  conversion.text = std::move(saved.text);
  for (std::string& loss : saved.losses) conversion.losses.push_back(std::move(loss));
  return conversion;
}

std::optional<Format> format_of_name(std::string_view name) {
  if (name.ends_with(".json")) return Format::saveconfig;
  if (name.ends_with(".lio")) return Format::language;
  return std::nullopt;
}

std::string_view format_name(Format format) {
  return format == Format::saveconfig ? "saveconfig.json" : "text of the language";
}

Result<std::string> read_text(const std::string& path) {
  return store::read_file(path);
}

Result<> replace_text(const std::string& path, std::string_view text) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..")
    return Error{EISDIR, fmt::format("'{}' is a folder", path), "name a file"};
  const std::string temporary = fmt::format(".{}.{}.{}", name, ::getpid(), random_hex(8));
  auto replaced = store::replace(folder, name, temporary, text);
  if (!replaced) ::unlink(fmt::format("{}/{}", folder, temporary).c_str());
  return replaced;
}

}  // namespace lunet::service
