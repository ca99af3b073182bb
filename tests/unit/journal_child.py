"""A process with a manager and a journal that a test kills: it renders by pretending, and says what it knows.

`python -m unit.journal_child JOURNAL PAGE` renders what the journal has not done, or else two new jobs.
Each line of its output is a word and the jobs of which it is said.
"""

import asyncio
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import attrs

from helios_renders.jobs.job import Job
from helios_renders.jobs.journal import Journal
from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.states import can_retry
from helios_renders.render.events import FrameCaptured, Phase, PhaseBegan, Placing, Planned, RenderEvent
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.result import RenderResult
from server.engine import ONE_WORKER, result

FRAMES = 40


def video(crf: int) -> bytes:
    """What the pretended render of these options writes."""
    return f"video of quality {crf}".encode() * 100


async def pretend(options: DistributedRenderOptions, on_event: Callable[[RenderEvent], None]) -> RenderResult:
    assert options.output is not None
    on_event(Planned(FRAMES, 1, ONE_WORKER, str(options.output)))
    on_event(PhaseBegan(Phase.RENDERING))
    for frame in range(FRAMES):
        on_event(FrameCaptured(0, 0, frame))
        await asyncio.sleep(0)
    on_event(PhaseBegan(Phase.ASSEMBLING))
    unplaced = options.output.with_suffix(".part")
    content = video(options.encoding.crf)
    await asyncio.to_thread(unplaced.write_bytes, content)
    digest = hashlib.sha256(content).hexdigest()
    finished = attrs.evolve(result(options.output, FRAMES), size_bytes=len(content), sha256=digest)
    placing = Placing(finished)
    on_event(placing)
    await asyncio.wait(placing.first)
    await asyncio.to_thread(unplaced.replace, options.output)
    return finished


def say(word: str, *jobs: Job) -> None:
    print(word, json.dumps([{"id": job.id, "state": job.state.value} for job in jobs]), flush=True)


async def main(path: Path, page: Path) -> None:
    manager = RenderManager(pretend)
    await manager.restore(Journal(path))
    say("found", *manager.jobs())
    manager.subscribe(lambda job: say("told", job))
    for job in manager.jobs():
        if can_retry(job.state):
            say("accepted", await manager.retry(job.id))
    if not manager.jobs():
        for crf in (18, 30):
            output = page.with_name(f"{crf}.mp4")
            options = StartRenderOptions(composition=str(page), output=output, crf=crf, overwrite=True)
            say("accepted", await manager.start_render(options))
    for job in manager.jobs():
        say("ended", await manager.wait(job.id))
    await manager.close()


if __name__ == "__main__":
    asyncio.run(main(*map(Path, sys.argv[1:])))
