#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/tutorial.md: each command typed, its answer compared; then a host logs in as the tutorial says."""
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from initiator import Chap, Initiator, LoginRefused  # noqa: E402
from lab import BIN, Lab, run  # noqa: E402

TUTORIAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/tutorial.md")
TARGET, LAPTOP = "iqn.2026-11.org.example:vms", "iqn.2026-11.org.example:laptop"
SECRET = "twelve-or-more"


def steps():
    """[(command, answer lines)] of the fenced blocks; "..." as the last line: more follows."""
    with open(TUTORIAL, encoding="utf-8") as file:
        blocks = re.findall(r"^```\n(.*?)^```", file.read(), re.M | re.S)
    found = []
    for block in blocks:
        lines = block.splitlines()
        assert lines[0].startswith("/> "), block
        found.append((lines[0][3:], lines[1:]))
    return found


class Tutorial(unittest.TestCase):
    def type(self, lab, line):
        return subprocess.run([os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", lab.state,
                               "--socket", lab.socket, "-c", line], input=SECRET + "\n", text=True, capture_output=True,
                              timeout=60, check=True).stdout

    def test_what_stands_there_is_what_happens(self):
        typed = steps()
        self.assertLess(len([line for line, _ in typed if not line.startswith("share")]), 10)
        with Lab(threads=1) as lab:
            for line, answer in typed:
                said = self.type(lab, line.replace("/srv/", lab.dir + "/"))
                with self.subTest(line=line):
                    self.assertNotIn(SECRET, said)
                    got = said.splitlines()
                    if answer[-1:] == ["..."]:
                        answer = answer[:-1]
                        got = got[:len(answer)]
                    self.assertEqual(got, answer)
            with self.assertRaises(LoginRefused):
                Initiator("127.0.0.1", 3260, TARGET, LAPTOP)
            with Initiator("127.0.0.1", 3260, TARGET, LAPTOP, chap=Chap("alice", SECRET)) as host:
                host.clear_unit_attentions(0)
                self.assertEqual(host.report_luns(), [0])
                host.write(0, 0, b"\x11" * 512)
                self.assertEqual(host.read(0, 0, 1), b"\x11" * 512)

    def test_help_names_the_commands_and_tab_completes_them(self):
        with Lab(threads=1) as lab:
            self.assertIn("create name file_or_dev", self.type(lab, "/backstores/fileio help"))
            for node, word in (("/", "help"), ("/iscsi", "help create"), ("/", "help share"), ("/", "help connect"), ("/", "help doctor")):
                self.assertIn("SYNTAX" if " " in word else "Commands at /:", self.type(lab, f"{node} {word}"))


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("tutorial: needs root for a network of its own: the default portal has a fixed port")
        sys.exit(77)
    if "LUNET_TEST_NETNS" not in os.environ:
        os.environ["LUNET_TEST_NETNS"] = "1"
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
    run(["ip", "link", "set", "lo", "up"])
    unittest.main()
