"""A cancelled task never leaves a thread at work behind its back."""

import asyncio
import threading

import pytest

from helios_renders.threads import in_thread, past_return

WAIT_SECONDS = 10


async def started(work: asyncio.Task[str], begun: threading.Event) -> None:
    assert await asyncio.to_thread(begun.wait, WAIT_SECONDS), "the thread did not begin"
    work.cancel()
    await asyncio.sleep(0)


def slow(begun: threading.Event, go_on: threading.Event, log: list[str]) -> str:
    begun.set()
    assert go_on.wait(WAIT_SECONDS), "the thread was not let go"
    log.append("ended")
    return "result"


async def test_cancelling_waits_for_the_thread() -> None:
    begun, go_on, log = threading.Event(), threading.Event(), list[str]()
    task = asyncio.ensure_future(in_thread(slow, begun, go_on, log))
    await started(task, begun)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, WAIT_SECONDS)
    assert log == ["ended"]


async def test_what_cannot_be_undone_gives_its_result() -> None:
    begun, go_on, log = threading.Event(), threading.Event(), list[str]()
    task = asyncio.ensure_future(past_return(slow, begun, go_on, log))
    await started(task, begun)
    assert not task.done()
    go_on.set()
    assert await asyncio.wait_for(task, WAIT_SECONDS) == "result"
    assert log == ["ended"]
    assert task.cancelling() == 0


@pytest.mark.parametrize("run", [in_thread, past_return])
async def test_errors_come_out(run: object) -> None:
    assert callable(run)
    with pytest.raises(ZeroDivisionError):
        await run(divmod, 1, 0)
