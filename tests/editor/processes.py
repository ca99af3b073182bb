"""Which processes a render has, and that none of them stays behind."""

import re
import time
from collections.abc import Callable

import psutil

from editor.code_server import CodeServer

RENDERING = re.compile(r"chrom|ffmpeg|playwright|helios_renders|multiprocessing")
END_S = 20
"""Seconds for a render to end with all its processes and files, on the busiest machine."""


def daemons(server: CodeServer) -> list[psutil.Process]:
    """The daemons that the windows of a server have started."""
    return [process for process in server.processes() if is_daemon(command_line(process))]


def render_processes(server: CodeServer) -> list[str]:
    """The command lines of the browsers, encoders and workers under a server."""
    lines = [command_line(process) for process in server.processes()]
    return [line for line in lines if RENDERING.search(line) and not is_daemon(line)]


def wait_until_nothing_renders(server: CodeServer) -> None:
    """Wait for the last process of all renders; raises TimeoutError with those that are left."""
    try:
        wait_until(lambda: not render_processes(server), END_S, "no process of a render")
    except TimeoutError as error:
        raise TimeoutError(f"{error}: {render_processes(server)}") from None


def command_line(process: psutil.Process) -> str:
    """A process's command line; empty when it is gone or a zombie."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def is_daemon(line: str) -> bool:
    """Whether this is the command line of a daemon."""
    return "-m helios_renders serve" in line


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> float:
    """Ask until the condition holds; returns the seconds it took, raises TimeoutError with `what`."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > seconds:
            raise TimeoutError(f"Waited {seconds} s for this: {what}")
        time.sleep(0.05)
    return time.monotonic() - start
