# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Block disks on the kernel's target: file by file what targetcli makes, refused where the device is in use, restored.
set -euo pipefail
bin=$LUNET_BIN
work=$(mktemp -d)
cfg=/sys/kernel/config/target
device=
read_only=
parted=
clean() {
  [[ -z $parted ]] || losetup -d "$parted"
  [[ -z $device ]] || losetup -d "$device"
  [[ -z $read_only ]] || losetup -d "$read_only"
  rm -rf "$work"
}
trap clean EXIT
lunet() { "$bin/lunet" --runtime kernel --state-dir "$work/state" "$@"; }
serial=6c1d2f5e-7a36-4c1b-9f1e-2f0f5d1a7b11

truncate -s 8M "$work/medium" "$work/medium2"
device=$(losetup --find --show --sector-size 4096 "$work/medium")
read_only=$(losetup --find --show --read-only "$work/medium2")

# Every readable file of the disk; creation times and numbers that only grow are of their moment.
files() {
  (cd "$cfg/core" && { grep -r '' iblock_0/b0 2>/dev/null || true; } | grep -vE 'creation_time|scsi_dev/indx|scsi_lu/dev:|tgt_dev/indx|/inst:' | sort)
}

lunet set global export_backstore_name_as_model=false
lunet /backstores/block create b0 "$device" wwn=$serial
files >"$work/ours"
lunet /backstores/block ls | grep -E 'o- ' >"$work/ours.ls"
lunet /backstores/block delete b0
[ -z "$(find "$cfg/core" -mindepth 1 -maxdepth 1 -name '*_[0-9]*')" ]

# targetcli-fb by default also names the product after the disk, which is a preference of its own.
printf 'set global export_backstore_name_as_model=false\ncd /backstores/block\ncreate b0 %s wwn=%s\nls\n' "$device" $serial |
  targetcli >"$work/theirs.out" 2>&1
files >"$work/theirs"
diff -u "$work/theirs" "$work/ours"
plain() { sed -E 's/^(\/[^ >]*> )+//; s/ \.+ / . /; s/[[:space:]]+$//'; }
grep -E 'o- ' "$work/theirs.out" | plain >"$work/theirs.ls"
plain <"$work/ours.ls" | diff -u "$work/theirs.ls" -

# What targetcli made is in use: another store gets neither it nor its name.
if "$bin/lunet" --runtime kernel --state-dir "$work/other" /backstores/block create b1 "$device" 2>"$work/refusal"; then exit 1; fi
grep -q "$device" "$work/refusal"
printf '/backstores/block delete b0\n' | targetcli >/dev/null 2>&1

# A kernel that cannot share the device (before 6.17) is told from one that did: nothing is left of the disk.
if lunet /backstores/block create b1 "$device" exclusive=false 2>"$work/refusal"; then
  grep -q 'exclusive: 0' "$cfg"/core/iblock_*/b1/info
  lunet /backstores/block delete b1
else
  grep -q 'Linux 6.17' "$work/refusal"
fi
[ -z "$(find "$cfg/core" -mindepth 1 -maxdepth 1 -name '*_[0-9]*')" ]

# A read-only device makes a read-only disk, and both come back by a restore.
lunet /backstores/block create ro "$read_only"
grep -q 'readonly: 1' "$cfg"/core/iblock_*/ro/info
lunet /backstores/block ls | grep -q ' ro '
lunet /backstores/block create b0 "$device" wwn=$serial
lunet status
targetctl clear
[ -z "$(find "$cfg/core" -mindepth 1 -maxdepth 1 -name '*_[0-9]*')" ]
lunet --yes restore
grep -q 'readonly: 1' "$cfg"/core/iblock_*/ro/info
grep -q "UDEV PATH: $device" "$cfg"/core/iblock_*/b0/info
lunet status

lunet /backstores/block delete b0
lunet /backstores/block delete ro
[ -z "$(find "$cfg/core" -mindepth 1 -maxdepth 1 -name '*_[0-9]*')" ]

# A partition behind the plugin for files: its size is looked up, and it comes back.
truncate -s 16M "$work/parted"
/usr/bin/python3 - "$work/parted" <<'PYTHON'
import struct
import sys
with open(sys.argv[1], "r+b") as disk:
    disk.seek(446)
    disk.write(struct.pack("<B3sB3sII", 0, b"", 0x83, b"", 2048, 8192))
    disk.seek(510)
    disk.write(b"\x55\xaa")
PYTHON
parted=$(losetup --find --show --partscan "$work/parted")
lunet /backstores/fileio create p0 "${parted}p1" | grep -q 'Created fileio p0 with size 4194304'
lunet /iscsi create iqn.2026-11.org.example:p
lunet /iscsi/iqn.2026-11.org.example:p/tpg1/luns create /backstores/fileio/p0
lunet /iscsi/iqn.2026-11.org.example:p/tpg1 set attribute generate_node_acls=1
capacity() { iscsi-readcapacity16 iscsi://127.0.0.1:3260/iqn.2026-11.org.example:p/0; }
[[ $(capacity) == *"Total size:4194304"* ]] || { capacity; exit 1; }
targetctl clear
lunet restore
[[ $(capacity) == *"Total size:4194304"* ]]
lunet --yes /iscsi delete iqn.2026-11.org.example:p
lunet --yes /backstores/fileio delete p0
