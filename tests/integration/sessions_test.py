#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tests/golden/sessions, each on a lunetd of its own: the same output and exit status; then the same with --json.

LUNET_GOLDEN_UPDATE=1 writes what comes back into the files, to be read before it is committed."""
import glob
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import answers  # noqa: E402
import session  # noqa: E402
from lab import Lab  # noqa: E402

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../golden/sessions")
FILES = sorted(glob.glob(FOLDER + "/*.session"))


class Sessions(unittest.TestCase):
    def lab(self):
        lab = Lab(threads=1)
        self.addCleanup(lab.__exit__)
        lab.start()
        return lab

    def run_line(self, lab, line, *options):
        return lab.lunet("-c", line.replace("{dir}", lab.dir), options=options, check=False)

    def test_there_are_enough_commands(self):
        self.assertGreaterEqual(sum(len(session.read(path)) for path in FILES), 100)

    def test_output_and_status(self):
        for path in FILES:
            lab, steps, got = self.lab(), session.read(path), []
            for line, expected, _ in steps:
                got.append(session.answer(self.run_line(lab, line), lab.dir))
                if not os.environ.get("LUNET_GOLDEN_UPDATE"):
                    with self.subTest(file=os.path.basename(path), line=line):
                        self.assertEqual(got[-1], expected)
            if os.environ.get("LUNET_GOLDEN_UPDATE"):
                session.write(path, steps, got)

    def test_the_same_as_json(self):
        for path in FILES:
            lab = self.lab()
            for line, expected, _ in session.read(path):
                with self.subTest(file=os.path.basename(path), line=line):
                    result = self.run_line(lab, line, "--json")
                    self.assertEqual(f"= {result.returncode}", expected[-1])
                    answers.check(line, result)


if __name__ == "__main__":
    unittest.main()
