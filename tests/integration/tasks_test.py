#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sharing, resizing, sessions, and what says what is so and why: real lunet and lunetd, initiators of others and our own."""
import json
import os
import re
import shlex
import struct
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from initiator import Chap, CheckCondition, Initiator, LoginRefused  # noqa: E402
from lab import HOST, TARGET, BIN, Lab, run, stable_port  # noqa: E402

TPG = f"/iscsi/{TARGET}/tpg1"
CAPACITY_CHANGED = (6, 0x2A, 0x09)


class Tasks(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=2)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()

    def lunet(self, *words, **more):
        return self.lab.lunet(*words, **more).stdout

    def rows(self, *words):
        return json.loads(self.lunet(*words, options=["--json"]))["rows"]

    def exported(self, disk=None, host=HOST):
        (self.port,) = self.lab.target()
        self.lab.lun(disk or self.lab.ramdisk("r", "1M"))
        self.lab.acl(host)

    def login(self, name=HOST, target=TARGET, **more):
        session = Initiator("127.0.0.1", self.port, target, name, **more)
        self.addCleanup(session.close)
        return session

    # ------------------------------------------------------------ sessions
    def test_sessions_are_listed_detailed_and_ended(self):
        self.exported()
        self.assertEqual(self.lunet("sessions"), "(no open sessions)\n")
        session = self.login()
        session.clear_unit_attentions(0)
        session.write(0, 0, bytes(4096))
        session.read(0, 0, 8)
        (row,) = self.rows("sessions", "list")
        self.assertEqual((row["initiator"], row["target"], row["acl"], row["luns"]), (HOST, TARGET, "yes", 1))
        self.assertEqual((row["read"], row["written"]), (4096, 4096))
        detail = self.lunet("sessions", "detail", row["sid"])
        self.assertIn(f"sid: {row['sid']} type: Normal session-state: LOGGED_IN", detail)
        self.assertIn("mapped-lun: 0 backstore: ramdisk/r mode: rw", detail)
        self.assertIn("address: 127.0.0.1 (TCP)", detail)
        refused = self.lab.lunet("sessions", "kick", row["sid"], check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("would be cut off", refused.stderr)
        session.test_unit_ready(0)
        self.lunet("sessions", "kick", row["sid"], options=["--yes"])
        with self.assertRaises(OSError):
            for _ in range(1000):
                session.test_unit_ready(0)
        self.assertEqual(self.lunet("sessions"), "(no open sessions)\n")
        self.login().test_unit_ready  # it may come back
        gone = self.lab.lunet("sessions", "kick", "60000", check=False)
        self.assertEqual(gone.returncode, 1)

    def test_a_session_without_an_acl_is_seen_and_ended_too(self):
        self.exported()
        self.lunet(TPG, "set", "attribute", "generate_node_acls=1")
        stranger = self.login("iqn.2026-11.org.example:stranger")
        (row,) = self.rows("sessions")
        self.assertEqual((row["initiator"], row["acl"]), ("iqn.2026-11.org.example:stranger", "no"))
        self.lunet("sessions", "kick", row["sid"], options=["--yes"])
        with self.assertRaises(OSError):
            for _ in range(1000):
                stranger.test_unit_ready(0)

    # ------------------------------------------------------------ resize
    def test_initiators_are_told_of_a_new_size(self):
        for disk in (self.lab.ramdisk("r", "1M"), self.lab.fileio("f", "1M")):
            with self.subTest(disk=disk):
                (self.port,) = self.lab.target(f"{TARGET}{disk[-1]}")
                self.lunet(f"/iscsi/{TARGET}{disk[-1]}/tpg1/luns", "create", disk)
                self.lunet(f"/iscsi/{TARGET}{disk[-1]}/tpg1/acls", "create", HOST)
                session = self.login(target=f"{TARGET}{disk[-1]}")
                session.clear_unit_attentions(0)
                before = session.capacity(0)
                session.write(0, 0, b"\x5a" * 4096)
                generations = len(self.lunet("history").splitlines())
                self.lunet("resize", disk, "3M")
                with self.assertRaises(CheckCondition) as told:
                    session.test_unit_ready(0)
                self.assertEqual(told.exception.code, CAPACITY_CHANGED)
                self.assertNotEqual(session.capacity(0), before)
                last = (3 << 20) // 512 - 8
                session.write(0, last, b"\xa5" * 4096)
                self.assertEqual(session.read(0, last, 8), b"\xa5" * 4096)
                self.assertEqual(session.read(0, 0, 8), b"\x5a" * 4096)
                self.assertEqual(len(self.lunet("history").splitlines()), generations + 1)
                self.assertEqual(self.lunet("diff"), "")
                refused = self.lab.lunet("resize", disk, "1M", check=False)
                self.assertEqual(refused.returncode, 1)
                correction = re.search(r"`(resize .*)`", refused.stderr)[1]
                self.lunet(*shlex.split(correction))
                with self.assertRaises(CheckCondition):
                    session.test_unit_ready(0)
                with self.assertRaises(CheckCondition):
                    session.read(0, last, 8)
                session.close()

    def test_a_new_size_survives_a_restart(self):
        disk = self.lab.fileio("f", "1M")
        self.lunet("resize", disk, "2M")
        self.lab.stop()
        self.lab.start()
        self.assertEqual(self.lunet("list", "disks", "-H", "-p", "-o", "name,size"), "f\t2097152\n")
        self.assertEqual(self.lunet("diff"), "")

    # ------------------------------------------------------------ share, connect
    def test_share_connect_and_unshare(self):
        self.lab.ramdisk("before", "1M")
        tree, text = self.lab.ls(), self.lunet("dump")
        file = self.lab.path("vm.img")
        out = self.lunet("share", file, "--size", "4M", "--to", HOST, "--portal", "127.0.0.1:0")
        self.assertIn("Created LUN 0.", out)
        self.assertIn("iscsiadm -m discovery", out)
        target = re.search(r"Created target (\S+)\.\n", out)[1]
        commands = [line for line in self.lunet("connect", target, "--for", "qemu").splitlines() if not line.startswith("#")]
        for command in commands:
            result = run(shlex.split(command))
            self.assertIn("read 4096/4096 bytes at offset 0", result.stdout)
        commands = [line for line in self.lunet("connect", target, "--for", "libiscsi").splitlines() if not line.startswith("#")]
        self.assertEqual(len(commands), 2)
        self.assertIn(target, run(shlex.split(commands[0])).stdout)
        self.assertIn("LIO-ORG", run(shlex.split(commands[1])).stdout)
        for system in ("linux", "windows", "esxi", "libvirt", "k8s"):
            self.assertIn("127.0.0.1", self.lunet("connect", target, "--for", system))
        again = json.loads(self.lunet("share", file, "--to", HOST, options=["--json"]))
        self.assertFalse(again["changed"])
        self.lunet("unshare", file)
        self.assertEqual((self.lab.ls(), self.lunet("dump")), (tree, text))
        self.assertTrue(os.path.exists(file))

    def test_a_shared_secret_is_asked_for_and_connects(self):
        file, secret = self.lab.path("vm.img"), "secret-of-a-host"
        out = subprocess.run([os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", self.lab.state,
                              "--socket", self.lab.socket, "share", file, "--size", "1M", "--to", HOST, "--portal",
                              "127.0.0.1:0", "--target", TARGET, "--userid", "me", "--password", "-"],
                             input=secret + "\n", text=True, capture_output=True, timeout=60, check=True).stdout
        self.assertNotIn(secret, out)
        self.assertNotIn(secret, self.lunet("history"))
        self.port = self.lab.port(TARGET, "127.0.0.1:0")
        with self.assertRaises(LoginRefused):
            Initiator("127.0.0.1", self.port, TARGET, HOST)
        with open(self.lab.path("SECRET"), "w", encoding="utf-8") as stored:
            stored.write(secret)
        for line in self.lunet("connect", TARGET, "--for", "qemu").splitlines():
            if not line.startswith("#"):
                self.assertIn("read 4096/4096", run(shlex.split(line), cwd=self.lab.dir).stdout)

    # ------------------------------------------------------------ what is so, and why
    def test_access_is_explained_and_the_command_lets_it_in(self):
        self.exported()
        other = "iqn.2026-11.org.example:other"
        said = self.lunet("access", "explain", other, "127.0.0.1")
        self.assertIn("may NOT log in", said)
        with self.assertRaises(LoginRefused):
            self.login(other)
        self.lunet(*shlex.split(re.search(r"`(.*)`", said)[1]))
        self.login(other)
        said = self.lunet("access", "explain", other, "127.0.0.1")
        self.assertIn("may log in", said)
        self.assertIn("LUN 0 is ramdisk/r (rw)", said)
        self.assertIn("may NOT log in", self.lunet("access", "explain", other, "192.0.2.99"))

    def test_what_the_doctor_prescribes_cures(self):
        self.exported()
        self.assertEqual(self.lunet("doctor"), "Nothing is wrong.\n")
        acl = f"{TPG}/acls/{HOST}"
        faults = [(acl, "delete", "0"),
                  (TPG, "disable"),
                  (TPG, "set", "attribute", "generate_node_acls=1", "demo_mode_write_protect=0"),
                  (acl, "set", "auth", "userid=me", "password=a-long-secret"),
                  (acl, "set", "attribute", "authentication=0")]
        for fault in faults:
            self.lunet(*fault)
        for _ in range(10):
            found = self.lab.lunet("doctor", "-H", "-o", "cure", check=False)
            if found.returncode == 0:
                break
            self.assertEqual(found.returncode, 3)
            cure = found.stdout.splitlines()[0]
            self.assertTrue(cure.startswith("lunet "), cure)
            self.lunet(*shlex.split(cure)[1:])
        self.assertEqual(self.lunet("doctor"), "Nothing is wrong.\n")

    def test_waiting_ends_when_it_is_so_and_when_the_time_is_over(self):
        disk = "/backstores/ramdisk/late"
        late = threading.Timer(0.3, lambda: self.lab.ramdisk("late", "1M"))
        late.start()
        self.addCleanup(late.join)
        self.lunet("wait", disk, "--for", "ready", "--timeout", "60")
        over = self.lab.lunet("wait", disk, "--for", "gone", "--timeout", "0", check=False)
        self.assertEqual(over.returncode, 4)
        self.assertIn("is still there", over.stdout)
        self.lunet("/backstores/ramdisk", "delete", "late", options=["--yes"])
        self.lunet("wait", disk, "--for", "gone")

    def test_watching_shows_what_goes_through_a_lun(self):
        self.exported()
        session = self.login()
        session.clear_unit_attentions(0)
        stop = threading.Event()

        def work():
            while not stop.is_set():
                session.read(0, 0, 8)
        worker = threading.Thread(target=work)
        worker.start()
        try:
            (row,) = self.rows("watch", "--count", "2", "--interval", "0.2")
        finally:
            stop.set()
            worker.join()
        self.assertEqual((row["disk"], row["initiator"]), ("ramdisk/r", HOST))
        self.assertGreater(row["reads/s"], 0)
        self.assertEqual(row["read/s"] > 0, True)
        self.assertGreater(row["latency_us"] + 1, 0)

    def test_explaining_settings_codes_and_objects(self):
        self.assertIn("from 5 to 30", self.lunet("explain", "login_timeout"))
        self.assertIn("E_BUSY", self.lunet("explain", "E_BUSY"))
        self.lab.ramdisk("r", "1M")
        self.assertIn("as recorded in generation", self.lunet("explain", "/backstores/ramdisk/r"))

    # ------------------------------------------------------------ texts
    def test_edit_and_fmt(self):
        disk = self.lab.fileio("f", "1M")
        editor = {**os.environ, "EDITOR": "sed -i s/1048576/2097152/", "VISUAL": ""}
        with open(self.lab.path("f.img"), "r+b") as file:
            file.truncate(2 << 20)
        self.lunet("edit", disk, env=editor)
        self.assertEqual(self.lunet("list", "disks", "-H", "-p", "-o", "size"), "2097152\n")
        wrong = self.lab.lunet("edit", disk, env={**editor, "EDITOR": "sed -i s/size/size{/"}, check=False)
        self.assertEqual(wrong.returncode, 1)
        kept = re.search(r"your text is kept in (\S+)", wrong.stderr)[1]
        with open(kept, encoding="utf-8") as file:
            self.assertIn("size{", file.read())
        os.unlink(kept)
        site = self.lab.path("site.lio")
        with open(site, "w", encoding="utf-8") as file:
            file.write("storage rd_mcp   disk x {\n  size 1M  # small\n}\n")
        self.assertEqual(self.lab.lunet("fmt", "--check", site, check=False).returncode, 3)
        self.lunet("fmt", site)
        self.lunet("fmt", "--check", site)
        self.assertEqual(self.lab.lunet("validate", site).returncode, 0)

    # ------------------------------------------------------------ objects that few need
    def test_port_groups_change_what_initiators_are_told(self):
        self.exported()
        self.lunet("/backstores/ramdisk/r/alua", "create", "slow", "16")
        self.lunet(f"{TPG}/luns/lun0", "set", "alua", "alua_tg_pt_gp_name=slow")
        session = self.login()
        session.clear_unit_attentions(0)
        self.lunet("/backstores/ramdisk/r/alua/slow", "set", "alua", "alua_access_state=2")
        self.assertIn("[ALUA state: Standby]", self.lab.ls())
        with self.assertRaises(CheckCondition) as told:
            session.test_unit_ready(0)
        self.assertEqual(told.exception.code, (6, 0x2A, 0x06))
        with self.assertRaises(CheckCondition) as standby:
            session.read(0, 0, 8)
        self.assertEqual(standby.exception.code, (2, 0x04, 0x0B))
        self.lunet("/backstores/ramdisk/r/alua/slow", "set", "alua", "alua_access_state=0")
        session.clear_unit_attentions(0)
        generation = self.lunet("history").count("\n")
        self.lunet(f"{TPG}/luns/lun0", "set", "alua", "alua_tg_pt_offline=1")
        with self.assertRaises(CheckCondition) as told:
            session.test_unit_ready(0)
        self.assertEqual(told.exception.code, (6, 0x2A, 0x06))
        with self.assertRaises(CheckCondition) as offline:
            session.read(0, 0, 8)
        self.assertEqual(offline.exception.code, (2, 0x04, 0x12))
        self.assertIn("alua_tg_pt_offline=1", self.lunet(f"{TPG}/luns/lun0", "get", "alua", "alua_tg_pt_offline"))
        self.lunet(f"{TPG}/luns/lun0", "set", "alua", "alua_tg_pt_offline=0")
        session.clear_unit_attentions(0)
        session.read(0, 0, 8)
        self.assertEqual(self.lunet("history").count("\n"), generation, "a state was recorded")
        self.lunet("/backstores/ramdisk/r/alua", "delete", "slow")
        self.assertNotIn("slow", self.lab.ls())

    def test_two_machines_one_disk(self):
        """The configuration of docs/operations.md, as the machine that owns the disk has it."""
        with open(os.path.join(os.path.dirname(__file__), "../../docs/operations.md"), encoding="utf-8") as file:
            text = re.search(r"```lunet\n(.*?)```", file.read(), re.S)[1]
        self.port, others = stable_port(), stable_port()
        medium = self.lab.path("medium")
        with open(medium, "wb") as file:
            file.truncate(1 << 20)
        for old, new in (("storage iblock", "storage fileio"), ("iblock:", "fileio:"), ("path /dev/mapper/data", f"path {medium}; size 1M"),
                         ("192.0.2.1:3260", f"127.0.0.1:{self.port}"), ("192.0.2.2:3260", f"127.0.0.2:{others}")):
            self.assertIn(old, text)
            text = text.replace(old, new)
        site = self.lab.path("site.lio")
        with open(site, "w", encoding="utf-8") as file:
            file.write(text)
        self.lunet("apply", site)
        target, host = "iqn.2026-11.org.example:pair", "iqn.2026-11.org.example:host"

        with Initiator("127.0.0.1", self.port, None, host, discovery=True) as discovery:
            found = discovery.text("SendTargets", "All")
        self.assertEqual(len([value for key, value in found if key == "TargetAddress"]), 2, found)
        session = self.login(host, target, chap=Chap("host", "change-this-one"))
        session.clear_unit_attentions(0)
        report = session.command(0, bytes([0xA3, 0x0A]) + (128).to_bytes(8, "big") + bytes(2), data_in=128)
        (length,), at, ports = struct.unpack(">I", report[:4]), 4, {}
        while at < 4 + length:
            state, group, count = report[at] & 15, int.from_bytes(report[at + 2:at + 4], "big"), report[at + 7]
            ports[group] = (state, [int.from_bytes(report[at + 10 + 4 * i:at + 12 + 4 * i], "big") for i in range(count)])
            at += 8 + 4 * count
        self.assertEqual({group: state for group, (state, _) in ports.items()}, {0: 0, 1: 0, 2: 1})
        self.assertEqual((len(ports[1][1]), len(ports[2][1])), (1, 1), ports)
        with self.assertRaises(LoginRefused):  # that group is the other machine's to enable
            Initiator("127.0.0.2", others, target, host, chap=Chap("host", "change-this-one"))

    def test_acls_of_a_tag_are_one_node(self):
        self.exported()
        self.lab.acl("iqn.2026-11.org.example:two")
        self.lunet(f"{TPG}/acls", "tag", HOST, "cluster")
        self.lunet(f"{TPG}/acls", "tag", "iqn.2026-11.org.example:two", "cluster")
        self.assertIn("o- cluster", self.lab.ls())
        self.assertIn("[(group of 2), Mapped LUNs: 1]", self.lab.ls())
        self.lunet(f"{TPG}/acls/cluster", "set", "auth", "userid=me", "password=a-long-secret")
        for name in (HOST, "iqn.2026-11.org.example:two"):
            with self.assertRaises(LoginRefused):
                self.login(name)
        self.assertIn("cluster", self.lunet(f"{TPG}/acls", "ls"))
        self.lunet(f"{TPG}/acls", "untag", "cluster")
        self.assertIn(HOST, self.lab.ls())

    def test_a_file_becomes_a_lun_by_its_path(self):
        (self.port,) = self.lab.target()
        self.lab.acl()
        for name in ("a.img", "b.img"):
            with open(self.lab.path(name), "wb") as file:
                file.truncate(1 << 20)
        self.lunet(f"{TPG}/luns", "create", self.lab.path("a.img"))
        self.lunet(f"{TPG}/acls/{HOST}", "create", "5", self.lab.path("b.img"))
        listing = self.lab.ls()
        self.assertIn("[lun0 fileio/a.img (rw)]", listing)
        self.assertIn("o- mapped_lun5", listing)
        self.assertIn("write-thru", listing)

    def test_what_lunetd_has_not_is_said(self):
        self.lab.target()
        for words in (("/loopback", "create"), ("/vhost", "create"),
                      (f"{TPG}/portals/127.0.0.1:0", "enable_iser", "true")):
            refused = self.lab.lunet(*words, check=False, options=["--json"])
            self.assertEqual(refused.returncode, 1, words)
            self.assertEqual(json.loads(refused.stderr)["error"]["code"], "E_NOT_SUPPORTED", words)


if __name__ == "__main__":
    unittest.main()
