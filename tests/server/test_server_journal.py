"""Jobs survive their daemon: killed, closed or one of two, over the wire of real processes."""

import asyncio
import hashlib
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from helios_renders.jobs.crash_point import CRASH_AT
from helios_renders.render.cache import BYTES_VARIABLE, FOLDER_VARIABLE
from helios_renders.user_data import DATA_DIR
from server.commands import REAL_DAEMON, STUB_DAEMON
from server.wire_client import Message, WireClient, running

TINY = """<!doctype html>
<meta name="helios:size" content="160x90">
<meta name="helios:fps" content="10">
<meta name="helios:duration" content="1">
<style>
i { animation: move 1s linear; background: #00f; height: 90px; position: absolute; width: 80px }
@keyframes move { to { translate: 80px } }
</style>
<i></i>
"""
CRASH_WRITE = 4
"""The first write of a real render after it was accepted, began and was planned."""


@asynccontextmanager
async def window(
    folder: Path, command: Sequence[str] = STUB_DAEMON, variables: Mapping[str, str] | None = None
) -> AsyncIterator[WireClient]:
    """A daemon for a window with that folder open."""
    async with running(command, variables=variables) as wire:
        await wire.initialize(workspaceFolders=[{"uri": folder.as_uri(), "name": folder.name}])
        yield wire


async def listed(wire: WireClient) -> tuple[dict[str, Message], Message]:
    """The jobs by their ids, and what the daemon says of its journal."""
    answer = await wire.result("helios/renders")
    return {job["id"]: job for job in answer["jobs"]}, answer["journal"]


async def start(wire: WireClient, page: Path, **more: Any) -> str:
    params = {"composition": str(page), "outputFolder": str(page.parent), **more}
    return str((await wire.result("helios/render/start", params))["jobId"])


async def kill(wire: WireClient) -> None:
    wire.process.kill()
    assert await wire.exit_code() == -signal.SIGKILL


async def holds(wire: WireClient, job_id: str) -> None:
    """Wait until a held render has captured half of its frames."""

    def half(message: Message) -> bool:
        job = message.get("params", {}).get("job", {})
        return job.get("id") == job_id and (job["progress"] or {}).get("framesDone") == 150

    await wire.find(half, "150 captured frames")


async def test_a_killed_daemon_s_jobs_are_interrupted_and_resumed(page: Path) -> None:
    async with window(page.parent) as wire:
        done = await start(wire, page)
        await wire.state(done, "done")
        running_id = await start(wire, page, props={"hold": True, "frames": 300, "step": 0.01})
        waiting = await start(wire, page)
        await holds(wire, running_id)
        await kill(wire)
    async with window(page.parent) as wire:
        jobs, journal = await listed(wire)
        assert [(job["id"], job["state"]) for job in jobs.values()] == [
            (waiting, "interrupted"),
            (running_id, "interrupted"),
            (done, "done"),
        ]
        assert journal["state"] == "owned"
        interrupted = jobs[running_id]
        # Written once a second.
        assert 0 < interrupted["progress"]["framesDone"] <= 150
        assert interrupted["progress"]["framesTotal"] == 300
        assert interrupted["error"]["message"].endswith("of 300 frames were done.")
        assert interrupted["finishedAt"] >= interrupted["startedAt"]
        again = (await wire.result("helios/render/retry", {"jobId": waiting}))["job"]
        assert (again["id"], again["attempt"], again["error"]) == (waiting, 2, None)
        assert (await wire.state(waiting, "done"))["attempt"] == 2
        assert (await wire.error("helios/render/retry", {"jobId": waiting}))["data"][
            "code"
        ] == "wrongJobState"
        assert await wire.result("helios/render/remove", {"jobId": running_id}) == {}
        assert running_id not in (await listed(wire))[0]


