#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs that call targetcli, on lunet under that name: the exact argument lists of Proxmox's LIO plug-in, of the OCF agents
(lio-t), of the Ansible modules in use and of democratic-csi, and what they look for in the answers and in saveconfig.json. The
OCF agents are Debian's own scripts, where the package resource-agents is. The target tree is at the kernel's place."""
import json
import os
import re
import stat
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../support"))
import loop_device  # noqa: E402
from initiator import Chap, Initiator, LoginRefused  # noqa: E402
from lab import BIN, DEADLINE_S, HOST, TARGET, Lab, stable_port  # noqa: E402

PLACE = os.path.join(HERE, "../support/kernel_place.py")
AGENTS = "/usr/lib/ocf/resource.d/heartbeat"
SAVED = "/etc/rtslib-fb-target/saveconfig.json"
TPG = f"/iscsi/{TARGET}/tpg1"
SECRET = "a-secret-of-a-caller"


class Callers(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.port = stable_port()
        with open(self.lab.path("image"), "wb") as file:
            file.truncate(8 << 20)
        device = loop_device.LoopDevice(self.lab.path("image"))
        self.addCleanup(device.detach)
        self.device = device.path
        os.mkdir(self.lab.path("bin"))
        os.symlink(os.path.abspath(os.path.join(BIN, "lunet")), self.lab.path("bin/targetcli"))

    def play(self, scenario):
        """Runs a function of this file where the kernel's target would be."""
        facts = {"state": self.lab.state, "socket": self.lab.socket, "device": self.device, "port": self.port, "dir": self.lab.dir}
        result = subprocess.run(
            ["unshare", "--mount", sys.executable, PLACE, os.path.abspath(BIN), self.lab.state, self.lab.socket, sys.executable,
             os.path.abspath(__file__), "--inside", scenario, json.dumps(facts)], text=True, capture_output=True,
            timeout=DEADLINE_S, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_proxmox(self):
        self.play("proxmox")

    def test_ansible_modules(self):
        self.play("ansible_modules")

    def test_democratic_csi(self):
        self.play("democratic_csi")

    def test_ocf_agents_of_debian(self):
        self.play("ocf_agents")


class Machine:
    """Inside: what the callers find."""

    def __init__(self, facts):
        self.__dict__.update(facts)
        os.makedirs("/etc/lunet", exist_ok=True)
        os.makedirs(os.path.dirname(SAVED), exist_ok=True)
        with open("/etc/lunet/options", "w") as options:
            options.write(f"runtime lunetd\nstate-dir {self.state}\nsocket {self.socket}\nno-start\nexport-saveconfig {SAVED}\n")
        self.environment = {**os.environ, "PATH": f"{self.dir}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": self.dir,
                            "LC_ALL": "C.UTF-8"}

    def run(self, command, text=None, **environment):
        return subprocess.run(command, text=True, capture_output=True, input=text or "", timeout=DEADLINE_S, check=False,
                              env={**self.environment, **environment})

    def targetcli(self, *words, text=None, code=0):
        result = self.run(["targetcli", *words], text)
        assert result.returncode == code, f"{words}: {result.returncode}: {result.stdout}{result.stderr}"
        return result.stdout

    def saved(self):
        assert stat.S_IMODE(os.stat(SAVED).st_mode) == 0o600
        with open(SAVED) as file:
            return json.load(file)

    def luns(self):
        """As Proxmox reads them."""
        for target in self.saved()["targets"]:
            if target["fabric"] == "iscsi" and target["wwn"] == TARGET:
                for tpg in target["tpgs"]:
                    if tpg["tag"] == 1:
                        return {lun["index"]: re.match("^(/backstores/block/.*)$", lun["storage_object"]).group(1)
                                for lun in tpg["luns"]}
        raise AssertionError("target portal group not found")

    def portal(self):
        """A free port instead of 3260, which these callers leave to targetcli."""
        self.targetcli(f"{TPG}/portals", "create", "127.0.0.1", str(self.port))

    def read(self, host=HOST, target=TARGET, lun=0, **more):
        with Initiator("127.0.0.1", self.port, target, host, **more) as session:
            session.clear_unit_attentions(lun)
            session.read(lun, 0, 1)


def proxmox(machine):
    machine.targetcli("/iscsi", "create", TARGET)
    machine.targetcli(f"{TPG}/acls", "create", HOST)
    machine.portal()
    disk = "tank-vm-100-disk-0"
    machine.targetcli("/backstores/block", "create", f"name={disk}", f"dev={machine.device}")
    machine.targetcli(f"/backstores/block/{disk}", "set", "attribute", "emulate_tpu=1")
    said = machine.targetcli(f"{TPG}/luns/", "create", f"/backstores/block/{disk}")
    number = int(re.search(r"LUN (\d+)", said).group(1))
    machine.targetcli("saveconfig")
    assert machine.luns() == {number: f"/backstores/block/{disk}"}
    machine.read()
    # While somebody is logged in.
    with Initiator("127.0.0.1", machine.port, TARGET, HOST):
        machine.targetcli(f"{TPG}/luns/", "delete", f"lun{number}")
    machine.targetcli("/backstores/block", "delete", disk)
    machine.targetcli("saveconfig")
    assert machine.luns() == {}


def ansible_modules(machine):
    """Each call is one word with blanks in it; whether something is there is asked with `status`."""
    def present(path, create):
        machine.targetcli(f"{path} status", code=1)
        machine.targetcli(create)
        machine.targetcli(f"{path} status")

    def lun_numbers():
        found = {}
        for row in machine.targetcli(f"{TPG}/luns ls").split("\n"):
            words = row.split(" ")
            if len(words) >= 2 and "luns" not in words[:2]:
                found[words[5][1:]] = words[3][3:]
        return found

    present("/backstores/block/test1", f"/backstores/block create test1 {machine.device}")
    present(f"/iscsi/{TARGET}", f"/iscsi create {TARGET}")
    present(f"{TPG}/acls/{HOST}", f"{TPG}/acls create {HOST}")
    portal = f"{TPG}/portals/127.0.0.1:{machine.port}"
    present(portal, f"{TPG}/portals create 127.0.0.1 {machine.port}")
    assert lun_numbers() == {}
    machine.targetcli(f"{TPG}/luns create /backstores/block/test1")
    assert lun_numbers() == {"block/test1": "0"}
    said = machine.targetcli(f"{TPG}/acls/{HOST} get auth")
    for name in ("userid", "password", "mutual_userid", "mutual_password"):
        assert re.search(rf"(?<={name}\=).*(?=\n)", said), said
    machine.targetcli(f"{TPG}/acls/{HOST} set auth password={SECRET} userid=u")
    machine.read(chap=Chap("u", SECRET))
    machine.targetcli(f"{TPG}/luns delete lun0")
    for path, delete in ((portal, f"{TPG}/portals delete 127.0.0.1 {machine.port}"),
                         (f"{TPG}/acls/{HOST}", f"{TPG}/acls delete {HOST}"), (f"/iscsi/{TARGET}", f"/iscsi delete {TARGET}"),
                         ("/backstores/block/test1", "/backstores/block delete test1")):
        machine.targetcli(delete)
        machine.targetcli(f"{path} status", code=1)


def democratic_csi(machine):
    """A script on standard input, with comments, empty lines and cd."""
    name = "pvc-1"
    target = f"iqn.2026-11.org.example:{name}"
    machine.targetcli(text=f"""
# create target
cd /iscsi
create {target}

# setup tpg
cd /iscsi/{target}/tpg1

set attribute authentication=0
set attribute generate_node_acls=1
set attribute cache_dynamic_acls=1
set attribute demo_mode_write_protect=0


# create extent
cd /backstores/block
create {name} {machine.device}
cd /backstores/block/{name}

set attribute emulate_tpu=0

# add extent to target/tpg
cd /iscsi/{target}/tpg1/luns
create /backstores/block/{name}
""")
    machine.targetcli(f"/iscsi/{target}/tpg1/portals", "create", "127.0.0.1", str(machine.port))
    machine.read(target=target, host="iqn.2026-11.org.example:any-node")
    assert machine.saved()["targets"][0]["tpgs"][0]["luns"][0]["storage_object"] == f"/backstores/block/{name}"
    machine.targetcli(text=f"""
# delete target
cd /iscsi
delete {target}

# delete extent
cd /backstores/block
delete {name}
""")
    assert machine.saved()["targets"] == [] == machine.saved()["storage_objects"]
    # What fails is said.
    result = machine.run(["targetcli"], "cd /iscsi\ndelete iqn.2026-11.org.example:nosuch\n")
    assert "nosuch" in result.stdout + result.stderr, result


def ocf_agents(machine):
    success, not_running = 0, 7

    def agent(name, instance, action, **parameters):
        result = machine.run(
            [f"{AGENTS}/{name}", action], OCF_ROOT="/usr/lib/ocf", OCF_RESOURCE_INSTANCE=instance, OCF_RESOURCE_TYPE=name,
            OCF_RESOURCE_PROVIDER="heartbeat", HA_RSCTMP=machine.dir, OCF_RESKEY_implementation="lio-t", HA_LOGFACILITY="none",
            OCF_RA_VERSION_MAJOR="1", OCF_RA_VERSION_MINOR="0", **{f"OCF_RESKEY_{k}": str(v) for k, v in parameters.items()})
        return result.returncode, result.stdout + result.stderr

    def does(code, *words, **parameters):
        answer = agent(*words, **parameters)
        assert answer[0] == code, f"{words}: {answer}"

    target = dict(iqn=TARGET, portals=f"127.0.0.1:{machine.port}", allowed_initiators=HOST, incoming_username="u",
                  incoming_password=SECRET, additional_parameters="MaxBurstLength=131072")
    unit = dict(target_iqn=TARGET, lun=2, path=machine.device, allowed_initiators=HOST, scsi_sn="cluster0", emulate_tpu=1)
    for _ in range(2):
        does(not_running, "iSCSITarget", "target", "monitor", **target)
        does(success, "iSCSITarget", "target", "start", **target)
        does(success, "iSCSITarget", "target", "monitor", **target)
        does(not_running, "iSCSILogicalUnit", "unit", "monitor", **unit)
        does(success, "iSCSILogicalUnit", "unit", "start", **unit)
        does(success, "iSCSILogicalUnit", "unit", "monitor", **unit)
        assert [p["port"] for p in machine.saved()["targets"][0]["tpgs"][0]["portals"]] == [machine.port]
        machine.read(lun=2, chap=Chap("u", SECRET))
        try:
            machine.read(lun=2)
        except LoginRefused:
            pass
        else:
            raise AssertionError("somebody got in without the secret")
        does(success, "iSCSILogicalUnit", "unit", "stop", **unit)
        does(not_running, "iSCSILogicalUnit", "unit", "monitor", **unit)
        does(success, "iSCSITarget", "target", "stop", **target)
        does(not_running, "iSCSITarget", "target", "monitor", **target)
    assert machine.saved()["targets"] == []


if __name__ == "__main__":
    if "--inside" in sys.argv:
        globals()[sys.argv[2]](Machine(json.loads(sys.argv[3])))
    else:
        missing = loop_device.unusable()
        if any("ocf" in word for word in sys.argv) and not os.path.exists(AGENTS + "/iSCSITarget"):
            missing = "resource-agents is not installed; tools/setup packaging installs it"
        if missing:
            print(f"skipped: {missing}")
            sys.exit(77)
        unittest.main(verbosity=2)
