// SPDX-License-Identifier: Apache-2.0
// What runs, reduced to what a configuration says something about, and spelled as it spells it.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "target/changes.h"
#include "target/hbas.h"
#include "target/kinds.h"
#include "target/names.h"
#include "target/target.h"

namespace lunet::target {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;

/// Names of `control` of a disk of a user-space handler: those that are wanted have the wanted values.
bool has_settings(std::string_view running, std::string_view wanted) {
  const auto all = split(running, ',');
  for (const std::string_view setting : split(wanted, ',')) {
    if (std::find(all.begin(), all.end(), setting) == all.end()) return false;
  }
  return true;
}

class Reduction {
 public:
  explicit Reduction(std::vector<const config::Object*> references) : references_(std::move(references)) {}

  void run(config::Object& object, const Path& path) {
    path_ = &path;
    kind_ = kind_of(path);
    move_queue_depth(object);
    const std::string running(object.attribute("hbas"));
    attributes(object, object.attributes, "");
    if (path.back().object_class == ObjectClass::storage) reduce_hbas(object, running);
    for (const config::Object* reference : references_) {
      for (const auto& [group, values] : reference->groups) object.groups.try_emplace(group);
    }
    for (auto& [group, values] : object.groups) attributes(object, values, group);
    std::erase_if(object.groups, [](const auto& entry) { return entry.second.empty(); });
  }

 private:
  static const config::Attributes& group_of(const config::Object& object, std::string_view group) {
    static const config::Attributes none;
    if (group.empty()) return object.attributes;
    const auto found = object.groups.find(group);
    return found == object.groups.end() ? none : found->second;
  }

  /// Generations of before have an ACL's depth among its attributes.
  void move_queue_depth(config::Object& object) const {
    const bool moves =
        path_->back().object_class == ObjectClass::acl &&
        std::any_of(references_.begin(), references_.end(), [](const config::Object* reference) {
          return group_of(*reference, "attribute").contains("tcq_depth");
        });
    if (moves) object.groups["attribute"]["tcq_depth"] = std::string(object.attribute("tcq_depth"));
  }

  /// An HBA is there with disks as well as without; one that nobody listed is nobody's.
  void reduce_hbas(config::Object& storage, const std::string& empty) const {
    HbaNumbers wanted;
    for (const config::Object* reference : references_) wanted.merge(kept_hbas(reference));
    storage.attributes["hbas"] = empty;
    const HbaNumbers there = running_hbas(storage, wanted);
    set_kept_hbas(storage, there);
    for (const config::Object* reference : references_) {
      if (kept_hbas(reference) == there && !there.empty())
        storage.attributes["hbas"] = std::string(reference->attribute("hbas"));
    }
  }

  [[nodiscard]] const schema::Attribute* known(std::string_view group, std::string_view name) const {
    return kind_ == nullptr ? nullptr : kind_->attribute(group, name);
  }

  void attributes(const config::Object& object, config::Attributes& values, const std::string& group) const {
    config::Attributes kept;
    for (const config::Object* reference : references_) {
      for (const auto& [name, wanted] : group_of(*reference, group)) {
        if (kept.contains(name)) continue;
        const auto now = find(values, group, name);
        if (now != values.end()) {
          const bool same = name == "control" ? has_settings(now->second, wanted)
                                              : is_same(*path_, group, name, now->second, wanted);
          kept[name] = same ? wanted : now->second;
          values.erase(now);
        } else if (is_as_wanted(object, group, name, wanted)) {
          kept[name] = wanted;
        }
      }
    }
    // A secret that the runtime has and the configuration has not is a difference: somebody may log in with
    // it.
    if (is_credential_group(group)) {
      for (const auto& [name, value] : values) {
        const schema::Attribute* attribute = known(group, name);
        const bool fresh = attribute != nullptr && attribute->kernel_default &&
                           is_same(*path_, group, name, value, *attribute->kernel_default);
        if (!fresh) kept.try_emplace(name, value);
      }
    }
    // Where the disk is, whatever is said about it.
    if (const auto name = values.find("name"); group.empty() && name != values.end() && is_disk())
      kept.try_emplace("name", name->second);
    values = std::move(kept);
  }

