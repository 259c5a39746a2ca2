// SPDX-License-Identifier: Apache-2.0
#include "schema/schema.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "schema/builder.h"

namespace lunet::schema {

static constexpr std::uint8_t storage_class = 0;
static constexpr std::uint8_t disk_class = 1;

Result<> Schema::add(std::span<const PolicyText> texts) {
  Kind next = root_;
  for (const PolicyText& text : texts) {
    const language::PolicySyntax syntax =
        language::parse_policy(std::string(text.name), std::string(text.text));
    TRY_OK(build(syntax, next));
  }
  TRY_OK(finish(next));
  root_ = std::move(next);
  return {};
}

static Result<std::string> read_file(const std::filesystem::path& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file)
    return system_error(errno != 0 ? errno : EIO, fmt::format("reading the policy {}", path.string()));
  return std::move(text).str();
}

Result<> Schema::add_folder(const std::string& folder) {
  std::error_code failure;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure))
    if (entry->path().extension() == ".lio") files.push_back(entry->path());
  if (failure == std::errc::no_such_file_or_directory) return {};
  if (failure) return system_error(failure.value(), fmt::format("reading the policy folder {}", folder));
  std::sort(files.begin(), files.end());
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& file : files) {
    std::string text = TRY(read_file(file));
    texts.emplace_back(file.string(), std::move(text));
  }
  std::vector<PolicyText> views;
  for (const auto& [name, text] : texts) views.push_back({name, text});
  return add(views);
}

const Kind* Schema::find(language::PathView path) const {
  const Kind* kind = &root_;
  for (const language::PathStep& step : path) {
    kind = kind->child(step.object_class, step.identifier);
    if (kind == nullptr) return nullptr;
  }
  return kind;
}

Result<std::string> Schema::check_identifier(const Kind& parent, std::uint8_t object_class,
                                             std::string_view identifier) {
  const Kind* kind = parent.child(object_class, identifier);
  if (kind == nullptr) return no_such_object(parent, object_class, identifier);
  if (!kind->names.empty()) return kind->names.front();
  auto checked = check(kind->identifier, identifier);
  if (!checked) return std::move(checked.error()).during(language::object_classes.at(object_class));
  return checked;
}

Result<std::string> Schema::check_value(const Attribute& attribute, std::string_view text) const {
  std::string value = TRY(check(attribute.type, text));
  const bool backend = attribute.type.forms.front().base == Base::backend;
  if (!backend) return value;
  const std::size_t colon = value.find(':');
  const std::string plugin =
      TRY(check_identifier(root_, storage_class, std::string_view(value).substr(0, colon)));
  return plugin + value.substr(colon);
}

std::vector<language::PathStep> referred(const Attribute& attribute, language::PathView path,
                                         std::string_view value) {
  if (attribute.reference) {
    if (attribute.reference->levels > path.size() + 1) return {};
    const language::PathView above = path.first(path.size() + 1 - attribute.reference->levels);
    std::vector<language::PathStep> found(above.begin(), above.end());
    found.push_back({attribute.reference->object_class, value});
    return found;
  }
  const bool backend = !attribute.type.forms.empty() && attribute.type.forms.front().base == Base::backend;
  const std::size_t colon = value.find(':');
  if (!backend || colon == std::string_view::npos) return {};
  return {{storage_class, value.substr(0, colon)}, {disk_class, value.substr(colon + 1)}};
}

Result<Schema> shipped_schema() {
  Schema schema;
  TRY_OK(schema.add(shipped_policy()));
  return schema;
}

Result<Schema> installed_schema() {
  Schema schema = TRY(shipped_schema());
  TRY_OK(schema.add_folder(policy_folder));
  return schema;
}

}  // namespace lunet::schema
