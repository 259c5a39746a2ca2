#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The configure and live modes on lunetd: whole sessions line by line (tests/golden/modes), scripts, several people at
once, changes that go back by themselves, --json of every command.

LUNET_GOLDEN_UPDATE=1 writes what comes back into the golden files, to be read before it is committed."""
import os
import re
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import answers  # noqa: E402
import session  # noqa: E402
from lab import BIN, DEADLINE_S, Lab, wait_until  # noqa: E402

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../golden/modes")
# `run pwd` answers this between two lines of a session.
MARK = "/"


class Person:
    """Somebody in a mode of their own, line by line."""

    def __init__(self, lab, *words):
        command = [os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", lab.state,
                   "--socket", lab.socket, *words]
        self.process = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, bufsize=1)
        self.watchdog = threading.Timer(DEADLINE_S, self.process.kill)
        self.watchdog.start()

    def type(self, line):
        """What the line answers; a mode that ended answers all it still has."""
        self.process.stdin.write(f"{line}\nrun pwd\n")
        self.process.stdin.flush()
        lines = []
        for answer in self.process.stdout:
            if answer.rstrip("\n") == MARK:
                break
            lines.append(answer.rstrip("\n"))
        return "\n".join(lines)

    def end(self):
        self.process.stdin.close()
        rest = self.process.stdout.read()
        self.process.stdout.close()
        self.watchdog.cancel()
        return self.process.wait(timeout=DEADLINE_S), rest


def first(lab):
    """A RAM disk that can be edited."""
    lab.lunet("configure", "--commit", "set", "storage", "rd_mcp", "disk", "a", "{", "size", "1M", ";", "wwn", "serial-a", ";", "}")


class Modes(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()

    def golden(self, name, mode, marker):
        """Feeds all lines with a marker between them, and compares what stands between the markers."""
        path = os.path.join(GOLDEN, name)
        steps = self.read(path)
        text = "".join(f"{line}\n{marker}\n" for line, _ in steps).replace("{dir}", self.lab.dir)
        command = [os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", self.lab.state,
                   "--socket", self.lab.socket, mode, "--keep-going"]
        ran = subprocess.run(command, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             timeout=DEADLINE_S, check=False)
        parts = ran.stdout.replace("standard input:", "").split(self.mark(mode))
        got = [session.masked(self.without_numbers(part), self.lab.dir) for part in parts[:len(steps)]]
        got[-1] += [f"= {ran.returncode}"]
        if os.environ.get("LUNET_GOLDEN_UPDATE"):
            self.write(path, steps, got)
            return
        self.assertEqual(len(got), len(steps), ran.stdout)
        for (line, expected), answer in zip(steps, got):
            with self.subTest(line=line):
                self.assertEqual(answer, expected)

    @staticmethod
    def read(path):
        """[(line, expected lines)]; a line with an open brace goes on in those that follow."""
        steps, depth = [], 0
        with open(path, encoding="utf-8") as file:
            for line in file.read().splitlines()[1:]:
                if depth > 0:
                    steps[-1][0] += "\n" + line
                    depth += line.count("{") - line.count("}")
                elif line.startswith("> "):
                    steps.append([line[2:], []])
                    depth = line.count("{") - line.count("}")
                else:
                    steps[-1][1].append(line)
        return [tuple(step) for step in steps]

    @staticmethod
    def write(path, steps, answers_got):
        with open(path, encoding="utf-8") as file:
            title = file.readline()
        with open(path, "w", encoding="utf-8") as file:
            file.write(title + "".join(f"> {line}\n" + "".join(f"{each}\n" for each in answer)
                                       for (line, _), answer in zip(steps, answers_got)))

    @staticmethod
    def mark(mode):
        if mode == "configure":
            return "/\n"
        return "SYNTAX\n  trace\n\nDESCRIPTION\n  Shows the last error in full.\n\nEXAMPLES\n  trace\n"

    @staticmethod
    def without_numbers(text):
        """Errors say in which line of the input they are; the markers between are no part of the session."""
        lines = []
        for line in text.splitlines():
            head, _, rest = line.partition(": ")
            number, _, message = rest.partition(": ")
            lines.append(f"{head}: {message}" if head == "error" and number.isdigit() else line)
        text = re.sub(r"\balias [0-9a-f]{10}\b", "alias {alias}", "\n".join(lines))
        return re.sub(r"  \S+ \(\d+\)  ", "  {who}  ", text)

    def test_a_configure_session(self):
        self.golden("configure.session", "configure", "run pwd")
        self.assertNotIn("very-secret-word", self.lab.lunet("history").stdout)

    def test_a_live_session(self):
        first(self.lab)
        self.lab.lunet("/backstores/ramdisk", "create", "scratch", "1M", "wwn=serial-s")
        self.golden("live.session", "live", "help trace")

    def test_every_command_as_json(self):
        first(self.lab)
        words = {"edit": ["storage", "rd_mcp", "disk", "a"], "set": ["storage", "rd_mcp", "disk", "a", "size", "1M"],
                 "delete": ["nothing"], "load": ["live"], "merge": ["live"], "dump": [self.lab.path("d.lio")],
                 "live": ["show"], "run": ["pwd"], "commit": ["check"], "rollback": ["0"]}
        for mode in ("configure", "live"):
            rows = [row.split("\t") for row in self.lab.lunet("__commands", mode).stdout.splitlines()]
            self.assertGreater(len(rows), 5)
            for name, page, _ in rows:
                if (mode, name) == ("live", "configure"):
                    words["configure"] = ["show"]
                with self.subTest(mode=mode, name=name):
                    line = [mode, name, *words.get(name, [])]
                    answers.check(" ".join(line), self.lab.lunet(*line, options=["--json"], check=False))
                    wrong = self.lab.lunet(mode, name, *(["no_such_word"] * 12), options=["--json"], check=False)
                    self.assertIn(wrong.returncode, (1, 2))
                    answers.check(f"{mode} {name} with wrong words", wrong)

    def test_what_is_not_committed_is_an_error_and_nothing_is_changed(self):
        first(self.lab)
        for script in ("set storage rd_mcp disk b size 1M", "set storage rd_mcp disk b size 1M\nexit"):
            command = [os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--state-dir", self.lab.state, "--socket",
                       self.lab.socket, "configure"]
            ran = subprocess.run(command, input=script + "\n", text=True, capture_output=True, timeout=DEADLINE_S, check=False)
            self.assertEqual(ran.returncode, 1, ran.stderr)
            self.assertIn("not committed", ran.stderr)
        self.assertEqual(self.lab.lunet("configure", "-c", "set storage rd_mcp disk b size 1M; exit now").returncode, 0)
        self.assertNotIn("disk b", self.lab.lunet("dump").stdout)

    def test_two_people(self):
        first(self.lab)
        one, other = Person(self.lab, "configure", "--keep-going"), Person(self.lab, "configure", "--keep-going")
        one.type("set storage rd_mcp disk a attribute emulate_caw no")
        other.type("set storage rd_mcp disk b { size 1M; wwn serial-b; }")
        self.assertIn("Applied", other.type("commit"))
        # What does not meet is made on what is recorded now.
        self.assertIn("it is made on generation 2 now", one.type("commit"))
        text = self.lab.lunet("dump").stdout
        self.assertIn("disk b", text)
        self.assertRegex(text, "emulate_caw (no|0)")
        # What meets is refused, and is still there to be changed.
        one.type("set storage rd_mcp disk b attribute emulate_tas no")
        other.type("set storage rd_mcp disk b attribute emulate_caw no")
        self.assertIn("Applied", one.type("commit"))
        met = other.type("commit")
        self.assertIn("somebody else has changed it meanwhile: storage rd_mcp disk b", met)
        self.assertIn("+  attribute emulate_caw no", other.type("compare"))
        self.assertEqual(one.end()[0], 0)
        self.assertEqual(other.end()[0], 1)

    def test_an_unconfirmed_commit_goes_back_by_itself(self):
        first(self.lab)
        said = self.lab.lunet("configure", "-c", "set storage rd_mcp disk b size 1M; commit confirmed 2s").stdout
        self.assertIn("It goes back to generation 1", said)
        wait_until(lambda: "disk b" not in self.lab.lunet("dump").stdout, "the change to go back")
        self.assertNotIn("b ", self.lab.lunet("/backstores/ramdisk", "ls").stdout.replace("backstores", ""))

    def test_a_confirmed_commit_stays(self):
        first(self.lab)
        self.lab.lunet("configure", "-c", "set storage rd_mcp disk b size 1M; commit confirmed 10")
        blocked = self.lab.lunet("configure", "-c", "set storage rd_mcp disk c size 1M; commit", check=False)
        self.assertEqual(blocked.returncode, 1)
        self.assertIn("waits to be confirmed", blocked.stderr)
        self.assertIn("Generation 2 stays.", self.lab.lunet("configure", "commit").stdout)
        self.assertIn("disk b", self.lab.lunet("dump").stdout)


if __name__ == "__main__":
    unittest.main()
