// SPDX-License-Identifier: Apache-2.0
#include "target/hbas.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "target/names.h"
#include "target/read_disks.h"

namespace lunet::target {

using config::ObjectClass;
using config::ObjectKey;

static constexpr std::string_view list_name = "hbas";

HbaNumbers kept_hbas(const config::Object* storage) {
  HbaNumbers numbers;
  if (storage == nullptr || storage->attribute(list_name).empty()) return numbers;
  for (const std::string_view part : split(storage->attribute(list_name), ',')) {
    if (const auto number = parse_unsigned(trim(part)); number && *number <= 0xffffffffU)
      numbers.insert(static_cast<unsigned>(*number));
  }
  return numbers;
}

void set_kept_hbas(config::Object& storage, const HbaNumbers& numbers) {
  std::string text;
  for (const unsigned number : numbers) text += (text.empty() ? "" : ",") + std::to_string(number);
  if (text.empty()) {
    storage.attributes.erase(std::string(list_name));
  } else {
    storage.attributes[std::string(list_name)] = std::move(text);
  }
}

HbaNumbers running_hbas(const config::Object& running, const HbaNumbers& wanted) {
  HbaNumbers there = kept_hbas(&running);
  for (const auto& [key, disk] : running.children) {
    if (const auto number = parse_unsigned(disk.attribute("hba")); number && *number <= 0xffffffffU)
      there.insert(static_cast<unsigned>(*number));
  }
  HbaNumbers both;
  std::set_intersection(there.begin(), there.end(), wanted.begin(), wanted.end(),
                        std::inserter(both, both.end()));
  return both;
}

std::string hba_directory(std::string_view plugin, unsigned number) {
  return fmt::format("core/{}_{}", plugin, number);
}

bool has_disk_on(const config::Object& storage, unsigned number) {
  const std::string text = std::to_string(number);
  return std::any_of(storage.children.begin(), storage.children.end(),
                     [&](const auto& disk) { return disk.second.attribute("hba") == text; });
}

static bool is_directory(const configfs::Entry& entry) {
  return entry.kind == configfs::EntryKind::directory;
}

/// A list of something else would be kept and mean nothing.
static Result<> check_list(const config::Object& storage, const ObjectKey& key) {
  const std::string_view text = storage.attribute(list_name);
  for (const std::string_view part : text.empty() ? std::vector<std::string_view>{} : split(text, ',')) {
    const auto number = parse_unsigned(trim(part));
    if (number && *number <= 0xffffffffU) continue;
    return Error{EINVAL, fmt::format("storage {}: hbas '{}' is no list of numbers", key.id, text),
                 "write numbers joined by commas, as in hbas 0,3"};
  }
  return {};
}

static Result<> find_missing(const config::Tree& to, configfs::Tree& live, KeptHbas& found) {
  for (const auto& [key, storage] : to.root.children) {
    if (key.object_class != ObjectClass::storage) continue;
    TRY_OK(check_list(storage, key));
    for (const unsigned number : kept_hbas(&storage)) {
      const std::string directory = hba_directory(key.id, number);
      found.all.insert(directory);
      if (!TRY(is_directory_there(live, directory))) found.missing.push_back({{key}, directory});
    }
  }
  return {};
}

Result<KeptHbas> compare_kept_hbas(const config::Tree& from, const config::Tree& to, configfs::Tree& live) {
  KeptHbas found;
  TRY_OK(find_missing(to, live, found));
  for (const auto& [key, storage] : from.root.children) {
    if (key.object_class != ObjectClass::storage) continue;
    const config::Object* after = to.find({key});
    for (const unsigned number : kept_hbas(&storage)) {
      const std::string directory = hba_directory(key.id, number);
      if (found.all.contains(directory) || (after != nullptr && has_disk_on(*after, number))) continue;
      const auto entries = live.list(directory);
      if (entries && std::none_of(entries->begin(), entries->end(), is_directory))
        found.given_up.push_back({{key}, directory});
    }
  }
  return found;
}

void read_empty_hbas(const configfs::Node& core, config::Tree& out) {
  std::map<std::string, HbaNumbers> empty;
  for (const configfs::Node& hba : core.nodes) {
    const auto parsed = parse_hba(hba.entry.name);
    if (!parsed || hba.entry.kind != configfs::EntryKind::directory || !is_known_plugin(parsed->first))
      continue;
    const bool holds = std::any_of(hba.nodes.begin(), hba.nodes.end(),
                                   [](const configfs::Node& node) { return is_directory(node.entry); });
    if (!holds) empty[parsed->first].insert(parsed->second);
  }
  for (const auto& [plugin, numbers] : empty)
    set_kept_hbas(out.ensure({ObjectKey{ObjectClass::storage, plugin}}), numbers);
}

}  // namespace lunet::target
