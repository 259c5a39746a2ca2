#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Secrets stay secret: words that occur nowhere else are set as secrets, then searched for in all that the programs print,
log, keep and show of themselves."""
import glob
import os
import resource
import signal
import stat
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from initiator import Chap, Initiator, LoginRefused  # noqa: E402
from lab import BIN, DEADLINE_S, HOST, TARGET, Lab, run  # noqa: E402

CANARIES = tuple(f"{word}-{os.urandom(6).hex()}" for word in ("canary", "magpie", "heron", "jackdaw", "wren"))
ACL, BACK, DISCOVERY, DEMO, LATER = CANARIES
TPG = f"/iscsi/{TARGET}/tpg1"


def processes():
    """What /proc shows of the command lines and environments of all lunet and lunetd."""
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            with open(folder + "/comm") as file:
                if not file.read().startswith("lunet"):
                    continue
            for name in ("cmdline", "environ"):
                with open(f"{folder}/{name}", "rb") as file:
                    yield folder, file.read()
        except OSError:
            continue  # it has ended


class Secrets(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.output = []

    def lunet(self, *words, secrets=(), options=(), **more):
        result = subprocess.run([os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir",
                                 self.lab.state, "--socket", self.lab.socket, *options, *map(str, words)],
                                input="".join(s + "\n" for s in secrets), text=True, capture_output=True,
                                timeout=DEADLINE_S, **more)
        self.output.append((words, result.stdout + result.stderr))
        return result

    def assert_hidden(self, where, text):
        for canary in CANARIES:
            self.assertNotIn(canary, text, where)

    def set_all(self):
        (self.port,) = self.lab.target()
        self.lab.lun(self.lab.ramdisk("a", "1M"))
        self.lab.acl()
        acl = f"{TPG}/acls/{HOST}"
        for path, group, pairs, secrets in (
                (acl, "auth", ("userid=user", "password=-", "mutual_userid=back", "mutual_password=-"), (ACL, BACK)),
                (TPG, "auth", ("userid=demo", "password=-"), (DEMO,)),
                ("/iscsi", "discovery_auth", ("enable=yes", "userid=finder", "password=-"), (DISCOVERY,))):
            result = self.lunet(path, "set", group, *pairs, secrets=secrets)
            self.assertEqual(result.returncode, 0, result.stderr)
        with Initiator("127.0.0.1", self.port, TARGET, HOST, chap=Chap("user", ACL, mutual=("back", BACK))):
            pass  # it was read as it is

    def say_everything(self):
        acl = f"{TPG}/acls/{HOST}"
        for options in ((), ("--json",)):
            for path in ("/", "/iscsi", f"/iscsi/{TARGET}", TPG, acl):
                for words in (("ls",), ("info",), ("status",), ("get",), ("get", "auth"), ("get", "discovery_auth"),
                              ("get", "auth", "password"), ("get", "auth", "mutual_password"),
                              ("get", "discovery_auth", "password"), ("set",), ("set", "auth"), ("set", "discovery_auth")):
                    self.lunet(path, *words, options=options)
            for words in (("history",), ("status",), ("restore",), ("version",), ("help",), ("diff",), ("plan",), ("dump",),
                          ("doctor",), ("saveconfig",), ("export",)):
                self.lunet(*words, options=options)

    def fail_in_every_way(self):
        acl = f"{TPG}/acls/{HOST}"
        for words, secrets in ((("auth", "password=-", "mutual_password=-"), (LATER, LATER)),
                               (("auth", "password=-"), (LATER * 20,)),
                               (("auth", "password=-", "nosuch=-"), (LATER, LATER)),
                               (("auth", "password=-", "authenticate_target=1"), (LATER,)),
                               (("attribute", "password=-"), (LATER,)),
                               (("auth", "password=-", "userid=" + "u" * 300), (LATER,)),
                               (("auth", "password=-"), ())):
            result = self.lunet(acl, "set", *words, secrets=secrets)
            self.assertNotEqual(result.returncode, 0, words)
        self.lunet(f"{TPG}/acls/{HOST}x", "set", "auth", "password=-", secrets=(LATER,))

    def log_in_in_every_way(self):
        for chap in (Chap(ACL, "wrong-secret-x"), Chap("user", "wrong-secret-x"), Chap("user", BACK), Chap(ACL, ACL), None):
            for discovery in (False, True):
                with self.assertRaises(LoginRefused):
                    Initiator("127.0.0.1", self.port, TARGET, HOST, chap=chap, discovery=discovery)

    def test_no_output_log_or_process_shows_them(self):
        self.lab.start()
        self.set_all()
        self.say_everything()
        self.fail_in_every_way()
        self.log_in_in_every_way()
        self.lab.lunet(f"{TPG}/acls/{HOST}", "set", "auth", "mutual_userid=other")
        self.say_everything()
        for folder, text in processes():
            self.assert_hidden(folder, text.decode(errors="replace"))
        self.lab.stop()
        self.lab.start()
        self.say_everything()
        self.assertGreater(len(self.output), 200)
        shown = "".join(text for _, text in self.output)
        self.assertIn("***", shown)
        self.assertIn("finder", shown, "names are no secrets")
        for words, text in self.output:
            self.assert_hidden(words, text)
        self.assert_hidden("the log", self.lab.daemon_log())

    def test_a_bundle_for_a_bug_report_has_none(self):
        self.lab.start()
        self.set_all()
        self.fail_in_every_way()
        self.log_in_in_every_way()
        # Whoever wrote one into the log.
        with open(os.path.join(self.lab.state, "lunetd.log"), "w") as log:
            log.write(f"somebody typed {ACL} as a name\n")
        for name in ("running", "dead"):
            result = self.lunet("support", self.lab.path(name))
            self.assertEqual(result.returncode, 0, result.stderr)
            with open(self.lab.path(name)) as file:
                text = file.read()
            self.assert_hidden(name, text)
            for part in ("userid user", "somebody typed *** as a name", TARGET, "discovery_auth"):
                self.assertIn(part, text)
            if self.lab.daemon:
                self.lab.stop()

    def test_only_the_store_keeps_them_and_only_for_its_owner(self):
        old = os.umask(0)
        self.addCleanup(os.umask, old)
        self.lab.start()
        self.set_all()
        self.lab.stop()
        holders = 0
        for folder, _, names in os.walk(self.lab.dir):
            if folder.startswith(self.lab.state):
                self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700, folder)
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    text = file.read().decode(errors="replace")
                if path.startswith(self.lab.state):
                    self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600, path)
                    holders += any(canary in text for canary in CANARIES)
                else:
                    self.assert_hidden(path, text)
        self.assertGreater(holders, 0, "the store must know them")

    def test_a_secret_in_the_arguments_is_warned_of_and_not_kept(self):
        self.lab.start()
        self.set_all()
        result = self.lunet(f"{TPG}/acls/{HOST}", "set", "auth", f"password={LATER}")
        self.assertIn("password=-", result.stderr)
        self.lunet("history")
        for words, text in self.output:
            self.assert_hidden(words[:2], text)
        self.assert_hidden("the log", self.lab.daemon_log())

    def test_neither_program_leaves_a_core(self):
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        probe = subprocess.Popen(["sleep", "100"], cwd=self.lab.dir)
        probe.send_signal(signal.SIGABRT)
        can_core = os.WCOREDUMP(os.waitpid(probe.pid, 0)[1])  # else only the limits below prove something
        probe.returncode = -signal.SIGABRT
        for left in glob.glob(self.lab.path("core*")):
            os.remove(left)
        before = os.getcwd()
        os.chdir(self.lab.dir)
        self.addCleanup(os.chdir, before)
        self.lab.start()
        self.set_all()
        waiting = subprocess.Popen([os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir",
                                    self.lab.state, "--socket", self.lab.socket, f"{TPG}/acls/{HOST}", "set", "auth",
                                    "password=-", "mutual_password=-"], stdin=subprocess.PIPE)
        waiting.stdin.write(LATER.encode() + b"\n")
        waiting.stdin.flush()
        end = time.monotonic() + DEADLINE_S
        while "Max core file size        0" not in self.limits(waiting.pid) and time.monotonic() < end:
            time.sleep(0.01)
        for pid in (waiting.pid, self.lab.daemon.pid):
            self.assertIn("Max core file size        0                    0", self.limits(pid))
            os.kill(pid, signal.SIGABRT)
            status = os.waitpid(pid, 0)[1]
            self.assertTrue(os.WIFSIGNALED(status))
            self.assertFalse(os.WCOREDUMP(status), f"cores are possible here: {can_core}")
        waiting.stdin.close()
        waiting.returncode = self.lab.daemon.returncode = -signal.SIGABRT
        self.lab.daemon = None
        self.lab.log.close()
        self.assertEqual(glob.glob(self.lab.path("*core*")), [])

    @staticmethod
    def limits(pid):
        with open(f"/proc/{pid}/limits") as file:
            return file.read()

    def test_other_programs_of_the_user_cannot_read_its_memory(self):
        nobody = 65534
        folder = self.lab.path("theirs")
        os.chmod(self.lab.dir, 0o711)
        os.mkdir(folder)
        os.chown(folder, nobody, nobody)
        ready, theirs = os.pipe()
        daemon = subprocess.Popen(["setpriv", f"--reuid={nobody}", f"--regid={nobody}", "--clear-groups",
                                   os.path.join(BIN, "lunetd"), "--socket", folder + "/sock", "--ready-fd", str(theirs)],
                                  pass_fds=[theirs], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs)
        try:
            self.assertEqual(os.read(ready, 1), b"R")
            for name in ("mem", "environ", "maps"):
                self.assertEqual(os.stat(f"/proc/{daemon.pid}/{name}").st_uid, 0, name)
            peek = run(["setpriv", f"--reuid={nobody}", f"--regid={nobody}", "--clear-groups", "head", "-c1",
                        f"/proc/{daemon.pid}/environ"], check=False)
            self.assertNotEqual(peek.returncode, 0)
        finally:
            os.close(ready)
            daemon.terminate()
            daemon.wait(timeout=DEADLINE_S)


if __name__ == "__main__":
    unittest.main(verbosity=2)
