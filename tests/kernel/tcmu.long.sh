# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Disks in user space with Debian's tcmu-runner: its handlers found, asked and explained, a disk on an image file with real
# bytes through an initiator, saved and restored; and what Lunet says while nobody serves them.
set -euo pipefail
bin=$LUNET_BIN
work=$(mktemp -d)
cfg=/sys/kernel/config/target
brought=$LUNET_VM_PACKAGES # by run-in-vm
image=$work/disk.qcow2
qcow=/backstores/user:qcow
target=naa.5001405000000001
runner=
handler=
lunet() { "$bin/lunet" --runtime kernel --state-dir "$work/state" --yes "$@" >"$work/out" 2>&1; }
case_ok() { echo "case ok $1"; }
finish() {
  local status=$?
  if ((status)); then
    ! [[ -e $work/out ]] || cat "$work/out"
    tail -n 5 "$work/runner" "$work/log/tcmu-runner.log" || true
    dmesg | tail -5
  fi
  for process in $handler $runner; do kill -9 "$process" 2>/dev/null || true; done
  # The kernel waits for a tcmu-runner that it has seen; the next test's kernel has seen none.
  modprobe -r target_core_user 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
. tests/kernel/within.sh

refused() { # WORDS COMMAND...: it fails and says so
  local words=$1
  shift
  if lunet "$@"; then echo "it was not refused: $*"; return 1; fi
  grep -q "$words" "$work/out" || { echo "it does not say '$words': $*"; return 1; }
}
says() { grep -q "$1" "$work/out" || { echo "it does not say '$1'"; return 1; }; }
nothing_made() { [[ -z $(find $cfg/core -mindepth 1 -maxdepth 1 -name '*_[0-9]*') ]]; }
ask_the_bus() {
  dbus-send --system --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus "org.freedesktop.DBus.$1" "${@:2}"
}
runner_answers() {
  kill -0 "$runner" && ask_the_bus NameHasOwner string:org.kernel.TCMUService1 | grep -q 'boolean true'
}
start_runner() {
  LD_LIBRARY_PATH=$brought/usr/lib/x86_64-linux-gnu:$brought/lib/x86_64-linux-gnu "$brought/usr/bin/tcmu-runner" \
    --handler-path "$work/handlers" --tcmu-log-dir "$work/log" >>"$work/runner" 2>&1 &
  runner=$!
  within 120 runner_answers
}
device() { # what loopback shows
  local each
  for each in /sys/class/block/sd*; do
    if [[ $(<"$each/device/vendor") == LIO-ORG* ]]; then
      echo "/dev/${each##*/}"
      return
    fi
  done
  return 1
}
same_bytes() {
  dd if="$(device)" of="$work/back" bs=64k count=32 iflag=direct status=none
  cmp "$work/bytes" "$work/back"
}

[[ -x $brought/usr/bin/tcmu-runner ]] || { echo "tcmu-runner was not brought: is Debian's mirror there?"; exit 1; }
# All but the one for Ceph, whose libraries take a minute to load here.
mkdir -p "$work/log" "$work/handlers" /etc/tcmu
cp "$brought"/usr/lib/*/tcmu-runner/handler_{qcow,file_zbc,file_optical}.so "$work/handlers"
cp "$brought/etc/tcmu/tcmu.conf" /etc/tcmu/
cp "$brought/etc/dbus-1/system.d/tcmu-runner.conf" /etc/dbus-1/system.d/
ask_the_bus ReloadConfig >/dev/null
modprobe -a target_core_user tcm_loop
qemu-img create -q -f qcow2 -o compat=0.10,preallocation=metadata "$image" 64M

refused 'no handler qcow answers on the message bus' $qcow info
lunet <<COMMANDS
$qcow create n0 64M $image
/backstores ls
$qcow delete n0
/backstores ls
COMMANDS
says "no tcmu-runner answers on the message bus: what uses 'n0' waits until one with handler qcow runs"
says 'user:qcow .*no handler answers'
[[ $(grep -c user: "$work/out") == 1 ]]
case_ok nobody-there

start_runner
/usr/bin/python3 tests/kernel/tcmu_handler.py >"$work/handler" 2>&1 &
handler=$!
within 120 grep -q ready "$work/handler"
lunet <<COMMANDS
/backstores ls
$qcow help create
/backstores/user:mine info
/backstores/user:zbc info
COMMANDS
for each in fbo mine qcow zbc; do says "user:$each .*Storage Objects: 0\]"; done
grep -A1 'CFGSTRING OF qcow' "$work/out" | grep -q 'path to the QEMU QCOW image file'
says 'cfgstring: good, and what you like'
says 'model-HM/zsize-128'
case_ok handlers

refused 'handler mine does not take .bad.: mine/bad: it must begin with good' /backstores/user:mine create m0 64M bad
nothing_made
refused "tcmu-runner has no handler 'other'" /backstores/user:other create o0 64M good
nothing_made
case_ok asked-before

# Those that check nothing refuse when the kernel asks them to open it.
refused 'its handler in user space refused it' $qcow create u0 32M "$image"
says 'log of tcmu-runner\|tcmu-runner.s log'
grep -q 'size misconfigured' "$work/log/tcmu-runner.log"
nothing_made
case_ok refused-by-handler

lunet <<COMMANDS
$qcow create u0 64M $image hw_max_sectors=256
/loopback create $target
/loopback/$target/luns create $qcow/u0
$qcow ls
status
COMMANDS
says "u0 .*$image (64.0MiB) activated"
says 'in sync'
dd if=/dev/urandom of="$work/bytes" bs=64k count=32 status=none
dd if="$work/bytes" of="$(device)" bs=64k oflag=direct conv=fsync status=none
same_bytes
# They are in the image.
qemu-img convert -f qcow2 -O raw "$image" "$work/raw"
cmp -n 2097152 "$work/bytes" "$work/raw"
[[ $(cat "/sys/class/block/$(basename "$(device)")/queue/max_sectors_kb") == 128 ]]
case_ok bytes

# tcmu-runner changes no media: the disk is made again on the other image, with its LUN and its serial, and back.
qemu-img create -q -f qcow2 -o compat=0.10,preallocation=metadata "$work/other.qcow2" 64M
serial() { cat $cfg/core/user_*/u0/wwn/vpd_unit_serial; }
before=$(serial)
lunet $qcow changemedium u0 64M "$work/other.qcow2"
says 'handler qcow cannot, so the disk was made again'
[[ $(serial) == "$before" ]]
within 60 device >/dev/null
dd if="$(device)" of="$work/back" bs=64k count=32 iflag=direct status=none
cmp -n 2097152 "$work/back" /dev/zero
lunet $qcow changemedium u0 64M "$image"
within 60 device >/dev/null
same_bytes
lunet status
says 'in sync'
case_ok changemedium

