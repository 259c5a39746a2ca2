# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Starts of a machine with systemd's own units, installed as the package does it, each program confined as its unit says: what is
# recorded is served by the kernel's target and by lunetd, what is late is waited for, and the state of the unit says so.
set -euo pipefail
bin=$LUNET_BIN
target=iqn.2026-11.org.example:boot
host=iqn.2026-11.org.example:host
tpg=/iscsi/$target/tpg1
store=/var/lib/lunet
disks=/srv/disks
manager=
. tests/kernel/within.sh
case_ok() { echo "case ok $1"; }

finish() {
  local status=$?
  if ((status)) && [[ -n $manager ]]; then
    systemctl --no-pager --full status lunet-restore lunetd || true
    journalctl --no-pager -D /run/log/journal -o cat -u lunetd -u lunet-restore | tail -40 || true
    systemctl --no-pager list-jobs || true
  fi
  shut_down
  rm -rf "$disks"
  # The message bus of the other tests, in whose place the booted machine's was.
  rm -rf /run/dbus
  mkdir /run/dbus
  dbus-daemon --system --fork
}
trap finish EXIT

# systemd as the first process of a namespace of its own; its sockets are in the /run of both.
boot() {
  env -i container=guest PATH="$PATH" unshare --pid --fork --kill-child --mount --mount-proc --propagation private \
    bash -c 'exec /lib/systemd/systemd --system --unit=lunet-test.target --show-status=no' >/dev/null 2>&1 &
  manager=$!
  within 300 is lunet-test.target "active active"
}
is_gone() { ! pgrep -f unit=lunet-test.target >/dev/null; }
shut_down() {
  [[ -n $manager ]] || return 0
  kill -KILL "$manager" 2>/dev/null || true # its first process goes with it, and all others with that one
  wait "$manager" 2>/dev/null || true
  within 60 is_gone
  manager=
  rm -rf /run/systemd /run/udev
}
# As a machine that was switched off and on.
switch_off() {
  shut_down
  /usr/bin/python3 -c "import kernel_tree; kernel_tree.clear()"
}
# The manager now and then hangs up on who is in another namespace.
ask() { # SHOW-OPTION...
  local said _
  for _ in {1..100}; do
    said=$(systemctl show "$@" 2>/dev/null) && break
    sleep 0.1
  done
  echo "$said"
}
state() { ask -P ActiveState -P SubState "$1" | paste -sd ' '; } # UNIT: "active exited", "active running"
is() { [[ $(state "$1") == "$2" ]]; }
# What an initiator reads that it wrote, or at an earlier call had written.
io() { # write|read LUN TEXT
  /usr/bin/python3 - "$@" <<'PYTHON'
import sys
from initiator import Initiator
what, lun, text = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode().ljust(512, b".")
# What Linux proposes itself, where nobody else has, has to be answered.
keys = {"DefaultTime2Wait": "2", "DefaultTime2Retain": "20"}
with Initiator("127.0.0.1", 3260, "iqn.2026-11.org.example:boot", "iqn.2026-11.org.example:host", keys=keys) as host:
    host.clear_unit_attentions(lun)
    if what == "write":
        host.write(lun, 8, text)
        host.command(lun, bytes([0x35]) + bytes(9))  # SYNCHRONIZE CACHE
    assert host.read(lun, 8, 1) == text
PYTHON
}
make_target() { # RUNTIME DISK...
  local runtime=$1
  shift
  lunet --runtime "$runtime" <<COMMANDS
set global auto_add_default_portal=false
/iscsi create $target
$tpg/portals create 127.0.0.1 3260
$tpg/acls create $host
$tpg set attribute authentication=0
$(printf "$tpg/luns create %s\n" "$@")
COMMANDS
}

cmake --install "$bin/.." --prefix /usr >/dev/null
install -m 644 packaging/systemd/*.service packaging/systemd/*.socket /lib/systemd/system/
printf '[Unit]\nRequires=basic.target\nAfter=basic.target\nWants=lunet-restore.service lunetd.socket\n' >/lib/systemd/system/lunet-test.target
# Nor are drivers loaded for all that the machine has: the other tests' SCSI hosts would get other numbers.
ln -s /dev/null /etc/systemd/system/systemd-udev-trigger.service
mount -t cgroup2 cgroup /sys/fs/cgroup 2>/dev/null || mountpoint -q /sys/fs/cgroup
mkdir -p "$disks" /run/log/journal

# The kernel's target. A file that is there, one that is late.
lunet --runtime kernel /backstores/fileio create there $disks/there.img 8M >/dev/null
lunet --runtime kernel /backstores/fileio create late $disks/late.img 8M >/dev/null
make_target kernel /backstores/fileio/there /backstores/fileio/late >/dev/null
io write 0 kernel
mv $disks/late.img $disks/away
switch_off
boot
within 300 is lunet-restore "active running"
ask -P StatusText lunet-restore | grep -q late
io read 0 kernel
case_ok kernel.degraded
mv $disks/away $disks/late.img
within 300 is lunet-restore "active exited"
io write 1 late
lunet status | grep -q 'in sync'
case_ok kernel.ok
switch_off

# lunetd: nobody starts it but the first who connects.
rm -rf $store
boot
truncate -s 8M $disks/medium
device=$(losetup --find --show $disks/medium)
lunet --runtime lunetd /backstores/fileio create f $disks/f.img 8M >/dev/null
is lunetd "active running"
lunet /backstores/block create b "$device" >/dev/null
make_target lunetd /backstores/fileio/f /backstores/block/b >/dev/null
io write 0 file
io write 1 device
case_ok lunetd.socket
process=$(pgrep -x lunetd)
grep -q '^Seccomp:.2$' "/proc/$process/status"
kill -KILL "$process"
within 300 io read 0 file
io read 1 device
[[ $(pgrep -x lunetd) != "$process" && $(ask -P NRestarts lunetd) == 1 ]]
case_ok lunetd.killed
switch_off
boot
within 300 is lunet-restore "active exited"
io read 0 file
io read 1 device
lunet status | grep -q 'in sync'
case_ok lunetd.boot
switch_off

# What cannot be restored at all is said.
echo damaged >$store/journal.lio
boot
within 300 is lunet-restore "failed failed"
case_ok failed
shut_down
losetup -d "$device"
