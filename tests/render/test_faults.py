"""Whatever breaks amid a render: a clear error or the right video, and nothing is left behind."""

import asyncio
import os
import re
import signal
import struct
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from cli.terminal import started, wait_until
from helios_renders.capture.ring import CONSUMED_AT, HEADER, PAGE, SLOT_HEADER, SLOTS, WRITTEN_AT, RingLayout
from helios_renders.composition.spec import Size
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.errors import (
    BrowserFailed,
    EncoderFailed,
    HeliosError,
    RenderFailed,
    WorkerLost,
)
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render import messages, process, scratch
from helios_renders.render.attempts import Attempts
from helios_renders.render.chunk import Chunk
from helios_renders.render.events import (
    ChunkDone,
    Phase,
    PhaseBegan,
    Planned,
    RenderEvent,
    SurfaceTried,
    WorkerReady,
)
from helios_renders.render.executor import OnEvent
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.process import WorkerProcess
from helios_renders.render.result import RenderResult
from helios_renders.threads import in_thread
from render.accidents import (
    After,
    EachAttempt,
    UntilAnew,
    fill,
    kill_of,
    memory_of,
    processes_left,
    ring_files,
    scratch_of,
)
from render.conftest import PAGES
from render.pixels import decode, read_barcode
from render.staging import launch_options

SIZE = Size(320, 180)
FRAMES = 150
BROWSER_GONE = "has been closed|graphics process ended"
"""Its graphics process goes with it, and may be missed first."""
LIMIT_SECONDS = 200
LEFT_SECONDS = 15
MEMORY = Path("/dev/shm")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/shm and /proc")

Break = Callable[..., Awaitable[RenderResult]]


def is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in memory for the workers' files of this test alone; they must be gone when it ends."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        folder = Path(name)
        monkeypatch.setattr(scratch, "MEMORY_FOLDER", folder)
        monkeypatch.setattr(scratch, "MEMORY_ROOM", 0)
        yield folder
        wait_until(lambda: not processes_left(), "every process to end", LEFT_SECONDS)
        wait_until(lambda: is_empty(folder), "every file in memory to go", LEFT_SECONDS)


@pytest.fixture
def full_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """As `memory`, but on a file system of its own that can be filled."""
    with memory_of(tmp_path / "memory", 64) as folder:
        monkeypatch.setattr(scratch, "MEMORY_FOLDER", folder)
        monkeypatch.setattr(scratch, "MEMORY_ROOM", 0)
        yield folder
        wait_until(lambda: not processes_left(), "every process to end", LEFT_SECONDS)
        (folder / "filler").unlink()
        wait_until(lambda: is_empty(folder), "every file in memory to go", LEFT_SECONDS)


@pytest.fixture
def output(tmp_path: Path) -> Iterator[Path]:
    """A video's path in a folder that must hold nothing else in the end."""
    folder = tmp_path / "videos"
    folder.mkdir()
    yield folder / "video.mp4"
    assert {path.name for path in folder.iterdir()} <= {"video.mp4"}


async def render(
    output: Path, on_event: OnEvent, page: str = "barcode-canvas.html", **more: Any
) -> RenderResult:
    given = {"surface": "canvas", "range": f"0:{FRAMES}", "force_concurrency": True, **more}
    options = StartRenderOptions(composition=str(PAGES / page), output=str(output), **given)
    async with asyncio.timeout(LIMIT_SECONDS):
        return await RenderOrchestrator.render(options.checked(), on_event)


def assert_right(result: RenderResult, frames: int = FRAMES) -> None:
    assert [read_barcode(frame) for frame in decode(result.output)] == list(range(frames))


@pytest.fixture(scope="module")
def undisturbed() -> dict[tuple[str, str, str], str]:
    """The digests of renders that nothing happens to, by surface, page and the encoder's preset."""
    return {}


@pytest.mark.parametrize(
    ("victim", "surface", "page", "words"),
    [
        ("browser", "canvas", "barcode-canvas.html", BROWSER_GONE),
        ("browser", "screenshot", "barcode.html", BROWSER_GONE),
        ("renderer", "canvas", "barcode-canvas.html", "crashed"),
        ("renderer", "element", "css-keyframes.html", "crashed"),
        ("graphics process", "canvas", "barcode-canvas.html", "graphics process ended"),
        ("graphics process", "element", "css-keyframes.html", "graphics process ended"),
        ("graphics process", "screenshot", "barcode.html", "graphics process ended"),
        ("ffmpeg", "canvas", "barcode-canvas.html", "killed by signal 9"),
        ("worker", "canvas", "barcode-canvas.html", "ended unexpectedly"),
    ],
)
@pytest.mark.usefixtures("memory")
async def test_a_process_is_killed(
    undisturbed: dict[tuple[str, str, str], str],
    output: Path,
    tmp_path: Path,
    victim: str,
    surface: str,
    page: str,
    words: str,
) -> None:
    # An encoder that is slow enough to be struck; of a browser it would need nothing any more.
    preset = "slower" if victim == "ffmpeg" else "veryfast"
    given = {"surface": surface, "concurrency": 2, "preset": preset}
    if (surface, page, preset) not in undisturbed:
        right = await render(tmp_path / "right.mp4", lambda event: None, page, **given)
        undisturbed[surface, page, preset] = right.sha256
    accident = UntilAnew(lambda worker: kill_of(worker, victim))
    result = await render(output, accident, page, **given)
    assert accident.happened
    assert result.sha256 == undisturbed[surface, page, preset]
    assert result.warnings
    for warning in result.warnings:
        assert re.match(r"Frames \d+ to \d+ were rendered anew\. ", warning)
        assert re.search(words, warning)


