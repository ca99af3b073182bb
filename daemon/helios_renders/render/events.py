"""What a render tells while it works: the only things that flow back from workers to the person."""

import asyncio
from enum import Enum

import attrs

from helios_renders.render.concurrency import Concurrency
from helios_renders.render.result import RenderResult


class Phase(Enum):
    """The parts of a render, in order."""

    QUEUED = "queued"
    STARTING = "starting"
    RENDERING = "rendering"
    ASSEMBLING = "assembling"
    DONE = "done"


@attrs.frozen
class PhaseBegan:
    """A phase began."""

    phase: Phase


@attrs.frozen
class Waiting:
    """The render cannot begin yet."""

    reason: str
    """Such as `waiting for other renders`; empty when it begins now."""


@attrs.frozen
class Planned:
    """The page is known: how many frames, on how many workers, to which file."""

    frames: int
    chunks: int
    concurrency: Concurrency
    output: str
    """The path that the finished file will have."""


@attrs.frozen
class SurfaceTried:
    """Rendering begins on this surface while it is still being compared with the reference."""

    surface: str


@attrs.frozen
class SurfaceSettled:
    """The surface stands, and with it what has been rendered on it."""

    surface: str
    reason: str


@attrs.frozen
class StartedOver:
    """The surface that was tried was rejected: all that was rendered on it is thrown away."""

    reason: str


@attrs.frozen
class WorkerReady:
    """A worker has its browser and its encoder."""

    worker: int
    browser: str
    """Such as `Chromium 156.0.8078.79, software graphics`."""


@attrs.frozen
class ChunkBegan:
    """A worker took a chunk."""

    worker: int
    chunk: int


@attrs.frozen
class FrameAdvanced:
    """A worker ran the clock up to a frame without capturing it (the frames before its chunk)."""

    worker: int
    chunk: int
    frame: int


@attrs.frozen
class FrameCaptured:
    """A worker handed a frame to its encoder."""

    worker: int
    chunk: int
    frame: int


@attrs.frozen
class FrameProved:
    """A frame of the surface that is tried has the picture of the screenshot, but for anti-aliasing."""

    frame: int
    psnr: float
    """In decibels."""


@attrs.frozen
class ChunkDone:
    """A chunk is encoded, counted and in its place."""

    worker: int
    chunk: int
    frames: int
    sha256: str


@attrs.frozen
class ChunkReused:
    """A chunk was there already from an earlier render of the same frames."""

    chunk: int
    frames: int


@attrs.frozen
class ChunkRetried:
    """What was rendered of a chunk is thrown away, and it is rendered anew."""

    worker: int | None
    """The worker that failed and is replaced; None when a finished file was spoiled."""
    chunk: int
    first: int
    last: int
    """Its frames."""
    reason: str


@attrs.frozen
class AssemblyAdvanced:
    """So much of the finished file is encoded."""

    share: float
    """0 to 1."""


@attrs.frozen
class WorkerEnded:
    """A worker has nothing left to do and is gone."""

    worker: int


@attrs.frozen
class Placing:
    """The file is whole and about to get its name, so that a crash from now on may leave it in its place."""

    result: RenderResult
    first: list[asyncio.Task[None]] = attrs.field(factory=list, eq=False)
    """What must be over before; whoever hears of it may add to that."""


@attrs.frozen
class Warned:
    """Something a person should know, though the render goes on."""

    message: str


RenderEvent = (
    PhaseBegan
    | Waiting
    | Planned
    | SurfaceTried
    | SurfaceSettled
    | StartedOver
    | WorkerReady
    | ChunkBegan
    | FrameAdvanced
    | FrameCaptured
    | FrameProved
    | ChunkDone
    | ChunkReused
    | ChunkRetried
    | AssemblyAdvanced
    | WorkerEnded
    | Placing
    | Warned
)
