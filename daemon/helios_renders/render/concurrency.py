"""How many workers were asked for, how many there are, and which bound decided."""

from enum import Enum

import attrs

MAX_CONCURRENCY = 32


class Bound(Enum):
    """What can hold the number of workers down."""

    REQUEST = "request"
    CORES = "cores"
    AFFINITY = "affinity"
    CPU_QUOTA = "cpuQuota"
    MEMORY = "memory"
    MEMORY_LIMIT = "memoryLimit"
    OTHERS = "others"
    FRAMES = "frames"
    CHUNKS = "chunks"
    MAXIMUM = "maximum"


@attrs.frozen
class Concurrency:
    """The answer to "how many workers": asked for, given, and why."""

    requested: int
    """1 to 32; the machine's own number when `auto` was asked for."""
    effective: int
    limited_by: Bound
    """The tightest bound; REQUEST when what was asked for is what is given."""
    auto: bool = False
    """True when the number was left to the machine."""
