"""Sounds that a page has rendered itself, by Web Audio: brought from the page to files, piece by piece."""

import base64
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs

from helios_renders.composition.sounds import PageSounds, Rendering
from helios_renders.threads import in_thread

PIECE = 2**19
"""Samples that are brought at once: 4 MiB."""
_CHANNELS = 2
_FLOAT_32 = 6
"""Of the encodings of Sun's AU format."""


async def with_renderings(
    sounds: PageSounds, folder: Path, ask: Callable[[str], Awaitable[Any]]
) -> PageSounds:
    """The same sounds, with what the page has rendered in files of `folder`; raises OSError."""
    sources = [
        source
        if source.rendering is None
        else attrs.evolve(source, file=str(await _written(source.rendering, folder, ask)))
        for source in sounds.sources
    ]
    return attrs.evolve(sounds, sources=tuple(sources))


async def _written(rendering: Rendering, folder: Path, ask: Callable[[str], Awaitable[Any]]) -> Path:
    """A file in Sun's AU format, 32-bit floats, as the page hands them over."""
    file = folder / f"web-audio-{rendering.number}.au"
    header = struct.pack(">4s5I", b".snd", 24, 0xFFFF_FFFF, _FLOAT_32, rendering.rate, _CHANNELS)
    await in_thread(folder.mkdir, exist_ok=True)
    await in_thread(file.write_bytes, header)
    with file.open("ab") as opened:
        for first in range(0, rendering.samples, PIECE):
            count = min(PIECE, rendering.samples - first)
            piece = await ask(f"window.__heliosClock.audioSamples({rendering.number}, {first}, {count})")
            await in_thread(opened.write, base64.b64decode(piece))
    return file
