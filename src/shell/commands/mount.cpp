// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "shell/commands/commands.h"

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
       .parameters = {{"directory"}},
       .summary = "Shows the runtime's target tree as files, until it is unmounted or interrupted.",
       .description =
           "For programs that know the kernel's target as files only. The tree is what the kernel shows at "
           "/sys/kernel/config/target; reading and writing its files is configuring the target, beside the "
           "store: what is changed there is drift. Needs FUSE.",
       .examples = {"mount /mnt/target"},
       .run = mount},
  };
}

}  // namespace lunet::shell
