#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The examples of docs/transactions.md and docs/configure.md: `$ command` lines are run in order, in one lab, and answer what stands below
them. `...` stands for anything; `[3]` is an exit status that is not 0. `cat FILE` makes the file."""
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from lab import BIN, DEADLINE_S, Lab  # noqa: E402

ROOT = os.path.join(os.path.dirname(__file__), "../..")


def examples(name):
    """[(line number, command, expected lines)] of the console blocks."""
    found, inside = [], False
    with open(os.path.join(ROOT, "docs", name), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if line.startswith("```"):
                inside = line == "```console"
            elif inside and line.startswith("$ "):
                found.append((number, line[2:], []))
            elif inside:
                found[-1][2].append(line)
    return found


def pattern(lines):
    return "\n".join(".*" if line == "..." else ".*".join(re.escape(part) for part in line.split("..."))
                     for line in lines)


class Documents(unittest.TestCase):
    def test_examples_of_transactions_do_what_they_say(self):
        self.do_all("transactions.md", 15)

    def test_examples_of_the_configure_mode_do_what_they_say(self):
        self.do_all("configure.md", 10)

    def do_all(self, name, at_least):
        lab = Lab(threads=1)
        self.addCleanup(lab.__exit__)
        lab.start()
        done = examples(name)
        self.assertGreater(len(done), at_least)
        options = f"--runtime lunetd --no-start --state-dir {lab.state} --socket {lab.socket}"
        for number, command, lines in done:
            if command.startswith("cat "):
                with open(lab.path(command[4:]), "w", encoding="utf-8") as file:
                    file.write("\n".join(lines) + "\n")
                continue
            script = f'lunet() {{ "{BIN}/lunet" {options} "$@"; }}\n{command}'
            ran = subprocess.run(["bash", "-c", script], cwd=lab.dir, text=True, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=DEADLINE_S)
            answer = ran.stdout.rstrip("\n")
            if ran.returncode != 0:
                answer += f"\n[{ran.returncode}]"
            with self.subTest(line=number, command=command):
                self.assertRegex(answer.strip("\n"), re.compile(f"^{pattern(lines)}$", re.DOTALL))


if __name__ == "__main__":
    unittest.main(verbosity=2)
