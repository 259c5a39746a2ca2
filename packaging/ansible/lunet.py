#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Ansible module: storage targets made with lunet. It says what is wanted to `lunet --ensure` and reports what that did."""
import json

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
---
module: lunet
short_description: Storage targets made with lunet
description:
  - Makes, changes and removes disks, iSCSI targets, portal groups, LUNs, ACLs, mapped LUNs and portals, one a task, or a
    whole configuration.
  - An object that is there and differs in what only its creation decides is a failure, which says what differs.
options:
  kind:
    description: What the task is about.
    required: true
    choices: [disk, target, tpg, lun, acl, mapped_lun, portal, configuration]
  state:
    choices: [present, absent]
    default: present
  plugin:
    description: Kind of the disk.
    choices: [fileio, block, ramdisk]
    default: fileio
  name: {description: Name of the disk.}
  path: {description: File or device of the disk; with I(kind=configuration) the file that holds the configuration.}
  size: {description: Size of a new file or RAM disk, such as 10G.}
  buffered: {description: Whether a file is written through the page cache., type: bool}
  sparse: {description: Whether a new file has holes., type: bool}
  read_only: {description: Whether a device is opened for reading only., type: bool}
  nullio: {description: Whether a RAM disk keeps nothing., type: bool}
  wwn: {description: Unit serial of the disk; a random one when left out.}
  target: {description: Name of the target.}
  tpg: {description: Tag of the portal group., type: int, default: 1}
  disk: {description: Disk of the LUN, as PLUGIN/NAME.}
  lun: {description: "Number of the LUN; with I(kind=mapped_lun) the one that is mapped.", type: int}
  initiator: {description: Name of the initiator.}
  mapped_lun: {description: Number that the initiator sees., type: int}
  write_protect: {description: Whether the initiator may only read., type: bool, default: false}
  add_mapped_luns: {description: Whether a new LUN or ACL is mapped to all., type: bool, default: true}
  ip: {description: Address of the portal.}
  port: {description: Port of the portal., type: int, default: 3260}
  attributes: {description: Attributes of the object., type: dict}
  parameters: {description: iSCSI parameters of a portal group or ACL., type: dict}
  auth: {description: "Credentials of a portal group or ACL: userid, password, mutual_userid, mutual_password.", type: dict}
  force: {description: Consents to what loses data or cuts off initiators., type: bool, default: false}
  runtime: {choices: [auto, kernel, lunetd], default: auto}
  state_dir: {description: Folder of the store.}
  socket: {description: Control socket of lunetd.}
  executable: {description: The program., default: lunet}
author: the Lunet project
"""

EXAMPLES = r"""
- lunet: {kind: disk, name: vm1, path: /srv/vm1.img, size: 10G}
- lunet: {kind: target, target: "iqn.2026-11.org.example:vms"}
- lunet: {kind: lun, target: "iqn.2026-11.org.example:vms", disk: fileio/vm1, lun: 0}
- lunet:
    kind: acl
    target: iqn.2026-11.org.example:vms
    initiator: iqn.2026-11.org.example:laptop
    auth: {userid: laptop, password: "{{ laptop_secret }}"}
