"""Places in a text: offsets in characters here, lines and UTF-16 units in the editor."""

import re
from bisect import bisect_right

from lsprotocol import types as lsp

from helios_renders.composition.marks import Span

_LINE_END = re.compile(r"\r\n|\n|\r")
"""Those of the language server protocol, which are fewer than Python's."""


class Positions:
    """Translates the places of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def offset(self, position: lsp.Position) -> int:
        """The character at a position; one behind a line's or the text's end stands for that end."""
        if position.line >= len(self._starts):
            return len(self._text)
        start = self._starts[position.line]
        following = self._starts[position.line + 1 : position.line + 2] or [len(self._text)]
        line = self._text[start : following[0]].rstrip("\r\n")
        units = line.encode("utf-16-le", "surrogatepass")[: 2 * position.character]
        return start + len(units.decode("utf-16-le", "ignore"))

    def position(self, offset: int) -> lsp.Position:
        """The position of a character."""
        line = bisect_right(self._starts, offset) - 1
        before = self._text[self._starts[line] : offset]
        return lsp.Position(line, len(before.encode("utf-16-le", "surrogatepass")) // 2)

    def range(self, span: Span) -> lsp.Range:
        """The range of a span."""
        return lsp.Range(self.position(span[0]), self.position(span[1]))
