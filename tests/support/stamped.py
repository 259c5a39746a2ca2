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
    """Of each block: what was issued since the last that is known to be durable, oldest first, as (serial, generation):
    zeros may have been issued several times, and a flush that was sent early may be answered late. One writer a block at a
    time; several threads may flush."""

    def __init__(self, blocks):
        self.lock = threading.Lock()
        self.issued = [[(0, ZEROS)] for _ in range(blocks)]
        self.acknowledged = [0] * blocks  # serials
        self.generation = 0
        self.serial = 0

    def next_generation(self):
        with self.lock:
            self.generation += 1
            return self.generation

    def issue(self, lba, count, generation):
        with self.lock:
            self.serial += 1
            for at in range(lba, lba + count):
                self.issued[at].append((self.serial, generation))

    def acknowledge(self, lba, count, durable):
        """The last command on these blocks is answered with GOOD."""
        with self.lock:
            for at in range(lba, lba + count):
                self.acknowledged[at] = self.issued[at][-1][0]
                if durable:
                    self._forget_before(at, self.acknowledged[at])

    def before_flush(self):
        """What a flush that is sent now has to make durable."""
        with self.lock:
            return list(self.acknowledged)

    def flushed(self, covered):
        with self.lock:
            for at, serial in enumerate(covered):
                self._forget_before(at, serial)

    def _forget_before(self, at, serial):
        self.issued[at] = [entry for entry in self.issued[at] if entry[0] >= serial]

    def wrong_after_power_loss(self, blocks):
        """Sentences about blocks that hold what they may not; what they hold is where their next life begins."""
        wrong = []
        for lba, block in enumerate(blocks):
            found = generation_of(lba, block)
            allowed = [generation for _, generation in self.issued[lba]]
            if found not in allowed:
                wrong.append(f"block {lba}: generation {found} instead of one of {allowed}")
            self.issued[lba] = [(self.serial, found)]
            self.acknowledged[lba] = self.serial
        return wrong
