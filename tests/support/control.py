# SPDX-License-Identifier: Apache-2.0
"""The control socket of lunetd (src/configfs/protocol.h), spoken directly: hundreds of changes a second."""
import os
import socket
import struct

VERBS = ["list", "read", "write", "make_dir", "remove_dir", "link", "unlink"]
HELLO, BATCH, HELLO_REPLY, ERROR, BATCH_REPLY = 1, 2, 129, 130, 131


class TreeError(Exception):
    def __init__(self, index, errnum, message):
        super().__init__(f"operation {index}: {os.strerror(errnum)}: {message}")
        self.index, self.errnum, self.message = index, errnum, message


class _Reader:
    def __init__(self, frame):
        self.frame, self.at = frame, 0

    def byte(self):
        self.at += 1
        return self.frame[self.at - 1]

    def number(self):
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def text(self):
        size = self.number()
        self.at += size
        return self.frame[self.at - size:self.at].decode()


def _number(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _text(value):
    data = value.encode()
    return _number(len(data)) + data


class Control:
    """with Control(path) as c: c.batch([("make_dir", "iscsi"), ("write", "path", "value")])"""

    def __init__(self, path, timeout=120):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(timeout)
        self.sock.connect(path)
        self._send(bytes([HELLO]) + _text("LUNETCFS") + _number(1) + _number(0))
        reply = self._receive()
        assert reply.byte() == HELLO_REPLY, "hello was refused"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def _send(self, frame):
        self.sock.sendall(struct.pack(">I", len(frame)) + frame)

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.sock.recv(count - len(data))
            if not more:
                raise ConnectionError("lunetd closed the control socket")
            data += more
        return data

    def _receive(self):
        return _Reader(self._exactly(struct.unpack(">I", self._exactly(4))[0]))

    def batch(self, operations):
        """What each operation read; TreeError when one failed, and then nothing was changed."""
        frame = bytes([BATCH]) + _number(len(operations))
        for verb, path, *text in operations:
            frame += _number(VERBS.index(verb)) + _text(path) + _text(text[0] if text else "")
        self._send(frame)
        reply = self._receive()
        kind = reply.byte()
        if kind == ERROR:
            raise TreeError(-1, reply.number(), reply.text())
        assert kind == BATCH_REPLY, f"message {kind}"
        answers = []
        for _ in range(reply.number()):
            text = reply.text()
            entries = [self._entry(reply) for _ in range(reply.number())]
            answers.append(entries or text)
        if reply.number():
            raise TreeError(reply.number(), reply.number(), reply.text())
        return answers

    @staticmethod
    def _entry(reply):
        name, kind = reply.text(), reply.number()
        reply.number()  # mode
        if kind == 2:
            reply.text()
        return name

    def one_by_one(self, operations):
        for operation in operations:
            self.batch([operation])

    def read(self, path):
        return self.batch([("read", path)])[0]
