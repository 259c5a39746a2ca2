// SPDX-License-Identifier: Apache-2.0
#include "service/convert.h"

#include <fmt/core.h>
#include <unistd.h>

#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"

namespace lunet::shell {

static Result<Outcome> convert(const Invocation& call) {
  const std::string from = call.arguments.text("from");
  const std::string to = call.arguments.text("to");
  const std::string text = TRY(service::read_text(from));
  auto conversion = TRY(service::convert(text, from, service::format_of_name(to)));
  Outcome outcome;
  outcome.warnings = std::move(conversion.losses);
  if (to.empty()) {
    if (conversion.text.ends_with('\n')) conversion.text.pop_back();
    if (!conversion.text.empty()) outcome.lines.push_back(std::move(conversion.text));
    return outcome;
  }
  if (::access(to.c_str(), F_OK) == 0)
    TRY_OK(require_consent(call.session, "convert", {fmt::format("the file {} is replaced", to)}));
  TRY_OK(service::replace_text(to, conversion.text));
  outcome.lines = {fmt::format("Wrote {} as {}.", to, service::format_name(conversion.format))};
  return outcome;
}

std::vector<Command> convert_commands() {
  return {
      {.name = "convert",
       .kinds = {service::NodeKind::root},
       .parameters = {{.name = "from", .complete = complete_file},
                      {.name = "to", .required = false, .complete = complete_file}},
       .needs_runtime = false,
       .run = convert},
  };
}

}  // namespace lunet::shell
