"""How many workers this machine can carry, and which bound decides."""

import math
import os
from pathlib import Path
from typing import Literal

import attrs
import psutil

from helios_renders.render.cgroup import CpuQuota, MemoryLimit, read_cpu_quota, read_memory_limit
from helios_renders.render.concurrency import MAX_CONCURRENCY, Bound, Concurrency

GIB = 2**30
RESERVE_BYTES = GIB
"""Left to the system and to this process."""
WORKER_BYTES = 700 * 2**20
"""One worker's browser and encoder: proportional set size at 1920x1080, rounded up."""

CORE_BOUNDS = (Bound.CORES, Bound.AFFINITY, Bound.CPU_QUOTA)


@attrs.frozen
class CapacityBound:
    """One bound on the number of workers."""

    bound: Bound
    workers: int
    """At least 1."""
    detail: str
    """Such as `CPU quota of 1.5 cores in /user.slice`."""


@attrs.frozen
class Capacity:
    """Every bound that the machine and other renders set, in the order of `Bound`."""

    bounds: tuple[CapacityBound, ...]

    @property
    def cores(self) -> int:
        """How many cores may be used, whatever else there is too little of."""
        return min((each.workers for each in self.bounds if each.bound in CORE_BOUNDS), default=1)


@attrs.frozen
class Machine:
    """What was read from the machine; None for what it does not have."""

    cores: int
    physical_cores: int | None
    affinity: int | None
    """Cores that this process may run on."""
    quota: CpuQuota | None
    available: int
    """Bytes of memory that new processes can have without swapping."""
    memory_limit: MemoryLimit | None


def read_capacity(root: Path = Path("/")) -> Capacity:
    """What this machine can carry now; below `root`, /proc and /sys tell of the control groups."""
    return capacity_of(
        Machine(
            cores=psutil.cpu_count() or 1,
            physical_cores=psutil.cpu_count(logical=False),
            affinity=_affinity(),
            quota=read_cpu_quota(root),
            available=psutil.virtual_memory().available,
            memory_limit=read_memory_limit(root),
        )
    )


def capacity_of(machine: Machine) -> Capacity:
    """The bounds that follow from what was read."""
    physical = machine.physical_cores
    smt = f" ({physical} physical)" if physical is not None and physical != machine.cores else ""
    bounds = [CapacityBound(Bound.CORES, machine.cores, f"{_count(machine.cores, 'core')}{smt}")]
    if machine.affinity is not None:
        detail = f"{_count(machine.affinity, 'core')} allowed by CPU affinity"
        bounds.append(CapacityBound(Bound.AFFINITY, max(1, machine.affinity), detail))
    if machine.quota is not None:
        detail = f"CPU quota of {_count(machine.quota.cores, 'core')} in {machine.quota.group}"
        bounds.append(CapacityBound(Bound.CPU_QUOTA, max(1, math.ceil(machine.quota.cores)), detail))
    each = f"{_gib(RESERVE_BYTES)} kept back, {_gib(WORKER_BYTES)} per worker"
    detail = f"{_gib(machine.available)} free, {each}"
    bounds.append(CapacityBound(Bound.MEMORY, _workers_in(machine.available), detail))
    if machine.memory_limit is not None:
        limit = machine.memory_limit
        detail = f"{_gib(limit.free)} left of the limit of {_gib(limit.limit)} in {limit.group}, {each}"
        bounds.append(CapacityBound(Bound.MEMORY_LIMIT, _workers_in(limit.free), detail))
    return Capacity(tuple(bounds))


def clamp(
    requested: int | Literal["auto"],
    capacity: Capacity,
    *,
    frames: int | None = None,
    chunks: int | None = None,
    force: bool = False,
) -> Concurrency:
    """How many workers there will be: the smallest bound, at least 1.

    `auto` asks for all that the machine gives. `force` lifts the machine's bounds from a number that was
    asked for, never the frames, the chunks or the maximum. On a tie the request decides, then the order of
    `Bound`.
    """
    machine = {bound.bound: bound.workers for bound in capacity.bounds}
    work = {Bound.FRAMES: frames, Bound.CHUNKS: chunks}
    bounds = {} if force and requested != "auto" else machine
    bounds = {**bounds, Bound.MAXIMUM: MAX_CONCURRENCY}
    wanted = max(1, min(bounds.values())) if requested == "auto" else requested
    if requested != "auto":
        bounds[Bound.REQUEST] = requested
    bounds |= {bound: number for bound, number in work.items() if number is not None}
    decided = min((bound for bound in Bound if bound in bounds), key=lambda bound: bounds[bound])
    return Concurrency(wanted, max(1, bounds[decided]), decided, auto=requested == "auto")


def _affinity() -> int | None:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    process = psutil.Process()
    # psutil has it on Windows and FreeBSD, and macOS has no affinity at all.
    return len(process.cpu_affinity()) if hasattr(process, "cpu_affinity") else None


def _workers_in(memory: int) -> int:
    return max(1, (memory - RESERVE_BYTES) // WORKER_BYTES)


def _gib(size: int) -> str:
    return f"{size / GIB:.1f} GiB"


def _count(number: float, word: str) -> str:
    return f"{number:g} {word}" if number == 1 else f"{number:g} {word}s"
