# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A device that stands still: the call into the kernel that waits for it is named, everything else goes on, and when the
# device moves again nothing is left of it, in the next command and in a shell that was there all the time.
set -euo pipefail
bin=$LUNET_BIN
work=$(mktemp -d)
loop=
shell=
slow=/dev/mapper/slow
cfg=/sys/kernel/config/target
export LUNET_KERNEL_PATIENCE_MS=15000
lunet() { "$bin/lunet" --runtime kernel --state-dir "$work/state" --yes "$@"; }
finish() {
  local status=$?
  if ((status)); then
    dmesg | tail -10
    grep -H . /run/lunet/stuck/* 2>/dev/null || true
  fi
  dmsetup resume --noudevsync slow 2>/dev/null || true
  [[ -z $shell ]] || kill "$shell" 2>/dev/null || true
  dmsetup remove --noudevsync --retry slow 2>/dev/null || true
  [[ -z $loop ]] || losetup -d "$loop" || true
  rm -rf "$work"
}
trap finish EXIT
. tests/kernel/within.sh
nobody_is_stuck() { # processes of Lunet that wait in the kernel
  local each
  for each in /proc/[0-9]*/comm; do
    if [[ $(cat "$each" 2>/dev/null) == lunet-kernel ]] && grep -q '^State:.*D' "${each%comm}status" 2>/dev/null; then return 1; fi
  done
}

modprobe -a dm_mod target_core_iblock target_core_file
truncate -s 16M "$work/medium"
loop=$(losetup --find --show "$work/medium")
dmsetup create slow --noudevsync --table "0 32768 linear $loop 0"
[[ -b $slow ]] || dmsetup mknodes slow

# A shell that sees all of it, its commands by a pipe.
mkfifo "$work/words"
lunet <"$work/words" >>"$work/shell" 2>&1 &
shell=$!
exec 7>"$work/words"

# With a file disk nothing in the kernel's tree is locked meanwhile: the shell has to learn of it from who gave up.
for kind in block fileio; do
  lunet "/backstores/$kind" create d0 $slow >/dev/null
  dd if=/dev/urandom of=$slow bs=64k count=16 conv=notrunc status=none # not written back yet
  dmsetup suspend --noudevsync --noflush --nolockfs slow
  if lunet "/backstores/$kind" delete d0 >"$work/out" 2>&1; then echo "the delete came back"; exit 1; fi
  grep -q 'rmdir core/.*/d0: .*stuck in the kernel' "$work/out" || { cat "$work/out"; exit 1; }
  echo "case ok $kind.named"

  # Without waiting again: its own directory is refused, all else is done.
  lunet /backstores/ramdisk create r0 4096 >"$work/out" 2>&1 || { cat "$work/out"; exit 1; }
  lunet ls /backstores >"$work/ls"
  grep -q ' d0 .*\[stuck in the kernel\]' "$work/ls" || { cat "$work/ls"; exit 1; }
  grep -q ' r0 ' "$work/ls" || { cat "$work/ls"; exit 1; }
  lunet /backstores/ramdisk delete r0 >/dev/null
  # Nobody else got stuck for it.
  [[ $(find /run/lunet/stuck -type f | wc -l) == 1 ]] || { grep -H . /run/lunet/stuck/*; exit 1; }
  echo ls /backstores >&7
  within 300 grep -q ' d0 .*\[stuck in the kernel\]' "$work/shell"
  echo "case ok $kind.others-go-on"

  dmsetup resume --noudevsync slow
  within 300 nobody_is_stuck
  : >"$work/shell"
  echo ls /backstores >&7
  within 300 grep -q ramdisk "$work/shell"
  if grep 'stuck in the kernel' "$work/shell"; then echo "the shell still says so"; exit 1; fi
  lunet ls /backstores >"$work/ls"
  if grep 'stuck in the kernel' "$work/ls"; then exit 1; fi
  lunet status >"$work/out" 2>&1 || { cat "$work/out"; exit 1; }
  [[ -z $(ls -A /run/lunet/stuck) ]]
  [[ -z $(find $cfg/core -mindepth 2 -maxdepth 2 -type d -path '*_[0-9]*/*') ]]
  echo "case ok $kind.over"
  # The HBA was to go after the disk; it stays, empty.
  find $cfg/core -mindepth 1 -maxdepth 1 -name '*_[0-9]*' -exec rmdir {} +
done
exec 7>&-
wait $shell
shell=
