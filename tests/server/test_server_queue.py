"""A queue that a person steers, over the wire: paused, resumed, moved; real renders go on where they were."""

import asyncio
import math
from pathlib import Path

from helios_renders.file_lock import FileLock
from helios_renders.jobs.entry import PROGRESS_INTERVAL
from helios_renders.render.cache import BYTES_VARIABLE, FOLDER_VARIABLE
from helios_renders.render.capacity import read_capacity
from helios_renders.render.slots import WAITING
from helios_renders.user_data import DATA_DIR
from render.accidents import fill, memory_of
from server.commands import REAL_DAEMON
from server.test_server_journal import TINY, listed, start, window
from server.wire_client import Message, WireClient


async def ask(wire: WireClient, what: str, job_id: str, **more: str | None) -> Message:
    answer: Message = (await wire.result(f"helios/render/{what}", {"jobId": job_id, **more}))["job"]
    return answer


async def states(wire: WireClient) -> dict[str, str]:
    return {job_id: job["state"] for job_id, job in (await listed(wire))[0].items()}


async def test_a_paused_render_lets_the_next_one_go_and_keeps_its_place(page: Path) -> None:
    async with window(page.parent) as wire:
        held = await start(wire, page, props={"hold": True})
        await wire.state(held, "rendering")
        waiting = await start(wire, page)
        assert (await ask(wire, "pause", held))["state"] == "paused"
        await wire.state(waiting, "done")
        assert await states(wire) == {held: "paused", waiting: "done"}
        refused = await wire.error("helios/render/pause", {"jobId": waiting})
        assert refused["data"]["code"] == "wrongJobState"
        resumed = await ask(wire, "resume", held)
        assert resumed["attempt"] == 2
        await wire.state(held, "rendering")
        assert (await ask(wire, "cancel", held))["state"] == "cancelled"


async def test_a_waiting_render_is_moved_and_a_pause_survives_the_daemon(page: Path) -> None:
    async with window(page.parent) as wire:
        held = await start(wire, page, props={"hold": True})
        await wire.state(held, "rendering")
        first, second = [await start(wire, page) for _ in range(2)]
        moved = await ask(wire, "move", second, before=first)
        assert moved["order"] < (await listed(wire))[0][first]["order"]
        await ask(wire, "pause", first)
        await ask(wire, "cancel", held)
        await wire.state(second, "done")
        wire.process.kill()
        await wire.exit_code()
    async with window(page.parent) as wire:
        assert (await states(wire))[first] == "paused"
        assert (await ask(wire, "resume", first))["state"] in ("queued", "rendering", "done")
        await wire.state(first, "done")


async def test_a_real_render_goes_on_where_it_was_paused(tmp_path: Path) -> None:
    page, videos = tmp_path / "tiny.html", tmp_path / "videos"
    page.write_text(TINY.replace('duration" content="1"', 'duration" content="8"'))
    videos.mkdir()
    cache = {FOLDER_VARIABLE: str(tmp_path / "cache"), BYTES_VARIABLE: str(2**30)}
    async with window(videos, REAL_DAEMON, cache) as wire:
        given = {"outputFolder": str(videos), "surface": "screenshot"}
        job_id = await start(wire, page, **given)

        def some_chunks(message: Message) -> bool:
            job = message.get("params", {}).get("job", {})
            return job.get("id") == job_id and int((job.get("progress") or {}).get("framesDone", 0)) >= 25

        await wire.find(some_chunks, "25 captured frames")
        paused = await ask(wire, "pause", job_id)
        assert (paused["state"], list(videos.iterdir())) == ("paused", [])
        await ask(wire, "resume", job_id)
        resumed = await wire.state(job_id, "done")
        whole_id = await start(wire, page, **given, cache=False)
        whole = await wire.state(whole_id, "done")
    assert 20 <= resumed["result"]["reusedFrames"] < 80
    assert whole["result"]["reusedFrames"] == 0
    assert resumed["result"]["sha256"] == whole["result"]["sha256"]
    assert sorted(path.name for path in videos.iterdir()) == ["tiny-2.mp4", "tiny.mp4"]


