#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who gets in: ACL x CHAP x mutual x discovery x algorithm with no, wrong and right secret, over libiscsi (MD5) and an
initiator of our own (docs/authentication.md)."""
import itertools
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
from initiator import (Chap, Initiator, LoginRefused, TargetUnproven, binary, chap_response, from_binary)  # noqa: E402
from lab import HOST, TARGET, Lab, run  # noqa: E402

ALGORITHMS = (5, 6, 7, 8)
NAMES = {5: "MD5", 6: "SHA1", 7: "SHA-256", 8: "SHA3-256"}
OTHER = "iqn.2026-11.org.example:other"
STRANGER = "iqn.2026-11.org.example:stranger"
SECRET, BACK = "the-right-secret", "the-secret-back"
OTHERS_SECRET = "the-secret-of-another"
AUTH_FAILED = (2, 1)


class Lab1(unittest.TestCase):
    """One lunetd for all tests of a class; each test has a target of its own, so that none slows another down."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(threads=2)
        cls.addClassCleanup(cls.lab.__exit__)
        cls.lab.start()
        cls.lab.ramdisk("a", "1M")
        cls.lab.ramdisk("b", "2M")
        cls.sources = (f"127.{x}.{y}.1" for x, y in itertools.product(range(1, 255), range(1, 255)))
        cls.numbers = itertools.count(1)

    def target(self, *settings):
        """A target with LUN 0 (1 MiB) and 1 (2 MiB); `settings` are sets of its portal group."""
        self.name = f"{TARGET}{next(self.numbers)}"
        (self.port,) = self.lab.target(self.name)
        self.tpg = f"/iscsi/{self.name}/tpg1"
        self.lab.lun("/backstores/ramdisk/a", self.name)
        self.lab.lun("/backstores/ramdisk/b", self.name)
        for words in settings:
            self.set(self.tpg, *words)

    def acl(self, host, lun, *settings):
        """An ACL that sees that LUN only, as LUN 4."""
        self.lab.acl(host, self.name, add_mapped_luns="false")
        path = f"{self.tpg}/acls/{host}"
        self.lab.lunet(path, "create", "4", lun)
        for words in settings:
            self.set(path, *words)
        return path

    def set(self, path, group, *pairs):
        return self.lab.lunet(path, "set", group, *pairs)

    def open(self, host=HOST, discovery=False, **more):
        # An address of its own each time: this is not about the limit of failures.
        return Initiator("127.0.0.1", self.port, self.name, host, discovery=discovery, source=next(self.sources), **more)

    def assert_enters(self, blocks, host=HOST, **more):
        with self.open(host, **more) as session:
            self.assertEqual(session.report_luns(), [4])
            session.clear_unit_attentions(4)
            self.assertEqual(session.capacity(4)[0], blocks)

    def assert_refused(self, host=HOST, status=AUTH_FAILED, **more):
        with self.assertRaises(LoginRefused) as refused:
            self.open(host, **more).close()
        self.assertEqual((refused.exception.status_class, refused.exception.detail), status)

    def libiscsi(self, tool, lun=None, host=HOST, user=None, mutual=None):
        """Exit status and output of iscsi-inq or iscsi-ls."""
        url = "iscsi://" + (f"{user[0]}%{user[1]}@" if user else "") + f"127.0.0.1:{self.port}/"
        if lun is not None:
            url += f"{self.name}/{lun}"
        if mutual:
            url += f"?target_user={mutual[0]}&target_password={mutual[1]}"
        result = run([tool, "-i", host, url], check=False)
        return result.returncode, result.stdout + result.stderr


