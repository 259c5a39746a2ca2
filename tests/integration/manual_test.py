#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manual pages of the verbs: scdoc makes them, mandoc finds no error in them."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from lab import BIN, DEADLINE_S, run  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


class Manual(unittest.TestCase):
    def test_every_verb_has_a_page_that_is_right(self):
        with tempfile.TemporaryDirectory(prefix="lunet-test-") as folder:
            made = subprocess.run([os.path.join(ROOT, "tools/man"), folder, os.path.join(BIN, "lunet")], text=True,
                                  capture_output=True, timeout=DEADLINE_S, check=False)
            self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
            verbs = run([os.path.join(BIN, "lunet"), "__manual"]).stdout.split()
            self.assertLessEqual({f"lunet-{verb}.8" for verb in verbs} | {"lunet.8", "lunetd.8"}, set(os.listdir(folder)))
            with open(os.path.join(folder, "lunet-create.8"), encoding="utf-8") as file:
                text = file.read()
            for part in ("EXIT STATUS", "FILES", "ENVIRONMENT", "EXAMPLES", "write_back"):
                self.assertIn(part, text)


if __name__ == "__main__":
    unittest.main()
