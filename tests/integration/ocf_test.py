#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The OCF agents of this provider (packaging/ocf) on lunetd: each action from any state, with the exit codes that a cluster
manager acts on; by ocf-tester too. Needs Debian's resource-agents."""
import os
import random
import shutil
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../support"))
from initiator import Chap, Initiator, LoginRefused  # noqa: E402
from lab import BIN, DEADLINE_S, HOST, TARGET, Lab, stable_port  # noqa: E402

AGENTS = os.path.join(HERE, "../../packaging/ocf")
OCF_ROOT = "/usr/lib/ocf"
SUCCESS, GENERIC, ARGS, UNIMPLEMENTED, PERM, INSTALLED, CONFIGURED, NOT_RUNNING = range(8)
SECRET = "a-secret-of-a-cluster"


class Agent:
    def __init__(self, lab, name, instance, **parameters):
        self.lab, self.name, self.instance, self.parameters = lab, name, instance, parameters
        parameters.update(state_dir=lab.state, socket=lab.socket, runtime="lunetd")

    def __call__(self, action, binary=os.path.join(BIN, "lunet"), **changes):
        parameters = {**self.parameters, **changes}
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "OCF_ROOT": OCF_ROOT, "OCF_RESOURCE_INSTANCE": self.instance,
                       "OCF_RESOURCE_TYPE": self.name, "OCF_RESOURCE_PROVIDER": "lunet", "HA_RSCTMP": self.lab.dir,
                       "OCF_RA_VERSION_MAJOR": "1", "OCF_RA_VERSION_MINOR": "0", "LUNET": binary, "HA_LOGFACILITY": "none",
                       **{"OCF_RESKEY_" + key: str(value) for key, value in parameters.items() if value is not None}}
        self.result = subprocess.run([os.path.join(AGENTS, self.name), action], env=environment, text=True, capture_output=True,
                                     stdin=subprocess.DEVNULL, timeout=DEADLINE_S, check=False)
        return self.result.returncode


