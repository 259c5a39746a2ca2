#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Handlers of disks in user space, found on the system's message bus: lunet as for the kernel's target, at whose place is
lunetd's tree, on a bus of its own with a stand-in for tcmu-runner. Making such a disk needs the kernel; what comes
before is here."""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from lab import BIN, Lab, run  # noqa: E402

PLACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support/kernel_place.py")
FAKE = os.path.join(BIN, "tests", "fake_tcmu")
LUNET = [os.path.join(BIN, "lunet"), "--runtime", "kernel"]


def inside(state, *commands):
    """In the place: the stand-in, then each command; prints its outcome."""
    with subprocess.Popen([FAKE], stdout=subprocess.PIPE, text=True) as fake:
        try:
            assert fake.stdout.readline() == "ready\n"
            for command in commands:
                result = subprocess.run([*LUNET, "--state-dir", state, "-c", command], capture_output=True, text=True,
                                        stdin=subprocess.DEVNULL, check=False)
                print(f"> {command}\n{result.stdout}{result.stderr}= {result.returncode}", flush=True)
        finally:
            fake.terminate()


class Handlers(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()

    def outcomes(self, *commands, program=(sys.executable, os.path.abspath(__file__), "--inside")):
        answer = run(["unshare", "-m", sys.executable, PLACE, BIN, self.lab.state, self.lab.socket, *program,
                      self.lab.path("kernel-state"), *commands], check=False)
        blocks = ("\n" + answer.stdout).split("\n> ")[1:]
        return {block.split("\n", 1)[0]: block.split("\n", 1)[1] for block in blocks}

    def test_handlers_are_found_asked_and_explained(self):
        got = self.outcomes("/backstores ls depth=1", "/backstores/user:fake info", "/backstores/user:fake help create",
                            "/backstores/user:fake create u 1M bad", "/backstores/user:fake create u 1M okay",
                            "/backstores/user:other info", "/backstores/user:fake changemedium u 1M okay",
                            "ls /backstores/user:fake", "cd /backstores/user:fake")
        self.assertIn("o- user:fake", got["/backstores ls depth=1"])
        self.assertIn("cfgstring: ok and what you like", got["/backstores/user:fake info"])
        self.assertIn("CFGSTRING OF fake\n  ok and what you like", got["/backstores/user:fake help create"])
        refused = got["/backstores/user:fake create u 1M bad"]
        self.assertIn("handler fake does not take 'bad': it must begin with ok", refused)
        self.assertIn("`/backstores/user:fake info` says", refused)  # and does, see above
        # Taken: what then fails is the kernel's part.
        self.assertIn("core/user_0", got["/backstores/user:fake create u 1M okay"])
        self.assertIn("no handler other answers", got["/backstores/user:other info"])
        self.assertIn("there is no user disk 'u'", got["/backstores/user:fake changemedium u 1M okay"])
        self.assertIn("see `ls /backstores/user:fake`", got["/backstores/user:fake changemedium u 1M okay"])
        self.assertIn("o- user:fake", got["ls /backstores/user:fake"])
        self.assertTrue(got["cd /backstores/user:fake"].endswith("= 0\n"))

    def test_without_a_service_everything_else_goes_on(self):
        script = "shift; for each in \"$@\"; do echo \"> $each\"; " + " ".join(LUNET) + \
            " --state-dir \"$0\" -c \"$each\" 2>&1; echo \"= $?\"; done"
        got = self.outcomes("unused", "/backstores ls depth=1", "/backstores/user:fake info",
                            program=("sh", "-c", script))
        self.assertNotIn("user:", got["/backstores ls depth=1"])
        self.assertIn("= 0", got["/backstores ls depth=1"])
        self.assertIn("no handler fake answers", got["/backstores/user:fake info"])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(*sys.argv[2:])
        sys.exit()
    if os.geteuid() != 0:
        print("handlers: needs root for a mount namespace of its own")
        sys.exit(77)
    unittest.main()
