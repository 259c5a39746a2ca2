# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A store from the kernel to lunetd and back: an initiator reads what it wrote, the file stays what it is, and each runtime
# has nothing of it when the other one serves it.
set -euo pipefail
bin=$LUNET_BIN
work=$(mktemp -d)
target=iqn.2026-11.org.example:t
host=iqn.2026-11.org.example:host
cfg=/sys/kernel/config/target
lunet() { "$bin/lunet" --state-dir "$work/state" --socket "$work/socket" --yes "$@"; }
finish() {
  ! [[ -s $work/state/lunetd.pid ]] || kill "$(<"$work/state/lunetd.pid")" 2>/dev/null || true
  cat "$work/state/lunetd.log" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
io() { # write|read PATTERN: at block 16 of LUN 0; a read of something else fails
  qemu-io --image-opts "driver=iscsi,transport=tcp,portal=127.0.0.1:3270,target=$target,lun=0,initiator-name=$host" -c "$1 -P $2 8k 4k" >"$work/io" 2>&1 ||
    { cat "$work/io"; return 1; }
  ! grep -q 'verification failed' "$work/io"
}

truncate -s 4M "$work/f0.img"
cat >"$work/site.lio" <<LIO
storage fileio disk f0 {
    path $work/f0.img
    size 4M
    buffered yes
}
storage rd_mcp disk r0 size 1M
fabric iscsi target $target tpgt 1 {
    enable yes
    attribute authentication 0
    lun 0 backend fileio:f0
    lun 1 backend rd_mcp:r0
    acl $host {
        mapped_lun 0 target_lun 0
        mapped_lun 1 target_lun 1
    }
    portal 127.0.0.1:3270
}
LIO
lunet --runtime kernel apply "$work/site.lio"
io write 0x51
if io read 0x50; then exit 1; fi # it can fail
inode=$(stat -c '%i %s' "$work/f0.img")
lunet show >"$work/shown"
echo "case ok on-the-kernel"

# Without consent nothing happens: the RAM disk's data would be lost.
if "$bin/lunet" --state-dir "$work/state" --socket "$work/socket" migrate 2>"$work/refused" </dev/null; then exit 1; fi
grep -q 'RAM disk r0 is lost' "$work/refused" || { cat "$work/refused"; exit 1; }
io read 0x51

lunet migrate lunetd
[[ ! -d $cfg/iscsi/$target && -z $(find $cfg/core -mindepth 2 -maxdepth 2 -type d -path '*_[0-9]*/*') ]]
io read 0x51
io write 0x52
lunet verify
lunet show | diff "$work/shown" -
echo "case ok kernel-to-lunetd"

# A name that the kernel has from somebody else: nothing is touched.
mkdir -p "$cfg/iscsi/$target"
if lunet migrate kernel 2>"$work/refused"; then exit 1; fi
grep -q 'is not of this store' "$work/refused" || { cat "$work/refused"; exit 1; }
rmdir "$cfg/iscsi/$target"
io read 0x52

# Killed before the store names the kernel: it is lunetd's, and all of it comes back.
if LUNET_TEST_EXIT_AT=3 lunet migrate kernel; then exit 1; fi
lunet restore
io read 0x52
echo "case ok killed"

lunet migrate kernel
[[ -d $cfg/iscsi/$target/tpgt_1/lun/lun_0 ]]
io read 0x52
lunet verify
lunet show | diff "$work/shown" -
[[ $(stat -c '%i %s' "$work/f0.img") == "$inode" ]]
echo "case ok lunetd-to-kernel"
lunet clear
