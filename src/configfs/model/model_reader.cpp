// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/model_reader.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

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

namespace {

/// Whether such a directory is `depth` levels below this one. Makes nothing: mostly it is not.
bool leads_to(const Object& object, int dir, std::string_view leaf, int depth) {
  const DirType& type = dir_type(object, dir);
  for (const Inside& inside : type.entries) {
    if (inside.kind != EntryKind::directory) continue;
    const bool found = depth == 0 ? dir_type(object, inside.index).name == leaf
                                  : leads_to(object, inside.index, leaf, depth - 1);
    if (found) return true;
  }
  if (type.container < 0) return false;
  const Children& made = object.children[static_cast<std::size_t>(type.container)];
  if (depth == 0) return made.contains(leaf);
  return std::any_of(made.begin(), made.end(),
                     [&](const auto& child) { return leads_to(*child.second, 0, leaf, depth - 1); });
}

/// HBAs with a disk of that name: found by the disks, for there may be thousands.
std::vector<Item> hbas_with(const Model& model, const Object& object, int container, std::string_view disk) {
  std::vector<Item> items;
  for (const Object* found : model.disks_named(disk)) {
    const Object& hba = *found->parent;
    if (hba.parent == &object && hba.container == static_cast<std::size_t>(container))
      items.push_back({hba.name, {EntryKind::directory, 0}, &hba});
  }
  return items;
}

bool holds_hbas(const Object& object, int dir) {
  const int container = dir_type(object, dir).container;
  return container >= 0 &&
         object.type->containers[static_cast<std::size_t>(container)].rule->child == TypeId::hba;
}

/// A directory of an object: its own, 0, or one inside.
struct Directory {
  const Object& object;
  int dir;
};

void find_leaf(const Model& model, Node& node, Directory directory, const ReadFilter& filter, int depth) {
  const auto& [object, dir] = directory;
  const bool by_disk = depth == 1 && holds_hbas(object, dir);
  std::vector<Item> items = by_disk ? hbas_with(model, object, dir_type(object, dir).container, filter.leaf)
                                    : items_of(object, dir);
  if (by_disk) {
    for (const Inside& inside : dir_type(object, dir).entries) {
      if (inside.kind == EntryKind::directory)
        items.push_back({dir_type(object, inside.index).name, inside, nullptr});
    }
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.name < b.name; });
  }
  for (const Item& item : items) {
    if (item.inside.kind != EntryKind::directory || (depth == 0 && item.name != filter.leaf)) continue;
    const Object& inside = item.child != nullptr ? *item.child : object;
    const int inside_dir = item.child != nullptr ? 0 : item.inside.index;
    if (depth > 0 && !leads_to(inside, inside_dir, filter.leaf, depth - 1)) continue;
    Node& child = node.nodes.emplace_back();
    child.entry = entry_of(object, item);
    if (depth > 0) find_leaf(model, child, {inside, inside_dir}, filter, depth - 1);
  }
}

/// One read_tree: what of a kind of directory is wanted is found out once.
class SubtreeReader {
 public:
  using ReadFile = std::function<Result<std::string>(const Object&, int)>;
  SubtreeReader(const ReadFilter& filter, ReadFile read_file, NodeSink& sink)
      : filter_(filter), read_file_(std::move(read_file)), sink_(sink) {}

