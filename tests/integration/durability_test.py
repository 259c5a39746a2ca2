#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Power loss (docs/durability.md): lunetd's files and the store are on forgetfs, which loses what was not synced. Four
writers run until the power goes in the middle of what they do; everything that was flushed has to be there.

LUNET_TORTURE=1 runs 200 power losses for each disk and for the store; LUNET_SEED=N repeats a run's random choices."""
import errno
import os
import random
import shutil
import struct
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import forgetfs  # noqa: E402
import loop_device  # noqa: E402
from initiator import BadStatus, CheckCondition, Initiator  # noqa: E402
from lab import HOST, TARGET, Lab, find_node  # noqa: E402
from stamped import EVERYWHERE, ZEROS, History, stamp  # noqa: E402

TORTURE = os.environ.get("LUNET_TORTURE") == "1"
SEED = int(os.environ.get("LUNET_SEED") or random.randrange(1 << 32))
BLOCKS = 512  # of the disk that the writers fill again and again
WRITERS = 4


class Machine:
    """lunetd with its store and its data on forgetfs."""

    def __init__(self, *options):
        self.device = None
        self.lab = Lab(threads=2)
        self.disk = forgetfs.Forgetfs(self.lab.path("disk"), *options)
        self.lab.state = self.disk.path("state")
        self.lab.start()

    def close(self):
        if self.lab.daemon is not None:
            self.lab.kill()
        if self.device:
            self.device.detach()
        self.disk.close()
        shutil.rmtree(self.lab.dir, ignore_errors=True)

    def fileio(self, name, size, write_back):
        self.lab.lunet("/backstores/fileio", "create", name, self.disk.path(f"{name}.img"), size,
                       f"write_back={'true' if write_back else 'false'}")
        return f"/backstores/fileio/{name}"

    def block(self, name, size):
        """A block device whose medium is on forgetfs; its name is a link, as another number may be free next time."""
        with open(self.disk.path(name), "wb") as file:
            file.truncate(size)
            os.fsync(file.fileno())
        folder = os.open(self.disk.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        self.attach(name)
        self.lab.lunet("/backstores/block", "create", name, self.lab.path("device"))
        return f"/backstores/block/{name}"

    def attach(self, name):
        self.device = loop_device.LoopDevice(self.disk.path(name))
        link = self.lab.path("device")
        if os.path.islink(link):
            os.unlink(link)
        os.symlink(self.device.path, link)

    def power_loss(self, seed):
        self.lab.kill()
        if self.device:
            self.device.detach()
        loss = self.disk.command(f"forget {seed}")
        if self.device:
            self.attach(os.path.basename(self.device.file))
        self.lab.start()
        return loss

    def session(self):
        (portal,) = self.lab.portals()
        return Initiator("127.0.0.1", self.lab.port(TARGET, portal["name"]), TARGET, HOST)


class Writer(threading.Thread):
    """Writes to its own blocks, which lie between those of the others, until the power goes."""

    def __init__(self, number, session, history, seed, write_cache):
        super().__init__()
        self.number, self.session, self.history = number, session, history
        self.random = random.Random(seed)
        self.write_cache = write_cache
        self.done = 0

    def run(self):
        try:
            while True:
                self.random.choices([self.write, self.flush, self.unmap, self.write_same], [70, 10, 10, 10])[0]()
                self.done += 1
        except (OSError, ConnectionError, CheckCondition, BadStatus) as end:
            self.end = end

    def place(self):
        """One to four blocks of the eight that are this writer's in each row of 32."""
        count = self.random.randint(1, 4)
        row = self.random.randrange(BLOCKS // 32)
        return row * 32 + self.number * 8 + self.random.randint(0, 8 - count), count

    def write(self):
        lba, count = self.place()
        generation = self.history.next_generation()
        fua = self.random.random() < 0.15
        data = b"".join(stamp(at, generation) for at in range(lba, lba + count))
        self.history.issue(lba, count, generation)
        self.session.command(0, struct.pack(">BBQIBB", 0x8A, 0x08 if fua else 0, lba, count, 0, 0), data_out=data)
        self.history.acknowledge(lba, count, fua or not self.write_cache)

    def flush(self):
        """Of all; the range is a hint. IMMED is not used to answer earlier."""
        immediate = 0x02 if self.random.random() < 0.3 else 0
        covered = self.history.before_flush()
        self.session.command(0, struct.pack(">BBQIBB", 0x91, immediate, 0, 0, 0, 0))
        self.history.flushed(covered)

    def unmap(self):
        lba, count = self.place()
        self.history.issue(lba, count, ZEROS)
        blocks = struct.pack(">HHIQII", 22, 16, 0, lba, count, 0)
        self.session.command(0, bytes([0x42, 0, 0, 0, 0, 0, 0, 0, len(blocks), 0]), data_out=blocks)
        self.history.acknowledge(lba, count, not self.write_cache)

    def write_same(self):
        lba, count = self.place()
        unmap = self.random.random() < 0.5
        generation = ZEROS if unmap else self.history.next_generation()
        pattern = bytes(512) if unmap else stamp(EVERYWHERE, generation)
        self.history.issue(lba, count, generation)
        self.session.command(0, struct.pack(">BBQIBB", 0x93, 0x08 if unmap else 0, lba, count, 0, 0), data_out=pattern)
        self.history.acknowledge(lba, count, not self.write_cache)


@unittest.skipIf(forgetfs.unusable(), forgetfs.unusable())
class Durability(unittest.TestCase):
    def machine(self, *options):
        machine = Machine(*options)
        self.addCleanup(machine.close)
        return machine

    def export(self, machine, write_back, kind="fileio"):
        size = BLOCKS * 512
        disk = machine.block("d", size) if kind == "block" else machine.fileio("d", size, write_back)
        machine.lab.lunet(disk, "set", "attribute", "emulate_tpu=1", "emulate_tpws=1")
        machine.lab.target()
        machine.lab.acl()
        machine.lab.lun(disk)

    def run_until_power_loss(self, machine, history, dice, write_cache):
        sessions = [machine.session() for _ in range(WRITERS)]
        for session in sessions:
            session.clear_unit_attentions(0)
        machine.disk.command(f"cut {dice.randint(1, 200)}")
        writers = [Writer(n, session, history, dice.random(), write_cache) for n, session in enumerate(sessions)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        for session in sessions:
            session.sock.close()
        loss = machine.power_loss(dice.randrange(1 << 32))
        return loss, sum(writer.done for writer in writers)

    def read_all(self, machine):
        with machine.session() as session:
            session.clear_unit_attentions(0)
            data = b"".join(session.read(0, lba, 128) for lba in range(0, BLOCKS, 128))
        return [data[at:at + 512] for at in range(0, len(data), 512)]

    def power_losses(self, moments, write_back, sector, ignore_sync=False, kind="fileio"):
        """Yields what was wrong after each."""
        dice = random.Random(SEED)
        machine = self.machine("--sector", str(sector))
        self.export(machine, write_back, kind)
        if ignore_sync:
            machine.disk.command("sync off")
        history = History(BLOCKS)
        dropped = commands = 0
        for _ in range(moments):
            loss, done = self.run_until_power_loss(machine, history, dice, write_back)
            dropped += loss["dropped"]
            commands += done
            yield history.wrong_after_power_loss(self.read_all(machine))
        print(f"{moments} power losses, {kind}, write cache {'on' if write_back else 'off'}, sectors of {sector}: "
              f"{commands} commands, {dropped} unsynced sectors lost, seed {SEED}", file=sys.stderr)

    def assert_nothing_lost(self, moments, write_back, sector, **more):
        for moment, wrong in enumerate(self.power_losses(moments, write_back, sector, **more)):
            self.assertEqual(wrong, [], f"after power loss {moment}, seed {SEED}")

    def test_what_was_flushed_is_there_with_a_write_cache(self):
        self.assert_nothing_lost(200 if TORTURE else 8, True, 512)

    def test_every_write_is_there_without_a_write_cache(self):
        self.assert_nothing_lost(200 if TORTURE else 8, False, 512)

    def test_what_was_flushed_is_there_on_large_sectors(self):
        self.assert_nothing_lost(200 if TORTURE else 4, True, 4096)

    @unittest.skipIf(loop_device.unusable(), loop_device.unusable())
    def test_what_was_flushed_is_there_on_a_block_device(self):
        self.assert_nothing_lost(200 if TORTURE else 4, True, 512, kind="block")

    def exported(self, write_back):
        machine = self.machine()
        self.export(machine, write_back)
        session = machine.session()
        self.addCleanup(session.sock.close)
        session.clear_unit_attentions(0)
        return machine, session

    def write(self, session, lba=0, fua=False, fill=b"x"):
        session.command(0, struct.pack(">BBQIBB", 0x8A, 0x08 if fua else 0, lba, 1, 0, 0), data_out=fill * 512)

    def flush(self, session):
        session.command(0, struct.pack(">BBQIBB", 0x91, 0, 0, 0, 0, 0))

    def write_cache(self, session):
        return bool(session.command(0, bytes([0x1A, 8, 8, 0, 192, 0]), data_in=192)[6] & 0x04)

    def sense(self, command, *arguments, **more):
        with self.assertRaises(CheckCondition) as failed:
            command(*arguments, **more)
        return failed.exception.code

    def test_the_write_cache_is_what_the_attribute_says(self):
        machine, session = self.exported(True)
        disk = "/backstores/fileio/d"
        durable_writes = lambda: machine.disk.command("count")["durable_writes"]  # noqa: E731
        self.assertTrue(self.write_cache(session))
        self.write(session, fill=b"1")
        self.assertEqual(durable_writes(), 0)
        machine.lab.lunet(disk, "set", "attribute", "emulate_write_cache=0")
        self.assertEqual(session.clear_unit_attentions(0), [(0x2A, 0x01)], "MODE PARAMETERS CHANGED")
        self.assertFalse(self.write_cache(session))
        self.assertIn("write-thru", machine.lab.ls())
        self.write(session, lba=1, fill=b"2")
        self.assertEqual(durable_writes(), 1)
        machine.lab.lunet("status")
        session.sock.close()
        machine.disk.command("cut 1")
        machine.power_loss(SEED)
        with machine.session() as after:
            after.clear_unit_attentions(0)
            self.assertFalse(self.write_cache(after), "the change is in the store")
            self.assertEqual(after.read(0, 0, 2), b"1" * 512 + b"2" * 512)
            machine.lab.lunet(disk, "set", "attribute", "emulate_write_cache=1")
            self.assertEqual(after.clear_unit_attentions(0), [(0x2A, 0x01)])
            self.assertTrue(self.write_cache(after))

    def test_a_failed_sync_is_told_until_the_disk_is_opened_again(self):
        machine, session = self.exported(True)
        self.write(session, fill=b"1")
        self.flush(session)
        self.write(session, fill=b"2")
        machine.disk.command(f"fail sync 1 {errno.EIO}")
        self.assertEqual(self.sense(self.flush, session), (3, 0x0C, 0))
        # forgetfs would say yes now, as Linux does, and has lost the data.
        self.assertEqual(self.sense(self.flush, session), (3, 0x0C, 0))
        self.assertEqual(self.sense(self.write, session, lba=1, fua=True), (3, 0x0C, 0))
        self.write(session, lba=2)
        self.assertEqual(session.read(0, 0, 1), b"2" * 512)
        self.assertEqual(machine.lab.daemon_log().count("could not be made durable"), 1)
        self.assertIn("write-back degraded", machine.lab.ls())
        session.sock.close()
        machine.power_loss(SEED)
        with machine.session() as after:
            after.clear_unit_attentions(0)
            self.assertEqual(after.read(0, 0, 1), b"1" * 512, "what was lost was never acknowledged as durable")
            self.write(after, fill=b"3")
            self.flush(after)

    def test_a_failed_write_is_never_good(self):
        machine, session = self.exported(False)
        machine.disk.command(f"fail write 1 {errno.ENOSPC}")
        self.assertEqual(self.sense(self.write, session), (7, 0x27, 7), "a thin file system is full")
        self.write(session)
        machine.disk.command(f"fail sync 1 {errno.EIO}")
        self.assertEqual(self.sense(self.write, session), (3, 0x0C, 0))
        self.assertEqual(self.sense(self.write, session), (3, 0x0C, 0), "no write is durable any more")
        session.read(0, 0, 1)

    def test_this_test_fails_when_syncs_do_nothing(self):
        kinds = [(True, "fileio"), (False, "fileio")] + ([] if loop_device.unusable() else [(True, "block")])
        for write_back, kind in kinds:
            losses = self.power_losses(40, write_back, 512, ignore_sync=True, kind=kind)
            wrong = next((w for w in losses if w), None)
            self.assertIsNotNone(wrong, "40 power losses without any sync went unnoticed")


@unittest.skipIf(forgetfs.unusable(), forgetfs.unusable())
class StoreDurability(unittest.TestCase):
    """A change that `lunet` reported as done is there after power loss; one that was under way is there as a whole, or not."""

    def setUp(self):
        self.machine = Machine()
        self.addCleanup(self.machine.close)
        self.lab = self.machine.lab
        self.lab.target()
        self.lab.acl()
        self.dice = random.Random(SEED)
        self.names = 0

    def world(self):
        """Disks, LUNs and mapped LUNs as they run."""
        tree = self.lab.tree()
        backstores = find_node(tree, ["backstores"])["children"]
        tpg = find_node(tree, ["iscsi", TARGET, "tpg1"])
        acl = find_node(tpg, ["acls", HOST])
        disks = {d["name"] for plugin in backstores for d in plugin.get("children", [])}
        luns = {n["summary"].split("/")[1].split(" ")[0] for n in find_node(tpg, ["luns"]).get("children", [])}
        mapped = {n["summary"].split("/")[1].split(" ")[0] for n in acl.get("children", [])}
        return disks, luns, mapped

    def edit(self, world):
        """Words of a random edit and the world after it."""
        disks, luns, mapped = world
        kind = self.dice.choice(["ramdisk", "fileio", "lun", "delete"])
        if kind == "lun" and disks - luns:
            disk = self.dice.choice(sorted(disks - luns))
            return [f"/iscsi/{TARGET}/tpg1/luns", "create", self.path_of(disk)], (disks, luns | {disk}, mapped | {disk})
        if kind == "delete" and disks:
            disk = self.dice.choice(sorted(disks))
            gone = {disk}
            return ["--yes", os.path.dirname(self.path_of(disk)), "delete", disk], (disks - gone, luns - gone, mapped - gone)
        self.names += 1
        name = f"{'f' if kind == 'fileio' else 'r'}{self.names}"
        words = [os.path.dirname(self.path_of(name)), "create", name]
        words += [self.machine.disk.path(f"{name}.img"), "1M"] if kind == "fileio" else ["1M"]
        return words, (disks | {name}, luns, mapped)

    @staticmethod
    def path_of(disk):
        return f"/backstores/{'fileio' if disk.startswith('f') else 'ramdisk'}/{disk}"

    def test_a_change_reported_as_done_is_there(self):
        outcomes = {0: 0, 1: 0}
        before = self.world()
        for moment in range(200 if TORTURE else 12):
            words, after = self.edit(before)
            self.machine.disk.command(f"cut {self.dice.randint(1, 25)}")
            done = self.lab.lunet(*words, check=False).returncode == 0
            self.machine.power_loss(self.dice.randrange(1 << 32))
            now = self.world()
            where = f"{' '.join(words)}, power loss {moment}, seed {SEED}"
            self.assertIn(now, [after] if done else [before, after], where)
            outcomes[int(done)] += 1
            before = now
        print(f"{outcomes[1]} edits reported as done, {outcomes[0]} cut short, seed {SEED}", file=sys.stderr)

    def test_this_test_fails_when_syncs_do_nothing(self):
        self.machine.disk.command("sync off")
        for _ in range(60):
            before = self.world()
            words, after = self.edit(before)
            self.lab.lunet(*words)
            self.lab.kill()
            self.machine.disk.command(f"forget {self.dice.randrange(1 << 32)}")
            try:
                self.lab.start()
            except AssertionError:
                return  # the store is not even readable
            if self.world() != after:
                return
        self.fail("60 power losses without any sync went unnoticed")


if __name__ == "__main__":
    unittest.main(verbosity=2)
