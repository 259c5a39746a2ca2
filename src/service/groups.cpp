// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "service/port_groups.h"
#include "service/ranges.h"
#include "service/tags.h"
#include "service/verbs.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::Path;

constexpr std::size_t credential_max = 255;  ///< LIO's MAX_USER_LEN, MAX_PASS_LEN
constexpr std::size_t secret_min = 12;       ///< shorter ones are guessed from one login (RFC 7143 9.2.1)
constexpr std::string_view hidden = "***";

using Words = std::array<std::string_view, 9>;
constexpr std::array<std::string_view, 6> yes_no_parameters{
    "DataPDUInOrder", "DataSequenceInOrder", "IFMarker", "ImmediateData", "InitialR2T", "OFMarker"};
constexpr Words number_parameters{
    "DefaultTime2Retain", "DefaultTime2Wait",         "ErrorRecoveryLevel",
    "FirstBurstLength",   "MaxBurstLength",           "MaxConnections",
    "MaxOutstandingR2T",  "MaxRecvDataSegmentLength", "MaxXmitDataSegmentLength"};

bool contains(const auto& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The name users see: `mutual_userid` in every group (features 3.6).
std::string shown_name(std::string_view group, std::string_view file) {
  return target::group_value_name(target::is_credential_group(group) ? "discovery_auth" : group, file);
}

Path canonical(const Path& path) {
  Path out = path;
  if (!out.empty() && out[0].object_class == ObjectClass::storage) out[0].id = target::core_plugin(out[0].id);
  return out;
}

Error no_object(const Path& path) {
  return Error{ENOENT, fmt::format("{} does not exist", path.empty() ? "/" : shell_path(path)), "see `ls`"};
}

/// The object's directory in the runtime.
Result<std::string> live_directory(configfs::Tree& live, const Path& path) {
  if (path.empty()) return no_object(path);
  if (path.back().object_class != ObjectClass::disk) return target::directory_of(config::Tree{}, path);
  const std::string directory = TRY(target::find_disk(live, path[0].id, path[1].id));
  if (directory.empty()) return no_object(path);
  return directory;
}

Error bad_value(std::string_view name, std::string_view value, std::string_view why,
                std::string_view advice) {
  return Error{EINVAL, fmt::format("parameter {}: '{}' is refused: {}", name, value, why),
               std::string(advice)};
}

Result<std::string> parse_number(std::string_view name, std::string_view value) {
  if (const auto number = parse_signed(value)) return std::to_string(*number);
  if (const auto flag = parse_bool(value)) return std::string(*flag ? "1" : "0");
  return bad_value(name, value, "it is no number", "give a decimal number");
}

Result<std::string> parse_parameter(std::string_view name, std::string_view value) {
  if (contains(yes_no_parameters, name)) {
    const auto flag = parse_bool(value);
    if (!flag) return bad_value(name, value, "it is neither yes nor no", "give Yes or No");
    return std::string(*flag ? "Yes" : "No");
  }
  if (contains(number_parameters, name)) return parse_number(name, value);
  if (value.empty()) return bad_value(name, value, "it is empty", "");
  return std::string(value);
}

Result<std::string> parse_credential(std::string_view name, std::string_view value) {
  const bool secret = target::is_secret("auth", name);
  const std::string_view shown = secret ? hidden : value;
  if (name == "enable") {
    const auto flag = parse_bool(value);
    if (!flag) return bad_value(name, value, "it is neither true nor false", "give true or false");
    return std::string(yes_no(*flag));
  }
  if (value == "NULL")
    return bad_value(name, shown, "the word NULL means 'none' to the target", "use another");
  if (value.size() > credential_max)
    return bad_value(name, shown, "it is longer than 255 bytes", "use a shorter one");
  return std::string(value);
}

/// Checks the value and gives it the spelling that the runtime reads back (features 3.8).
Result<std::string> parse_value(std::string_view group, std::string_view name, std::string_view value) {
  if (value.find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos) {
    const bool secret = target::is_secret(group, name);
    return bad_value(name, secret ? hidden : value, "it has a line end or a NUL", "");
  }
  if (group == "parameter") return parse_parameter(name, value);
  if (target::is_credential_group(group)) return parse_credential(name, value);
  return parse_number(name, value);
}

Error no_such_parameter(std::string_view group, std::string_view name, const std::vector<GroupValue>& known) {
  std::string names;
  for (const GroupValue& value : known) {
    if (value.writable) names += (names.empty() ? "" : ", ") + value.name;
  }
  return Error{ENOENT, fmt::format("group {} has no parameter '{}'", group, name), "there are: " + names};
}

/// What the fabric's group has before the fabric's directory is made.
std::vector<GroupValue> discovery_names() {
  std::vector<GroupValue> values;
  for (const char* name : {"enable", "mutual_password", "mutual_userid", "password", "userid"}) {
    values.push_back({name, "", true});
  }
  return values;
}

class GroupEdit {
 public:
  GroupEdit(Editor& editor, Draft& draft, const GroupRef& group)
      : editor_(editor), draft_(draft), group_(group.group), path_(canonical(group.object)) {}

  Result<> run(const std::vector<std::pair<std::string, std::string>>& values) {
    const ObjectClass object_class = path_.empty() ? ObjectClass::storage : path_.back().object_class;
    if (!target::group_directory(object_class, group_)) {
      return Error{ENOENT,
                   fmt::format("{} has no group '{}'", path_.empty() ? "/" : shell_path(path_), group_), ""};
    }
    if (object_class == ObjectClass::fabric && path_[0].id == "iscsi") draft_.tree.ensure(path_);
    object_ = draft_.tree.find(path_);
    if (object_ == nullptr) return no_object(path_);
    const std::vector<GroupValue> known = TRY(known_values());
    for (const auto& [name, value] : values) TRY_OK(set(known, name, value));
    if (target::is_credential_group(group_)) TRY_OK(check_secrets());
    if (group_ == "discovery_auth") enforce_discovery(values);
    if (object_class == ObjectClass::acl) {
      if (group_ == "auth") TRY_OK(enforce_secret());
      warn_of_open_door();
    }
    return {};
  }

 private:
  Result<std::vector<GroupValue>> known_values() {
    auto values = get_group(editor_, {path_, group_});
    if (!values && values.error().errnum == ENOENT && group_ == "discovery_auth") return discovery_names();
    return values;
  }

  Result<> set(const std::vector<GroupValue>& known, std::string_view given, std::string_view value) {
    const std::string shown = shown_name(group_, given);
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& entry) { return entry.name == shown; });
    if (found == known.end()) return no_such_parameter(group_, given, known);
    if (!found->writable) {
      return Error{EACCES, fmt::format("parameter {} cannot be changed", shown),
                   "it says what the runtime can do"};
    }
    if (target::is_secret(group_, shown)) draft_.secrets.emplace_back(value);
    const std::string checked = TRY(parse_value(group_, shown, value));
    const bool own = group_ == "attribute" && shown == "tcq_depth";
    if (!target::is_credential_group(group_))
      TRY_OK(check_range(path_, own ? "" : group_, shown, shown, checked));
    if (group_ == "attribute" && shown == "emulate_write_cache" && path_[0].id == "fileio") {
      return set_write_cache(checked);
    }
    config::Attributes& group = object_->groups[group_];
    // An attribute of the ACL itself that users find among the others (features 2.3.5).
    if (group_ == "attribute" && shown == "tcq_depth") {
      group.erase(shown);
      object_->attributes[shown] = checked;
      return {};
    }
    const std::string name = target::group_value_name(group_, given);
    if (checked.empty()) {
      group.erase(name);
    } else {
      group[name] = checked;
    }
    return {};
  }

  /// Ruling 8: what the disk says of its cache is how its file is opened.
  Result<> set_write_cache(const std::string& value) {
    if (editor_.runtime() == RuntimeKind::kernel) {
      return Error{EINVAL,
                   "emulate_write_cache of a running file disk would not change how its file is opened",
                   "delete the disk and create it with write_back=true or false"};
    }
    if (value != "0" && value != "1")
      return bad_value("emulate_write_cache", value, "it is neither 0 nor 1", "");
    object_->attributes["buffered"] = yes_no(value == "1");
    return {};
  }

  [[nodiscard]] std::string credential(std::string_view name) const {
    const auto& group = object_->groups.at(group_);
    const auto found = group.find(target::group_value_name(group_, name));
    return found == group.end() ? std::string() : found->second;
  }

  /// RFC 7143 9.2.1.
  Result<> check_secrets() {
    for (const char* name : {"password", "mutual_password"}) {
      const std::string secret = credential(name);
      if (secret.empty() || secret.size() >= secret_min) continue;
      draft_.report.warnings.push_back(
          fmt::format("{} has less than {} bytes: who records one login can guess it", name, secret_min));
    }
    const std::string secret = credential("password");
    if (secret.empty() || secret != credential("mutual_password")) return {};
    return Error{EINVAL, "password and mutual_password are the same",
                 "give each direction a secret of its own: who is asked for one must not learn the other"};
  }

  /// Where nobody said whether discovery needs them, credentials say so.
  void enforce_discovery(const std::vector<std::pair<std::string, std::string>>& values) {
    config::Attributes& group = object_->groups[group_];
    if (!group.contains("userid") || !group.contains("password")) return;
    const auto enable = group.find("enable");
    const bool told = std::any_of(values.begin(), values.end(), [](const auto& pair) {
      return shown_name("discovery_auth", pair.first) == "enable";
    });
    if (enable == group.end() && !told) {
      group["enable"] = "yes";
      draft_.report.lines.emplace_back("Discovery needs authentication now.");
    } else if (enable == group.end() || enable->second != "yes") {
      draft_.report.warnings.emplace_back(
          "discovery is open to all: its credentials are not asked for while enable is no");
    }
  }

  /// Ruling 10: an explicit 0 opens, and says so.
  void warn_of_open_door() {
    const auto attributes = object_->groups.find("attribute");
    if (attributes == object_->groups.end() || !has_secret(*object_)) return;
    const auto now = attributes->second.find("authentication");
    if (now == attributes->second.end() || now->second != "0") return;
    draft_.report.warnings.emplace_back(
        "authentication=0: whoever uses this initiator's name gets in without the secret that is set");
  }

  bool has_secret(const config::Object& acl) const {
    const auto auth = acl.groups.find("auth");
    return auth != acl.groups.end() && (auth->second.contains("password") || auth->second.contains("userid"));
  }

  /// Ruling 10: a secret that is set is asked for. One that is taken away again is not.
  Result<> enforce_secret() {
    const std::string directory = TRY(target::directory_of(draft_.tree, path_));
    config::Attributes& attributes = object_->groups["attribute"];
    const bool secret = has_secret(*object_);
    const auto now = attributes.find("authentication");
    const bool enforced = now != attributes.end() && now->second == "1";
    if (secret == enforced || (!secret && now == attributes.end())) return {};
    if (const auto text = editor_.live().read(directory + "/attrib/authentication"); !text) {
      if (text.error().errnum != ENOENT) return text.error();
      return secret ? enforce_for_all() : Result<>{};
    }
    if (secret && now != attributes.end() && now->second == "0") {
      draft_.report.warnings.emplace_back("authentication was switched off for this initiator; it is on now");
    }
    attributes["authentication"] = secret ? "1" : "-1";
    if (!secret) {
      draft_.report.warnings.emplace_back(
          "this initiator has no credentials any more: the TPG's authentication decides whether it may log "
          "in");
    }
    return {};
  }

  /// Kernels without the ACL's own switch have the TPG's only, which asks every initiator for a secret.
  Result<> enforce_for_all() {
    config::Object& tpg = *draft_.tree.find(Path(path_.begin(), path_.end() - 1));
    for (const auto& [key, acl] : tpg.children) {
      if (key.object_class != ObjectClass::acl || has_secret(acl)) continue;
      return Error{
          ENOTSUP,
          fmt::format("this runtime asks all initiators of a TPG for credentials or none, and {} has none",
                      key.id),
          "give that ACL credentials first, or use a TPG of its own"};
    }
    tpg.groups["attribute"]["authentication"] = "1";
    return {};
  }

  Editor& editor_;
  Draft& draft_;
  std::string group_;
  Path path_;
  config::Object* object_ = nullptr;
};