- lunet: {kind: configuration, path: /etc/lunet/site.lio, force: true}
"""

RETURN = r"""
lines: {description: What lunet said., type: list, returned: always}
warnings: {description: What it warned of., type: list, returned: always}
"""

ARGUMENTS = dict(
    kind=dict(required=True, choices=["disk", "target", "tpg", "lun", "acl", "mapped_lun", "portal", "configuration"]),
    state=dict(default="present", choices=["present", "absent"]),
    plugin=dict(default="fileio", choices=["fileio", "block", "ramdisk"]),
    name=dict(), path=dict(type="path"), size=dict(), wwn=dict(), buffered=dict(type="bool"), sparse=dict(type="bool"),
    read_only=dict(type="bool"), nullio=dict(type="bool"), target=dict(), tpg=dict(type="int", default=1), disk=dict(),
    lun=dict(type="int"), initiator=dict(), mapped_lun=dict(type="int"), write_protect=dict(type="bool", default=False),
    add_mapped_luns=dict(type="bool", default=True), ip=dict(), port=dict(type="int", default=3260),
    attributes=dict(type="dict", default={}), parameters=dict(type="dict", default={}),
    auth=dict(type="dict", default={}, no_log=True), force=dict(type="bool", default=False),
    runtime=dict(default="auto", choices=["auto", "kernel", "lunetd"]), state_dir=dict(type="path"),
    socket=dict(type="path"), executable=dict(default="lunet"))
REQUIRED_IF = [("kind", "disk", ["name"]), ("kind", "target", ["target"]), ("kind", "tpg", ["target"]),
               ("kind", "lun", ["target"]), ("kind", "acl", ["target", "initiator"]),
               ("kind", "mapped_lun", ["target", "initiator", "mapped_lun"]), ("kind", "portal", ["target", "ip"]),
               ("kind", "configuration", ["path"])]


class Lunet:
    def __init__(self, module):
        self.module, self.given = module, module.params
        self.changed, self.lines, self.warnings = False, [], []

    def run(self, words, text=None):
        """What lunet answered as a dictionary, whether it did it or not."""
        given = self.given
        command = [given["executable"], "--json", "--ensure", "--runtime", given["runtime"]]
        for option in ("state_dir", "socket"):
            if given[option]:
                command += ["--" + option.replace("_", "-"), given[option]]
        command += ["--dry-run"] * self.module.check_mode + ["--yes"] * given["force"]
        code, out, err = self.module.run_command(command + words, data=text, binary_data=False)
        try:
            answer = json.loads(out if out.strip() else err)
        except ValueError:
            self.module.fail_json(msg="lunet ended with %d: %s" % (code, (out + err).strip()))
        return answer

    def do(self, words, text=None):
        answer = self.run(words, text)
        if not answer["ok"]:
            error = answer["error"]
            # What it stands on would have been made by an earlier task.
            if self.module.check_mode and error["code"] == "E_NOT_FOUND":
                self.changed = True
                return
            self.module.fail_json(msg="%s. %s" % (error["cause"], error["correction"]), code=error["code"])
        self.changed = self.changed or answer.get("changed", False)
        self.lines += answer.get("lines", [])
        self.warnings += answer.get("warnings", [])

    def set(self, path, group, values):
        """Secrets go through standard input: the list of processes shows command lines."""
        if not values:
            return
        words, secrets = [path, "set", group], ""
        for name, value in sorted(values.items()):
            if isinstance(value, bool):
                value = int(value)
            if "password" in name and value:
                words.append(name + "=-")
                secrets += str(value) + "\n"
            else:
                words.append("%s=%s" % (name, value))
        self.do(words, secrets or None)


def options_of(given, names):
    """The given ones as name=value."""
    words = []
    for option, name in names.items():
        value = given[option]
        if value is not None:
            words.append("%s=%s" % (name, str(value).lower() if isinstance(value, bool) else value))
    return words


def disk_words(given):
    """Where the disk is made, and with what."""
    options = {"fileio": {"path": "file_or_dev", "size": "size", "buffered": "buffered", "sparse": "sparse", "wwn": "wwn"},
               "block": {"path": "dev", "read_only": "readonly", "wwn": "wwn"},
               "ramdisk": {"size": "size", "nullio": "nullio", "wwn": "wwn"}}
    return "/backstores/" + given["plugin"], ["name=" + given["name"]] + options_of(given, options[given["plugin"]])


def place_of(given):
    """The node, the words of its create, those of its delete, and the path of the object itself."""
    kind = given["kind"]
    if kind == "disk":
        node, words = disk_words(given)
        return node, words, [given["name"]], "%s/%s" % (node, given["name"])
    target = "/iscsi/%s" % given["target"]
    tpg = "%s/tpg%d" % (target, given["tpg"])
    mapping = options_of(given, {"add_mapped_luns": "add_mapped_luns"})
    if kind == "target":
        return "/iscsi", [given["target"]], [given["target"]], tpg
    if kind == "tpg":
        return target, [str(given["tpg"])], [str(given["tpg"])], tpg
    if kind == "lun":
        number = options_of(given, {"lun": "lun"})
        return tpg + "/luns", ["/backstores/%s" % given["disk"]] + number + mapping, [str(given["lun"])], None
    if kind == "acl":
        return tpg + "/acls", [given["initiator"]] + mapping, [given["initiator"]], "%s/acls/%s" % (tpg, given["initiator"])
    if kind == "mapped_lun":
        words = [str(given["mapped_lun"]), str(given["lun"])] + options_of(given, {"write_protect": "write_protect"})
        return "%s/acls/%s" % (tpg, given["initiator"]), words, [str(given["mapped_lun"])], None
    return tpg + "/portals", [given["ip"], str(given["port"])], [given["ip"], str(given["port"])], None


def main():
    module = AnsibleModule(argument_spec=ARGUMENTS, required_if=REQUIRED_IF, supports_check_mode=True)
    given, lunet = module.params, Lunet(module)
    present = given["state"] == "present"
    if given["kind"] in ("lun", "mapped_lun") and given["lun"] is None and (given["kind"] == "mapped_lun" or not present):
        if present or given["kind"] == "lun":
            module.fail_json(msg="kind=%s needs lun here" % given["kind"])
    if given["kind"] == "lun" and present and not given["disk"]:
        module.fail_json(msg="kind=lun needs disk, as PLUGIN/NAME")
    if given["kind"] == "configuration":
        lunet.do(["apply", given["path"]])
    else:
        node, create, delete, path = place_of(given)
        if not present:
            lunet.do([node, "delete"] + delete)
        else:
            lunet.do([node, "create"] + create)
            for group, values in (("attribute", given["attributes"]), ("parameter", given["parameters"]), ("auth", given["auth"])):
                if values and path is None:
                    module.fail_json(msg="kind=%s has no %s" % (given["kind"], group))
                lunet.set(path, group, values)
    result = dict(changed=lunet.changed, lines=lunet.lines)
    if module._diff:
        result["diff"] = dict(prepared="\n".join(lunet.lines) + "\n" if lunet.changed else "")
    for warning in lunet.warnings:
        module.warn(warning)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
