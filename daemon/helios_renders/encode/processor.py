"""What the processor can do, as far as an encoder must not use all of it."""

import ctypes
import functools
import subprocess
import sys
from pathlib import Path

PF_AVX512F_INSTRUCTIONS_AVAILABLE = 41
"""Of `IsProcessorFeaturePresent`, winnt.h."""


@functools.cache
def has_avx512() -> bool:
    """Whether this is a processor with AVX-512; every such processor has AVX2 too."""
    if sys.platform == "win32":
        return bool(ctypes.windll.kernel32.IsProcessorFeaturePresent(PF_AVX512F_INSTRUCTIONS_AVAILABLE))
    if sys.platform == "darwin":
        command = ["/usr/sbin/sysctl", "-n", "hw.optional.avx512f"]
        # A Mac that knows no such feature says so by its exit code.
        return subprocess.run(command, capture_output=True, check=False).stdout.strip() == b"1"
    return "avx512f" in _flags(Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace"))


def _flags(described: str) -> frozenset[str]:
    """The features of the first processor that Linux describes; none where it names them otherwise."""
    for line in described.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "flags":
            return frozenset(value.split())
    return frozenset()
