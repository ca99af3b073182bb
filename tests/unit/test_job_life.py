"""Random lives of many jobs: whatever people and renders do, the promises about jobs hold."""

import asyncio
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

from helios_renders.errors import PageFailed, WrongJobState
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.states import can_retry, is_final, transition
from helios_renders.render.events import Phase, PhaseBegan
from server.engine import Call, Engine, result

FRAMES = 20


class JobLife(RuleBasedStateMachine):
    ids = Bundle("ids")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.page = Path(self.folder.name) / "page.html"
        self.page.write_text("<p>")
        self.loop = asyncio.new_event_loop()
        self.engine = Engine()
        self.manager = RenderManager(self.engine.render)
        self.manager.subscribe(self.hear)
        self.heard: dict[str, list[Job]] = {}
        self.order: list[str] = []
        self.asked: list[tuple[str, int]] = []
        """Every attempt, in the order of asking."""
        self.began: list[tuple[str, int]] = []
        self.cancelled: set[str] = set()

    def teardown(self) -> None:
        self.run(self.manager.close())
        assert all(is_final(job.state) for job in self.manager.jobs())
        assert self.engine.running == 0
        self.loop.close()
        self.folder.cleanup()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        async def settled() -> Any:
            value = await work
            # Turns of the loop, until whatever follows from it has happened.
            for _ in range(10):
                await asyncio.sleep(0)
            return value

        return self.loop.run_until_complete(asyncio.wait_for(settled(), 5))

    async def do(self, *actions: Any) -> None:
        for action in actions:
            action()

    def hear(self, job: Job) -> None:
        history = self.heard.setdefault(job.id, [])
        if history:
            last = history[-1]
            if last.state is not job.state:
                transition(last.state, job.state)
            assert job.attempt - last.attempt == (is_final(last.state) and job.state is JobState.QUEUED)
            if last.progress and job.progress:
                assert job.progress.percent >= last.progress.percent
                assert job.progress.frames_done >= last.progress.frames_done
        elif job.state is not JobState.QUEUED:
            raise AssertionError("the first news of a job is that it is queued")
        begun = (job.id, job.attempt)
        if job.started_at is not None and begun not in self.began:
            self.began.append(begun)
        history.append(job)

    def current(self) -> Call | None:
        calls = [call for call in self.engine.calls if not call.is_over]
        return calls[0] if calls else None

    @rule(target=ids)
    def start(self) -> str:
        options = StartRenderOptions(composition=str(self.page), output_folder=self.folder.name)
        job_id = str(self.run(self.manager.start_render(options)).id)
        self.order.append(job_id)
        self.asked.append((job_id, 1))
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
        self.asked.append((job_id, job.attempt))
        self.cancelled.discard(job_id)

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
        self.cancelled.discard(job_id)

    @rule(job_id=ids)
    def cancel(self, job_id: str) -> None:
        was_over = is_final(self.manager.job(job_id).state)
        job = self.run(self.manager.cancel(job_id))
        assert is_final(job.state)
        if not was_over:
            assert job.state is JobState.CANCELLED
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

    @precondition(lambda self: self.current() is not None)
    @rule(error=st.sampled_from([PageFailed("It threw.", "Mend it."), ValueError("boom")]))
    def fail(self, error: Exception) -> None:
        call = self.current()
        assert call is not None
        self.run(self.do(lambda: call.outcome.set_exception(error)))

    @precondition(lambda self: self.current() is not None)
    @rule(outcome=st.sampled_from(["result", "error"]))
    def finish_while_being_cancelled(self, outcome: str) -> None:
        call = self.current()
        assert call is not None
        running = next(
            job for job in self.manager.jobs() if job.state in (JobState.RENDERING, JobState.ASSEMBLING)
        )

        async def both() -> Job:
            if outcome == "result":
                call.outcome.set_result(result())
            else:
                call.outcome.set_exception(PageFailed("It threw."))
            return await self.manager.cancel(running.id)

        assert is_final(self.run(both()).state)

    @invariant()
    def one_render_at_a_time_in_the_order_of_asking(self) -> None:
        assert self.engine.most_running <= 1
        assert self.began == [attempt for attempt in self.asked if attempt in self.began]

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
        if any(not is_final(job.state) for job in jobs):
            assert sum(job.state in (JobState.RENDERING, JobState.ASSEMBLING) for job in jobs) == 1


JobLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestJobLife = JobLife.TestCase