async def test_a_window_that_gets_a_folder_more_keeps_its_renders(page: Path, tmp_path: Path) -> None:
    async with window(page.parent) as wire:
        left = await start(wire, page, props={"hold": True})
        await wire.state(left, "rendering")
        # Not awaited: the editor does not wait for the old daemon's end either.
        wire.notify("exit")
        async with running(STUB_DAEMON) as more:
            folders = [page.parent, tmp_path]
            await more.initialize(
                workspaceFolders=[{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
            )
            jobs, journal = await listed(more)
            assert [(job["id"], job["state"]) for job in jobs.values()] == [(left, "interrupted")]
            assert journal["state"] == "owned"


@pytest.mark.parametrize("ends", ["shutdown", "hang up", "signal"])
async def test_a_window_that_closes_interrupts_and_a_person_s_cancel_stays(page: Path, ends: str) -> None:
    async with window(page.parent) as wire:
        cancelled = await start(wire, page, props={"hold": True})
        await wire.state(cancelled, "rendering")
        await wire.result("helios/render/cancel", {"jobId": cancelled})
        running_id = await start(wire, page, props={"hold": True})
        await wire.state(running_id, "rendering")
        if ends == "shutdown":
            await wire.result("shutdown")
            wire.notify("exit")
        elif ends == "hang up":
            assert wire.process.stdin is not None
            wire.process.stdin.close()
        else:
            wire.process.send_signal(signal.SIGTERM)
        assert await wire.exit_code() == 0
    async with window(page.parent) as wire:
        jobs, _ = await listed(wire)
        states = {job_id: job["state"] for job_id, job in jobs.items()}
        assert states == {cancelled: "cancelled", running_id: "interrupted"}


async def test_a_second_daemon_shows_the_first_one_s_jobs_and_says_so(page: Path) -> None:
    async with window(page.parent) as owner, window(page.parent) as guest:
        theirs = await start(owner, page, props={"hold": True})
        jobs, journal = await listed(guest)
        assert (journal["state"], jobs[theirs]["state"]) == ("readOnly", "rendering")
        assert "Another window" in journal["note"]
        assert Path(journal["path"]) == Path((await listed(owner))[1]["path"])
        lines = [message["message"] for message in guest.notifications("window/logMessage")]
        assert any(journal["note"] in line for line in lines)
        refused = await guest.error("helios/render/cancel", {"jobId": theirs})
        assert refused["data"]["code"] == "journalReadOnly"
        own = await start(guest, page)
        await guest.state(own, "done")
        assert {job_id: job["elsewhere"] for job_id, job in (await listed(guest))[0].items()} == {
            own: False,
            theirs: True,
        }
        assert set((await listed(owner))[0]) == {theirs}


async def test_a_second_daemon_follows_the_first_one_and_takes_over_when_it_is_gone(page: Path) -> None:
    async with window(page.parent) as owner, window(page.parent) as heir:
        assert (await listed(heir))[1]["state"] == "readOnly"
        finished = await start(owner, page)
        held = await start(owner, page, props={"hold": True})
        await heir.state(finished, "done")
        await heir.state(held, "rendering")
        forgotten = await start(owner, page, props={"hold": True})
        await owner.result("helios/render/cancel", {"jobId": forgotten})
        await heir.state(forgotten, "cancelled")
        await owner.result("helios/render/remove", {"jobId": forgotten})
        await heir.removed(forgotten)
        own = await start(heir, page, props={"hold": True})
        await kill(owner)
        await heir.state(held, "interrupted")
        jobs, journal = await listed(heir)
        assert (journal["state"], journal["note"]) == ("owned", "")
        states = {job_id: job["state"] for job_id, job in jobs.items()}
        assert states == {finished: "done", held: "interrupted", own: "rendering"}
        assert not any(job["elsewhere"] for job in jobs.values())
        await heir.result("helios/render/cancel", {"jobId": own})
        await heir.result("helios/render/retry", {"jobId": held})
        await heir.state(held, "rendering")
        await kill(heir)
    async with window(page.parent) as wire:
        states = {job_id: job["state"] for job_id, job in (await listed(wire))[0].items()}
        assert states == {finished: "done", held: "interrupted", own: "cancelled"}


async def test_a_daemon_waits_for_the_one_that_is_just_ending(page: Path) -> None:
    async with window(page.parent) as owner:
        job_id = await start(owner, page, props={"hold": True})
        await owner.state(job_id, "rendering")
        async with window(page.parent) as heir:
            answer = heir.ask("helios/renders")
            await owner.result("shutdown")
            owner.notify("exit")
            listed = (await heir.answer(answer))["result"]
            assert listed["journal"]["state"] == "owned"
            assert [job["state"] for job in listed["jobs"]] == ["interrupted"]


async def test_without_a_folder_there_is_no_journal(wire: WireClient) -> None:
    assert (await listed(wire))[1] == {"state": "none", "path": None, "note": ""}


async def test_the_journal_is_in_the_data_folder_and_a_damaged_one_is_told(
    page: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    async with window(page.parent, variables={DATA_DIR: str(data)}) as wire:
        path = Path((await listed(wire))[1]["path"])
        assert path.parent == data / "journals"
    await asyncio.to_thread(path.write_bytes, b"spilled coffee")
    async with window(page.parent, variables={DATA_DIR: str(data)}) as wire:
        journal = (await listed(wire))[1]
        assert journal["state"] == "owned"
        assert f"{path}.corrupt-" in journal["note"]


async def test_a_real_render_crashes_and_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    page = tmp_path / "tiny.html"
    page.write_text(TINY)
    crashed, whole = tmp_path / "crashed", tmp_path / "whole"
    for folder in (crashed, whole):
        folder.mkdir()
    async with window(crashed, REAL_DAEMON, {CRASH_AT: str(CRASH_WRITE)}) as wire:
        job_id = await start(wire, page, outputFolder=str(crashed))
        assert await wire.exit_code() == -signal.SIGKILL
    async with window(crashed, REAL_DAEMON) as wire:
        jobs, _ = await listed(wire)
        assert {job_id: job["state"] for job_id, job in jobs.items()} == {job_id: "interrupted"}
        await wire.result("helios/render/retry", {"jobId": job_id})
        resumed = await wire.state(job_id, "done")
        whole_id = await start(wire, page, outputFolder=str(whole))
        await wire.state(whole_id, "done")
    assert resumed["attempt"] == 2
    assert await digest(crashed / "tiny.mp4") == await digest(whole / "tiny.mp4")
    assert [path.name for path in crashed.iterdir()] == ["tiny.mp4"]


async def test_a_killed_daemon_s_render_goes_on_with_what_is_left(tmp_path: Path) -> None:
    page = tmp_path / "tiny.html"
    page.write_text(TINY.replace('duration" content="1"', 'duration" content="60"'))
    cache = {FOLDER_VARIABLE: str(tmp_path / "cache"), BYTES_VARIABLE: str(2**30)}
    videos = tmp_path / "videos"
    videos.mkdir()
    given = {"outputFolder": str(videos), "concurrency": 2, "forceConcurrency": True}
    async with window(videos, REAL_DAEMON, cache) as wire:
        job_id = await start(wire, page, **given)

        def some_chunks(message: Message) -> bool:
            job = message.get("params", {}).get("job", {})
            done = (job.get("progress") or {}).get("framesDone", 0)
            return job.get("id") == job_id and int(done) >= 100

        await wire.find(some_chunks, "100 captured frames")
        await kill(wire)
    async with window(videos, REAL_DAEMON, cache) as wire:
        await wire.result("helios/render/retry", {"jobId": job_id})
        resumed = await wire.state(job_id, "done")
        whole_id = await start(wire, page, **given, cache=False)
        whole = await wire.state(whole_id, "done")
    assert 20 <= resumed["result"]["reusedFrames"] < 600
    assert whole["result"]["reusedFrames"] == 0
    assert resumed["result"]["sha256"] == whole["result"]["sha256"]
    assert sorted(path.name for path in videos.iterdir()) == ["tiny-2.mp4", "tiny.mp4"]


async def digest(video: Path) -> str:
    return hashlib.sha256(await asyncio.to_thread(video.read_bytes)).hexdigest()
