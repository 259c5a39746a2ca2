// SPDX-License-Identifier: Apache-2.0
#include "service/source.h"

#include <fmt/core.h>

#include <utility>

#include "config/candidate.h"
#include "config/edit.h"
#include "config/places.h"
#include "config/validate/machine.h"
#include "interop/saveconfig.h"
#include "schema/schema.h"
#include "service/verbs.h"
#include "target/kinds.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::Object;
using config::ObjectClass;
using config::Path;

/// Calls `visit(path, group, name, value)` for each secret of the object itself.
template <class Visit>
void visit_own_secrets(const Object& object, const Path& path, const Visit& visit) {
  for (const auto& [group, values] : object.groups) {
    for (const auto& [name, value] : values) {
      if (target::is_secret(group, name)) visit(path, group, name, value);
    }
  }
}

/// Also for those below it.
template <class Visit>
void visit_secrets(const Object& object, Path& path, const Visit& visit) {
  visit_own_secrets(object, path, visit);
  for (const auto& [key, child] : object.children) {
    path.push_back(key);
    visit_secrets(child, path, visit);
    path.pop_back();
  }
}

struct Place {
  Path path;
  std::string group;
  std::string name;
};

/// In what is otherwise than in `stored`.
std::vector<Place> kept_in(const config::Tree& tree, const config::Tree& stored) {
  std::vector<Place> places;
  const auto note = [&](const Path& at, const std::string& group, const std::string& name,
                        std::string_view value) {
    if (value == kept_secret) places.push_back({at, group, name});
  };
  for (const config::Difference& difference : config::diff(stored, tree)) {
    if (difference.kind == config::Difference::Kind::removed) continue;
    Path path = difference.path;
    const Object& object = *tree.find(path);
    if (difference.kind == config::Difference::Kind::created) {
      visit_secrets(object, path, note);
    } else {
      visit_own_secrets(object, path, note);
    }
  }
  return places;
}

std::string_view stored_secret(const config::Tree& tree, const Place& place) {
  const Object* object = tree.find(place.path);
  if (object == nullptr) return "";
  const auto group = object->groups.find(place.group);
  if (group == object->groups.end()) return "";
  const auto value = group->second.find(place.name);
  return value == group->second.end() ? std::string_view() : std::string_view(value->second);
}

/// Values that are to be kept become the stored ones; false: one is not stored.
bool keep_values(config::Attributes& values, const config::Attributes* stored) {
  for (auto& [name, value] : values) {
    if (value != kept_secret) continue;
    const auto kept = stored == nullptr ? config::Attributes::const_iterator{} : stored->find(name);
    if (stored == nullptr || kept == stored->end()) return false;
    value = kept->second;
  }
  return true;
}

bool keep_values(Object& object, const Object* stored) {
  if (!keep_values(object.attributes, stored == nullptr ? nullptr : &stored->attributes)) return false;
  for (auto& [name, values] : object.groups) {
    const auto group =
        stored == nullptr ? decltype(object.groups)::const_iterator{} : stored->groups.find(name);
    const bool known = stored != nullptr && group != stored->groups.end();
    if (!keep_values(values, known ? &group->second : nullptr)) return false;
  }
  return true;
}

/// Only what the text has otherwise is looked at: for what is to be kept, too.
Result<config::Tree> read_language(const ConfigurationText& text, const config::Tree& stored) {
  // A value that is that word and not the mark stands in quotes.
  const bool marks = text.text.find(kept_secret) != std::string::npos;
  const bool words = text.text.find(fmt::format("\"{}\"", kept_secret)) != std::string::npos ||
                     text.text.find(fmt::format("'{}'", kept_secret)) != std::string::npos;
  if (words) return config::parse_over(stored, text.text, text.name);
  config::Tree tree =
      TRY(config::parse_sharing(stored, std::make_shared<const std::string>(text.text), text.name));
  if (!marks) return tree;
  for (const config::Difference& difference : config::diff(stored, tree)) {
    const bool made = difference.kind == config::Difference::Kind::created;
    if (difference.kind == config::Difference::Kind::removed) continue;
    // Where nothing is stored there is nothing to keep, which is an error with its place.
    if (made && config::print(tree, difference.path).find(kept_secret) == std::string::npos) continue;
    if (made || !keep_values(*tree.find(difference.path), stored.find(difference.path)))
      return config::parse_over(stored, text.text, text.name);
  }
  return tree;
}

/// ~keep~ is what `stored` has.
Result<config::Tree> read_text_of(const ConfigurationText& text, const config::Tree& stored,
                                  std::vector<std::string>& notes) {
  if (interop::format_of(text.text) == interop::Format::language) return read_language(text, stored);
  const schema::Schema schema = TRY(schema::shipped_schema());
  auto loaded = TRY(interop::load_saveconfig(text.text, text.name, schema));
  notes = std::move(loaded.notes);
  return std::move(loaded.tree);
}

/// One spelling for both: the shell's plugins are the tree's.
config::ObjectKey spelt(const config::ObjectKey& key) {
  if (key.object_class != ObjectClass::storage) return key;
  return {key.object_class, std::string(target::core_plugin(key.id))};
}

/// The disks and targets of the source that are wanted, each with all below it.
config::Tree picked_from(const config::Tree& tree, const Source& source) {
  config::Tree picked;
  for (const auto& [group_key, group] : tree.root.children) {
    for (const auto& [key, object] : group.children) {
      const bool is_disk = key.object_class == ObjectClass::disk;
      if (key.id == (is_disk ? source.disk : source.target)) picked.ensure({spelt(group_key), key}) = object;
    }
  }
  return picked;
}

