# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The kernel's own initiator with the kernel's target and with lunetd, both made by the same commands: file systems, verified
# I/O, trim, growth while mounted, two paths of which one is cut, and what both answer to sg3-utils.
set -euo pipefail
bin=$LUNET_BIN
work=$(mktemp -d)
target=iqn.2026-11.org.example:t
host=iqn.2026-11.org.example:host
tpg=/iscsi/$target/tpg1
first=127.0.0.1
second=192.0.2.1 # of an interface of its own: without it that path is cut
runtime=
lunetd=
daemons=()
lunet() { "$bin/lunet" --runtime "$runtime" --state-dir "$work/$runtime" --no-start --yes "$@"; }
quiet() { "$@" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }; }
case_ok() { echo "case ok $runtime.$1"; }

finish() {
  local status=$?
  if ((status)); then
    iscsiadm -m session -P 1 || true
    multipath -ll || true
    dmesg | tail -25
    ! [[ -e $work/lunetd.log ]] || tail -20 "$work/lunetd.log"
  fi
  mountpoint -q "$work/mnt" && umount -l "$work/mnt"
  multipath -F >/dev/null 2>&1 || true
  iscsiadm -m node -T $target -u >/dev/null 2>&1 || true
  for process in "${daemons[@]}" $lunetd; do kill "$process" 2>/dev/null || true; done
  ! [[ -s /run/iscsid.pid ]] || kill "$(</run/iscsid.pid)" 2>/dev/null || true
  ip link delete cut0 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

. tests/kernel/within.sh
disk() { echo "/dev/disk/by-path/ip-$1:3260-iscsi-$target-lun-$2"; } # PORTAL LUN
kernel_name() { basename "$(readlink -f "$(disk "$1" "$2")")"; }

prepare() {
  modprobe -a iscsi_tcp dummy ext4 xfs dm_multipath dm_round_robin dm_service_time scsi_dh_alua
  /lib/systemd/systemd-udevd &
  daemons+=($!)
  within 300 test -S /run/udev/control
  ip link add cut0 type dummy
  ip link set cut0 up
  ip address add $second/32 dev cut0
  mkdir -p /etc/iscsi /run/lock/iscsi "$work/mnt"
  echo "InitiatorName=$host" >/etc/iscsi/initiatorname.iscsi
  sed -i 's/^node.startup.*/node.startup = manual/' /etc/iscsi/iscsid.conf
  iscsid
  cat >/etc/multipath.conf <<CONF
defaults {
  find_multipaths no
  polling_interval 2
}
blacklist {
  device {
    vendor ".*"
    product ".*"
  }
}
blacklist_exceptions {
  device {
    vendor "LIO-ORG"
    product "f0"
  }
}
overrides {
  path_grouping_policy multibus
  no_path_retry queue
  path_checker tur
}
CONF
}

# The same on both runtimes: two thin files, two portals, a secret.
serve() {
  mkdir "$work/$runtime"
  if [[ $runtime == lunetd ]]; then
    "$bin/lunetd" --state-dir "$work/lunetd" --socket "$work/lunetd/lunetd.sock" 2>"$work/lunetd.log" &
    lunetd=$!
    within 300 test -S "$work/lunetd/lunetd.sock"
  fi
  quiet lunet <<COMMANDS
set global auto_add_default_portal=false export_backstore_name_as_model=true
/backstores/fileio create f0 $work/$runtime/f0.img 64M wwn=f0000000-0000-4000-8000-000000000000
/backstores/fileio create x0 $work/$runtime/x0.img 320M wwn=c0000000-0000-4000-8000-000000000000
/backstores/fileio/f0 set attribute emulate_tpu=1
/backstores/fileio/x0 set attribute emulate_tpu=1
/iscsi create $target
$tpg/portals create $first 3260
$tpg/portals create $second 3260
$tpg/luns create /backstores/fileio/f0
$tpg/luns create /backstores/fileio/x0
$tpg/acls create $host
$tpg/acls/$host set auth userid=user password=secret-of-the-guest
COMMANDS
}

# What `connect` prints is typed in as it stands.
connect() {
  lunet connect $target --for linux >"$work/lines"
  quiet bash -e "$work/lines" <<<secret-of-the-guest || { cat "$work/lines"; return 1; }
  within 300 test -b "$(disk $first 0)"
  within 300 test -b "$(disk $first 1)"
  case_ok connect-for-linux
}

# What initiators ask a disk, by the tools of sg3-utils.
answers() {
  local device page
  device=$(disk $first 0)
  sg_inq "$device"
  for page in sv sn di ei bl bdc lbpv; do
    echo "== page $page"
    sg_vpd --page=$page "$device"
  done
  echo "== capacity"
  sg_readcap --16 "$device"
  echo "== port groups"
  sg_rtpg --decode "$device"
  for key in --read-keys --read-reservation --report-capabilities --read-full-status \
    "--register --param-sark=0x1234" "--reserve --param-rk=0x1234 --prout-type=5" --read-keys --read-reservation \
    --read-full-status "--release --param-rk=0x1234 --prout-type=5" --read-reservation \
    "--register --param-rk=0x1234 --param-sark=0" --read-keys; do
    echo "== persist $key"
    # shellcheck disable=SC2086 # several options
    sg_persist $key "$device"
  done
}

verified_io() { # FILE
  fio --name=v --filename="$1" --size=4M --bs=16k --rw=randwrite --verify=crc32c --do_verify=1 --verify_fatal=1 --ioengine=psync \
    --direct=1 --output="$work/fio" && grep -q 'err= 0' "$work/fio"
}
blocks_of() { stat -c %b "$work/$runtime/$1.img"; }
bytes_of() { df --output=size -B1 "$work/mnt" | tail -1; }

# NAME LUN TYPE SIZE: a file system on the disk, used, trimmed and grown while it is mounted.
file_system() {
  local device before grown
  device=$(disk $first "$2")
  quiet "mkfs.$3" -q "$device"
  mount "$device" "$work/mnt"
  verified_io "$work/mnt/file" || { cat "$work/fio"; return 1; }
  sync -f "$work/mnt"
  case_ok "$3-verified"

  before=$(blocks_of "$1")
  rm "$work/mnt/file"
  sync -f "$work/mnt"
  quiet fstrim "$work/mnt"
  (($(blocks_of "$1") <= before - 4096)) || { echo "fstrim: $before blocks before, $(blocks_of "$1") after"; return 1; }
  case_ok "$3-trimmed"

  before=$(bytes_of)
  quiet lunet resize "/backstores/fileio/$1" "$4"
  echo 1 >"/sys/block/$(kernel_name $first "$2")/device/rescan"
  if [[ $3 == xfs ]]; then quiet xfs_growfs "$work/mnt"; else quiet resize2fs "$device"; fi
  grown=$(bytes_of)
  ((grown > before + (16 << 20))) || { echo "grown from $before to $grown bytes only"; return 1; }
  umount "$work/mnt"
  case_ok "$3-grown"
}

paths_active() { [[ $(multipathd show paths format '%T %t' | grep -c 'active ready\|ready  *active\|^active') == "$1" ]]; }
rounds_done() { (($(wc -l <"$work/rounds") >= $1)); }

two_paths() {
  local writer rounds mapped
  sed "s/$first/$second/g" "$work/lines" >"$work/second"
  # A short wait for a path that is gone, of that path only.
  sed -i "/--login/i iscsiadm -m node -T $target -p $second:3260 -o update -n node.session.timeo.replacement_timeout -v 3" "$work/second"
  quiet bash -e "$work/second" <<<secret-of-the-guest
  within 300 test -b "$(disk $second 0)"
  multipathd -d -v1 >"$work/multipathd.log" 2>&1 &
  daemons+=($!)
  within 300 paths_active 2
  mapped=/dev/mapper/$(multipathd show maps format '%n' | tail -1 | tr -d ' ')
  within 300 test -b "$mapped"
  mount "$mapped" "$work/mnt"
  touch "$work/go"
  : >"$work/rounds"
  while [[ -e $work/go ]]; do
    verified_io "$work/mnt/file" || exit 1
    echo round >>"$work/rounds"
  done &
  writer=$!
  within 300 rounds_done 1
  ip address del $second/32 dev cut0
  within 300 paths_active 1
  rounds=$(wc -l <"$work/rounds")
  within 300 rounds_done $((rounds + 2)) || { cat "$work/fio"; return 1; }
  case_ok path-cut
  ip address add $second/32 dev cut0
  within 300 paths_active 2
  rm "$work/go"
  wait $writer || { cat "$work/fio"; return 1; }
  case_ok path-back
  umount "$work/mnt"
  multipathd shutdown >/dev/null || true # its answer may be lost with it
  within 300 multipath -F
}

end() {
  quiet iscsiadm -m node -T $target -u
  quiet iscsiadm -m node -T $target -o delete
  quiet lunet <<COMMANDS
/iscsi delete $target
/backstores/fileio delete f0
/backstores/fileio delete x0
COMMANDS
  if [[ -n $lunetd ]]; then
    kill "$lunetd"
    wait "$lunetd"
    lunetd=
  fi
}

prepare
for runtime in kernel lunetd; do
  serve
  connect
  answers >"$work/$runtime.answers" 2>&1 || { cat "$work/$runtime.answers"; exit 1; }
  file_system f0 0 ext4 128M
  file_system x0 1 xfs 400M
  # Two paths need a file system on the first disk again.
  quiet mkfs.ext4 -q -F "$(disk $first 0)"
  two_paths
  end
done
# What differs, and why: docs/runtimes.md.
listed='-  Maximum compare and write length: 1 blocks
+  Maximum compare and write length: 255 blocks'
difference=$(diff -U0 "$work/kernel.answers" "$work/lunetd.answers" | grep '^[-+] ' || true)
[[ $difference == "$listed" ]] || { diff -U1 "$work/kernel.answers" "$work/lunetd.answers"; exit 1; }
echo "case ok answers"
