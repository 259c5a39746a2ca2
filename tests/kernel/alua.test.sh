# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# ALUA states that the kernel's target is told to keep are there again after a restart, whoever set them; what an edit deletes
# is forgotten, with its folder.
set -euo pipefail
bin=$LUNET_BIN
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
target=iqn.2026-11.org.example:alua
tpg=/iscsi/$target/tpg1
host=iqn.2026-11.org.example:h1
disk=/backstores/fileio/d
tree=/sys/kernel/config/target
group=$tree/core/fileio_0/d/alua/slow
lun=$tree/iscsi/$target/tpgt_1/lun/lun_0
kept=$folder/state/alua
lunet() { "$bin/lunet" --runtime kernel --state-dir "$folder/state" --yes "$@"; }
set_by_initiator() { /usr/bin/python3 "$here/alua.py" $target $host 16 "$1"; }
case_ok() { echo "case ok $1"; }
is() { # FILE VALUE
  [[ $(<"$1") == "$2" ]] || { echo "$1 is $(<"$1"), not $2"; exit 1; }
}
is_at() { # FILE LINE
  grep -qx "$2" "$1" || { echo "$1 has no line $2:"; cat "$1"; exit 1; }
}

# As the kernel is after a start: its default is a folder that nobody has, and lunet chooses one before the first disk.
as_started() {
  mkdir -p /var/target
  echo /var/target >$tree/dbroot
  rmdir /var/target
}
clear_target() {
  PYTHONPATH=$here/../support /usr/bin/python3 -c 'import kernel_tree; kernel_tree.clear()'
  as_started
}
restart() {
  clear_target
  lunet restore
  lunet status >said || { cat said; exit 1; }
  lunet diff
}

lunet ls >/dev/null
as_started
lunet <<COMMANDS
/backstores/fileio create d $folder/d.img 8M
$disk/alua create slow 16
$disk/alua/slow set alua alua_access_state=1 alua_write_metadata=1
/iscsi create $target
$tpg/luns create $disk
$tpg/luns/lun0 set alua alua_tg_pt_gp_name=slow
$tpg/luns/lun0 set alua alua_tg_pt_write_md=1
$tpg/acls create $host
COMMANDS
serial=$(sed 's/.*: //' $tree/core/fileio_0/d/wwn/vpd_unit_serial)
of_group=$kept/tpgs_$serial/slow
of_lun=$kept/iSCSI/$target+1/lun_0
[[ $(stat -c %a "${of_group%/*}" "${of_lun%/*}" | sort -u) == 700 ]]
is_at "$of_group" alua_access_state=0x01
is_at "$of_lun" alua_tg_pt_offline=0
case_ok folders

# From here on the kernel writes them.
set_by_initiator 2
is $group/alua_access_state 2
is_at "$of_group" tg_pt_gp_id=16
is_at "$of_group" alua_access_state=0x02
is_at "$of_group" alua_access_status=0x01
lunet $tpg/luns/lun0 set alua alua_tg_pt_offline=1
is_at "$of_lun" alua_tg_pt_offline=1
is_at "$of_lun" alua_tg_pt_status=0x02
lunet diff
case_ok kept

restart
is $group/alua_access_state 2
is $group/alua_write_metadata 1
is $lun/alua_tg_pt_offline 1
is $lun/alua_tg_pt_write_md 1
is_at "$of_group" alua_access_state=0x02
is_at "$of_lun" alua_tg_pt_offline=1
lunet $tpg/luns/lun0 set alua alua_tg_pt_offline=0
# Made again in place, as for a value that only a new disk takes.
lunet $disk set attribute emulate_tpu=1
is $group/alua_access_state 2
is $lun/alua_tg_pt_offline 0
case_ok restored

# Of a group that only initiators may change.
lunet $disk/alua/slow set alua alua_access_type=2
set_by_initiator 3
restart
is $group/alua_access_state 3
is $group/alua_access_type Explicit
clear_target
: >"$of_group"
lunet restore
is $group/alua_access_state 1
is $group/alua_access_type Explicit
lunet $disk/alua/slow set alua alua_access_type=3
case_ok explicit

# As the kernel leaves it when the power goes while it writes: what is recorded counts.
clear_target
: >"$of_group"
lunet restore
is $group/alua_access_state 1
is_at "$of_group" alua_access_state=0x01
case_ok damaged

# An earlier state does not come back: what is when the switch is set is what is kept.
lunet $disk/alua/slow set alua alua_write_metadata=0
[[ ! -e $of_group ]]
set_by_initiator 0
restart
[[ ! -e $of_group ]]
is $group/alua_access_state 1
set_by_initiator 0
lunet $disk/alua/slow set alua alua_write_metadata=1
restart
is $group/alua_access_state 0
case_ok switch

# The names of other fabrics' folders; what the kernel writes is not what was there when the switch was set.
lunet <<'COMMANDS'
/loopback create naa.5001405000000001
/loopback/naa.5001405000000001/luns create /backstores/fileio/d
/loopback/naa.5001405000000001/luns/lun0 set alua alua_tg_pt_write_md=1
/loopback/naa.5001405000000001/luns/lun0 set alua alua_tg_pt_offline=1
/vhost create naa.5001405000000003
/vhost/naa.5001405000000003/tpg1/luns create /backstores/fileio/d
/vhost/naa.5001405000000003/tpg1/luns/lun0 set alua alua_tg_pt_write_md=1
/vhost/naa.5001405000000003/tpg1/luns/lun0 set alua alua_tg_pt_offline=1
COMMANDS
is_at "$kept/loopback/naa.5001405000000001+1/lun_0" alua_tg_pt_offline=1
is_at "$kept/vhost/naa.5001405000000003+1/lun_0" alua_tg_pt_offline=1
restart
is $tree/loopback/naa.5001405000000001/tpgt_1/lun/lun_0/alua_tg_pt_offline 1
is $tree/vhost/naa.5001405000000003/tpgt_1/lun/lun_0/alua_tg_pt_offline 1
lunet /loopback delete naa.5001405000000001
lunet /vhost delete naa.5001405000000003
[[ -z $(find "$kept/loopback" "$kept/vhost" -mindepth 1) ]]
case_ok other-fabrics

# An edit forgets what it deletes, and nothing else.
touch "$kept/tpgs_of_somebody_else"
lunet $disk/alua create fast 17
lunet $disk/alua/fast set alua alua_write_metadata=1
[[ -e $kept/tpgs_$serial/fast ]]
lunet $disk/alua delete fast
[[ ! -e $kept/tpgs_$serial/fast && -e $of_group && -e $of_lun ]]
lunet /iscsi delete $target
[[ ! -e ${of_lun%/*} ]]
lunet /backstores/fileio delete d
[[ ! -e ${of_group%/*} && -e $kept/tpgs_of_somebody_else ]]
case_ok forgotten
