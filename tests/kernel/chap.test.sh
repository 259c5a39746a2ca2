# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Secrets that lunet sets on the kernel's target are asked for: only the right one gets in, to its own LUN.
set -euo pipefail
bin=$LUNET_BIN
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
target=iqn.2026-11.org.example:t
host=iqn.2026-11.org.example:host
acl=/iscsi/$target/tpg1/acls/$host
lunet() { "$bin/lunet" --runtime kernel --state-dir "$work/state" "$@"; }
enters() { iscsi-inq -i "$host" "iscsi://${1}127.0.0.1/$target/3"; }

lunet /backstores/ramdisk create r0 4M
lunet /iscsi create "$target"
lunet "/iscsi/$target/tpg1/luns" create /backstores/ramdisk/r0
lunet "/iscsi/$target/tpg1/acls" create "$host" add_mapped_luns=false
lunet "$acl" create 3 0
enters ''
printf '%s\n' the-right-secret the-secret-back |
  lunet "$acl" set auth userid=user password=- mutual_userid=backed mutual_password=-
[ "$(cat "/sys/kernel/config/target/iscsi/$target/tpgt_1/acls/$host/attrib/authentication")" = 1 ]
if enters ''; then exit 1; fi
if enters 'user%the-wrong-secret@'; then exit 1; fi
if enters 'resu%the-right-secret@'; then exit 1; fi
enters 'user%the-right-secret@'
# Mutual: the initiator checks the kernel's answer too. A name of six letters: docs/authentication.md, "On the kernel".
mutual() { iscsi-inq -i "$host" "iscsi://user%the-right-secret@127.0.0.1/$target/3?target_user=$1&target_password=$2"; }
mutual backed the-secret-back
if mutual backed another-secret; then exit 1; fi
if mutual dekcab the-secret-back; then exit 1; fi

lunet --yes /iscsi delete "$target"
lunet --yes /backstores/ramdisk delete r0
