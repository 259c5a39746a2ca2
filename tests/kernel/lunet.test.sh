# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# lunet on the kernel's target: what it makes is what targetcli shows, and deleting it leaves nothing.
set -euo pipefail
bin=$LUNET_BIN
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
target=iqn.2026-11.org.example:t
host=iqn.2026-11.org.example:host
lunet() { "$bin/lunet" --runtime kernel --state-dir "$work/state" "$@"; }

lunet /backstores/fileio create f0 "$work/f0.img" 8M
lunet /backstores/fileio create f1 "$work/f1.img" 8M buffered=false
lunet /backstores/ramdisk create r0 4M
lunet /iscsi create "$target"
lunet "/iscsi/$target/tpg1/luns" create /backstores/fileio/f0
lunet "/iscsi/$target/tpg1/luns" create /backstores/ramdisk/r0 7
lunet "/iscsi/$target/tpg1/acls" create "$host" add_mapped_luns=false
lunet "/iscsi/$target/tpg1/acls/$host" create 3 0 write_protect=true
lunet "/iscsi/$target/tpg1/acls/$host" create 4 7
lunet "/iscsi/$target/tpg1/acls/$host" set auth userid=user password=0123456789ab

cfg=/sys/kernel/config/target
tpg=$cfg/iscsi/$target/tpgt_1
[ "$(cat "$tpg/enable")" = 1 ]
[ "$(cat "$tpg/acls/$host/lun_3/write_protect")" = 1 ]
[ "$(cat "$tpg/acls/$host/lun_4/write_protect")" = 0 ]
[ "$(cat "$tpg/acls/$host/auth/userid")" = user ]
[ "$(cat "$tpg/acls/$host/attrib/authentication")" = 1 ]
[ "$(stat -c %s "$work/f0.img")" = 8388608 ]

# The same tree, drawn by both; only the run of dots may have another length.
# With its input from a pipe targetcli prints its prompts, too.
plain() { sed -E 's/^(\/[^ >]*> )+//; s/ \.+ / . /; s/[[:space:]]+$//' | grep -v '^$'; }
printf 'cd /\nls / 1\ncd /iscsi\nls\ncd /backstores/fileio\nls\ncd /backstores/ramdisk\nls\n' | targetcli 2>/dev/null |
  grep -E 'o- ' | plain >"$work/theirs"
{
  lunet / ls / 1
  lunet /iscsi ls
  lunet /backstores/fileio ls
  lunet /backstores/ramdisk ls
} | plain >"$work/ours"
diff -u "$work/theirs" "$work/ours"

# What monitoring asks for: sizes as they are, and the counts of LIO.
lunet metrics --output "$work/lunet.prom"
[ "$(stat -c %a "$work/lunet.prom")" = 644 ]
has() { grep -qxF "$1" "$work/lunet.prom"; }
has 'lunet_runtime_info{runtime="kernel"} 1'
has 'lunet_disk_size_bytes{disk="fileio/f0"} 8388608'
has 'lunet_disk_size_bytes{disk="ramdisk/r0"} 4194304'
has "lunet_target_sessions{target=\"$target\",tpg=\"1\"} 0"
for name in commands read_bytes written_bytes; do
  has "lunet_lun_${name}_total{target=\"$target\",tpg=\"1\",lun=\"7\",disk=\"ramdisk/r0\"} 0"
done
/usr/bin/python3 "$here/metrics.py" "$work/lunet.prom" "$target" "$host" 7 4 user 0123456789ab -- \
  "$bin/lunet" --runtime kernel --state-dir "$work/state" metrics --output "$work/lunet.prom"

# A name that is taken and a file that is used change nothing.
before=$(find "$cfg/core" "$cfg/iscsi" | sort)
if lunet /backstores/ramdisk create r0 1M; then exit 1; fi
if lunet /backstores/fileio create other "$work/f0.img"; then exit 1; fi
[ "$before" = "$(find "$cfg/core" "$cfg/iscsi" | sort)" ]

lunet history
lunet /iscsi delete "$target"
lunet /backstores/fileio delete f0
lunet /backstores/fileio delete f1
lunet --yes /backstores/ramdisk delete r0
[ -e "$work/f0.img" ]
[ -z "$(find "$cfg/core" -mindepth 1 -maxdepth 1 -name '*_[0-9]*')" ]
