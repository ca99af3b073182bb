"""A manager in the hand of a test, which tells what its renders do."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.options import StartRenderOptions
from server.engine import Engine


@attrs.define(eq=False)
class House:
    """A manager over a told engine, a page to render, and everything that subscribers heard."""

    engine: Engine
    manager: RenderManager
    page: Path
    heard: list[Job] = attrs.field(factory=list)
    news: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def start(self, **values: Any) -> Job:
        given: dict[str, Any] = {"composition": str(self.page), "output_folder": self.page.parent, **values}
        return await self.manager.start_render(StartRenderOptions(**given))

    def hear(self, job: Job) -> None:
        self.heard.append(job)
        self.news.set()

    async def until(self, condition: Callable[[Job], bool]) -> None:
        """Wait until the newest that was heard fulfils a condition."""
        while not condition(self.heard[-1]):
            self.news.clear()
            await self.news.wait()

    def states(self, job: Job) -> list[JobState]:
        states = [heard.state for heard in self.heard if heard.id == job.id]
        return [state for index, state in enumerate(states) if index == 0 or state is not states[index - 1]]
