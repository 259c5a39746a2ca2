// SPDX-License-Identifier: Apache-2.0
#include "service/port_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "service/names.h"
#include "service/ranges.h"
#include "target/alua.h"
#include "target/changes.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::Path;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view of_lun = "alua_tg_pt_gp_name";
constexpr std::string_view keeps_state = "alua_tg_pt_write_md";
/// The secondary access state of a LUN (SPC-4 5.15.2.7): the runtime's, for initiators set it too.
constexpr std::array<std::string_view, 2> states_of_lun{"alua_tg_pt_offline", "alua_tg_pt_status"};

bool is_state_of_lun(std::string_view name) {
  return std::find(states_of_lun.begin(), states_of_lun.end(), name) != states_of_lun.end();
}

Path canonical(const Path& path) {
  return path.size() == 2 ? disk_path_of(path[0].id, path[1].id) : path;
}

Result<config::Object*> find_disk(Draft& draft, const Path& path) {
  if (config::Object* disk = draft.tree.find(path)) return disk;
  return no_such_disk(path);
}

std::string value_name(std::uint64_t id, std::string_view file) {
  return fmt::format("group_{}_{}", id, file);
}

Error no_group(const config::Object& disk, const Path& path, std::string_view name) {
  std::string names(target::default_port_group);
  for (const target::PortGroup& group : target::port_groups_of(disk)) {
    if (group.id != 0) names += ", " + group.name;
  }
  return Error{ENOENT, fmt::format("{} has no ALUA group '{}'", shell_path(path), name),
               fmt::format("it has {}", names)};
}

/// The number of the group.
Result<std::uint64_t> find_group(const config::Object& disk, const Path& path, std::string_view name) {
  if (name == target::default_port_group) return 0;
  for (const target::PortGroup& group : target::port_groups_of(disk)) {
    if (group.name == name) return group.id;
  }
  return no_group(disk, path, name);
}

Result<> check_group_name(std::string_view name) {
  if (auto checked = check_disk_name(name); !checked) return std::move(checked).error().during("ALUA group");
  return {};
}

/// The directory of what the reference is about.
Result<std::string> directory_of(configfs::Tree& live, const GroupRef& group) {
  const Path path = canonical(group.object);
  if (path.back().object_class != ObjectClass::disk) return target::directory_of(config::Tree{}, path);
  const std::string disk = TRY(target::find_disk(live, path[0].id, path[1].id));
  if (disk.empty()) return Error{ENOENT, fmt::format("{} does not exist", shell_path(path)), "see `ls`"};
  return fmt::format("{}/alua/{}", disk, group.port_group);
}

/// A word of alua_access_type or alua_access_state as its number, yes and no as 1 and 0.
Result<std::string> number_text(std::string_view name, std::string_view value) {
  constexpr std::array types{std::string_view("none"), std::string_view("implicit"),
                             std::string_view("explicit"), std::string_view("implicit and explicit")};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> states = {
      {{"active/optimized", "0"},
       {"active/non-optimized", "1"},
       {"standby", "2"},
       {"unavailable", "3"},
       {"lba dependent", "4"},
       {"offline", "14"}}};
  const std::string word = to_lower(trim(value));
  for (std::size_t i = 0; name == "alua_access_type" && i < types.size(); ++i) {
    if (word == types.at(i)) return std::to_string(i);
  }
  for (const auto& [text, number] : states) {
    if (name == "alua_access_state" && word == text) return std::string(number);
  }
  if (const auto number = parse_unsigned(word)) return std::to_string(*number);
  if (const auto flag = parse_bool(word)) return std::string(*flag ? "1" : "0");
  return Error{EINVAL, fmt::format("parameter {}: '{}' is refused: it is no number", name, value),
               "give a decimal number"};
}

/// As it is written, and in its range.
Result<std::string> checked(const GroupRef& group, std::string_view name, std::string_view value) {
  std::string text = TRY(number_text(name, value));
  const bool is_lun = group.port_group.empty();
  TRY_OK(check_range(canonical(group.object), is_lun ? "" : "alua",
                     is_lun ? std::string(name) : value_name(1, name), name, text));
  return text;
}

Error read_only(std::string_view name) {
  return Error{EACCES, fmt::format("parameter {} cannot be changed", name), "it says what the runtime did"};
}

Result<> set_port_group(const Draft& draft, const Path& path, config::Object& lun, const std::string& name) {
  const Path disk = target::reference_of(draft.tree, path);
  if (const config::Object* object = draft.tree.find(disk)) (void)TRY(find_group(*object, disk, name));
  if (name == target::default_port_group) {
    lun.attributes.erase(std::string(of_lun));
  } else {
    lun.attributes[std::string(of_lun)] = name;
  }
  return {};
}

