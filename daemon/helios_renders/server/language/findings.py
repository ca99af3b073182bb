"""What is wrong in a page's marks or in a composition.json, in the words that a render would use."""

import json
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from fractions import Fraction
from typing import TypeVar

import attrs

from helios_renders.composition.composition_file import FILE_NAME, NUMBERS, Member, check_member, members
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.marks import PREFIX, Meta, Span, read_marks
from helios_renders.composition.spec import Size
from helios_renders.composition.values import (
    Dimensions,
    count_frames,
    meta_place,
    meta_size,
    pair,
    rate,
    seconds,
)
from helios_renders.errors import HeliosError, InvalidOption, NotAComposition
from helios_renders.render.plan import even_size
from helios_renders.server.advice import words_in_editor
from helios_renders.server.language.terms import METAS

T = TypeVar("T")
KEYS = (*NUMBERS, "defaultProps", "audioTracks")


@attrs.frozen
class Finding:
    """Something wrong, and where."""

    span: Span
    message: str
    stops: bool
    """True when nothing is rendered because of it."""


def page_findings(text: str) -> list[Finding]:
    """What is wrong with the `helios:` metas of a page, in their order."""
    metas = read_marks(text).metas
    last = {meta.name: meta for meta in metas}
    findings = [_unknown_meta(meta) for meta in metas if meta.name not in METAS]
    findings += [
        _odd(meta.name_span, f"{meta.name} is said again below, and the last one counts.")
        for meta in metas
        if meta.name in METAS and meta is not last[meta.name]
    ]
    checks = _Checks()
    spans = {name.removeprefix(PREFIX): meta.content_span for name, meta in last.items()}
    said = {name.removeprefix(PREFIX): meta.content for name, meta in last.items()}
    if "size" in said:
        checks.size(spans["size"], lambda: meta_size(said["size"]))
    if "fps" in said:
        checks.rate(spans["fps"], lambda: rate(said["fps"], meta_place("fps")))
    if "duration" in said:
        checks.length(spans["duration"], lambda: seconds(said["duration"], meta_place("duration")), "meta")
    return sorted([*findings, *checks.findings], key=lambda finding: finding.span)


def file_findings(text: str) -> list[Finding]:
    """What is wrong with a composition.json, in its order."""
    try:
        found = members(text, FILE_NAME)
    except NotAComposition as error:
        cause = error.__cause__
        at = min(cause.pos, len(text) - 1) if isinstance(cause, json.JSONDecodeError) else 0
        return [_stop((max(at, 0), max(at, 0) + 1), error)]
    findings = list(_wrong_members(found))
    wrong = {finding.span for finding in findings}
    given = {each.key: each for each in found if each.value is not None and each.span not in wrong}
    said = Dimensions(**{name: given[name].value for name in NUMBERS if name in given})
    checks = _Checks()
    if "width" in given and "height" in given:
        side = max(("width", "height"), key=lambda name: abs(given[name].value))
        side = next((name for name in ("width", "height") if given[name].value < 1), side)
        checks.size(given[side].span, lambda: pair(said, FILE_NAME))
    if "fps" in given:
        checks.rate(given["fps"].span, lambda: rate(said.fps, FILE_NAME))
    if "duration" in given:
        checks.length(given["duration"].span, lambda: seconds(said.duration, FILE_NAME), FILE_NAME)
    for one, other in (("width", "height"), ("height", "width")):
        if one in given and other not in {each.key for each in found}:
            note = f"{FILE_NAME} has {one} and no {other}, so it says no size."
            findings.append(_odd(given[one].key_span, note))
    return sorted([*findings, *checks.findings], key=lambda finding: finding.span)


class _Checks:
    """The checks of one place's values, one after the other, with what they found."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._fps: FrameRate | None = None

    def size(self, span: Span, read: Callable[[], Size | None]) -> None:
        size = self._tried(span, read)
        if size is not None:
            try:
                even_size(size, "error")
            except InvalidOption as error:
                self.findings.append(_odd(span, words_in_editor(error)))

    def rate(self, span: Span, read: Callable[[], FrameRate | None]) -> None:
        self._fps = self._tried(span, read)

    def length(self, span: Span, read: Callable[[], Fraction | None], place: str) -> None:
        length, fps = self._tried(span, read), self._fps
        if length is not None and fps is not None:
            self._tried(span, lambda: count_frames(fps, length, place))

    def _tried(self, span: Span, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except InvalidOption as error:
            self.findings.append(_stop(span, error))
            return None


def _wrong_members(found: Iterable[Member]) -> Iterator[Finding]:
    for member in found:
        near = get_close_matches(member.key, KEYS, 1, 0.75) if member.key not in KEYS else []
        if near:
            note = f"{FILE_NAME} has {member.key}, which has no effect. Did you mean {near[0]}?"
            yield _odd(member.key_span, note)
        try:
            check_member(member, FILE_NAME)
        except NotAComposition as error:
            yield _stop(member.span, error)


def _unknown_meta(meta: Meta) -> Finding:
    near = get_close_matches(meta.name.lower(), METAS, 1, 0.75)
    advice = f"Did you mean {near[0]}?" if near else f"There are {', '.join(METAS)}."
    return _odd(meta.name_span, f"{meta.name} is not known and has no effect. {advice}")


def _stop(span: Span, error: HeliosError) -> Finding:
    return Finding(span, words_in_editor(error), stops=True)


def _odd(span: Span, message: str) -> Finding:
    return Finding(span, message, stops=False)
