#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A handler of tcmu-runner that is a program of its own, as D-Bus lets one be: `mine`, whose configurations begin with "good".
None of those that Debian ships checks a configuration."""
import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

SERVICE = "org.kernel.TCMUService1"
MANAGER = SERVICE + ".HandlerManager1"
PATH = "/org/kernel/TCMUService1/HandlerManager1"


class Handler(dbus.service.Object):
    @dbus.service.method(SERVICE, in_signature="s", out_signature="bs")
    def CheckConfig(self, config):  # noqa: N802, the name is the protocol's
        good = config.startswith("mine/good")
        return good, "fine" if good else f"{config}: it must begin with good"


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
name = dbus.service.BusName(MANAGER + ".mine", bus)
handler = Handler(bus, PATH + "/mine")
manager = dbus.Interface(bus.get_object(SERVICE, PATH), MANAGER)
taken, words = manager.RegisterHandler("mine", "good, and what you like")
assert taken, words
print("ready", flush=True)
GLib.MainLoop().run()
