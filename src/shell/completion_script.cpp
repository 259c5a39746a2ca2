// SPDX-License-Identifier: Apache-2.0
#include "shell/completion_script.h"

namespace lunet::shell {

// bash splits words at : and = too, and replaces only what comes after the last of them.
constexpr std::string_view bash = R"(# Completion of lunet for bash; made by 'lunet completion bash'.
_lunet() {
  local line=${COMP_LINE:0:COMP_POINT} text about
  local typed=${line##*[[:blank:]]}
  local split_off=${typed%"${typed##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\t' read -r text about; do
    COMPREPLY+=("${text#"$split_off"}")
  done < <("${COMP_WORDS[0]}" __complete "$line" 2>/dev/null)
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/=] ]]; then compopt -o nospace; fi
}
complete -F _lunet lunet)";

constexpr std::string_view zsh = R"(#compdef lunet
# Completion of lunet for zsh; made by 'lunet completion zsh'.
_lunet() {
  local line="${(j: :)words[1,CURRENT-1]} $PREFIX" text about
  local -a ended open
  while IFS=$'\t' read -r text about; do
    if [[ $text == *[/=] ]]; then open+=("$text"); else ended+=("$text"); fi
  done < <("${words[1]}" __complete "$line" 2>/dev/null)
  compadd -Q -a ended
  compadd -Q -S '' -a open
}
if [ "$funcstack[1]" = "_lunet" ]; then _lunet "$@"; else compdef _lunet lunet; fi)";

constexpr std::string_view fish = R"(# Completion of lunet for fish; made by 'lunet completion fish'.
complete -c lunet -f -a '(lunet __complete (commandline -cp) 2>/dev/null)')";

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return bash;
  if (shell == "zsh") return zsh;
  return shell == "fish" ? fish : std::string_view{};
}

}  // namespace lunet::shell
