"""What holds of the executor itself, whoever asks it for work and goes away."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from helios_renders.capture.request import PageRequest
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.probe import PageReport
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.render import messages, outline, scratch
from helios_renders.render.capacity import Capacity, CapacityBound
from helios_renders.render.concurrency import Bound
from helios_renders.render.local import LocalExecutor
from helios_renders.render.process import WorkerProcess
from render.accidents import processes_left
from render.conftest import Render
from render.staging import launch_options

LIMIT_SECONDS = 120
_ENDLESS = '<!doctype html><meta charset="utf-8"><script>for (;;);</script>'


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
async def test_nothing_is_left_of_a_worker_whose_end_nobody_waits_for_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, pages = tmp_path / "memory", tmp_path / "pages"
    memory.mkdir()
    pages.mkdir()
    monkeypatch.setattr(scratch, "MEMORY_FOLDER", memory)
    monkeypatch.setattr(scratch, "MEMORY_ROOM", 0)
    (pages / "index.html").write_text(_ENDLESS)
    async with asyncio.timeout(LIMIT_SECONDS), Site(pages) as site:
        page = PageRequest(site.url("index.html"), Size(64, 36), FrameRate(30), {}, timeout=LIMIT_SECONDS)
        executor = LocalExecutor(launch_options(), find_ffmpeg().path)
        asking = asyncio.create_task(executor.probe(page))
        # Nothing tells of a worker that is ready but the executor's own knowledge of its browser.
        while not executor.browser:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        for _ in range(2):
            asking.cancel()
            await asyncio.sleep(0.001)
        await executor.close()
        assert not processes_left()
        assert not list(memory.iterdir())
        await asyncio.gather(asking, return_exceptions=True)


@pytest.mark.parametrize(
    ("page", "more", "expected"),
    [
        ("barcode-canvas.html", {}, {0}),
        ("webgl.html", {}, {0}),
        ("css-keyframes.html", {}, {0, 1}),
        ("css-keyframes.html", {"surface": "element"}, {0}),
        ("css-keyframes.html", {"surface": "element", "concurrency": 2}, {0, 1}),
    ],
)
async def test_which_workers_start_before_the_page_is_known(
    render: Render,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    more: dict[str, Any],
    expected: set[int],
) -> None:
    started, at_probe = set[int](), set[int]()
    start, probe = WorkerProcess.start, LocalExecutor.probe

    async def note_start(command: messages.Start, scratch: Path, orphanage: Path) -> WorkerProcess:
        started.add(command.worker)
        return await start(command, scratch, orphanage)

    async def note_probe(self: LocalExecutor, *asked: Any) -> PageReport:
        at_probe.update(started)
        return await probe(self, *asked)

    capacity = Capacity((CapacityBound(Bound.CORES, 2, "2 cores"),))
    monkeypatch.setattr(outline, "read_capacity", lambda: capacity)
    monkeypatch.setattr(WorkerProcess, "start", note_start)
    monkeypatch.setattr(LocalExecutor, "probe", note_probe)
    await render(page, **{"range": "0:3", "concurrency": 1, "cache": False, **more})
    assert at_probe == expected
