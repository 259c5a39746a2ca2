# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Reservations that initiators made to last are there again on the kernel's target after a restart, and on lunetd and back after a
# migration, where both keep them in the store's folder; a disk whose file of them is damaged is not served.
set -euo pipefail
bin=$LUNET_BIN
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
finish() {
  ! [[ -s $folder/state/lunetd.pid ]] || kill "$(<"$folder/state/lunetd.pid")" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
target=iqn.2026-11.org.example:pr
tpg=/iscsi/$target/tpg1
host=iqn.2026-11.org.example:h1
other=iqn.2026-11.org.example:h2
tree=/sys/kernel/config/target
lunet() { "$bin/lunet" --state-dir "$folder/state" --socket "$folder/socket" --yes "$@"; }
initiators() { /usr/bin/python3 "$here/reservations.py" "$1" $target $host $other; }

# As the kernel is after a start: its default is a folder that nobody has, and lunet chooses one before the first disk.
as_started() {
  mkdir -p /var/target
  echo /var/target >$tree/dbroot
  rmdir /var/target
}

lunet --runtime kernel ls >/dev/null
as_started
lunet --runtime kernel /backstores/fileio create d "$folder/d.img" 8M
lunet /iscsi create $target
lunet $tpg/luns create /backstores/fileio/d
lunet $tpg/acls create $host
lunet $tpg/acls create $other
initiators reserve
serial=$(sed 's/.*: //' "$tree"/core/fileio_*/d/wwn/vpd_unit_serial)
kept=$folder/state/pr/aptpl_$serial
grep -q "initiator_node=$host" "$kept"
echo "case ok reserved"

# A machine that starts again has an empty target.
targetctl clear
as_started
lunet restore
[[ $(<$tree/dbroot) == "$folder/state" ]]
initiators check
echo "case ok restored"
# Made again in place, as for a value that only a new disk takes.
lunet /backstores/fileio/d set attribute emulate_tpu=1
initiators check

# As the kernel leaves it when the power goes while it writes.
targetctl clear
as_started
cp "$kept" "$folder/kept"
: >"$kept"
status=0
lunet restore >said 2>&1 || status=$?
[[ $status == 4 ]]
grep -q "persistent reservations" said
[[ ! -e $tree/core/fileio_0/d ]]
cp "$folder/kept" "$kept"
lunet restore
initiators check
echo "case ok damaged"

# lunetd writes the file in a form of its own.
lunet migrate lunetd
as_started
initiators check
initiators reserve
head -1 "$kept" | grep -q '^lunet-reservations '
lunet migrate kernel
initiators check
echo "case ok migrated"

lunet /iscsi delete $target
lunet /backstores/fileio delete d
