# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Beside targetcli: what it changed is shown, left alone by other changes, adopted on demand.
set -euo pipefail
bin=$LUNET_BIN
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
lunet() { "$bin/lunet" --runtime kernel --state-dir "$work/state" --yes "$@"; }
target=iqn.2026-11.org.example:t
tpg=/iscsi/$target/tpg1
cfg=/sys/kernel/config/target/iscsi/$target/tpgt_1

lunet /backstores/ramdisk create r0 1M
lunet /iscsi create $target
lunet $tpg/luns create /backstores/ramdisk/r0
lunet status
targetcli >"$work/theirs" 2>&1 <<COMMANDS
set global auto_save_on_exit=false
$tpg set attribute login_timeout=22
/backstores/ramdisk create theirs 1M
$tpg/luns create /backstores/ramdisk/theirs
exit
COMMANDS
[[ $(<"$cfg/attrib/login_timeout") == 22 ]] || { cat "$work/theirs"; exit 1; }

# Shown, and none of it touched by a change of something else.
lunet status >"$work/status" || true
lunet diff >"$work/diff" || true
grep -q theirs "$work/diff" || { cat "$work/status" "$work/diff"; exit 1; }
lunet /backstores/ramdisk create r1 1M
[[ $(<"$cfg/attrib/login_timeout") == 22 && -d $cfg/lun/lun_1 ]]
# Its HBA number is one that the other tool did not take.
[[ $(find /sys/kernel/config/target/core -maxdepth 1 -name '*_[0-9]*' | sed 's/.*_//' | sort | uniq -d | wc -l) == 0 ]]

lunet adopt
lunet status
[[ $(<"$cfg/attrib/login_timeout") == 22 && -d $cfg/lun/lun_1 ]]
lunet /backstores/ramdisk delete theirs
[[ ! -d $cfg/lun/lun_1 ]]
lunet /iscsi delete $target
lunet /backstores/ramdisk delete r0
lunet /backstores/ramdisk delete r1
