"""Where log lines go: news to the editor's output channel, tracebacks to standard error."""

import logging
import sys
from collections.abc import Callable

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

PROJECT = "helios_renders"
_TYPES = {
    logging.INFO: lsp.MessageType.Info,
    logging.WARNING: lsp.MessageType.Warning,
    logging.ERROR: lsp.MessageType.Error,
    logging.CRITICAL: lsp.MessageType.Error,
}


class _EditorHandler(logging.Handler):
    """Sends the project's own lines to the editor, each as one message without its traceback."""

    def __init__(self, send: Callable[[lsp.LogMessageParams], None]) -> None:
        super().__init__(logging.INFO)
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        kind = _TYPES.get(record.levelno, lsp.MessageType.Log)
        self._send(lsp.LogMessageParams(kind, record.getMessage()))


def configure(send: Callable[[lsp.LogMessageParams], None], listening: Callable[[], bool]) -> None:
    """Set up logging for the whole process; `listening` says whether the editor can take lines yet."""

    def to_stderr(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, JsonRpcException):
            # pygls logs a traceback for every error that is an answer; the client has it already.
            return False
        return error is not None or not record.name.startswith(PROJECT) or not listening()

    editor = _EditorHandler(send)
    editor.addFilter(lambda _: listening())
    logging.getLogger(PROJECT).addHandler(editor)
    logging.getLogger(PROJECT).setLevel(logging.INFO)

    stderr = logging.StreamHandler(sys.stderr)
    stderr.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    stderr.addFilter(to_stderr)
    logging.getLogger().addHandler(stderr)
    logging.getLogger("pygls").setLevel(logging.WARNING)
