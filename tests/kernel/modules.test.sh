# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What lunet needs of the kernel it loads and mounts itself; what it cannot have it names with a cure.
set -euo pipefail
bin=$LUNET_BIN
work=$(mktemp -d)
hidden=
trap '[[ -z $hidden ]] || umount "$hidden"; ! [[ -d /etc/target.away ]] || mv /etc/target.away /etc/target; rm -rf "$work" /etc/modprobe.d/lunet-test.conf' EXIT
lunet() { "$bin/lunet" --runtime kernel --state-dir "$work/state" "$@"; }
target=iqn.2026-11.org.example:t
cfg=/sys/kernel/config/target
loaded() { [[ -d /sys/module/$1 ]]; }

# A machine on which nobody used the target yet: no modules, configfs not mounted.
for fabric in "$cfg"/*/; do [[ $fabric == */core/ ]] || rmdir "$fabric"; done
for module in tcm_loop ib_isert iscsi_target_mod tcm_fc ib_srpt vhost_scsi sbp_target target_core_{pscsi,iblock,file,user}; do
  ! loaded "$module" || rmmod "$module"
done
umount /sys/kernel/config
rmmod target_core_mod
if loaded target_core_mod; then echo "target_core_mod is still loaded"; exit 1; fi

# Where the older tools' folder is, the kernel takes that one by itself.
! [[ -d /etc/target ]] || mv /etc/target /etc/target.away
lunet /backstores/ramdisk create r0 1M
loaded target_core_mod
mountpoint -q /sys/kernel/config
# The kernel keeps reservations where lunet's state is, since nobody else chose a place.
[[ $(<$cfg/dbroot) == "$work/state" && -d $work/state/pr && -d $work/state/alua ]] || { cat $cfg/dbroot; exit 1; }

# A fabric whose module the administrator forbids.
echo 'blacklist iscsi_target_mod' >/etc/modprobe.d/lunet-test.conf
if lunet /iscsi create $target >"$work/out" 2>&1; then echo "a forbidden module was loaded"; exit 1; fi
grep -q 'module iscsi_target_mod is not loaded: modprobe.s configuration forbids it' "$work/out" || { cat "$work/out"; exit 1; }
[[ ! -d $cfg/iscsi ]]

# One that is not installed for this kernel.
rm /etc/modprobe.d/lunet-test.conf
mkdir "$work/empty"
mount --bind "$work/empty" /lib/modules
hidden=/lib/modules
if lunet /iscsi create $target >"$work/out" 2>&1; then echo "a module came from nowhere"; exit 1; fi
umount "$hidden"
hidden=
grep -q 'no modules of the running kernel' "$work/out" || { cat "$work/out"; exit 1; }

# One that the kernel refuses.
echo nothing >"$work/nothing.ko"
hidden=$(modinfo -n iscsi_target_mod)
mount --bind "$work/nothing.ko" "$hidden"
if lunet /iscsi create $target >"$work/out" 2>&1; then echo "a module of nothing was loaded"; exit 1; fi
umount "$hidden"
hidden=
grep -q 'loading module iscsi_target_mod' "$work/out" || { cat "$work/out"; exit 1; }
grep -q 'built for another kernel' "$work/out" || { cat "$work/out"; exit 1; }

# And as it should be.
lunet /iscsi create $target
loaded iscsi_target_mod
truncate -s 4M "$work/medium"
device=$(losetup --find --show "$work/medium")
lunet /backstores/block create b0 "$device"
loaded target_core_iblock
lunet --yes /iscsi delete $target
lunet /backstores/block delete b0
lunet --yes /backstores/ramdisk delete r0
losetup -d "$device"
modprobe -a tcm_loop target_core_file target_core_pscsi # for the tests after this one
