"""Runs a command on a pseudo-terminal of its own and plays the person in front of it.

Usage: pseudo-terminal.py STEPS COMMAND ARGUMENT...
STEPS is a JSON list of {"expect": TEXT, "send": TEXT or "signal": NAME, "to": "group" | "child"}: when TEXT is on the
screen, something is typed, or a signal is sent to the command ("group": to the whole foreground group). Prints one
JSON document: everything shown, whether the terminal echoed at each step, whether it echoes at the end, the exit code.
"""

import fcntl
import json
import os
import pty
import select
import signal
import sys
import termios
import time

DEADLINE_SECONDS = 20


def echoes(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def play(step, process, terminal):
    if "send" in step:
        os.write(terminal, step["send"].encode())
    elif step["to"] == "group":
        os.killpg(process, signal.Signals[step["signal"]])
    else:
        for child in open(f"/proc/{process}/task/{process}/children").read().split():
            os.kill(int(child), signal.Signals[step["signal"]])


def main():
    steps = json.loads(sys.argv[1])
    terminal, commands_side = pty.openpty()
    process = os.fork()
    if process == 0:
        os.setsid()
        fcntl.ioctl(commands_side, termios.TIOCSCTTY, 0)
        for standard in (0, 1, 2):
            os.dup2(commands_side, standard)
        os.execvp(sys.argv[2], sys.argv[2:])

    shown, seen, echo_at_steps = "", 0, []
    end = time.monotonic() + DEADLINE_SECONDS
    exit_code = None
    while time.monotonic() < end:
        readable, _, _ = select.select([terminal], [], [], 0.05)
        if readable:
            shown += os.read(terminal, 65536).decode("utf-8", "replace")
        if steps and steps[0]["expect"] in shown[seen:]:
            step = steps.pop(0)
            seen = len(shown)
            echo_at_steps.append(echoes(terminal))
            play(step, process, terminal)
        elif not readable and exit_code is None:
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                exit_code = os.waitstatus_to_exitcode(status)
        elif not readable:
            break
    if exit_code is None:
        os.kill(process, signal.SIGKILL)
    document = {
        "shown": shown,
        "echoAtSteps": echo_at_steps,
        "echoesAtEnd": echoes(commands_side),
        "exitCode": exit_code,
    }
    print(json.dumps(document))


main()
