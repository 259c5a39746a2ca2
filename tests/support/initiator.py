# SPDX-License-Identifier: Apache-2.0
"""A small iSCSI initiator for tests (RFC 7143): what the packaged ones cannot do, e.g. data digests, chosen names,
raw PDUs. One connection, one command at a time."""
import base64
import hashlib
import os
import socket
import struct

_TABLE = []
for _n in range(256):
    _c = _n
    for _ in range(8):
        _c = (_c >> 1) ^ 0x82F63B78 if _c & 1 else _c >> 1
    _TABLE.append(_c)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


class LoginRefused(Exception):
    def __init__(self, status_class, detail):
        super().__init__(f"login refused: {status_class:02x}{detail:02x}")
        self.status_class, self.detail = status_class, detail


HASHES = {5: "md5", 6: "sha1", 7: "sha256", 8: "sha3_256"}


def chap_response(algorithm, identifier, secret, challenge):
    return hashlib.new(HASHES[algorithm], bytes([identifier]) + secret.encode() + challenge).digest()


def binary(data, form="hex"):
    """A binary value as text of a key."""
    return "0x" + data.hex() if form == "hex" else "0b" + base64.b64encode(data).decode()


def from_binary(text):
    return bytes.fromhex(text[2:]) if text[:2] == "0x" else base64.b64decode(text[2:], validate=True)


class TargetUnproven(Exception):
    """Mutual CHAP: the target did not prove who it is."""


class Chap:
    """The initiator's half of CHAP. `mutual`: name and secret that the target has to prove."""

    def __init__(self, name, secret, algorithms=(5,), mutual=None, form="hex"):
        self.name, self.secret, self.mutual, self.form = name, secret, mutual, form
        self.algorithms = algorithms
        self.chosen = None

    def run(self, exchange):
        """`exchange(keys, transit)` sends keys and returns the answer's."""
        answer = exchange({"CHAP_A": ",".join(map(str, self.algorithms))}, False)
        self.chosen = int(answer["CHAP_A"])
        assert self.chosen in self.algorithms, f"algorithm {self.chosen} was not offered"
        challenge = from_binary(answer["CHAP_C"])
        keys = {"CHAP_N": self.name,
                "CHAP_R": binary(chap_response(self.chosen, int(answer["CHAP_I"]), self.secret, challenge), self.form)}
        if self.mutual is None:
            return exchange(keys, True)
        identifier, own = os.urandom(1)[0], os.urandom(24)
        answer = exchange({**keys, "CHAP_I": identifier, "CHAP_C": binary(own, self.form)}, True)
        name, secret = self.mutual
        right = binary(chap_response(self.chosen, identifier, secret, own))
        if answer.get("CHAP_N") != name or answer.get("CHAP_R") != right:
            raise TargetUnproven(answer.get("CHAP_N"))
        return answer


class CheckCondition(Exception):
    def __init__(self, sense):
        self.key, self.asc, self.ascq = sense[2] & 0xF, sense[12], sense[13]
        super().__init__(f"sense {self.key:x}/{self.asc:02x}/{self.ascq:02x}")

    @property
    def code(self):
        return (self.key, self.asc, self.ascq)


class BadStatus(Exception):
    def __init__(self, status):
        super().__init__(f"status {status:02x}")
        self.status = status


