"""Random lives of many jobs: whatever people and renders do, the promises about jobs hold."""

import asyncio
import logging
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from helios_renders.errors import DiskFull, PageFailed, WrongJobState
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.states import can_retry, is_final, is_still, transition
from helios_renders.render.events import Phase, PhaseBegan
from helios_renders.render.room import SPARE_BYTES
from server.engine import Call, Engine, result

FRAMES = 20


class JobLife(RuleBasedStateMachine):
    ids = Bundle("ids")

    @initialize()
    def open(self) -> None:
        # Writing down what so many lives tell takes a third of their time.
        logging.disable()
        self.folder = tempfile.TemporaryDirectory()
        self.page = Path(self.folder.name) / "page.html"
        self.page.write_text("<p>")
        self.loop = asyncio.new_event_loop()
        self.engine = Engine()
        self.free = 0
        self.manager = RenderManager(self.engine.render, free_bytes=lambda _: self.free)
        self.manager.subscribe(self.hear)
        self.heard: dict[str, list[Job]] = {}
        self.order: list[str] = []
        self.queue: list[str] = []
        """The jobs that should wait or be paused, in the order of their turns."""
        self.paused: set[str] = set()
        self.without_room: set[str] = set()
        self.running: str | None = None
        self.cancelled: set[str] = set()

    def teardown(self) -> None:
        self.run(self.manager.close())
        assert all(is_final(job.state) for job in self.manager.jobs())
        assert self.engine.running == 0
        self.loop.close()
        self.folder.cleanup()
        logging.disable(logging.NOTSET)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        async def settled() -> Any:
            value = await work
            # Turns of the loop, until whatever follows from it has happened.
            for _ in range(10):
                await asyncio.sleep(0)
            return value

        return self.loop.run_until_complete(asyncio.wait_for(settled(), 60))

    async def do(self, *actions: Any) -> None:
        for action in actions:
            action()

    def hear(self, job: Job) -> None:
        history = self.heard.setdefault(job.id, [])
        if history:
            last = history[-1]
            if last.state is not job.state:
                transition(last.state, job.state)
            begins_again = job.state is JobState.QUEUED and (
                is_final(last.state) or (last.state is JobState.PAUSED and last.started_at is not None)
            )
            assert job.attempt - last.attempt == begins_again
            assert not begins_again or job.progress is None, "it claims what is not there any more"
            if last.progress and job.progress:
                assert job.progress.percent >= last.progress.percent
                assert job.progress.frames_done >= last.progress.frames_done
        elif job.state is not JobState.QUEUED:
            raise AssertionError("the first news of a job is that it is queued")
        history.append(job)

    def next_turn(self) -> None:
        """What the queue should do by itself."""
        waiting = [job_id for job_id in self.queue if job_id not in self.paused]
        if self.running is None and waiting:
            self.running = waiting[0]
            self.queue.remove(waiting[0])

    def drop(self, job_id: str) -> None:
        if self.running == job_id:
            self.running = None
        if job_id in self.queue:
            self.queue.remove(job_id)
        self.go_on(job_id)

    def hold(self, job_id: str) -> None:
        if self.running == job_id:
            self.running = None
            self.queue.insert(0, job_id)
        self.paused.add(job_id)
        self.next_turn()

    def go_on(self, job_id: str) -> None:
        self.paused.discard(job_id)
        self.without_room.discard(job_id)
        self.next_turn()

    def current(self) -> Call | None:
        calls = [call for call in self.engine.calls if not call.is_over]
        return calls[0] if calls else None

    @rule(target=ids)
    def start(self) -> str:
        options = StartRenderOptions(composition=str(self.page), output_folder=self.folder.name)
        job_id = str(self.run(self.manager.start_render(options)).id)
        self.order.append(job_id)
        self.queue.append(job_id)
        self.next_turn()
        return job_id

    @rule(job_id=ids)
    def retry(self, job_id: str) -> None:
        before = self.manager.job(job_id)
        try:
            job = self.run(self.manager.retry(job_id))
        except WrongJobState:
            assert not can_retry(before.state)
            return
        assert can_retry(before.state)
        assert job.attempt == before.attempt + 1
        self.queue.append(job_id)
        self.next_turn()
        self.cancelled.discard(job_id)

    @rule(job_id=ids)
    def pause(self, job_id: str) -> None:
        was_over = is_final(self.manager.job(job_id).state)
        try:
            job = self.run(self.manager.pause(job_id))
        except WrongJobState:
            assert was_over
            return
        assert job.state is JobState.PAUSED
        self.hold(job_id)

    @rule(job_id=ids)
    def resume(self, job_id: str) -> None:
        try:
            self.run(self.manager.resume(job_id))
        except WrongJobState:
            assert job_id not in self.paused
            return
        assert job_id in self.paused
        self.go_on(job_id)

    @rule(job_id=ids, other=st.none() | ids)
    def move(self, job_id: str, other: str | None) -> None:
        try:
            self.run(self.manager.move(job_id, other))
        except WrongJobState:
            assert not {job_id, other or job_id} <= set(self.queue)
            return
        if other != job_id:
            self.queue.remove(job_id)
            self.queue.insert(len(self.queue) if other is None else self.queue.index(other), job_id)

    @rule(job_id=ids)
    def pause_and_think_better_of_it(self, job_id: str) -> None:
        was_over = is_final(self.manager.job(job_id).state)

        async def both() -> None:
            await asyncio.gather(
                self.manager.pause(job_id), self.manager.cancel(job_id), return_exceptions=True
            )

        self.run(both())
        if not was_over:
            self.drop(job_id)
            self.cancelled.add(job_id)

    @rule()
    def make_room(self) -> None:
        async def look() -> None:
            self.free = 2**40
            assert self.manager._runs.room is not None
            await self.manager._runs.room.look()
            self.free = 0

        self.run(look())
        for job_id in [job_id for job_id in self.queue if job_id in self.without_room]:
            self.go_on(job_id)

    @rule(job_id=consumes(ids))
    def remove(self, job_id: str) -> None:
        was_over = is_final(self.manager.job(job_id).state)
        try:
            self.run(self.manager.remove(job_id))
        except WrongJobState:
            assert not was_over
            self.run(self.manager.cancel(job_id))
            self.run(self.manager.remove(job_id))
        self.order.remove(job_id)
        self.drop(job_id)
        self.cancelled.discard(job_id)

    @rule(job_id=ids)
    def cancel(self, job_id: str) -> None:
        was_over = is_final(self.manager.job(job_id).state)
        job = self.run(self.manager.cancel(job_id))
        assert is_final(job.state)
        if not was_over:
            assert job.state is JobState.CANCELLED
            self.drop(job_id)
            self.cancelled.add(job_id)

    @precondition(lambda self: self.current() is not None)
    @rule(frames=st.lists(st.integers(0, FRAMES - 1), max_size=6))
    def work(self, frames: list[int]) -> None:
        call = self.current()
        assert call is not None
        self.run(self.do(lambda: call.begin(FRAMES), lambda: call.capture(*frames)))

    @precondition(lambda self: self.current() is not None)
    @rule(assembles=st.booleans())
    def finish(self, assembles: bool) -> None:
        call = self.current()
        assert call is not None
        steps = [lambda: call.tell(PhaseBegan(Phase.ASSEMBLING))] if assembles else []
        self.run(self.do(*steps, lambda: call.outcome.set_result(result())))
        assert self.running is not None
        self.drop(self.running)

    @precondition(lambda self: self.current() is not None)
    @rule(error=st.sampled_from([PageFailed("It threw.", "Mend it."), ValueError("boom")]))
    def fail(self, error: Exception) -> None:
        call = self.current()
        assert call is not None
        self.run(self.do(lambda: call.outcome.set_exception(error)))
        assert self.running is not None
        self.drop(self.running)

    @precondition(lambda self: self.current() is not None)
    @rule(needed=st.none() | st.just(2**30))
    def fill_the_disk(self, needed: int | None) -> None:
        call, job_id = self.current(), self.running
        assert call is not None
        assert job_id is not None

        async def fill() -> None:
            error = DiskFull("There is no room left in /videos.", "Make room.")
            error.needed_bytes = needed
            call.outcome.set_exception(error)
            async with asyncio.timeout(5):
                await self.manager._ledger.entry(job_id).rest()

        self.run(fill())
        job = self.manager.job(job_id)
        assert job.needs_bytes == (SPARE_BYTES if needed is None else needed)
        assert job.error is not None
        assert job.error.code == "diskFull"
        self.without_room.add(job_id)
        self.hold(job_id)

    @precondition(lambda self: self.current() is not None)
    @rule(outcome=st.sampled_from(["result", "error"]), ends=st.sampled_from(["cancel", "pause"]))
    def finish_while_being_stopped(self, outcome: str, ends: str) -> None:
        call, job_id = self.current(), self.running
        assert call is not None
        assert job_id is not None

        async def both() -> Job:
            if outcome == "result":
                call.outcome.set_result(result())
            else:
                call.outcome.set_exception(PageFailed("It threw."))
            stop = self.manager.cancel if ends == "cancel" else self.manager.pause
            return await stop(job_id)

        job = self.run(both())
        if ends == "pause" and job.state is JobState.PAUSED:
            self.hold(job_id)
        else:
            assert is_final(job.state)
            self.drop(job_id)

    @invariant()
    def every_turn_is_that_of_the_order(self) -> None:
        assert self.engine.most_running <= 1
        assert [entry.job.id for entry in self.manager._runs.queue._entries] == self.queue
        jobs = {job.id: job for job in self.manager.jobs()}
        active = [job.id for job in jobs.values() if is_active(job)]
        assert active == [job_id for job_id in (self.running,) if job_id is not None]
        assert {job.id for job in jobs.values() if job.state is JobState.PAUSED} == self.paused
        orders = [jobs[job_id].order for job_id in self.queue]
        assert orders == sorted(set(orders))

    @invariant()
    def somebody_looks_for_room_only_where_a_job_waits_for_it(self) -> None:
        assert self.manager._runs.room is not None
        assert (self.manager._runs.room._task is not None) == bool(self.without_room)
        for job in self.manager.jobs():
            assert (job.needs_bytes is not None) == (job.id in self.without_room)

    @invariant()
    def everybody_heard_of_every_job_as_it_is(self) -> None:
        jobs = {job.id: job for job in self.manager.jobs()}
        assert list(jobs) == self.order[::-1]
        for job_id, job in jobs.items():
            assert self.heard[job_id][-1].state is job.state

    @invariant()
    def a_cancelled_job_stays_cancelled(self) -> None:
        for job_id in self.cancelled:
            assert self.manager.job(job_id).state is JobState.CANCELLED

    @invariant()
    def the_queue_never_stands_still(self) -> None:
        jobs = self.manager.jobs()
        if any(not is_still(job.state) for job in jobs):
            assert sum(map(is_active, jobs)) == 1


def is_active(job: Job) -> bool:
    return job.state in (JobState.RENDERING, JobState.ASSEMBLING)


JobLife.TestCase.settings = settings(max_examples=1000, stateful_step_count=15, deadline=None)
TestJobLife = JobLife.TestCase
