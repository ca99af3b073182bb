"""What the processor can do, as far as an encoder must not use all of it."""

import ctypes
import functools
import subprocess
import sys
from pathlib import Path

AVX512_STATE = 0xE0
"""The parts of a thread's state that AVX-512 uses: XCR0, Intel's manual, volume 1, section 13.1."""


@functools.cache
def has_avx512() -> bool:
    """Whether this is a processor with AVX-512, which has AVX2 too; False where the system does not say."""
    if sys.platform == "win32":
        enabled = ctypes.windll.kernel32.GetEnabledXStateFeatures
        enabled.restype = ctypes.c_uint64
        return bool(enabled() & AVX512_STATE == AVX512_STATE)
    try:
        if sys.platform == "darwin":
            command = ["/usr/sbin/sysctl", "-n", "hw.optional.avx512f"]
            # A Mac that knows no such feature says so by its exit code.
            return subprocess.run(command, capture_output=True, check=False).stdout.strip() == b"1"
        return "avx512f" in _flags(Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace"))
    except OSError:
        return False


def _flags(described: str) -> frozenset[str]:
    """The features of the first processor that Linux describes; none where it names them otherwise."""
    for line in described.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "flags":
            return frozenset(value.split())
    return frozenset()
