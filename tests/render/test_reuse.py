"""Frames of earlier renders: used where nothing changed, and never where anything did."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import attrs
import pytest

from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.cache import BYTES_VARIABLE, FOLDER_VARIABLE
from helios_renders.render.events import ChunkDone, ChunkReused, RenderEvent, SurfaceTried
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.result import RenderResult
from render.conftest import PAGES
from render.pixels import decode, read_barcode

LIMIT_SECONDS = 200


@attrs.frozen
class Rendered:
    result: RenderResult
    events: list[RenderEvent]

    @property
    def new(self) -> int:
        """How many frames were rendered."""
        return sum(event.frames for event in self.events if isinstance(event, ChunkDone))

    @property
    def reused(self) -> int:
        found = sum(event.frames for event in self.events if isinstance(event, ChunkReused))
        assert found == self.result.reused_frames
        return found


Again = Callable[..., Awaitable[Rendered]]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page of bar codes in a folder of its own, with a cache of its own."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv(BYTES_VARIABLE, str(2**30))
    folder = tmp_path / "page"
    folder.mkdir()
    shutil.copy(PAGES / "barcode-canvas.html", folder)
    return folder / "barcode-canvas.html"


@pytest.fixture
def again(tmp_path: Path, page: Path) -> Again:
    async def run(
        on_event: Callable[[RenderEvent], None] = lambda event: None, *, job: str = "", **given: Any
    ) -> Rendered:
        # One chunk keeps one worker busy.
        given = {"concurrency": 1 if given.get("range") == "0:60" else 2, **given}
        wanted = {"surface": "canvas", "range": "0:150", "force_concurrency": True, **given}
        options = StartRenderOptions(composition=str(page), output_folder=str(tmp_path), **wanted)
        events: list[RenderEvent] = []

        def hear(event: RenderEvent) -> None:
            events.append(event)
            on_event(event)

        async with asyncio.timeout(LIMIT_SECONDS):
            checked = attrs.evolve(options.checked(), job=job)
            return Rendered(await RenderOrchestrator.render(checked, hear), events)

    return run


def append(page: Path, text: str) -> None:
    page.write_text(page.read_text() + text)


def barcodes(rendered: Rendered) -> list[int]:
    return [read_barcode(frame) for frame in decode(rendered.result.output)]


async def test_the_same_again_renders_nothing(again: Again) -> None:
    first = await again()
    assert (first.reused, first.new) == (0, 150)
    second = await again()
    assert (second.reused, second.new) == (150, 0)
    assert second.result.sha256 == first.result.sha256
    third = await again(cache=False)
    assert (third.reused, third.new) == (0, 150)
    assert third.result.sha256 == first.result.sha256


async def test_a_longer_and_an_overlapping_range_render_what_is_new(again: Again) -> None:
    await again(range="0:120")
    longer = await again(range="0:170")
    assert (longer.reused, longer.new) == (120, 50)
    assert barcodes(longer) == list(range(170))
    overlapping = await again(range="50:130")
    assert (overlapping.reused, overlapping.new) == (60, 20), "the chunk of frames 60 to 119 is whole in both"
    assert barcodes(overlapping) == list(range(50, 130))
    right = await again(range="50:130", cache=False)
    assert overlapping.result.sha256 == right.result.sha256


async def test_what_is_asked_for_differently_is_rendered(again: Again) -> None:
    await again(range="0:60")
    for other in (
        {"crf": 30},
        {"preset": "ultrafast"},
        {"props": {"x": 1}},
        {"size": "640x360"},
        {"fps": 15},
    ):
        assert (await again(range="0:60", **other)).reused == 0, other


async def test_a_page_that_was_edited_is_rendered(again: Again, page: Path) -> None:
    script = page.with_name("script.js")
    script.write_text("//")
    append(
        page,
        '<script src="script.js"></script><script>fetch("absent.txt").then((a) => a.text())</script>',
    )
    await again(range="0:60")
    script.touch()
    assert (await again(range="0:60")).new == 0, "touched is not edited"
    script.write_text("// edited")
    assert (await again(range="0:60")).reused == 0
    page.with_name("absent.txt").write_text("not absent any more")
    assert (await again(range="0:60")).reused == 0
    append(page, "<!-- edited -->")
    assert (await again(range="0:60")).reused == 0
    assert (await again(range="0:60")).new == 0


async def test_a_page_that_is_edited_while_it_is_rendered_keeps_nothing(again: Again, page: Path) -> None:
    def edit(event: RenderEvent) -> None:
        if isinstance(event, ChunkDone):
            append(page, "<!-- edited -->")

    await again(edit)
    assert (await again()).reused < 150
    assert (await again()).new == 0


@pytest.fixture
async def elsewhere() -> AsyncIterator[str]:
    """The address of a script of another origin."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {HTTPStatus.OK} OK\r\nContent-Type: text/javascript\r\n"
        writer.write(f"{head}Content-Length: 2\r\nConnection: close\r\n\r\n//".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/script.js"


async def test_what_came_from_elsewhere_counts_for_the_same_job_only(
    again: Again, page: Path, elsewhere: str
) -> None:
    append(page, f'<script src="{elsewhere}"></script>')
    await again(range="0:60", job="a")
    assert (await again(range="0:60")).reused == 0
    assert (await again(range="0:60", job="b")).reused == 0
    await again(range="0:60", job="a")
    assert (await again(range="0:60", job="a")).new == 0


async def cancelled_after_a_chunk(again: Again, **given: Any) -> None:
    begun = asyncio.Event()

    def on_event(event: RenderEvent) -> None:
        if isinstance(event, ChunkDone):
            begun.set()

    task = asyncio.ensure_future(again(on_event, concurrency=1, **given))
    async with asyncio.timeout(LIMIT_SECONDS):
        await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_render_that_was_cancelled_goes_on_where_it_was(again: Again) -> None:
    await cancelled_after_a_chunk(again, range=None)
    resumed = await again(range=None, concurrency=2)
    assert 60 <= resumed.reused < resumed.result.frames
    assert barcodes(resumed) == list(range(resumed.result.frames))


async def test_the_surface_is_not_compared_again(again: Again) -> None:
    first = await again(surface="auto", range="0:60")
    assert any(isinstance(event, SurfaceTried) for event in first.events)
    second = await again(surface="auto", range="0:60", crf=30)
    assert not any(isinstance(event, SurfaceTried) for event in second.events)
    assert second.reused == 0
    assert second.result.surface == first.result.surface
    assert second.result.surface_reason == first.result.surface_reason
    assert second.result.surface_psnr == first.result.surface_psnr


async def test_a_spoiled_entry_is_rendered_anew(again: Again, tmp_path: Path) -> None:
    first = await again()
    for path in (tmp_path / "cache").glob("*.data"):
        path.write_bytes(path.read_bytes()[:-1])
    second = await again()
    assert second.reused == 0
    assert second.result.sha256 == first.result.sha256
    for path in (tmp_path / "cache").glob("*.json"):
        path.write_text(json.dumps({"kept": 3}))
    assert (await again()).reused == 0


async def test_a_cache_that_cannot_be_written_is_told(again: Again, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    rendered = await again(range="0:60")
    (warning,) = rendered.result.warnings
    assert warning.startswith("What is rendered is not kept for later: ")


async def test_chunks_that_prove_nothing_are_rendered_to_prove_the_surface(again: Again) -> None:
    await again(surface="canvas", range="0:300")
    asked = await again(surface="auto", range="0:240")
    assert asked.reused == 0, "each chunk has a sample in it"
    assert asked.result.surface_reason == "equal to the screenshot in frames 0, 60, 120, 179, 239"
    longer = await again(surface="auto", range="0:270")
    assert longer.reused == 60, "of its samples, frame 0 alone was proved before"
    assert (await again(surface="auto", range="0:270", crf=30)).reused == 0
    assert (await again(surface="auto", range="0:270")).new == 0


async def test_a_proof_goes_on_where_its_render_was_cancelled(again: Again) -> None:
    await cancelled_after_a_chunk(again, surface="auto", range="0:300")
    resumed = await again(surface="auto", range="0:300")
    assert 60 <= resumed.reused < 300
    assert resumed.result.surface_reason == "equal to the screenshot in frames 0, 75, 150, 224, 299"
    assert barcodes(resumed) == list(range(300))
