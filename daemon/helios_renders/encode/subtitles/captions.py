"""The captions of a page (`window.helios`) as cues."""

from collections.abc import Sequence
from fractions import Fraction

from helios_renders.composition.probe import Caption
from helios_renders.encode.subtitles.cue import Cue
from helios_renders.encode.subtitles.srt import parse_srt_text
from helios_renders.errors import InvalidOption


def cues_of_page(captions: Sequence[Caption]) -> tuple[Cue, ...]:
    """The captions by their start, with the tags that SubRip has; raises InvalidOption."""
    cues = []
    for number, caption in enumerate(captions, 1):
        if not 0 <= caption.start < caption.end < float("inf"):
            raise InvalidOption(
                f"Caption {number} of the page is from {caption.start:g} to {caption.end:g} ms.",
                "Its startTime must be before its endTime, in milliseconds.",
            )
        lines, placement = parse_srt_text(caption.text.replace("\r\n", "\n").replace("\r", "\n"))
        if lines:
            start, end = (Fraction(repr(time)) / 1000 for time in (caption.start, caption.end))
            cues.append(Cue(start, end, lines, placement))
    if not cues:
        raise InvalidOption(
            "Subtitles are to come from the page, and it has no captions.",
            "A page tells them as window.helios.getState().captions; name a file instead.",
        )
    return tuple(sorted(cues, key=lambda cue: cue.start))
