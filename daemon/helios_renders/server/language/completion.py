"""What can stand at a place of a page: the names of the metas, and values worth having."""

import re

import attrs

from helios_renders.composition.marks import PREFIX, Span, read_marks
from helios_renders.server.language.terms import METAS, Term, explain

_REACH = 1_000
"""Characters around the place in which its meta element begins and ends."""
_OPEN_META = re.compile(r"<meta\b[^<>]*\Z", re.IGNORECASE)
_OPEN_VALUE = re.compile(r"""\s(name|content)\s*=\s*(["'])([^"']*)\Z""", re.IGNORECASE)
_NAME = re.compile(r"""\sname\s*=\s*["']?([\w:.-]+)""", re.IGNORECASE)
_REST = re.compile(r"[\w:./-]*")


@attrs.frozen
class Completion:
    """A text that can replace what is there."""

    text: str
    span: Span
    detail: str
    documentation: str
    is_name: bool


def page_completions(text: str, offset: int) -> list[Completion]:
    """The names or the values that fit at a place of a page; empty outside of a meta's value."""
    meta = _OPEN_META.search(text, max(0, offset - _REACH), offset)
    value = meta and _OPEN_VALUE.search(meta[0])
    if not meta or not value:
        return []
    rest = _REST.match(text, offset)
    span = (offset - len(value[3]), rest.end() if rest else offset)
    if value[1].lower() == "name":
        used = {meta.name for meta in read_marks(text).metas} - {text[slice(*span)]}
        return [_name(term, span) for name, term in METAS.items() if name not in used]
    end = text.find(">", offset, offset + _REACH)
    named = _NAME.search(text, meta.start(), offset + _REACH if end < 0 else end)
    term = METAS.get(named[1]) if named else None
    return [] if term is None else [_value(term, example, name, span) for example, name in term.examples]


def _name(term: Term, span: Span) -> Completion:
    return Completion(term.name, span, term.meaning, explain(term), is_name=True)


def _value(term: Term, text: str, name: str, span: Span) -> Completion:
    detail = f"{term.name.removeprefix(PREFIX)}: {name}"
    return Completion(text, span, detail, explain(term), is_name=False)