/// Tells what the runtime reads now, and records that: it may have rounded a number.
Result<> take_over_values(const Editor& editor, Draft& draft, const GroupRef& group,
                          const std::vector<std::pair<std::string, std::string>>& set) {
  const std::vector<GroupValue> values = TRY(get_group(editor, group));
  config::Attributes& recorded = draft.tree.find(canonical(group.object))->groups[group.group];
  for (const auto& [given, wanted] : set) {
    const std::string shown = shown_name(group.group, given);
    const auto found =
        std::find_if(values.begin(), values.end(), [&](const auto& entry) { return entry.name == shown; });
    if (found == values.end()) continue;
    const auto entry = recorded.find(target::group_value_name(group.group, given));
    if (entry != recorded.end() && !target::is_credential_group(group.group)) {
      if (draft.unchanged && entry->second != found->value) {
        return Error{ESTALE,
                     fmt::format("drift on {}: {} is '{}' and recorded as '{}'",
                                 shell_path(canonical(group.object)), shown, found->value, entry->second),
                     "`lunet restore` makes the runtime what is recorded"};
      }
      entry->second = found->value;
    }
    const bool secret = target::is_secret(group.group, shown) && !found->value.empty();
    draft.report.lines.push_back(
        fmt::format("Parameter {} is now '{}'.", shown, secret ? hidden : std::string_view(found->value)));
  }
  return {};
}

}  // namespace

