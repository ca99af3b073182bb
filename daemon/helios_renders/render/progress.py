"""Honest progress: what all workers have done, added up."""

import math
import time
from collections.abc import Callable

import attrs

from helios_renders.render.events import (
    AssemblyAdvanced,
    ChunkBegan,
    ChunkDone,
    ChunkRetried,
    ChunkReused,
    FrameAdvanced,
    FrameCaptured,
    FrameProved,
    Phase,
    PhaseBegan,
    Planned,
    RenderEvent,
    StartedOver,
    SurfaceSettled,
    SurfaceTried,
    Waiting,
    WorkerEnded,
    WorkerReady,
)
from helios_renders.render.throughput import Throughput

RENDERED_PERCENT = 97.0
"""All frames are encoded; joining and moving the file are left."""
ASSEMBLING_PERCENT, ASSEMBLED_PERCENT = 98.0, 99.5
ETA_MIN_SECONDS = 2.0
ETA_MIN_SHARE = 0.03
ETA_SMOOTHING_SECONDS = 5.0
"""The time after which an estimate has gone two thirds of the way to a new one."""

_PHASES = tuple(Phase)


@attrs.frozen
class WorkerProgress:
    """What one worker is doing."""

    worker: int
    state: str
    """`starting`, `advancing` (running the clock up to its chunk), `capturing` or `idle`."""
    chunk: int | None = None
    frame: int | None = None
    fps: float | None = None


@attrs.frozen
class RenderProgress:
    """A render's progress at one moment."""

    phase: Phase
    frames_done: int
    frames_total: int
    percent: float
    """0 to 100, never falling; 100 only when the file is in place."""
    fps: float | None = None
    """Frames per wall-clock second over all workers; None until it means something."""
    eta_seconds: float | None = None
    """None until it means something."""
    workers: tuple[WorkerProgress, ...] = ()
    waiting: str = ""
    """What the render waits for before it begins, in words."""


@attrs.define
class _Worker:
    state: str = "starting"
    chunk: int | None = None
    frame: int | None = None
    throughput: Throughput | None = None

    def seen(self, worker: int, now: float) -> WorkerProgress:
        is_capturing = self.state == "capturing" and self.throughput is not None
        fps = self.throughput.rate(now) if is_capturing and self.throughput else None
        return WorkerProgress(worker, self.state, self.chunk, self.frame, fps)


