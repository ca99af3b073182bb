"""Which processors have AVX-512."""

import re
import subprocess
import sys

import pytest

from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.processor import _flags, has_avx512


def test_avx512_that_x264_would_use_is_known() -> None:
    source = ("-f", "lavfi", "-i", "color=size=64x64:duration=0.1")
    command = [str(find_ffmpeg().path), "-hide_banner", *source, "-c:v", "libx264", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stderr
    capabilities = re.search("using cpu capabilities: (.*)", told)
    assert capabilities is not None, told
    assert has_avx512() or "AVX512" not in capabilities[1].split()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux describes its processors so")
@pytest.mark.parametrize(
    ("described", "flags"),
    [
        (
            "processor\t: 0\nflags\t\t: fpu avx2 avx512f\n\nprocessor\t: 1\nflags\t\t: fpu\n",
            "fpu avx2 avx512f",
        ),
        ("vmx flags\t: ept\nflags\t\t: fpu\n", "fpu"),
        ("processor\t: 0\nFeatures\t: fp asimd\n", ""),
        ("", ""),
    ],
)
def test_flags_are_those_of_the_first_processor(described: str, flags: str) -> None:
    assert _flags(described) == frozenset(flags.split())