Result<std::vector<GroupValue>> get_group(const Editor& editor, const GroupRef& group) {
  if (group.group == "alua") return get_alua(editor, group);
  Path path = canonical(group.object);
  if (!path.empty() && path.back().object_class == ObjectClass::acl)
    path = first_acl_named(editor.live(), path);
  const std::string object = TRY(live_directory(editor.live(), path));
  const auto directory = target::group_directory(path.back().object_class, group.group);
  if (!directory)
    return Error{ENOENT, fmt::format("{} has no group '{}'", shell_path(path), group.group), ""};
  configfs::ReadFilter filter;
  filter.state = true;
  filter.depth = 0;
  auto node = editor.live().read_tree(fmt::format("{}/{}", object, *directory), filter);
  if (!node && node.error().errnum == ENOENT) return no_object(path);
  if (!node) return std::move(node).error();
  std::vector<GroupValue> values;
  for (const configfs::Node& file : node->nodes) {
    if (file.entry.kind != configfs::EntryKind::file) continue;
    const std::string name = shown_name(group.group, file.entry.name);
    std::string value = file.errnum != 0 ? "(hidden)" : target::group_value(group.group, name, file.text);
    values.push_back({name, std::move(value), (file.entry.mode & 0200) != 0});
  }
  if (path.back().object_class == ObjectClass::acl && group.group == "attribute") {
    if (const auto depth = editor.live().read(object + "/cmdsn_depth")) {
      values.push_back({"tcq_depth", std::string(trim(*depth)), true});
    }
  }
  std::sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return values;
}

