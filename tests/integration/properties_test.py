#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The properties of plan and apply (src/target/properties_test.cpp) on real lunetds: one that is changed, one that is made
from nothing. Each has a network of its own, and files of its own under the same names, for a file has one user. A sample;
LUNET_TORTURE=1 runs the whole count, LUNET_SEED=n one."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from lab import BIN, DEADLINE_S  # noqa: E402

FILES, FILE_BYTES = [f"never made {slot}.img" for slot in range(6)], 4 << 20  # of random_configurations.h
PROGRAM = os.path.join(BIN, "../src/target/target_test")
TORTURE_S = 3600


class Daemon:
    """A lunetd without state folder, in its own network."""

    def __init__(self, folder, number):
        self.socket = os.path.join(folder, f"sock{number}")
        files, own = os.path.join(folder, "files"), os.path.join(folder, f"files{number}")
        for each in (files, own):
            os.makedirs(each, exist_ok=True)
        for name in FILES:
            with open(os.path.join(own, name), "wb") as file:
                file.truncate(FILE_BYTES)
        ready, theirs = os.pipe()
        options = ["--socket", self.socket, "--threads", "1", "--ready-fd", str(theirs)]
        if os.environ.get("LUNET_IO_ENGINE"):
            options += ["--io-engine", os.environ["LUNET_IO_ENGINE"]]
        self.process = subprocess.Popen(
            ["unshare", "--net", "--mount", "sh", "-c",
             'ip link set lo up && mount --bind "$0" "$1" && shift && exec "$@"', own, files,
             os.path.abspath(os.path.join(BIN, "lunetd")), *options],
            pass_fds=[theirs], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        os.close(theirs)
        with os.fdopen(ready) as pipe:
            if not pipe.read(1):
                raise AssertionError(f"lunetd did not start: {self.process.communicate()[1]}")

    def end(self):
        self.process.terminate()
        self.process.communicate(timeout=DEADLINE_S)


class Properties(unittest.TestCase):
    def test_hold_on_lunetd(self):
        with tempfile.TemporaryDirectory(prefix="lunet-test-") as folder:
            daemons = []
            for number in range(2):
                daemons.append(Daemon(folder, number))
                self.addCleanup(daemons[-1].end)
            whole = os.environ.get("LUNET_TORTURE") == "1"
            result = subprocess.run(
                [PROGRAM, "--gtest_filter=*PropertiesOnLunetd*", "--gtest_brief=0"], text=True, capture_output=True,
                timeout=TORTURE_S if whole else 2 * DEADLINE_S, stdin=subprocess.DEVNULL,
                env={**os.environ, "LUNET_PROPERTIES_SOCKETS": ",".join(each.socket for each in daemons),
                     "LUNET_PROPERTIES_FOLDER": os.path.join(folder, "files")})
            self.assertEqual(result.returncode, 0, result.stdout[:8000] + result.stderr[-2000:])
            self.assertIn("[  PASSED  ] 1 test.", result.stdout)
            for daemon in daemons:
                self.assertIsNone(daemon.process.poll(), "lunetd ended")


if __name__ == "__main__":
    unittest.main(verbosity=2)