  void visit(std::string_view name, const Object& object, int dir, int depth) {
    const DirType& type = dir_type(object, dir);
    const std::vector<Item>& fixed = wanted(*object.type, dir);
    const bool linked = dir == 0 && object.link_target != nullptr;
    if (type.container < 0 && !linked) return add_all(name, object, fixed, depth);
    std::vector<Item> items = fixed;
    if (type.container >= 0) {
      const Children& made = object.children[static_cast<std::size_t>(type.container)];
      items.reserve(items.size() + made.size() + 1);
      for (const auto& [key, child] : made) items.push_back({key, {EntryKind::directory, 0}, child.get()});
    }
    if (linked) items.push_back({object.link_name, {EntryKind::link, 0}, nullptr});
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.name < b.name; });
    add_all(name, object, items, depth);
  }

 private:
  void add_directory(std::string_view name, std::size_t nodes) {
    sink_.add({name, EntryKind::directory, dir_mode, {}, {}, 0, nodes});
  }

  void add_all(std::string_view name, const Object& object, const std::vector<Item>& items, int depth) {
    add_directory(name, items.size());
    for (const Item& item : items) add(object, item, depth);
  }

  void add(const Object& object, const Item& item, int depth) {
    if (item.inside.kind == EntryKind::file) return add_file(item.name, object, item.inside.index);
    if (item.inside.kind == EntryKind::link)
      return sink_.add({item.name, EntryKind::link, link_mode, object.link_target->path, {}, 0, 0});
    if (depth == 0) return add_directory(item.name, 0);
    if (item.child != nullptr) return visit(item.name, *item.child, 0, depth - 1);
    visit(item.name, object, item.inside.index, depth - 1);
  }

  void add_file(std::string_view name, const Object& object, int file) {
    const std::uint16_t mode = file_type(object, file).rule->mode;
    const auto read = read_file_(object, file);
    if (!read) return sink_.add({name, EntryKind::file, mode, {}, {}, read.error().errnum, 0});
    std::string_view text = *read;
    if (text.ends_with('\n')) text.remove_suffix(1);
    sink_.add({name, EntryKind::file, mode, {}, text, 0, 0});
  }

  /// The fixed entries of such a directory that are wanted, sorted by name.
  const std::vector<Item>& wanted(const ObjectType& type, int dir) {
    const DirType& directory = type.dirs[static_cast<std::size_t>(dir)];
    const auto known = wanted_.find(&directory);
    if (known != wanted_.end()) return known->second;
    std::vector<Item> items;
    for (const Inside& inside : directory.entries) {
      if (inside.kind == EntryKind::file) {
        const FileType& file = type.files[static_cast<std::size_t>(inside.index)];
        if (passes(file, filter_) && filter_.wants(file.name)) items.push_back({file.name, inside, nullptr});
        continue;
      }
      const DirType& below = type.dirs[static_cast<std::size_t>(inside.index)];
      if (!filter_.counters && is_counter_directory(below.name)) continue;
      const bool empty = below.container < 0 && wanted(type, inside.index).empty();
      if (filter_.files.empty() || !empty) items.push_back({below.name, inside, nullptr});
    }
    return wanted_.emplace(&directory, std::move(items)).first->second;
  }

  const ReadFilter& filter_;
  const ReadFile read_file_;
  NodeSink& sink_;
  std::unordered_map<const DirType*, std::vector<Item>> wanted_;
};

/// Makes a Node of what it is handed.
class NodeBuilder : public NodeSink {
 public:
  void add(const NodeView& view) override {
    Node& node = open_.empty() ? root_ : open_.back().directory->nodes.emplace_back();
    if (!open_.empty()) --open_.back().missing;
    node.entry = {std::string(view.name), view.kind, view.mode, std::string(view.link_target)};
    node.text = view.text;
    node.errnum = view.errnum;
    node.nodes.reserve(view.nodes);  // so that none moves
    open_.push_back({&node, view.nodes});
    while (!open_.empty() && open_.back().missing == 0) open_.pop_back();
  }
  Node take() { return std::move(root_); }

 private:
  struct Open {
    Node* directory;
    std::size_t missing;
  };
  Node root_;
  std::vector<Open> open_;
};

}  // namespace

Result<Node> ModelReader::read_tree(std::string_view path, const ReadFilter& filter) const {
  NodeBuilder builder;
  TRY_OK(visit_tree(path, filter, builder));
  return builder.take();
}

Result<> ModelReader::visit_tree(std::string_view path, const ReadFilter& filter, NodeSink& sink) const {
  const Place place = model_.resolve(path);
  if (place.errnum != 0) return tree_error(Verb::read, path, place.errnum);
  if (place.kind != EntryKind::directory) return tree_error(Verb::read, path, ENOTDIR);
  if (!filter.leaf.empty()) {
    Node node;
    node.entry = {std::string(base_name(path)), EntryKind::directory, dir_mode, {}};
    find_leaf(model_, node, {*place.object, place.index}, filter, filter.depth);
    hand_over(node, sink);
    return {};
  }
  SubtreeReader reader(
      filter, [this](const Object& object, int file) { return read_file(object, file); }, sink);
  reader.visit(base_name(path), *place.object, place.index, filter.depth);
  return {};
}

}  // namespace lunet::configfs
