"""What a campaign did, by kind of fault, and how long things took."""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence

import attrs


@attrs.frozen
class Measured:
    """One of the times that are promised."""

    name: str
    seconds: float


@attrs.frozen
class Record:
    """One disturbed render."""

    kinds: tuple[str, ...]
    ending: str
    seconds: float
    times: tuple[Measured, ...] = ()


@attrs.define
class Tally:
    """The records of a session."""

    records: list[Record] = attrs.field(factory=list)

    def lines(self) -> Iterator[str]:
        """A table of the kinds and one of the times."""
        endings = ("done", "failed", "cancelled", "interrupted", "dead", "WRONG")
        yield (
            f"{'kind':34}{'faults':>7}" + "".join(f"{ending:>12}" for ending in endings) + f"{'slowest':>10}"
        )
        by_kind: defaultdict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            for kind in record.kinds:
                by_kind[kind].append(record)
        for kind, records in sorted(by_kind.items()):
            counts = [sum(record.ending == ending for record in records) for ending in endings]
            slowest = max(record.seconds for record in records)
            yield (
                f"{kind:34}{len(records):7}"
                + "".join(f"{count or '':>12}" for count in counts)
                + (f"{slowest:8.1f} s")
            )
        faults = sum(map(len, by_kind.values()))
        seconds = sum(record.seconds for record in self.records)
        yield f"{faults} faults of {len(by_kind)} kinds in {len(self.records)} renders, {seconds:.0f} s"
        yield ""
        for name, times in sorted(self.times().items()):
            yield (
                f"{name:44}{len(times):4} times, median {statistics.median(times):.2f} s, "
                f"95 % {percentile(times):.2f} s, maximum {max(times):.2f} s"
            )

    def times(self) -> dict[str, list[float]]:
        """The seconds of each time that was measured."""
        found: defaultdict[str, list[float]] = defaultdict(list)
        for record in self.records:
            for measured in record.times:
                found[measured.name].append(measured.seconds)
        return found


def percentile(times: Sequence[float], share: float = 0.95) -> float:
    """The least of the times that so many of them do not exceed."""
    return sorted(times)[max(0, -int(-len(times) * share // 1) - 1)]
