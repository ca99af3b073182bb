"""A worker whose page makes the next chunk's frames while its encoder still works on the chunk before."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.errors import EncoderFailed
from helios_renders.render import outline
from helios_renders.render.capacity import Capacity, CapacityBound
from helios_renders.render.concurrency import Bound
from helios_renders.render.events import ChunkDone, ChunkRetried, FrameCaptured, RenderEvent
from render.conftest import Render
from render.pixels import decode, read_barcode

PAGE = "barcode-canvas.html"
FRAMES = 150

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


def with_cores(cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    capacity = Capacity((CapacityBound(Bound.CORES, cores, f"{cores} cores"),))
    monkeypatch.setattr(outline, "read_capacity", lambda: capacity)


def first(events: tuple[RenderEvent, ...], kind: type[FrameCaptured | ChunkDone], chunk: int) -> int:
    return next(at for at, event in enumerate(events) if isinstance(event, kind) and event.chunk == chunk)


@pytest.mark.parametrize(("cores", "workers"), [(1, 1), (2, 1), (2, 2), (4, 2)])
async def test_who_has_cores_to_spare_works_ahead(
    render: Render, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, cores: int, workers: int
) -> None:
    with_cores(cores, monkeypatch)
    slow = str(encoder("chunk-000000-1", "sleep 3"))
    rendered = await render(PAGE, range=f"0:{FRAMES}", surface="canvas", concurrency=workers, ffmpeg=slow)
    done = first(rendered.events, ChunkDone, 0)
    worker = rendered.events[done].worker  # type: ignore[union-attr]
    others = [
        at
        for at, event in enumerate(rendered.events)
        if isinstance(event, FrameCaptured) and event.worker == worker and event.chunk != 0
    ]
    if cores >= 2 * workers:
        assert min(others) < done, "the next frames came before the chunk was done"
    else:
        assert all(at > done for at in others), "one encoder after the other"
    assert [read_barcode(frame) for frame in decode(rendered.result.output)] == list(range(FRAMES))


async def test_the_bytes_are_the_same(render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = set()
    for cores in (1, 2):
        with_cores(cores, monkeypatch)
        rendered = await render(PAGE, range=f"0:{FRAMES}", surface="canvas", cache=False)
        digests.add(rendered.result.sha256)
    assert len(digests) == 1


async def test_an_encoder_that_fails_late_costs_both_chunks(
    render: Render, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_cores(2, monkeypatch)
    failing = str(encoder("chunk-000000-1", "sleep 1; exit 3"))
    rendered = await render(PAGE, range=f"0:{FRAMES}", surface="canvas", ffmpeg=failing)
    retried = [event for event in rendered.events if isinstance(event, ChunkRetried)]
    assert [event.chunk for event in retried] == [0, 1]
    assert all("ffmpeg ended with code 3" in event.reason for event in retried)
    assert [read_barcode(frame) for frame in decode(rendered.result.output)] == list(range(FRAMES))


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
    retried = [event for event in rendered.events if isinstance(event, ChunkRetried)]
    assert [event.chunk for event in retried] == [2]
    assert [read_barcode(frame) for frame in decode(rendered.result.output)] == list(range(FRAMES))
