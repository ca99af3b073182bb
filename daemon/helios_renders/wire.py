"""Plain data to JSON and back: camelCase names on the wire, snake_case in Python.

Used for the plan, for what workers say, and for the editor's protocol, so that all three read alike.
"""

from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.json import make_converter as make_json_converter


def camel(name: str) -> str:
    """`work_done_token` as `workDoneToken`."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def register(converter: cattrs.Converter, package: str = "helios_renders") -> cattrs.Converter:
    """Teach a converter the project's own attrs classes, and only those."""

    def ours(cls: type) -> bool:
        return attrs.has(cls) and getattr(cls, "__module__", "").startswith(package)

    def names(cls: type) -> dict[str, Any]:
        return {field.name: override(rename=camel(field.name)) for field in attrs.fields(cls)}

    converter.register_structure_hook_factory(
        ours,
        lambda cls: make_dict_structure_fn(cls, converter, **names(cls)),
    )
    converter.register_unstructure_hook_factory(
        ours,
        lambda cls: make_dict_unstructure_fn(cls, converter, **names(cls)),
    )
    converter.register_structure_hook(Path, lambda value, _: Path(value))
    converter.register_unstructure_hook(Path, str)
    converter.register_unstructure_hook_func(
        lambda cls: isinstance(cls, type) and issubclass(cls, Enum), lambda member: member.value
    )
    return converter


def make_converter() -> cattrs.Converter:
    """A converter to and from JSON-ready dictionaries; unknown keys are ignored, wrong types refused.

    A whole number may stand for a float, and 3.0 for 3: JSON has one kind of number. Fractions are text such
    as `10/3`.
    """
    converter = register(make_json_converter())
    converter.register_structure_hook(str, lambda value, _: _only(str, value))
    converter.register_structure_hook(bool, lambda value, _: _only(bool, value))
    converter.register_structure_hook(int, lambda value, _: _whole(value))
    converter.register_structure_hook(float, lambda value, _: float(_number(value)))
    converter.register_structure_hook(Fraction, lambda value, _: Fraction(value))
    converter.register_unstructure_hook(Fraction, str)
    return converter


def _only(kind: type, value: object) -> object:
    # The library would call kind(value), by which the text "false" becomes True.
    if type(value) is not kind:
        raise TypeError(f"{value!r} is not of type {kind.__name__}")
    return value


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return value


def _whole(value: object) -> int:
    number = _number(value)
    if isinstance(number, float) and not number.is_integer():
        raise TypeError(f"{value!r} is not a whole number")
    return int(number)
