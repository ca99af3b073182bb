"""The whole way: the real daemon, a real page, real Chromium and ffmpeg."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import psutil
import pytest

from cli.terminal import wait_until
from helios_renders.jobs.job import JobState
from helios_renders.render.concurrency import Bound
from helios_renders.server.main import END_SECONDS
from helios_renders.threads import in_thread
from render.pixels import Patch, decode
from server.commands import REAL_DAEMON
from server.family import Family
from server.typed_client import connected
from server.wire_client import WireClient, running

CANCEL_SECONDS = 10.0
DEATH_SECONDS = 10.0
UNTOUCHED = ({"moving.html"}, set[str]())
"""What is in the folder of the page, and in the one for temporary files, before and after a render."""
PAGE = """<!doctype html>
<meta name="helios:size" content="320x180">
<meta name="helios:fps" content="{fps}">
<meta name="helios:duration" content="{seconds}">
<style>
body {{ margin: 0; background: #fff }}
i {{ background: #00f; height: 180px; left: 0; position: absolute; width: 160px }}
i {{ animation: move {seconds}s linear }}
@keyframes move {{ to {{ translate: 160px }} }}
</style>
<i></i>
"""


def write(folder: Path, *, seconds: float, fps: int = 30) -> Path:
    page = folder / "moving.html"
    page.write_text(PAGE.format(seconds=seconds, fps=fps))
    return page


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_a_page_becomes_a_video(tmp_path: Path) -> None:
    page = write(tmp_path, seconds=2)
    async with connected(REAL_DAEMON) as client:
        started = await client.start(page)
        done = await client.state(started.job_id, JobState.DONE)
        (shown,) = await client.shown()
        lines = [message.message for message in client.log_messages]

    assert f"[RenderManager] Starting distributed render job {started.job_id} with concurrency 1" in lines
    assert done.result is not None
    video = done.result.output
    assert video == tmp_path / "moving.mp4"
    assert done.result.sha256 == hashlib.sha256(video.read_bytes()).hexdigest()
    frames = list(decode(video))
    assert (len(frames), done.result.frames) == (60, 60)
    assert frames[0].shape == (180, 320, 3)
    left, right = Patch(8, 8, 120, 160, (0, 0, 255)), Patch(190, 8, 120, 160, (255, 255, 255))
    assert not left.misses(frames[0])
    assert not right.misses(frames[0])
    assert not Patch(190, 8, 120, 160, (0, 0, 255)).misses(frames[59])
    percents = [job.progress.percent for job in client.jobs if job.progress]
    assert percents == sorted(percents)
    assert percents[-1] == 100.0
    assert shown[0].title == "Rendering moving"
    assert shown[-1].message == f"Done: {video}"
    assert names(tmp_path) == {"moving.html", "moving.mp4"}


async def test_two_workers_make_the_same_file(tmp_path: Path) -> None:
    page = write(tmp_path, seconds=6, fps=10)
    async with connected(REAL_DAEMON) as client:
        one = await client.start(page, output=str(tmp_path / "one.mp4"))
        two = await client.start(
            page, output=str(tmp_path / "two.mp4"), concurrency=2, force_concurrency=True
        )
        first = await client.state(one.job_id, JobState.DONE)
        second = await client.state(two.job_id, JobState.DONE)
        lines = [message.message for message in client.log_messages]
    assert f"[RenderManager] Starting distributed render job {two.job_id} with concurrency 2" in lines
    assert first.result is not None
    assert second.result is not None
    assert (second.result.concurrency.effective, second.result.concurrency.limited_by) == (2, Bound.REQUEST)
    assert first.result.sha256 == second.result.sha256


async def test_a_page_that_cannot_be_rendered_fails_in_words(tmp_path: Path) -> None:
    page = tmp_path / "broken.html"
    page.write_text("<!doctype html><script>\nthrow new Error('No ink')</script>")
    async with connected(REAL_DAEMON) as client:
        started = await client.start(page)
        failed = await client.state(started.job_id, JobState.FAILED)
    assert failed.error is not None
    assert failed.error.code == "pageFailed"
    assert "No ink" in failed.error.message
    assert names(tmp_path) == {"broken.html"}


@attrs.frozen
class Busy:
    """A daemon in the middle of a render with two workers, and all its processes."""

    wire: WireClient
    job_id: str
    family: Family
    members: set[psutil.Process]
    folder: Path
    temporary: Path

    @property
    def daemon(self) -> psutil.Process:
        return psutil.Process(self.wire.process.pid)

    def assert_no_files(self) -> None:
        assert self._names() == UNTOUCHED

    async def no_files(self) -> None:
        """Without a daemon, files may go after the last process: by another render that starts just then."""
        await in_thread(wait_until, lambda: self._names() == UNTOUCHED, "every file to go", DEATH_SECONDS)

    def _names(self) -> tuple[set[str], set[str]]:
        return names(self.folder), names(self.temporary)


@pytest.fixture
async def busy(tmp_path: Path) -> AsyncIterator[Busy]:
    family = Family()
    folder, temporary = tmp_path / "work", tmp_path / "temporary"
    folder.mkdir()
    temporary.mkdir()
    page = write(folder, seconds=60)
    async with running(REAL_DAEMON, variables={"TMPDIR": str(temporary), **family.variables}) as wire:
        await wire.initialize()
        params = {
            "composition": str(page),
            "outputFolder": str(folder),
            "concurrency": 2,
            "forceConcurrency": True,
        }
        job_id = (await wire.result("helios/render/start", params))["jobId"]
        await wire.find(both_capture, "two workers to capture")
        members = family.members()
        assert len(members) > 5, members
        yield Busy(wire, job_id, family, members, folder, temporary)


def both_capture(message: dict[str, Any]) -> bool:
    progress = message.get("params", {}).get("job", {}).get("progress") or {}
    workers = progress.get("workers", [])
    return len(workers) == 2 and all(worker["state"] == "capturing" for worker in workers)


def assert_in_order(busy: Busy, began: float) -> None:
    """The daemon ended all by itself, or had no more time for that on a machine that is busy."""
    assert busy.wire.process.returncode == 0 or time.monotonic() - began > END_SECONDS


async def test_cancel_leaves_no_process_and_no_file(busy: Busy) -> None:
    began = time.monotonic()
    job = (await busy.wire.result("helios/render/cancel", {"jobId": busy.job_id}))["job"]
    assert time.monotonic() - began < CANCEL_SECONDS
    assert job["state"] == "cancelled"
    busy.assert_no_files()
    assert busy.daemon.children(recursive=True) == []
    assert busy.family.members() == {busy.daemon}


async def test_cancel_at_any_moment_leaves_nothing(busy: Busy) -> None:
    await busy.wire.result("helios/render/cancel", {"jobId": busy.job_id})
    params = {"composition": str(busy.folder / "moving.html"), "outputFolder": str(busy.folder)}
    for moment in (0.0, 0.1, 0.4, 0.8, 1.2, 1.8):
        job_id = (await busy.wire.result("helios/render/start", params))["jobId"]
        await asyncio.sleep(moment)
        began = time.monotonic()
        job = (await busy.wire.result("helios/render/cancel", {"jobId": job_id}))["job"]
        assert (job["state"], time.monotonic() - began < CANCEL_SECONDS) == ("cancelled", True), moment
        busy.assert_no_files()
        left = CANCEL_SECONDS - (time.monotonic() - began)
        await busy.family.ends(busy.family.members(), left, frozenset({busy.daemon}))


async def test_a_render_can_follow_a_cancelled_one(busy: Busy) -> None:
    busy.wire.ask("helios/render/cancel", {"jobId": busy.job_id})
    page = write(busy.folder, seconds=1)
    params = {"composition": str(page), "outputFolder": str(busy.folder)}
    job_id = (await busy.wire.result("helios/render/start", params))["jobId"]
    job = await busy.wire.state(job_id, "done")
    assert Path(job["output"]).name in names(busy.folder)


async def test_the_end_of_input_leaves_no_process_and_no_file(busy: Busy) -> None:
    assert busy.wire.process.stdin is not None
    began = time.monotonic()
    busy.wire.process.stdin.close()
    await asyncio.gather(busy.family.ends(busy.members, DEATH_SECONDS), busy.wire.exit_code())
    assert_in_order(busy, began)
    await busy.no_files()


async def test_the_daemon_s_violent_death_leaves_no_process_and_no_file(busy: Busy) -> None:
    busy.wire.process.kill()
    await busy.family.ends(busy.members, DEATH_SECONDS)
    await busy.no_files()


async def test_shutdown_in_the_middle_ends_in_order(busy: Busy) -> None:
    began = time.monotonic()
    await busy.wire.result("shutdown")
    busy.wire.notify("exit")
    await asyncio.gather(busy.family.ends(busy.members, DEATH_SECONDS), busy.wire.exit_code())
    assert_in_order(busy, began)
    await busy.no_files()
