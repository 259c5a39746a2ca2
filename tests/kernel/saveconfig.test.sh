# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# saveconfig.json both ways, with the real programs: what targetctl saves loads without loss, and what lunet writes of it
# targetctl restores to the same. With $LUNET_ORACLE, a folder, what targetctl saved is left there:
# tests/golden/saveconfig-targetcli-fb.json.
set -euo pipefail
bin=$LUNET_BIN
folder=$(mktemp -d)
loop=$(losetup -f)
trap 'losetup -d "$loop" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
target=iqn.2026-11.org.example:t1
tpg=/iscsi/$target/tpg1
host=iqn.2026-11.org.example
serial() { echo "wwn=00000000-0000-4000-8000-0000000000$1"; }

mkdir -p /srv
truncate -s 16M /srv/loop.img
losetup "$loop" /srv/loop.img
targetcli >session 2>&1 <<COMMANDS
set global auto_add_default_portal=false auto_save_on_exit=false
/backstores/fileio create f0 /srv/f0.img 64M $(serial f0)
/backstores/fileio create f1 /srv/f1.img 8M write_back=false $(serial f1)
/backstores/ramdisk create r0 16M $(serial a0)
/backstores/ramdisk create n0 16M nullio=true $(serial a1)
/backstores/block create b0 $loop $(serial b0)
/backstores/pscsi create p0 /dev/sda
/backstores/fileio/f0 set attribute emulate_tpu=1 is_nonrot=1
/backstores/fileio/f0/alua create ano 16
/backstores/fileio/f0/alua/ano set alua alua_access_state=1 alua_access_type=3 nonop_delay_msecs=200 preferred=1
/iscsi set discovery_auth userid=disco password=discovery-secret mutual_userid=back mutual_password=mutual-secret-1 enable=1
/iscsi create $target
/iscsi/$target create 2
$tpg/portals create 127.0.0.1 3260
$tpg/portals create ::1 3261
/iscsi/$target/tpg2/portals create 0.0.0.0 3262
$tpg/luns create /backstores/fileio/f0 0
$tpg/luns create /backstores/fileio/f1 1
$tpg/luns create /backstores/ramdisk/r0 7
$tpg/luns create /backstores/block/b0 12
$tpg/luns create /backstores/pscsi/p0 200
$tpg/luns/lun0 set alua alua_tg_pt_gp_name=ano
/iscsi/$target/tpg2/luns create /backstores/ramdisk/n0 3
$tpg/acls create $host:h1
$tpg/acls create $host:h2 add_mapped_luns=false
$tpg/acls create $host:h3 add_mapped_luns=false
$tpg/acls tag $host:h2 cluster
$tpg/acls tag $host:h3 cluster
$tpg/acls/cluster create 0 0
$tpg/acls/cluster create 5 7 1
$tpg/acls/$host:h1 set auth userid=alice password=alice-secret-1 mutual_userid=target mutual_password=mutual-secret-2
$tpg/acls/$host:h1 set attribute nopin_timeout=20 dataout_timeout=10
$tpg/acls/cluster set auth userid=cluster password=cluster-secret
$tpg set attribute authentication=1 login_timeout=20
$tpg set parameter MaxRecvDataSegmentLength=65536 HeaderDigest=CRC32C
/iscsi/$target/tpg2 set attribute generate_node_acls=1 demo_mode_write_protect=0
/iscsi/$target/tpg2 set auth userid=demo password=demo-secret-123
/iscsi/$target/tpg2 disable
/loopback create naa.5001405000000001
/loopback/naa.5001405000000001/luns create /backstores/ramdisk/n0
exit
COMMANDS
targetctl save "$folder/theirs.json"
[[ -z ${LUNET_ORACLE:-} ]] || cp theirs.json session "$LUNET_ORACLE"
for word in p0 b0 n0 ano disco cluster '"\[::1\]"' '"preferred": 1' nullio loopback; do
  grep -q "$word" theirs.json || { cat session; echo "the configuration to test with lacks $word"; exit 1; }
done

# Nothing gets lost on the way, and nothing is reported as lost but what rtslib-fb itself does not restore.
"$bin/lunet" convert theirs.json config.lio 2>warnings
[[ ! -s warnings ]] || { cat warnings; exit 1; }
[[ $(stat -c %a config.lio) == 600 ]]
"$bin/lunet" convert config.lio ours.json 2>warnings
if grep -v 'does not restore parameters here$' warnings; then exit 1; fi
[[ $(stat -c %a ours.json) == 600 ]]
same() { # two files, whatever the order of their lists
  python3 - "$@" <<'PYTHON'
import json, sys

def sort(value):
    if isinstance(value, dict):
        return {key: sort(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((sort(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value

texts = [json.dumps(sort(json.load(open(name))), indent=1, sort_keys=True).splitlines() for name in sys.argv[1:]]
different = [pair for pair in zip(*texts) if pair[0] != pair[1]]
if different or len(texts[0]) != len(texts[1]):
    sys.exit(f"{sys.argv[1:]} differ in {len(different)} lines, the first: {different[:3]}")
PYTHON
}
same theirs.json ours.json

# What rtslib-fb makes of it is what was there.
targetctl clear
targetctl restore "$folder/ours.json" 2>errors
[[ ! -s errors ]] || { cat errors; exit 1; }
targetctl save "$folder/again.json"
same theirs.json again.json
targetctl clear

# The same by lunet itself: it makes what rtslib-fb wrote, and rtslib-fb reads that as the same; what it then writes rtslib-fb makes.
lunet() { "$bin/lunet" --runtime kernel --state-dir "$folder/state" --yes "$@"; }
lunet restoreconfig "$folder/theirs.json"
lunet status
targetctl save "$folder/made.json"
same theirs.json made.json
lunet saveconfig "$folder/written.json"
lunet clear
targetctl restore "$folder/written.json" 2>errors
[[ ! -s errors ]] || { cat errors; exit 1; }
targetctl save "$folder/again.json"
same theirs.json again.json
targetctl clear
