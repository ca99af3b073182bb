"""The words of the contract, as they are explained to a person who writes a page."""

import attrs

from helios_renders.composition.marks import PREFIX


@attrs.frozen
class Term:
    """A meta of the contract."""

    name: str
    """With the prefix."""
    meaning: str
    """One sentence, with the unit."""
    allowed: str
    otherwise: str
    """What counts when the page does not say it."""
    examples: tuple[tuple[str, str], ...]
    """Values worth offering, each with what people call it."""


_OTHERWISE = "Without it, `composition.json`, `window.helios` or the page's `data-` attributes decide; else"

METAS = {
    term.name: term
    for term in (
        Term(
            f"{PREFIX}size",
            "The size of the picture in pixels, width x height.",
            "Two whole numbers from 1 to 16384, such as `1920x1080`. Videos need even sides.",
            f"{_OTHERWISE} it is 1920x1080.",
            (
                ("1920x1080", "Full HD"),
                ("1280x720", "HD"),
                ("3840x2160", "4K"),
                ("1080x1920", "upright"),
                ("1080x1080", "square"),
            ),
        ),
        Term(
            f"{PREFIX}fps",
            "The frame rate in frames per second.",
            "A number from 0.1 to 240, or a fraction such as `30000/1001`; `29.97` means that one.",
            f"{_OTHERWISE} it is 30.",
            (
                ("30", "usual on the web"),
                ("60", "smooth"),
                ("25", "PAL"),
                ("24", "cinema"),
                ("29.97", "NTSC"),
                ("50", "smooth PAL"),
            ),
        ),
        Term(
            f"{PREFIX}duration",
            "The length in seconds.",
            "A number above 0, or a fraction; at most 1000000 frames.",
            f"{_OTHERWISE} the longest animation that ends, or 10.",
            (("5", "seconds"), ("10", "seconds"), ("30", "seconds")),
        ),
    )
}


def explain(term: Term) -> str:
    """A term for a person, as Markdown."""
    return f"**{term.name}**: {term.meaning}\n\nAllowed: {term.allowed}\n\n{term.otherwise}"
