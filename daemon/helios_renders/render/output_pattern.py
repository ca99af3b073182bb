"""Which patterns for the name of a video there can be."""

import re

from helios_renders.encode.formats import OUTPUT_SUFFIXES
from helios_renders.errors import InvalidOption

PLACEHOLDERS = ("name", "width", "height", "fps", "date", "preset")
PLACEHOLDER = re.compile(rf"\{{({'|'.join(PLACEHOLDERS)})\}}")
DEFAULT_PATTERN = "{name}"
MAX_PATTERN = 100
_ILLEGAL = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f\ud800-\udfff]')
_SUFFIX = re.compile(rf"(?i)({'|'.join(map(re.escape, OUTPUT_SUFFIXES))})$")


def parse_output_name(value: object) -> str:
    """A file name without its ending, with placeholders such as `{name}`; raises InvalidOption."""
    if not isinstance(value, str) or not value.strip():
        raise _refused(value, "", f"Give a name, such as {DEFAULT_PATTERN} or {DEFAULT_PATTERN}-{{width}}.")
    if len(value) > MAX_PATTERN:
        raise _refused(value, f", {len(value)} characters long", f"Give at most {MAX_PATTERN} characters.")
    rest = PLACEHOLDER.sub("", value)
    if found := _ILLEGAL.search(rest):
        advice = (
            "Leave it out; the folder has a setting of its own." if found[0] in "/\\" else "Leave it out."
        )
        raise _refused(value, f", which holds {found[0]!a}", advice)
    if found := re.search(r"\{[^{}]*\}?|\}", rest):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise _refused(value, f", and nothing is known as {found[0]}", f"There are {known}.")
    if _SUFFIX.search(value):
        raise _refused(
            value, ", and the format's ending is added to it", f"Give {_SUFFIX.sub('', value) or '{name}'}."
        )
    if value[0] in ". " or value[-1] in ". ":
        raise _refused(value, "", "It may neither begin nor end with a dot or a space.")
    return value


def _refused(value: object, why: str, advice: str) -> InvalidOption:
    return InvalidOption(f"The output name is {value}{why}.", advice)
