"""A render's progress in the hand of a test: its events and its clock."""

from collections.abc import Iterable

import attrs

from helios_renders.render.concurrency import Bound, Concurrency
from helios_renders.render.events import FrameCaptured, Phase, PhaseBegan, Planned, RenderEvent, WorkerReady
from helios_renders.render.progress import ProgressAggregator, RenderProgress


class Clock:
    """Stands still until it is moved; seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@attrs.define
class Render:
    """An aggregator with a clock in hand."""

    clock: Clock = attrs.field(factory=Clock)
    aggregator: ProgressAggregator = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.aggregator = ProgressAggregator(self.clock)

    def tell(self, *events: RenderEvent, after: float = 0) -> RenderProgress:
        self.clock.now += after
        for event in events:
            self.aggregator.apply(event)
        return self.aggregator.snapshot()

    def wait(self, seconds: float) -> RenderProgress:
        return self.tell(after=seconds)

    def begin(self, frames: int, *, workers: int = 1, chunks: int = 1) -> RenderProgress:
        return self.tell(
            PhaseBegan(Phase.STARTING),
            planned(frames, workers=workers, chunks=chunks),
            PhaseBegan(Phase.RENDERING),
            *(WorkerReady(number, "Chromium 1") for number in range(workers)),
        )


def planned(frames: int, *, workers: int = 1, chunks: int = 1) -> Planned:
    return Planned(frames, chunks, Concurrency(workers, workers, Bound.REQUEST), "/out.mp4")


def captured(frames: Iterable[int], *, worker: int = 0, chunk: int = 0) -> list[RenderEvent]:
    return [FrameCaptured(worker, chunk, frame) for frame in frames]
