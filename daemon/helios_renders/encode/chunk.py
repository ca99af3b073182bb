"""A chunk that is encoded."""

from pathlib import Path

import attrs

from helios_renders.encode.edges import Edges


@attrs.frozen
class EncodedChunk:
    """A chunk's file and what it must hold."""

    file: Path
    frames: int
    edges: Edges
