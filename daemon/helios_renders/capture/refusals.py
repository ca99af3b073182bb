"""What a page asked for and was kept from, as a person reads it: plain data, for those that open no page."""

from collections.abc import Iterable

NAMED = 20
"""How many addresses are named at most."""
CUT = "..."
_LONGEST = 200
"""Characters of an address that are told; some carry whole files in their query."""


def shortened(address: str) -> str:
    """An address that can stand in a sentence."""
    return address if len(address) <= _LONGEST else f"{address[:_LONGEST]}{CUT}"


def refusal_warning(addresses: Iterable[str]) -> str:
    """The warning that names these addresses, each once."""
    different = sorted(set(addresses))
    more = " and more" if len(different) > NAMED else ""
    return f"The network is local, so the page was kept from {', '.join(different[:NAMED])}{more}."
