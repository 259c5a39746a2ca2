#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plans on lunetd: what does not change goes on undisturbed; an end of lunetd in the middle leaves old or new.
A sample; LUNET_TORTURE=1 runs the whole counts, LUNET_SEED=n one pair."""
import json
import os
import random
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from control import Control  # noqa: E402
from initiator import BadStatus, CheckCondition, Initiator  # noqa: E402
from lab import TARGET, Lab, run  # noqa: E402

WHOLE = os.environ.get("LUNET_TORTURE") == "1"
TPG = f"/iscsi/{TARGET}/tpg1"
TPG_DIRECTORY = f"iscsi/{TARGET}/tpgt_1"
BLOCK = 512
BLOCKS = 2048


def host(number):
    return f"iqn.2026-11.org.example:host{number}"


class Verifier(threading.Thread):
    """Writes and verifies by content until it is stopped; every status but GOOD is an error."""

    def __init__(self, port, number, allowed=()):
        super().__init__()
        self.number, self.allowed = number, allowed
        self.stopping = threading.Event()
        self.error, self.rounds = None, 0
        self.session = Initiator("127.0.0.1", port, TARGET, host(number))
        self.session.clear_unit_attentions(0)
        self.tsih = self.session.tsih

    def run(self):
        rng = random.Random(self.number)
        model = bytearray(self.session.read(0, 0, BLOCKS))
        try:
            while not self.stopping.is_set():
                blocks = rng.randrange(1, 65)
                lba = rng.randrange(0, BLOCKS - blocks)
                data = rng.randbytes(blocks * BLOCK)
                self.session.write(0, lba, data)
                model[lba * BLOCK:lba * BLOCK + len(data)] = data
                lba = rng.randrange(0, BLOCKS - 64)
                if self.session.read(0, lba, 64) != model[lba * BLOCK:(lba + 64) * BLOCK]:
                    raise AssertionError(f"wrong data at block {lba}")
                self.rounds += 1
        except BaseException as error:  # noqa: BLE001: reported by the main thread
            self.error = error

    def end(self):
        self.stopping.set()
        self.join()
        self.session.close()


class Undisturbed(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=2)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.port = self.lab.target()[0]
        for number in range(5):
            disk = self.lab.fileio(f"d{number}", "1M") if number % 2 else self.lab.ramdisk(f"d{number}", "1M")
            self.lab.lun(disk)
        for number in range(5):
            self.lab.acl(host(number), add_mapped_luns="false")
            self.lab.lunet(f"{TPG}/acls/{host(number)}", "create", "0", str(number))
        self.sessions = []
        self.addCleanup(lambda: [session.end() for session in self.sessions if session.is_alive()])

    def check(self, what):
        """Every session does some more rounds after the change."""
        before = [session.rounds for session in self.sessions]
        for session, done in zip(self.sessions, before):
            while session.error is None and session.rounds < done + 3:
                session.join(0.01)
            self.assertIsNone(session.error, f"host {session.number}, after {what}")

    def test_a_changed_attribute_an_added_lun_and_a_removed_acl_disturb_nobody_else(self):
        for number in range(4):
            self.sessions.append(Verifier(self.port, number))
            self.sessions[-1].start()
        guest = Initiator("127.0.0.1", self.port, TARGET, host(4))
        guest.clear_unit_attentions(0)
        for turn in range(20 if WHOLE else 3):
            self.lab.lunet(TPG, "set", "attribute", f"login_timeout={10 + turn % 20}")
            self.check("a changed attribute of the TPG")
            self.lab.lunet("/backstores/ramdisk/d4", "set", "attribute", f"emulate_caw={turn % 2}")
            self.check("a changed attribute of another's disk")
            self.lab.ramdisk(f"new{turn}", "1M")
            self.lab.lunet(f"{TPG}/luns", "create", f"/backstores/ramdisk/new{turn}", "add_mapped_luns=false")
            self.check("an added LUN")
            self.lab.lunet(f"{TPG}/acls/{host(4)}", "create", str(turn + 1), str(turn + 5))
            self.check("a LUN mapped to another")
        self.lab.lunet(f"{TPG}/acls", "delete", host(4), options=["--yes"])
        self.check("a removed ACL")
        with self.assertRaises((ConnectionError, OSError)):
            guest.read(0, 0, 1)
        with Control(self.lab.socket) as control:
            for session in self.sessions:
                self.assertIn(f"TSIH: {session.tsih} ", control.read(f"{TPG_DIRECTORY}/acls/{host(session.number)}/info"))
        for session in self.sessions:
            session.end()
            self.assertIsNone(session.error)


class Remade(unittest.TestCase):
    def test_on_its_own_file_while_it_is_written_to_keeps_its_data(self):
        """Every write that was answered is there, whichever of the two disks had it."""
        with Lab(threads=2) as lab:
            pair = RemadePair(lab)
            path = lab.path("site.lio")

            def apply(text):
                with open(path, "w") as file:
                    file.write(text)
                lab.lunet("apply", path, options=["--yes"])

            apply(pair.texts[0])
            with Control(lab.socket) as control:
                port = int(control.read(f"{TPG_DIRECTORY}/np/127.0.0.1:0/port"))
            session = Initiator("127.0.0.1", port, TARGET, host(0))
            written, stopping = {}, threading.Event()

            def write():
                lba = 0
                while not stopping.is_set():
                    data = random.Random(lba).randbytes(BLOCK)
                    try:
                        session.write(0, lba % BLOCKS, data)
                        written[lba % BLOCKS] = data
                    except (CheckCondition, BadStatus):
                        pass  # a LUN that goes for a moment, and the unit attention after it
                    lba += 1

            writer = threading.Thread(target=write)
            writer.start()
            for turn in range(40 if WHOLE else 8):
                apply(pair.texts[1 - turn % 2])
            stopping.set()
            writer.join()
            session.clear_unit_attentions(0)
            self.assertGreater(len(written), 10)
            for lba, data in written.items():
                self.assertEqual(session.read(0, lba, 1), data, f"block {lba}")
            session.close()


class Pair:
    """Two configurations with something in common, as text."""

    def __init__(self, seed, lab):
        self.random, self.lab = random.Random(seed), lab
        self.names = [f"d{n}" for n in range(4)]
        for name in self.names:
            with open(lab.path(name), "wb") as file:
                file.truncate(1 << 20)
        self.texts = [self.text(), self.text()]

    def text(self):
        choose = self.random
        disks = {name: choose.choice(["fileio", "rd_mcp"]) for name in self.names if choose.random() < 0.7}
        lines = []
        for name, plugin in disks.items():
            own = f"path {self.lab.path(name)}; buffered {choose.choice(['yes', 'no'])};" if plugin == "fileio" else ""
            caw = choose.choice(["", "attribute emulate_caw no;", "attribute queue_depth 64;"])
            lines.append(f"storage {plugin} disk {name} {{ size 1M; hba {self.names.index(name)}; wwn serial-{name}; {own} {caw} }}")
        for target in range(2):
            if choose.random() < 0.3:
                continue
            lines += self.target(f"{TARGET}{target}", disks)
        return "\n".join(lines) + "\n"

    def target(self, name, disks):
        choose = self.random
        lines = [f"fabric iscsi target {name} tpgt 1 {{", f"  enable {choose.choice(['yes', 'no'])}",
                 f"  attribute login_timeout {choose.randrange(5, 20)}", "  portal 127.0.0.1:0"]
        luns = [(n, disk) for n, disk in enumerate(disks) if choose.random() < 0.7]
        lines += [f"  lun {n} {{ backend {disks[disk]}:{disk}; alias link{n}; }}" for n, disk in luns]
        for number in range(2):
            if choose.random() < 0.4:
                continue
            lines.append(f"  acl {host(number)} {{")
            if choose.random() < 0.5:
                lines += [f"    tag tag{choose.randrange(3)}", f"    tcq_depth {choose.randrange(1, 99)}"]
            lines += [f"    mapped_lun {n} {{ target_lun {n}; write_protect {choose.choice(['yes', 'no'])}; alias m{n}; }}"
                      for n, _ in luns]
            lines.append("  }")
        return lines + ["}"]


class RemadePair:
    """A disk that is made again on its own file, exported, and another one that stays."""

    def __init__(self, lab):
        for name in ("d0", "d1"):
            with open(lab.path(name), "wb") as file:
                file.truncate(1 << 20)
        disks = "".join(f"storage fileio disk d{n} {{{{ size 1M; hba {n}; wwn {{}}; path {lab.path(f'd{n}')}; }}}}\n" for n in (0, 1))
        target = (f"fabric iscsi target {TARGET} tpgt 1 {{\n  enable yes\n  attribute authentication no\n  portal 127.0.0.1:0\n  lun 0 {{ backend fileio:d0; alias a; }}\n"
                  f"  lun 1 {{ backend fileio:d1; alias b; }}\n  acl {host(0)} {{ mapped_lun 0 {{ target_lun 0; alias c; }}; mapped_lun 1 "
                  "{ target_lun 1; alias d; }; }\n}\n")
        self.texts = [disks.format(serial, "other") + target for serial in ("before", "after")]


def serial(lab):
    with Control(lab.socket) as control:
        return control.read("core/fileio_0/d0/wwn/vpd_unit_serial").split(":")[1].strip()


class Killed(unittest.TestCase):
    def apply(self, lab, text, check):
        with open(lab.path("site.lio"), "w") as file:
            file.write(text)
        return lab.lunet("apply", lab.path("site.lio"), check=check, options=["--yes", "--disrupt"] if self.disrupt else ["--yes"])

    disrupt = False

    def generation(self, lab):
        return json.loads(lab.lunet("history", options=["--json"]).stdout)["generations"][-1]["generation"]

    def one(self, seed, moment, pair_of=None):
        """Gives back whether lunetd ended."""
        with Lab(threads=1) as lab:
            pair = pair_of(lab) if pair_of else Pair(seed, lab)
            self.apply(lab, pair.texts[0], check=False)
            if lab.lunet("diff", check=False).returncode != 0:
                self.fail(f"seed {seed}: the first configuration is not what runs")
            before = self.generation(lab) if os.path.exists(os.path.join(lab.state, "journal.lio")) else 0
            lab.stop()
            os.environ["LUNET_TEST_EXIT_AT"] = str(moment)
            try:
                lab.start()
            finally:
                del os.environ["LUNET_TEST_EXIT_AT"]
            result = self.apply(lab, pair.texts[1], check=False)
            if "is not known" in result.stderr or "no lunetd answers" in result.stderr:
                lab.daemon.wait(60)  # it is ending: the client sees that before its parent
            ended = lab.daemon.poll() is not None
            if ended:
                lab.daemon = None
                lab.log.close()
                lab.start()
            shown = lab.lunet("diff", check=False)
            where = f"LUNET_SEED={seed}, moment {moment}: {result.stdout}{result.stderr}{shown.stdout}{shown.stderr}"
            self.assertEqual(shown.returncode, 0, where)
            after = self.generation(lab) if before else None
            if before:
                self.assertIn(after, (before, before + 1), where)
                self.assertTrue(ended or after == before + 1 or "Nothing to do" in result.stdout or result.returncode != 0,
                                where)
            return ended

    def test_while_a_disk_is_made_again_on_its_own_file_leaves_it_old_or_new(self):
        moment, step = 1, 1 if WHOLE else 5
        while self.one("remade", moment, RemadePair):
            moment += step
        self.assertGreater(moment, 10, "too few moments")

    def test_of_lunet_meanwhile_never_leaves_the_disk_away(self):
        seen, moment, ended = set(), 1, False
        with Lab(threads=1) as lab:
            pair = RemadePair(lab)
            self.apply(lab, pair.texts[0], check=True)
            while not ended:
                os.environ["LUNET_TEST_EXIT_AT"] = str(moment)
                try:
                    ended = self.apply(lab, pair.texts[1], check=False).returncode == 0
                finally:
                    del os.environ["LUNET_TEST_EXIT_AT"]
                seen.add(serial(lab))  # nobody has repaired anything yet
                self.assertEqual(lab.lunet("status", check=False).returncode, 0)
                self.apply(lab, pair.texts[0], check=True)
                self.assertEqual(serial(lab), "before")
                moment += 1
        self.assertEqual(seen, {"before", "after"})
        self.assertGreater(moment, 5, "too few moments")

    def test_at_any_moment_of_a_plan_leaves_the_old_or_the_new_configuration(self):
        one = os.environ.get("LUNET_SEED")
        for seed in [int(one)] if one else range(1, 21):
            if WHOLE or one:
                moment = 1
                while self.one(seed, moment):
                    moment += 1
            else:
                self.one(seed, 1 + seed * 7 % 29)


if __name__ == "__main__":
    unittest.main(verbosity=2)
