"""Whatever breaks amid a render: a clear error or the right video, and nothing is left behind."""

import asyncio
import os
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
from helios_renders.errors import BrowserFailed, EncoderFailed, HeliosError, RenderFailed, WorkerLost
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render import local
from helios_renders.render.events import Planned, RenderEvent
from helios_renders.render.executor import OnEvent
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.result import RenderResult
from render.conftest import PAGES
from render.faults import After, fill, kill, memory_of, processes_left, ring_file
from render.pixels import decode, read_barcode

SIZE = Size(320, 180)
FRAMES = 150
LIMIT_SECONDS = 60
LEFT_SECONDS = 5
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
        monkeypatch.setattr(local, "MEMORY_FOLDER", folder)
        monkeypatch.setattr(local, "MEMORY_ROOM", 0)
        yield folder
        wait_until(lambda: not processes_left(), "every process to end", LEFT_SECONDS)
        wait_until(lambda: is_empty(folder), "every file in memory to go", LEFT_SECONDS)


@pytest.fixture
def full_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """As `memory`, but on a file system of its own that can be filled."""
    with memory_of(tmp_path / "memory", 64) as folder:
        monkeypatch.setattr(local, "MEMORY_FOLDER", folder)
        monkeypatch.setattr(local, "MEMORY_ROOM", 0)
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


@pytest.mark.parametrize(
    ("victim", "surface", "page", "expected", "words"),
    [
        ("browser", "canvas", "barcode-canvas.html", BrowserFailed, "has been closed"),
        ("browser", "screenshot", "barcode.html", BrowserFailed, "has been closed"),
        ("renderer", "canvas", "barcode-canvas.html", BrowserFailed, "crashed"),
        ("renderer", "element", "css-keyframes.html", BrowserFailed, "crashed"),
        ("graphics process", "canvas", "barcode-canvas.html", BrowserFailed, "graphics process ended"),
        ("graphics process", "element", "css-keyframes.html", BrowserFailed, "graphics process ended"),
        ("graphics process", "screenshot", "barcode.html", BrowserFailed, "graphics process ended"),
        ("ffmpeg", "canvas", "barcode-canvas.html", EncoderFailed, "killed by signal 9"),
        ("worker", "canvas", "barcode-canvas.html", WorkerLost, "ended unexpectedly"),
    ],
)
@pytest.mark.usefixtures("memory")
async def test_a_process_is_killed(
    output: Path, victim: str, surface: str, page: str, expected: type[HeliosError], words: str
) -> None:
    accident = After(15, lambda: kill(victim))
    with pytest.raises(expected, match=words) as caught:
        await render(output, accident, page, surface=surface, concurrency=2, range=None, duration=10)
    assert accident.happened
    assert caught.value.advice
    assert len(caught.value.message.splitlines()) == 1
    assert is_empty(output.parent)


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
    accident = After(15, lambda: fill(full_memory))
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

    def spoil() -> None:
        descriptor = os.open(ring_file(memory, SIZE), os.O_RDWR)
        try:
            for place in places:
                os.pwrite(descriptor, GARBAGE, place)
        finally:
            os.close(descriptor)

    with pytest.raises(BrowserFailed, match=r"The ring (holds|counts)|frames are consumed") as caught:
        await render(output, After(15, spoil, always=True), preset="slow")
    assert caught.value.advice


async def test_a_cancelled_render_leaves_nothing(output: Path, memory: Path) -> None:
    begun = asyncio.Event()
    task = asyncio.create_task(render(output, After(15, begun.set), concurrency=2))
    async with asyncio.timeout(LIMIT_SECONDS):
        await begun.wait()
    assert not is_empty(memory)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_empty(output.parent)


async def test_a_finished_render_leaves_its_video(output: Path, memory: Path) -> None:
    filled = []
    assert_right(await render(output, After(15, lambda: filled.append(not is_empty(memory))), concurrency=2))
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
        left = [folder for folder in folders if folder is not None and folder.parent.exists()]
        assert left == []
    assert is_empty(output.parent)


def scratch_of(process: psutil.Process) -> Path | None:
    """The folder of a worker's files, told by its environment."""
    try:
        is_worker = "helios_renders.render.worker" in process.cmdline()
        return Path(process.environ()["TMPDIR"]) if is_worker and "-P" in process.cmdline() else None
    except psutil.NoSuchProcess:
        return None
