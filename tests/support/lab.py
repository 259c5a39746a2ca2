# SPDX-License-Identifier: Apache-2.0
"""A private lunetd with its own folder and socket, driven by the real `lunet`; ends with everything it started."""
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BIN = os.environ.get("LUNET_BIN") or os.path.join(os.path.dirname(__file__), "../../build/dev/bin")
TARGET = "iqn.2026-11.org.example:t"
HOST = "iqn.2026-11.org.example:host"
DEADLINE_S = 120


class Failed(Exception):
    def __init__(self, command, result):
        super().__init__(f"{command}: exit {result.returncode}\n{result.stdout}{result.stderr}")
        self.returncode, self.stdout, self.stderr = result.returncode, result.stdout, result.stderr


def run(command, check=True, **options):
    result = subprocess.run(command, text=True, capture_output=True, timeout=DEADLINE_S,
                            stdin=subprocess.DEVNULL, **options)
    if check and result.returncode != 0:
        raise Failed(command, result)
    return result


class Lab:
    """with Lab() as lab: lab.lunet("/iscsi", "create")"""

    def __init__(self, threads=None):
        self.dir = tempfile.mkdtemp(prefix="lunet-test-")
        self.socket = os.path.join(self.dir, "sock")
        self.state = os.path.join(self.dir, "state")
        self.threads = threads
        self.daemon = None
        # What the user of the tests prefers is not asked, nor changed.
        os.environ["TARGETCLI_HOME"] = self.path("home")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.dir, name)

    # ------------------------------------------------------------ lunetd
    def start(self, options=()):
        ready, theirs = os.pipe()
        command = [os.path.join(BIN, "lunetd"), "--state-dir", self.state, "--socket", self.socket,
                   "--ready-fd", str(theirs), *options]
        if os.environ.get("LUNET_IO_ENGINE"):
            command += ["--io-engine", os.environ["LUNET_IO_ENGINE"]]
        if self.threads:
            command += ["--threads", str(self.threads)]
        self.log = open(self.path("lunetd.log"), "ab")
        self.daemon = subprocess.Popen(command, pass_fds=[theirs], stdin=subprocess.DEVNULL, stdout=self.log,
                                       stderr=self.log)
        os.close(theirs)
        answer = os.read(ready, 1)
        os.close(ready)
        if answer != b"R":
            raise AssertionError(f"lunetd did not start:\n{self.daemon_log()}")

    def daemon_log(self):
        with open(self.path("lunetd.log"), errors="replace") as log:
            return log.read()

    def stop(self):
        if self.daemon is None:
            return
        self.daemon.send_signal(signal.SIGTERM)
        try:
            code = self.daemon.wait(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()
            raise AssertionError(f"lunetd did not end on SIGTERM:\n{self.daemon_log()}")
        finally:
            self.daemon = None
            self.log.close()
        assert code == 0, f"lunetd ended with {code}:\n{self.daemon_log()}"

    def kill(self):
        """A crash."""
        self.daemon.kill()
        self.daemon.wait()
        self.daemon = None
        self.log.close()

    # ------------------------------------------------------------ lunet
    def lunet(self, *words, check=True, options=(), **more):
        return run([os.path.join(BIN, "lunet"), "--runtime", "lunetd", "--no-start", "--state-dir", self.state,
                    "--socket", self.socket, *options, *[str(w) for w in words]], check=check, **more)

    def tree(self, path="/"):
        return json.loads(self.lunet(path, "ls", options=["--json"]).stdout)

    def ls(self):
        return self.lunet("ls").stdout

    # ------------------------------------------------------------ shorthands
    def target(self, name=TARGET, portals=("127.0.0.1",)):
        """A target with a portal on a free port of each address; returns the ports."""
        self.lunet("/iscsi", "create", name)
        for default in [p["name"] for p in self.portals(name)]:
            ip, port = default.rsplit(":", 1)
            self.lunet(f"/iscsi/{name}/tpg1/portals", "delete", ip, port)
        for address in portals:
            self.lunet(f"/iscsi/{name}/tpg1/portals", "create", address, "0")
        return [self.port(name, p["name"]) for p in self.portals(name)]

    def portals(self, name=TARGET):
        tpg = f"/iscsi/{name}/tpg1/portals"
        return find_node(self.tree(), tpg.strip("/").split("/")).get("children", [])

    def port(self, name, portal):
        """The real port of a portal, 0 in its name or not."""
        for node in self.portals(name):
            if node["name"] == portal:
                details = dict(node.get("details", {}))
                return int(details.get("port") or portal.rsplit(":", 1)[1])
        raise AssertionError(f"no portal {portal}")

    def ramdisk(self, name, size="64M"):
        self.lunet("/backstores/ramdisk", "create", name, size)
        return f"/backstores/ramdisk/{name}"

    def fileio(self, name, size="64M", **more):
        self.lunet("/backstores/fileio", "create", name, self.path(f"{name}.img"), size,
                   *[f"{k}={v}" for k, v in more.items()])
        return f"/backstores/fileio/{name}"

    def lun(self, disk, name=TARGET):
        out = self.lunet(f"/iscsi/{name}/tpg1/luns", "create", disk).stdout
        return int(out.split("Created LUN ")[1].split(".")[0])

    def acl(self, host=HOST, name=TARGET, **more):
        self.lunet(f"/iscsi/{name}/tpg1/acls", "create", host, *[f"{k}={v}" for k, v in more.items()])

    @staticmethod
    def url(port, lun, name=TARGET, host="127.0.0.1", options=""):
        return f"iscsi://{host}:{port}/{name}/{lun}{options}"


def stable_port():
    """A port for a portal that must come back after a restart: below the range that outgoing connections take."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        low = int(file.read().split()[0])
    while True:
        port = random.randrange(max(low - 10000, 1024), low)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.2", port))
                return port
            except OSError:
                continue


def find_node(root, parts):
    node = root.get("tree", root)
    for part in parts:
        node = next((c for c in node.get("children", []) if c["name"] == part), None)
        if node is None:
            raise AssertionError(f"no node {part} of {parts}")
    return node


def wait_until(condition, what, deadline_s=DEADLINE_S):
    """For what only the outside can see; a deadline, not a measurement."""
    end = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline_s} s: {what}")
        time.sleep(0.02)
