"""The processes of a render under way: which is which, and which are left.

This process is a child subreaper meanwhile (prctl(2)), so that whatever a render abandons becomes its child,
and no process can hide by losing its parent or its environment.
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from helios_renders.render.reaper import PR_SET_CHILD_SUBREAPER, descendants

_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def adopting_orphans() -> Iterator[None]:
    """Every orphan below this process becomes its child."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def living(without: frozenset[int] = frozenset()) -> list[psutil.Process]:
    """Everything below this process that is not a zombie."""
    found = (_living(pid) for pid in descendants(os.getpid()) if pid not in without)
    return [process for process in found if process is not None]


def in_role(role: str) -> list[psutil.Process]:
    """The living processes of a role, by their ids; not the script that a browser was started by."""
    found = [process for process in living() if _role(process) == role]
    scripts = {_parent(process) for process in found}
    return sorted((process for process in found if process.pid not in scripts), key=lambda one: one.pid)


def moving(process: psutil.Process) -> bool:
    """Whether nothing of the worker to which a process belongs was stopped."""
    try:
        (worker,) = (one for one in (process, *process.parents()) if _role(one) == "worker")
        return all(_state(one) != psutil.STATUS_STOPPED for one in (worker, *worker.children(recursive=True)))
    except (psutil.NoSuchProcess, ValueError):
        return False


def described(without: frozenset[int] = frozenset()) -> list[str]:
    """What still runs, by role, state and command line."""
    return [
        f"{process.pid} {_role(process)} ({_state(process)}): {' '.join(_line(process))[:120]}"
        for process in living(without)
    ]


def kill_all() -> None:
    """Kills all that is left and waits for it, so that the next render starts alone."""
    found = living()
    for process in found:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(found, timeout=10)


def reap_orphans() -> None:
    """Takes the zombies of orphans off the list of processes; only when all own children were waited for."""
    for pid in descendants(os.getpid()):
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            continue


def _living(pid: int) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process
    except psutil.NoSuchProcess:
        return None


def _role(process: psutil.Process) -> str:
    line = _line(process)
    types = [word.removeprefix("--type=") for word in line if word.startswith("--type=")]
    if types:
        return types[0]
    if any(word.endswith("reaper.py") for word in line):
        return "reaper"
    for word, role in (
        ("--remote-debugging-pipe", "browser"),
        ("helios_renders.render.worker", "worker"),
        ("run-driver", "driver"),
        ("pipe:0", "ffmpeg"),
        ("serve", "daemon"),
        ("render", "command"),
    ):
        if word in line:
            return role
    return "other"


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def _parent(process: psutil.Process) -> int:
    """The parent's id, 0 of a process that is gone."""
    try:
        return process.ppid()
    except psutil.NoSuchProcess:
        return 0


def _state(process: psutil.Process) -> str:
    try:
        return process.status()
    except psutil.NoSuchProcess:
        return "gone"
