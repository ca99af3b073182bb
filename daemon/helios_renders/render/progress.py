"""Honest progress: what all workers have done, added up."""

import attrs

from helios_renders.render.events import Phase


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
