"""Advice for the terminal in the words of the editor, where options are settings."""

import re

from helios_renders.errors import HeliosError

SETTINGS = {
    "--allow-page-errors": "Page Errors",
    "--browser": "helios.browser",
    "--even": "Odd Sizes",
    "--ffmpeg": "helios.ffmpeg",
    "--fps": "Frame Rate",
    "--no-audio": "Sound",
    "--no-cache": "Cache",
    "--range": "Range",
    "--surface": "Surface",
    "--timeout": "Page Timeout",
}
"""What the editor calls the options that advice names: titles of the view Render Settings, or keys."""

_OTHER_WORDS = {
    "--audio": "audioTracks of composition.json",
    "`helios setup`": "the command Helios: Set Up Browser and FFmpeg",
    "`helios doctor`": "the command Helios: Doctor",
    # The editor's renders never take the place of a file.
    ", or allow --overwrite": "",
}
_WORDS = re.compile(rf"(?:{'|'.join(map(re.escape, _OTHER_WORDS))})(?![\w-])")
_OPTION = re.compile(
    rf"({'|'.join(map(re.escape, SETTINGS))})(?![\w-])(?: ((?:pad|crop|screenshot|\d+(?:[:.]\d+)?)\b))?"
)
_VARIABLE = re.compile(
    r"set HELIOS_(BROWSER|FFMPEG) to (?:its path|the path of one)|with HELIOS_(BROWSER|FFMPEG)"
)


def in_editor(advice: str) -> str:
    """The same advice, such as `the setting Odd Sizes (pad)` for `--even pad`."""

    def setting(found: re.Match[str]) -> str:
        option, value = found.groups()
        return f"the setting {SETTINGS[option]}" + (f" ({value})" if value else "")

    def program(found: re.Match[str]) -> str:
        named, beside = found.groups()
        return f"{'name one ' if named else ''}in the setting helios.{(named or beside).lower()}"

    advice = _VARIABLE.sub(program, _WORDS.sub(lambda found: _OTHER_WORDS[found[0]], advice))
    return _OPTION.sub(setting, advice)


def words_in_editor(error: HeliosError) -> str:
    """What is wrong and what to do about it; what the person gave stays as it is."""
    return f"{error.message} {in_editor(error.advice)}"
