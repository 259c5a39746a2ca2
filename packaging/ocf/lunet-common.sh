# SPDX-License-Identifier: Apache-2.0
# What the agents iSCSITarget and iSCSILogicalUnit share. Sourced, after the ocf-shellfuncs.
# shellcheck shell=bash

# The cluster says what runs where. A store on a file system that is gone after a boot keeps a node from serving
# what now runs elsewhere.
OCF_RESKEY_state_dir_default="/run/lunet/cluster"
: "${OCF_RESKEY_state_dir=$OCF_RESKEY_state_dir_default}"
: "${OCF_RESKEY_runtime=auto}"
: "${OCF_RESKEY_implementation=lunet}"

LUNET=${LUNET:-lunet}
lunet_out="" # what the last call said, on both streams

# lunet_do WORD...: exit status of lunet; what it said is in lunet_out.
lunet_do() {
  local options=(--runtime "$OCF_RESKEY_runtime" --state-dir "$OCF_RESKEY_state_dir")
  [[ -z ${OCF_RESKEY_socket:-} ]] || options+=(--socket "$OCF_RESKEY_socket")
  lunet_out=$("$LUNET" "${options[@]}" "$@" 2>&1)
}

# lunet_run WORD...: the same, and a failure is logged and is the failure of the agent.
lunet_run() {
  lunet_do "$@" && return 0
  ocf_exit_reason "${lunet_out//$'\n'/ }"
  exit "$OCF_ERR_GENERIC"
}

# lunet_is_there PATH: 0 there; 1 not there, or nothing runs at all. Ends the agent when that cannot be told.
lunet_is_there() {
  lunet_do --no-start --json "$1" info && return 0
  case $lunet_out in
    *'"E_NOT_FOUND"'* | *'"E_NOT_RUNNING"'*) return 1 ;;
  esac
  ocf_exit_reason "${lunet_out//$'\n'/ }"
  exit "$OCF_ERR_GENERIC"
}

# lunet_set PATH GROUP NAME=VALUE...: secrets are read from standard input where the value is "-".
lunet_set() {
  local path=$1
  shift
  lunet_run "$path" set "$@"
}

# lunet_children PATH: the names below a list, one a line.
lunet_children() {
  lunet_do --no-start "$1" ls && sed -n '2,$s/^[ |]*o- \([^ ]*\) .*/\1/p' <<<"$lunet_out"
}

lunet_check_installed() {
  check_binary "$LUNET"
}

lunet_parameters() {
  cat <<EOF
<parameter name="implementation" unique="0" required="0">
<longdesc lang="en">
Only "lunet". The agents of the same name in other providers know others.
</longdesc>
<shortdesc lang="en">Target implementation</shortdesc>
<content type="string" default="lunet"/>
</parameter>
<parameter name="state_dir" unique="0" required="0">
<longdesc lang="en">
Folder of the store. It should not survive a boot, so that a node that comes back serves nothing before the cluster says so.
All resources of one node that share a target share it.
</longdesc>
<shortdesc lang="en">State folder</shortdesc>
<content type="string" default="$OCF_RESKEY_state_dir_default"/>
</parameter>
<parameter name="socket" unique="0" required="0">
<longdesc lang="en">
Control socket of lunetd, when it is not the one of the state folder.
</longdesc>
<shortdesc lang="en">Control socket</shortdesc>
<content type="string" default=""/>
</parameter>
<parameter name="runtime" unique="0" required="0">
<longdesc lang="en">
What serves the target: "kernel", "lunetd" or "auto".
</longdesc>
<shortdesc lang="en">Runtime</shortdesc>
<content type="string" default="auto"/>
</parameter>
EOF
}

lunet_actions() {
  cat <<EOF
<actions>
<action name="start" timeout="20s"/>
<action name="stop" timeout="40s"/>
<action name="status" timeout="20s" interval="10s" depth="0"/>
<action name="monitor" timeout="20s" interval="10s" depth="0"/>
<action name="meta-data" timeout="5s"/>
<action name="validate-all" timeout="10s"/>
</actions>
EOF
}

# lunet_main NAME ACTION: start, stop, monitor, validate and meta_data are functions NAME_...
lunet_main() {
  local name=$1 action=$2
  case $action in
    meta-data) "${name}_meta_data"; exit "$OCF_SUCCESS" ;;
    usage | help) echo "usage: $0 {start|stop|status|monitor|validate-all|meta-data}"; exit "$OCF_SUCCESS" ;;
    start | stop | monitor | status | validate-all) ;;
    *) echo "usage: $0 {start|stop|status|monitor|validate-all|meta-data}"; exit "$OCF_ERR_UNIMPLEMENTED" ;;
  esac
  lunet_check_installed
  "${name}_validate"
  case $action in
    start) "${name}_start" ;;
    stop) "${name}_stop" ;;
    monitor | status) "${name}_monitor" ;;
    validate-all) exit "$OCF_SUCCESS" ;;
  esac
  exit $?
}
