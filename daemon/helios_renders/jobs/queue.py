"""Which jobs wait for their turn, in which order; a paused job keeps its place among them."""

from bisect import bisect_right
from collections.abc import Mapping

from helios_renders.jobs.entry import Entry
from helios_renders.jobs.job import JobState


class RenderQueue:
    """Entries in the order of their jobs' `order`, which whoever changes it keeps so."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def __contains__(self, entry: Entry) -> bool:
        return entry in self._entries

    def put(self, entry: Entry) -> None:
        """Put an entry where its order says, behind those of the same order."""
        place = bisect_right(self._entries, entry.job.order, key=lambda other: other.job.order)
        self._entries.insert(place, entry)

    def remove(self, entry: Entry) -> None:
        """Take an entry out; ValueError when it is not there."""
        self._entries.remove(entry)

    def take(self) -> Entry | None:
        """Take out the first entry that waits; None when all are paused, or none is there."""
        first = next((entry for entry in self._entries if entry.job.state is JobState.QUEUED), None)
        if first is not None:
            self._entries.remove(first)
        return first

    def sort(self) -> None:
        """Take changed orders into account."""
        self._entries.sort(key=lambda entry: entry.job.order)

    def head(self, order: float) -> float:
        """The order for a job that goes before all others: its own, when that is low enough."""
        return min([order, *(entry.job.order - 1 for entry in self._entries[:1])])

    def moved(self, entry: Entry, before: Entry | None) -> Mapping[Entry, float]:
        """The orders that have to change for an entry to stand before another one, or last.

        Usually its own alone; where there is no number left between its neighbours, those of all.
        """
        others = [other for other in self._entries if other is not entry]
        place = len(others) if before is None else others.index(before)
        low = others[place - 1].job.order if place > 0 else None
        high = others[place].job.order if place < len(others) else None
        match low, high:
            case None, None:
                return {}
            case float(), None:
                return {entry: low + 1}
            case None, float():
                return {entry: high - 1}
            case float(), float():
                middle = (low + high) / 2
                if low < middle < high:
                    return {entry: middle}
        start = others[0].job.order
        return {each: start + step for step, each in enumerate([*others[:place], entry, *others[place:]])}
