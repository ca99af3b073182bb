"""What a page asked for and did not get, as a person reads it: plain data, for those that open no page."""

from collections.abc import Iterable, Mapping

import attrs

from helios_renders.capture.refusals import shortened

MOST = 100
"""How many missing parts of a page are noted at a time."""


@attrs.frozen
class Missing:
    """A part of the page that did not come."""

    kind: str
    """What it would have been, in a person's word; empty for what the page's own elements tell of."""
    reason: str


def with_missing(warnings: Iterable[str], missing: Mapping[str, Missing]) -> tuple[str, ...]:
    """The warnings of a page, with the reasons of those for what is missing, and with what no element tells.

    Elements do not tell why they could not be loaded, and nothing in the page tells of a background, a font,
    or a module that another one imports.
    """
    told: list[str] = []
    left = dict(missing)
    for warning in warnings:
        ends = {address: f" {address} could not be loaded." for address in left}
        meant = next((address for address, end in ends.items() if warning.endswith(end)), None)
        told.append(warning if meant is None else f"{warning[:-1]}: {left.pop(meant).reason}.")
    told += [
        f"{what.kind} {shortened(address)} could not be loaded: {what.reason}."
        for address, what in left.items()
        if what.kind
    ]
    return tuple(told)