/// For each of the objects; they all say the same, so one says it.
static Result<> take_over_of_all(Editor& editor, Draft& made, const std::vector<Path>& objects,
                                 const std::string& group,
                                 const std::vector<std::pair<std::string, std::string>>& values) {
  for (const Path& object : objects) {
    const std::vector<std::string> told = made.report.lines;
    TRY_OK(take_over_values(editor, made, {object, group}, values));
    if (object != objects.front()) made.report.lines = told;
  }
  return {};
}

Result<Report> set_group(Editor& editor, const GroupRef& group,
                         const std::vector<std::pair<std::string, std::string>>& values) {
  if (group.group == "alua") return set_alua(editor, group, values);
  return editor.run([&](Draft& draft) -> Result<> {
    const bool is_acl = !group.object.empty() && group.object.back().object_class == ObjectClass::acl;
    std::vector<Path> objects = {group.object};
    if (is_acl) objects = acls_named(draft.tree, group.object);
    if (objects.empty()) return no_object(group.object);
    for (const Path& object : objects) TRY_OK(GroupEdit(editor, draft, {object, group.group}).run(values));
    draft.check_result = [&editor, &group, &values, objects](Draft& made) {
      return take_over_of_all(editor, made, objects, group.group, values);
    };
    return {};
  });
}

}  // namespace lunet::service
