"""How far a picture is from the reference picture of the same frame, as plain data."""

import attrs

PSNR_LIMIT = 32.0
"""The smallest peak signal-to-noise ratio, in decibels, of a picture that differs in anti-aliasing only."""


@attrs.frozen
class Difference:
    """How a picture differs from its reference."""

    psnr: float
    """Peak signal-to-noise ratio in decibels; EXACT_PSNR for equal pictures."""
    worst_block: float
    """The largest mean difference of a block, of 255."""
    region: tuple[int, int, int, int] | None
    """Left, top, width and height in pixels of all blocks beyond a limit; None when there is none."""
    worst: tuple[int, int]
    """The pixel amid the most different block, from the left and from the top."""

    @property
    def acceptable(self) -> bool:
        """True when anti-aliasing explains the difference."""
        return self.region is None and self.psnr >= PSNR_LIMIT