Result<> set_lun(Draft& draft, const Path& path, const Pairs& values) {
  config::Object* lun = draft.tree.find(path);
  if (lun == nullptr) return Error{ENOENT, fmt::format("{} does not exist", shell_path(path)), "see `ls`"};
  for (const auto& [name, value] : values) {
    if (name == of_lun) {
      TRY_OK(set_port_group(draft, path, *lun, value));
    } else if (name == keeps_state) {
      lun->attributes[name] = TRY(checked({path, "alua"}, name, value)) == "0" ? "no" : "yes";
    } else if (is_state_of_lun(name)) {
      return Error{EINVAL, fmt::format("parameter {} is the runtime's, others here are recorded", name),
                   "set it by a command of its own"};
    } else {
      return Error{ENOENT, fmt::format("group alua has no parameter '{}'", name),
                   fmt::format("there are: {}, {}, {}", of_lun, fmt::join(states_of_lun, ", "), keeps_state)};
    }
  }
  return {};
}

/// All of it or nothing. Sorted by name: the status, which offline changes, comes after it.
Result<> write_state(const Editor& editor, Draft& draft, const GroupRef& lun, Pairs values) {
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const std::string directory = TRY(directory_of(editor.live(), lun));
  std::vector<configfs::Operation> steps;
  std::vector<configfs::Operation> back;
  for (const auto& [name, value] : values) {
    const std::string file = fmt::format("{}/{}", directory, name);
    const std::string text = TRY(checked(lun, name, value));
    const std::string before(trim(TRY(editor.live().read(file))));
    draft.report.changed = draft.report.changed || before != text;
    steps.push_back({configfs::Verb::write, file, text});
    back.push_back({configfs::Verb::write, file, before});
  }
  if (editor.dry_run()) {
    draft.report.lines.emplace_back("Nothing was changed: this was a dry run.");
    return {};
  }
  configfs::BatchResult done = editor.live().batch(steps);
  if (done) return {};
  Error error = std::move(done.failure->error);
  if (editor.live().transactional()) return error;
  const auto undone = editor.live().batch(std::span(back).first(done.failure->index));
  if (undone) return error;
  error.message +=
      "\nand what was written before it could not be taken back: " + undone.failure->error.message;
  error.errnum = ENOTRECOVERABLE;
  error.hint = "look at what the group alua has, and set it again";
  return error;
}

/// A state that is recorded already, and that an initiator has changed since.
Result<> write_state_again(const Editor& editor, Draft& draft, const GroupRef& group, const Pairs& values) {
  for (const auto& [name, value] : values) {
    if (name != target::access_state_file) continue;
    const std::string file = fmt::format("{}/{}", TRY(directory_of(editor.live(), group)), name);
    if (trim(TRY(editor.live().read(file))) != TRY(checked(group, name, value)))
      TRY_OK(write_state(editor, draft, group, {{name, value}}));
  }
  return {};
}

Result<> set_group_values(Draft& draft, const GroupRef& group, const Path& path,
                          const std::vector<GroupValue>& known, const Pairs& values) {
  config::Object* disk = TRY(find_disk(draft, path));
  const std::uint64_t id = TRY(find_group(*disk, path, group.port_group));
  for (const auto& [name, value] : values) {
    const auto found = std::find_if(known.begin(), known.end(), [wanted = &name](const GroupValue& each) {
      return each.name == *wanted;
    });
    if (found == known.end())
      return Error{ENOENT, fmt::format("group alua has no parameter '{}'", name),
                   fmt::format("see `{}/alua/{} get alua`", shell_path(path), group.port_group)};
    if (!found->writable) return read_only(name);
    disk->groups["alua"][value_name(id, name)] = TRY(checked(group, name, value));
  }
  return {};
}

/// Tells what the runtime reads now.
Result<> tell_values(const Editor& editor, Draft& draft, const GroupRef& group, const Pairs& values) {
  for (const GroupValue& now : TRY(get_alua(editor, group))) {
    const bool is_set =
        std::any_of(values.begin(), values.end(), [&](const auto& pair) { return pair.first == now.name; });
    if (is_set) draft.report.lines.push_back(fmt::format("Parameter {} is now '{}'.", now.name, now.value));
  }
  return {};
}

/// When the runtime has what is recorded.
Result<> write_states(const Editor& editor, Draft& draft, const GroupRef& group, const Pairs& values) {
  if (!group.port_group.empty()) {
    TRY_OK(write_state_again(editor, draft, group, values));
  } else if (!values.empty() && is_state_of_lun(values.front().first)) {
    TRY_OK(write_state(editor, draft, group, values));
  }
  return editor.dry_run() ? Result<>() : tell_values(editor, draft, group, values);
}

}  // namespace

