// SPDX-License-Identifier: Apache-2.0
#include "service/recovery.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "service/absent.h"
#include "service/hbas.h"
#include "service/new_file.h"
#include "target/changes.h"
#include "target/hbas.h"
#include "target/kept_states.h"
#include "target/kinds.h"
#include "target/names.h"
#include "target/target.h"

namespace lunet::service {
namespace {

using config::Object;
using config::ObjectClass;
using config::Path;
using store::Intent;
using store::Rewrite;

bool is_group(const Path& path) {
  const ObjectClass object_class = path.back().object_class;
  return object_class == ObjectClass::storage || object_class == ObjectClass::fabric;
}

/// An object that is perhaps half made: what is there of the values that tell it from others.
bool may_be(const Object& running, const Object& wanted) {
  constexpr std::array names{std::string_view("path"), std::string_view("hba"), std::string_view("backend"),
                             std::string_view("alias"), std::string_view("target_lun")};
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
    return running.attribute(name).empty() || running.attribute(name) == wanted.attribute(name);
  });
}

std::string local_time(std::int64_t time_s) {
  const auto seconds = static_cast<std::time_t>(time_s);
  std::tm parts{};
  char text[32] = "";
  if (::localtime_r(&seconds, &parts) != nullptr)
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

class Recovery {
 public:
  Recovery(configfs::Tree& live, store::Store& store, store::Store::Head& head, const Intent& intent)
      : live_(live), store_(store), head_(head), intent_(intent) {}

  Result<std::string> run() {
    running_ = TRY(target::read_live(live_));
    changes_ = target::collect_changes(head_.tree, intent_.candidate, target::runtime_of(live_));
    return TRY(is_done()) ? finish() : undo();
  }

 private:
  std::string what(std::string_view became) const {
    return fmt::format("the change '{}' of {} was interrupted at {}: {}", intent_.generation.why,
                       intent_.generation.who, local_time(intent_.generation.time_s), became);
  }

  /// The file's text; nothing when it is not there.
  Result<std::optional<std::string>> read(const std::string& path) {
    auto text = live_.read(path);
    if (text) return std::optional(std::string(trim(target::written_text(path, *text))));
    if (text.error().errnum == ENOENT) return std::optional<std::string>();
    return std::move(text).error();
  }

  /// An empty credential has two spellings.
  static bool reads(const std::optional<std::string>& text, std::string_view wanted) {
    if (!text) return false;
    const auto plain = [](std::string_view word) { return word == "NULL" ? std::string_view() : trim(word); };
    return plain(*text) == plain(wanted);
  }

  Result<bool> is_done() {
    for (const Path& path : changes_.created) {
      const Object* now = running_.find(path);
      if (!is_group(path) &&
          (now == nullptr || !target::has_values(path, *now, *intent_.candidate.find(path))))
        return false;
    }
    for (const Path& path : changes_.removed) {
      if (!is_group(path) && !changes_.created.contains(path) && running_.find(path) != nullptr) return false;
    }
    for (const Path& path : changes_.changed) {
      const Object* now = running_.find(path);
      if (path.back().object_class == ObjectClass::disk && now != nullptr &&
          !target::has_values(path, *now, *intent_.candidate.find(path)))
        return false;
    }
    if (!TRY(hbas_are_as(live_, intent_.candidate, head_.tree))) return false;
    for (const Rewrite& rewrite : intent_.rewrites) {
      const auto text = TRY(read(rewrite.path));
      // With its object it is gone.
      if (text && !reads(text, rewrite.after)) return false;
      if (!text && !is_gone_on_purpose(rewrite)) return false;
    }
    return true;
  }

  bool is_gone_on_purpose(const Rewrite& rewrite) const {
    return std::any_of(changes_.removed.begin(), changes_.removed.end(), [&](const Path& path) {
      const auto directory = target::directory_of(head_.tree, path);
      return directory && rewrite.path.starts_with(*directory + "/");
    });
  }

  Result<std::string> finish() {
    std::string why = intent_.generation.why;
    why += fmt::format(" (of {}, finished after an interruption)", intent_.generation.who);
    if (head_.runtime.empty()) TRY_OK(store_.record_runtime(intent_.runtime));
    TRY_OK(store_.commit(head_, intent_.candidate, why));
    target::forget_states(live_, head_.tree, intent_.candidate);
    head_ = TRY(store_.head());
    return what(fmt::format("all of it was done, it is generation {}", head_.generation.number));
  }

  Result<std::string> undo() {
    // A TPG is closed first and opened last.
    TRY_OK(write_back([](const Rewrite& rewrite) { return is_enable(rewrite) && rewrite.before == "0"; }));
    TRY_OK(write_back([](const Rewrite& rewrite) { return !is_enable(rewrite); }));
    const config::Tree goal = undo_goal();
    const target::Plan plan = TRY(target::make_plan(running_, goal, live_));
    const auto refusals = TRY(target::apply_what_can(live_, plan, goal));
    for (const target::Refusal& refusal : refusals) notes_.push_back(refusal.error.message);
    TRY_OK(remove_empty_hbas());
    TRY_OK(write_back([](const Rewrite& rewrite) { return is_enable(rewrite) && rewrite.before != "0"; }));
    for (const store::MadeFile& file : intent_.files) {
      if (refusals.empty()) remove_file(file, goal);
    }
    TRY_OK(store_.close_intent());
    std::string sentence = what("it was undone");
    for (const std::string& note : notes_) sentence += "; " + note;
    return sentence;
  }

  static bool is_enable(const Rewrite& rewrite) { return rewrite.path.ends_with("/enable"); }

  /// Where the file has what the change wrote. Anything else was written by somebody else.
  template <class Choice>
  Result<> write_back(Choice chosen) {
    for (auto rewrite = intent_.rewrites.rbegin(); rewrite != intent_.rewrites.rend(); ++rewrite) {
      if (!chosen(*rewrite)) continue;
      const auto text = TRY(read(rewrite->path));
      if (reads(text, rewrite->before)) continue;
      if (reads(text, rewrite->during) || reads(text, rewrite->after))
        TRY_OK(live_.write(rewrite->path, rewrite->before));
    }
    return {};
  }

  /// What runs, without what the change made and with what it removed.
  config::Tree undo_goal() {
    config::Tree goal = running_;
    Path root;
    count_uses(goal, goal.root, root);
    for (auto path = changes_.created.rbegin(); path != changes_.created.rend(); ++path) {
      if (!is_group(*path)) take_out(goal, *path);
    }
    for (const Path& path : changes_.removed) {
      if (!is_group(path)) put_back(goal, path);
    }
    for (const Path& path : changes_.changed) put_groups_back(goal, path);
    put_hbas_back(goal, intent_.candidate, head_.tree);
    return goal;
  }

  /// Port groups are made and removed with the disk that changes; its values are files, which write_back()
  /// has.
  void put_groups_back(config::Tree& goal, const Path& path) const {
    if (path.back().object_class != ObjectClass::disk || std::as_const(goal).find(path) == nullptr) return;
    const Object& before = *std::as_const(head_.tree).find(path);
    const Object& wanted = *intent_.candidate.find(path);
    const auto groups = before.groups.find("alua");
    const bool had = groups != before.groups.end();
    if (had || wanted.groups.contains("alua"))
      goal.find(path)->groups["alua"] = had ? groups->second : config::Attributes{};
  }

  void take_out(config::Tree& goal, const Path& path) {
    const Object* now = std::as_const(goal).find(path);
    if (now == nullptr) return;
    const Object* before = head_.tree.find(path);
    const bool ours = may_be(*now, *intent_.candidate.find(path));
    if (before != nullptr) {  // made again: put_back() makes it what it was
      if (ours && now->children.empty() && uses_[path] == 0) remove(goal, path);
      return;
    }
    if (!ours || !now->children.empty() || uses_[path] > 0) {
      notes_.push_back(
          fmt::format("{} is left as it runs, others use or changed it", config::path_text(path)));
      return;
    }
    remove(goal, path);
  }

  void count_uses(const config::Tree& tree, const Object& object, Path& path) {
    for (const auto& [key, child] : object.children) {
      path.push_back(key);
      if (const Path reference = target::reference_of(tree, path); !reference.empty()) ++uses_[reference];
      count_uses(tree, child, path);
      path.pop_back();
    }
  }

  void remove(config::Tree& goal, const Path& path) {
    if (const Path reference = target::reference_of(goal, path); !reference.empty()) --uses_[reference];
    (void)goal.remove(path);
  }

  /// The change chose numbers that nobody had.
  Result<> remove_empty_hbas() {
    const auto kept = TRY(target::compare_kept_hbas(head_.tree, head_.tree, live_)).all;
    for (const Path& path : changes_.created) {
      if (path.back().object_class != ObjectClass::disk || head_.tree.find(path) != nullptr) continue;
      std::string hba = TRY(target::directory_of(intent_.candidate, path));
      hba.erase(hba.rfind('/'));
      if (kept.contains(hba)) continue;
      const auto entries = live_.list(hba);
      const auto is_directory = [](const configfs::Entry& entry) {
        return entry.kind == configfs::EntryKind::directory;
      };
      if (entries && std::none_of(entries->begin(), entries->end(), is_directory))
        TRY_OK(live_.remove_dir(hba));
    }
    return {};
  }

  void put_back(config::Tree& goal, const Path& path) {
    const Path parent(path.begin(), path.end() - 1);
    const Path reference = target::reference_of(head_.tree, path);
    const Object* before = head_.tree.find(path);
    const Object* now = std::as_const(goal).find(path);
    const bool lost_its_link = now != nullptr && !reference.empty() && now->attribute("alias").empty();
    if (before == nullptr || (now != nullptr && !lost_its_link)) return;
    // Its file must not be made anew (ruling 5); it is pending.
    if (path.back().object_class == ObjectClass::disk && !pending_reason(*before).empty()) return;
    // Without what it stands on it is drift, or for a runtime that is empty: restore makes all of it.
    if (!is_group(parent) && std::as_const(goal).find(parent) == nullptr) return;
    if (!reference.empty() && std::as_const(goal).find(reference) == nullptr) return;
    Object& made = goal.ensure(path);
    made.attributes = before->attributes;
    made.groups = before->groups;
  }

  void remove_file(const store::MadeFile& file, const config::Tree& goal) {
    const auto storage = goal.find(Path{{ObjectClass::storage, "fileio"}});
    const bool used = storage != nullptr &&
                      std::any_of(storage->children.begin(), storage->children.end(), [&](const auto& disk) {
                        return disk.second.attribute("path") == file.path;
                      });
    if (used) return;
    if (file.inode == 0) {
      notes_.push_back(fmt::format("if {} is there, it may be a file that it made", file.path));
    } else if (remove_made_file(file)) {
      notes_.push_back(fmt::format("the file {} that it had made was removed", file.path));
    }
  }

  configfs::Tree& live_;
  store::Store& store_;
  store::Store::Head& head_;
  const Intent& intent_;
  config::Tree running_;
  target::Changes changes_;
  std::map<Path, int> uses_;  ///< how many stand on it, in the undo's goal
  std::vector<std::string> notes_;
};

}  // namespace

Result<std::optional<std::string>> recover(configfs::Tree& live, store::Store& store,
                                           store::Store::Head& head) {
  const std::optional<Intent> intent = TRY(store.open_intent(head));
  if (!intent) return std::optional<std::string>();
  auto sentence = Recovery(live, store, head, *intent).run();
  if (sentence) return std::optional(*std::move(sentence));
  return std::move(sentence)
      .error()
      .during(fmt::format("undoing the interrupted change '{}'", intent->generation.why))
      .advise("`lunet status` shows what is different, `lunet restore` makes it what is recorded");
}

}  // namespace lunet::service
