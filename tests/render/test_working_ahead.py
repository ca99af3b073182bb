"""A worker whose page makes the next chunk's frames while its encoder still works on the chunk before."""

import asyncio
import shlex
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.errors import EncoderFailed, PageFailed
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render import orchestrator, outline
from helios_renders.render.capacity import Capacity, CapacityBound
from helios_renders.render.concurrency import Bound
from helios_renders.render.events import ChunkDone, ChunkRetried, FrameCaptured, RenderEvent
from helios_renders.render.slots import worker_slots
from render.accidents import kill_of, processes_left
from render.conftest import PAGES, Render, Rendered, told
from render.pixels import decode, read_barcode

PAGE = "barcode-canvas.html"
FRAMES = 150
LIMIT_SECONDS = 60

Encoder = Callable[[str, str], Path]


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    """An ffmpeg that ends in its own way when it was fed a chunk that is written to such a file."""

    def make(file: str, ending: str) -> Path:
        program, real = tmp_path / "ffmpeg", shlex.quote(str(find_ffmpeg().path))
        words = f'case "$*" in *pipe:0*{file}*) {real} "$@" && {ending};; *) exec {real} "$@";; esac'
        program.write_text(f"#!/bin/sh\n{words}\n")
        program.chmod(0o755)
        return program

    return make


def capacity_of(cores: int) -> Capacity:
    return Capacity((CapacityBound(Bound.CORES, cores, f"{cores} cores"),))


def with_cores(cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    capacity = capacity_of(cores)
    for module in (outline, orchestrator):
        monkeypatch.setattr(module, "read_capacity", lambda: capacity)


def works_ahead(events: Sequence[RenderEvent]) -> bool:
    """Whether the worker of the first chunk has made other frames before that chunk was done."""
    done = next(event for event in events if isinstance(event, ChunkDone) and event.chunk == 0)
    before = events[: events.index(done)]
    captured = [event for event in before if isinstance(event, FrameCaptured) and event.worker == done.worker]
    return any(event.chunk != 0 for event in captured)


def assert_right(rendered: Rendered) -> None:
    assert [read_barcode(frame) for frame in decode(rendered.result.output)] == list(range(FRAMES))


@pytest.mark.parametrize(("cores", "workers"), [(1, 1), (2, 1), (2, 2), (4, 2)])
async def test_who_has_cores_to_spare_works_ahead(
    render: Render, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, cores: int, workers: int
) -> None:
    with_cores(cores, monkeypatch)
    slow = str(encoder("chunk-000000-1", "sleep 3"))
    rendered = await render(PAGE, range=f"0:{FRAMES}", surface="canvas", concurrency=workers, ffmpeg=slow)
    assert works_ahead(rendered.events) == (cores >= 2 * workers)
    assert_right(rendered)


async def test_the_bytes_are_the_same(
    render: Render, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = str(encoder("chunk-000000-1", "sleep 2"))
    found = {}
    for cores in (1, 2):
        with_cores(cores, monkeypatch)
        rendered = await render(PAGE, range=f"0:{FRAMES}", surface="canvas", cache=False, ffmpeg=slow)
        found[works_ahead(rendered.events)] = rendered.result.sha256
    assert found[True] == found[False]


async def test_other_renders_need_their_cores_themselves(
    render: Render, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_cores(2, monkeypatch)
    slow = str(encoder("chunk-000000-1", "sleep 2"))
    with worker_slots() as others:
        options = StartRenderOptions(composition=str(PAGES / PAGE), concurrency=1).checked()
        await others.take(options, capacity_of(2), lambda _: None)
        rendered = await render(PAGE, range=f"0:{FRAMES}", surface="canvas", ffmpeg=slow)
    assert not works_ahead(rendered.events)
    assert_right(rendered)


async def test_an_encoder_that_fails_late_is_not_the_next_chunk_s_fault(
    render: Render, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_cores(2, monkeypatch)
    failing = str(encoder("chunk-000000-1", "sleep 1; exit 3"))
    left: list[Path] = []

    def look(event: RenderEvent) -> None:
        if isinstance(event, ChunkRetried):
            left.extend(tmp_path.rglob(f"chunk-{event.chunk:06d}-*"))

    rendered = await render(PAGE, range=f"0:{FRAMES}", surface="canvas", ffmpeg=failing, on_event=look)
    retried = told(rendered, ChunkRetried)
    assert [event.chunk for event in retried] == [0, 1]
    assert not left, "nothing of a failed attempt stays"
    assert "ffmpeg ended with code 3" in retried[0].reason
    assert retried[1].reason == "They were lost when another chunk of their worker failed."
    assert_right(rendered)


async def test_a_browser_that_dies_is_not_the_fault_of_the_chunk_before(
    render: Render, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_cores(2, monkeypatch)
    slow = str(encoder("chunk-000000-1", "sleep 20"))
    struck: list[RenderEvent] = []

    def strike(event: RenderEvent) -> None:
        if not struck and isinstance(event, FrameCaptured) and event.chunk == 1:
            struck.append(event)
            assert kill_of(0, "browser")

    rendered = await render(PAGE, range=f"0:{FRAMES}", surface="canvas", ffmpeg=slow, on_event=strike)
    retried = told(rendered, ChunkRetried)
    assert [event.chunk for event in retried] == [1, 0]
    assert "has been closed" in retried[0].reason or "graphics process ended" in retried[0].reason
    assert retried[1].reason == "They were lost when another chunk of their worker failed."
    assert_right(rendered)


async def test_a_page_that_fails_ends_both(
    render: Render, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_cores(2, monkeypatch)
    page = tmp_path / "page.html"
    shutil.copy(PAGES / PAGE, page)
    throws = "<script>setTimeout(() => { throw new Error('too late') }, 3000)</script>"
    page.write_text(page.read_text() + throws)
    slow = str(encoder("chunk-000000-1", "sleep 60"))
    async with asyncio.timeout(LIMIT_SECONDS):
        with pytest.raises(PageFailed, match="too late"):
            await render(page, range=f"0:{FRAMES}", surface="canvas", ffmpeg=slow)
    assert not processes_left()


async def test_cancelling_ends_both(
    render: Render, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_cores(2, monkeypatch)
    slow = str(encoder("chunk-000000-1", "sleep 60"))
    ahead = asyncio.Event()

    def hear(event: RenderEvent) -> None:
        if isinstance(event, FrameCaptured) and event.chunk == 1:
            ahead.set()

    rendering = asyncio.ensure_future(
        render(PAGE, range=f"0:{FRAMES}", surface="canvas", ffmpeg=slow, on_event=hear)
    )
    async with asyncio.timeout(LIMIT_SECONDS):
        await ahead.wait()
        rendering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await rendering
    assert not processes_left()


async def test_an_encoder_that_fails_each_time_ends_the_render(
    render: Render, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_cores(2, monkeypatch)
    failing = str(encoder("chunk-000000", "exit 3"))
    with pytest.raises(EncoderFailed, match=r"ffmpeg ended with code 3 .*\. It was tried 3 times\."):
        await render(PAGE, range=f"0:{FRAMES}", surface="canvas", ffmpeg=failing)


async def test_the_last_chunk_s_encoder_is_waited_for(render: Render, encoder: Encoder) -> None:
    failing = str(encoder("chunk-000002-3", "sleep 1; exit 3"))
    rendered = await render(PAGE, range=f"0:{FRAMES}", surface="canvas", ffmpeg=failing)
    retried = told(rendered, ChunkRetried)
    assert [event.chunk for event in retried] == [2]
    assert_right(rendered)
