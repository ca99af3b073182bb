"""Exact frame rates: frames and times as fractions, never as floats that drift."""

import math
import re
from fractions import Fraction
from typing import Self

import attrs

from helios_renders.errors import InvalidOption

MAX_FPS = 240
MIN_FPS = Fraction(1, 10)

MAX_NUMBER_LENGTH = 40
MAX_SHOWN = 60
"""Longer texts are no number that a person gives; 1e999999999 would take hours to write out."""

_NUMBER = re.compile(r"[+-]?(\d+/\d+|(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?)", re.ASCII)
_NTSC = {
    Fraction(nominal, 100): Fraction(rate * 1000, 1001)
    for nominal, rate in ((2397, 24), (2398, 24), (2997, 30), (4795, 48), (5994, 60), (11988, 120))
} | {Fraction(23976, 1000): Fraction(24000, 1001)}
"""The rounded names by which people call the NTSC rates (SMPTE ST 12): 29.97 means 30000/1001."""


def exact_number(value: object) -> Fraction:
    """A number, or a text such as `"29.97"` or `"30000/1001"`, as written; raises ValueError for all else."""
    if isinstance(value, Fraction | int) and not isinstance(value, bool):
        return Fraction(value)
    text = repr(value) if isinstance(value, float) else str(value).strip()
    if len(text) > MAX_NUMBER_LENGTH or _NUMBER.fullmatch(text) is None:
        raise ValueError("not a number")
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise ValueError("a division by zero") from None


def shown(value: object) -> str:
    """A value as it stands in an error: numbers can have thousands of digits."""
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


@attrs.frozen
class FrameRate:
    """Frames per second as a fraction in lowest terms."""

    numerator: int
    denominator: int = 1

    @classmethod
    def parse(cls, value: object) -> Self:
        """From a number, `"29.97"` or `"30000/1001"`; raises InvalidOption outside 0.1 to 240."""
        try:
            rate = exact_number(value)
        except ValueError:
            raise InvalidOption(
                f"fps is {value!r}, which is not a number.",
                "Give a frame rate such as 30, 29.97 or 30000/1001.",
            ) from None
        rate = _NTSC.get(rate, rate)
        if not MIN_FPS <= rate <= MAX_FPS:
            raise InvalidOption(f"fps is {value}.", f"Give a frame rate from 0.1 to {MAX_FPS}.")
        rate = rate.limit_denominator(1_000_000)
        return cls(rate.numerator, rate.denominator)

    @property
    def fraction(self) -> Fraction:
        """The rate as a fraction."""
        return Fraction(self.numerator, self.denominator)

    def seconds(self, frame: int) -> Fraction:
        """The exact time of a frame's start, in seconds."""
        return frame / self.fraction

    def frames(self, duration: Fraction) -> int:
        """How many frames a duration in seconds has: the nearest whole number, halves upwards."""
        return math.floor(duration * self.fraction + Fraction(1, 2))

    def __str__(self) -> str:
        if self.denominator == 1:
            return str(self.numerator)
        return f"{self.numerator}/{self.denominator}"
