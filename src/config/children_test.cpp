// SPDX-License-Identifier: Apache-2.0
#include "config/children.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "config/later.h"
#include "config/tree.h"

namespace lunet::config {
namespace {

ObjectKey lun_key(std::uint64_t number) {
  return {ObjectClass::lun, std::to_string(number)};
}

void set_value(Object& object, std::uint64_t value) {
  object.attributes["x"] = std::to_string(value);
}

using Model = std::map<ObjectKey, std::string>;

Model content_of(const Children& children) {
  Model model;
  const ObjectKey* last = nullptr;
  for (const auto& [key, object] : children) {
    EXPECT_TRUE(last == nullptr || *last < key);
    last = &key;
    model[key] = object.attribute("x");
  }
  return model;
}

/// Does the same to the map and to the model of it.
void change_at_random(std::mt19937& random, Children& children, Model& model, unsigned range) {
  const ObjectKey key = lun_key(random() % range);
  switch (random() % 4) {
    case 0: EXPECT_EQ(children.erase(key), model.erase(key)); break;
    case 1:
      if (Object* object = children.edit(key)) {
        set_value(*object, 1);
        model.at(key) = "1";
      } else {
        EXPECT_FALSE(model.contains(key));
      }
      break;
    default: {
      const std::uint64_t value = random() % 100;
      set_value(children[key], value);
      model[key] = std::to_string(value);
      break;
    }
  }
}

TEST(Children, BehaveAsAMapWhateverIsDoneToThemAndTheirCopies) {
  std::mt19937 random(7);
  struct Pair {
    Children children;
    Model model;
  };
  std::vector<Pair> copies(4);
  for (int i = 0; i < 20'000; ++i) {
    Pair& one = copies[random() % copies.size()];
    if (random() % 50 == 0) {
      const Pair& other = copies[random() % copies.size()];
      one = Pair(other);
    }
    // From few to many and back, so that runs are split and joined.
    change_at_random(random, one.children, one.model, i % 8'000 < 4'000 ? 1'000 : 20);
    if (i % 100 != 0) continue;
    for (const Pair& pair : copies) EXPECT_EQ(content_of(pair.children), pair.model);
    EXPECT_EQ(copies[0].children == copies[1].children, copies[0].model == copies[1].model);
    EXPECT_EQ(one.children.size(), one.model.size());
  }
}

TEST(Children, ACopySharesWhatNeitherChanged) {
  Children children;
  for (unsigned i = 0; i < 1'000; ++i) set_value(children[lun_key(i)], i);
  Children copy = children;
  set_value(copy[lun_key(500)], 7);
  std::size_t shared = 0;
  auto j = copy.begin();
  for (auto i = children.begin(); i != children.end(); ++i, ++j) shared += &i->second == &j->second ? 1 : 0;
  EXPECT_EQ(shared, 999U);
  EXPECT_EQ(children.find(lun_key(500))->second.attribute("x"), "500");
  EXPECT_FALSE(copy == children);
  set_value(copy[lun_key(500)], 500);
  EXPECT_TRUE(copy == children);
}

TEST(Children, AReferenceStaysValidWhileOthersComeAndGo) {
  Children children;
  Object& middle = children[lun_key(5'000)];
  for (unsigned i = 0; i < 10'000; ++i) (void)children[lun_key(i)];
  set_value(middle, 3);
  for (unsigned i = 0; i < 5'000; ++i) children.erase(lun_key(i));
  EXPECT_EQ(children.find(lun_key(5'000))->second.attribute("x"), "3");
}

TEST(Children, EditEachAndEraseIfChangeThisCopyOnly) {
  Children children;
  for (unsigned i = 0; i < 200; ++i) set_value(children[lun_key(i)], i);
  const Children before = children;
  children.edit_each([](const ObjectKey&, Object& object) { object.attributes["y"] = "1"; });
  erase_if(children, [](const Children::Entry& entry) { return entry.second.attribute("x") < "5"; });
  EXPECT_EQ(before.size(), 200U);
  EXPECT_EQ(before.begin()->second.attribute("y"), "");
  for (const auto& [key, object] : children) {
    EXPECT_GE(object.attribute("x"), "5");
    EXPECT_EQ(object.attribute("y"), "1");
  }
}

TEST(Children, NumbersAreThoseOfTheObjectsAfterEveryChange) {
  std::mt19937 random(23);
  Children children;
  std::vector<Children> copies;
  std::map<unsigned, std::uint64_t> expected;
  for (int step = 0; step < 3'000; ++step) {
    const unsigned object = static_cast<unsigned>(random() % 400);
    switch (random() % 6) {
      case 0:
        children.erase(lun_key(object));
        expected.erase(object);
        break;
      case 1: copies.push_back(children); break;
      case 2: copies.clear(); break;
      default:
        set_value(children[lun_key(object)], static_cast<unsigned>(step));
        expected[object] = static_cast<std::uint64_t>(step);
        break;
    }
    std::multiset<std::uint64_t> found;
    children.scan_numbers("x", [&](const NumberRange& range) {
      for (std::uint64_t number = range.first; number <= range.last; ++number) found.insert(number);
    });
    std::multiset<std::uint64_t> wanted;
    for (const auto& [key, number] : expected) wanted.insert(number);
    ASSERT_EQ(found, wanted) << step;
  }
}

// Copies come and go between the edits, so what runs have found out about themselves is kept and thrown away.
TEST(Children, ObjectsAreFoundByAValueWhateverWasChangedAndCopiedBefore) {
  std::mt19937 random(29);
  Tree tree;
  std::vector<Tree> copies;
  std::map<Path, std::string> expected;
  for (int step = 0; step < 4'000; ++step) {
    const Path target = {{ObjectClass::fabric, "iscsi"},
                         {ObjectClass::target, "t" + std::to_string(random() % 70)}};
    Path lun = target;
    lun.push_back({ObjectClass::tpgt, "1"});
    lun.push_back(lun_key(random() % 5));
    const std::string value = "rd_mcp:d" + std::to_string(random() % 40);
    switch (random() % 8) {
      case 0:
        if (tree.find(lun) != nullptr) ASSERT_TRUE(tree.remove(lun));
        expected.erase(lun);
        break;
      case 1:
        if (random() % 8 != 0 || std::as_const(tree).find(target) == nullptr) break;
        ASSERT_TRUE(tree.remove(target));
        std::erase_if(expected, [&](const auto& one) { return one.first[1] == target[1]; });
        break;
      case 2: copies.push_back(tree); break;
      case 3: copies.clear(); break;
      case 4: {
        const auto text = std::make_shared<const std::string>(print(tree));
        if (random() % 16 == 0) tree = *parse_later(text, *text, "a.lio");
        break;
      }
      default:
        tree.ensure(lun).attributes["backend"] = value;
        expected[lun] = value;
        break;
    }
    std::vector<Path> wanted;
    for (const auto& [path, backend] : expected) {
      if (backend == value) wanted.push_back(path);
    }
    ASSERT_EQ(tree.root.children.find_all({ObjectClass::lun, "backend", value}), wanted) << step;
  }
}

TEST(Children, AValueIsFoundInTextWhateverQuotesAreInIt) {
  const ObjectKey storage{ObjectClass::storage, "fileio"};
  for (const std::string value :
       {"plain", "it's", "3\" wide", "a b", "", "a\"'b", "'", "\"", "ends'", "#x", "caf\u00e9"}) {
    Tree tree;
    tree.ensure({storage, {ObjectClass::disk, "d"}}).attributes = {{"path", "/x"}, {"wwn", value}};
    const auto text = std::make_shared<const std::string>(print(tree));
    const Tree later = *parse_later(text, *text, "a.lio");
    const Children& disks = later.find({storage})->children;
    EXPECT_EQ(disks.find_all({ObjectClass::disk, "wwn", value.empty() ? "other" : value}).size(),
              value.empty() ? 0U : 1U)
        << value;
  }
}

TEST(Children, AValueIsFoundWithoutReadingTheRest) {
  Tree tree;
  const Path storage = {{ObjectClass::storage, "fileio"}};
  for (unsigned i = 0; i < 1'000; ++i) {
    Path disk = storage;
    disk.push_back({ObjectClass::disk, "d" + std::to_string(i)});
    tree.ensure(disk).attributes = {{"wwn", "serial-" + std::to_string(10'000 + i)}, {"path", "/srv/vm"}};
  }
  tree.ensure({storage[0], {ObjectClass::disk, "e"}}).attributes["wwn"] = "a\"'b";
  const auto text = std::make_shared<const std::string>(print(tree));
  const Tree later = *parse_later(text, *text, "a.lio");
  const Children& disks = later.find(storage)->children;
  const auto found = [](const Children& in, std::string_view serial) {
    return in.find_all({ObjectClass::disk, "wwn", serial});
  };
  EXPECT_TRUE(found(disks, "none").empty());
  EXPECT_TRUE(found(disks, "/srv/vm").empty());
  EXPECT_EQ(found(disks, "a\"'b"), std::vector<Path>({{{ObjectClass::disk, "e"}}}));
  const Tree again = *parse_later(text, *text, "a.lio");
  const Children& fresh = again.find(storage)->children;
  EXPECT_EQ(found(fresh, "serial-10321"), std::vector<Path>({{{ObjectClass::disk, "d321"}}}));
  EXPECT_GT(fresh.unread_count(), 840U);  // the runs of d321 and of e, whose escapes have to be read
}

TEST(Diff, LooksOnlyAtWhatIsNotShared) {
  Tree from;
  for (unsigned i = 0; i < 500; ++i) from.ensure({{ObjectClass::storage, "fileio"}, lun_key(i)});
  Tree to = from;
  to.ensure({{ObjectClass::storage, "fileio"}, lun_key(1'000)});
  ASSERT_TRUE(to.remove({{ObjectClass::storage, "fileio"}, lun_key(17)}));
  set_value(*to.find({{ObjectClass::storage, "fileio"}, lun_key(300)}), 1);
  const std::vector<Difference> differences = diff(from, to);
  ASSERT_EQ(differences.size(), 3U);
  EXPECT_EQ(path_text(differences[0].path), "storage fileio lun 17");
  EXPECT_EQ(path_text(differences[1].path), "storage fileio lun 300");
  EXPECT_EQ(path_text(differences[2].path), "storage fileio lun 1000");
}

}  // namespace
}  // namespace lunet::config
