"""Whole renders, measured: frames per second from the request to the finished file, and what they cost."""

import statistics
import time
from pathlib import Path

import attrs

from helios_renders.bench.usage import Role, metered
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.events import FrameCaptured, RenderEvent
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.result import RenderResult


@attrs.frozen
class Spread:
    """A number that was measured several times."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        """The spread of at least one value."""
        return cls(statistics.median(values), min(values), max(values))


@attrs.frozen
class Measured:
    """One render."""

    result: RenderResult
    first_frame: float
    """Seconds from the request to the first captured frame."""
    cpu: dict[Role, float]
    """Seconds of processor time."""
    peak_pss: int
    """Bytes, the whole process tree's."""


@attrs.frozen
class RenderRow:
    """All rounds of one page, surface and concurrency."""

    page: str
    surface: str
    reason: str
    concurrency: int
    """Effective workers."""
    frames: int
    rounds: int
    fps: Spread
    """Frames of the video by wall-clock seconds of the whole render."""
    first_frame: float
    """Seconds, median."""
    cpu_ms: dict[str, float]
    """Milliseconds of processor time a frame by role, medians."""
    peak_pss: int
    """Bytes, the largest."""


async def measure(options: StartRenderOptions, folder: Path) -> Measured:
    """Renders once into the folder; raises HeliosError."""
    began = time.monotonic()
    first = 0.0

    def on_event(event: RenderEvent) -> None:
        nonlocal first
        if isinstance(event, FrameCaptured) and not first:
            first = time.monotonic() - began

    output = folder / "bench.mp4"
    checked = attrs.evolve(options, output=str(output), overwrite=True).checked()
    async with metered() as usage:
        result = await RenderOrchestrator.render(checked, on_event)
    return Measured(result, first, usage.cpu_seconds, usage.peak_pss)


def row(page: str, measured: list[Measured]) -> RenderRow:
    """The row of at least one round."""
    result = measured[0].result
    cpu = {
        role.value: statistics.median(each.cpu[role] / result.frames * 1000 for each in measured)
        for role in Role
    }
    return RenderRow(
        page=page,
        surface=result.surface,
        reason=result.surface_reason,
        concurrency=result.concurrency.effective,
        frames=result.frames,
        rounds=len(measured),
        fps=Spread.of([result.frames / each.result.seconds for each in measured]),
        first_frame=statistics.median(each.first_frame for each in measured),
        cpu_ms=cpu,
        peak_pss=max(each.peak_pss for each in measured),
    )
