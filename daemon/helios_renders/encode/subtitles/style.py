"""How burnt-in subtitles look."""

import re
from fractions import Fraction

import attrs

from helios_renders.composition.frame_rate import exact_number
from helios_renders.errors import InvalidOption

MAX_SIZE, MAX_OUTLINE = 50, 10
GENERIC_FONTS = ("sans-serif", "serif", "monospace")
"""Names that stand for some font of their kind."""
_ADVICE = "Write it like font=DejaVu Serif,size=8,color=#ffee00,outline=0.5; what is left out stays as it is."
_FONT = re.compile(r"[^,\s\x00-\x1f{}@][^,\x00-\x1f{}]{0,99}")


@attrs.frozen
class SubtitleStyle:
    """Font and colours; sizes in percent of the frame's shorter side."""

    font: str = "sans-serif"
    """A name by which fontconfig, DirectWrite or Core Text finds a font."""
    size: float = 6.0
    """The height of a line."""
    color: str = "#ffffff"
    outline: float = 0.4
    """The width of the black edge around the text."""

    @property
    def ass_color(self) -> str:
        """The colour as ASS writes it: transparency, blue, green, red."""
        red, green, blue = (self.color[at : at + 2] for at in (1, 3, 5))
        return f"&H00{blue}{green}{red}".upper()

    def __str__(self) -> str:
        return f"font={self.font},size={self.size:g},color={self.color},outline={self.outline:g}"


DEFAULT_STYLE = SubtitleStyle()


def parse_style(value: object) -> SubtitleStyle:
    """Such as `font=DejaVu Serif,size=8,color=#ffee00,outline=0.5`; raises InvalidOption."""
    style = DEFAULT_STYLE
    for part in str(value).split(","):
        name, _, text = (each.strip() for each in part.partition("="))
        match name:
            case "font" if _FONT.fullmatch(text):
                style = attrs.evolve(style, font=text)
            case "color" if re.fullmatch(r"#[0-9a-fA-F]{6}", text):
                style = attrs.evolve(style, color=text.lower())
            case "size" if 1 <= (size := _number(text)) <= MAX_SIZE:
                style = attrs.evolve(style, size=float(size))
            case "outline" if 0 <= (outline := _number(text)) <= MAX_OUTLINE:
                style = attrs.evolve(style, outline=float(outline))
            case "size" | "outline":
                least, most = (1, MAX_SIZE) if name == "size" else (0, MAX_OUTLINE)
                raise _refused(
                    part, f"The {name} is from {least} to {most} percent of the frame's shorter side."
                )
            case "color":
                raise _refused(part, "Give red, green and blue such as #ffee00.")
            case _:
                raise _refused(part, _ADVICE)
    return style


def _refused(part: str, advice: str) -> InvalidOption:
    return InvalidOption(f"The subtitles' style has {part.strip() or 'nothing'!r}.", advice)


def _number(text: str) -> Fraction:
    """-1 for what is no number."""
    try:
        return exact_number(text)
    except ValueError:
        return Fraction(-1)