class ProgressAggregator:
    """Adds up what workers tell; repeated and late events never make it fall or exceed the total.

    `clock` gives seconds of a steady clock. Workers are numbered from 0, so that those that the plan speaks
    of are shown as starting before they are heard of.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._phase = Phase.QUEUED
        self._total: int | None = None
        self._captured: dict[int, set[int]] = {}
        """Frames by chunk, of the chunks that are not done."""
        self._finished: dict[int, int] = {}
        """Frame counts of the chunks that are done."""
        self._counted = 0
        self._frames_done = 0
        self._tentative = False
        """True while nothing speaks for the surface that is tried."""
        self._began = 0.0
        self._throughput: Throughput | None = None
        self._expected_end: float | None = None
        self._expected_at = 0.0
        self._workers: dict[int, _Worker] = {}
        self._waiting = ""
        self._assembled = 0.0

    def apply(self, event: RenderEvent) -> None:
        """Take one event into account."""
        now = self._clock()
        match event:
            case PhaseBegan(phase):
                if _PHASES.index(phase) > _PHASES.index(self._phase):
                    self._phase = phase
            case AssemblyAdvanced(share):
                self._assembled = max(self._assembled, min(1.0, share))
            case Waiting(reason):
                self._waiting = reason
            case Planned(frames=frames, concurrency=concurrency) if self._total is None:
                self._total = frames
                for number in range(concurrency.effective):
                    self._worker(number)
            case SurfaceTried():
                self._tentative = True
            case SurfaceSettled() | FrameProved():
                self._tentative = False
            case StartedOver():
                self._start_over()
            case WorkerReady(worker=number) | WorkerEnded(worker=number):
                self._workers[number] = _Worker("idle")
            case ChunkBegan(number, chunk) if chunk not in self._finished:
                worker = self._worker(number)
                worker.state, worker.chunk, worker.frame = "advancing", chunk, None
            case FrameAdvanced(number, chunk, frame) if chunk not in self._finished:
                self._show_advanced(self._worker(number), chunk, frame)
            case FrameCaptured(number, chunk, frame) if chunk not in self._finished:
                self._show_captured(self._worker(number), chunk, frame, now)
                self._count_frame(chunk, frame, now)
            case ChunkDone(number, chunk, frames) if chunk not in self._finished:
                self._count_chunk(chunk, frames)
                worker = self._worker(number)
                if worker.chunk == chunk:
                    worker.state, worker.chunk, worker.frame = "idle", None, None
            case ChunkReused(chunk, frames) if chunk not in self._finished:
                self._count_chunk(chunk, frames)
            case ChunkRetried(lost, chunk):
                self._counted -= len(self._captured.pop(chunk, ())) + self._finished.pop(chunk, 0)
                if lost is not None:
                    self._workers[lost] = _Worker()
        self._raise_frames_done()

    def snapshot(self) -> RenderProgress:
        """The progress at this moment."""
        now = self._clock()
        is_rendering = self._phase is Phase.RENDERING
        rate = self._throughput.rate(now) if is_rendering and self._throughput else None
        return RenderProgress(
            phase=self._phase,
            frames_done=self._frames_done,
            frames_total=self._total or 0,
            percent=self._percent(),
            fps=rate,
            eta_seconds=self._eta(now) if rate else None,
            workers=tuple(worker.seen(number, now) for number, worker in sorted(self._workers.items())),
            waiting=self._waiting,
        )

    def _worker(self, number: int) -> _Worker:
        return self._workers.setdefault(number, _Worker())

    def _start_over(self) -> None:
        self._captured, self._finished, self._counted = {}, {}, 0
        self._throughput, self._expected_end = None, None
        self._workers = {number: _Worker() for number in self._workers}

    def _show_advanced(self, worker: _Worker, chunk: int, frame: int) -> None:
        is_late = worker.chunk == chunk and (
            worker.state == "capturing" or (worker.frame is not None and worker.frame > frame)
        )
        if not is_late:
            worker.state, worker.chunk, worker.frame = "advancing", chunk, frame
            worker.throughput = None

    def _show_captured(self, worker: _Worker, chunk: int, frame: int, now: float) -> None:
        is_same = worker.state == "capturing" and worker.chunk == chunk
        if is_same and worker.frame is not None and worker.frame >= frame:
            return
        worker.state, worker.chunk, worker.frame = "capturing", chunk, frame
        if worker.throughput is None:
            worker.throughput = Throughput(now)
        else:
            worker.throughput.add(now)

    def _count_chunk(self, chunk: int, frames: int) -> None:
        self._finished[chunk] = frames
        self._counted += frames - len(self._captured.pop(chunk, ()))

    def _count_frame(self, chunk: int, frame: int, now: float) -> None:
        frames = self._captured.setdefault(chunk, set())
        if frame in frames:
            return
        frames.add(frame)
        self._counted += 1
        self._raise_frames_done()
        if self._phase is not Phase.RENDERING:
            return
        if self._throughput is None:
            # From the first frame on, since the time before it went into starting browsers.
            self._began = now
            self._throughput = Throughput(now)
        else:
            self._throughput.add(now)
            self._expect_end(now, self._throughput.rate(now))

    def _raise_frames_done(self) -> None:
        if self._tentative:
            return
        total = self._total or 0
        counted = total if self._phase is Phase.DONE else min(total, self._counted)
        self._frames_done = max(self._frames_done, counted)

    def _percent(self) -> float:
        match self._phase:
            case Phase.QUEUED | Phase.STARTING:
                return 0.0
            case Phase.RENDERING:
                return RENDERED_PERCENT * self._frames_done / self._total if self._total else 0.0
            case Phase.ASSEMBLING:
                return ASSEMBLING_PERCENT + (ASSEMBLED_PERCENT - ASSEMBLING_PERCENT) * self._assembled
            case Phase.DONE:
                return 100.0

    def _expect_end(self, now: float, rate: float | None) -> None:
        if self._tentative:
            return
        total = self._total or 0
        is_early = now - self._began < ETA_MIN_SECONDS or self._frames_done < ETA_MIN_SHARE * total
        if not total or is_early or not rate:
            return
        end = now + (total - self._counted) / rate
        if self._expected_end is None:
            self._expected_end = end
        else:
            # Exponential smoothing of the end's moment, so that what is left counts down between the steps.
            weight = 1 - math.exp((self._expected_at - now) / ETA_SMOOTHING_SECONDS)
            self._expected_end += weight * (end - self._expected_end)
        self._expected_at = now

    def _eta(self, now: float) -> float | None:
        return None if self._expected_end is None else max(0.0, self._expected_end - now)
