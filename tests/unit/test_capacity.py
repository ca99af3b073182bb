"""How many workers: every bound read, the smallest one decides, and it is said which."""

import math
from pathlib import Path
from typing import Literal

import attrs
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.render.capacity import (
    GIB,
    RESERVE_BYTES,
    WORKER_BYTES,
    Capacity,
    CapacityBound,
    Machine,
    capacity_of,
    clamp,
    read_capacity,
)
from helios_renders.render.cgroup import CpuQuota, MemoryLimit
from helios_renders.render.concurrency import MAX_CONCURRENCY, Bound, Concurrency

MACHINE_BOUNDS = (Bound.CORES, Bound.AFFINITY, Bound.CPU_QUOTA, Bound.MEMORY, Bound.MEMORY_LIMIT)

large = Machine(
    cores=64, physical_cores=32, affinity=64, quota=None, available=256 * GIB, memory_limit=None
)  # fmt: skip


def bounds(machine: Machine) -> dict[Bound, CapacityBound]:
    return {bound.bound: bound for bound in capacity_of(machine).bounds}


def capacity(**workers: int) -> Capacity:
    """Such as `capacity(CORES=4, MEMORY=2)`."""
    return Capacity(tuple(CapacityBound(Bound[name], number, "") for name, number in workers.items()))


@pytest.mark.parametrize(
    ("cores", "physical", "detail"),
    [(1, 1, "1 core"), (2, 2, "2 cores"), (8, 4, "8 cores (4 physical)"), (2, None, "2 cores")],
)
def test_cores(cores: int, physical: int | None, detail: str) -> None:
    machine = attrs.evolve(large, cores=cores, physical_cores=physical)
    assert bounds(machine)[Bound.CORES] == CapacityBound(Bound.CORES, cores, detail)


def test_affinity() -> None:
    found = bounds(attrs.evolve(large, affinity=3))[Bound.AFFINITY]
    assert found == CapacityBound(Bound.AFFINITY, 3, "3 cores allowed by CPU affinity")
    assert Bound.AFFINITY not in bounds(attrs.evolve(large, affinity=None))


@pytest.mark.parametrize(
    ("cores", "workers", "detail"),
    [
        (0.05, 1, "CPU quota of 0.05 cores in /user.slice"),
        (1.0, 1, "CPU quota of 1 core in /user.slice"),
        (1.5, 2, "CPU quota of 1.5 cores in /user.slice"),
        (2.0, 2, "CPU quota of 2 cores in /user.slice"),
    ],
)
def test_a_quota_is_rounded_up(cores: float, workers: int, detail: str) -> None:
    found = bounds(attrs.evolve(large, quota=CpuQuota(cores, "/user.slice")))[Bound.CPU_QUOTA]
    assert found == CapacityBound(Bound.CPU_QUOTA, workers, detail)


@pytest.mark.parametrize(
    ("available", "workers"),
    [
        (0, 1),
        (RESERVE_BYTES, 1),
        (RESERVE_BYTES + WORKER_BYTES, 1),
        (RESERVE_BYTES + 2 * WORKER_BYTES - 1, 1),
        (RESERVE_BYTES + 2 * WORKER_BYTES, 2),
        (RESERVE_BYTES + 9 * WORKER_BYTES, 9),
    ],
)
def test_memory_holds_whole_workers_beside_the_reserve(available: int, workers: int) -> None:
    assert bounds(attrs.evolve(large, available=available))[Bound.MEMORY].workers == workers
    limit = MemoryLimit(available, 64 * GIB, "/docker/abc")
    assert bounds(attrs.evolve(large, memory_limit=limit))[Bound.MEMORY_LIMIT].workers == workers


def test_memory_is_told_in_words() -> None:
    limit = MemoryLimit(2 * GIB, 4 * GIB, "/docker/abc")
    found = bounds(attrs.evolve(large, available=int(3.14 * GIB), memory_limit=limit))
    assert found[Bound.MEMORY].detail == "3.1 GiB free, 1.0 GiB kept back, 0.7 GiB per worker"
    assert found[Bound.MEMORY_LIMIT].detail == (
        "2.0 GiB left of the limit of 4.0 GiB in /docker/abc, 1.0 GiB kept back, 0.7 GiB per worker"
    )


