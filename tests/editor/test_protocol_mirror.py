"""The extension's `protocol.ts` and `job.ts` say the same as the daemon's protocol, field by field."""

import re
import types
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import attrs
import pytest

from helios_renders.jobs.job import JobError
from helios_renders.server.protocol import NOTIFICATIONS, REQUESTS
from helios_renders.wire import camel

SOURCES = Path(__file__).resolve().parents[2] / "vscode-extension" / "src"
MIRROR = "\n".join((SOURCES / name).read_text() for name in ("protocol.ts", "job.ts"))
NAMES: dict[Any, str] = {
    str: "string",
    Path: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    Any: "unknown",
    type(None): "null",
}


def to_typescript(kind: Any) -> str:
    """How a field's Python type is spelled in TypeScript."""
    if kind in NAMES:
        return NAMES[kind]
    if isinstance(kind, type) and (attrs.has(kind) or issubclass(kind, Enum)):
        return kind.__name__
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return " | ".join(dict.fromkeys(to_typescript(argument) for argument in arguments))
    if origin is Literal:
        return " | ".join(f'"{argument}"' for argument in arguments)
    if origin is tuple and arguments[1:] == (...,):
        return f"readonly {to_typescript(arguments[0])}[]"
    if origin in (dict, Mapping):
        return f"Readonly<Record<string, {to_typescript(arguments[1])}>>"
    raise AssertionError(f"{kind} has no TypeScript spelling yet")


def reachable(*roots: type) -> list[type]:
    """The attrs classes and enums that messages are made of."""
    found: dict[type, None] = {}

    def visit(kind: Any) -> None:
        if kind not in found and isinstance(kind, type) and (attrs.has(kind) or issubclass(kind, Enum)):
            found[kind] = None
            for field in attrs.fields(kind) if attrs.has(kind) else ():
                visit(field.type)
        for argument in get_args(kind):
            visit(argument)

    for root in roots:
        visit(root)
    return list(found)


MESSAGES = [kind for pair in REQUESTS.values() for kind in pair] + list(NOTIFICATIONS.values())
PARAMS = {params for params, _ in REQUESTS.values()}


def declared_interfaces() -> dict[str, dict[str, tuple[bool, str]]]:
    """Every interface of the mirror: its fields, each with "may be left out" and its type."""
    return {
        name: {
            field: (optional == "?", " ".join(kind.split()))
            for field, optional, kind in re.findall(r'readonly ([\w"/]+)(\??): ([^;]+);', body)
        }
        for name, body in re.findall(r"export interface (\w+) \{(.*?)\n\}", MIRROR, re.DOTALL)
    }


def declared_unions() -> dict[str, set[str]]:
    """Every union of words of the mirror."""
    return {
        name: set(re.findall(r'"([^"]+)"', body))
        for name, body in re.findall(r"export type (\w+) =([^;]+);", MIRROR)
    }


def expected_fields(kind: type) -> Iterator[tuple[str, tuple[bool, str]]]:
    for field in attrs.fields(kind):
        optional = kind in PARAMS and field.default is not attrs.NOTHING
        yield camel(field.name), (optional, to_typescript(field.type))


@pytest.mark.parametrize("kind", reachable(*MESSAGES), ids=lambda kind: kind.__name__)
def test_type_is_mirrored(kind: type) -> None:
    if issubclass(kind, Enum):
        assert declared_unions()[kind.__name__] == {member.value for member in kind}
    elif fields := dict(expected_fields(kind)):
        assert declared_interfaces()[kind.__name__] == fields
    else:
        assert declared_unions()[kind.__name__] == set()


def test_methods_are_mirrored() -> None:
    interfaces = declared_interfaces()
    requests = {name: kind for name, (_, kind) in interfaces["Requests"].items()}
    assert requests == {
        f'"{method}"': f"[{params.__name__}, {result.__name__}]"
        for method, (params, result) in REQUESTS.items()
    }
    notifications = {name: kind for name, (_, kind) in interfaces["Notifications"].items()}
    assert notifications == {f'"{method}"': params.__name__ for method, params in NOTIFICATIONS.items()}


def test_error_data_is_mirrored() -> None:
    error = dict(expected_fields(JobError))
    del error["message"]  # the JSON-RPC error has it itself
    assert declared_interfaces()["ErrorData"] == error


def test_mirror_has_nothing_else() -> None:
    expected = {kind.__name__ for kind in reachable(*MESSAGES)} | {"Requests", "Notifications", "ErrorData"}
    assert set(declared_interfaces()) | set(declared_unions()) == expected