class Initiator:
    """with Initiator(host, port, target, name) as i: i.read(lun, lba, blocks)"""

    def __init__(self, host, port, target, name, digests=False, keys=None, isid=None, timeout=60, discovery=False,
                 chap=None, login=True, source=None):
        """`chap` goes through the security stage; login=False leaves the login to login_request()."""
        self.digests = False
        self.itt = 1
        self.cmdsn = 1
        self.statsn = None
        self.buffer = b""
        self.isid = isid or (b"\x80" + os.urandom(5))
        self.names = {"InitiatorName": name, "SessionType": "Discovery" if discovery else "Normal"}
        if not discovery:
            self.names["TargetName"] = target
        self.sock = socket.create_connection((host, port), timeout=timeout, source_address=source and (source, 0))
        if not login:
            return
        try:
            first = dict(self.names)
            if chap is not None:
                self._authenticate(chap)
                first = {}
            self._login(first, digests, keys or {})
        except BaseException:
            self.sock.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ------------------------------------------------------------------ PDUs
    def send_pdu(self, bhs, data=b""):
        bhs = bytearray(bhs)
        bhs[5:8] = struct.pack(">I", len(data))[1:]
        out = bytes(bhs)
        if self.digests:
            out += struct.pack("<I", crc32c(out))
        if data:
            padded = data + b"\0" * (-len(data) % 4)
            out += padded
            if self.digests:
                out += struct.pack("<I", crc32c(padded))
        self.sock.sendall(out)

    def _exactly(self, count):
        while len(self.buffer) < count:
            more = self.sock.recv(1 << 20)
            if not more:
                raise ConnectionError("the target closed the connection")
            self.buffer += more
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def receive_pdu(self):
        bhs = self._exactly(48)
        if self.digests:
            assert struct.unpack("<I", self._exactly(4))[0] == crc32c(bhs), "header digest"
        length = struct.unpack(">I", b"\0" + bhs[5:8])[0]
        data = b""
        if length:
            padded = self._exactly(length + -length % 4)
            if self.digests:
                assert struct.unpack("<I", self._exactly(4))[0] == crc32c(padded), "data digest"
            data = padded[:length]
        return bhs, data

    def login_request(self, flags, keys):
        """One login request with all its continuations; flags and keys of the answer. `keys`: a dictionary, pairs, or
        the text itself."""
        data = keys
        if not isinstance(keys, bytes):
            pairs = keys.items() if isinstance(keys, dict) else keys
            data = b"".join(f"{k}={v}\0".encode() for k, v in pairs)
        bhs = bytearray(48)
        bhs[0], bhs[1] = 0x43, flags
        bhs[8:14] = self.isid
        bhs[16:20] = struct.pack(">I", self.itt)
        bhs[24:28] = struct.pack(">I", self.cmdsn)
        text = b""
        while True:
            if self.statsn is not None:
                bhs[28:32] = struct.pack(">I", (self.statsn + 1) & 0xFFFFFFFF)
            self.send_pdu(bhs, data)
            answer, more = self.receive_pdu()
            assert answer[0] & 0x3F == 0x23, f"opcode {answer[0]:02x}"
            if answer[36]:
                raise LoginRefused(answer[36], answer[37])
            self.statsn = struct.unpack(">I", answer[24:28])[0]
            text += more
            if not answer[1] & 0x40:
                break
            data = b""
        self.tsih = struct.unpack(">H", answer[14:16])[0]
        return answer[1], dict(p.split("=", 1) for p in text.decode().split("\0") if "=" in p)

    def _authenticate(self, chap):
        security, to_operational = 0x00, 0x80 | 1

        def exchange(keys, transit):
            flags, answer = self.login_request(security | (to_operational if transit else 0), keys)
            assert transit == (flags == to_operational), f"flags {flags:02x}"
            return answer

        answer = exchange({**self.names, "AuthMethod": "CHAP"}, False)
        assert answer["AuthMethod"] == "CHAP", answer
        chap.run(exchange)

    def _login(self, first, digests, keys):
        digest = "CRC32C" if digests else "None"
        text = {**first, "HeaderDigest": digest, "DataDigest": digest, "MaxRecvDataSegmentLength": "65536",
                "InitialR2T": "Yes", "ImmediateData": "Yes", "MaxBurstLength": "262144", "FirstBurstLength": "65536",
                "MaxOutstandingR2T": "1", "MaxConnections": "1", "ErrorRecoveryLevel": "0"}
        text.update(keys)
        flags, self.answer = self.login_request(0x80 | 1 << 2 | 3, text)
        assert flags & 0x83 == 0x83, f"flags {flags:02x}"
        self.digests = digests
        self.itt += 1

    def _accept_status(self, bhs):
        self.statsn = struct.unpack(">I", bhs[24:28])[0]

    def text(self, key, value):
        bhs = bytearray(48)
        bhs[0], bhs[1] = 0x04, 0x80
        bhs[16:20] = struct.pack(">I", self.itt)
        bhs[20:24] = b"\xff" * 4
        bhs[24:28] = struct.pack(">I", self.cmdsn)
        bhs[28:32] = struct.pack(">I", self.statsn + 1)
        self.itt += 1
        self.cmdsn += 1
        self.send_pdu(bhs, f"{key}={value}\0".encode())
        answer, data = self.receive_pdu()
        assert answer[0] & 0x3F == 0x24, f"opcode {answer[0]:02x}"
        self._accept_status(answer)
        return [p.split("=", 1) for p in data.decode().split("\0") if "=" in p]

    # ------------------------------------------------------------------ SCSI
    @staticmethod
    def wire_lun(lun):
        return struct.pack(">HHI", lun if lun < 256 else 0x4000 | lun, 0, 0)

    def command(self, lun, cdb, data_out=b"", data_in=0):
        itt = self.itt
        self.itt += 1
        bhs = bytearray(48)
        bhs[0] = 0x01
        bhs[1] = 0x80 | (0x40 if data_in else 0) | (0x20 if data_out else 0) | 1
        bhs[8:16] = self.wire_lun(lun)
        bhs[16:20] = struct.pack(">I", itt)
        bhs[20:24] = struct.pack(">I", len(data_out) or data_in)
        bhs[24:28] = struct.pack(">I", self.cmdsn)
        bhs[28:32] = struct.pack(">I", self.statsn + 1)
        bhs[32:48] = bytes(cdb).ljust(16, b"\0")
        self.cmdsn += 1
        self.send_pdu(bhs, data_out[:8192])
        received = bytearray()
        while True:
            answer, data = self.receive_pdu()
            opcode = answer[0] & 0x3F
            if opcode == 0x20:  # NOP-In ping
                self._pong(answer)
            elif opcode == 0x31:
                self._send_burst(answer, data_out)
            elif opcode == 0x25:
                offset = struct.unpack(">I", answer[40:44])[0]
                assert offset == len(received), "Data-In out of order"
                received += data
                if answer[1] & 1:
                    self._accept_status(answer)
                    return self._done(answer[3], b"", received)
            elif opcode == 0x21:
                self._accept_status(answer)
                return self._done(answer[3], data[2:], received)
            else:
                raise AssertionError(f"unexpected opcode {opcode:02x}")

    @staticmethod
    def _done(status, sense, received):
        if status == 2:
            raise CheckCondition(sense)
        if status:
            raise BadStatus(status)
        return bytes(received)

    def _pong(self, ping):
        if ping[20:24] == b"\xff" * 4:
            return
        bhs = bytearray(48)
        bhs[0], bhs[1] = 0x40, 0x80
        bhs[8:16] = ping[8:16]
        bhs[16:20] = b"\xff" * 4
        bhs[20:24] = ping[20:24]
        bhs[24:28] = struct.pack(">I", self.cmdsn)
        bhs[28:32] = struct.pack(">I", self.statsn + 1)
        self.send_pdu(bhs)

    def _send_burst(self, r2t, data_out):
        offset, length = struct.unpack(">II", r2t[40:48])
        datasn = 0
        while length:
            part = data_out[offset:offset + min(length, 65536)]
            length -= len(part)
            bhs = bytearray(48)
            bhs[0], bhs[1] = 0x05, 0x80 if not length else 0
            bhs[8:24] = r2t[8:24]
            bhs[28:32] = struct.pack(">I", self.statsn + 1)
            bhs[36:44] = struct.pack(">II", datasn, offset)
            self.send_pdu(bhs, part)
            datasn += 1
            offset += len(part)

    def test_unit_ready(self, lun):
        self.command(lun, bytes(6))

    def report_luns(self):
        data = self.command(0, struct.pack(">BBBBBBIBB", 0xA0, 0, 0, 0, 0, 0, 4096, 0, 0), data_in=4096)
        count = struct.unpack(">I", data[:4])[0] // 8
        return [struct.unpack(">H", data[8 + 8 * n:10 + 8 * n])[0] & 0x3FFF for n in range(count)]

    def capacity(self, lun):
        data = self.command(lun, bytes([0x9E, 0x10]) + bytes(8) + struct.pack(">I", 32), data_in=32)
        last, block = struct.unpack(">QI", data[:12])
        return last + 1, block

    def read(self, lun, lba, blocks, block_size=512):
        return self.command(lun, struct.pack(">BBQIBB", 0x88, 0, lba, blocks, 0, 0), data_in=blocks * block_size)

    def write(self, lun, lba, data, block_size=512):
        self.command(lun, struct.pack(">BBQIBB", 0x8A, 0, lba, len(data) // block_size, 0, 0), data_out=data)

    def clear_unit_attentions(self, lun, limit=10):
        """The unit attentions that were pending."""
        seen = []
        for _ in range(limit):
            try:
                self.test_unit_ready(lun)
                return seen
            except CheckCondition as sense:
                if sense.key != 6:
                    raise
                seen.append((sense.asc, sense.ascq))
        raise AssertionError(f"unit attentions without end: {seen}")

    def close(self):
        try:
            bhs = bytearray(48)
            bhs[0], bhs[1] = 0x46, 0x80
            bhs[16:20] = struct.pack(">I", self.itt)
            bhs[24:28] = struct.pack(">I", self.cmdsn)
            bhs[28:32] = struct.pack(">I", self.statsn + 1)
            self.send_pdu(bhs)
            while self.receive_pdu()[0][0] & 0x3F != 0x26:
                pass
        except (OSError, ConnectionError):
            pass
        self.sock.close()
