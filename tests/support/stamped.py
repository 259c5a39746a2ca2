# SPDX-License-Identifier: Apache-2.0
"""Blocks that say what they are, and what may stand in each of them after a power loss."""
import struct
import threading
import zlib

EVERYWHERE = (1 << 64) - 1  # the place of a pattern that WRITE SAME repeats
ZEROS = 0                   # the generation of a block that was unmapped, or never written


def stamp(lba, generation, size=512):
    head = struct.pack("<QQ", lba, generation)
    body = (head * (size // len(head)))[:size - 4]
    return body + struct.pack("<I", zlib.crc32(body))


def generation_of(lba, block):
    """Of a block's content; None when it is torn or belongs elsewhere."""
    if not any(block):
        return ZEROS
    body, check = block[:-4], struct.unpack("<I", block[-4:])[0]
    place, generation = struct.unpack("<QQ", body[:16])
    if zlib.crc32(body) != check or place not in (lba, EVERYWHERE):
        return None
    return generation


class History:
    """Of each block: the generations issued since the last one that is known to be durable, oldest first. One writer a
    block at a time; several threads may flush."""

    def __init__(self, blocks):
        self.lock = threading.Lock()
        self.issued = [[ZEROS] for _ in range(blocks)]
        self.acknowledged = [0] * blocks  # index into issued
        self.counter = 0

    def next_generation(self):
        with self.lock:
            self.counter += 1
            return self.counter

    def issue(self, lba, count, generation):
        with self.lock:
            for at in range(lba, lba + count):
                self.issued[at].append(generation)

    def acknowledge(self, lba, count, durable):
        """The last command on these blocks is answered with GOOD."""
        with self.lock:
            for at in range(lba, lba + count):
                self.acknowledged[at] = len(self.issued[at]) - 1
                if durable:
                    self._forget_before(at, self.acknowledged[at])

    def before_flush(self):
        """What a flush that is sent now has to make durable."""
        with self.lock:
            return [self.issued[at][index] for at, index in enumerate(self.acknowledged)]

    def flushed(self, covered):
        with self.lock:
            for at, generation in enumerate(covered):
                # Zeros may stand there several times: the first place claims the least.
                if generation in self.issued[at]:
                    self._forget_before(at, self.issued[at].index(generation))

    def _forget_before(self, at, index):
        del self.issued[at][:index]
        self.acknowledged[at] = max(self.acknowledged[at] - index, 0)

    def wrong_after_power_loss(self, blocks):
        """Sentences about blocks that hold what they may not; what they hold is where their next life begins."""
        wrong = []
        for lba, block in enumerate(blocks):
            found = generation_of(lba, block)
            if found not in self.issued[lba]:
                wrong.append(f"block {lba}: generation {found} instead of one of {self.issued[lba]}")
            self.issued[lba] = [found]
            self.acknowledged[lba] = 0
        return wrong
