"""Runs a command on a pseudo-terminal and reads its screen back, as a person would see it.

    screen.py LINES COLUMNS [--keys SECONDS:KEYS]... [--resize SECONDS:LINESxCOLUMNS]... -- COMMAND...

Prints one JSON object: `exit`, `screen` (the lines at the end), `scrollback` (those above it), `looks` (each different
screen on the way), `cursor` (shown at the end), `echo` (the terminal's own mode is as it was), `seconds`.
KEYS: ^C is Ctrl-C. Needs Debian's python3-pyte.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

import pyte


class Counted(pyte.HistoryScreen):
    hidden = False

    def set_mode(self, *modes, **more):
        self.hidden = self.hidden and not (more.get("private") and 25 in modes)
        super().set_mode(*modes, **more)

    def reset_mode(self, *modes, **more):
        self.hidden = self.hidden or bool(more.get("private") and 25 in modes)
        super().reset_mode(*modes, **more)


def resize(fd, lines, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def main():
    split = sys.argv.index("--")
    options, command = sys.argv[1:split], sys.argv[split + 1:]
    lines, columns = int(options[0]), int(options[1])
    events = []
    for name, value in zip(options[2::2], options[3::2]):
        at, what = value.split(":", 1)
        events.append((float(at), name, what))
    events.sort()
    master, slave = pty.openpty()
    resize(slave, lines, columns)
    before = termios.tcgetattr(slave)
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for fd in (0, 1, 2):
            os.dup2(slave, fd)
        os.closerange(3, 256)
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], command)
    screen = Counted(columns, lines, history=100000, ratio=0.5)
    stream = pyte.ByteStream(screen)
    looks = []
    status = None
    while True:
        while events and time.monotonic() - start >= events[0][0]:
            _, name, what = events.pop(0)
            if name == "--keys":
                os.write(master, what.replace("^C", "\x03").encode())
            else:
                size = [int(one) for one in what.split("x")]
                resize(master, *size)
                screen.resize(*size)
        ready, _, _ = select.select([master], [], [], 0.05)
        if ready:
            stream.feed(os.read(master, 65536))
            # Whole frames only: what comes at once is taken before one looks.
            while select.select([master], [], [], 0.02)[0]:
                stream.feed(os.read(master, 65536))
            look = [line.rstrip() for line in screen.display]
            if not looks or looks[-1] != look:
                looks.append(look)
        elif status is not None:
            break
        if status is None:
            done, code = os.waitpid(child, os.WNOHANG)
            if done:
                status = code
    after = termios.tcgetattr(slave)
    scrollback = ["".join(line[x].data for x in range(columns)).rstrip() for line in screen.history.top]
    print(json.dumps({
        "exit": os.waitstatus_to_exitcode(status), "screen": looks[-1] if looks else [], "scrollback": scrollback, "looks": looks,
        "cursor": not screen.hidden, "echo": before == after, "seconds": time.monotonic() - start}))


main()
