#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tests/golden/targetcli-fb-session.txt, which targetcli-fb left on Linux 6.1, made again with lunet on lunetd: the same words
and the same `ls`, line for line but for the differences that are listed here."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from lab import Lab, run  # noqa: E402
from loop_device import LoopDevice, unusable  # noqa: E402

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../golden/targetcli-fb-session.txt")
TARGET = "iqn.2026-11.com.example:t"
HOST = "iqn.2026-11.com.example:ini"
TPG = f"/iscsi/{TARGET}/tpg1"
COMMANDS = [
    "/backstores/ramdisk create rd0 64M", "/backstores/ramdisk create null0 64M nullio=true",
    "/backstores/fileio create f0 {dir}/f0.img 64M", "/backstores/fileio create f1 {dir}/f1.img 64M write_back=false",
    "/backstores/block create b0 {device}", f"/iscsi create {TARGET}", f"{TPG}/luns create /backstores/ramdisk/rd0",
    f"{TPG}/luns create /backstores/fileio/f0", f"{TPG}/luns create /backstores/block/b0", f"{TPG}/acls create {HOST}",
    f"{TPG}/acls/{HOST} set auth userid=user password=secret-of-12ch", f"{TPG} set attribute authentication=1"]
# Lines of the capture that lunetd does not give: it serves iSCSI only.
NOT_ON_LUNETD = re.compile(r"naa\.|Created TPG 1\.$|null0|loopback|vhost|xen|mkdir|modprobe|^\[|LIO-ORG|f1 \(rw|fileio/f1")
# Words that differ, as (here, there), with the reason.
DIFFERENCES = [
    (r"\(::0\), port 3260", "(0.0.0.0), port 3260"),                 # ruling of docs/runtimes.md: all of IPv4 and IPv6
    (r"^Global pref auto_add_default_portal=true\n", ""),            # lunet does not say which preference makes the portal
    (r"\[::0\]:3260", "0.0.0.0:3260"),
    # runtimes.md: lunetd shows the device's own write cache.
    (r"\[/dev/sda \(8\.0MiB\) write-back", "[/dev/sda (8.0MiB) write-thru"),
    # There loopback and vhost export these.
    (r"write-thru deactivated", "write-thru activated"), (r"nullio \(64\.0MiB\) deactivated", "nullio (64.0MiB) activated"),
    (r"Parameter password is now '\*\*\*'", "Parameter password is now 'secret-of-12ch'"),  # a secret is not shown
]


def normal(line):
    """Dots are as many as the line's other words leave room for."""
    return re.sub(r" \.+ \[", " ... [", line)


class Replay(unittest.TestCase):
    def test_the_same_words_and_the_same_tree(self):
        with open(GOLDEN, encoding="utf-8") as file:
            golden = file.read()
        for ours, theirs in DIFFERENCES:
            if not theirs:
                golden = re.sub(ours, theirs, golden, flags=re.M)
        words, tree = golden.split("o- / ", 1)
        tree = ("o- / " + tree).splitlines()
        # iscsi is the last of lunetd's fabrics, so no margin goes on below it.
        fabric = next(at for at, line in enumerate(tree) if line.startswith("  o- iscsi"))
        tree = tree[:fabric] + [re.sub(r"^  \| ", "    ", line) for line in tree[fabric:]]
        with Lab(threads=1) as lab:
            medium = lab.path("medium")
            with open(medium, "wb") as file:
                file.truncate(8 << 20)
            device = None if unusable() else LoopDevice(medium)
            try:
                path = device.__enter__().path if device else None
                said = [lab.lunet("-c", command.format(dir=lab.dir, device=path)).stdout for command in COMMANDS
                        if path or "b" + "0" not in command]
                ls = lab.ls()
            finally:
                if device:
                    device.__exit__(None, None, None)
        text = "".join(said) + ls
        text = text.replace(lab.dir, "/tmp").replace(str(path), "/dev/sda")
        for ours, theirs in DIFFERENCES:
            text = re.sub(ours, theirs, text, flags=re.M) if theirs else text
        lines = [normal(line) for line in text.splitlines()]
        expected = [normal(line) for line in words.splitlines() + tree]
        without_block = [] if path else ["b0", "/dev/sda", "LUN 2", "lun2", "LUNs: 3", "mapped_lun2", "block .."]
        tree_of_disks = {normal(line) for line in lines}
        missing = [line for line in expected if line not in tree_of_disks and not NOT_ON_LUNETD.search(line)
                   and not any(word in line for word in without_block)]
        # Below loopback and vhost are lines without a name of their own.
        tail = next(i for i, line in enumerate(expected) if line.startswith("  o- loopback"))
        missing = [line for line in missing if expected.index(line) < tail]
        self.assertEqual(missing, [], "\n".join(lines))

    def test_the_order_is_the_same(self):
        with open(GOLDEN, encoding="utf-8") as file:
            golden = [line.split(" ...")[0].strip(" |") for line in file.read().split("o- / ", 1)[1].splitlines()]
        with Lab(threads=1) as lab:
            for command in COMMANDS:
                if "b0" not in command:
                    lab.lunet("-c", command.format(dir=lab.dir, device=None))
            ours = [line.split(" ...")[0].strip(" |") for line in lab.ls().splitlines()[1:]]
        names = [name for name in ours if name in golden]
        at = 0
        for name in names:
            self.assertIn(name, golden[at:], f"{name} stands before {golden[at - 1:at]}")
            at += golden[at:].index(name) + 1


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("replay: needs root for a network of its own: the default portal has a fixed port")
        sys.exit(77)
    if "LUNET_TEST_NETNS" not in os.environ:
        os.environ["LUNET_TEST_NETNS"] = "1"
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
    run(["ip", "link", "set", "lo", "up"])
    unittest.main()
