#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile peers at the portal and at the control socket while four sessions write and verify (docs/limits.md). A sample;
LUNET_TORTURE=1 runs the whole counts, LUNET_SEED=N repeats a run's random choices."""
import contextlib
import os
import random
import resource
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import hostile  # noqa: E402
from control import Control  # noqa: E402
from initiator import Initiator  # noqa: E402
from lab import TARGET, Lab, wait_until  # noqa: E402

WHOLE = os.environ.get("LUNET_TORTURE") == "1"
SEED = int(os.environ.get("LUNET_SEED") or random.SystemRandom().randrange(1 << 32))
RUNS = 1000 if WHOLE else 80
CLIENTS, STALLED = (500, 100) if WHOLE else (100, 20)
# How much more memory lunetd may have after the attacks than before: buffers that it keeps, and the heap's holes.
SANITIZED = os.environ.get("LUNET_SANITIZED") == "1"  # keeps what was freed, for a while, and has shadows of all of it
GROWTH_MAX_KIB = (1024 if SANITIZED else 64) << 10
# At any time: what large messages on the control socket may take together, and as much again for what is made of them.
PEAK_MAX_KIB = (2048 if SANITIZED else 512) << 10
STALLED_MAX = 40
SCRATCH = "iqn.2026-11.org.example:scratch"
VICTIM = "iqn.2026-11.org.example:victim"
BLOCKS = 4096