@pytest.mark.parametrize(
    ("victim", "expected", "times"), [("ffmpeg", EncoderFailed, 3), ("worker", WorkerLost, 10)]
)
@pytest.mark.usefixtures("memory")
async def test_a_process_is_killed_again_and_again(
    output: Path, victim: str, expected: type[HeliosError], times: int
) -> None:
    accident = EachAttempt(lambda worker: kill_of(worker, victim))
    with pytest.raises(expected, match=f"It was tried {times} times") as caught:
        await render(output, accident, preset="slower")
    # More where a chunk needed nobody any more by then.
    assert accident.times >= times
    assert caught.value.advice
    assert len(caught.value.message.splitlines()) == 1
    assert is_empty(output.parent)


@pytest.mark.usefixtures("memory")
async def test_a_worker_is_lost_before_it_renders(output: Path, tmp_path: Path) -> None:
    """The one that probes, and the one that compares surfaces."""
    told: list[asyncio.Future[float]] = []

    def on_event(event: RenderEvent) -> None:
        is_start = isinstance(event, PhaseBegan) and event.phase is Phase.STARTING
        if is_start or isinstance(event, SurfaceTried):
            number = len(told)
            killing = in_thread(wait_until, lambda: kill_worker(number), f"worker {number} to kill", 20)
            told.append(asyncio.ensure_future(killing))

    page = "css-keyframes.html"
    result = await render(output, on_event, page, surface="auto", concurrency=1)
    await asyncio.gather(*told)
    right = await render(tmp_path / "right.mp4", lambda event: None, page, surface="element")
    assert result.sha256 == right.sha256
    assert [warning[:21] for warning in result.warnings] == ["Worker 0 was replaced", "Worker 1 was replaced"]


def kill_worker(number: int) -> bool:
    for found in psutil.Process().children(recursive=True):
        folder = scratch_of(found)
        if folder is not None and folder.name.startswith(f"{number}-"):
            found.kill()
            return True
    return False


@pytest.mark.usefixtures("memory")
async def test_a_worker_stands_still(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SILENT_WAITS", 2)
    accident = After(15, lambda worker: kill_of(worker, "worker", signal.SIGSTOP))
    result = await render(output, accident)
    assert_right(result)
    assert "was not heard of for 10 s" in result.warnings[0]


async def test_a_mistake_of_the_worker_is_told_and_not_tried_again(tmp_path: Path) -> None:
    start = messages.Start(0, launch_options(), str(find_ffmpeg().path))
    orphanage = tmp_path / scratch.ORPHANAGE
    orphanage.write_text('{"folders": []}')
    worker = await WorkerProcess.start(start, tmp_path / "scratch", orphanage)
    try:
        assert isinstance(await worker.receive(), WorkerReady)
        await worker.send(messages.TakeChunk(Chunk(0, 0, 5), 1, "chunk.mp4"))
        with pytest.raises(RenderFailed, match="Worker 0 broke: AssertionError") as caught:
            await worker.receive()
    finally:
        await worker.kill()
    with pytest.raises(RenderFailed):
        Attempts().after(caught.value)


async def test_a_driver_that_ends_while_it_starts_is_the_browser_s_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\nexit 1\n")
    node.chmod(0o755)
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(node))
    orphanage = tmp_path / scratch.ORPHANAGE
    orphanage.write_text('{"folders": []}')
    start = messages.Start(0, launch_options(), str(find_ffmpeg().path))
    worker = await WorkerProcess.start(start, tmp_path / "scratch", orphanage)
    try:
        with pytest.raises(BrowserFailed, match="The browser's driver ended"):
            await worker.receive()
    finally:
        await worker.kill()


