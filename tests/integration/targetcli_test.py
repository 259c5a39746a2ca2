#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Debian's targetcli-fb and targetctl, unmodified, drive lunetd through a mounted tree; an initiator uses what they made."""
import json
import os
import subprocess
import sys
import unittest

SUPPORT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../support"))
sys.path.insert(0, SUPPORT)
from initiator import Initiator  # noqa: E402
from lab import BIN, DEADLINE_S, HOST, TARGET, Lab, stable_port  # noqa: E402

PLACE = os.path.join(SUPPORT, "kernel_place.py")
# The interpreter that Debian's packages are for.
PYTHON = "/usr/bin/python3"


class Targetcli(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.port = stable_port()

    def program(self, path, *arguments, text=""):
        command = ["unshare", "--mount", PYTHON, PLACE, os.path.abspath(BIN), self.lab.state, self.lab.socket, PYTHON, PLACE,
                   "--python", path, *arguments]
        result = subprocess.run(command, input=text, text=True, capture_output=True, timeout=DEADLINE_S, check=False,
                                env={**os.environ, "HOME": self.lab.dir})
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def targetcli(self, *lines):
        settings = ["set global auto_save_on_exit=false auto_add_default_portal=false"]
        return self.program("/usr/bin/targetcli", text="\n".join([*settings, *lines]) + "\n")

    def make_some(self):
        return self.targetcli("/backstores/ramdisk create r0 16M",
                              f"/backstores/fileio create f0 {self.lab.path('f0.img')} 8M",
                              f"/iscsi create {TARGET}",
                              f"/iscsi/{TARGET}/tpg1/portals create 127.0.0.1 {self.port}",
                              f"/iscsi/{TARGET}/tpg1/luns create /backstores/ramdisk/r0",
                              f"/iscsi/{TARGET}/tpg1/luns create /backstores/fileio/f0",
                              f"/iscsi/{TARGET}/tpg1/acls create {HOST}",
                              f"/iscsi/{TARGET}/tpg1 enable")

    def round_trip(self):
        with Initiator("127.0.0.1", self.port, TARGET, HOST) as initiator:
            for lun in (0, 1):
                initiator.clear_unit_attentions(lun)
                data = os.urandom(4096)
                initiator.write(lun, 8, data)
                self.assertEqual(initiator.read(lun, 8, 8), data)

    def test_what_it_makes_is_served(self):
        said = self.make_some()
        for line in ("Created ramdisk r0 with size 16M.", "Created fileio f0 with size 8388608",
                     f"Created target {TARGET}.", f"Created Node ACL for {HOST}", "Created mapped LUN 1."):
            self.assertIn(line, said)
        self.round_trip()
        # Both programs show the same tree; lunet has no line for fabrics that only the kernel has.
        theirs = [line.strip() for line in self.targetcli("ls").splitlines() if "[" in line and "]" in line]
        ours = [line.strip() for line in self.lab.ls().splitlines()]
        for line in ours[1:]:
            words = line.replace("|", "").split(" ", 2)
            self.assertTrue(any(words[1] in other for other in theirs), line)

    def test_it_saves_clears_and_restores(self):
        self.make_some()
        saved = self.lab.path("saved.json")
        self.program("/usr/bin/targetctl", "save", saved)
        self.program("/usr/bin/targetctl", "clear")
        self.assertNotIn(TARGET, self.lab.ls())
        self.program("/usr/bin/targetctl", "restore", saved)
        self.round_trip()
        again = self.lab.path("again.json")
        self.program("/usr/bin/targetctl", "save", again)
        with open(saved) as first, open(again) as second:
            self.assertEqual(json.load(first), json.load(second))


if __name__ == "__main__":
    unittest.main()
