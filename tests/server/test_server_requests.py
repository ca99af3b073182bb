from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import pytest
from pygls.exceptions import JsonRpcException

from helios_renders.errors import CompositionNotFound, InvalidOption, JobNotFound, OutputExists
from helios_renders.jobs.job import JobState
from helios_renders.jobs.journal import JournalState, JournalStatus
from helios_renders.render.concurrency import MAX_CONCURRENCY, Bound
from helios_renders.server.job_messages import RendersParams, RendersResult
from helios_renders.server.protocol import (
    CAPACITY,
    OPTION_CHECK,
    RENDERS,
    CapacityParams,
    CapacityResult,
    CheckOptionParams,
    CheckOptionResult,
)
from server.typed_client import HeliosClient


async def refusal(asking: Awaitable[object]) -> tuple[int, str, Any]:
    """The code, message and data of the error that a request is answered with."""
    with pytest.raises(JsonRpcException) as refused:
        await asking
    return refused.value.code, refused.value.message, refused.value.data


async def test_a_render_is_started_followed_and_done(client: HeliosClient, page: Path) -> None:
    started = await client.start(page, props={"frames": 20})
    assert (started.concurrency.requested, started.concurrency.effective) == (1, 1)
    done = await client.state(started.job_id, JobState.DONE)
    states = [job.state for job in client.jobs]
    assert sorted(set(states), key=states.index) == [
        JobState.QUEUED,
        JobState.RENDERING,
        JobState.ASSEMBLING,
        JobState.DONE,
    ]
    assert done.result is not None
    assert done.result.output == page.with_name("pretended.mp4")
    assert done.output == str(done.result.output)
    assert done.progress is not None
    assert (done.progress.percent, done.progress.frames_done) == (100.0, 20)
    percents = [job.progress.percent for job in client.jobs if job.progress]
    assert percents == sorted(percents)
    assert await client.ask(RENDERS, RendersParams()) == RendersResult(
        (done,), JournalStatus(JournalState.NONE)
    )


@pytest.mark.parametrize("concurrency", [1, 2])
async def test_the_log_says_that_a_render_starts_and_with_which_concurrency(
    client: HeliosClient, page: Path, concurrency: int
) -> None:
    started = await client.start(page, concurrency=concurrency)
    await client.state(started.job_id, JobState.DONE)
    line = f"[RenderManager] Starting distributed render job {started.job_id} with concurrency {concurrency}"
    assert [message.message for message in client.log_messages].count(line) == 1


async def test_concurrency_is_clamped_at_once_and_again_with_the_plan(
    client: HeliosClient, page: Path
) -> None:
    started = await client.start(page, concurrency=32, force_concurrency=True, props={"frames": 3})
    assert (started.concurrency.effective, started.concurrency.limited_by) == (32, Bound.REQUEST)
    done = await client.state(started.job_id, JobState.ASSEMBLING)
    assert (done.concurrency.effective, done.concurrency.limited_by) == (3, Bound.FRAMES)


async def test_a_running_render_is_cancelled(client: HeliosClient, page: Path) -> None:
    started = await client.start(page, props={"hold": True})
    await client.state(started.job_id, JobState.RENDERING)
    job = await client.cancel(started.job_id)
    assert job.state is JobState.CANCELLED
    assert job.finished_at is not None
    assert await client.cancel(started.job_id) == job


async def test_a_waiting_render_is_cancelled_while_another_goes_on(client: HeliosClient, page: Path) -> None:
    first = await client.start(page, props={"hold": True})
    second = await client.start(page)
    assert (await client.cancel(second.job_id)).state is JobState.CANCELLED
    listed = (await client.ask(RENDERS, RendersParams())).jobs
    assert [(job.id, job.state) for job in listed] == [
        (second.job_id, JobState.CANCELLED),
        (first.job_id, JobState.RENDERING),
    ]


async def test_a_failed_render_says_why(client: HeliosClient, page: Path) -> None:
    started = await client.start(page, props={"fail": "known"})
    failed = await client.state(started.job_id, JobState.FAILED)
    assert failed.error is not None
    assert failed.error.code == "encoderFailed"
    assert failed.error.details == ("frame=3", "Out of ink")


async def test_a_mistake_of_ours_fails_one_render_and_not_the_daemon(
    client: HeliosClient, page: Path
) -> None:
    started = await client.start(page, props={"fail": "unknown"})
    failed = await client.state(started.job_id, JobState.FAILED)
    assert failed.error is not None
    assert failed.error.code == "internalError"
    again = await client.start(page)
    await client.state(again.job_id, JobState.DONE)


async def test_capacity_tells_every_bound(client: HeliosClient) -> None:
    most = await client.ask(CAPACITY, CapacityParams())
    assert isinstance(most, CapacityResult)
    assert most.concurrency.requested == MAX_CONCURRENCY
    assert 1 <= most.concurrency.effective <= MAX_CONCURRENCY
    assert "cores" in {bound.bound for bound in most.bounds}
    assert all(bound.detail and bound.workers >= 1 for bound in most.bounds)
    one = await client.ask(CAPACITY, CapacityParams(concurrency=1))
    assert (one.concurrency.effective, one.concurrency.limited_by) == (1, Bound.REQUEST)
    auto = await client.ask(CAPACITY, CapacityParams(concurrency="auto"))
    assert auto.concurrency.auto
    assert auto.concurrency.effective == most.concurrency.effective


@pytest.mark.parametrize("concurrency", [0, -1, 33, 1.5, "abc"])
async def test_a_concurrency_out_of_range_is_refused(
    client: HeliosClient, page: Path, concurrency: object
) -> None:
    for asking in (
        client.start(page, concurrency=concurrency),
        client.ask(CAPACITY, CapacityParams(concurrency)),
    ):
        code, message, data = await refusal(asking)
        assert code == InvalidOption.rpc_code
        assert str(concurrency) in message
        assert "1 to 32" in data["advice"]


async def test_a_value_is_judged_while_it_is_typed(client: HeliosClient) -> None:
    for option, value, words in (("concurrency", "33", "1 to 32"), ("outputName", "{nobody}", "{nobody}")):
        answer = await client.ask(OPTION_CHECK, CheckOptionParams(option, value))
        assert isinstance(answer, CheckOptionResult)
        assert words in str(answer.problem)
    good = await client.ask(OPTION_CHECK, CheckOptionParams("concurrency", "auto"))
    assert good == CheckOptionResult(None)


async def test_errors_carry_code_advice_and_details(client: HeliosClient, page: Path) -> None:
    output = page.with_name("there.mp4")
    output.write_bytes(b"")
    for asking, error in (
        (client.start(page.with_name("missing.html")), CompositionNotFound),
        (client.start(page, output=str(output)), OutputExists),
        (client.cancel("beef"), JobNotFound),
    ):
        code, message, data = await refusal(asking)
        assert code == error.rpc_code
        assert message.endswith(".")
        assert (data["code"], data["details"]) == (error.code, [])
        assert data["advice"]
    assert (await client.ask(RENDERS, RendersParams())).jobs == ()
    assert not client.messages, "a wrong request must not raise a popup in the editor"