class Matrix(Lab1):
    def check_every_secret(self, enters, host=HOST, mutual=None, status=AUTH_FAILED, **more):
        """No, wrong and right secret with each algorithm; `enters(chap)` logs in."""
        self.assert_refused(host, status, **more)
        for algorithm in ALGORITHMS:
            with self.subTest(algorithm=NAMES[algorithm], mutual=mutual is not None):
                enters(Chap("user", SECRET, [algorithm], mutual=mutual))
                for name, secret in (("user", "the-wrong-secret"), ("resu", SECRET), ("user", OTHERS_SECRET), ("user", BACK),
                                     ("other", OTHERS_SECRET), ("user", SECRET[:-1]), ("user", "")):
                    self.assert_refused(host, chap=Chap(name, secret, [algorithm], mutual=mutual), **more)
                if mutual:
                    enters(Chap("user", SECRET, [algorithm]))  # who does not ask for proof gets none
                    for proof in ((mutual[0], SECRET), ("nobody", mutual[1])):
                        with self.assertRaises(TargetUnproven):
                            self.open(host, chap=Chap("user", SECRET, [algorithm], mutual=proof), **more)
                else:
                    self.assert_refused(host, chap=Chap("user", SECRET, [algorithm], mutual=("back", BACK)), **more)

    def check_libiscsi(self, lun, mutual=None):
        self.assertEqual(self.libiscsi("iscsi-inq", lun, user=("user", SECRET), mutual=mutual)[0], 0)
        for user in (None, ("user", "the-wrong-secret"), ("resu", SECRET)):
            status, output = self.libiscsi("iscsi-inq", lun, user=user, mutual=mutual if user else None)
            self.assertNotEqual(status, 0)
            self.assertIn("Authentication failure(513)", output)
        if mutual:
            status, output = self.libiscsi("iscsi-inq", lun, user=("user", SECRET), mutual=(mutual[0], "the-wrong-secret"))
            self.assertNotEqual(status, 0)
            self.assertIn("Invalid CHAP_R response from the target", output)

    def test_an_acl_with_secrets(self):
        for mutual in (None, ("back", BACK)):
            self.target()
            back = ("mutual_userid=back", f"mutual_password={BACK}") if mutual else ()
            self.acl(HOST, 0, ("auth", "userid=user", f"password={SECRET}", *back))
            self.acl(OTHER, 1, ("auth", "userid=other", f"password={OTHERS_SECRET}"))
            self.check_every_secret(lambda chap: self.assert_enters(2048, chap=chap), mutual=mutual)
            self.assert_enters(4096, OTHER, chap=Chap("other", OTHERS_SECRET))
            self.assert_refused(OTHER, chap=Chap("user", SECRET))
            self.assert_refused(STRANGER, (2, 2), chap=Chap("user", SECRET))
            self.check_libiscsi(4, mutual)

    def test_an_acl_without_secrets_where_the_portal_group_asks(self):
        self.target(("attribute", "authentication=1"), ("auth", "userid=user", f"password={SECRET}"))
        path = self.acl(HOST, 0)
        self.assert_refused()
        for algorithm in ALGORITHMS:
            self.assert_refused(chap=Chap("user", SECRET, [algorithm]))  # the portal group's secret is demo mode's
            self.assert_refused(chap=Chap("", "", [algorithm]))
        self.set(path, "auth", "userid=user", f"password={OTHERS_SECRET}")
        self.assert_enters(2048, chap=Chap("user", OTHERS_SECRET, ALGORITHMS))
        self.set(path, "attribute", "authentication=0")
        self.assert_enters(2048)

    def test_an_acl_that_is_open(self):
        self.target()
        path = self.acl(HOST, 0)
        self.assert_enters(2048)
        self.assertEqual(self.libiscsi("iscsi-inq", 4)[0], 0)
        self.assert_refused(chap=Chap("user", SECRET))  # there is nothing to check it with
        self.set(path, "auth", "userid=user", f"password={SECRET}")
        self.assert_refused()
        self.set(path, "attribute", "authentication=0")
        self.assert_enters(2048)
        self.assert_enters(2048, chap=Chap("user", SECRET))
        self.assert_refused(chap=Chap("user", "the-wrong-secret"))

    def test_half_a_secret_lets_nobody_in(self):
        for half in ("userid=user", f"password={SECRET}"):
            self.target()
            self.acl(HOST, 0, ("auth", half))
            self.assert_refused()
            for name, secret in (("user", SECRET), ("user", ""), ("", SECRET), ("", "")):
                self.assert_refused(chap=Chap(name, secret, ALGORITHMS))

    def test_demo_mode(self):
        for mutual in (None, ("back", BACK)):
            back = ("mutual_userid=back", f"mutual_password={BACK}") if mutual else ()
            self.target(("attribute", "generate_node_acls=1", "authentication=1"),
                        ("auth", "userid=user", f"password={SECRET}", *back))
            self.acl(OTHER, 1, ("auth", "userid=other", f"password={OTHERS_SECRET}"))

            def enters(chap):
                with self.open(STRANGER, chap=chap) as session:
                    self.assertEqual(session.report_luns(), [0, 1])

            self.check_every_secret(enters, STRANGER, mutual)
            self.assert_enters(4096, OTHER, chap=Chap("other", OTHERS_SECRET))
            self.assert_refused(OTHER, chap=Chap("user", SECRET))  # an ACL has its own
            self.check_libiscsi(0, mutual)

    def test_discovery(self):
        self.target()
        self.acl(HOST, 0)
        self.addCleanup(self.set, "/iscsi", "discovery_auth", "enable=no", "userid=", "password=", "mutual_userid=",
                        "mutual_password=")

        def finds(chap=None):
            with self.open(discovery=True, chap=chap) as session:
                self.assertIn(["TargetName", self.name], session.text("SendTargets", "All"))

        finds()
        finds(Chap("anybody", "any-secret-does"))  # offered and not needed
        for mutual in (None, ("back", BACK)):
            back = ("mutual_userid=back", f"mutual_password={BACK}") if mutual else ("mutual_userid=", "mutual_password=")
            self.set("/iscsi", "discovery_auth", "enable=yes", "userid=user", f"password={SECRET}", *back)
            self.check_every_secret(finds, mutual=mutual, discovery=True)
            for user in (None, ("user", "the-wrong-secret")):
                self.assertIn("Authentication failure(513)", self.libiscsi("iscsi-ls", user=user)[1])
            status, output = self.libiscsi("iscsi-ls", user=("user", SECRET), mutual=mutual)
            self.assertEqual(status, 0, output)
            self.assertIn(self.name, output)
            self.assert_enters(2048)  # a target's door is another one
        self.set("/iscsi", "discovery_auth", "chap_algorithms=SHA1")
        finds(Chap("user", SECRET, (5, 6, 7, 8)))
        self.assert_refused(chap=Chap("user", SECRET, (5, 7, 8)), discovery=True)
        self.set("/iscsi", "discovery_auth", "chap_algorithms=")
        finds(Chap("user", SECRET, (5,)))

    def test_the_strongest_algorithm_whatever_the_order_and_only_those_allowed(self):
        self.target()
        self.acl(HOST, 0, ("auth", "userid=user", f"password={SECRET}"))
        for count in range(1, 5):
            for offer in itertools.permutations(ALGORITHMS, count):
                chap = Chap("user", SECRET, (99, *offer))
                with self.open(chap=chap):
                    self.assertEqual(chap.chosen, max(offer))
        for allowed in ((5,), (6, 5), (8,), (7, 8)):
            self.set(self.tpg, "parameter", "ChapAlgorithms=" + ",".join(NAMES[a] for a in allowed))
            for offer in ((5,), (6,), (7,), (8,), (5, 6), (7, 5), (5, 6, 7, 8)):
                chap = Chap("user", SECRET, offer)
                if set(offer) & set(allowed):
                    with self.open(chap=chap):
                        self.assertEqual(chap.chosen, max(set(offer) & set(allowed)))
                else:
                    self.assert_refused(chap=chap)
        self.assertNotEqual(self.libiscsi("iscsi-inq", 4, user=("user", SECRET))[0], 0, "MD5 is not allowed")