Result<Report> create_port_group(Editor& editor, const Path& given, std::string_view name,
                                 std::uint16_t tag) {
  return editor.run([&](Draft& draft) -> Result<> {
    const Path path = canonical(given);
    config::Object* disk = TRY(find_disk(draft, path));
    TRY_OK(check_group_name(name));
    if (path[0].id == "pscsi" || path[0].id == "user") {
      return Error{EOPNOTSUPP,
                   fmt::format("{} has no ALUA groups: its device answers for itself", shell_path(path)),
                   "use a disk of block, fileio or ramdisk"};
    }
    if (tag == 0)
      return Error{EINVAL, "the tag of an ALUA group is a number from 1 to 65535",
                   "0 is the default group's"};
    for (const target::PortGroup& group : target::port_groups_of(*disk)) {
      if (group.name == name || (group.id == tag && tag != 0)) {
        return Error{EEXIST,
                     fmt::format("{} has the ALUA group '{}' with tag {} already", shell_path(path),
                                 group.name, group.id),
                     "choose another name and tag"};
      }
    }
    if (name == target::default_port_group)
      return Error{EEXIST, fmt::format("every disk has the group {}", name), "choose another name"};
    disk->groups["alua"][value_name(tag, "name")] = name;
    draft.report.created = fmt::format("{}/alua/{}", shell_path(path), name);
    draft.report.lines.push_back(fmt::format("Created ALUA group {} with tag {}.", name, tag));
    return {};
  });
}

Result<Report> delete_port_group(Editor& editor, const Path& given, std::string_view name) {
  return editor.run([&](Draft& draft) -> Result<> {
    const Path path = canonical(given);
    config::Object* disk = TRY(find_disk(draft, path));
    if (name == target::default_port_group) {
      return Error{EINVAL, fmt::format("{} cannot be deleted", name),
                   "every disk has it: LUNs that are in no other group are in it"};
    }
    const std::uint64_t id = TRY(find_group(*disk, path, name));
    const std::string prefix = value_name(id, "");
    std::erase_if(disk->groups["alua"], [&](const auto& value) { return value.first.starts_with(prefix); });
    const config::Tree before = draft.tree;
    for (const auto& [disk_path, luns] : target::exports_of(before, {path})) {
      for (const Path& at : luns) {
        if (before.find(at)->attribute(of_lun) != name) continue;
        draft.tree.find(at)->attributes.erase(std::string(of_lun));
        draft.report.lines.push_back(
            fmt::format("{} is in {} now.", shell_path(at), target::default_port_group));
      }
    }
    draft.report.lines.push_back(fmt::format("Deleted ALUA group {}.", name));
    return {};
  });
}

Result<std::vector<GroupValue>> get_alua(const Editor& editor, const GroupRef& group) {
  const std::string directory = TRY(directory_of(editor.live(), group));
  const bool is_lun = group.port_group.empty();
  configfs::ReadFilter filter;
  filter.state = true;
  filter.depth = 1;
  auto node = editor.live().read_tree(directory, filter);
  if (!node && node.error().errnum == ENOENT) {
    return Error{ENOENT,
                 fmt::format("{} does not exist", is_lun ? shell_path(group.object) : group.port_group),
                 "see `ls`"};
  }
  if (!node) return std::move(node).error();
  std::vector<GroupValue> values;
  for (const configfs::Node& file : node->nodes) {
    if (file.entry.kind != configfs::EntryKind::file) continue;
    const std::string& name = file.entry.name;
    if (is_lun && !name.starts_with("alua_")) continue;
    const bool writable =
        (file.entry.mode & 0200) != 0 && name != "tg_pt_gp_id" && name != "alua_access_status";
    std::string text(trim(file.text));
    std::replace(text.begin(), text.end(), '\n', ' ');
    if (is_lun && name == "alua_tg_pt_gp") {
      const std::string group_name = target::written_text(name, file.text);
      values.push_back({std::string(of_lun), group_name, true});
    } else {
      values.push_back({name, std::move(text), writable});
    }
  }
  std::sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return values;
}

Result<Report> set_alua(Editor& editor, const GroupRef& group, const Pairs& values) {
  return editor.run([&](Draft& draft) -> Result<> {
    const Path path = canonical(group.object);
    draft.check_result = [&](Draft& made) { return write_states(editor, made, group, values); };
    if (!group.port_group.empty()) {
      const std::vector<GroupValue> known = TRY(get_alua(editor, group));
      return set_group_values(draft, group, path, known, values);
    }
    const bool is_state = std::all_of(values.begin(), values.end(),
                                      [](const auto& pair) { return is_state_of_lun(pair.first); });
    return is_state ? Result<>() : set_lun(draft, path, values);
  });
}

}  // namespace lunet::service
