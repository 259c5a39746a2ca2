#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Refused logins are logged so that fail2ban's own program finds the address, and nothing that the other side wrote."""
import os
import re
import shutil
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../support"))
from initiator import Chap, Initiator, LoginRefused  # noqa: E402
from lab import DEADLINE_S, HOST, TARGET, Lab  # noqa: E402

FILTER = os.path.join(HERE, "../../packaging/fail2ban/lunetd.conf")


class Fail2ban(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        (self.port, self.port6) = self.lab.target(portals=("127.0.0.1", "::1"))
        self.lab.lun(self.lab.ramdisk("r", "1M"))
        self.lab.acl()
        self.lab.lunet(f"/iscsi/{TARGET}/tpg1/acls/{HOST}", "set", "auth", "userid=u", "password=right-secret-of-12")

    def refused(self, name=HOST, address="127.0.0.1", source=None, target=TARGET, **more):
        port = self.port6 if ":" in address else self.port
        with self.assertRaises((LoginRefused, ConnectionError, AssertionError)):
            Initiator(address, port, target, name, source=source, **more)

    def found(self, log):
        """Addresses that fail2ban finds in the log, in order."""
        path = self.lab.path("log")
        with open(path, "w") as file:
            file.write(log)
        folder = self.lab.path("filter.d")
        if not os.path.exists(folder):
            os.mkdir(folder)
            shutil.copy(FILTER, folder)
            shutil.copy("/etc/fail2ban/filter.d/common.conf", folder)
        result = subprocess.run(["fail2ban-regex", "-o", "ip", path, os.path.join(folder, "lunetd.conf")], text=True,
                                capture_output=True, timeout=DEADLINE_S, check=False)
        return [line for line in result.stdout.splitlines() if re.fullmatch(r"[0-9a-f.:]+", line)]

    def test_strangers_and_wrong_secrets_are_found(self):
        self.refused("iqn.2026-11.org.example:stranger", source="127.0.0.2")
        self.refused(source="127.0.0.3", chap=Chap("u", "wrong-secret-of-12"))
        self.refused("iqn.2026-11.org.example:stranger", address="::1")
        with Initiator("127.0.0.1", self.port, TARGET, HOST, source="127.0.0.9", chap=Chap("u", "right-secret-of-12")):
            pass
        log = self.lab.daemon_log()
        expected = ["127.0.0.2", "127.0.0.3", "::1"]
        self.assertEqual(self.found(log), expected)
        # The same as journald keeps it.
        journal = "".join(f"Nov 28 12:00:00 storage lunetd[4711]: {line}\n" for line in log.splitlines())
        self.assertEqual(self.found(journal), expected)
        for line in log.splitlines():
            if "refused" in line:
                self.assertRegex(line, r" as iqn\S+ to iqn\S+ refused \(02\d\d\): \w+")

    def test_a_name_cannot_accuse_somebody_else(self):
        forged = "x\n2026-11-28 12:00:00.000 warning: login from 192.0.2.66:1 as a to b refused (0201): "
        for name in (forged, forged.replace("\n", " "), "iqn.2026-11.org.example:" + forged):
            self.refused(name, source="127.0.0.4")
            self.refused(HOST, target=name, source="127.0.0.4")
        self.assertNotIn("192.0.2.66", self.lab.daemon_log())
        self.assertEqual(set(self.found(self.lab.daemon_log())), {"127.0.0.4"})


if __name__ == "__main__":
    if not shutil.which("fail2ban-regex"):
        print("skipped: fail2ban-regex is missing; tools/setup packaging installs it")
        sys.exit(77)
    unittest.main(verbosity=2)
