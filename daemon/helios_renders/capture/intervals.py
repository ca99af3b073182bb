"""Sample frames in short intervals between keyframes, which evenly spread samples may miss."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.probe import KeyframeInterval

MAX_MORE = 3
ROUNDING = 1e-6
"""Seconds by which a border between keyframes may be off a frame's time and still be meant to meet it."""


def with_unseen_intervals(
    samples: tuple[int, ...], intervals: Sequence[KeyframeInterval], fps: FrameRate
) -> tuple[int, ...]:
    """The samples, and at most three more, each amid as many intervals as possible that no sample shows.

    An interval that falls wholly between two frames, or outside the span of the samples, is not looked for.
    """
    times = _Times(intervals, fps)
    unseen = ~np.any([times.show(frame) for frame in samples], axis=0)
    for _ in range(MAX_MORE):
        middles = {times.middle(int(index), samples[0]) for index in np.nonzero(unseen)[0]}
        possible = sorted(
            frame for frame in middles if frame is not None and samples[0] < frame < samples[-1]
        )
        if not possible:
            break
        best = max(possible, key=lambda frame: np.count_nonzero(times.show(frame) & unseen))
        samples = tuple(sorted({*samples, best}))
        unseen &= ~times.show(best)
    return samples


class _Times:
    """The intervals as arrays, in seconds."""

    def __init__(self, intervals: Sequence[KeyframeInterval], fps: FrameRate) -> None:
        self._fps = fps
        self._starts = np.array([interval.start for interval in intervals], np.float64)
        self._ends = np.array([interval.end for interval in intervals], np.float64)
        self._periods = np.array([interval.period for interval in intervals], np.float64)
        untils = [math.inf if interval.until is None else interval.until for interval in intervals]
        self._untils = np.array(untils, np.float64)

    def show(self, frame: int) -> npt.NDArray[np.bool_]:
        """Which intervals are on in a frame."""
        time = float(self._fps.seconds(frame)) + ROUNDING
        within = (time - self._starts) % self._periods
        on: npt.NDArray[np.bool_] = (self._starts <= time) & (time < self._untils)
        return on & (within < self._ends - self._starts)

    def middle(self, index: int, first: int) -> int | None:
        """The frame amid an interval's first coming at or after the frame `first`; None where no frame is."""
        start, end, period = (float(each[index]) for each in (self._starts, self._ends, self._periods))
        rate = float(self._fps.fraction)
        gone = max(0, math.ceil((first / rate - start - ROUNDING) / period)) * period
        if start + gone >= self._untils[index]:
            return None
        begin, past = (math.ceil((time + gone - ROUNDING) * rate) for time in (start, end))
        return (begin + past - 1) // 2 if begin < past else None
