"""The choice among the surfaces that a page allows, kept for later renders."""

import contextlib

import attrs

from helios_renders.capture.question import Rejection, SurfaceChoice, SurfaceQuestion
from helios_renders.render.executor import Executor
from helios_renders.render.shelf import Shelf
from helios_renders.threads import in_thread


@attrs.frozen
class Choosing:
    """One question, whom to ask, and where answers are kept."""

    executor: Executor
    shelf: Shelf | None
    question: SurfaceQuestion

    async def known(self) -> SurfaceChoice | None:
        """The answer that the same question was given before."""
        return None if self.shelf is None else await in_thread(self.shelf.choice, self.question)

    async def choose(self, *, is_last: bool, keep: bool = True) -> SurfaceChoice:
        """The surface to take; `is_last` says that nothing is rendered after. Raises HeliosError."""
        choice = await self.executor.choose(self.question, is_last=is_last)
        if keep:
            await self.keep(choice)
        return choice

    async def choose_after(self, rejection: Rejection) -> SurfaceChoice:
        """The surface to take when one was rejected already; raises HeliosError."""
        rest = tuple(name for name in self.question.candidates if name != rejection.surface)
        choice = SurfaceChoice.reference((rejection,))
        if rest:
            question = attrs.evolve(self.question, candidates=rest)
            found = await self.executor.choose(question, is_last=False)
            rejected = (rejection, *found.rejected)
            is_reference = found.surface == choice.surface
            choice = (
                SurfaceChoice.reference(rejected) if is_reference else attrs.evolve(found, rejected=rejected)
            )
        await self.keep(choice)
        return choice

    async def keep(self, choice: SurfaceChoice) -> None:
        """Keeps the answer."""
        if self.shelf is None:
            return
        keep, is_foreign = self.shelf.keep_choice, self.executor.is_elsewhere
        with contextlib.suppress(OSError):
            # The chunks, which cannot be kept either then, tell of it.
            await in_thread(keep, self.question, choice, is_foreign=is_foreign)
