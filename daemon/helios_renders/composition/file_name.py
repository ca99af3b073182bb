"""Names that every file system takes, made from what a person wrote."""

import re
import unicodedata

MAX_NAME_BYTES = 120
"""Leaves room below the usual 255 bytes for a number, an extension and a scratch folder's token."""

_WINDOWS_DEVICES = re.compile(r"(?i)con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]")


def clip_bytes(text: str, limit: int) -> str:
    """The longest start of a text with at most `limit` bytes in UTF-8; never half a character."""
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


def means_other_on_windows(name: str) -> bool:
    """Whether Windows takes a name for a device, a drive, a stream of a file, or the name without its end."""
    stem = name.split(".")[0].rstrip(" ")
    return ":" in name or name.endswith((".", " ")) or _WINDOWS_DEVICES.fullmatch(stem) is not None


def slug(text: str, fallback: str = "composition") -> str:
    """A text as one file name: letters and digits of any script, `-` and `_`; never empty or a dot name."""
    normal = unicodedata.normalize("NFC", text)
    kept = "".join(char if char in "-_" or unicodedata.category(char)[0] in "LMN" else "-" for char in normal)
    name = clip_bytes(re.sub("-{2,}", "-", kept).strip("-"), MAX_NAME_BYTES).rstrip("-")
    if _WINDOWS_DEVICES.fullmatch(name):
        return f"{name}_"
    return name or fallback
