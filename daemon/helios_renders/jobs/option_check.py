"""Whether one value can be an option, asked while somebody types it."""

from typing import Any, get_args

import attrs

from helios_renders.errors import InvalidOption
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.wire import camel

_OPTIONS = {
    camel(field.name): field for field in attrs.fields(StartRenderOptions) if field.name != "composition"
}


def option_problem(option: str, value: Any) -> InvalidOption | None:
    """What is wrong with a value and what is allowed, or None; `option` is named as on the wire."""
    try:
        _check(option, value)
    except InvalidOption as error:
        return error
    return None


def _check(option: str, value: Any) -> None:
    """Raises InvalidOption."""
    field = _OPTIONS.get(option)
    if field is None:
        raise InvalidOption(f"There is no option {option}.", f"There are {', '.join(_OPTIONS)}.")
    if field.type is bool and not isinstance(value, bool):
        raise InvalidOption(f"{option} is {value}.", "Give true or false.")
    if str in get_args(field.type) and not isinstance(value, str | None):
        raise InvalidOption(f"{option} is {value}.", "Give a text.")
    StartRenderOptions(composition="composition.html", **{field.name: value}).parsed()
