"""A queue that a person steers, over the wire: paused, resumed, moved; real renders go on where they were."""

from pathlib import Path

from helios_renders.render.cache import BYTES_VARIABLE, FOLDER_VARIABLE
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
    page.write_text(TINY.replace('duration" content="1"', 'duration" content="60"'))
    videos.mkdir()
    cache = {FOLDER_VARIABLE: str(tmp_path / "cache"), BYTES_VARIABLE: str(2**30)}
    async with window(videos, REAL_DAEMON, cache) as wire:
        job_id = await start(wire, page, outputFolder=str(videos))

        def some_chunks(message: Message) -> bool:
            job = message.get("params", {}).get("job", {})
            return job.get("id") == job_id and int((job.get("progress") or {}).get("framesDone", 0)) >= 60

        await wire.find(some_chunks, "60 captured frames")
        paused = await ask(wire, "pause", job_id)
        assert (paused["state"], list(videos.iterdir())) == ("paused", [])
        await ask(wire, "resume", job_id)
        resumed = await wire.state(job_id, "done")
    assert 20 <= resumed["result"]["reusedFrames"] < 600
    assert [path.name for path in videos.iterdir()] == ["tiny.mp4"]
