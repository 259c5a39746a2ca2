#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Objects come and go under I/O (docs/lifetimes.md). A sample; LUNET_TORTURE=1 runs the whole counts."""
import os
import random
import struct
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from control import Control  # noqa: E402
from initiator import BadStatus, CheckCondition, LoginRefused  # noqa: E402
from lab import TARGET, Lab  # noqa: E402
from objects import (BLOCK, BYTES, LUNS_CHANGED, NO_SUCH_UNIT, TASK_ABORTED, TPG, Session, acl, file_disk,  # noqa: E402
                     host, lun, mapped, portal, ram_disk, undone)

WHOLE = bool(os.environ.get("LUNET_TORTURE"))
CHURN_ROUNDS = int(os.environ.get("LUNET_ROUNDS") or (1000 if WHOLE else 40))
RECREATIONS = 100 if WHOLE else 25


class Threads:
    """Runs functions until they end or stop() is asked for; collects what they raised."""

    def __init__(self):
        self.stopping = threading.Event()
        self.errors = []
        self.threads = []

    def start(self, name, function, *arguments):
        def run():
            try:
                function(*arguments)
            except BaseException as error:  # noqa: BLE001: reported by the main thread
                self.errors.append(f"{name}: {error!r}")

        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()

    def end(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


class Churn(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=2)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.control = Control(self.lab.socket)
        self.addCleanup(self.control.__exit__)
        self.control.batch([
            ("make_dir", "core/rd_mcp_0"), ("make_dir", "core/fileio_0"), ("make_dir", "iscsi"),
            ("make_dir", f"iscsi/{TARGET}"), ("make_dir", TPG), ("write", f"{TPG}/attrib/authentication", "0"),
            *portal("127.0.0.1"), ("write", f"{TPG}/enable", "1")])
        self.port = self.port_of("127.0.0.1")
        self.threads = Threads()
        self.addCleanup(self.threads.end)

    def port_of(self, address):
        return int(self.control.read(f"{TPG}/np/{address}:0/port"))

    def image(self, name, content=None):
        path = self.lab.path(name)
        with open(path, "wb") as file:
            file.write(content or bytes(BYTES))
        return path

    def session(self, name, address="127.0.0.1", port=None):
        return Session(address, port or self.port, TARGET, host(name))

    # ------------------------------------------------------------ 1 000 creations and removals
    def verify(self, name, allowed):
        """Writes and verifies on its LUN 0; `allowed`: unit attentions that may come."""
        rng = random.Random(name)
        with self.session(name) as session:
            self.assertEqual(session.clear_unit_attentions(0)[0], (0x29, 0x00))
            model = bytearray(session.read(0, 0, BYTES // BLOCK))

            def patient(command, *arguments):
                while True:
                    try:
                        return command(0, *arguments)
                    except CheckCondition as sense:
                        if sense.code not in allowed:
                            raise

            while not self.threads.stopping.is_set():
                blocks = rng.randrange(1, 129)
                lba = rng.randrange(0, BYTES // BLOCK - blocks)
                data = rng.randbytes(blocks * BLOCK)
                patient(session.write, lba, data)
                model[lba * BLOCK:lba * BLOCK + len(data)] = data
                check = rng.randrange(0, BYTES // BLOCK - 64)
                if patient(session.read, check, 64) != model[check * BLOCK:(check + 64) * BLOCK]:
                    raise AssertionError(f"wrong data at block {check}")
            info = self.info_of(name)
            self.assertIn(f"TSIH: {session.tsih} ", info)

    def info_of(self, name):
        with Control(self.lab.socket) as control:
            return control.read(f"{acl(name)}/info")

    def hammer(self, name):
        """Writes and reads back on whatever LUNs there are."""
        rng = random.Random(name)
        lba = 512  # others write to the same disks
        with self.session(name) as session:
            while not self.threads.stopping.is_set():
                for number in session.report_luns():
                    data = rng.randbytes(64 * BLOCK)
                    try:
                        session.write(number, lba, data)
                        if session.read(number, lba, 64) != data:
                            raise AssertionError(f"LUN {number} does not have what was written")
                    except CheckCondition as sense:
                        if sense.code not in (LUNS_CHANGED, NO_SUCH_UNIT) and sense.asc != 0x29:
                            raise
                    except BadStatus as status:
                        if status.status != TASK_ABORTED:
                            raise

    def flood(self, name):
        """Eight writes on their way at once to each LUN there is."""
        write = struct.pack(">BBQIBB", 0x8A, 0, 256, 8192 // BLOCK, 0, 0)
        with self.session(name) as session:
            while not self.threads.stopping.is_set():
                for number in session.report_luns():
                    for _ in range(8):
                        session.send_write(number, write, bytes(8192))
                    for _ in range(8):
                        status, sense = session.receive_status()
                        if status == 2:
                            code = CheckCondition(sense).code
                            self.assertTrue(code in (LUNS_CHANGED, NO_SUCH_UNIT) or code[1] == 0x29, code)
                        else:
                            self.assertIn(status, (0, TASK_ABORTED))

    def visit(self, name, address, port):
        """A session whose ACL and portal go away: whatever happens then, the connection ends."""
        try:
            with self.session(name, address, port) as session:
                while True:
                    try:
                        session.read(0, 0, 64)
                    except (CheckCondition, BadStatus):
                        pass
        except (ConnectionError, OSError, LoginRefused):
            pass

    def test_objects_come_and_go_while_four_initiators_write_and_verify(self):
        rng = random.Random(int(os.environ.get("LUNET_SEED", "1")))
        disks = [f"core/fileio_0/v{n}" if n % 2 else f"core/rd_mcp_0/v{n}" for n in range(4)]
        for n, disk in enumerate(disks):
            made = file_disk(f"v{n}", self.image(f"v{n}.img"), n == 1) if n % 2 else ram_disk(f"v{n}")
            self.control.batch([*made, *lun(n, disk), ("make_dir", acl(f"v{n}")), *mapped(f"v{n}", 0, n)])
        for name in ("h0", "h1"):
            self.control.batch([("make_dir", acl(name))])
        image = self.image("c.img")
        for n in range(4):
            # The LUNs of the last two change, the other two must not notice anything.
            self.threads.start(f"verifier {n}", self.verify, f"v{n}", [LUNS_CHANGED] if n >= 2 else [])
        self.threads.start("hammer", self.hammer, "h0")
        self.threads.start("flood", self.flood, "h1")
        for n in range(CHURN_ROUNDS):
            self.assertEqual(self.threads.errors, [], f"round {n}")
            self.churn(rng, n, image)
        self.threads.end()
        self.assertEqual(self.threads.errors, [])

    def churn(self, rng, n, image):
        name, address, guest = f"c{n}", f"127.0.1.{n % 200 + 1}", f"g{n}"
        # The same file again and again: it must have been let go of.
        in_file = rng.random() < 0.7
        disk = f"core/{'fileio' if in_file else 'rd_mcp'}_0/{name}"
        made = file_disk(name, image, False) if in_file else ram_disk(name)
        number = rng.randrange(4, 300)
        made += lun(number, disk)
        for user in ("h0", "h1", rng.choice(("v2", "v3"))):
            made += mapped(user, rng.randrange(1, 300), number)
        made += [("make_dir", acl(guest)), *mapped(guest, 0, number), *portal(address)]
        rng.choice((self.control.batch, self.control.one_by_one))(made)
        guest_thread = threading.Thread(target=self.visit, args=(guest, address, self.port_of(address)))
        guest_thread.start()
        rng.choice((self.control.batch, self.control.one_by_one))(undone(made))
        guest_thread.join()

    # ------------------------------------------------------------ LUN 0 is made again
    def watch(self, name, oldest):
        """Reads LUN 0: each block says of which disk it is. Never zeros, never a mix, never back."""
        rng = random.Random(name)
        seen = 0
        with self.session(name) as session:
            while not self.threads.stopping.is_set():
                lba = rng.randrange(0, BYTES // BLOCK - 128)
                since = oldest[0]
                try:
                    data = session.read(0, lba, 128)
                except CheckCondition as sense:
                    if sense.code not in (LUNS_CHANGED, NO_SUCH_UNIT) and sense.asc != 0x29:
                        raise
                    continue
                except BadStatus as status:
                    if status.status != TASK_ABORTED:
                        raise
                    continue
                generation = struct.unpack_from(">Q", data)[0]
                if data != stamped(generation, lba, 128):
                    raise AssertionError(f"wrong data at block {lba}: {data[:64].hex()}")
                if generation < max(since, seen):
                    raise AssertionError(f"data of disk {generation} after that of {max(since, seen)}")
                seen = generation

    def test_lun_0_made_again_shows_old_data_new_data_or_an_error(self):
        rng = random.Random(2)
        names = ("r0", "r1")
        oldest = [1]  # the disk that a read may show that starts now
        self.control.batch([("make_dir", acl(name)) for name in names])
        image = self.image("d1.img", stamped(1, 0, BYTES // BLOCK))
        present = [*file_disk("d1", image, True), *lun(0, "core/fileio_0/d1"), *mapped("r0", 0, 0), *mapped("r1", 0, 0)]
        self.control.batch(present)
        for name in names:
            self.threads.start(f"reader {name}", self.watch, name, oldest)
        for generation in range(2, RECREATIONS + 2):
            name = f"d{generation}"
            if rng.random() < 0.5:
                image = self.image(f"{name}.img", stamped(generation, 0, BYTES // BLOCK))
                disk, made = f"core/fileio_0/{name}", file_disk(name, image, rng.random() < 0.5)
            else:
                disk, made = f"core/rd_mcp_0/{name}", self.filled_ram_disk(name, generation)
            renewed = [*made, *lun(0, disk), *mapped("r0", 0, 0), *mapped("r1", 0, 0)]
            rng.choice((self.control.batch, self.control.one_by_one))(undone(present) + renewed)
            oldest[0] = generation
            present = [("make_dir", disk), *renewed[len(made):]]
            self.assertEqual(self.threads.errors, [], f"disk {generation}")
        self.threads.end()
        self.assertEqual(self.threads.errors, [])

    def filled_ram_disk(self, name, generation):
        """Written through a LUN that nobody else sees; nothing is left to be made."""
        disk = f"core/rd_mcp_0/{name}"
        way_in = [*lun(9, disk), ("make_dir", acl("filler")), *mapped("filler", 0, 9)]
        self.control.batch(ram_disk(name) + way_in)
        with self.session("filler") as session:
            session.clear_unit_attentions(0)
            session.write(0, 0, stamped(generation, 0, BYTES // BLOCK))
        self.control.batch(undone(way_in))
        return []


def stamped(generation, lba, blocks):
    """Each block: of which disk, which block, and no zero byte after that."""
    return b"".join(struct.pack(">QQ", generation, lba + n).ljust(BLOCK, b"\xa5") for n in range(blocks))


if __name__ == "__main__":
    unittest.main(verbosity=2)
