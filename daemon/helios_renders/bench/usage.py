"""What this process and everything below it uses: processor time by role, and memory."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from enum import Enum

import attrs
import psutil

SAMPLE_SECONDS = 0.1
MEMORY_EVERY = 10
"""Memory is read at every tenth look, because the kernel has to walk every page table for it."""


class Role(Enum):
    """What a process is there for."""

    BROWSER = "browser"
    ENCODER = "encoder"
    OWN = "own"
    """This process, the workers, and the driver of the browser."""


@attrs.define
class Usage:
    """What was used between two moments."""

    cpu_seconds: dict[Role, float]
    peak_pss: int
    """Bytes of the largest sample of all processes' proportional set sizes; 0 where the system has none."""

    @property
    def total_cpu(self) -> float:
        """Seconds of processor time over all roles."""
        return sum(self.cpu_seconds.values())


class UsageMeter:
    """Looks at the processes below this one again and again, since those that end take their times along."""

    def __init__(self) -> None:
        self._me = psutil.Process()
        self._seen: dict[tuple[int, float], tuple[Role, float]] = {}
        self._peak_pss = 0

    def look(self, *, memory: bool) -> None:
        """Takes one sample."""
        pss = 0
        for process in [self._me, *self._me.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
                with process.oneshot():
                    times = process.cpu_times()
                    key = (process.pid, process.create_time())
                    # A process that has just forked still bears the name of what started it.
                    self._seen[key] = (self._role(process), times.user + times.system)
                if memory:
                    pss += getattr(process.memory_full_info(), "pss", 0)
        self._peak_pss = max(self._peak_pss, pss)

    def read(self) -> Usage:
        """All that was seen so far."""
        seconds = dict.fromkeys(Role, 0.0)
        for role, used in self._seen.values():
            seconds[role] += used
        return Usage(seconds, self._peak_pss)

    def _role(self, process: psutil.Process) -> Role:
        name = process.name().lower()
        if "ffmpeg" in name:
            return Role.ENCODER
        if "chrom" in name or "headless" in name or "msedge" in name:
            return Role.BROWSER
        return Role.OWN


@contextlib.asynccontextmanager
async def metered() -> AsyncIterator[Usage]:
    """Measures what happens inside; the numbers are complete when the block is left."""
    meter = UsageMeter()
    meter.look(memory=False)
    before = meter.read()
    usage = Usage(dict.fromkeys(Role, 0.0), 0)
    watch = asyncio.create_task(_watch(meter))
    try:
        yield usage
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        meter.look(memory=False)
        after = meter.read()
        usage.cpu_seconds = {role: after.cpu_seconds[role] - before.cpu_seconds[role] for role in Role}
        usage.peak_pss = after.peak_pss


async def _watch(meter: UsageMeter) -> None:
    count = 0
    while True:
        began = time.monotonic()
        await asyncio.to_thread(meter.look, memory=count % MEMORY_EVERY == 0)
        count += 1
        await asyncio.sleep(max(0.0, SAMPLE_SECONDS - (time.monotonic() - began)))
