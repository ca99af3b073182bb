"""Volumes that change while a sound is heard, as a sound of their own that it is multiplied by."""

import struct
from itertools import pairwise
from pathlib import Path

from helios_renders.encode.segment import Segment
from helios_renders.encode.sound_file import SAMPLE_RATE

RAMP = SAMPLE_RATE // 100
"""Samples that a change takes: a step would be heard as a click."""
_PIECE = 10 * SAMPLE_RATE


def write_envelope(segment: Segment, file: Path) -> None:
    """Writes the factor of every sample of a segment, as 32-bit floats of two channels in Sun's AU format."""
    # Here, because a daemon whose pages keep their volume needs no arithmetic of arrays.
    import numpy as np

    factors = np.empty(segment.length, np.float32)
    starts = [gain.start - segment.start for gain in segment.gains]
    for gain, (first, last) in zip(segment.gains, pairwise([*starts, segment.length]), strict=True):
        factors[first:last] = gain.volume
        before = factors[first - 1] if first else gain.volume
        ramp = min(RAMP, max(0, last - first))
        factors[first : first + ramp] = np.linspace(before, gain.volume, ramp, endpoint=False)
    header = struct.pack(">4s5I", b".snd", 24, 0xFFFF_FFFF, 6, SAMPLE_RATE, 2)
    with file.open("wb") as output:
        output.write(header)
        # Piece by piece: all of a long sound would take nine times its own memory.
        for at in range(0, segment.length, _PIECE):
            output.write(np.repeat(factors[at : at + _PIECE], 2).astype(">f4").tobytes())
