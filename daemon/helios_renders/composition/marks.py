"""The marks by which a page's source says that it is a composition, each with its place in the text."""

import codecs
import re
from collections.abc import Iterator, Mapping
from html import unescape

import attrs

from helios_renders.composition.values import Dimensions

PREFIX = "helios:"
HYPERFRAMES = "data-composition-id"

_OPENING = re.compile(r"<!--|<([A-Za-z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""")
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
"""Elements whose content is text, whatever it looks like (HTML standard, "Parsing")."""
_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

Span = tuple[int, int]
"""Where something begins and ends in a text, in characters."""


@attrs.frozen
class Attribute:
    """An attribute's value as the page sees it, and its place in the text without the quotes."""

    value: str
    span: Span


@attrs.frozen
class Meta:
    """A meta element whose name begins with `helios:`, in any case."""

    name: str
    """With the prefix, as written."""
    content: str
    name_span: Span
    content_span: Span
    """That of the whole element when it has no content."""


@attrs.frozen
class PageMarks:
    """What a page's source says of itself; scripts can say more."""

    metas: tuple[Meta, ...] = ()
    """In their order."""
    hyperframes: Dimensions | None = None

    @property
    def values(self) -> Mapping[str, str]:
        """Each meta's content by its name without the prefix, as the probe reads them: the last counts."""
        own = (meta for meta in self.metas if meta.name.startswith(PREFIX))
        return {meta.name.removeprefix(PREFIX): meta.content for meta in own}

    @property
    def any(self) -> bool:
        """True for a page that says that it is a composition."""
        return bool(self.values) or self.hyperframes is not None


def decode_page(head: bytes) -> str:
    """A page's bytes, or its first ones, as text; what is not text is replaced, for marks are ASCII."""
    encoding = next((name for mark, name in _ENCODINGS.items() if head.startswith(mark)), "utf-8")
    return head.decode(encoding, "replace")


def read_marks(text: str) -> PageMarks:
    """The marks of a page's source, or of its beginning."""
    folded = text.lower()
    last = max(folded.rfind(PREFIX), folded.rfind(HYPERFRAMES))
    metas: list[Meta] = []
    hyperframes: Dimensions | None = None
    for name, span, attributes in _elements(text, last):
        if name == "meta" and (named := attributes.get("name")) is not None:
            if named.value.lower().startswith(PREFIX):
                content = attributes.get("content", Attribute("", span))
                metas.append(Meta(named.value, content.value, named.span, content.span))
        elif hyperframes is None and HYPERFRAMES in attributes:
            sides = ("width", "height", "fps", "duration")
            hyperframes = Dimensions(*(_number(attributes.get(f"data-{side}")) for side in sides))
    return PageMarks(tuple(metas), hyperframes)


def _elements(text: str, last: int) -> Iterator[tuple[str, Span, dict[str, Attribute]]]:
    """Each start tag that begins before `last`: its name, its place and its attributes.

    Comments and scripts are passed over.
    """
    at = 0
    while (opening := _OPENING.search(text, at, max(last, 0))) is not None:
        at = opening.end()
        if opening[1] is None:
            at = _after(text, "-->", at)
            continue
        name = opening[1].lower()
        attributes: dict[str, Attribute] = {}
        while (match := _ATTRIBUTE.match(text, at)) is not None:
            at = match.end()
            group = next((group for group in (2, 3, 4) if match[group] is not None), 1)
            value = "" if group == 1 else unescape(match[group])
            attributes.setdefault(match[1].lower(), Attribute(value, match.span(group)))
        at = _after(text, ">", at)
        yield name, (opening.start(), at), attributes
        if name in _RAW:
            closing = re.compile(rf"</{name}", re.IGNORECASE).search(text, at)
            at = len(text) if closing is None else closing.end()


def _after(text: str, end: str, at: int) -> int:
    found = text.find(end, at)
    return len(text) if found < 0 else found + len(end)


def _number(attribute: Attribute | None) -> float | None:
    """As the page's script reads it, where a word stands for nothing said."""
    if attribute is None:
        return None
    try:
        return float(attribute.value)
    except ValueError:
        return None
