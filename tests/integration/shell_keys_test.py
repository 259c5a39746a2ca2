#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The interactive shell by keys, in real terminals of 80, 40 and 200 columns."""
import fcntl
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from keys import Terminal  # noqa: E402
from lab import BIN, TARGET, Lab, wait_until  # noqa: E402


class Keys(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()

    def shell(self, columns=80, lines=24):
        command = [os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", self.lab.state,
                   "--socket", self.lab.socket]
        terminal = Terminal(command, self.lab.dir, columns, lines, {"TARGETCLI_HOME": self.lab.path("home")})
        self.addCleanup(terminal.close)
        terminal.wait_prompt("/>")
        return terminal

    def prompt(self, terminal, text):
        terminal.wait_prompt(text)

    def test_a_whole_session(self):
        t = self.shell()
        t.enter("cd backstores/ramdisk", "/backstores/ramdisk>")
        t.enter("create r0 1M", "/backstores/ramdisk>")
        t.wait("Created ramdisk r0 with size 1M.")
        # A command, a value and a keyword are completed.
        t.type("del")
        t.press("Tab")
        t.wait("> delete")
        t.press("Tab")
        t.wait("name: ")
        t.type("r")
        t.press("Tab")
        t.wait("> delete r0")
        # Ctrl-C drops the line.
        t.press("C-c")
        t.wait("^C")
        t.wait_prompt("/backstores/ramdisk>")
        # History.
        t.press("Up")
        t.wait("> create r0 1M")
        t.press("C-c")
        t.wait_prompt("/backstores/ramdisk>")
        # Paths: the unique child, then what there is.
        t.enter("cd /", "/>")
        t.type("/back")
        t.press("Tab")
        t.wait("/> /backstores/")
        t.press("Tab")
        t.wait("fileio/")
        t.press("C-u")
        t.enter("@last", "/backstores/ramdisk/r0>")
        t.enter("cd <", "/>")
        t.wait("Taking you to /")
        t.press("C-d")
        t.wait("[ended 0]")

    def test_an_error_leaves_the_shell_open(self):
        t = self.shell()
        t.enter("fly", "/>")
        t.wait("error: command not found: fly")
        t.enter("/iscsi create 'unfinished", "/>")
        t.wait("does not end")
        t.enter("exit", "[ended 0]")

    def test_the_picker(self):
        t = self.shell()
        t.type("cd")
        t.press("Enter")
        t.wait("arrows move")
        t.press("Down", "Down", "Down")
        t.press("Enter")
        t.wait_prompt("/backstores/fileio>")
        t.type("cd")
        t.press("Enter")
        t.wait("arrows move")
        t.press("q")
        t.wait_prompt("/backstores/fileio>")
        t.enter("pwd", "/backstores/fileio>")

    def test_ctrl_c_in_the_middle_of_a_command(self):
        self.lab.lunet("/backstores/ramdisk", "create", "before", "1M")
        t = self.shell()
        with open(os.path.join(self.lab.state, "lock"), "a", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            t.type("/backstores/ramdisk create r1 1M")
            t.press("Enter")
            t.wait("waiting for")
            t.press("C-c")
            t.wait("you stopped waiting")
            t.wait_prompt("/>")
        # Nothing is half done, and the next command works.
        self.assertNotIn("r1", self.lab.ls())
        t.enter("/backstores/ramdisk create r2 1M", "/>")
        self.assertIn("r2", self.lab.ls())
        self.assertIn("in sync", self.lab.lunet("status").stdout.lower())

    def test_a_place_that_somebody_else_deleted(self):
        self.lab.ramdisk("r0")
        t = self.shell()
        t.enter("cd /backstores/ramdisk/r0", "/backstores/ramdisk/r0>")
        self.lab.lunet("/backstores/ramdisk", "delete", "r0", options=["--yes"])
        t.enter("info", "/backstores/ramdisk>")
        t.wait("/backstores/ramdisk/r0 is gone; taking you to /backstores/ramdisk")

    def test_the_next_shell_goes_on_where_the_last_was(self):
        t = self.shell()
        t.enter("cd /backstores/fileio", "/backstores/fileio>")
        t.press("C-d")
        t.wait("[ended 0]")
        t.close()
        command = [os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", self.lab.state,
                   "--socket", self.lab.socket]
        again = Terminal(command, self.lab.dir, 81, 24, {"TARGETCLI_HOME": self.lab.path("home")})
        self.addCleanup(again.close)
        again.wait_prompt("/backstores/fileio>")
        again.press("Up")
        again.wait("> cd /backstores/fileio")

    def test_a_narrow_window(self):
        t = self.shell(columns=40)
        self.lab.lunet("/iscsi", "create", TARGET)
        t.enter("cd iscsi", "/iscsi>")
        t.enter(f"cd {TARGET}", "/iscsi/iqn.20...org.example:t>")
        t.enter("cd tpg1", "/iscsi/iqn.20...xample:t/tpg1>")
        t.press("Tab")
        screen = t.wait("portals/")
        self.assertTrue(all(len(line) <= 40 for line in screen.splitlines()))
        t.enter("ls . 1", "/iscsi/iqn.20...xample:t/tpg1>")
        self.assertTrue(any(line.endswith("]") and len(line) <= 40 for line in t.screen().splitlines()))

    def test_a_wide_window(self):
        t = self.shell(columns=200)
        t.press("Tab")
        screen = t.wait("bookmarks")
        self.assertTrue(any(len(line) > 100 for line in screen.splitlines()), "columns use the width")
        t.enter("set global completions_in_columns=false", "/>")
        t.type("hi")
        t.press("Tab")
        t.wait("/> history")
        t.press("C-u")
        t.type("re")
        t.press("Tab")
        t.wait("Does nothing: every command reads what runs.")
        t.press("C-u")
        t.enter("ls", "/>")
        widths = [len(line) for line in t.screen().splitlines() if line.endswith("]")]
        self.assertEqual(max(widths), 132, "at most 132 columns")

    def test_colours_are_a_matter_of_taste(self):
        t = self.shell()
        t.enter("ls", "/>")
        self.assertIn("\x1b[", t.colours())
        t.enter("set global color_mode=false", "/>")
        t.press("C-l")
        t.enter("ls", "/>")
        self.assertNotIn("\x1b[1m", t.colours())

    def test_secrets_are_not_kept(self):
        t = self.shell()
        t.enter("/iscsi set discovery_auth userid=u password=hidden-secret", "/>")
        wait_until(lambda: os.path.exists(self.lab.path("home/history.txt")), "the history")
        for name in os.listdir(self.lab.path("home")):
            with open(self.lab.path(f"home/{name}"), encoding="utf-8") as file:
                self.assertNotIn("hidden-secret", file.read(), name)


if __name__ == "__main__":
    unittest.main()