class Agents(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(threads=1)
        self.addCleanup(self.lab.__exit__)
        self.lab.start()
        self.port = stable_port()
        self.image = self.lab.path("image")
        with open(self.image, "wb") as file:
            file.truncate(1 << 20)
        self.target = Agent(self.lab, "iSCSITarget", "target", iqn=TARGET, portals=f"127.0.0.1:{self.port}",
                            allowed_initiators=HOST)
        self.unit = Agent(self.lab, "iSCSILogicalUnit", "unit", target_iqn=TARGET, lun=3, path=self.image,
                          allowed_initiators=HOST, emulate_tpu=1)

    def assert_does(self, agent, action, code=SUCCESS, **changes):
        self.assertEqual(agent(action, **changes), code, f"{agent.name} {action}: {agent.result.stdout}{agent.result.stderr}")

    def served(self, host=HOST, **more):
        with Initiator("127.0.0.1", self.port, TARGET, host, **more) as session:
            session.clear_unit_attentions(3)
            session.read(3, 0, 1)

    def test_a_life_each_action_twice(self):
        for agent in (self.target, self.unit):
            self.assert_does(agent, "validate-all")
            self.assert_does(agent, "monitor", NOT_RUNNING)
            self.assert_does(agent, "stop")
            for _ in range(2):
                self.assert_does(agent, "start")
                self.assert_does(agent, "monitor")
                self.assert_does(agent, "status")
        self.served()
        with self.assertRaises(LoginRefused):
            self.served("iqn.2026-11.org.example:stranger")
        self.assertEqual([p["name"] for p in self.lab.portals()], [f"127.0.0.1:{self.port}"])
        generation = self.lab.lunet("history", 1).stdout
        self.assert_does(self.target, "monitor")
        self.assert_does(self.unit, "monitor")
        self.assertEqual(self.lab.lunet("history", 1).stdout, generation, "a monitor changed something")
        for agent in (self.unit, self.target):
            for _ in range(2):
                self.assert_does(agent, "stop")
                self.assert_does(agent, "monitor", NOT_RUNNING)
        self.assertTrue(os.path.exists(self.image))
        self.assertNotIn("unit", self.lab.ls())

    def test_without_lunetd_nothing_runs_and_nothing_is_started_to_find_out(self):
        self.lab.stop()
        for agent in (self.target, self.unit):
            self.assert_does(agent, "monitor", NOT_RUNNING)
            self.assert_does(agent, "stop")
        self.assertFalse(os.path.exists(self.lab.socket))

    def test_any_state_in_between_is_started_and_stopped(self):
        rng = random.Random(int(os.environ.get("LUNET_SEED", random.randrange(1 << 30))))
        seed = rng.getstate()[1][0]
        pieces = [("/iscsi", "delete", TARGET), (f"/iscsi/{TARGET}/tpg1", "disable"),
                  (f"/iscsi/{TARGET}/tpg1/luns", "delete", 3), (f"/iscsi/{TARGET}/tpg1/acls", "delete", HOST),
                  (f"/iscsi/{TARGET}/tpg1/portals", "delete", "127.0.0.1", self.port), ("/backstores/fileio", "delete", "unit")]
        for _ in range(6):
            self.assert_does(self.target, "start")
            self.assert_does(self.unit, "start")
            for words in rng.sample(pieces, rng.randrange(1, 4)):
                self.lab.lunet(*words, options=["--yes"], check=False)
            # A cluster manager recovers what a monitor finds broken: stop, start.
            if rng.random() < 0.5:
                self.assert_does(self.unit, "stop")
                self.assert_does(self.target, "stop")
                self.assertNotIn(TARGET, self.lab.ls(), f"seed {seed}")
            self.assert_does(self.target, "start")
            self.assert_does(self.unit, "start")
            self.assert_does(self.target, "monitor")
            self.assert_does(self.unit, "monitor")
            self.served()

    def test_half_a_unit_is_an_error_that_a_stop_cures(self):
        self.assert_does(self.target, "start")
        self.assert_does(self.unit, "start")
        self.lab.lunet(f"/iscsi/{TARGET}/tpg1/luns", "delete", 3)
        self.assert_does(self.unit, "monitor", GENERIC)
        self.assert_does(self.unit, "stop")
        self.assert_does(self.unit, "monitor", NOT_RUNNING)

    def test_secrets_are_asked_for_and_in_no_command_line(self):
        # A lunet that notes how it is called.
        called = self.lab.path("called")
        spy = self.lab.path("lunet-spy")
        with open(spy, "w") as file:
            file.write(f'#!/bin/sh\necho "$@" >> {called}\nexec {os.path.abspath(BIN)}/lunet "$@"\n')
        os.chmod(spy, 0o755)
        chap = {"incoming_username": "cluster", "incoming_password": SECRET}
        self.assert_does(self.target, "start", binary=spy, **chap)
        self.assert_does(self.unit, "start", binary=spy)
        self.served(chap=Chap("cluster", SECRET))
        with self.assertRaises(LoginRefused):
            self.served()
        with open(called) as file:
            self.assertNotIn(SECRET, file.read())
        self.assert_does(self.target, "validate-all", CONFIGURED, incoming_username="cluster")

    def test_an_open_target_and_its_parameters(self):
        self.assert_does(self.target, "start", allowed_initiators="", additional_parameters="MaxBurstLength=131072 InitialR2T=No")
        self.assert_does(self.unit, "start", allowed_initiators="")
        self.served("iqn.2026-11.org.example:anybody")
        self.assertIn("131072", self.lab.lunet(f"/iscsi/{TARGET}/tpg1", "get", "parameter", "MaxBurstLength").stdout)

    def test_wrong_parameters_are_configuration_errors(self):
        self.assert_does(self.target, "start", CONFIGURED, iqn="")
        self.assert_does(self.target, "start", CONFIGURED, implementation="tgt")
        self.assert_does(self.unit, "validate-all", CONFIGURED, lun="three")
        self.assert_does(self.unit, "validate-all", CONFIGURED, path=None)
        self.assert_does(self.unit, "validate-all", CONFIGURED, liot_bstype="pscsi")
        self.assert_does(self.unit, "reload", UNIMPLEMENTED)
        self.assert_does(self.unit, "monitor", INSTALLED, binary="/nonexistent/lunet")

    def test_metadata_is_what_it_does(self):
        for agent in (self.target, self.unit):
            self.assert_does(agent, "meta-data")
            result = subprocess.run(["xmllint", "--noout", "--nonet", "-"], input=agent.result.stdout.split("\n", 2)[2],
                                    text=True, capture_output=True, check=False)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            for name in agent.parameters:
                self.assertIn(f'<parameter name="{name}"', agent.result.stdout)

    def test_ocf_tester_finds_nothing(self):
        self.assert_does(self.target, "start")
        for agent in (self.unit, Agent(self.lab, "iSCSITarget", "other", iqn=TARGET + "2", portals=f"127.0.0.1:{stable_port()}")):
            options = [word for key, value in agent.parameters.items() for word in ("-o", f"{key}={value}")]
            result = subprocess.run(["ocf-tester", "-n", agent.instance, *options, os.path.join(AGENTS, agent.name)], text=True,
                                    capture_output=True, timeout=DEADLINE_S, check=False, stdin=subprocess.DEVNULL,
                                    env={**os.environ, "OCF_ROOT": OCF_ROOT, "LUNET": os.path.join(BIN, "lunet")})
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    for program in ("ocf-tester", "xmllint"):
        if not shutil.which(program, path="/usr/sbin:/usr/bin"):
            print(f"skipped: {program} is missing; tools/setup packaging installs it")
            sys.exit(77)
    unittest.main(verbosity=2)
