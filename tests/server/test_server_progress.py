from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from helios_renders.jobs.job import Job, JobError, JobState
from helios_renders.render.concurrency import Bound, Concurrency
from helios_renders.render.events import Phase
from helios_renders.render.progress import RenderProgress
from helios_renders.render.slots import WAITING
from helios_renders.server.progress import describe, duration
from server.commands import STUB_DAEMON
from server.typed_client import HeliosClient, connected
from server.wire_client import Message, WireClient, running


@pytest.fixture
async def quiet_client() -> AsyncIterator[HeliosClient]:
    """A client that cannot show progress."""
    async with connected(STUB_DAEMON, shows_progress=False) as client:
        yield client


async def test_a_render_shows_its_progress_from_begin_to_end(client: HeliosClient, page: Path) -> None:
    started = await client.start(page, props={"frames": 40, "step": 0.02})
    done = await client.state(started.job_id, JobState.DONE)
    ((begin, *reports, end),) = await client.shown()
    assert begin == lsp.WorkDoneProgressBegin(title="Rendering intro", cancellable=True, percentage=0)
    assert end == lsp.WorkDoneProgressEnd(message=f"Done: {done.output}")
    assert all(isinstance(report, lsp.WorkDoneProgressReport) for report in reports)
    percentages = [report.percentage for report in reports]
    assert percentages == sorted(percentages)
    assert percentages[-1] == 100
    assert any(0 < percentage < 97 for percentage in percentages)
    for report in reports:
        if report.message[0].isdigit():
            assert report.message.startswith(f"{report.percentage}%")


async def test_every_render_has_a_progress_of_its_own(client: HeliosClient, page: Path) -> None:
    jobs = [await client.start(page) for _ in range(3)]
    for job in jobs:
        await client.state(job.job_id, JobState.DONE)
    shown = await client.shown(count=3)
    assert len(client.progress_reports) == 3
    for messages in shown:
        kinds = [message.kind for message in messages]
        assert (kinds[0], kinds[-1], set(kinds[1:-1])) == ("begin", "end", {"report"})


async def test_the_cancel_button_cancels_the_render(client: HeliosClient, page: Path) -> None:
    started = await client.start(page, props={"hold": True})
    await client.state(started.job_id, JobState.RENDERING)
    await client.shown(lsp.WorkDoneProgressBegin)
    (token,) = client.progress_reports
    client.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(token))
    await client.state(started.job_id, JobState.CANCELLED)
    assert (await client.shown())[0][-1] == lsp.WorkDoneProgressEnd(message="Cancelled")
    client.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(token))
    await client.state((await client.start(page)).job_id, JobState.DONE)


async def test_a_failure_ends_the_progress_with_the_reason(client: HeliosClient, page: Path) -> None:
    started = await client.start(page, props={"fail": "known"})
    await client.state(started.job_id, JobState.FAILED)
    assert (await client.shown())[0][-1] == lsp.WorkDoneProgressEnd(message="Failed: ffmpeg ended with 1.")


async def test_no_progress_is_created_for_a_client_that_shows_none(
    quiet_client: HeliosClient, page: Path
) -> None:
    await quiet_client.state((await quiet_client.start(page)).job_id, JobState.DONE)
    assert quiet_client.progress_reports == {}


async def test_the_client_s_own_token_is_used(wire: WireClient, page: Path) -> None:
    params = {"composition": str(page), "outputFolder": str(page.parent)}
    held = params | {"props": {"hold": True}, "workDoneToken": "mine"}
    job_id = (await wire.result("helios/render/start", held))["jobId"]
    await wire.state(job_id, "rendering")
    again = await wire.error("helios/render/start", held)
    assert again["data"]["code"] == "invalidOption"
    assert "in use" in again["message"]
    wire.notify("window/workDoneProgress/cancel", {"token": "mine"})
    await wire.state(job_id, "cancelled")
    again = await wire.result("helios/render/start", params | {"workDoneToken": "mine"})
    await wire.state(again["jobId"], "done")
    done = (await wire.result("helios/render/start", params | {"workDoneToken": 7}))["jobId"]
    await wire.state(done, "done")
    await wire.find(lambda message: _ends(message, 7), "the end of the last progress")
    kinds: dict[object, list[str]] = {}
    for progress in wire.notifications("$/progress"):
        kinds.setdefault(progress["token"], []).append(progress["value"]["kind"])
    assert set(kinds) == {"mine", 7}
    assert list(dict.fromkeys(kinds[7])) == ["begin", "report", "end"]
    assert [kind for kind in kinds["mine"] if kind != "report"] == ["begin", "end"] * 2
    assert not [message for message in wire.messages if "id" in message and "method" in message]


async def test_a_client_that_refuses_the_progress_still_gets_its_video(page: Path) -> None:
    async with running() as wire:
        wire.refuses_requests = True
        await wire.initialize({"window": {"workDoneProgress": True}})
        params = {"composition": str(page), "outputFolder": str(page.parent)}
        job_id = (await wire.result("helios/render/start", params))["jobId"]
        await wire.state(job_id, "done")
        await wire.find(
            lambda message: "does not show progress" in str(message.get("params")), "a line in the log"
        )
        assert wire.notifications("$/progress") == []


def job(state: JobState, **values: Any) -> Job:
    return Job("id", "page.html", "page", state, 0.0, Concurrency(1, 1, Bound.REQUEST), **values)


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (RenderProgress(Phase.STARTING, 0, 0, 0.0), "Starting"),
        (RenderProgress(Phase.STARTING, 0, 0, 0.0, waiting=WAITING), "Waiting for other renders"),
        (RenderProgress(Phase.RENDERING, 3, 100, 2.9), "2%"),
        (RenderProgress(Phase.RENDERING, 43, 100, 42.9, 31.2, 12.4), "42% · 31 fps · 12 s left"),
        (RenderProgress(Phase.RENDERING, 43, 100, 42.0, 1.26, 200.0), "42% · 1.3 fps · 3 min 20 s left"),
        (RenderProgress(Phase.RENDERING, 99, 100, 99.9, None, 3900.0), "99% · 1 h 5 min left"),
    ],
)
def test_progress_in_words(progress: RenderProgress, words: str) -> None:
    assert describe(job(JobState.RENDERING, progress=progress)) == words


def test_states_in_words() -> None:
    assembling = RenderProgress(Phase.ASSEMBLING, 100, 100, 98.0, 30.0, 1.0)
    assert describe(job(JobState.QUEUED)) == "Waiting for the renders before it"
    assert describe(job(JobState.ASSEMBLING, progress=assembling)) == "98% · assembling"
    assert describe(job(JobState.FAILED, error=JobError("x", "It broke."))) == "Failed: It broke."
    assert describe(job(JobState.INTERRUPTED)) == "Interrupted"
    assert describe(job(JobState.PAUSED)) == "Paused"
    assert describe(job(JobState.PAUSED, error=JobError("x", "It is full."))) == "Paused: It is full."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (3599.7, "1 h 0 min"), (-1, "0 s")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def _ends(message: Message, token: object) -> bool:
    params = message.get("params") or {}
    return bool(
        message.get("method") == "$/progress"
        and params["token"] == token
        and params["value"]["kind"] == "end"
    )
