# SPDX-License-Identifier: Apache-2.0
"""Peers that mean no good: what they send to an iSCSI portal and to the control socket (docs/limits.md). Each attack
takes a random generator and ends by itself; what the target makes of it is the target's business."""
import socket
import struct

from control import BATCH, HELLO, VERBS, _number, _text
from initiator import BadStatus, CheckCondition, Initiator, LoginRefused

READ_TREE, WATCH = 3, 4
PATIENCE_S = 0.05  # how long an attack listens before it goes on: no answer is due


def listen_a_little(sock):
    """Takes what comes, so that answers do not pile up; False when the other side has closed."""
    sock.settimeout(PATIENCE_S)
    try:
        return bool(sock.recv(65536))
    except socket.timeout:
        return True
    except OSError:
        return False


def pour(sock, data):
    try:
        sock.settimeout(5)
        sock.sendall(data)
    except OSError:
        pass  # the target had enough of it


def leave(rng, sock):
    """Closes, half-closes or resets."""
    how = rng.randrange(3)
    try:
        if how == 0:
            sock.shutdown(socket.SHUT_WR)
            listen_a_little(sock)
        elif how == 1:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    sock.close()


# ------------------------------------------------------------------ iSCSI
def header(opcode, flags=0, ahs_words=0, data_bytes=0, itt=1, cmdsn=1):
    bhs = bytearray(48)
    bhs[0], bhs[1], bhs[4] = opcode, flags, ahs_words
    bhs[5:8] = struct.pack(">I", data_bytes)[1:]
    bhs[16:20] = struct.pack(">I", itt)
    bhs[24:28] = struct.pack(">I", cmdsn)
    return bhs


def login_request(rng, target, host, flags=0x87, keys=()):
    text = {"InitiatorName": host, "TargetName": target, "SessionType": "Normal", "AuthMethod": "None"}
    data = b"".join(f"{k}={v}\0".encode() for k, v in [*text.items(), *keys])
    bhs = header(0x43, flags, data_bytes=len(data), itt=rng.randrange(1, 1 << 31))
    bhs[8:14] = b"\x80" + rng.randbytes(5)
    return bytes(bhs) + data + b"\0" * (-len(data) % 4)


