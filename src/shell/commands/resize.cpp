// SPDX-License-Identifier: Apache-2.0
#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"
#include "shell/shell.h"

namespace lunet::shell {

using service::NodeKind;

static Result<Outcome> resize_disk(const Invocation& call, const Place& disk) {
  service::ResizeOptions options;
  if (call.arguments.has("size")) options.size_bytes = call.arguments.size("size");
  options.shrink = call.arguments.flag("force") || call.session.yes;
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  return outcome_of(TRY(tasks->resize({disk.plugin, disk.disk}, options)));
}

static Result<Outcome> resize(const Invocation& call) {
  return resize_disk(call, TRY(follow_word_from({}, call.arguments.text("disk"), call.session)));
}

static Result<Outcome> resize_here(const Invocation& call) {
  return resize_disk(call, call.place);
}

std::vector<Command> resize_commands() {
  const Parameter size{"size", ParameterType::size, false};
  const Parameter force{.name = "force",
                        .type = ParameterType::boolean,
                        .required = false,
                        .default_value = "no",
                        .option = true};
  return {
      {.name = "resize",
       .kinds = {NodeKind::root},
       .parameters = {{.name = "disk", .type = ParameterType::storage_object, .complete = complete_disk},
                      size,
                      force},
       .takes_options = true,
       .run = resize},
      {.name = "resize",
       .page = "resize-disk",
       .kinds = {NodeKind::disk},
       .parameters = {size, force},
       .takes_options = true,
       .run = resize_here},
  };
}

}  // namespace lunet::shell
