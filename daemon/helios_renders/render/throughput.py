"""Things per wall-clock second, over the last few seconds."""

from collections import deque

WINDOW_SECONDS = 5.0
MIN_SECONDS = 1.0
MIN_COUNT = 5


class Throughput:
    """Counts things in a sliding window that starts at a given time, in seconds of any steady clock."""

    def __init__(self, start: float) -> None:
        self._start = start
        self._count = 0
        self._times: deque[float] = deque()

    def add(self, now: float) -> None:
        """One more thing happened."""
        self._count += 1
        self._times.append(now)
        self._drop(now)

    def rate(self, now: float) -> float | None:
        """Things per second; None until a second has passed and five things have happened."""
        elapsed = now - self._start
        if elapsed < MIN_SECONDS or self._count < MIN_COUNT:
            return None
        self._drop(now)
        return len(self._times) / min(elapsed, WINDOW_SECONDS)

    def _drop(self, now: float) -> None:
        while self._times and self._times[0] <= now - WINDOW_SECONDS:
            self._times.popleft()
