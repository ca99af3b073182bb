"""The wire: standard input and output kept for the protocol alone, read and written off the event loop.

Two threads, because pipes can be waited for in no other way on every system. Both end with the process, so
that a read that never returns, or an editor that never reads, cannot keep the daemon alive or busy.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from queue import SimpleQueue

PIECE = 64 * 1024


def private_stdio() -> tuple[int, int]:
    """Descriptors for the protocol; from now on descriptor 0 is empty and descriptor 1 is standard error.

    A stray `print`, or a child that inherits its descriptors, then cannot corrupt or eat messages. The
    returned descriptors are not inherited by children.
    """
    wire = os.dup(0), os.dup(1)
    if os.name == "posix":
        # Another process may have made the pipe's ends non-blocking, and they share that.
        for descriptor in wire:
            os.set_blocking(descriptor, True)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return wire


def start_reading(descriptor: int, hear: Callable[[bytes], None]) -> None:
    """Give `hear` every piece that arrives, in the running loop, and `b""` once when no more can come."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        while True:
            try:
                piece = os.read(descriptor, PIECE)
            except OSError:
                piece = b""
            try:
                loop.call_soon_threadsafe(hear, piece)
            except RuntimeError:
                # The loop has ended, and nobody listens any more.
                return
            if not piece:
                return

    threading.Thread(target=read, name="wire-reader", daemon=True).start()


class WireWriter:
    """The writer that pygls asks for: never blocks, never raises, calls `broken` once when nobody reads."""

    def __init__(self, descriptor: int, broken: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._broken = broken
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self._ended = asyncio.Event()
        threading.Thread(target=self._run, name="wire-writer", daemon=True).start()

    def write(self, data: bytes) -> None:
        """Put a message on its way."""
        self._queue.put(data)

    def close(self) -> None:
        """Send what is waiting, then no more."""
        self._queue.put(None)

    async def drained(self, seconds: float) -> bool:
        """Wait for the end of everything up to `close`; False when it took too long."""
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _run(self) -> None:
        try:
            while (data := self._queue.get()) is not None:
                view = memoryview(data)
                while view:
                    view = view[os.write(self._descriptor, view) :]
        except OSError:
            self._call(self._broken)
        self._call(self._ended.set)

    def _call(self, function: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:
            # The loop has ended, and nobody waits any more.
            return
