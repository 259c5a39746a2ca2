# SPDX-License-Identifier: Apache-2.0
"""Inside the guest: one change of many steps, failing once at each of them ($LUNET_TEST_FAIL_AT), and a port that is taken."""
import os
import re
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import oracle  # noqa: E402
from kernel_tree import TARGET, clear  # noqa: E402

BEFORE = """
storage fileio disk f0 { path @DIR@/f0.img; size 1048576 }
storage rd_mcp disk r0 size 1048576
fabric iscsi target iqn.2026-11.org.example:t tpgt 1 {
    enable yes
    lun 0 backend fileio:f0
    acl iqn.2026-11.org.example:h0 mapped_lun 0 target_lun 0
    portal 127.0.0.1:3298
}
"""
# Goes: a way back makes what was removed.
GOES = """
storage rd_mcp disk gone size 1048576
fabric iscsi target iqn.2026-11.org.example:t tpgt 1 {
    lun 4 backend rd_mcp:gone
    acl iqn.2026-11.org.example:h9 mapped_lun 2 target_lun 4
}
"""
# More of everything, and a value of what is there.
MORE = """
storage rd_mcp disk r1 size 1048576
storage rd_mcp disk r2 size 1048576
fabric iscsi target iqn.2026-11.org.example:t tpgt 1 attribute login_timeout 20
fabric iscsi target iqn.2026-11.org.example:t2 tpgt 1 {
    enable yes
    lun 0 backend rd_mcp:r0
    lun 1 backend rd_mcp:r1
    lun 2 backend rd_mcp:r2
    acl iqn.2026-11.org.example:h1 {
        auth { userid alice; password alice-secret-1 }
        mapped_lun 0 { target_lun 0; write_protect yes }
        mapped_lun 1 target_lun 1
    }
    acl iqn.2026-11.org.example:h2 mapped_lun 7 target_lun 1
    portal 127.0.0.1:3299
}
"""
POINTS_MIN = 30


class Lunet:
    def __init__(self, binaries, folder):
        self.command = [f"{binaries}/lunet", "--runtime", "kernel", "--state-dir", os.path.join(folder, "state"), "--yes"]

    def __call__(self, *words, fail_at=None, check=True):
        environment = dict(os.environ, **({"LUNET_TEST_FAIL_AT": str(fail_at)} if fail_at else {}))
        result = subprocess.run([*self.command, *words], text=True, capture_output=True, check=False, env=environment)
        if check and result.returncode != 0:
            raise AssertionError(f"{words}: {result.stdout}{result.stderr}")
        return result


def tree():
    """Everything but what the kernel counts: RAM disks, and in which order it met the members of a group."""
    return [(path, kind, mode, re.sub(r"RamDisk ID: \d+", "", "\n".join(sorted(value.split("\n")))))
            for path, kind, mode, value in oracle.read_files(TARGET)]


def main(binaries):
    with tempfile.TemporaryDirectory() as folder:
        lunet = Lunet(binaries, folder)
        with open(f"{folder}/f0.img", "wb") as file:
            file.truncate(1 << 20)
        for name, text in (("before", BEFORE + GOES), ("more", BEFORE + MORE)):
            with open(f"{folder}/{name}.lio", "w") as file:
                file.write(text.replace("@DIR@", folder))
        lunet("apply", f"{folder}/before.lio")
        before = tree()
        point, failures = 0, 0
        while True:
            point += 1
            result = lunet("apply", f"{folder}/more.lio", fail_at=point, check=False)
            if result.returncode == 0:
                break
            now = tree()
            good = now == before and "injected fault" in result.stderr
            if not good:
                failures += 1
                print(f"fault {point}:", result.stderr, sorted(set(now) ^ set(before))[:6], flush=True)
        print(f"case {'not ok' if failures else 'ok'} {point - 1}-fault-points", flush=True)
        assert point > POINTS_MIN, f"only {point} steps"
        assert tree() != before

        # A cause of the kernel's own: somebody listens there.
        lunet("apply", f"{folder}/before.lio")
        before = tree()
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 3299))
            holder.listen()
            result = lunet("apply", f"{folder}/more.lio", check=False)
        assert result.returncode != 0 and "3299" in result.stderr, result.stderr
        assert tree() == before, "a taken port left something behind"
        print("case ok taken-port", flush=True)
        clear()
        return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
