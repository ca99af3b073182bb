"""What messages look like: typed envelopes for our own methods, read strictly and written in camelCase."""

from typing import Any, cast

import attrs
import cattrs
from lsprotocol.converters import get_converter

from helios_renders import wire
from helios_renders.jobs.job import JobError
from helios_renders.server import protocol
from helios_renders.server.advice import in_editor

PRIMITIVES: dict[type, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (float, int)}
"""For each primitive the types of a JSON value that may stand for it."""


def _envelope(name: str, **fields: Any) -> type:
    version = attrs.field(type=str, default="2.0")
    return attrs.make_class(name, {**fields, "jsonrpc": version}, kw_only=True)


def _method(name: str) -> Any:
    return attrs.field(type=str, default=name)


def _id() -> Any:
    return attrs.field(type=cast(type, int | str))


_MESSAGES: dict[str, type] = {
    name: _envelope("Request", id=_id(), method=_method(name), params=attrs.field(type=params))
    for name, (params, _) in protocol.REQUESTS.items()
} | {
    name: _envelope("Notification", method=_method(name), params=attrs.field(type=params))
    for name, params in protocol.NOTIFICATIONS.items()
}
_RESPONSES: dict[str, type] = {
    name: _envelope("Response", id=_id(), result=attrs.field(type=result))
    for name, (_, result) in protocol.REQUESTS.items()
}


def message_type(method: str) -> type | None:
    """The envelope of a request or notification of ours; None for other methods."""
    return _MESSAGES.get(method)


def response_type(method: str) -> type | None:
    """The envelope of the answer to a request of ours; None for other methods."""
    return _RESPONSES.get(method)


def make_converter() -> cattrs.Converter:
    """A converter for the standard's messages and ours; ours refuse values of the wrong type."""
    converter = wire.register(get_converter())
    plain = converter.get_unstructure_hook(JobError)
    converter.register_unstructure_hook(
        JobError, lambda error: plain(attrs.evolve(error, advice=in_editor(error.advice)))
    )
    strict = wire.make_converter()
    for kind, accepted in PRIMITIVES.items():
        strict.register_structure_hook(kind, _strictly(kind, accepted))
    ours = {kind for pair in protocol.REQUESTS.values() for kind in pair} | {*protocol.NOTIFICATIONS.values()}
    for kind in ours:
        converter.register_structure_hook(kind, strict.structure)
    return converter


def _strictly(kind: type, accepted: tuple[type, ...]) -> Any:
    def structure(value: object, _: type) -> object:
        if type(value) not in accepted:
            raise TypeError(kind)
        return value

    return structure


def problems(error: BaseException) -> tuple[str, ...]:
    """What did not fit, one line for each value, such as `composition: required field missing`."""
    return tuple(_readable(line) for line in cattrs.transform_error(error))


def _readable(line: str) -> str:
    problem, _, place = line.rpartition(" @ $")
    path = ".".join(wire.camel(part) for part in place.removeprefix(".params").split(".") if part)
    return f"{path}: {problem}" if path else problem
