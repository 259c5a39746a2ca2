#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Completion of one-shot commands in bash, zsh and fish, by the scripts that lunet prints."""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from lab import BIN, DEADLINE_S, TARGET, Lab, run  # noqa: E402

LUNET = os.path.join(BIN, "lunet")


class Completion(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.lab.ramdisk("one", "1M")
        self.lab.ramdisk("two", "1M")
        self.lab.target()
        # The word under which the scripts know it, with this test's options inside.
        with open(self.lab.path("lunet"), "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\ncase $1 in __complete) line=$2; shift 2\n'
                       f'set -- __complete "lunet --socket {self.lab.socket} --state-dir {self.lab.state} '
                       f'--runtime lunetd ${{line#lunet }}";; esac\nexec {LUNET} "$@"\n')
        os.chmod(self.lab.path("lunet"), 0o755)
        self.environment = {**os.environ, "PATH": f"{self.lab.dir}:{os.environ['PATH']}", "HOME": self.lab.dir,
                            "TARGETCLI_HOME": self.lab.path("home")}

    def asked(self, line):
        found = run([LUNET, "__complete", f"lunet --socket {self.lab.socket} --state-dir {self.lab.state} "
                     f"--runtime lunetd {line}"], env=self.environment).stdout
        return [row.split("\t")[0] for row in found.splitlines()]

    def test_the_hidden_command(self):
        self.assertEqual(self.asked("/backstores/ramdisk delete "), ["one", "two", "name=", "save="])
        self.assertEqual(self.asked("/backstores/ramdisk delete name=o"), ["name=one"])
        self.assertEqual(self.asked("/isc"), ["/iscsi/"])
        self.assertEqual(self.asked(f"/iscsi/{TARGET[:-3]}"), [f"/iscsi/{TARGET}/"])
        self.assertIn("--json", run([LUNET, "__complete", "lunet --"]).stdout.split())

    def test_it_never_starts_anything(self):
        state = self.lab.path("nothing")
        result = run([LUNET, "__complete", f"lunet --runtime lunetd --state-dir {state} /iscsi/"])
        self.assertEqual(result.returncode, 0)
        self.assertFalse(os.path.exists(state + "/lunetd.pid"))

    def shell(self, *command):
        return subprocess.run(command, text=True, capture_output=True, timeout=DEADLINE_S, check=True,
                              env=self.environment).stdout.split("\n")

    def bash(self, line):
        script = ('source <(lunet completion bash); COMP_LINE=$1; COMP_POINT=${#1}; read -ra COMP_WORDS <<<"$1"; '
                  'compopt() { :; }; _lunet; printf "%s\\n" "${COMPREPLY[@]}"')
        return self.shell("bash", "-c", script, "bash", line)[:-1]

    def test_bash(self):
        self.assertEqual(self.bash("lunet /backstores/ramdisk delete "), ["one", "two", "name=", "save="])
        # bash replaces only what comes after : and =.
        rest = TARGET.rsplit(":", 1)[1]
        self.assertEqual(self.bash(f"lunet /iscsi/{TARGET}"), [f"{rest}/"])
        self.assertEqual(self.bash("lunet /backstores/ramdisk delete name=t"), ["two"])

    def test_fish(self):
        script = 'lunet completion fish | source; complete -C "$argv[1]"'
        found = self.shell("fish", "-c", script, "lunet /backstores/ramdisk del")
        self.assertIn("delete", [row.split("\t")[0] for row in found])
        found = self.shell("fish", "-c", script, "lunet /backstores/ramdisk delete t")
        self.assertIn("two", [row.split("\t")[0] for row in found])

    def test_zsh(self):
        # compadd is replaced: outside of an editor there is nothing to add to.
        script = ('compdef() { :; }; source <(lunet completion zsh); '
                  'compadd() { shift $(( $# - 1 )); print -rl -- "${(@P)1}"; }; '
                  'words=(lunet /backstores/ramdisk delete ""); CURRENT=4; PREFIX=t; _lunet')
        self.assertIn("two", self.shell("zsh", "-f", "-c", script))


if __name__ == "__main__":
    unittest.main()
