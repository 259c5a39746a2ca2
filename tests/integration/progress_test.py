#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Progress of long work: a passing line on standard error where that is a terminal, nothing in pipes and with --json."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from lab import BIN, DEADLINE_S, Lab  # noqa: E402

SIZE = "130M"  # three pieces


class Progress(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.environment = dict(os.environ, LUNET_TEST_PROGRESS="1", TARGETCLI_HOME=self.lab.path("home"))

    def on_terminal(self, *words):
        """Standard output, what the terminal got as standard error, and the exit status."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 132, 0, 0))
        try:
            result = subprocess.run(
                [os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", self.lab.state,
                 "--socket", self.lab.socket, *words],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs, env=self.environment, text=True,
                timeout=DEADLINE_S, check=False)
            os.write(theirs, b"\0")
            shown = b""
            while not shown.endswith(b"\0"):
                shown += os.read(ours, 65536)
        finally:
            os.close(ours)
            os.close(theirs)
        return result.stdout, shown[:-1].decode(), result.returncode

    def test_the_allocation_of_a_file(self):
        out, shown, status = self.on_terminal("/backstores/fileio", "create", "f", self.lab.path("f"), SIZE, "sparse=false")
        self.assertEqual((out, status), ("Created fileio f with size 136314880\n", 0))
        lines = shown.split("\r")
        self.assertRegex(lines[1], r"^allocating .*\[\.{20}\] +0 %  0 bytes of 130\.0MiB\x1b\[K$")
        self.assertEqual([int(re.search(r"(\d+) %", line)[1]) for line in lines[1:-1]], [0, 49, 98])
        self.assertEqual(lines[-1], "\x1b[K")
        self.assertEqual(os.stat(self.lab.path("f")).st_blocks * 512 >= 136314880, True)

    def test_a_restore(self):
        self.lab.lunet("/backstores/ramdisk", "create", "r", "1M")
        with subprocess.Popen([os.path.join(BIN, "lunetd"), "--socket", self.lab.path("empty"), "--ready-fd", "1"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as empty:
            try:
                self.assertEqual(empty.stdout.read(1), b"R")
                self.lab.socket = self.lab.path("empty")
                out, shown, status = self.on_terminal("--yes", "restore")
            finally:
                empty.terminate()
        self.assertEqual((out, status), ("Restored generation 1: 1 created, 0 changed, 0 removed.\n", 0))
        self.assertEqual(shown, "\rrestoring generation 1 ...\x1b[K\r\x1b[K")

    def test_a_configuration_that_is_applied(self):
        with open(self.lab.path("many.lio"), "w", encoding="utf-8") as file:
            file.writelines(f"storage rd_mcp disk r{i} {{ size 1M }}\n" for i in range(60))
        _, shown, status = self.on_terminal("--yes", "apply", file.name)
        self.assertEqual((shown, status), ("\rapplying ...\x1b[K\r\x1b[K", 0))

    def test_is_never_in_json_and_pipes(self):
        words = ("/backstores/fileio", "create")
        out, shown, status = self.on_terminal("--json", *words, "j", self.lab.path("j"), SIZE, "sparse=false")
        self.assertEqual((status, shown), (0, ""))
        self.assertTrue(out.startswith("{"))
        piped = self.lab.lunet(*words, "p", self.lab.path("p"), SIZE, "sparse=false", env=self.environment)
        self.assertEqual(piped.stderr, "")

    def test_an_error_takes_its_place(self):
        out, shown, status = self.on_terminal("/backstores/fileio", "create", "f", self.lab.path("f"), "4000000T",
                                              "sparse=false")
        self.assertEqual((out, status), ("", 1))
        self.assertRegex(shown.split("\r\x1b[K")[1], "^error: .*allocating")


if __name__ == "__main__":
    unittest.main()
