#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`lunet metrics` on lunetd: the text as the collector takes it, and counters that grow by exactly what initiators did."""
import json
import os
import stat
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import exposition  # noqa: E402
from control import Control  # noqa: E402
from initiator import Chap, Initiator  # noqa: E402
from lab import BIN, HOST, TARGET, Lab, run, wait_until  # noqa: E402

TPG = f"/iscsi/{TARGET}/tpg1"
OTHER = "iqn.2026-11.org.example:other"
COUNTERS = ("lunet_lun_commands_total", "lunet_lun_read_bytes_total", "lunet_lun_written_bytes_total", "lunet_lun_reads_total",
            "lunet_lun_writes_total")


class Metrics(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=2)  # so that sessions live on different threads
        self.addCleanup(self.lab.__exit__)
        self.lab.start()

    def exported(self):
        (self.port,) = self.lab.target()
        self.lab.lun(self.lab.ramdisk("r", "1M"))
        self.lab.lun(self.lab.fileio("f", "2M"))
        self.lab.acl(HOST)
        self.lab.acl(OTHER)

    def login(self, name=HOST, **more):
        session = Initiator("127.0.0.1", self.port, TARGET, name, **more)
        self.addCleanup(session.close)
        return session

    def metrics(self, *words):
        types, samples = exposition.parse(self.lab.lunet("metrics", *words).stdout.encode())
        self.types = types
        return samples

    @staticmethod
    def values(samples, name, **labels):
        return [value for (each, has), value in samples.items() if each == name and labels.items() <= dict(has).items()]

    def value(self, samples, name, **labels):
        (value,) = self.values(samples, name, **labels)
        return value

    def of_lun(self, lun):
        samples = self.metrics()
        return tuple(int(self.value(samples, name, target=TARGET, tpg="1", lun=str(lun))) for name in COUNTERS)

    def test_nothing_is_a_text_too(self):
        samples = self.metrics()
        self.assertEqual({name for name, _ in samples}, {"lunet_build_info", "lunet_runtime_info", "lunet_store_generation"})
        version = self.lab.lunet("version").stdout.split()[1]
        self.assertEqual(self.value(samples, "lunet_build_info", version=version), 1)
        self.assertEqual(self.value(samples, "lunet_runtime_info", runtime="lunetd"), 1)

    def test_what_is_exported(self):
        self.exported()
        self.lab.lunet(TPG, "set", "attribute", "login_timeout=20")
        samples = self.metrics("--sync")
        self.assertEqual(self.value(samples, "lunet_disk_size_bytes", disk="ramdisk/r"), 1 << 20)
        self.assertEqual(self.value(samples, "lunet_disk_size_bytes", disk="fileio/f"), 2 << 20)
        self.assertEqual(self.value(samples, "lunet_target_sessions", target=TARGET, tpg="1"), 0)
        self.assertEqual(self.value(samples, "lunet_lun_commands_total", lun="1", disk="fileio/f"), 0)
        self.assertEqual(self.value(samples, "lunet_store_in_sync"), 1)
        newest = json.loads(self.lab.lunet("history", options=["--json"]).stdout)["generations"]
        self.assertEqual(self.value(samples, "lunet_store_generation"), max(each["generation"] for each in newest))
        self.assertEqual({kind for name, kind in self.types.items() if name.endswith("_total")}, {"counter"})
        with Control(self.lab.socket) as control:
            control.batch([("write", f"iscsi/{TARGET}/tpgt_1/attrib/login_timeout", "7")])
        self.assertEqual(self.value(self.metrics("--sync"), "lunet_store_in_sync"), 0)

    def test_disks_of_one_name_are_told_apart(self):
        self.lab.target()
        site = self.lab.path("site.lio")
        with open(site, "w", encoding="ascii") as file:
            file.write("storage rd_mcp {\n disk same { size 1M; hba 1; }\n disk same.hba8 { name same; size 2M; hba 8; }\n}\n"
                       f"fabric iscsi target {TARGET} tpgt 1 {{ lun 0 backend rd_mcp:same; lun 1 backend rd_mcp:same.hba8; }}\n")
        self.lab.lunet("apply", site, "--merge")
        samples = self.metrics()
        for lun, disk, size in (("0", "ramdisk/same", 1 << 20), ("1", "ramdisk/same.hba8", 2 << 20)):
            self.assertEqual(self.value(samples, "lunet_disk_size_bytes", disk=disk), size)
            self.assertEqual(self.value(samples, "lunet_lun_commands_total", lun=lun, disk=disk), 0)

    def test_counters_grow_by_exactly_what_was_done(self):
        self.exported()
        one, two = self.login(), self.login(OTHER)
        for session in (one, two):
            for lun in (0, 1):
                session.clear_unit_attentions(lun)
        before, beside = self.of_lun(0), self.of_lun(1)
        one.write(0, 0, b"a" * 8192)
        one.read(0, 0, 3)
        two.read(0, 8, 8)
        two.test_unit_ready(0)
        two.write(1, 0, b"b" * 512)
        after = self.of_lun(0)
        self.assertEqual([now - then for now, then in zip(after, before)], [4, 3 * 512 + 4096, 8192, 2, 1])
        self.assertEqual([now - then for now, then in zip(self.of_lun(1), beside)], [1, 0, 512, 0, 1])
        samples = self.metrics()
        self.assertEqual(self.value(samples, "lunet_target_sessions", target=TARGET), 2)
        self.assertEqual(self.value(samples, "lunet_session_info", initiator=OTHER, address="127.0.0.1", target=TARGET, tpg="1"), 1)
        self.assertEqual(self.value(samples, "lunet_session_read_bytes_total", initiator=HOST, lun="0", disk="ramdisk/r"), 3 * 512)
        self.assertEqual(self.value(samples, "lunet_session_written_bytes_total", initiator=OTHER, lun="1", disk="fileio/f"), 512)
        commands = sum(self.values(samples, "lunet_session_commands_total", lun="0"))
        self.assertEqual(commands, after[0])
        self.assertGreaterEqual(self.value(samples, "lunet_lun_command_duration_seconds_count", lun="0"), 2)
        self.assertGreaterEqual(self.value(samples, "lunet_lun_command_duration_seconds_sum", lun="0"), 0)

    def test_a_counter_outlives_sessions_but_not_its_lun(self):
        self.exported()
        for _ in range(3):
            with self.login() as session:
                session.clear_unit_attentions(0)
                session.read(0, 0, 8)
        wait_until(lambda: not self.values(self.metrics(), "lunet_session_info"), "the sessions are over")
        self.assertEqual(self.of_lun(0)[1:], (3 * 4096, 0, 3, 0))
        session = self.login()
        session.clear_unit_attentions(0)
        self.lab.lunet(TPG, "set", "attribute", "login_timeout=20")  # the portal group is made anew
        session.read(0, 0, 8)
        self.assertEqual(self.of_lun(0)[1:], (4 * 4096, 0, 4, 0))
        self.lab.lunet(f"{TPG}/luns", "delete", "0", options=["--yes"])
        self.lab.lunet(f"{TPG}/luns", "create", "/backstores/ramdisk/r", "0")
        self.assertEqual(self.of_lun(0), (0, 0, 0, 0, 0))

    def test_json_has_the_same_numbers(self):
        self.exported()
        session = self.login()
        session.clear_unit_attentions(0)
        session.read(0, 0, 8)
        samples = self.metrics()
        answer = json.loads(self.lab.lunet("metrics", options=["--json"]).stdout)
        self.assertEqual(next(iter(answer)), "format")
        found = {(each["name"], tuple(sorted(each["labels"].items()))): each["value"]
                 for metric in answer["metrics"] for each in metric["samples"]}
        self.assertEqual(found, samples)
        self.assertEqual({metric["name"]: metric["type"] for metric in answer["metrics"]}, self.types)

    def test_no_secret_is_told(self):
        self.exported()
        self.lab.lunet(f"{TPG}/acls/{HOST}", "set", "auth", "userid=somebody", "password=a-long-secret")
        session = self.login(chap=Chap("somebody", "a-long-secret"))
        session.clear_unit_attentions(0)
        for options in ([], ["--json"]):
            out = self.lab.lunet("metrics", options=options).stdout
            self.assertIn(HOST, out)
            self.assertNotIn("somebody", out)
            self.assertNotIn("a-long-secret", out)

    def test_names_are_escaped(self):
        for name in ('a"b', "c\\d"):
            made = self.lab.lunet("/backstores/ramdisk", "create", f"name={name}", "size=1M", check=False)
            self.assertEqual(made.returncode, 0, made.stderr)
            self.assertEqual(self.value(self.metrics(), "lunet_disk_size_bytes", disk=f"ramdisk/{name}"), 1 << 20)

    def test_a_file_for_the_collector(self):
        self.exported()
        os.mkdir(self.lab.path("collector"))
        file = self.lab.path("collector/lunet.prom")
        self.assertEqual(self.lab.lunet("metrics", "--output", file).stdout, "")
        over = threading.Event()
        seen, wrong = [], []

        def collect():
            while not over.is_set():
                with open(file, "rb") as text:
                    content = text.read()
                try:
                    seen.append(len(exposition.parse(content)[1]))
                except Exception as error:  # whatever the parser finds
                    wrong.append((error, content))

        collector = threading.Thread(target=collect)
        collector.start()
        try:
            for _ in range(10):
                self.lab.lunet("metrics", "--output", file)
        finally:
            over.set()
            collector.join()
        self.assertEqual((wrong, len(set(seen))), ([], 1), "a part of the text was seen")
        self.assertGreater(len(seen), 10)
        self.assertEqual(stat.S_IMODE(os.stat(file).st_mode), 0o644)
        self.assertEqual(os.listdir(self.lab.path("collector")), ["lunet.prom"])
        with open(file, "rb") as text:
            whole = text.read()
        self.lab.stop()
        self.assertEqual(self.lab.lunet("metrics", "--output", file, check=False).returncode, 1)
        with open(file, "rb") as text:
            self.assertEqual(text.read(), whole)

    def test_what_is_no_file_stays(self):
        fifo, link = self.lab.path("fifo"), self.lab.path("link")
        os.mkfifo(fifo)
        os.symlink(fifo, link)
        for path in (fifo, link):
            result = self.lab.lunet("metrics", "--output", path, check=False)
            self.assertEqual(result.returncode, 1)
            self.assertIn("no regular file", result.stderr)
        self.assertTrue(stat.S_ISFIFO(os.lstat(fifo).st_mode) and os.path.islink(link))
        self.assertIn("lunet_build_info", self.lab.lunet("metrics", "--output", "-").stdout)

    def test_a_store_that_is_not_there_is_not_made(self):
        state = self.lab.path("nothing")
        result = run([os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", state, "--socket",
                      self.lab.path("no-socket"), "metrics"], check=False)
        self.assertEqual(result.returncode, 1)
        self.assertFalse(os.path.exists(state))


if __name__ == "__main__":
    unittest.main()
