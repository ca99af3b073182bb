"""Numbers of encodings as people give them: quality, bits a second, frames between key frames."""

import re

from helios_renders.errors import InvalidOption

MAX_CRF = 100
MAX_GOP = 600
MIN_BITRATE, MAX_BITRATE = 1000, 10**9
"""Bits a second."""


def parse_crf(value: object) -> int:
    """A constant rate factor, 0 (best) to 100, of which each codec has its own part; raises InvalidOption."""
    number = whole_number(value)
    if number is None or not 0 <= number <= MAX_CRF:
        raise InvalidOption(
            f"CRF is {value}.",
            "Give a whole number from 0 (best) to 51 (H.264, H.265), 63 (VP9, AV1) or 100 (WebP).",
        )
    return number


def parse_bitrate(value: object) -> int:
    """Bits a second, such as `8M`, `800k` or 8000000; raises InvalidOption."""
    match = re.fullmatch(r"\s*(\d{1,10}(?:\.\d{1,6})?)\s*([kKmM]?)\s*", str(value))
    bits = 0 if match is None else round(float(match[1]) * {"": 1, "k": 1000, "m": 10**6}[match[2].lower()])
    if isinstance(value, bool) or not MIN_BITRATE <= bits <= MAX_BITRATE:
        raise InvalidOption(
            f"Bitrate is {value}.", "Give bits a second from 1k to 1000M, such as 8M or 800k."
        )
    return bits


def parse_gop(value: object) -> int:
    """Frames from one key frame to the next, 1 to 600; raises InvalidOption."""
    number = whole_number(value)
    if number is None or not 1 <= number <= MAX_GOP:
        raise InvalidOption(f"The GOP is {value}.", f"Give a whole number of frames from 1 to {MAX_GOP}.")
    return number


def whole_number(value: object) -> int | None:
    """A whole number as a number or a text; None for everything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,12}\s*", value):
        return int(value)
    return None
