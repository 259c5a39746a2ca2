# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the store says comes back on the kernel's target after a restart, and a disk goes with all that hangs on it.
set -euo pipefail
bin=$LUNET_BIN
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
target=iqn.2026-11.org.example:t1
tpg=/iscsi/$target/tpg1
host=iqn.2026-11.org.example:h1
tree=/sys/kernel/config/target
lunet() { "$bin/lunet" --runtime kernel --state-dir "$folder/state" --yes "$@"; }
values() { # every value that can be set, and every link
  (cd $tree && find core/*_[0-9]*/*/{attrib,wwn} "iscsi/$target" -type f -perm -600 -exec grep -H . {} + | sort)
  (cd $tree && find "iscsi/$target" -type l -printf '%h -> %l\n' | sort)
}

lunet /backstores/fileio create name=d1 "file_or_dev=$folder/d1.img" size=8M
lunet /backstores/fileio create d2 "$folder/d2.img" 4M write_back=false
lunet /backstores/ramdisk create r1 2M
lunet /iscsi create $target
lunet $tpg/luns create /backstores/fileio/d1
lunet $tpg/luns create /backstores/fileio/d2 lun=9
lunet $tpg/luns create /backstores/ramdisk/r1 lun=5
lunet $tpg/acls create $host
lunet $tpg/acls/$host delete 5
lunet $tpg/acls/$host create 7 5 write_protect=true
lunet $tpg/portals create 127.0.0.1 3261
lunet $tpg set attribute login_timeout=20
[[ $(<"$tree/iscsi/$target/tpgt_1/attrib/login_timeout") == 20 ]]
lunet status
lunet ls >listed
values >made

# A machine that starts again has an empty target and the store.
targetctl clear
[[ ! -e $tree/iscsi/$target ]]
lunet restore
lunet ls | diff listed -
values | diff made -

lunet /backstores/ramdisk delete r1
[[ ! -e $tree/iscsi/$target/tpgt_1/lun/lun_5 && ! -e $tree/iscsi/$target/tpgt_1/acls/$host/lun_7 ]]
if lunet /backstores/ramdisk delete r1 2>error; then echo "a missing disk was deleted"; exit 1; fi
grep -q r1 error
lunet /iscsi delete $target
lunet /backstores/fileio delete d1
lunet /backstores/fileio delete d2
[[ -s d1.img && -s d2.img ]]
