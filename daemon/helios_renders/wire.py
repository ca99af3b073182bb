"""Plain data to JSON and back: camelCase names on the wire, snake_case in Python.

Used for the plan, for what workers say, and for the editor's protocol, so that all three read alike.
"""

from enum import Enum
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
    """A converter to and from JSON-ready dictionaries; unknown keys are ignored, wrong types refused."""
    return register(make_json_converter())
