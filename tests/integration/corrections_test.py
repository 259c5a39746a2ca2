#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command that an error names ("command" of its JSON) is run as it stands, and then the fault is gone."""
import json
import os
import shlex
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from control import Control  # noqa: E402
from lab import HOST, TARGET, Lab  # noqa: E402

TPG = f"/iscsi/{TARGET}/tpg1"
TPG_DIRECTORY = f"iscsi/{TARGET}/tpgt_1"
OTHER = "iqn.2026-11.org.example:other"


class Corrections(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.disk = self.lab.ramdisk("r", "1M")
        self.lab.target()
        self.lab.lun(self.disk)
        self.lab.acl()

    def refused(self, *words):
        """The error of a command that fails."""
        result = self.lab.lunet("--json", *words, check=False)
        self.assertNotEqual(result.returncode, 0, result.stdout)
        return json.loads(result.stderr)["error"]

    def cure(self, error):
        words = shlex.split(error["command"])
        self.assertTrue(words, f"no command: {error}")
        self.assertIn(error["command"], error["correction"])
        return self.lab.lunet("--yes", *(words[1:] if words[0] == "lunet" else words)).stdout

    def foreign(self, *operations):
        with Control(self.lab.socket) as control:
            control.batch(list(operations))

    def cured(self, *words):
        """Refused; after the correction the same command does it."""
        error = self.refused(*words)
        self.cure(error)
        self.lab.lunet("--yes", *words)
        return error

    def test_a_target_without_portal_group(self):
        self.lab.lunet("--yes", f"/iscsi/{TARGET}", "delete", "1")
        self.cured("connect", TARGET, "--for", "linux")

    def test_a_disk_that_would_shrink(self):
        self.cure(self.refused("resize", self.disk, "512K"))
        self.assertEqual(self.lab.lunet("list", "disks", "-H", "-p", "-o", "size").stdout, "524288\n")

    def test_a_tag_is_no_name(self):
        for host in (HOST, OTHER):
            if host != HOST:
                self.lab.acl(host)
            self.lab.lunet(f"{TPG}/acls", "tag", host, "group")
        self.cure(self.refused(f"{TPG}/acls", "delete", "group"))
        self.lab.lunet("--yes", f"{TPG}/acls", "delete", HOST)
        self.assertNotIn("group", self.lab.ls())

    def test_what_another_program_made(self):
        self.foreign(("make_dir", "core/rd_mcp_9"), ("make_dir", "core/rd_mcp_9/theirs"), ("write", "core/rd_mcp_9/theirs/control", "rd_pages=4"),
                     ("write", "core/rd_mcp_9/theirs/enable", "1"))
        error = self.refused("/backstores/ramdisk", "create", "theirs", "1M")
        self.assertIn("drift", error["cause"])
        self.cure(error)
        self.lab.lunet("--yes", "/backstores/ramdisk", "delete", "theirs")
        self.assertEqual(self.lab.lunet("diff").stdout, "")

    def test_what_another_program_changed(self):
        self.lab.lunet(TPG, "set", "attribute", "login_timeout=20")
        self.foreign(("write", TPG_DIRECTORY + "/attrib/login_timeout", "25"))
        error = self.refused(TPG, "set", "attribute", "login_timeout=22")
        self.assertIn("drift", error["cause"])
        shown = self.lab.lunet(*shlex.split(error["command"])[1:], check=False)
        self.assertIn("login_timeout", shown.stdout)
        for command in error["correction"].split("`")[3::2]:  # adopt and restore: either
            with self.subTest(command=command):
                self.foreign(("write", TPG_DIRECTORY + "/attrib/login_timeout", "26"))
                self.lab.lunet("--yes", *shlex.split(command)[1:])
                self.assertEqual(self.lab.lunet("diff").stdout, "")
        self.lab.lunet(TPG, "set", "attribute", "login_timeout=22")

    def test_a_change_that_waits_to_be_confirmed(self):
        with open(self.lab.path("more.lio"), "w", encoding="utf-8") as file:
            file.write("storage rd_mcp disk more size 1M\n")
        apply = ("apply", file.name, "--merge", "--confirmed", "10")
        self.lab.lunet("--yes", *apply)
        error = self.refused("--yes", *apply)
        self.cure(error)
        self.assertIn("o- more ", self.lab.ls())
        self.assertEqual(self.refused("confirm")["cause"], "nothing waits to be confirmed")

    def test_what_is_to_be_looked_at_can_be(self):
        for words in ((f"{TPG}/luns", "create", "/backstores/ramdisk/nothing"), ("confirm",), ("sessions", "kick", "7"),
                      (f"{TPG}/portals", "delete", "127.0.0.1", "1"), ("/backstores/fileio", "delete", "f")):
            with self.subTest(words=words):
                self.cure(self.refused(*words))


if __name__ == "__main__":
    unittest.main(verbosity=2)