class Hostile(Lab1):
    """Initiators that cheat."""

    def setUp(self):
        self.target()
        self.path = self.acl(HOST, 0, ("auth", "userid=user", f"password={SECRET}", "mutual_userid=back",
                                       f"mutual_password={BACK}"))

    def raw(self):
        session = self.open(login=False)
        self.addCleanup(session.sock.close)
        return session

    def start(self, algorithm=7):
        """Up to the challenge: session, identifier, challenge."""
        session = self.raw()
        _, answer = session.login_request(0, {**session.names, "AuthMethod": "CHAP,None"})
        self.assertEqual(answer["AuthMethod"], "CHAP")
        _, answer = session.login_request(0, {"CHAP_A": algorithm})
        return session, int(answer["CHAP_I"]), from_binary(answer["CHAP_C"])

    def refused(self, session, flags, keys, status=AUTH_FAILED):
        with self.assertRaises(LoginRefused) as refused:
            session.login_request(flags, keys)
        self.assertEqual((refused.exception.status_class, refused.exception.detail), status)
        with self.assertRaises((ConnectionError, OSError)):
            session.login_request(0x87, session.names)  # the connection is over

    def test_the_security_stage_cannot_be_skipped(self):
        self.refused(self.raw(), 0x87, self.raw().names)
        self.refused(self.raw(), 0x04, self.raw().names)
        self.refused(self.raw(), 0x83, self.raw().names)
        self.refused(self.raw(), 0x81, {**self.raw().names, "AuthMethod": "None"})
        session, _, _ = self.start()
        self.refused(session, 0x87, {}, (2, 0))

    def test_the_transit_bit_is_not_followed_early(self):
        session = self.raw()
        flags, _ = session.login_request(0x83, {**session.names, "AuthMethod": "CHAP"})
        self.assertEqual(flags, 0)
        flags, _ = session.login_request(0x83, {"CHAP_A": 5})
        self.assertEqual(flags, 0)
        self.refused(session, 0x83, {}, (2, 7))

    def test_a_reflected_challenge_is_refused(self):
        session, identifier, challenge = self.start()
        right = binary(chap_response(7, identifier, SECRET, challenge))
        self.refused(session, 0x81, {"CHAP_N": "user", "CHAP_R": right, "CHAP_I": identifier, "CHAP_C": binary(challenge)})

    def test_one_secret_for_both_directions_is_refused(self):
        result = self.lab.lunet(self.path, "set", "auth", f"mutual_password={SECRET}", check=False)
        self.assertEqual(result.returncode, 1)
        self.assertNotIn(SECRET, result.stdout + result.stderr)
        session, identifier, challenge = self.start()
        self.refused(session, 0x81, {"CHAP_N": "user", "CHAP_R": binary(chap_response(7, identifier, BACK, challenge))})

    def test_a_recorded_response_is_worth_nothing(self):
        _, identifier, challenge = self.start()
        keys = {"CHAP_N": "user", "CHAP_R": binary(chap_response(7, identifier, SECRET, challenge))}
        seen = set()
        for _ in range(20):
            session, _, challenge = self.start()
            self.assertNotIn(challenge, seen)
            seen.add(challenge)
            self.refused(session, 0x81, keys)

    def test_challenges_are_as_long_as_the_hash_and_differ_after_a_restart(self):
        sizes = {5: 16, 6: 20, 7: 32, 8: 32}
        for algorithm, size in sizes.items():
            self.assertEqual(len(self.start(algorithm)[2]), size)

    def test_algorithms_that_were_not_offered_or_do_not_exist(self):
        for offer in ("9", "1,2,3,4", "MD5", "", "0", "261", "-5"):
            session = self.raw()
            session.login_request(0, {**session.names, "AuthMethod": "CHAP"})
            self.refused(session, 0, {"CHAP_A": offer})
        session, identifier, challenge = self.start(7)  # answered with another hash than agreed
        self.refused(session, 0x81, {"CHAP_N": "user", "CHAP_R": binary(chap_response(5, identifier, SECRET, challenge))})

    def test_values_that_cannot_be_decoded(self):
        for value in ("", "0x", "0b", "0b====", "0bAAA", "0bAA*A", "0x" + "0" * 63, "0xzz" + "0" * 62, "0x" + "00" * 1025,
                      "0b" + "A" * 8000, "12345", "00" * 32):
            session, _, _ = self.start()
            self.refused(session, 0x81, {"CHAP_N": "user", "CHAP_R": value}, (2, 0))
        for value in ("0x" + "00" * 31, "0x" + "00" * 33, "0x00", "0bAAAA", "0x" + "00" * 1024):
            session, _, _ = self.start()
            self.refused(session, 0x81, {"CHAP_N": "user", "CHAP_R": value})

    def test_keys_that_are_missing_doubled_or_early(self):
        session, identifier, challenge = self.start()
        right = [("CHAP_N", "user"), ("CHAP_R", binary(chap_response(7, identifier, SECRET, challenge)))]
        self.refused(session, 0x81, right + right[:1], (2, 0))
        for keys, status in (([], (2, 7)), (right[:1], (2, 7)), (right[1:], (2, 7)), (right + right[1:], (2, 0)),
                             (right + [("CHAP_A", "7")], (2, 0)), (right + [("AuthMethod", "None")], (2, 0))):
            session, identifier, challenge = self.start()
            right[1] = ("CHAP_R", binary(chap_response(7, identifier, SECRET, challenge)))
            self.refused(session, 0x81, [right[1] if k == "CHAP_R" else (k, v) for k, v in keys], status)
        session = self.raw()
        self.refused(session, 0, {**session.names, "AuthMethod": "CHAP", "CHAP_A": "7"}, (2, 0))
        session = self.raw()
        session.login_request(0, {**session.names, "AuthMethod": "CHAP"})
        self.refused(session, 0x81, right, (2, 0))

    def test_base64_and_names_that_look_like_numbers(self):
        for name in ("0x616263", "0bYWJj", "a;b='c'\"", "ü" * 100):
            self.set(self.path, "auth", f"userid={name}")
            with self.open(chap=Chap(name, SECRET, ALGORITHMS, mutual=("back", BACK), form="base64")):
                pass

    def test_a_login_under_way_does_not_outlive_its_secret(self):
        session, identifier, challenge = self.start()
        old = {"CHAP_N": "user", "CHAP_R": binary(chap_response(7, identifier, SECRET, challenge))}
        with self.open(chap=Chap("user", SECRET)) as before:
            self.set(self.path, "auth", f"password={OTHERS_SECRET}")
            flags, _ = session.login_request(0x81, old)  # the proof was asked for when this was right
            self.assertEqual(flags, 0x81)
            self.refused(session, 0x87, {}, (3, 1))
            before.clear_unit_attentions(4)
            before.test_unit_ready(4)  # sessions stay
        self.assert_refused(chap=Chap("user", SECRET))
        self.assert_enters(2048, chap=Chap("user", OTHERS_SECRET))

    def test_repeated_failures_are_slowed_down_and_logged_with_address_and_name(self):
        # Side by side, so that it does not matter how fast this machine is.
        source = next(self.sources)
        self.sources = itertools.chain([source] * 60, self.sources)
        for session, _, _ in [self.start() for _ in range(60)]:
            self.refused(session, 0x81, {"CHAP_N": "user", "CHAP_R": "0x" + "00" * 32})
        self.sources = itertools.chain([source], self.sources)
        self.assert_refused(chap=Chap("user", SECRET), status=(3, 1))
        lines = [line for line in self.lab.daemon_log().splitlines() if source + ":" in line]
        self.assertIn(f"as {HOST} to {self.name} refused (0201): CHAP: wrong secret", lines[0])
        self.assertLess(len(lines), 61)
        self.assert_enters(2048, chap=Chap("user", SECRET))  # from elsewhere


class WithoutHashes(unittest.TestCase):
    """Where the system's policy bars a hash (MD5 in FIPS mode; here: all of them) it is not there, and nobody passes."""

    def test_logins_are_refused_with_the_reason(self):
        lab = Lab(threads=1)
        self.addCleanup(lab.__exit__)
        with open(lab.path("openssl.cnf"), "w") as file:
            file.write("openssl_conf = start\n[start]\nproviders = providers\n[providers]\nbase = base\n"
                       "[base]\nactivate = 1\n")
        os.environ["OPENSSL_CONF"] = lab.path("openssl.cnf")
        try:
            lab.start()
        finally:
            del os.environ["OPENSSL_CONF"]
        (port,) = lab.target()
        lab.acl()
        lab.lunet(f"/iscsi/{TARGET}/tpg1/acls/{HOST}", "set", "auth", "userid=user", f"password={SECRET}")
        with self.assertRaises(LoginRefused) as refused:
            Initiator("127.0.0.1", port, TARGET, HOST, chap=Chap("user", SECRET, ALGORITHMS))
        self.assertEqual((refused.exception.status_class, refused.exception.detail), AUTH_FAILED)
        self.assertIn("CHAP: no algorithm in common", lab.daemon_log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