  [[nodiscard]] bool is_disk() const { return path_->back().object_class == ObjectClass::disk; }

  config::Attributes::iterator find(config::Attributes& values, const std::string& group,
                                    const std::string& name) const {
    const auto found = values.find(name);
    const schema::Attribute* attribute = known(group, name);
    if (found != values.end() || attribute == nullptr) return found;
    if (const auto other = values.find(attribute->numbered ? name : attribute->name); other != values.end())
      return other;
    for (const std::string& other_name : attribute->other_names) {
      if (const auto other = values.find(other_name); other != values.end()) return other;
    }
    return values.end();
  }

  /// What the live tree does not say: state, what a fresh object has, what follows from another value, what
  /// is kept and never written.
  [[nodiscard]] bool is_as_wanted(const config::Object& object, const std::string& group,
                                  const std::string& name, const std::string& wanted) const {
    const schema::Attribute* attribute = known(group, name);
    if (attribute == nullptr) return false;
    // An empty credential is none.
    if (wanted.empty() && is_credential_group(group)) return true;
    if (attribute->attribute_class != schema::AttributeClass::config || attribute->obsolete) return true;
    if (!attribute->follows.empty())
      return is_same(*path_, group, name, object.attribute(attribute->follows), wanted);
    if (group.empty() && name == "alua_tg_pt_gp_name") return wanted == "default_tg_pt_gp";
    if (group.empty() && name == "wwn") return (*path_)[0].id == "pscsi";
    const auto normal = shipped_schema().check_value(*attribute, wanted);
    return normal && (attribute->kernel_default == *normal || attribute->lunetd_default == *normal);
  }

  std::vector<const config::Object*> references_;
  const Path* path_ = nullptr;
  const schema::Kind* kind_ = nullptr;
};

void reduce(config::Object& object, Path& path, const std::vector<const config::Object*>& references) {
  object.children.edit_each([&](const ObjectKey& key, config::Object& child) {
    std::vector<const config::Object*> wanted;
    for (const config::Object* reference : references) {
      const auto found = reference->children.find(key);
      if (found != reference->children.end()) wanted.push_back(&found->second);
    }
    if (wanted.empty()) {
      if (key.object_class == ObjectClass::storage) set_kept_hbas(child, {});
      return;
    }
    path.push_back(key);
    Reduction(wanted).run(child, path);
    reduce(child, path, wanted);
    path.pop_back();
  });
}

/// Disks of one name on two HBAs have the names that the first configuration gives them which has them.
class Renaming {
 public:
  Renaming(config::Tree& tree, std::vector<const config::Object*> references)
      : tree_(tree), references_(std::move(references)) {}

  void run() {
    std::vector<ObjectKey> storages;
    for (const auto& [key, storage] : std::as_const(tree_).root.children) {
      if (key.object_class == ObjectClass::storage && storage.children.size() > 0) storages.push_back(key);
    }
    for (const ObjectKey& key : storages) rename_in(key);
    if (!renamed_.empty()) rename_backends(tree_.root);
  }

