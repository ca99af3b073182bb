"""Random lives of many jobs whose daemon may die between any two writes of its journal."""

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from helios_renders.errors import DiskFull, JobNotFound, PageFailed, WrongJobState
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.journal import Journal, JournalState
from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.states import can_retry, is_final, is_still, transition
from helios_renders.render.events import Phase, PhaseBegan
from server.engine import Call, Engine, result

FRAMES = 20
DOINGS = ("cancel", "retry", "pause", "resume", "move")


class JournaledLife(RuleBasedStateMachine):
    ids = Bundle("ids")

    @initialize()
    def open(self) -> None:
        # Writing down what so many lives tell takes a third of their time.
        logging.disable()
        self.folder = tempfile.TemporaryDirectory()
        self.page = Path(self.folder.name) / "page.html"
        self.page.write_text("<p>")
        self.loop = asyncio.new_event_loop()
        self.lives = 0
        self.last: dict[str, Job] = {}
        """The last that anybody heard of each job."""
        self.removed: set[str] = set()
        self.start_life()

    def start_life(self) -> None:
        self.engine = Engine()
        self.manager = RenderManager(self.engine.render, free_bytes=lambda _: 0)
        self.journal = Journal(self.path)
        self.run(self.manager.restore(self.journal))
        assert self.manager.journal.state is JournalState.OWNED
        self.unsubscribe = self.manager.subscribe(self.hear)

    @property
    def path(self) -> Path:
        return Path(self.folder.name) / f"life{self.lives}" / "journal.sqlite"

    def teardown(self) -> None:
        self.run(self.manager.close())
        self.loop.close()
        self.folder.cleanup()
        logging.disable(logging.NOTSET)

    def run(self, work: Awaitable[Any]) -> Any:
        async def settled() -> Any:
            value = await work
            # What follows from it, and what follows from its rows.
            for _ in range(2):
                await self.turns(6)
                if self.manager.journal.state is JournalState.OWNED:
                    await self.journal._run(int)
            await self.turns(6)
            return value

        return self.loop.run_until_complete(asyncio.wait_for(settled(), 10))

    async def turns(self, number: int) -> None:
        for _ in range(number):
            await asyncio.sleep(0)

    def hear(self, job: Job) -> None:
        before = self.last.get(job.id)
        if before is None:
            assert job.state is JobState.QUEUED
        else:
            if before.state is not job.state:
                transition(before.state, job.state)
            self.check_progress(before, job)
        self.last[job.id] = job

    def check_progress(self, before: Job, job: Job) -> None:
        assert job.attempt >= before.attempt
        if job.attempt == before.attempt and before.progress is not None:
            assert job.progress is not None
            assert job.progress.frames_done >= before.progress.frames_done

    def current(self) -> Call | None:
        return next((call for call in self.engine.calls if not call.is_over), None)

    @rule(target=ids)
    def start(self) -> str:
        job = self.run(self.manager.start_render(self.options()))
        return str(job.id)

    def options(self) -> StartRenderOptions:
        return StartRenderOptions(composition=str(self.page), output_folder=self.folder.name)

    @rule(job_id=ids)
    def cancel(self, job_id: str) -> None:
        if job_id not in self.removed:
            assert is_final(self.run(self.manager.cancel(job_id)).state)

    @rule(job_id=ids)
    def pause(self, job_id: str) -> None:
        try:
            assert self.run(self.manager.pause(job_id)).state is JobState.PAUSED
        except WrongJobState:
            assert is_final(self.last[job_id].state)
        except JobNotFound:
            assert job_id in self.removed

    @rule(job_id=ids)
    def resume(self, job_id: str) -> None:
        try:
            self.run(self.manager.resume(job_id))
        except WrongJobState:
            assert self.last[job_id].state is not JobState.PAUSED
        except JobNotFound:
            assert job_id in self.removed

    @rule(job_id=ids, other=st.none() | ids)
    def move(self, job_id: str, other: str | None) -> None:
        try:
            self.run(self.manager.move(job_id, other))
        except WrongJobState:
            assert not {job_id, other or job_id} <= set(self.waiting())
        except JobNotFound:
            assert {job_id, other} & self.removed
        else:
            place = self.waiting().index(job_id)
            assert other is None or other == job_id or self.waiting()[place + 1] == other

    def waiting(self) -> list[str]:
        """What waits or is paused, in the order that everybody knows."""
        there = [job for job in self.last.values() if job.state in (JobState.QUEUED, JobState.PAUSED)]
        return [job.id for job in sorted(there, key=lambda job: job.order)]

    @rule(job_id=ids)
    def retry(self, job_id: str) -> None:
        try:
            self.run(self.manager.retry(job_id))
        except WrongJobState:
            assert not can_retry(self.last[job_id].state)
        except JobNotFound:
            assert job_id in self.removed

    @rule(job_id=ids)
    def remove(self, job_id: str) -> None:
        try:
            self.run(self.manager.remove(job_id))
        except WrongJobState:
            assert not is_final(self.last[job_id].state)
        except JobNotFound:
            assert job_id in self.removed
        self.forget(job_id)

    def forget(self, job_id: str) -> None:
        if job_id not in {job.id for job in self.manager.jobs()}:
            self.removed.add(job_id)
            self.last.pop(job_id, None)

    @rule(frames=st.lists(st.integers(0, FRAMES - 1), max_size=6), assembles=st.booleans())
    def work(self, frames: list[int], assembles: bool) -> None:
        async def work(call: Call) -> None:
            call.begin(FRAMES)
            call.capture(*frames)
            if assembles and all(job.state is not JobState.ASSEMBLING for job in self.manager.jobs()):
                call.tell(PhaseBegan(Phase.ASSEMBLING))

        if (call := self.current()) is not None:
            self.run(work(call))

    @rule(ends=st.sampled_from(["finish", "fail", "fill"]))
    def finish(self, ends: str) -> None:
        if (call := self.current()) is not None:
            self.end_call(call, ends)
            self.run(self.turns(1))

    def end_call(self, call: Call, ends: str) -> None:
        if ends == "fail":
            call.outcome.set_exception(PageFailed("It threw.", "Mend it."))
        elif ends == "fill":
            error = DiskFull("There is no room left in /videos.", "Make room.")
            error.needed_bytes = 2**30
            call.outcome.set_exception(error)
        else:
            call.outcome.set_result(result())

    @rule(
        doing=st.sampled_from([*DOINGS, "start", "finish", "fail", "fill", "nothing"]),
        turns=st.integers(0, 8),
        which=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    )
    def crash(self, doing: str, turns: int, which: tuple[int, int]) -> None:
        """Die while something is under way: what is written by then is all that is left.

        Which jobs are known after that follows from threads, so that nothing may be drawn from among them.
        """
        jobs = list(self.last)

        async def die() -> None:
            pending = []
            if doing == "start":
                pending.append(asyncio.ensure_future(self.manager.start_render(self.options())))
            elif doing in DOINGS and jobs:
                job, other = (jobs[number % len(jobs)] for number in which)
                act = getattr(self.manager, doing)(job, *([other] if doing == "move" else []))
                pending.append(asyncio.ensure_future(act))
            elif doing in ("finish", "fail", "fill") and (call := self.current()) is not None:
                self.end_call(call, doing)
            await self.turns(turns)
            image = self.path.parent.with_name(f"life{self.lives + 1}")
            await self.journal._run(shutil.copytree, self.path.parent, image)
            self.unsubscribe()
            await self.manager.close()
            await asyncio.wait(pending) if pending else None
            for task in pending:
                task.exception()

        self.run(die())
        self.lives += 1
        self.start_life()
        found = {job.id: job for job in self.manager.jobs()}
        for job_id, before in self.last.items():
            self.check_found(before, found[job_id])
        for job in found.values():
            assert is_still(job.state)
            if job.state is JobState.INTERRUPTED:
                assert job.error is not None
                assert job.finished_at is not None
        self.last = found

    def check_found(self, before: Job, now: Job) -> None:
        assert now.attempt >= before.attempt
        if now.attempt > before.attempt:
            assert can_retry(before.state) or before.state is JobState.PAUSED
        elif is_final(before.state):
            assert now == before, "what was over changed by itself"
        elif now.state is JobState.INTERRUPTED and before.state is JobState.PAUSED:
            assert now.progress is None, "it was resumed, and claims what is not there any more"

    @invariant()
    def every_accepted_job_is_there_and_as_it_was_heard(self) -> None:
        jobs = {job.id: job for job in self.manager.jobs()}
        assert jobs.keys() == self.last.keys()
        assert all(self.last[job_id].state is job.state for job_id, job in jobs.items())

    @invariant()
    def the_queue_never_stands_still(self) -> None:
        states = [job.state for job in self.manager.jobs()]
        if not all(map(is_still, states)):
            assert sum(state in (JobState.RENDERING, JobState.ASSEMBLING) for state in states) == 1


JournaledLife.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestJournaledLife = JournaledLife.TestCase