Result<config::Tree> pick(const config::Tree& tree, const Source& source, std::string_view name,
                          const config::Tree& recorded) {
  const config::Tree picked = picked_from(tree, source);
  if (picked.root.children.empty()) {
    return Error{ENOENT,
                 source.disk.empty() ? fmt::format("{} has no target '{}'", name, source.target)
                                     : fmt::format("{} has no disk '{}'", name, source.disk),
                 "names are written as they stand in the file"};
  }
  config::Tree whole = recorded;
  for (const auto& [group_key, group] : picked.root.children) {
    for (const auto& [key, object] : group.children) whole.ensure({group_key, key}) = object;
  }
  return whole;
}

/// None of the disks and targets is recorded yet.
Result<> check_new(const config::Tree& tree, const Source& source, const config::Tree& recorded) {
  const bool all = source.target.empty() && source.disk.empty();
  const config::Tree wanted = all ? tree : picked_from(tree, source);
  for (const auto& [group_key, group] : wanted.root.children) {
    for (const auto& [key, object] : group.children) {
      const Path path{spelt(group_key), key};
      if (recorded.find(path) == nullptr) continue;
      return Error{EEXIST, fmt::format("{} exists already", config::path_text(path)),
                   "clear_existing=true replaces what is there"};
    }
  }
  return {};
}

/// The edits of a session, on what is the newest generation by now.
Result<Wanted> wanted_of(const Edited& edited, const store::Store::Head& head) {
  Wanted wanted;
  wanted.name = "the candidate";
  wanted.edit = true;
  if (head.generation.number == edited.generation) {
    wanted.tree = edited.tree;
    return wanted;
  }
  wanted.tree = TRY(config::rebase(edited.base, edited.tree, head.tree));
  wanted.notes.push_back(
      fmt::format("the candidate began with generation {}; it is made on generation {} now",
                  edited.generation, head.generation.number));
  return wanted;
}

}  // namespace

Result<Wanted> wanted_of(const ConfigurationText& text, const config::Tree& stored) {
  Wanted wanted;
  wanted.name = text.name;
  wanted.tree = TRY(read_text_of(text, stored, wanted.notes));
  wanted.text = text;
  return wanted;
}

Result<config::Verdict> verdict_of(const Wanted& wanted, schema::Runtime runtime, const config::Tree* base) {
  const schema::Schema& schema = target::shipped_schema();
  const auto machine = config::this_machine();
  const config::Question question{wanted.tree, schema, runtime, machine.get(), base, base != nullptr};
  auto verdict = config::judge(question, nullptr);
  const bool has_places = wanted.text && interop::format_of(wanted.text->text) == interop::Format::language;
  if (verdict || !has_places) return verdict;
  // The places of a large text are looked for only where something is wrong with it.
  const config::Places places(wanted.text->name, wanted.text->text, schema);
  return config::judge(question, &places);
}

Result<Wanted> wanted_of(const Source& source, const store::Store::Head& head, store::Store& store) {
  Wanted wanted;
  if (source.edited) {
    wanted = TRY(wanted_of(*source.edited, head));
    wanted.disrupt = source.disrupt;
    return wanted;
  }
  wanted.disrupt = source.disrupt;
  if (!source.text) {
    const std::uint64_t number = source.generation.value_or(head.generation.number);
    wanted.name = fmt::format("generation {}", number);
    wanted.tree = number == head.generation.number ? head.tree : TRY(store.at(number));
    wanted.complete = true;
  } else {
    wanted.name = source.text->name;
    wanted.text = source.text;
    config::Tree text = TRY(read_text_of(*source.text, head.tree, wanted.notes));
    if (source.refuse_existing) TRY_OK(check_new(text, source, head.tree));
    if (!source.target.empty() || !source.disk.empty()) {
      wanted.tree = TRY(pick(text, source, wanted.name, head.tree));
    } else if (source.merge) {
      const bool plain = interop::format_of(source.text->text) == interop::Format::language;
      wanted.tree = head.tree;
      // The text itself, for it may unset values.
      TRY_OK(config::merge(wanted.tree, plain ? source.text->text : config::print(text), wanted.name));
    } else {
      wanted.tree = std::move(text);
    }
  }
  return wanted;
}

Result<> keep_secrets(Wanted& wanted, const config::Tree& stored) {
  for (const Place& place : kept_in(wanted.tree, stored)) {
    const std::string_view secret = stored_secret(stored, place);
    if (secret.empty() || secret == kept_secret) {
      return Error{EINVAL,
                   fmt::format("{}: {} {} {} is {}, but no secret is stored there", wanted.name,
                               config::path_text(place.path), place.group, place.name, kept_secret),
                   "write the secret itself"};
    }
    wanted.tree.find(place.path)->groups[place.group][place.name] = secret;
  }
  return {};
}

static bool hide_secrets(config::Tree& tree, const config::Tree* but_those_of) {
  std::vector<Place> places;
  Path path;
  visit_secrets(
      tree.root, path,
      [&](const Path& at, const std::string& group, const std::string& name, std::string_view value) {
        if (value.empty() || value == kept_secret) return;
        Place place{at, group, name};
        if (but_those_of != nullptr && stored_secret(*but_those_of, place) == value) return;
        places.push_back(std::move(place));
      });
  for (const Place& place : places) tree.find(place.path)->groups[place.group][place.name] = kept_secret;
  return !places.empty();
}

config::Tree without_secrets(const config::Tree& tree) {
  config::Tree hidden = tree;
  hide_secrets(hidden, nullptr);
  return hidden;
}

bool hide_other_secrets(config::Tree& tree, const config::Tree& newest) {
  return hide_secrets(tree, &newest);
}

}  // namespace lunet::service