 private:
  void rename_in(const ObjectKey& storage) {
    const config::Object& now = *std::as_const(tree_).find({storage});
    std::vector<const config::Object*> storages;
    for (const config::Object* reference : references_) {
      const auto wanted = reference->children.find(storage);
      if (wanted != reference->children.end()) storages.push_back(&wanted->second);
    }
    std::set<std::string, std::less<>> twins;
    add_twins(now, twins);
    for (const config::Object* wanted : storages) add_twins(*wanted, twins);
    if (twins.empty()) return;
    Moves moves;
    for (const auto& [key, disk] : now.children) {
      if (disk.attribute("name").empty() && !twins.contains(key.id)) continue;
      const auto id = given_name(storage, disk, disk_name(disk, {storage, key}), storages);
      if (id && *id != key.id) moves.emplace_back(key, *id);
    }
    move_away(now, moves);
    std::vector<std::pair<ObjectKey, config::Object>> disks;
    for (const auto& [key, id] : moves) {
      config::Object disk = *std::as_const(tree_).find({storage, key});
      const std::string name(disk_name(disk, {storage, key}));
      disk.attributes.erase("name");
      if (name != id) disk.attributes["name"] = name;
      disks.emplace_back(ObjectKey{ObjectClass::disk, id}, std::move(disk));
      renamed_[fmt::format("{}:{}", storage.id, key.id)] = fmt::format("{}:{}", storage.id, id);
    }
    for (const auto& [key, id] : moves) (void)tree_.remove({storage, key});
    for (auto& [key, disk] : disks) tree_.ensure({storage, key}) = std::move(disk);
  }

  static void add_twins(const config::Object& storage, std::set<std::string, std::less<>>& twins) {
    for (const auto& [key, disk] : storage.children) {
      if (!disk.attribute("name").empty()) twins.emplace(disk.attribute("name"));
    }
  }

  static std::optional<std::string> given_name(const ObjectKey& storage, const config::Object& disk,
                                               std::string_view name,
                                               const std::vector<const config::Object*>& storages) {
    for (std::size_t i = 0; i < storages.size(); ++i) {
      // What an earlier one calls another disk is not free.
      const auto is_taken = [&](const ObjectKey& key) {
        return std::any_of(storages.begin(), storages.begin() + static_cast<std::ptrdiff_t>(i),
                           [&](const config::Object* each) { return each->children.contains(key); });
      };
      for (const auto& [key, recorded] : storages[i]->children) {
        const bool it =
            recorded.attribute("hba") == disk.attribute("hba") && disk_name(recorded, {storage, key}) == name;
        if (it && !is_taken(key)) return key.id;
      }
    }
    return std::nullopt;
  }

  using Moves = std::vector<std::pair<ObjectKey, std::string>>;

  /// Another disk that has the identifier which one of the moved ones gets.
  static void move_away(const config::Object& now, Moves& moves) {
    const std::size_t count = moves.size();
    const auto is_moved = [&](const std::string& id) {
      return std::any_of(moves.begin(), moves.end(), [&](const auto& move) { return move.first.id == id; });
    };
    const auto is_taken = [&](const std::string& id) {
      return now.children.contains({ObjectClass::disk, id}) ||
             std::any_of(moves.begin(), moves.end(), [&](const auto& move) { return move.second == id; });
    };
    for (std::size_t i = 0; i < count; ++i) {
      const ObjectKey key{ObjectClass::disk, moves[i].second};
      const auto there = now.children.find(key);
      if (there == now.children.end() || is_moved(key.id)) continue;
      std::string id = fmt::format("{}.hba{}", key.id, there->second.attribute("hba"));
      while (is_taken(id)) id += '_';
      moves.emplace_back(key, id);
    }
  }

  void rename_backends(config::Object& object) {
    object.children.edit_each([&](const ObjectKey& key, config::Object& child) {
      if (key.object_class == ObjectClass::lun) {
        const auto found = renamed_.find(std::string(child.attribute("backend")));
        if (found != renamed_.end()) child.attributes["backend"] = found->second;
      }
      rename_backends(child);
    });
  }

  config::Tree& tree_;
  const std::vector<const config::Object*> references_;
  std::map<std::string, std::string> renamed_;
};

config::Tree reduced(const config::Tree& live, const std::vector<const config::Object*>& references) {
  config::Tree tree = live;
  Renaming(tree, references).run();
  Path path;
  reduce(tree.root, path, references);
  return tree;
}

}  // namespace

config::Tree comparable(const config::Tree& live, const config::Tree& reference) {
  return reduced(live, {&reference.root});
}

config::Tree comparable(const config::Tree& live, const config::Tree& reference, const config::Tree& other) {
  return reduced(live, {&reference.root, &other.root});
}

}  // namespace lunet::target
