# SPDX-License-Identifier: Apache-2.0
"""Objects of lunetd's tree as batches for control.Control, and a session with many commands on their way."""
import struct

from initiator import Initiator
from lab import TARGET

BLOCK = 512
BYTES = 1 << 20  # of each disk
TPG = f"iscsi/{TARGET}/tpgt_1"
LUNS_CHANGED = (6, 0x3F, 0x0E)
NO_SUCH_UNIT = (5, 0x25, 0x00)
TASK_ABORTED = 0x40


def host(name):
    return f"iqn.2026-11.org.example:{name}"


def acl(name):
    return f"{TPG}/acls/{host(name)}"


def file_disk(name, path, cached):
    control = f"fd_dev_name={path},fd_dev_size={BYTES}" + (",fd_buffered_io=1" if cached else "")
    return [("make_dir", f"core/fileio_0/{name}"), ("write", f"core/fileio_0/{name}/control", control),
            ("write", f"core/fileio_0/{name}/enable", "1")]


def ram_disk(name):
    return [("make_dir", f"core/rd_mcp_0/{name}"), ("write", f"core/rd_mcp_0/{name}/control", f"rd_pages={BYTES >> 12}"),
            ("write", f"core/rd_mcp_0/{name}/enable", "1")]


def lun(number, disk):
    path = f"{TPG}/lun/lun_{number}"
    return [("make_dir", path), ("link", f"{path}/it", disk)]


def mapped(name, number, lun_number):
    path = f"{acl(name)}/lun_{number}"
    return [("make_dir", path), ("link", f"{path}/it", f"{TPG}/lun/lun_{lun_number}")]


def portal(address):
    return [("make_dir", f"{TPG}/np/{address}:0")]


def undone(operations):
    """What takes back a list of make_dir, link and write."""
    opposite = {"make_dir": "remove_dir", "link": "unlink"}
    return [(opposite[verb], path) for verb, path, *_ in reversed(operations) if verb in opposite]


class Session(Initiator):
    """With commands that are sent without waiting for the answer."""

    def send_write(self, number, cdb, data):
        bhs = bytearray(48)
        bhs[0], bhs[1] = 0x01, 0x80 | 0x20 | 1
        bhs[8:16] = self.wire_lun(number)
        bhs[16:32] = struct.pack(">IIII", self.itt, len(data), self.cmdsn, self.statsn + 1)
        bhs[32:48] = cdb
        self.itt += 1
        self.cmdsn += 1
        self.send_pdu(bhs, data)

    def receive_status(self):
        while True:
            answer, data = self.receive_pdu()
            if answer[0] & 0x3F == 0x21:
                self._accept_status(answer)
                return answer[3], data[2:]
            assert answer[0] & 0x3F == 0x20, f"opcode {answer[0]:02x}"
            self._pong(answer)
