"""The daemon with a render function that only pretends; the input props say how."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Callable

from helios_renders.errors import EncoderFailed
from helios_renders.render.capacity import clamp, read_capacity
from helios_renders.render.events import (
    ChunkBegan,
    FrameCaptured,
    Phase,
    PhaseBegan,
    Planned,
    RenderEvent,
    WorkerReady,
)
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output import choose_output
from helios_renders.render.result import RenderResult
from helios_renders.server import main
from server.engine import result

END_SECONDS = 5.0


async def pretend(options: DistributedRenderOptions, on_event: Callable[[RenderEvent], None]) -> RenderResult:
    """Pretend to render `frames` frames, `step` seconds each; the other props do what they say."""
    props = options.props
    frames = int(props.get("frames", 10))
    output = choose_output(options, "pretended")
    on_event(PhaseBegan(Phase.STARTING))
    if props.get("noise"):
        make_noise()
    concurrency = clamp(options.concurrency, read_capacity(), frames=frames, force=options.force_concurrency)
    on_event(Planned(frames, 1, concurrency, str(output)))
    for worker in range(concurrency.effective):
        on_event(WorkerReady(worker, "Chromium 1.0"))
    if props.get("stubborn"):
        await asyncio.create_subprocess_exec("sleep", "600")
    on_event(PhaseBegan(Phase.RENDERING))
    on_event(ChunkBegan(0, 0))
    for frame in range(frames):
        if props.get("stubborn"):
            await resist()
        if props.get("hold") and frame == frames // 2:
            await asyncio.Event().wait()
        await asyncio.sleep(float(props.get("step", 0.001)))
        on_event(FrameCaptured(0, 0, frame))
    if props.get("fail") == "known":
        raise EncoderFailed("ffmpeg ended with 1.", "Look at its last words.", ("frame=3", "Out of ink"))
    if props.get("fail") == "unknown":
        raise KeyError("lost")
    on_event(PhaseBegan(Phase.ASSEMBLING))
    return result(output, frames)


def make_noise() -> None:
    """What must not reach the wire: prints, and a child that inherits standard input and output."""
    print("Content-Length: 2\r\n\r\n{}")
    sys.stdout.flush()
    script = "import sys; print('child read', repr(sys.stdin.read()), flush=True)"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)


async def resist() -> None:
    """Do not let oneself be cancelled."""
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


if __name__ == "__main__":
    # On a busy machine, what ends in order must not be killed amid it.
    main.END_SECONDS = END_SECONDS
    sys.exit(main.serve(pretend))
