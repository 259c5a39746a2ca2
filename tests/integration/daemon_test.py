#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lunetd as a daemon: rights, locks, signals, systemd's protocol; and lunet starting it."""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from initiator import Initiator  # noqa: E402
from lab import BIN, DEADLINE_S, HOST, TARGET, Lab, run, wait_until  # noqa: E402

NOBODY = 65534


class Daemon(unittest.TestCase):
    def lab(self):
        lab = Lab(threads=1)
        self.addCleanup(lab.__exit__)
        lab.start()
        return lab

    def test_a_second_one_on_the_same_state_folder_is_refused(self):
        lab = self.lab()
        second = run([os.path.join(BIN, "lunetd"), "--state-dir", lab.state, "--socket", lab.path("other")], check=False)
        self.assertEqual(second.returncode, 1)
        self.assertIn(f"in use by lunetd, pid {lab.daemon.pid}", second.stderr)
        self.assertFalse(os.path.exists(lab.path("other")))

    def test_a_live_socket_is_never_replaced(self):
        lab = self.lab()
        second = run([os.path.join(BIN, "lunetd"), "--socket", lab.socket], check=False)
        self.assertEqual(second.returncode, 1)
        lab.lunet("ls")

    def test_it_tells_systemd(self):
        lab = Lab(threads=1)
        self.addCleanup(lab.__exit__)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(lab.path("notify"))
            notify.settimeout(DEADLINE_S)
            os.environ["NOTIFY_SOCKET"] = lab.path("notify")
            try:
                lab.start()
            finally:
                del os.environ["NOTIFY_SOCKET"]
            self.assertIn(b"READY=1", notify.recv(4096))
            lab.stop()
            self.assertIn(b"STOPPING=1", notify.recv(4096))

    def test_without_a_state_folder_it_serves_and_keeps_nothing(self):
        folder = tempfile.mkdtemp(prefix="lunet-test-")
        self.addCleanup(shutil.rmtree, folder)
        ready, theirs = os.pipe()
        daemon = subprocess.Popen([os.path.join(BIN, "lunetd"), "--socket", folder + "/sock", "--ready-fd", str(theirs)],
                                  pass_fds=[theirs], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs)
        self.assertEqual(os.read(ready, 1), b"R")
        os.close(ready)
        daemon.terminate()
        self.assertEqual(daemon.wait(timeout=DEADLINE_S), 0)
        self.assertEqual(os.listdir(folder), [])

    def test_lunet_starts_it_once_and_not_when_forbidden(self):
        folder = tempfile.mkdtemp(prefix="lunet-test-")
        self.addCleanup(shutil.rmtree, folder)
        lunet = [os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--state-dir", folder + "/state"]
        refused = run([*lunet, "--no-start", "ls"], check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("hint:", refused.stderr)
        first = run([*lunet, "ls"])
        with open(folder + "/state/lunetd.pid") as file:
            pid = int(file.read())
        try:
            self.assertIn(f"lunetd started (pid {pid}", first.stderr)
            self.assertNotIn("started", run([*lunet, "ls"]).stderr)
        finally:
            os.kill(pid, 15)
            # Its parent has ended: only its lock tells that it is gone.
            wait_until(lambda: run(["flock", "-n", folder + "/state/lunetd.pid", "true"], check=False).returncode == 0,
                       "lunetd ends")

    @unittest.skipUnless(os.geteuid() == 0, "runs as another user only when started by root; else all tests do")
    def test_it_needs_no_rights(self):
        folder = tempfile.mkdtemp(prefix="lunet-test-")
        self.addCleanup(shutil.rmtree, folder)
        os.chmod(folder, 0o755)
        for program in ("lunet", "lunetd"):
            shutil.copy(os.path.join(BIN, program), folder)
        home = folder + "/home"
        os.mkdir(home)
        os.chown(home, NOBODY, NOBODY)
        lunet = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--bounding-set=-all",
                 folder + "/lunet", "--runtime", "lunetd", "--state-dir", home + "/state"]
        run([*lunet, "/backstores/fileio", "create", "d", home + "/d.img", "1M"], cwd=home)
        with open(home + "/state/lunetd.pid") as file:
            pid = int(file.read())
        try:
            self.assertEqual(os.stat(f"/proc/{pid}").st_uid, NOBODY)
            run([*lunet, "/iscsi", "create", TARGET], cwd=home)
            run([*lunet, f"/iscsi/{TARGET}/tpg1/portals", "create", "127.0.0.1", "0"], cwd=home)
            run([*lunet, f"/iscsi/{TARGET}/tpg1/luns", "create", "/backstores/fileio/d"], cwd=home)
            run([*lunet, f"/iscsi/{TARGET}/tpg1/acls", "create", HOST], cwd=home)
            tree = json.loads(run([*lunet, "--json", f"/iscsi/{TARGET}/tpg1/portals", "ls"], cwd=home).stdout)["tree"]
            port = next(int(dict(p["details"])["port"]) for p in tree["children"] if p["name"] == "127.0.0.1:0")
            with Initiator("127.0.0.1", port, TARGET, HOST) as session:
                session.clear_unit_attentions(0)
                session.write(0, 0, b"x" * 512)
                self.assertEqual(session.read(0, 0, 1), b"x" * 512)
        finally:
            os.kill(pid, 15)
            wait_until(lambda: run(["flock", "-n", home + "/state/lunetd.pid", "true"], check=False).returncode == 0,
                       "lunetd ends")


if __name__ == "__main__":
    unittest.main(verbosity=2)