async def test_a_full_disk_pauses_a_real_render_until_there_is_room(tmp_path: Path) -> None:
    page = tmp_path / "tiny.html"
    page.write_text(TINY)
    with memory_of(tmp_path / "small", 64) as videos:
        fill(videos, room=8 * 2**20)
        async with window(videos, REAL_DAEMON) as wire:
            job_id = await start(wire, page, outputFolder=str(videos), surface="screenshot")
            paused = await wire.state(job_id, "paused")
            assert paused["error"]["code"] == "diskFull"
            assert paused["error"]["message"] == f"There is no room left in {videos}."
            assert "goes on by itself" in paused["error"]["advice"]
            assert paused["needsBytes"] > 8 * 2**20
            assert [path.name for path in videos.iterdir()] == ["filler"]
            (videos / "filler").unlink()
            done = await wire.state(job_id, "done")
            assert (done["attempt"], done["error"], done["needsBytes"]) == (2, None, None)
            assert [path.name for path in videos.iterdir()] == ["tiny.mp4"]


async def test_two_hundred_waiting_renders_cost_nothing_while_one_makes_progress(page: Path) -> None:
    async with window(page.parent) as wire:
        held = await start(wire, page, props={"hold": True})
        await wire.state(held, "rendering")
        asked = [
            wire.ask("helios/render/start", {"composition": str(page), "outputFolder": str(page.parent)})
            for _ in range(200)
        ]
        await asyncio.gather(*map(wire.answer, asked))
        busy = await start(wire, page, props={"frames": 600, "step": 0.002})
        first = next(job_id for job_id, job in (await listed(wire))[0].items() if job["order"] == 2)
        await ask(wire, "move", busy, before=first)
        before = len(wire.messages)
        await ask(wire, "cancel", held)
        done = await wire.state(busy, "done")
        told = [
            message["params"]["job"]
            for message in wire.messages[before:]
            if message.get("method") == "helios/render/changed"
        ]
        about = [job for job in told if job["id"] == busy]
        seconds = done["finishedAt"] - done["startedAt"]
        states = {job["state"] for job in about}
        assert states == {"rendering", "assembling", "done"}
        # Beside progress, each state and the plan is told at once.
        assert len(about) <= math.ceil(seconds / PROGRESS_INTERVAL) + len(states) + 1
        assert {job["id"] for job in told if job["state"] == "queued"} == set()
        assert len((await listed(wire))[0]) >= 200


async def test_a_render_waits_for_those_of_other_windows_and_lives_with_what_they_leave(
    tmp_path: Path,
) -> None:
    page, cores = tmp_path / "tiny.html", read_capacity().cores
    page.write_text(TINY.replace('duration" content="1"', 'duration" content="5"'))
    locks = [FileLock(tmp_path / "data" / "workers" / f"{number}.lock") for number in range(cores)]
    (tmp_path / "data" / "workers").mkdir(parents=True)
    assert all(lock.acquire() for lock in locks)
    async with window(tmp_path, REAL_DAEMON, {DATA_DIR: str(tmp_path / "data")}) as wire:
        given = {"outputFolder": str(tmp_path / "videos"), "concurrency": cores, "surface": "screenshot"}
        job_id = await start(wire, page, **given)

        def waits(message: Message) -> bool:
            job = message.get("params", {}).get("job", {})
            return job.get("id") == job_id and (job.get("progress") or {}).get("waiting") == WAITING

        await wire.find(waits, "a render that says what it waits for")
        locks[-1].release()
        done = await wire.state(job_id, "done")
    assert done["progress"]["waiting"] == ""
    concurrency = done["result"]["concurrency"]
    assert (concurrency["requested"], concurrency["effective"]) == (cores, 1)
    assert cores == 1 or concurrency["limitedBy"] == "others"
    for lock in locks[:-1]:
        lock.release()
