# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A hundred changes beside a disk that an initiator is writing to and verifying: it sees no error, and its session stays.
set -euo pipefail
bin=$LUNET_BIN
work=$(mktemp -d)
target=iqn.2026-11.org.example:t
host=iqn.2026-11.org.example:host
tpg=/iscsi/$target/tpg1
lunet() { "$bin/lunet" --runtime kernel --state-dir "$work/state" --yes "$@" >/dev/null; }
writer=
finish() {
  [[ -z $writer ]] || kill "$writer" 2>/dev/null || true
  iscsiadm -m node -T $target -u >/dev/null 2>&1 || true
  ! [[ -s /run/iscsid.pid ]] || kill "$(</run/iscsid.pid)" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
modprobe iscsi_tcp
mkdir -p /etc/iscsi /run/lock/iscsi
echo "InitiatorName=$host" >/etc/iscsi/initiatorname.iscsi
sed -i 's/^node.startup.*/node.startup = manual/' /etc/iscsi/iscsid.conf
iscsid

lunet /backstores/fileio create f0 "$work/f0.img" 16M
lunet /iscsi create $target
lunet $tpg/luns create /backstores/fileio/f0
lunet $tpg/acls create $host
iscsiadm -m discovery -t sendtargets -p 127.0.0.1:3260 >/dev/null
iscsiadm -m node -T $target -p 127.0.0.1:3260 -l >/dev/null
disk=
for _ in $(seq 150); do
  for each in /sys/class/iscsi_session/session*/device/target*/*/block/sd*; do [[ ! -e $each ]] || disk=/dev/$(basename "$each"); done
  [[ -n $disk && -b $disk ]] && break
  sleep 0.2
done
[[ -b $disk ]] || { iscsiadm -m session -P 3; ls /sys/class/iscsi_session/*/device/; dmesg | tail -20; exit 1; }
lost() { dmesg | grep -cE 'detected conn error|session recovery timed out' || true; }
before=$(lost)

# Who is logged in stands in the ACL's `info`: what would cut the session off needs consent.
if "$bin/lunet" --state-dir "$work/state" $tpg/luns delete 0 2>"$work/refused" </dev/null; then exit 1; fi
grep -q "$host is logged in" "$work/refused" || { cat "$work/refused"; exit 1; }
echo "case ok session-is-known"

# Again and again, all of it read back and checked, until the changes are made.
writes() {
  while [[ -e $work/go ]]; do
    fio --name=w --filename="$disk" --size=4M --bs=16k --rw=randwrite --verify=crc32c --do_verify=1 --verify_fatal=1 --ioengine=psync \
      --direct=1 --output="$work/fio" || return 1
    grep -q 'err= 0' "$work/fio" || return 1
    echo round >>"$work/rounds"
  done
}
touch "$work/go"
writes &
writer=$!
for i in $(seq 25); do
  echo "/backstores/ramdisk create r$i 4096"
  echo "$tpg/luns create /backstores/ramdisk/r$i"
  echo "$tpg set attribute login_timeout=$((10 + i % 10))"
  echo "/backstores/ramdisk delete r$i"
done | lunet
[[ $("$bin/lunet" --state-dir "$work/state" history 200 | grep -c .) -gt 100 ]]
rm "$work/go"
wait $writer || { cat "$work/fio"; exit 1; }
writer=
echo "$(wc -l <"$work/rounds") rounds of I/O during 100 changes"
[[ -s $work/rounds ]]
echo "case ok no-error"
[[ $(lost) == "$before" ]]
iscsiadm -m node -T $target -u >/dev/null
lunet /iscsi delete $target
lunet /backstores/fileio delete f0
