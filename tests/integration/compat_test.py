#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What targetcli's users have in their fingers and scripts beside its commands: preferences, the words of its daemon."""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from initiator import Initiator  # noqa: E402
from lab import BIN, HOST, TARGET, Lab  # noqa: E402


class Compatible(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()

    def lunet(self, *words, **more):
        return self.lab.lunet(*words, **more).stdout

    def product(self, port, lun):
        with Initiator("127.0.0.1", port, TARGET, HOST) as session:
            session.clear_unit_attentions(lun)
            return session.command(lun, bytes([0x12, 0, 0, 0, 36, 0]), data_in=36)[16:32].decode().strip()

    def test_a_new_disk_is_called_as_its_product_unless_the_preference_says_no(self):
        (port,) = self.lab.target()
        self.lab.acl()
        self.lunet("/backstores/ramdisk", "create", "named", "1M")
        self.lunet("set", "global", "export_backstore_name_as_model=false")
        self.lunet("/backstores/ramdisk", "create", "plain", "1M")
        for number, name in enumerate(("named", "plain")):
            self.lunet(f"/iscsi/{TARGET}/tpg1/luns", "create", f"/backstores/ramdisk/{name}", number)
        self.assertEqual((self.product(port, 0), self.product(port, 1)), ("named", "RAMDISK-MCP"))
        self.assertIn("emulate_model_alias=1", self.lunet("/backstores/ramdisk/named", "get", "attribute",
                                                          "emulate_model_alias"))

    def test_the_words_of_its_daemon_are_taken(self):
        for name in ("auto_use_daemon", "daemon_use_batch_mode"):
            self.lunet("set", "global", f"{name}=true")
            self.assertIn(f"{name}=true", self.lunet("get", "global", name))
        self.assertEqual(self.lunet("pwd", options=["--disable-daemon"]), "/\n")
        self.assertEqual((self.lunet("disable-daemon"), self.lunet("--disable-daemon")), ("", ""))

    def test_what_batch_mode_was_for(self):
        """Lines of a script go through one program, in order, up to the first that fails."""
        script = "/backstores/ramdisk create a 1M\ncd /backstores/ramdisk\npwd\nexit\nls\n"
        result = subprocess.run([os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir",
                                 self.lab.state, "--socket", self.lab.socket], input=script, text=True, capture_output=True,
                                timeout=60, check=True)
        self.assertEqual(result.stdout, "Created ramdisk a with size 1M.\n/backstores/ramdisk\n")


if __name__ == "__main__":
    unittest.main()
