#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Transactions with the real programs: ends in the middle of edits, foreign changes, restores; many at once."""
import concurrent.futures
import json
import os
import random
import re
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from control import Control, TreeError  # noqa: E402
from lab import BIN, DEADLINE_S, HOST, TARGET, Failed, Lab, stable_port  # noqa: E402

WHOLE = os.environ.get("LUNET_TORTURE") == "1"
TPG = f"/iscsi/{TARGET}/tpg1"
TPG_DIRECTORY = f"iscsi/{TARGET}/tpgt_1"


def compare(lab):
    """Kinds and sentences of all differences."""
    answer = lab.lunet("diff", options=["--json"], check=False)
    return [(d["kind"], d["text"]) for d in json.loads(answer.stdout)["differences"]]


class Sequence:
    """Random edits, ends of lunet at a moment, ends of lunetd, foreign changes, restores."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lab = Lab(threads=1)
        self.log = [f"seed {seed}"]
        self.foreign = {}
        self.asked = False  # the last edit was to write login_timeout

    def run(self, steps):
        lab, choose = self.lab, self.random
        try:
            with lab:
                lab.lunet("/iscsi", "create", TARGET)
                for _ in range(steps):
                    kind = choose.choices(["edit", "interrupt", "kill", "foreign", "restore"], [4, 4, 1, 2, 1])[0]
                    {"edit": self.edit, "interrupt": self.interrupt, "kill": self.kill, "foreign": self.foreign_step,
                     "restore": self.restore}[kind]()
                    self.check()
        except (AssertionError, Failed, OSError, ValueError) as problem:
            raise AssertionError("\n".join(self.log)) from problem

    def words(self):
        """An edit that mostly makes sense."""
        choose = self.random
        name = choose.choice("abc")
        return choose.choice([
            ("/backstores/fileio", "create", name, self.lab.path(f"data-{name}"), "64K"),
            ("/backstores/ramdisk", "create", name, "64K"),
            ("/backstores/fileio", "delete", name),
            ("/backstores/ramdisk", "delete", name),
            (TPG + "/luns", "create", f"/backstores/fileio/{name}"),
            (TPG + "/luns", "create", f"/backstores/ramdisk/{name}"),
            (TPG + "/luns", "delete", str(choose.randrange(2))),
            (TPG + "/acls", "create", HOST),
            (TPG + "/acls", "delete", HOST),
            (TPG, "set", "attribute", f"login_timeout={choose.randrange(10, 15)}"),
            (TPG, choose.choice(["enable", "disable"])),
            ("/iscsi", choose.choice(["create", "delete"]), TARGET + ":2"),
        ])

    def edit(self):
        words = self.words()
        self.asked = "set" in words
        result = self.lab.lunet(*words, check=False, options=["--yes"])
        self.log.append(f"{words}: {result.returncode} {result.stderr.strip()}")
        assert result.returncode in (0, 1), result.stderr

    def interrupt(self):
        words, moment = self.words(), self.random.randrange(1, 9)
        self.asked = "set" in words
        env = dict(os.environ, LUNET_TEST_EXIT_AT=str(moment))
        result = self.lab.lunet(*words, check=False, options=["--yes"], env=env)
        self.log.append(f"{words} ends at {moment}: {result.returncode} {result.stderr.strip()}")
        assert result.returncode in (0, 1, 137), result.stderr

    def data(self):
        folder = self.lab.dir
        names = [n for n in os.listdir(folder) if n.startswith("data-")]
        return {n: (os.stat(os.path.join(folder, n)).st_ino, os.stat(os.path.join(folder, n)).st_size) for n in names}

    def kill(self):
        before = self.data()
        self.lab.kill()
        self.lab.start()
        after = self.data()
        self.log.append("lunetd was killed and started again")
        # The file of an interrupted creation may go; nothing comes or changes.
        assert all(before.get(name) == status for name, status in after.items()), (before, after)
        self.foreign = {}

    def foreign_write(self, path, text):
        try:
            with Control(self.lab.socket) as control:
                control.batch([("write", path, text)])
        except TreeError:
            return
        self.log.append(f"foreign: {path} = {text}")
        self.foreign[path] = text

    def foreign_dir(self, path):
        try:
            with Control(self.lab.socket) as control:
                control.batch([("make_dir", path)])
        except TreeError:
            return
        self.log.append(f"foreign: made {path}")

    def foreign_step(self):
        if self.random.random() < 0.5:
            self.foreign_write(TPG_DIRECTORY + "/attrib/login_timeout", str(self.random.randrange(20, 25)))
        else:
            self.foreign_dir(TPG_DIRECTORY + "/acls/iqn.2026-11.org.example:foreign")

    def restore(self):
        before = self.data()
        agreed = self.random.random() < 0.5
        result = self.lab.lunet("restore", check=False, options=["--yes"] if agreed else [])
        self.log.append(f"restore {agreed}: {result.returncode} {result.stderr.strip()}")
        after = self.data()
        assert all(before.get(name) == status for name, status in after.items()), (before, after)
        if agreed:
            assert result.returncode == 0, result.stderr
            self.foreign = {}

    def check(self):
        with Control(self.lab.socket) as control:
            for path, text in list(self.foreign.items()):
                try:
                    now = control.read(path).strip()
                except TreeError:
                    now = None
                assert now in (text, None) or self.asked, path
                if now != text:
                    del self.foreign[path]
        self.asked = False
        # An edit that changes nothing: who takes the lock recovers.
        self.lab.lunet(TPG, "set", "attribute", "prod_mode_write_protect=0", check=False)
        for kind, text in compare(self.lab):
            known = kind == "foreign" or "login_timeout is '2" in text
            assert known, text


class Transactions(unittest.TestCase):
    def lab(self):
        lab = Lab(threads=1)
        self.addCleanup(lab.__exit__)
        lab.start()
        return lab

    def test_any_order_of_ends_and_changes(self):
        one = os.environ.get("LUNET_SEED")
        for seed in [int(one)] if one else range(1, 301 if WHOLE else 7):
            Sequence(seed).run(12)

    def test_many_at_once_lose_nothing(self):
        lab = self.lab()
        lab.lunet("/iscsi", "create", TARGET)
        processes, edits = (64, 100) if WHOLE else (8, 6)
        base = [os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", lab.state, "--socket",
                lab.socket]
        script = 'for i in $(seq "$2"); do "${@:3}" ' + TPG + '/acls create "' + HOST + ':$1.$i" >/dev/null || exit 1; done'
        running = [subprocess.Popen(["bash", "-c", script, "edits", str(p), str(edits), *base],
                                    stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for p in range(processes)]
        for process in running:
            errors = process.communicate()[1]
            self.assertEqual(process.returncode, 0, errors)
        acls = lab.tree(TPG + "/acls")["tree"]["children"]
        self.assertEqual(len(acls), processes * edits)
        history = json.loads(lab.lunet("history", options=["--json"]).stdout)["generations"]
        self.assertEqual(history[-1]["generation"], processes * edits + 1)
        self.assertEqual(compare(lab), [])

    def test_many_random_edits_are_in_some_serial_order(self):
        """Own objects come and go, one shared value is written by all: history is the order, replayed it is the end."""
        lab = self.lab()
        lab.lunet("/iscsi", "create", TARGET)
        processes, edits = (64, 100) if WHOLE else (8, 5)

        def work(process):
            choose, own, done = random.Random(process), set(), []
            for i in range(edits):
                kind = choose.choice(["create", "delete", "shared"])
                if kind == "delete" and own:
                    name = choose.choice(sorted(own))
                    own.remove(name)
                    words = (TPG + "/acls", "delete", name)
                elif kind == "create":
                    name = f"{HOST}:{process}.{i}"
                    own.add(name)
                    words = (TPG + "/acls", "create", name)
                else:
                    words = (TPG, "set", "auth", f"userid=by-{process}-{i}")
                lab.lunet(*words)
                done.append(" ".join(words))
            return done

        with concurrent.futures.ThreadPoolExecutor(processes) as pool:
            commands = list(pool.map(work, range(processes)))
        history = [g["why"] for g in json.loads(lab.lunet("history", options=["--json"]).stdout)["generations"]][1:]
        self.assertEqual(sorted(history), sorted(sum(commands, [])), "each edit is one generation")
        for done in commands:
            self.assertEqual([why for why in history if why in done], done, "in the order of its process")
        acls, shared = set(), ""
        for why in history:
            _, verb, rest = why.split(" ", 2)
            if verb == "set":
                shared = rest.split("=")[1]
            else:
                (acls.add if verb == "create" else acls.remove)(rest)
        shown = lab.lunet("show", "--show-secrets").stdout
        self.assertEqual(set(re.findall(r"acl (\S+)", shown)), acls)
        self.assertEqual(re.findall(r"userid (\S+)", shown), [shared] if shared else [])
        self.assertEqual(lab.lunet("verify").returncode, 0)

    def test_a_waiter_is_told_who_holds_the_lock(self):
        lab = self.lab()
        lab.lunet("/iscsi", "create", TARGET)
        holder = subprocess.Popen(["flock", os.path.join(lab.state, "lock"), "bash", "-c",
                                   f'echo "pid $$ time $(date +%s) command slow" > {lab.state}/lock; echo x; read -r _; : > {lab.state}/lock'],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        holder.stdout.readline()
        waiter = subprocess.Popen([os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir",
                                   lab.state, "--socket", lab.socket, TPG + "/acls", "create", HOST],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertRegex(waiter.stderr.readline(), r"waiting for process \d+ \(slow\) since \d+ s")
        holder.communicate("\n")
        self.assertIn("Created Node ACL", waiter.communicate()[0])
        self.assertEqual(waiter.returncode, 0)

    def test_a_port_that_is_taken_leaves_the_rest_served(self):
        lab = self.lab()
        port = stable_port()
        lab.lunet("/iscsi", "create", TARGET)
        for portal in lab.portals():
            ip, number = portal["name"].rsplit(":", 1)
            lab.lunet(TPG + "/portals", "delete", ip, number)
        lab.lunet(TPG + "/portals", "create", "127.0.0.2", str(port))
        lab.lunet(TPG + "/portals", "create", "127.0.0.1", "0")
        lab.lun(lab.ramdisk("r", "1M"))
        lab.stop()
        with socket.socket() as other:
            other.bind(("127.0.0.2", port))
            other.listen()
            lab.start()
            self.assertTrue(lab.port(TARGET, "127.0.0.1:0"))
            status = lab.lunet("status").stdout
            self.assertIn("1 degraded", status)
            self.assertIn(f"portal 127.0.0.2:{port}: degraded:", status)
            again = lab.lunet("restore", check=False)
            self.assertEqual(again.returncode, 4, again.stderr)
        self.assertEqual(lab.lunet("restore").returncode, 0)
        self.assertEqual(compare(lab), [])

    def test_a_missing_file_is_pending(self):
        lab = self.lab()
        lab.lunet("/iscsi", "create", TARGET)
        lab.lun(lab.fileio("f", "1M"))
        lab.stop()
        os.rename(lab.path("f.img"), lab.path("away"))
        lab.start()
        self.assertIn("2 pending", lab.lunet("status").stdout)
        self.assertEqual(lab.lunet("restore", check=False).returncode, 4)
        self.assertFalse(os.path.exists(lab.path("f.img")))
        os.rename(lab.path("away"), lab.path("f.img"))
        lab.lunet("restore")
        self.assertIn("in sync", lab.lunet("status").stdout)

    def test_drift_is_shown_refused_adopted_and_restored(self):
        lab = self.lab()
        lab.lunet("/iscsi", "create", TARGET)
        with Control(lab.socket) as control:
            control.batch([("write", TPG_DIRECTORY + "/attrib/authentication", "1")])
        shown = lab.lunet("diff", TPG, check=False)
        self.assertEqual(shown.returncode, 3)
        self.assertIn("attribute authentication is '1', recorded is '0'", shown.stdout)
        refused = lab.lunet(TPG, "set", "attribute", "authentication=0", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("drift on", refused.stderr)
        refused = lab.lunet("restore", TPG, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("--yes", refused.stderr)
        lab.lunet("adopt", TPG)
        self.assertEqual(lab.lunet("diff").stdout, "")
        with Control(lab.socket) as control:
            control.batch([("write", TPG_DIRECTORY + "/attrib/authentication", "0")])
        lab.lunet("restore", TPG, options=["--yes"])
        self.assertEqual(lab.lunet("diff").stdout, "")

    def test_a_change_that_is_not_confirmed_goes_back_by_itself(self):
        lab = self.lab()
        lab.ramdisk("before", "1M")
        with open(lab.path("more.lio"), "w") as file:
            file.write("storage ramdisk disk risky size 1M\n")
        lab.lunet("apply", lab.path("more.lio"), "--merge", "--confirmed", "2s")
        waiting = json.loads(lab.lunet("status", options=["--json"]).stdout)["waiting"]
        self.assertEqual((waiting["generation"], waiting["back_to"]), (2, 1))
        # The lunet in the background does it, without any other one.
        deadline = time.monotonic() + DEADLINE_S
        while "not confirmed in time" not in open(os.path.join(lab.state, "journal.lio")).read():
            self.assertLess(time.monotonic(), deadline, "nobody went back")
            time.sleep(0.1)
        self.assertEqual(lab.lunet("verify").returncode, 0)
        self.assertNotIn("risky", lab.ls())

    def test_a_restart_after_the_deadline_goes_back_first(self):
        lab = self.lab()
        lab.ramdisk("before", "1M")
        with open(lab.path("more.lio"), "w") as file:
            file.write("storage ramdisk disk risky size 1M\n")
        lab.lunet("apply", lab.path("more.lio"), "--merge", "--confirmed", "1")
        # The one that waits must not do it: nobody answers it.
        lab.kill()
        path = os.path.join(lab.state, "confirmation")
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(re.sub(r"deadline \d+", "deadline 1", text))
        lab.start()
        self.assertIn("not confirmed", lab.daemon_log())
        self.assertNotIn("risky", lab.ls())
        self.assertEqual(lab.lunet("verify").returncode, 0)

    def test_a_file_is_applied_as_one_change(self):
        lab = self.lab()
        with open(lab.path("site.lio"), "w") as file:
            file.write(f"storage ramdisk disk r size 1M\nfabric iscsi target {TARGET} tpgt 1 {{\n  enable yes\n"
                       f"  attribute authentication 0\n  lun 0 backend ramdisk:r\n  acl {HOST} mapped_lun 0 target_lun 0\n"
                       "  portal 127.0.0.1:0\n}\n")
        lab.lunet("apply", lab.path("site.lio"))
        self.assertEqual(compare(lab), [])
        self.assertEqual(len(json.loads(lab.lunet("history", options=["--json"]).stdout)["generations"]), 1)
        with open(lab.path("none.lio"), "w"):
            pass
        refused = lab.lunet("apply", lab.path("none.lio"), check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("RAM disk r", refused.stderr)
        lab.lunet("apply", lab.path("none.lio"), options=["--yes"])
        self.assertNotIn(TARGET, lab.ls())


if __name__ == "__main__":
    unittest.main(verbosity=2)
