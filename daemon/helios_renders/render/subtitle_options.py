"""What can be asked of subtitles."""

import re
from pathlib import Path
from typing import Literal, cast, get_args

from helios_renders.encode.subtitles.read import check_suffix
from helios_renders.errors import InvalidOption

SubtitleMode = Literal["burn", "track", "sidecar"]
PAGE_SUBTITLES, NO_SUBTITLES = "page", "none"
"""What can stand in the place of a file of subtitles."""


def parse_subtitles(file: Path) -> str:
    """A file's absolute path, or one of the words; raises InvalidOption."""
    if str(file) in (PAGE_SUBTITLES, NO_SUBTITLES):
        return str(file)
    check_suffix(file)
    return str(file.absolute())


def parse_subtitle_mode(value: object) -> SubtitleMode:
    """One of the modes; raises InvalidOption."""
    modes = get_args(SubtitleMode)
    if value not in modes:
        raise InvalidOption(f"Subtitle mode is {value}.", f"Choose one of {', '.join(modes)}.")
    return cast(SubtitleMode, value)


def parse_language(value: object) -> str:
    """A language by the three letters of ISO 639-2; raises InvalidOption."""
    if not isinstance(value, str) or re.fullmatch(r"[a-z]{3}", value) is None:
        raise InvalidOption(
            f"The subtitles' language is {value}.", "Give three letters of ISO 639-2, such as eng or deu."
        )
    return value