def test_bounds_come_in_their_order() -> None:
    machine = attrs.evolve(large, quota=CpuQuota(2, "/"), memory_limit=MemoryLimit(GIB, GIB, "/"))
    assert tuple(bounds(machine)) == MACHINE_BOUNDS
    assert tuple(bounds(large)) == (Bound.CORES, Bound.AFFINITY, Bound.MEMORY)


def test_this_machine_can_be_read(tmp_path: Path) -> None:
    found = {bound.bound: bound for bound in read_capacity(tmp_path).bounds}
    assert found[Bound.CORES].workers == psutil.cpu_count()
    assert found[Bound.MEMORY].workers >= 1
    assert Bound.CPU_QUOTA not in found, "no control groups lie below this folder"
    assert all(bound.workers >= 1 and bound.detail for bound in read_capacity().bounds)


def test_limits_of_control_groups_come_in(tmp_path: Path) -> None:
    group = tmp_path / "sys/fs/cgroup/a"
    group.mkdir(parents=True)
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("0::/a\n")
    (tmp_path / "proc/self/mountinfo").write_text("30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
    (group / "cpu.max").write_text("50000 100000\n")
    (group / "memory.max").write_text(f"{3 * GIB}\n")
    found = {bound.bound: bound for bound in read_capacity(tmp_path).bounds}
    assert found[Bound.CPU_QUOTA].detail == "CPU quota of 0.5 cores in /a"
    assert found[Bound.MEMORY_LIMIT].workers == 2
    decided = clamp(32, read_capacity(tmp_path))
    assert (decided.effective, decided.limited_by) == (1, Bound.CPU_QUOTA)


def test_affinity_is_this_process_s_own() -> None:
    process = psutil.Process()
    if not hasattr(process, "cpu_affinity"):
        pytest.skip("this system has no affinity")
    before = process.cpu_affinity()
    assert before is not None
    process.cpu_affinity(before[:1])
    try:
        decided = clamp(32, read_capacity())
    finally:
        process.cpu_affinity(before)
    assert decided.effective == 1
    assert decided.limited_by is (Bound.CORES if psutil.cpu_count() == 1 else Bound.AFFINITY)


@pytest.mark.parametrize(
    ("requested", "machine", "frames", "chunks", "expected"),
    [
        (1, capacity(CORES=4), None, None, (1, Bound.REQUEST)),
        (4, capacity(CORES=4), None, None, (4, Bound.REQUEST)),
        (8, capacity(CORES=4), None, None, (4, Bound.CORES)),
        (8, capacity(CORES=4, CPU_QUOTA=2, MEMORY=3), None, None, (2, Bound.CPU_QUOTA)),
        (8, capacity(CORES=4, MEMORY_LIMIT=1), None, None, (1, Bound.MEMORY_LIMIT)),
        (8, capacity(MEMORY=2, CORES=2, AFFINITY=2), None, None, (2, Bound.CORES)),
        (8, capacity(MEMORY=2, AFFINITY=2), 2, 2, (2, Bound.AFFINITY)),
        (8, capacity(CORES=4), 3, 9, (3, Bound.FRAMES)),
        (8, capacity(CORES=4), 9, 3, (3, Bound.CHUNKS)),
        (8, capacity(CORES=4), 3, 3, (3, Bound.FRAMES)),
        (3, capacity(CORES=4), 3, 3, (3, Bound.REQUEST)),
        (32, capacity(CORES=64), None, None, (32, Bound.REQUEST)),
        (32, capacity(CORES=64), 1, 1, (1, Bound.FRAMES)),
        (8, Capacity(()), None, None, (8, Bound.REQUEST)),
    ],
)
def test_the_smallest_bound_decides(
    requested: int, machine: Capacity, frames: int | None, chunks: int | None, expected: tuple[int, Bound]
) -> None:
    found = clamp(requested, machine, frames=frames, chunks=chunks)
    assert found == Concurrency(requested, *expected)


def test_force_lifts_what_the_machine_sets() -> None:
    small = capacity(CORES=1, AFFINITY=1, CPU_QUOTA=1, MEMORY=1, MEMORY_LIMIT=1)
    assert clamp(8, small, force=True) == Concurrency(8, 8, Bound.REQUEST)


def test_force_does_not_lift_what_the_work_sets() -> None:
    small = capacity(CORES=1)
    assert clamp(8, small, frames=5, chunks=3, force=True) == Concurrency(8, 3, Bound.CHUNKS)
    assert clamp(8, small, frames=2, chunks=3, force=True) == Concurrency(8, 2, Bound.FRAMES)


def test_auto_takes_all_that_the_machine_gives() -> None:
    machine = capacity(CORES=6, MEMORY=4)
    assert clamp("auto", machine) == Concurrency(4, 4, Bound.MEMORY, auto=True)
    assert clamp("auto", machine, frames=3, chunks=2) == Concurrency(4, 2, Bound.CHUNKS, auto=True)
    assert clamp("auto", machine, chunks=4) == Concurrency(4, 4, Bound.MEMORY, auto=True)
    assert clamp("auto", capacity(CORES=64)) == Concurrency(32, 32, Bound.MAXIMUM, auto=True)
    assert clamp("auto", machine, force=True) == clamp("auto", machine)


numbers = st.integers(1, 100)
requests: st.SearchStrategy[int | Literal["auto"]] = st.integers(1, MAX_CONCURRENCY) | st.just("auto")
capacities = st.dictionaries(st.sampled_from(MACHINE_BOUNDS), numbers).map(
    lambda found: Capacity(tuple(CapacityBound(bound, workers, "") for bound, workers in found.items()))
)
work = st.none() | numbers


@given(requests, capacities, work, work, st.booleans())
def test_what_is_given_lies_between_one_and_what_was_asked(
    requested: int | Literal["auto"], machine: Capacity, frames: int | None, chunks: int | None, force: bool
) -> None:
    found = clamp(requested, machine, frames=frames, chunks=chunks, force=force)
    assert 1 <= found.effective <= found.requested <= MAX_CONCURRENCY
    assert found.auto == (requested == "auto")
    assert found.auto or found.requested == requested
    assert (found.limited_by is Bound.REQUEST) == (not found.auto and found.effective == requested)


@given(requests, capacities, work, work, st.booleans())
def test_the_bound_that_is_named_is_the_one_that_binds(
    requested: int | Literal["auto"], machine: Capacity, frames: int | None, chunks: int | None, force: bool
) -> None:
    found = clamp(requested, machine, frames=frames, chunks=chunks, force=force)
    values: dict[Bound, float] = {bound.bound: bound.workers for bound in machine.bounds}
    values |= {Bound.REQUEST: found.requested, Bound.MAXIMUM: MAX_CONCURRENCY}
    values |= {Bound.FRAMES: frames or math.inf, Bound.CHUNKS: chunks or math.inf}
    assert values[found.limited_by] == found.effective
    if force and requested != "auto":
        assert found.limited_by not in MACHINE_BOUNDS


@given(requests, capacities, work, work, st.booleans(), st.sampled_from(MACHINE_BOUNDS), numbers)
def test_one_more_bound_never_gives_more(
    requested: int | Literal["auto"],
    machine: Capacity,
    frames: int | None,
    chunks: int | None,
    force: bool,
    bound: Bound,
    workers: int,
) -> None:
    others = tuple(other for other in machine.bounds if other.bound is not bound)
    without = clamp(requested, Capacity(others), frames=frames, chunks=chunks, force=force)
    tighter = Capacity((*others, CapacityBound(bound, workers, "")))
    assert clamp(requested, tighter, frames=frames, chunks=chunks, force=force).effective <= without.effective
    looser = Capacity((*others, CapacityBound(bound, workers + 1, "")))
    more = clamp(requested, looser, frames=frames, chunks=chunks, force=force)
    assert clamp(requested, tighter, frames=frames, chunks=chunks, force=force).effective <= more.effective


@given(st.integers(1, MAX_CONCURRENCY - 1), capacities, work, work, st.booleans())
def test_asking_for_more_never_gives_less(
    requested: int, machine: Capacity, frames: int | None, chunks: int | None, force: bool
) -> None:
    less = clamp(requested, machine, frames=frames, chunks=chunks, force=force)
    more = clamp(requested + 1, machine, frames=frames, chunks=chunks, force=force)
    assert less.effective <= more.effective <= less.effective + 1


@given(st.integers(1, MAX_CONCURRENCY), capacities, work, work)
def test_the_order_of_the_bounds_is_of_no_matter(
    requested: int, machine: Capacity, frames: int | None, chunks: int | None
) -> None:
    turned = Capacity(machine.bounds[::-1])
    assert clamp(requested, machine, frames=frames, chunks=chunks) == clamp(
        requested, turned, frames=frames, chunks=chunks
    )
