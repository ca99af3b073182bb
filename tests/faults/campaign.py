"""A campaign: which faults strike which renders, from one number."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random

import attrs

from faults.kinds import Kind, Mix

MIXES = ({Mix.CONTENT: 2, Mix.LOSS: 2}, {Mix.SLOW: 2}, {Mix.ALONE: 1})
"""How many faults of a sort one render takes."""


@attrs.frozen
class Case:
    """One render and the faults that strike it."""

    number: int
    kinds: tuple[Kind, ...]
    seed: int

    def __str__(self) -> str:
        return f"{self.number}: {', '.join(kind.name for kind in self.kinds)}"


def campaign(faults: int, seed: int, kinds: Sequence[Kind]) -> list[Case]:
    """So many faults, every kind as often as its weight says; the same for the same seed."""
    dice = Random(seed)
    drawn = [kind for _, kind in zip(range(faults), _drawn(kinds, dice), strict=False)]
    groups = [group for mix in MIXES for group in _grouped(drawn, mix)]
    dice.shuffle(groups)
    return [Case(number, group, dice.randrange(2**32)) for number, group in enumerate(groups)]


def _drawn(kinds: Sequence[Kind], dice: Random) -> Iterator[Kind]:
    """Every kind once, and then from one shuffled deck after the other."""
    yield from kinds
    deck = [kind for kind in kinds for _ in range(kind.weight)]
    while True:
        dice.shuffle(deck)
        yield from deck


def _grouped(drawn: Sequence[Kind], mix: dict[Mix, int]) -> Iterator[tuple[Kind, ...]]:
    waiting: defaultdict[Mix, list[Kind]] = defaultdict(list)
    for kind in drawn:
        if kind.mix in mix:
            waiting[kind.mix].append(kind)
    while any(waiting.values()):
        yield tuple(waiting[sort].pop() for sort, most in mix.items() for _ in range(most) if waiting[sort])
