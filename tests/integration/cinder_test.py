#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""OpenStack Cinder's own cinder-rtstool (Debian's python3-cinder), unmodified, on lunetd through a mounted tree: volumes that it
makes are read and written by an initiator, saved, and restored."""
import json
import os
import subprocess
import sys
import unittest

SUPPORT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../support"))
sys.path.insert(0, SUPPORT)
import loop_device  # noqa: E402
from initiator import Chap, Initiator, LoginRefused  # noqa: E402
from lab import BIN, DEADLINE_S, HOST, Lab, stable_port  # noqa: E402

PLACE = os.path.join(SUPPORT, "kernel_place.py")
PYTHON = "/usr/bin/python3"
VOLUME = "iqn.2010-10.org.openstack:volume-"
USER, SECRET = "cinder-user", "cinder-secret-12"
# What the command that Debian installs consists of.
RTSTOOL = "import sys\nfrom cinder.cmd.rtstool import main\nsys.exit(main())\n"


class Cinder(unittest.TestCase):
    def setUp(self):
        if loop_device.unusable():
            self.skipTest(loop_device.unusable())
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        with open(self.lab.path("cinder-rtstool"), "w") as file:
            file.write(RTSTOOL)
        self.port = stable_port()

    def device(self, name):
        with open(self.lab.path(name), "wb") as file:
            file.truncate(4 << 20)
        device = loop_device.LoopDevice(self.lab.path(name))
        self.addCleanup(device.detach)
        return device.path

    def start(self, *words):
        command = ["unshare", "--mount", PYTHON, PLACE, os.path.abspath(BIN), self.lab.state, self.lab.socket, PYTHON, PLACE,
                   "--python", self.lab.path("cinder-rtstool"), *map(str, words)]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                env={**os.environ, "HOME": self.lab.dir})

    def finish(self, process):
        said = process.communicate(timeout=DEADLINE_S)[0]
        self.assertEqual(process.returncode, 0, said)
        return said

    def rtstool(self, *words):
        return self.finish(self.start(*words))

    def create(self, number, device):
        return self.start("create", device, f"{VOLUME}{number}", USER, SECRET, "False", "-a127.0.0.1", f"-p{self.port}")

    def round_trip(self, number, host=HOST):
        with Initiator("127.0.0.1", self.port, f"{VOLUME}{number}", host, chap=Chap(USER, SECRET)) as session:
            session.clear_unit_attentions(0)
            data = os.urandom(4096)
            session.write(0, 8, data)
            self.assertEqual(session.read(0, 8, 8), data)

    def test_the_life_of_a_volume(self):
        self.rtstool("verify")
        self.finish(self.create(1, self.device("one")))
        self.assertIn(f"{VOLUME}1", self.rtstool("get-targets"))
        with self.assertRaises(LoginRefused):
            self.round_trip(1)
        self.rtstool("add-initiator", f"{VOLUME}1", USER, SECRET, HOST)
        self.round_trip(1)
        with self.assertRaises(LoginRefused):
            Initiator("127.0.0.1", self.port, f"{VOLUME}1", HOST)
        saved = self.lab.path("saved.json")
        self.rtstool("save", saved)
        self.rtstool("delete-initiator", f"{VOLUME}1", HOST)
        with self.assertRaises(LoginRefused):
            self.round_trip(1)
        self.rtstool("delete", f"{VOLUME}1")
        self.assertNotIn(VOLUME, self.lab.ls())
        self.rtstool("restore", saved)
        self.round_trip(1)
        again = self.lab.path("again.json")
        self.rtstool("save", again)
        with open(saved) as first, open(again) as second:
            self.assertEqual(json.load(first), json.load(second))

    def test_volumes_one_after_the_other(self):
        devices = [self.device(f"v{number}") for number in range(3)]
        for number, device in enumerate(devices):
            self.finish(self.create(number, device))
            self.rtstool("add-initiator", f"{VOLUME}{number}", USER, SECRET, HOST)
        for number in range(3):
            self.round_trip(number)
        self.rtstool("delete", f"{VOLUME}1")
        self.round_trip(0)
        self.round_trip(2)
        ls = self.lab.ls()
        self.assertNotIn(f"{VOLUME}1", ls)
        self.assertIn(f"{VOLUME}2", ls)


if __name__ == "__main__":
    found = subprocess.run([PYTHON, "-c", "import cinder.cmd.rtstool"], capture_output=True, check=False)
    if found.returncode:
        print("skipped: python3-cinder is missing; tools/setup packaging installs it")
        sys.exit(77)
    unittest.main(verbosity=2)
