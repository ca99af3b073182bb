"""The daemon never outlives its editor: the watch over the editor's process, and the hard end."""

import asyncio
import contextlib
import os
import sys
import threading

import psutil

POLL_SECONDS = 1.0
MAX_PID = 2**31 - 1


async def process_end(pid: int) -> None:
    """Return when the process is gone, at once when there is none.

    Waits on a pidfd where there is one (Linux 5.3), else looks once a second; a process that got the same
    number later is told apart by its start time.
    """
    if not 0 < pid <= MAX_PID:
        return
    try:
        descriptor = _open_pidfd(pid)
    except ProcessLookupError:
        return
    if descriptor is None:
        await _poll(pid)
        return
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    loop.add_reader(descriptor, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def _open_pidfd(pid: int) -> int | None:
    opener = getattr(os, "pidfd_open", None)
    if opener is None:
        return None
    try:
        return int(opener(pid))
    except ProcessLookupError:
        raise
    except OSError:
        # An old kernel, or a sandbox that forbids the call.
        return None


async def _poll(pid: int) -> None:
    try:
        process = psutil.Process(pid)
        # No event tells of it here.
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
    except psutil.NoSuchProcess:
        return


def end_within(seconds: float) -> None:
    """From now on, whatever hangs, this process and its descendants are gone after so many seconds."""
    timer = threading.Timer(seconds, _end_now)
    timer.daemon = True
    timer.start()


def _end_now() -> None:
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            # On Linux the reaper of each worker sees to its tree when it is told to end.
            process.terminate() if sys.platform == "linux" else process.kill()
    os._exit(1)