class Victim(threading.Thread):
    """A session that writes and verifies until it is told to end. Any sense, unit attentions too, is an error."""

    def __init__(self, address, lun, seed):
        super().__init__()
        self.address, self.lun, self.rng = address, lun, random.Random(seed)
        self.error = None
        self.rounds = 0
        self.ready = threading.Event()
        self.ending = threading.Event()

    def run(self):
        try:
            with Initiator(*self.address, TARGET, f"{VICTIM}{self.lun}") as session:
                self.work(session)
        except BaseException as error:  # noqa: BLE001: reported by the main thread
            self.error = error
        self.ready.set()

    def work(self, session):
        session.clear_unit_attentions(self.lun)
        self.tsih = session.tsih
        model = bytearray(self.rng.randbytes(BLOCKS * 512))
        for at in range(0, BLOCKS, 256):
            session.write(self.lun, at, bytes(model[at * 512:(at + 256) * 512]))
        self.ready.set()
        while not self.ending.is_set():
            blocks = self.rng.randrange(1, 129)
            lba = self.rng.randrange(BLOCKS - blocks)
            data = self.rng.randbytes(blocks * 512)
            session.write(self.lun, lba, data)
            model[lba * 512:lba * 512 + len(data)] = data
            check = self.rng.randrange(BLOCKS - 64)
            if session.read(self.lun, check, 64) != model[check * 512:(check + 64) * 512]:
                raise AssertionError(f"LUN {self.lun}: wrong data at block {check}")
            self.rounds += 1
        assert session.read(self.lun, 0, BLOCKS // 4) == model[:BLOCKS // 4 * 512], "wrong data at the end"


class Hostile(unittest.TestCase):
    def setUp(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.lab = Lab(threads=2)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        (port,) = self.lab.target()
        self.address = ("127.0.0.1", port)
        for name in ("r0", "r1"):
            self.lab.lun(self.lab.ramdisk(name, "2M"))
        self.lab.lun(self.lab.fileio("f2", "2M"))
        self.lab.lun(self.lab.fileio("f3", "2M", write_back="false"))
        for lun in range(4):
            self.lab.acl(f"{VICTIM}{lun}")
        (scratch_port,) = self.lab.target(SCRATCH)
        self.scratch = ("127.0.0.1", scratch_port)
        self.lab.lun(self.lab.ramdisk("scratch", "2M"), SCRATCH)
        self.lab.acl(f"{VICTIM}-not", SCRATCH)
        self.stalled = []

    def start_victims(self):
        self.victims = [Victim(self.address, lun, SEED + lun) for lun in range(4)]
        for victim in self.victims:
            victim.start()
        self.addCleanup(self.end_victims)
        for victim in self.victims:
            self.assertTrue(victim.ready.wait(120))
            self.assertIsNone(victim.error)

    def end_victims(self):
        for victim in self.victims:
            victim.ending.set()
        for victim in self.victims:
            victim.join()

    def assert_victims_noticed_nothing(self):
        with Control(self.lab.socket) as control:
            tsihs = [control.read(f"iscsi/{TARGET}/tpgt_1/acls/{VICTIM}{v.lun}/info") for v in self.victims]
        self.end_victims()
        for victim, info in zip(self.victims, tsihs):
            self.assertIsNone(victim.error, f"LUN {victim.lun}, seed {SEED}")
            self.assertIn(f"TSIH: {victim.tsih} ", info, "the session is another one")
            self.assertGreater(victim.rounds, 0)

    def memory_kib(self, what="VmRSS"):
        with open(f"/proc/{self.lab.daemon.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith(what))

    def keep_stalled(self, sock):
        if sock is None:
            return
        self.stalled.append(sock)
        if len(self.stalled) > STALLED_MAX:
            self.stalled.pop(0).close()

    def in_use(self):
        """Threads and open files of lunetd: of its clients, whoever they are. How many workers io_uring has is the kernel's choice."""
        folder = f"/proc/{self.lab.daemon.pid}"
        threads = 0
        for task in os.listdir(folder + "/task"):
            with contextlib.suppress(OSError), open(f"{folder}/task/{task}/comm") as name:  # it may end meanwhile
                threads += not name.read().startswith("iou-")
        return [threads, len(os.listdir(folder + "/fd"))]

    def settle(self, quiet):
        """Ends the attackers that stall and waits until lunetd has let go of all of them, so that what it holds then is
        what it keeps."""
        for sock in self.stalled:
            sock.close()
        self.stalled.clear()
        wait_until(lambda: all(now <= then for now, then in zip(self.in_use(), quiet)), "the attackers' clients are gone")

    def attack(self, once):
        """RUNS attacks; then the victims must not have noticed, nor the memory have grown."""
        self.start_victims()
        quiet = self.in_use()
        for run in range(RUNS // 10):  # what is kept for good is taken in the first runs
            self.keep_stalled(once(random.Random(SEED + run)))
        self.settle(quiet)
        before = self.memory_kib()
        for run in range(RUNS // 10, RUNS):
            self.keep_stalled(once(random.Random(SEED + run)))
            self.assertIsNone(self.lab.daemon.poll(), f"lunetd ended, seed {SEED}, run {run}")
        self.settle(quiet)
        # Pages go back to the system after the client's end.
        wait_until(lambda: self.memory_kib() - before < GROWTH_MAX_KIB, "memory is given back")
        after, peak = self.memory_kib(), self.memory_kib("VmHWM")
        self.assert_victims_noticed_nothing()
        print(f"{RUNS} runs, seed {SEED}: {before} KiB before, {after} KiB after, {peak} KiB at most", file=sys.stderr)
        self.assertLess(peak, PEAK_MAX_KIB)

    def test_the_port_under_attack(self):
        def once(rng):
            if rng.random() < 0.25:
                return hostile.attack_session(rng, self.scratch, SCRATCH, f"{VICTIM}-not")
            target, host = rng.choice(((SCRATCH, f"{VICTIM}-not"), (TARGET, f"{VICTIM}-stranger"), (TARGET, "x" * 300)))
            return hostile.attack_port(rng, self.address if target == TARGET else self.scratch, target, host)
        self.attack(once)

    def test_the_control_socket_under_attack(self):
        self.attack(lambda rng: hostile.attack_socket(rng, self.lab.socket, f"iscsi/{SCRATCH}"))

    def work_while_others_stall(self, stall, work):
        """CLIENTS - STALLED clients, all connected at once, each finish a request while STALLED hang in mid-frame. One
        that is cut off meanwhile comes back at once."""
        ending = threading.Event()

        def stall_without_waiting(n):
            sock = stall(n)
            sock.setblocking(False)
            return sock

        stalled = [stall_without_waiting(n) for n in range(STALLED)]

        def keep():
            while not ending.is_set():
                for n, sock in enumerate(stalled):
                    try:
                        if sock.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK) == b"":
                            raise ConnectionError
                        sock.recv(65536, socket.MSG_DONTWAIT)
                    except BlockingIOError:
                        continue
                    except OSError:
                        sock.close()
                        stalled[n] = stall_without_waiting(n)
                ending.wait(0.05)

        keeper = threading.Thread(target=keep)
        keeper.start()
        errors = []
        started = time.monotonic()
        connected = threading.Barrier(20)

        def some(first):
            try:
                clients = [work(n) for n in range(first, CLIENTS - STALLED, 20)]
                connected.wait(300)
                for request, _ in clients:
                    request()
                for _, close in clients:
                    close()
            except BaseException as error:  # noqa: BLE001: reported below
                errors.append(repr(error))
                connected.abort()

        workers = [threading.Thread(target=some, args=(n,)) for n in range(20)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        ending.set()
        keeper.join()
        for sock in stalled:
            sock.close()
        self.assertEqual(errors, [])
        print(f"{CLIENTS - STALLED} of {CLIENTS} clients finished in {time.monotonic() - started:.1f} s, "
              f"{self.memory_kib()} KiB", file=sys.stderr)

    def test_clients_of_the_port_work_while_others_stall(self):
        self.start_victims()

        def stall(n):
            if n % 2 == 0:
                sock = socket.create_connection(self.address, timeout=60, source_address=(f"127.0.0.{2 + n % 8}", 0))
                request = hostile.login_request(random.Random(n), TARGET, VICTIM)
                sock.sendall(request[:n % (len(request) - 1) + 1])
                return sock
            sock = Initiator(*self.scratch, SCRATCH, f"{VICTIM}-not", timeout=60).sock
            sock.sendall(bytes(hostile.header(0x01, 0xC1))[:n % 47 + 1])
            return sock

        def work(n):
            session = Initiator(*self.scratch, SCRATCH, f"{VICTIM}-not", timeout=300)

            def request():
                session.clear_unit_attentions(0)
                assert len(session.read(0, n, 1)) == 512
            return request, session.close

        self.work_while_others_stall(stall, work)
        self.assert_victims_noticed_nothing()

    def test_clients_of_the_control_socket_work_while_others_stall(self):
        self.start_victims()

        def stall(n):
            sock = socket.socket(socket.AF_UNIX)
            sock.settimeout(60)
            sock.connect(self.lab.socket)
            if n % 2:
                sock.sendall(hostile.hello())
                sock.recv(100)
            sock.sendall(hostile.frame(hostile.reading_request(random.Random(n), f"iscsi/{SCRATCH}"))[:5])
            return sock

        def work(_):
            client = Control(self.lab.socket)

            def request():
                assert client.read(f"iscsi/{SCRATCH}/tpgt_1/enable").strip() == "1"
            return request, client.sock.close

        self.work_while_others_stall(stall, work)
        self.assert_victims_noticed_nothing()

    def test_one_address_cannot_take_all_places(self):
        self.lab.stop()
        self.lab.start(options=["--logins-per-address-max", "3"])
        (name,) = [p["name"] for p in self.lab.portals(TARGET)]
        address = ("127.0.0.1", self.lab.port(TARGET, name))
        waiting = [socket.create_connection(address, timeout=60, source_address=("127.0.0.2", 0)) for _ in range(3)]
        with socket.create_connection(address, timeout=60, source_address=("127.0.0.2", 0)) as one_more:
            self.assertEqual(one_more.recv(1), b"", "refused")
        Initiator(*address, TARGET, f"{VICTIM}0").close()  # from another address
        self.assertIn("are not logged in", self.lab.daemon_log())
        for sock in waiting:
            sock.close()

    def test_sessions_are_limited_and_say_so(self):
        self.lab.stop()
        self.lab.start(options=["--sessions-max", "2"])
        (name,) = [p["name"] for p in self.lab.portals(TARGET)]
        address = ("127.0.0.1", self.lab.port(TARGET, name))
        with Initiator(*address, TARGET, f"{VICTIM}0"), Initiator(*address, TARGET, f"{VICTIM}1") as second:
            with self.assertRaises(hostile.LoginRefused) as refused:
                Initiator(*address, TARGET, f"{VICTIM}2")
            self.assertEqual((refused.exception.status_class, refused.exception.detail), (3, 2))
            # Reinstatement takes the place of the session that it ends.
            with Initiator(*address, TARGET, f"{VICTIM}1", isid=second.isid):
                pass


if __name__ == "__main__":
    unittest.main(verbosity=2)
