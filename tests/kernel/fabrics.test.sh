# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Plugins and fabrics beside iSCSI, all that this kernel has: made by `apply`, shown, restored, saved as saveconfig.json, taken
# over by targetctl, cleared.
set -euo pipefail
bin=$LUNET_BIN
folder=$(mktemp -d)
finish() {
  rdma link delete rxe0 2>/dev/null || true
  ip link delete dummy0 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
cfg=/sys/kernel/config/target
lunet() { "$bin/lunet" --runtime kernel --state-dir "$folder/state" --yes "$@"; }
case_ok() { echo "case ok $1"; }
values() { # every object, value that can be set, and where links lead; the names of links are of the moment
  (
    cd $cfg
    find core/*_[0-9]*/* loopback vhost fc srpt -type d ! -path '*statistics*' | sort
    { find core/*_[0-9]*/*/{attrib,wwn,alua} loopback vhost fc srpt -type f -perm -600 ! -path '*statistics*' \
      -exec grep -H . {} + 2>/dev/null || true; } | sort
    find loopback vhost fc srpt -type l -printf '%h -> %l\n' | sort
  )
}
# A SCSI adapter that is none, for srpt.
modprobe -a dummy rdma_rxe
ip link add dummy0 type dummy
ip link set dummy0 up
rdma link add rxe0 type rxe netdev dummy0
gid=$(tr -d : </sys/class/infiniband/rxe0/ports/1/gids/0)

cat >site.lio <<SITE
storage rd_mcp disk r0 { size 1048576; wwn 00000000-0000-4000-8000-000000000001 }
# Nobody serves it: what the kernel asks of it when it is exported waits this many seconds for an answer.
storage user disk u0 { config "none/at-all"; size 1048576; wwn 00000000-0000-4000-8000-000000000002; attribute cmd_time_out 1; }
storage pscsi disk p0 path /dev/sda
fabric loopback target naa.5001405000000001 {
    nexus_wwn naa.5001405000000002
    lun 0 backend rd_mcp:r0
    lun 3 backend user:u0
}
fabric vhost target naa.5001405000000003 tpgt 1 {
    nexus_wwn naa.5001405000000004
    lun 0 backend rd_mcp:r0
    lun 1 backend pscsi:p0
}
fabric tcm_fc target naa.2000000000000001 {
    lun 0 backend rd_mcp:r0
    acl naa.2000000000000002 mapped_lun 1 { target_lun 0; write_protect yes }
}
fabric srpt target ib.$gid {
    lun 0 backend rd_mcp:r0
    acl ib.00000000000000000000000000000001 mapped_lun 0 target_lun 0
}
SITE
lunet apply site.lio
lunet status
case_ok apply

# The state of a LUN on one port group.
lun=$cfg/loopback/naa.5001405000000001/tpgt_1/lun/lun_0
generations=$(lunet history | wc -l)
lunet /loopback/naa.5001405000000001/luns/lun0 set alua alua_tg_pt_offline=1
[[ $(<$lun/alua_tg_pt_offline) == 1 ]]
lunet /loopback/naa.5001405000000001/luns/lun0 set alua alua_tg_pt_offline=0 alua_tg_pt_status=1
[[ $(<$lun/alua_tg_pt_offline) == 0 && $(<$lun/alua_tg_pt_status) == 1 ]]
[[ $(lunet history | wc -l) == "$generations" ]]
lunet /loopback/naa.5001405000000001/luns/lun0 set alua alua_tg_pt_status=0
lunet /loopback/naa.5001405000000001/luns/lun0 set alua alua_tg_pt_write_md=yes
[[ $(<$lun/alua_tg_pt_write_md) == 1 ]]
lunet status
lunet /loopback/naa.5001405000000001/luns/lun0 set alua alua_tg_pt_write_md=no # saveconfig.json has no place for it
case_ok secondary-state
lunet ls >listed
for word in p0 u0 naa.5001405000000001 naa.5001405000000003 20:00:00:00:00:00:00:01 "0x$gid"; do
  grep -q "$word" listed || { cat listed; echo "ls does not show $word"; exit 1; }
done
case_ok ls
values >made
grep -q 'loopback/naa.5001405000000001/tpgt_1/nexus:naa.5001405000000002' made || { cat made; exit 1; }
grep -q 'vhost/naa.5001405000000003/tpgt_1/lun/lun_1 -> ' made
grep -q 'fc/20:00:00:00:00:00:00:01/tpgt_1/acls/20:00:00:00:00:00:00:02/lun_1/write_protect:1' made

# A machine that starts again.
targetctl clear
[[ -z $(find $cfg/core -mindepth 1 -maxdepth 1 -name '*_[0-9]*') ]]
lunet restore
values | diff made -
lunet status
case_ok restore

# What lunet writes, targetctl makes, but for the nexus, which rtslib-fb does not keep. The other way
# round is saveconfig.test.sh.
same_but_nexus() {
  values | grep -v '/nexus:' >now
  grep -v '/nexus:' made | diff - now >difference || { cat difference; return 1; }
}
lunet saveconfig "$folder/ours.json"
lunet clear
[[ -z $(find $cfg/core -mindepth 1 -maxdepth 1 -name '*_[0-9]*') ]]
case_ok clear
targetctl restore "$folder/ours.json" 2>errors
[[ ! -s errors ]] || { cat errors; exit 1; }
same_but_nexus
case_ok targetctl-restores-ours
targetctl clear
