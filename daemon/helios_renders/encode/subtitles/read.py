"""Subtitles from a file: which format, which encoding, and what is wrong with it."""

import codecs
from pathlib import Path

from helios_renders.encode.subtitles.blocks import Malformed
from helios_renders.encode.subtitles.cue import Cue
from helios_renders.encode.subtitles.srt import parse_srt
from helios_renders.encode.subtitles.webvtt import parse_webvtt
from helios_renders.errors import InvalidOption

MAX_BYTES = 2 * 2**20
"""Some forty times the subtitles of a long film."""
PARSERS = {".srt": parse_srt, ".vtt": parse_webvtt}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_subtitles(path: Path) -> tuple[Cue, ...]:
    """The cues of an `.srt` or `.vtt` file by their start; raises InvalidOption, which names the line."""
    check_suffix(path)
    try:
        cues = PARSERS[path.suffix.lower()](_decode(path, _read(path)))
    except Malformed as error:
        raise InvalidOption(
            f"The subtitles {path} cannot be read: in line {error.line}, {error.problem}.", error.advice
        ) from None
    if not cues:
        raise InvalidOption(f"The subtitles {path} show nothing.", "Give a file with cues that have text.")
    return tuple(sorted(cues, key=lambda cue: cue.start))


def check_suffix(path: Path) -> None:
    """Raises InvalidOption for a file that is of neither format by its name."""
    if path.suffix.lower() not in PARSERS:
        raise InvalidOption(
            f"The subtitles {path} end in neither .srt nor .vtt.", "Give a SubRip or WebVTT file."
        )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidOption(
            f"The subtitles {path} cannot be read: {error.strerror}.", "Check the path and who may read it."
        ) from None
    if len(content) > MAX_BYTES:
        raise InvalidOption(
            f"The subtitles {path} have more than {MAX_BYTES // 2**20} MiB.", "Give a file of text."
        )
    return content


def _decode(path: Path, content: bytes) -> str:
    """UTF-8, or UTF-16 with a mark of its byte order (Unicode, "Byte Order Mark")."""
    mark, encoding = next((each for each in _MARKS if content.startswith(each[0])), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        before, why = content[len(mark) : len(mark) + error.start], error.reason
    else:
        if "\0" not in text:
            return text
        before, why = text.partition("\0")[0].encode(encoding), "a null character"
    at, line = len(mark) + len(before), before.decode(encoding).count("\n") + 1
    name = "-".join(encoding.upper().split("-")[:2])
    raise InvalidOption(
        f"The subtitles {path} are not {name} text: byte {at} (0x{content[at]:02x}, in line {line}): {why}.",
        "Save the file as UTF-8.",
    )
