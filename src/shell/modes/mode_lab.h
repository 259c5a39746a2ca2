// SPDX-License-Identifier: Apache-2.0
// For the tests of this folder: a mode with a configuration, and everything behind it faked.
#pragma once

#include <string>
#include <string_view>

#include "config/tree.h"
#include "shell/fakes.h"
#include "shell/modes/mode.h"

namespace lunet::shell::modes {

inline constexpr std::string_view sample_text =
    "storage fileio disk a {\n    path /srv/a.img\n    size 1048576\n    wwn serial-a\n}\n"
    "storage fileio disk b {\n    path /srv/b.img\n    size 2097152\n    wwn serial-b\n}\n"
    "fabric iscsi target iqn.2026-11.org.example:t tpgt 1 {\n    enable yes\n"
    "    auth {\n        password very-secret\n        userid someone\n    }\n"
    "    lun 0 backend fileio:a\n    portal 127.0.0.1:3260\n}\n";

inline config::Tree sample_configuration() {
  auto tree = config::parse(sample_text, "sample");
  CHECK(tree);
  return *std::move(tree);
}

inline const schema::Schema& mode_schema() {
  static const schema::Schema schema = [] {
    auto shipped = schema::shipped_schema();
    CHECK(shipped);
    return *std::move(shipped);
  }();
  return schema;
}

struct ModeLab {
  Lab lab;
  Editing editing;

  explicit ModeLab(Kind kind = Kind::configure, config::Tree tree = sample_configuration())
      : editing{.kind = kind, .session = lab.session, .schema = mode_schema()} {
    lab.runtime.whole.began = {tree, 7, service::RuntimeKind::lunetd};
    lab.runtime.whole.what_runs = std::move(tree);
    CHECK(begin(editing));
  }
  /// What the line answers, or "error: ...".
  std::string run(std::string_view line) {
    const auto outcome = run_command(editing, line);
    if (!outcome) return "error: " + outcome.error().message;
    status = outcome->status;
    std::string text;
    for (const std::string& each : outcome->lines) text += each + "\n";
    return text + outcome->text.value_or("");
  }
  [[nodiscard]] std::string level() const { return config::path_text(editing.level); }
  ExitStatus status = ExitStatus::done;
};

}  // namespace lunet::shell::modes