lunet saveconfig "$work/saved.json"
/usr/bin/python3 - "$work/saved.json" "$image" <<'PYTHON'
import json, sys
disk, = json.load(open(sys.argv[1]))["storage_objects"]
assert disk["plugin"] == "user" and disk["config"] == "qcow/" + sys.argv[2] and disk["hw_max_sectors"] == 256, disk
PYTHON
lunet clear
nothing_made
lunet <<COMMANDS
restoreconfig $work/saved.json
status
COMMANDS
says 'in sync'
same_bytes
targetctl clear
nothing_made
lunet restore
same_bytes
case_ok restored

# Whom the kernel has seen it waits for.
kill -9 $runner
wait $runner 2>/dev/null || true
within 60 lunet $qcow ls
says 'no handler answers'
cp "$image" "$work/second.qcow2"
LUNET_KERNEL_PATIENCE_MS=10000 refused 'stuck in the kernel' $qcow create u1 64M "$work/second.qcow2"
says 'hint: no tcmu-runner answers on the message bus: start it first'
lunet <<COMMANDS
/backstores/ramdisk create r0 1M
/backstores ls
/backstores/ramdisk delete r0
COMMANDS
says 'u1 .*stuck in the kernel'
says ' r0 '
case_ok runner-killed

start_runner
same_bytes
# What could not be undone while it was stuck is nobody's, which is said, and goes as is said.
refused 'drift on storage user disk u1' $qcow create u1 64M "$work/second.qcow2"
says 'lunet adopt /backstores/user/u1'
lunet <<COMMANDS
adopt /backstores/user/u1
$qcow delete u1
COMMANDS
lunet $qcow create u1 64M "$work/second.qcow2"
lunet <<COMMANDS
$qcow ls
status
COMMANDS
says 'u1 .*deactivated'
says 'in sync'
[[ -z $(ls -A /run/lunet/stuck) ]]
lunet <<COMMANDS
$qcow delete u1
/loopback delete $target
$qcow delete u0
COMMANDS
nothing_made
case_ok runner-again