@pytest.mark.usefixtures("memory")
async def test_a_chunk_is_spoiled_after_it_was_written(output: Path) -> None:
    spoiled: list[Path] = []

    def on_event(event: RenderEvent) -> None:
        if isinstance(event, ChunkDone) and event.chunk < 2 and len(spoiled) < 2:
            (file,) = output.parent.rglob(f"chunk-{event.chunk:06d}-*.mp4")
            spoiled.append(file)
            if event.chunk == 0:
                os.truncate(file, file.stat().st_size // 2)
            else:
                file.unlink()

    result = await render(output, on_event)
    assert len(spoiled) == 2
    assert_right(result)
    assert ["is not what was written" in result.warnings[0], "No such file" in result.warnings[1]] == [
        True,
        True,
    ]


def assert_uploaded(result: RenderResult) -> None:
    assert_right(result)
    (warning,) = result.warnings
    assert warning.startswith("Frames go by upload, which is slower, because the ring fails.")


@pytest.mark.parametrize("room", [0, PAGE])
async def test_memory_is_full_before_the_browser_starts(
    output: Path, full_memory: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, room: int
) -> None:
    # Where Python's library goes by itself when it cannot write into TMPDIR.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("TEMP", str(elsewhere))
    fill(full_memory, room=room)
    with pytest.raises(RenderFailed, match="cannot take the workers' files: No space left") as caught:
        await render(output, lambda event: None)
    assert caught.value.advice
    assert is_empty(elsewhere)


async def test_memory_has_no_room_for_the_whole_ring(output: Path, full_memory: Path) -> None:
    room = 300_000

    def on_event(event: RenderEvent) -> None:
        if isinstance(event, Planned):
            fill(full_memory, room=room)

    assert room < RingLayout(SIZE).total
    assert_uploaded(await render(output, on_event))


async def test_memory_fills_up_amid_the_render(output: Path, full_memory: Path) -> None:
    accident = After(15, lambda _: fill(full_memory))
    result = await render(output, accident)
    assert accident.happened
    assert_right(result)
    assert result.warnings == ()


GARBAGE = struct.pack("=ii", -7, 123456)
LAYOUT = RingLayout(SIZE)


@pytest.mark.parametrize(
    "places",
    [
        [HEADER + slot * LAYOUT.stride for slot in range(SLOTS)],
        [HEADER + slot * LAYOUT.stride + SLOT_HEADER + LAYOUT.payload for slot in range(SLOTS)],
        [WRITTEN_AT],
        [CONSUMED_AT],
    ],
    ids=["heads", "tails", "written", "consumed"],
)
async def test_the_ring_is_written_into(output: Path, memory: Path, places: list[int]) -> None:
    """Again with every frame, because a frame that is written later mends its slot."""

    def spoil(_worker: int) -> bool:
        # Frames are told a little after they are made: the worker may have failed and gone by then.
        rings = ring_files(memory, SIZE)
        for ring in rings:
            descriptor = os.open(ring, os.O_RDWR)
            try:
                for place in places:
                    os.pwrite(descriptor, GARBAGE, place)
            finally:
                os.close(descriptor)
        return bool(rings)

    with pytest.raises(
        BrowserFailed, match=r"(The ring (holds|counts)|frames are consumed).* It was tried 3 times\."
    ) as caught:
        await render(output, After(15, spoil, always=True), preset="slow")
    assert caught.value.advice


async def test_a_cancelled_render_leaves_nothing(output: Path, memory: Path) -> None:
    begun = asyncio.Event()
    task = asyncio.create_task(render(output, After(15, lambda _: begun.set()), concurrency=2))
    async with asyncio.timeout(LIMIT_SECONDS):
        await begun.wait()
    assert not is_empty(memory)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_empty(output.parent)


async def test_a_finished_render_leaves_its_video(output: Path, memory: Path) -> None:
    filled = []
    assert_right(
        await render(output, After(15, lambda _: filled.append(not is_empty(memory))), concurrency=2)
    )
    assert filled == [True]


def test_a_killed_command_leaves_nothing(output: Path) -> None:
    page = PAGES / "barcode-canvas.html"
    options = ("--surface", "canvas", "--concurrency", "2", "--force-concurrency", "--json")
    with started("render", page, *options, "-o", output, cwd=output.parent) as running:
        assert running.process.stdout is not None
        while '"framesDone":0' in (line := running.process.stdout.readline().replace(" ", "")):
            continue
        assert "framesDone" in line, line
        folders = {scratch_of(process) for process in running.family()} - {None}
        assert len(folders) == 2
        running.process.send_signal(signal.SIGKILL)
        wait_until(lambda: not running.family(), "every process to end", LEFT_SECONDS)
        # By its reapers, or by another command that starts just then and has ended those.
        left = [folder.parent for folder in folders if folder is not None]
        wait_until(lambda: not any(map(Path.exists, left)), "every file in memory to go", LEFT_SECONDS)
        wait_until(lambda: is_empty(output.parent), "every chunk to go", LEFT_SECONDS)
