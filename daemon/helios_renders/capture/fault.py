"""Where a surface's picture is wrong, in a person's words: the frame, the region and the element."""

from collections.abc import Sequence

import attrs
from playwright.async_api import BrowserContext

from helios_renders.capture.difference import Difference
from helios_renders.capture.request import PageRequest, Setting
from helios_renders.capture.session import PageSession, UntrustedRun


@attrs.frozen
class Fault:
    """A frame whose picture differs from the screenshot by more than anti-aliasing."""

    frame: int
    difference: Difference

    def reason(self, element: str | None) -> str:
        """Why a surface is not taken; `element` is a selector of what is seen at the worst place."""
        place = "all over the picture"
        if self.difference.region is not None:
            left, top, width, height = self.difference.region
            place = f"in the region {width}x{height} at ({left}, {top})"
            place += "" if element is None else f", at {element}"
        return f"frame {self.frame} differs from the screenshot {place} ({self.difference.psnr:.1f} dB)"


def first_fault(frames: Sequence[int], differences: Sequence[Difference]) -> Fault | None:
    """The first frame that anti-aliasing does not explain, or None."""
    for frame, difference in zip(frames, differences, strict=True):
        if not difference.acceptable:
            return Fault(frame, difference)
    return None


async def element_of(
    fault: Fault, context: BrowserContext, page: PageRequest, *, stateless: bool
) -> str | None:
    """The element at the worst place of a fault, asked of a page of its own at that frame.

    A selector such as `canvas#chart`; None where the page has none. Raises the errors of PageSession.
    """
    try:
        return await _element_of(fault, context, page, stateless=stateless, stepwise=False)
    except UntrustedRun:
        return await _element_of(fault, context, page, stateless=stateless, stepwise=True)


async def _element_of(
    fault: Fault, context: BrowserContext, page: PageRequest, *, stateless: bool, stepwise: bool
) -> str | None:
    session = await PageSession.open(context, page, Setting(stepwise=stepwise))
    try:
        await session.reach(fault.frame, stateless=stateless)
        return await session.element_at(*fault.difference.worst)
    finally:
        await session.close()