def mutate(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        if not data:
            break
        at = rng.randrange(len(data))
        if rng.random() < 0.5:
            at %= 48  # headers are where it hurts
        if at < len(data):
            data[at] = rng.choice((0, 0xFF, rng.randrange(256), data[at] ^ 1 << rng.randrange(8)))
    if rng.random() < 0.2:
        del data[rng.randrange(len(data)):]
    return bytes(data)


def scanner(rng):
    return rng.choice((
        b"",
        b"GET / HTTP/1.1\r\nHost: storage\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + rng.randbytes(300),  # a TLS hello
        b"SSH-2.0-scan\r\n",
        rng.randbytes(rng.randrange(1, 4000)),
        bytes(header(0x01, 0xC1)),                                    # a command before any login
        bytes(header(0x04, 0x40)) * 20,                               # empty text with C
        bytes(header(0x00, 0x80, ahs_words=255)) + rng.randbytes(900),  # not all of its AHS
        bytes(header(0x43, 0x87, data_bytes=0xFFFFFF)) + rng.randbytes(10000),
        bytes(header(0x05, 0x80, data_bytes=0xFFFFFF)),
        bytes(header(0x43, 0x87))[:rng.randrange(48)],
    ))


def after_login_request(rng):
    """What follows a login request that was in order."""
    return rng.choice((
        rng.randbytes(rng.randrange(1, 4000)),
        b"".join(bytes(header(0x43, 0x40 | 0x04)) for _ in range(rng.randrange(1, 100))),
        bytes(header(0x43, 0x87, data_bytes=0xFFFFFF)) + b"a=b\0" * 1000,
        bytes(header(0x43, 0x04, data_bytes=8192)) + b"X-key=value\0" * 682 + b"\0" * 8,
        bytes(header(0x43, 0x04, data_bytes=8000)) + b"k" * 8000,
        bytes(header(0x43, 0x87, ahs_words=3)) + rng.randbytes(12),
        bytes(header(0x01, 0xC1, data_bytes=0x200000)) + rng.randbytes(5000),
        bytes(header(0x06, 0x80)),
    ))


def attack_port(rng, address, target, host):
    sock = socket.create_connection(address, timeout=30, source_address=(f"127.0.0.{rng.randrange(2, 10)}", 0))
    if rng.random() < 1 / 3:
        pour(sock, scanner(rng))
    else:
        flags = rng.choice((0x87, 0x81, 0x04, 0x44, 0x00, 0x40))
        keys = [(rng.choice(("HeaderDigest", "MaxRecvDataSegmentLength", "X" * 60, "CHAP_A", "SendTargets")),
                 rng.choice(("", "None", "0xffffffffffffffffffff", "-1", "5", "v" * rng.randrange(400))))
                for _ in range(rng.choice((0, 0, 3, 40)))]
        request = login_request(rng, target, host, flags, keys)
        pour(sock, request)
        listen_a_little(sock)
        pour(sock, after_login_request(rng))
    listen_a_little(sock)
    if rng.random() < 0.15:
        return sock  # stalls
    leave(rng, sock)
    return None


def request_of_a_session(rng, session):
    """A request that is in order, as bytes; to be mutated."""
    kind = rng.randrange(6)
    bhs = header((0x01, 0x01, 0x00, 0x04, 0x02, 0x05)[kind], 0x81, itt=session.itt, cmdsn=session.cmdsn)
    session.itt += 1
    session.cmdsn += 1
    data = b""
    if kind < 2:
        bhs[1] = 0xC1 if kind == 0 else 0xA1
        blocks = rng.choice((1, 8, 64, 0xFFFF))
        bhs[20:24] = struct.pack(">I", min(blocks * 512, 1 << 20))
        cdb = struct.pack(">BBIBHB", (0x28, 0x2A)[kind], 0, rng.randrange(2000), 0, blocks, 0)
        bhs[32:42] = rng.choice((cdb, cdb, rng.randbytes(10)))
        data = rng.randbytes(min(blocks * 512, 4096)) if kind == 1 else b""
    elif kind == 2:
        data = rng.randbytes(rng.choice((0, 1, 100, 8000)))
    elif kind == 3:
        data = rng.choice((b"", b"SendTargets=All\0", b"a=b\0" * 300, rng.randbytes(500)))
        bhs[1] = rng.choice((0x80, 0x40, 0xC0, 0x00))
    elif kind == 4:
        bhs[1] = 0x80 | rng.randrange(1, 12)
    else:
        data = rng.randbytes(512)
    bhs[5:8] = struct.pack(">I", len(data))[1:]
    return bytes(bhs) + data + b"\0" * (-len(data) % 4)


def attack_session(rng, address, target, host):
    try:
        session = Initiator(*address, target, host, timeout=30)
    except (LoginRefused, OSError):
        return None
    try:
        session.clear_unit_attentions(0)
    except (OSError, CheckCondition, BadStatus, AssertionError):
        pass
    for _ in range(rng.randrange(1, 12)):
        request = request_of_a_session(rng, session)
        pour(session.sock, mutate(rng, request) if rng.random() < 0.8 else request)
        if rng.random() < 0.3 and not listen_a_little(session.sock):
            break
    if rng.random() < 0.1:
        return session.sock  # stalls
    leave(rng, session.sock)
    return None


# ------------------------------------------------------------------ the control socket
def frame(body):
    return struct.pack(">I", len(body)) + body


def hello():
    return frame(bytes([HELLO]) + _text("LUNETCFS") + _number(1) + _number(0))


def reading_request(rng, below):
    """Reads and lists, all below one object: whatever a mutation makes of it does not touch the rest."""
    path = rng.choice((below, below + "/tpgt_1", below + "/tpgt_1/enable", below + "/nothing", below + "/" + "x" * 2000))
    kind = rng.randrange(4)
    if kind == 0:
        return bytes([WATCH]) + _text(path)
    if kind == 1:
        return bytes([READ_TREE]) + _text(path) + _number(rng.randrange(8)) + _number(rng.randrange(4))
    count = rng.choice((0, 1, 5, 300))
    body = bytes([BATCH]) + _number(count)
    for _ in range(count):
        body += _number(VERBS.index(rng.choice(("list", "read")))) + _text(path) + _text("")
    return body


def attack_socket(rng, path, below):
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(30)
    try:
        sock.connect(path)
    except OSError:
        sock.close()
        return None
    kind = rng.randrange(4)
    if kind == 0:
        pour(sock, rng.choice((b"", b"GET / HTTP/1.0\r\n\r\n", rng.randbytes(rng.randrange(1, 3000)), b"\xff" * 4,
                               b"\0\0\0\0" * 50, hello()[:rng.randrange(16)], frame(rng.randbytes(60)))))
    else:
        pour(sock, hello())
        listen_a_little(sock)
        request = frame(reading_request(rng, below))
        if kind == 1:
            request = rng.choice((rng.randbytes(rng.randrange(1, 3000)), struct.pack(">I", 16 << 20) + rng.randbytes(9000),
                                  b"\xff\xff\xff\xff", frame(bytes([BATCH]) + _number(1 << 60)),
                                  frame(bytes([BATCH]) + _number(400000) + b"\1\0\0" * 400000)))
        elif kind == 2:
            request = bytearray(request)
            for _ in range(rng.choice((1, 2, 10))):
                request[rng.randrange(len(request))] = rng.randrange(256)
        pour(sock, bytes(request))
    listen_a_little(sock)
    if rng.random() < 0.15:
        return sock  # stalls
    leave(rng, sock)
    return None
