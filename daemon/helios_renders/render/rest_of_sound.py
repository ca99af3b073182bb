"""What a page plays after a range, where the range's own sound depends on it."""

import math
from collections.abc import Awaitable, Callable
from fractions import Fraction

import attrs

from helios_renders.composition.sounds import PageSounds
from helios_renders.errors import PageHung
from helios_renders.render.executor import RenderedChunks
from helios_renders.render.plan import RenderPlan
from helios_renders.render.trial import PAGE_ERRORS

LIMITER_SECONDS = Fraction(1, 100)
"""By more than this no limiter looks ahead; its attack takes half of that."""


async def hear_rest(
    plan: RenderPlan, chunks: RenderedChunks, listen: Callable[[int], Awaitable[RenderedChunks]] | None
) -> RenderedChunks:
    """The chunks, with what is heard up to the composition's end where that matters; raises HeliosError.

    `listen` runs the page up to and without a frame; None where nobody listens. What the page does wrong
    after the range is a warning, because the frames asked for are right.
    """
    last = last_frame_heard(plan, chunks.sounds)
    if listen is None or plan.page.stateless or last < plan.end:
        return chunks
    try:
        heard = await listen(last + 1)
    except (*PAGE_ERRORS, PageHung) as error:
        warning = (
            f"The page cannot be heard beyond frame {plan.end - 1}, so this range may sound other than in "
            f"the whole. {error.message}"
        )
        return attrs.evolve(chunks, warnings=(*chunks.warnings, warning))
    # What the page does wrong afterwards is no fault of the range.
    return attrs.evolve(chunks.heard_as(heard), problems=chunks.problems)


def last_frame_heard(plan: RenderPlan, sounds: PageSounds | None) -> int:
    """The last frame of the composition that has a say in what is heard of the range.

    A loudness is that of the whole, an element fades before it falls silent, and a limiter looks ahead.
    """
    fades = sounds is not None and any(element.fade_out > 0 for element in sounds.elements)
    if fades or plan.audio.mastering.loudness is not None:
        return plan.frames - 1
    ahead = math.ceil(LIMITER_SECONDS * plan.fps.fraction) if plan.audio.mastering.limiter else 0
    return min(plan.frames, plan.end + ahead) - 1
