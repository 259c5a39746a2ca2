# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# SCSI devices passed through, by the kernel's target and by lunetd, with the same commands: a disk and a tape of scsi_debug.
set -euo pipefail
bin=$LUNET_BIN
work=$(mktemp -d)
target=iqn.2026-11.org.example:p
host=iqn.2026-11.org.example:host
other=iqn.2026-11.org.example:other
tpg=/iscsi/$target/tpg1
url=iscsi://127.0.0.1:3260/$target
runtime=
lunetd=
lunet() { "$bin/lunet" --runtime "$runtime" --state-dir "$work/$runtime" --no-start --yes "$@"; }
quiet() { "$@" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }; }
case_ok() { echo "case ok $runtime.$1"; }
finish() {
  local status=$?
  if ((status)); then
    ! [[ -e $work/lunetd.log ]] || tail -20 "$work/lunetd.log"
    dmesg | tail -10
  fi
  [[ -z $lunetd ]] || kill "$lunetd" 2>/dev/null || true
  ! [[ -e $added ]] || echo -1 >"$added" || true
  rm -rf "$work"
}
added=/sys/bus/pseudo/drivers/scsi_debug/add_host
trap finish EXIT
. tests/kernel/within.sh
device_of_type() { # TYPE: its HOST:CHANNEL:TARGET:LUN
  local each
  for each in /sys/class/scsi_device/*; do
    [[ $(<"$each/device/type") == "$1" && $(<"$each/device/model") == scsi_debug* ]] && basename "$each" && return
  done
  return 1
}

# The disk is there; hosts that are added have tapes.
modprobe -a sg st
echo 1 >/sys/bus/pseudo/drivers/scsi_debug/ptype
echo 1 >$added
within 300 device_of_type 1 >/dev/null
disk=$(device_of_type 0)
tape=$(device_of_type 1)
block=/dev/$(ls "/sys/class/scsi_device/$disk/device/block")
within 300 test -b "$block"
nst=
for each in /sys/class/scsi_device/"$tape"/device/scsi_tape/nst*[0-9]; do nst=/dev/${each##*/}; done
within 300 test -c "$nst"

for runtime in kernel lunetd; do
  mkdir "$work/$runtime"
  if [[ $runtime == lunetd ]]; then
    "$bin/lunetd" --state-dir "$work/lunetd" --socket "$work/lunetd/lunetd.sock" 2>"$work/lunetd.log" &
    lunetd=$!
    within 300 test -S "$work/lunetd/lunetd.sock"
  fi
  # Another use keeps it, a path names it as well as its address.
  mount_point=$work/mnt
  mkdir -p "$mount_point"
  quiet mkfs.ext4 -q -F "$block"
  mount "$block" "$mount_point"
  if lunet /backstores/pscsi create p0 "$block" >"$work/said" 2>&1; then echo "a mounted device was taken"; exit 1; fi
  [[ $runtime == kernel ]] || grep -q "in use by" "$work/said" || { cat "$work/said"; exit 1; }
  umount "$mount_point"
  case_ok in-use
  quiet lunet <<COMMANDS
set global auto_add_default_portal=false
/backstores/pscsi create p0 $block
/backstores/pscsi create t0 $tape
/iscsi create $target
$tpg/portals create 127.0.0.1 3260
$tpg/luns create /backstores/pscsi/p0 0
$tpg/luns create /backstores/pscsi/t0 1
$tpg/acls create $host
$tpg/acls create $other add_mapped_luns=false
$tpg/acls/$other create 0 0 write_protect=true
COMMANDS
  lunet /backstores/pscsi ls >"$work/$runtime.ls"
  grep -q p0 "$work/$runtime.ls"
  lunet status
  case_ok made
  if mount "$block" "$mount_point" 2>/dev/null; then umount "$mount_point"; echo "the device is not claimed"; exit 1; fi
  if [[ $runtime == lunetd ]] && (: <"$nst") 2>/dev/null; then echo "the tape is not claimed"; exit 1; fi

  # It answers for itself, with its own identity.
  iscsi-inq -i $host "$url/0" >"$work/$runtime.inq"
  iscsi-inq -i $host -e 1 -c 0x83 "$url/0" >>"$work/$runtime.inq"
  iscsi-inq -i $host "$url/1" >>"$work/$runtime.inq"
  grep -qi 'vendor:Linux' "$work/$runtime.inq" || { cat "$work/$runtime.inq"; exit 1; }
  case_ok identity
  /usr/bin/python3 "$(dirname "$0")/pscsi.py" $target $host $other "$runtime"
  quiet lunet <<COMMANDS
/iscsi delete $target
/backstores/pscsi delete p0
/backstores/pscsi delete t0
COMMANDS
  if [[ -n $lunetd ]]; then
    kill "$lunetd"
    wait "$lunetd"
    lunetd=
  fi
  mount "$block" "$mount_point" 2>/dev/null && umount "$mount_point"
done
diff "$work/kernel.inq" "$work/lunetd.inq"
diff "$work/kernel.ls" "$work/lunetd.ls"
