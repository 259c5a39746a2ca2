#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lunet is killed on entering a system call, one after the other (strace): what it saves is the old or the new, whole.
A sample kills at the calls that change something; LUNET_TORTURE=1 at every one."""
import json
import os
import re
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from lab import BIN, DEADLINE_S, TARGET, Lab  # noqa: E402

WHOLE = os.environ.get("LUNET_TORTURE") == "1"
TPG = f"/iscsi/{TARGET}/tpg1"
# Calls that change a file, a folder or what lunetd has.
CHANGING = "write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,link,linkat,sendto,sendmsg,close"
CALLS = "all" if WHOLE else CHANGING
# LeakSanitizer cannot look into a program that strace holds, and fails it.
TRACED = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


class Killed(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.lab.lunet("/iscsi", "create", TARGET)
        # Set again later it changes nothing.
        self.lab.lunet(TPG, "set", "attribute", "prod_mode_write_protect=0")

    def killed_at(self, n, *words):
        """False when the command made fewer calls and ended."""
        command = ["strace", "-f", "-o", "/dev/null", "-e", f"inject={CALLS}:signal=KILL:when={n}",
                   os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", self.lab.state,
                   "--socket", self.lab.socket, *words]
        ended = subprocess.run(command, text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=DEADLINE_S, env=TRACED)
        if ended.returncode == 0:
            return False
        self.assertIn(ended.returncode, (-9, 137), ended.stderr)
        return True

    def recorded(self):
        """Number and value of the newest generation, as a reader without the lock sees it."""
        history = json.loads(self.lab.lunet("history", "1", options=["--json"]).stdout)["generations"]
        found = re.search(r"login_timeout (\d+)", self.lab.lunet("show").stdout)
        return history[-1]["generation"], int(found[1]) if found else 0

    def test_a_change_is_the_old_or_the_new_generation(self):
        number, value = self.recorded()
        n = 0
        while True:
            n += 1
            wanted = 10 + n % 5
            if wanted == value:
                wanted += 5
            killed = self.killed_at(n, TPG, "set", "attribute", f"login_timeout={wanted}")
            now, recorded = self.recorded()
            self.assertIn((now, recorded), [(number, value), (number + 1, wanted)], f"killed at call {n}")
            # An edit that changes nothing: who takes the lock finishes or undoes.
            self.lab.lunet(TPG, "set", "attribute", "prod_mode_write_protect=0")
            number, value = self.recorded()
            self.assertIn((number, value), [(now, recorded), (now + 1, wanted)], f"killed at call {n}")
            self.assertEqual(self.lab.lunet("verify").returncode, 0)
            if not killed:
                break
        self.assertGreater(n, 15, "too few calls were killed at")

    def test_an_exported_file_is_the_old_or_the_new_one(self):
        path = self.lab.path("save.json")
        self.lab.lunet("saveconfig", path)
        n = 0
        while True:
            n += 1
            with open(path, encoding="utf-8") as file:
                before = file.read()
            self.lab.lunet(TPG, "set", "attribute", f"login_timeout={10 + n % 20}")
            killed = self.killed_at(n, "saveconfig", path)
            with open(path, encoding="utf-8") as file:
                after = file.read()
            if after != before:
                saved = json.loads(after)["targets"][0]["tpgs"][0]["attributes"]["login_timeout"]
                self.assertEqual(saved, 10 + n % 20, f"killed at call {n}")
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            if not killed:
                break
        self.assertNotEqual(after, before)
        self.assertGreater(n, 8, "too few calls were killed at")


if __name__ == "__main__":
    unittest.main(verbosity=2)
