# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# iSER on a portal, over RDMA that is made of an Ethernet interface (soft RoCE): on and off by each of the commands, shown,
# saved, restored, and refused where no RDMA is; the kernel's own initiator logs in so, and reads what it wrote.
set -euo pipefail
bin=$LUNET_BIN
work=$(mktemp -d)
cfg=/sys/kernel/config/target
target=iqn.2026-11.org.example:t
tpg=/iscsi/$target/tpg1
host=iqn.2026-11.org.example:host
address=192.0.2.1
portal=$tpg/portals/$address:3260
plain=$tpg/portals/127.0.0.1:3260
file=$cfg/iscsi/$target/tpgt_1/np/$address:3260/iser
lunet() { "$bin/lunet" --runtime kernel --state-dir "$work/state" --yes "$@"; }
case_ok() { echo "case ok $1"; }
finish() {
  local status=$?
  ((status == 0)) || dmesg | tail -15
  iscsiadm -m node -T $target -u >/dev/null 2>&1 || true
  ! [[ -s /run/iscsid.pid ]] || kill "$(</run/iscsid.pid)" 2>/dev/null || true
  rdma link delete rxe0 2>/dev/null || true
  ip link delete roce0 2>/dev/null || true
  rmmod ib_isert ib_iser rdma_rxe 2>/dev/null || true # the next test may want to unload what they use
  rm -rf "$work"
}
trap finish EXIT
is() { [[ $(<"$file") == "$1" ]] || { echo "iser is $(<"$file"), not $1"; return 1; }; }
shows() { # WORD...: of the portal in ls
  lunet ls "$tpg/portals" >"$work/ls"
  grep "$address:3260 .*\[$1\]" "$work/ls" || { cat "$work/ls"; return 1; }
}

modprobe -a veth rdma_rxe ib_isert ib_iser
ip link add roce0 type veth peer name roce1
ip address add $address/24 dev roce0
ip link set roce0 up
ip link set roce1 up
rdma link add rxe0 type rxe netdev roce0

lunet >"$work/made" 2>&1 <<COMMANDS || { cat "$work/made"; exit 1; }
set global auto_add_default_portal=false
/backstores/ramdisk create r0 8M
/iscsi create $target
$tpg/luns create /backstores/ramdisk/r0
$tpg/portals create $address 3260
$tpg/portals create 127.0.0.1 3260
COMMANDS
is 0
shows OK
lunet "$portal" enable_iser true
is 1
shows iser
lunet "$portal" info >"$work/info"
grep -q '^iser: true' "$work/info" || { cat "$work/info"; exit 1; }
case_ok enable

lunet "$portal" iser_disable
is 0
lunet "$portal" iser_disable | grep -q 'already'
lunet "$portal" iser_enable
is 1
lunet "$portal" enable_iser false
is 0
shows OK
lunet "$portal" enable_iser true
is 1
lunet status
case_ok each-command

lunet saveconfig "$work/saved.json"
/usr/bin/python3 - "$work/saved.json" <<'PYTHON'
import json, sys
portals = {each["ip_address"]: each.get("iser", False) for each in json.load(open(sys.argv[1]))["targets"][0]["tpgs"][0]["portals"]}
assert portals == {"192.0.2.1": True, "127.0.0.1": False}, portals
PYTHON
case_ok saved

targetctl clear
[[ ! -e $file ]]
lunet restore
is 1
shows iser
lunet status
case_ok restored

lunet clear
targetctl restore "$work/saved.json"
is 1
targetctl clear
lunet restoreconfig "$work/saved.json"
is 1
lunet status
case_ok saveconfig-restored

# An address whose interface has no RDMA.
if lunet "$plain" enable_iser true >"$work/out" 2>&1; then cat "$work/out"; exit 1; fi
grep -q 'Cannot assign requested address (no hardware has that address' "$work/out" || { cat "$work/out"; exit 1; }
grep -q 'hint: iser needs RDMA there' "$work/out"
lunet status
case_ok refused

# Offload: the kernel loads the driver and asks it, which finds no adapter; targetcli has the same answer.
offload=$cfg/iscsi/$target/tpgt_1/np/127.0.0.1:3260/cxgbit
if lunet "$plain" enable_offload true >"$work/out" 2>&1; then cat "$work/out"; exit 1; fi
grep -q 'Invalid argument (no driver or adapter for it serves that address)' "$work/out" || { cat "$work/out"; exit 1; }
grep -q 'a Chelsio adapter' "$work/out"
[[ -d /sys/module/cxgbit && $(<"$offload") == 0 ]]
lunet status
if targetcli "$plain" enable_offload true >"$work/out" 2>&1; then cat "$work/out"; exit 1; fi
grep -q 'Cannot change offload' "$work/out" || { cat "$work/out"; exit 1; }
[[ $(<"$offload") == 0 ]]
lunet "$plain" enable_offload false | grep -q 'disabled already'
rmmod cxgbit cxgb4 || true # the next test may want to unload what they use
case_ok offload-refused

. tests/kernel/within.sh
device() {
  local each
  for each in /sys/class/block/sd*; do
    if [[ $(<"$each/device/vendor") == LIO-ORG* ]]; then
      echo "/dev/${each##*/}"
      return
    fi
  done
  return 1
}
mkdir -p /etc/iscsi /run/lock/iscsi
echo "InitiatorName=$host" >/etc/iscsi/initiatorname.iscsi
iscsid
lunet "$tpg/acls" create $host
{
  iscsiadm -m node -T $target -p $address:3260 -I iser -o new
  iscsiadm -m node -T $target -p $address:3260 -I iser --login
} >"$work/out" 2>&1 || { cat "$work/out"; exit 1; }
within 120 device >/dev/null
iscsiadm -m session -P 1 | grep -q 'Iface Transport: iser'
dd if=/dev/urandom of="$work/bytes" bs=64k count=32 status=none
dd if="$work/bytes" of="$(device)" bs=64k oflag=direct status=none
dd if="$(device)" of="$work/back" bs=64k count=32 iflag=direct status=none
cmp "$work/bytes" "$work/back"
lunet sessions list >"$work/out"
grep -q LOGGED_IN "$work/out" || { cat "$work/out"; exit 1; }
iscsiadm -m node -T $target -u >"$work/out"
case_ok login
lunet clear
