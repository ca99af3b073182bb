"""JSON-RPC for the editor: every request gets an answer, also those that cannot be understood."""

import asyncio
import json
import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import cattrs
from lsprotocol import types as lsp
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcRequestCancelled,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method

from helios_renders.errors import HeliosError
from helios_renders.server.advice import in_editor
from helios_renders.server.codec import message_type, problems, response_type

logger = logging.getLogger(__name__)

MessageId = int | str
_NAMES = {
    JsonRpcParseError.CODE: "parseError",
    JsonRpcInvalidRequest.CODE: "invalidRequest",
    JsonRpcMethodNotFound.CODE: "methodNotFound",
    JsonRpcServerNotInitialized.CODE: "notInitialized",
    JsonRpcRequestCancelled.CODE: "requestCancelled",
}


def error_data(code: str, advice: str = "", details: tuple[str, ...] = ()) -> dict[str, Any]:
    """The `data` that every error of the daemon carries."""
    return {"code": code, "advice": advice, "details": list(details)}


@contextmanager
def rpc_errors() -> Iterator[None]:
    """Turn a HeliosError into the JSON-RPC error with its code and advice."""
    try:
        yield
    except HeliosError as error:
        data = error_data(error.code, in_editor(error.advice), error.details)
        raise JsonRpcException(error.message, error.rpc_code, data) from error


class HeliosProtocol(LanguageServerProtocol):
    """The language server protocol with the typed messages of `protocol.py`.

    Messages come in through `receive`, not through pygls's own loop, which turns every nested object with a
    key `jsonrpc` into a message and leaves requests that do not fit their type without an answer.
    """

    initialized = False
    on_exit: Callable[[], None]
    """What the client's `exit` does."""

    def get_message_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """The envelope of a method's message."""
        return message_type(method) or super().get_message_type(method)

    def get_result_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """The envelope of a method's answer."""
        return response_type(method) or super().get_result_type(method)

    @property
    def shut_down(self) -> bool:
        """True when the client has asked for the end."""
        return bool(self._shutdown)

    def receive(self, body: bytes) -> None:
        """Handle one message from the client."""
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            self._refuse(None, JsonRpcParseError(f"The message is not JSON: {error}."))
            return
        if not isinstance(data, dict) or data.get("jsonrpc") != self.VERSION:
            self._refuse(None, JsonRpcInvalidRequest("The message is not a JSON-RPC 2.0 object."))
            return
        msg_id = data.get("id")
        if "id" in data and (isinstance(msg_id, bool) or not isinstance(msg_id, int | str)):
            if "method" in data:
                self._refuse(
                    None, JsonRpcInvalidRequest(f"The id is {msg_id!r}; it must be text or an integer.")
                )
            return
        if "method" in data:
            self._receive_call(data, msg_id)
        elif msg_id is not None:
            self._receive_answer(data, msg_id)

    def _receive_call(self, data: dict[str, Any], msg_id: MessageId | None) -> None:
        """Handle a request, or a notification when there is no id."""
        method = data["method"]
        try:
            message = self._structure_call(method, data)
        except JsonRpcException as error:
            if msg_id is not None:
                self._refuse(msg_id, error)
            elif not str(method).startswith("$/"):
                logger.warning("Ignored the notification %a: %s", method, error)
            return
        self.handle_message(message)

    def _structure_call(self, method: object, data: dict[str, Any]) -> Any:
        if not isinstance(method, str):
            raise JsonRpcInvalidRequest("The method is not a text.")
        self._check_phase(method)
        kind = self.get_message_type(method)
        if kind is None:
            raise JsonRpcMethodNotFound(f"There is no method {method!a}.")
        if "id" in data and "id" not in attrs.fields_dict(kind):
            raise JsonRpcInvalidRequest(f"{method} is a notification and has no id.")
        params = data.get("params")
        if params is None:
            # To us, no parameters and an empty object mean the same; the standard has methods without any.
            data.pop("params", None)
            data |= {"params": {}} if message_type(method) else {}
        elif not isinstance(params, dict):
            raise _invalid_params(("params: an object is expected",))
        if method == lsp.INITIALIZE:
            data["params"] = {**(params or {}), "capabilities": (params or {}).get("capabilities") or {}}
        try:
            return self._converter.structure(data, kind)
        except cattrs.BaseValidationError as error:
            raise _invalid_params(problems(error)) from error

    def _check_phase(self, method: str) -> None:
        """Refuse what may not be asked now (LSP 3.17, "Lifecycle Messages")."""
        if method == lsp.EXIT:
            return
        if self._shutdown:
            raise JsonRpcInvalidRequest("The daemon is shutting down.")
        if self.initialized == (method == lsp.INITIALIZE):
            if self.initialized:
                raise JsonRpcInvalidRequest("The daemon is initialized already.")
            raise JsonRpcServerNotInitialized("The daemon is not initialized yet.")

    def _receive_answer(self, data: dict[str, Any], msg_id: MessageId) -> None:
        """Give the client's answer to the one who waits for it, also when it does not fit."""
        waiting: object = self._request_futures.get(msg_id)
        # A task is a request of the client's own that runs under this id.
        if waiting is None or isinstance(waiting, asyncio.Task):
            logger.warning("Ignored an answer that nobody waits for: %a", msg_id)
            return
        try:
            message = self.structure_message(data)
        except JsonRpcException as error:
            self._handle_response(msg_id, None, error.to_response_error())
            return
        self.handle_message(message)

    def _refuse(self, msg_id: MessageId | None, error: JsonRpcException) -> None:
        self._send_response(msg_id, error=error.to_response_error())

    def _send_response(
        self, msg_id: Any, result: Any | None = None, error: lsp.ResponseError | None = None
    ) -> None:
        """Send an answer; a traceback stays in the log instead of going to the client."""
        if error is not None and error.code == JsonRpcInternalError.CODE:
            advice = "This is a mistake in Helios Renders; its log says where. Please report it."
            error.data = error_data("internalError", advice)
        elif error is not None and error.data is None:
            error.data = error_data(_NAMES.get(error.code, "error"))
        super()._send_response(msg_id, result, error)

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        """Answer who we are and what we can do: nothing with commands."""
        result = yield from super().lsp_initialize(params)
        result.capabilities.execute_command_provider = None
        self.initialized = True
        return result

    @lsp_method(lsp.EXIT)
    def lsp_exit(self, *_: Any) -> None:  # type: ignore[override]
        """End by the daemon's own way, which sees to its jobs first."""
        self.on_exit()


def _invalid_params(details: tuple[str, ...]) -> JsonRpcException:
    message = f"The parameters do not fit: {'; '.join(details)}."
    return JsonRpcInvalidParams(message, data=error_data("invalidParams", details=details))
