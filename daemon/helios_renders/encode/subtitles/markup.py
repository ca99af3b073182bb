"""Tags in a cue's text to styled spans, and back."""

import re
from collections.abc import Callable, Iterable

from helios_renders.encode.subtitles.cue import Line, Span

STYLES = "biu"


def parse_markup(text: str, tag: re.Pattern[str], plain: Callable[[str], str] = str) -> tuple[Line, ...]:
    """The lines of a text; `tag` matches tags, with groups `close` and `name`, and `plain` decodes the rest.

    Tags other than b, i and u are left out, as are lines with nothing to see.
    """
    lines: list[list[Span]] = [[]]
    opened: list[str] = []
    at = 0
    for match in (*tag.finditer(text), None):
        style = "".join(letter for letter in STYLES if letter in opened)
        _append(lines, plain(text[at : len(text) if match is None else match.start()]), style)
        if match is not None:
            at = match.end()
            _turn(opened, (match["name"] or "").lower(), is_closing=bool(match["close"]))
    return tuple(tuple(line) for line in lines if "".join(span.text for span in line).strip())


def write_markup(lines: Iterable[Line], escape: Callable[[str], str]) -> str:
    """Lines as text with tags."""
    return "\n".join("".join(_tagged(span, escape) for span in line) for line in lines)


def _append(lines: list[list[Span]], text: str, style: str) -> None:
    for number, part in enumerate(text.split("\n")):
        if number > 0:
            lines.append([])
        line = lines[-1]
        if part and line and line[-1].style == style:
            line[-1] = Span(line[-1].text + part, style)
        elif part:
            line.append(Span(part, style))


def _turn(opened: list[str], name: str, *, is_closing: bool) -> None:
    if name not in tuple(STYLES):
        return
    if not is_closing:
        opened.append(name)
    elif name in opened:
        opened.remove(name)


def _tagged(span: Span, escape: Callable[[str], str]) -> str:
    before = "".join(f"<{letter}>" for letter in span.style)
    after = "".join(f"</{letter}>" for letter in reversed(span.style))
    return f"{before}{escape(span.text)}{after}"
