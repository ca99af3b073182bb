"""Ctrl-C, SIGTERM and a closed terminal as one event that work can wait for."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from helios_renders.errors import RenderCancelled

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

T = TypeVar("T")


@contextmanager
def stop_requests() -> Iterator[asyncio.Event]:
    """An event that is set by the first signal; further ones change nothing, so that cleaning up goes on.

    A signal that the parent told this process to ignore (`nohup`, a shell's background) stays ignored.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def handle(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in heard}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def run_until_stopped(work: Coroutine[Any, Any, T]) -> T:
    """The work's result; raises RenderCancelled when a signal came first and the work has cleaned up."""
    with stop_requests() as stop:
        task = asyncio.create_task(work)
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait((task,))
        if task.cancelled():
            raise RenderCancelled("Cancelled.")
        return task.result()
