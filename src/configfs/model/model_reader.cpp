// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/model_reader.h"

#include <algorithm>

#include "configfs/file_class.h"
#include "configfs/path.h"

namespace lunet::configfs {
namespace {

constexpr std::uint16_t dir_mode = 0755;
constexpr std::uint16_t link_mode = 0777;

/// Something in a directory; exactly one of child, link or a fixed entry.
struct Item {
  std::string_view name;
  Inside inside;
  const Object* child = nullptr;
};

const FileType& file_type(const Object& object, int file) {
  return object.type->files[static_cast<std::size_t>(file)];
}

const DirType& dir_type(const Object& object, int dir) {
  return object.type->dirs[static_cast<std::size_t>(dir)];
}

std::vector<Item> items_of(const Object& object, int dir) {
  const DirType& type = dir_type(object, dir);
  std::vector<Item> items;
  items.reserve(type.entries.size() + 1);
  for (const Inside& inside : type.entries) {
    const bool is_file = inside.kind == EntryKind::file;
    items.push_back({is_file ? file_type(object, inside.index).name : dir_type(object, inside.index).name,
                     inside, nullptr});
  }
  const std::size_t fixed = items.size();
  if (type.container >= 0)
    for (const auto& [name, child] : object.children[static_cast<std::size_t>(type.container)])
      items.push_back({name, {EntryKind::directory, 0}, child.get()});
  if (dir == 0 && object.link_target != nullptr)
    items.push_back({object.link_name, {EntryKind::link, 0}, nullptr});
  const auto by_name = [](const Item& a, const Item& b) { return a.name < b.name; };
  if (items.size() != fixed) std::sort(items.begin(), items.end(), by_name);
  return items;
}

Entry entry_of(const Object& object, const Item& item) {
  switch (item.inside.kind) {
    case EntryKind::directory: return {std::string(item.name), EntryKind::directory, dir_mode, {}};
    case EntryKind::link:
      return {std::string(item.name), EntryKind::link, link_mode, object.link_target->path};
    case EntryKind::file: break;
  }
  return {std::string(item.name), EntryKind::file, file_type(object, item.inside.index).rule->mode, {}};
}

bool passes(const FileType& type, const ReadFilter& filter) {
  if (type.secret && !filter.secrets) return false;
  switch (type.file_class) {
    case FileClass::config: return true;
    case FileClass::state: return filter.state;
    case FileClass::counter: return filter.counters;
    case FileClass::action: return false;
  }
  return false;
}

}  // namespace

Result<std::vector<Entry>> ModelReader::list(std::string_view path) const {
  const Place place = model_.resolve(path);
  if (place.errnum != 0) return tree_error(Verb::list, path, place.errnum);
  if (place.kind != EntryKind::directory) return tree_error(Verb::list, path, ENOTDIR);
  std::vector<Entry> entries;
  for (const Item& item : items_of(*place.object, place.index))
    entries.push_back(entry_of(*place.object, item));
  return entries;
}

Result<std::string> ModelReader::read_file(const Object& object, int file) const {
  const FileType& type = file_type(object, file);
  if ((type.rule->mode & 0444) == 0) return refuse(EACCES, "the file can only be written");
  if (type.file_class == FileClass::state || type.file_class == FileClass::counter) {
    auto text = effects_.read(object.type->rule->kind, object.path, type.rule->path, model_);
    if (text) {
      if (!text->empty() && !text->ends_with('\n') && (type.rule->flags & bare) == 0) *text += '\n';
      return *std::move(text);
    }
  }
  return model_.content(object, file);
}

Result<std::string> ModelReader::read(std::string_view path) const {
  const Place place = model_.resolve(path);
  if (place.errnum != 0) return tree_error(Verb::read, path, place.errnum);
  if (place.kind != EntryKind::file) return tree_error(Verb::read, path, EISDIR);
  auto text = read_file(*place.object, place.index);
  if (!text) return tree_error(Verb::read, path, text.error().errnum, text.error().message);
  return text;
}

void ModelReader::add_file(Node& node, const Object& object, int file, const ReadFilter& filter) const {
  const FileType& type = file_type(object, file);
  if (!passes(type, filter)) return;
  Node& child = node.nodes.emplace_back();
  child.entry = {std::string(type.name), EntryKind::file, type.rule->mode, {}};
  auto text = read_file(object, file);
  if (!text) {
    child.errnum = text.error().errnum;
    return;
  }
  child.text = *std::move(text);
  if (child.text.ends_with('\n')) child.text.pop_back();
}

void ModelReader::fill(Node& node, const Object& object, int dir, const ReadFilter& filter, int depth) const {
  const std::vector<Item> items = items_of(object, dir);
  node.nodes.reserve(items.size());
  for (const Item& item : items) {
    if (item.inside.kind == EntryKind::file) {
      add_file(node, object, item.inside.index, filter);
      continue;
    }
    const bool is_dir = item.inside.kind == EntryKind::directory;
    if (is_dir && item.child == nullptr && !filter.counters && is_counter_directory(item.name)) continue;
    Node& child = node.nodes.emplace_back();
    child.entry = entry_of(object, item);
    if (!is_dir || depth == 0) continue;
    if (item.child != nullptr) {
      fill(child, *item.child, 0, filter, depth - 1);
    } else {
      fill(child, object, item.inside.index, filter, depth - 1);
    }
  }
}

Result<Node> ModelReader::read_tree(std::string_view path, const ReadFilter& filter) const {
  const Place place = model_.resolve(path);
  if (place.errnum != 0) return tree_error(Verb::read, path, place.errnum);
  if (place.kind != EntryKind::directory) return tree_error(Verb::read, path, ENOTDIR);
  Node node;
  node.entry = {std::string(base_name(path)), EntryKind::directory, dir_mode, {}};
  fill(node, *place.object, place.index, filter, filter.depth);
  return node;
}

}  // namespace lunet::configfs
