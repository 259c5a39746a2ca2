# SPDX-License-Identifier: Apache-2.0
"""A terminal of a chosen size (tmux) in which a program runs, and somebody who types at it and looks."""
import os
import shlex
import subprocess
import time

DEADLINE_S = 60


class Terminal:
    def __init__(self, command, folder, columns=80, lines=24, environment=None):
        self.socket = os.path.join(folder, f"tmux-{columns}")
        exports = "".join(f"export {name}={shlex.quote(value)}; " for name, value in (environment or {}).items())
        line = f"trap : INT; {exports}{shlex.join(command)}; echo [ended $?]; exec sleep 3600"
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(lines), "sh", "-c", line)

    def tmux(self, *words):
        result = subprocess.run(["tmux", "-S", self.socket, *words], text=True, capture_output=True, timeout=DEADLINE_S,
                                check=True, env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"})
        return result.stdout

    def close(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True, timeout=DEADLINE_S, check=False)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def screen(self):
        return self.tmux("capture-pane", "-p").rstrip("\n")

    def colours(self):
        return self.tmux("capture-pane", "-p", "-e")

    def last(self):
        lines = self.screen().splitlines()
        return lines[-1] if lines else ""

    def wait(self, wanted, what=None):
        """Until the text, or what a function says of the screen, is there; a deadline, not a measurement."""
        end = time.monotonic() + DEADLINE_S
        while True:
            screen = self.screen()
            if wanted(screen) if callable(wanted) else wanted in screen:
                return screen
            if time.monotonic() > end:
                raise AssertionError(f"not on the screen: {what or wanted}\n{screen}")
            time.sleep(0.02)

    def wait_prompt(self, prompt):
        return self.wait(lambda screen: screen.splitlines()[-1:] == [prompt], f"the prompt {prompt!r}")

    def enter(self, line, prompt):
        """Types a line and waits until the prompt is back."""
        self.type(line)
        self.wait(line[-20:])
        self.press("Enter")
        self.wait_prompt(prompt)
