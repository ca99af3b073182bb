"""Runs one command and guarantees that its whole process tree ends: with it, with us, or with our parent.

Started as a script of its own: `python -I -S reaper.py PARENT_PID SCRATCH ORPHANED -- COMMAND...`. The folder
SCRATCH is removed in any case. ORPHANED is a JSON file beside it whose `folders` are removed
when the parent has died without having cleaned up; the last reaper removes the list and its folder too.
Linux only: a child subreaper adopts every process that its parent leaves behind (prctl(2)), so that a browser
in a session of its own cannot get away. Needs nothing but the standard library.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
KILL_SECONDS = 10.0

_libc = ctypes.CDLL(None, use_errno=True)


def descendants(pid: int) -> list[int]:
    """All processes below one, by /proc."""
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - pathlib would double the start-up time
            with open(f"/proc/{pid}/task/{task}/children") as children:  # noqa: PTH123
                for child in map(int, children.read().split()):
                    found += [child, *descendants(child)]
    except OSError:
        return found
    return found


def kill_tree() -> None:
    """Kills everything below this process and waits until it is gone."""
    end = time.monotonic() + KILL_SECONDS
    while time.monotonic() < end:
        for pid in descendants(os.getpid()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)


def remove_orphans(scratch: str, orphanage: str) -> None:
    """Removes what nobody else will: the scratch, all folders of the list, and at last the list.

    The list goes when no other worker's scratch is left beside it, so that whoever's processes end last still
    finds it, and removes what those have written into folders that were removed before.
    """
    with open(orphanage, encoding="utf-8") as file:  # noqa: PTH123 - as above
        folders = json.load(file)["folders"]
    for folder in [scratch, *folders]:
        shutil.rmtree(folder, ignore_errors=True)
    home, name = os.path.split(orphanage)
    if os.listdir(home) == [name]:  # noqa: PTH208 - as above
        shutil.rmtree(home, ignore_errors=True)


def die_with_parent() -> None:
    """Asks the kernel to kill this process when its parent ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def main() -> None:
    """Supervises the command; ends with its exit code, or 143 after SIGTERM."""
    parent, scratch, orphanage, command = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[5:]

    def end(code: int, *, orphaned: bool = False) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        kill_tree()
        orphaned = orphaned or os.getppid() != parent
        if orphaned:
            remove_orphans(scratch, orphanage)
        else:
            shutil.rmtree(scratch, ignore_errors=True)
        os._exit(code)

    signal.signal(signal.SIGTERM, lambda *_: end(143))
    # A signal of its own: while the parent's last threads die, its process id is still our parent's.
    signal.signal(signal.SIGHUP, lambda *_: end(143, orphaned=True))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGHUP, 0, 0, 0)
    if os.getppid() != parent:
        end(1)
    # Its child dies with it even if it is killed itself; the browser dies when its pipe to that child closes.
    process = subprocess.Popen(command, preexec_fn=die_with_parent)
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == process.pid:
            code = os.waitstatus_to_exitcode(status)
            end(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
