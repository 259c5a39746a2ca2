// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "shell/commands/commands.h"
#include "shell/completers.h"

namespace lunet::shell {

static Result<Outcome> mount(const Invocation& call) {
  const std::string directory = call.arguments.text("directory");
  TRY_OK(call.session.runtime.mount(directory, [&call, &directory] {
    call.session.console.write(fmt::format("Mounted the target tree at {}.\n", directory));
  }));
  return Outcome{};
}

std::vector<Command> mount_commands() {
  return {
      {.name = "mount",
       .kinds = {service::NodeKind::root},
       .parameters = {{.name = "directory", .complete = complete_file}},
       .run = mount},
  };
}

}  // namespace lunet::shell
