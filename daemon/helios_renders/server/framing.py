"""Bytes to messages: the base protocol's header and body (LSP 3.17, "Base Protocol")."""

import re
from collections.abc import Iterator

MAX_BODY = 64 * 1024 * 1024
"""Bytes; a header that announces more is taken for a broken one."""
MAX_HEADER = 8 * 1024

_OTHER_HEADERS = re.compile(rb"(?:[A-Za-z-]+:[^\r\n]*\r\n)*")
_HEADER = re.compile(rb"Content-Length:[ \t]*(\d{1,12})[ \t]*\r\n(?:[^\r\n]+\r\n)*\r\n", re.IGNORECASE)


class FrameDecoder:
    """Cuts a stream into message bodies, however its pieces fall.

    What lies between messages is dropped, so that one broken header costs its own message and not all that
    follow: the next header is found wherever it begins.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._missing: int | None = None
        self.dropped = 0
        """Bytes that were neither header nor body, so far."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that are complete with this piece."""
        self._buffer += data
        while True:
            if self._missing is None and not self._read_header():
                return
            if self._missing is None:
                continue
            if len(self._buffer) < self._missing:
                return
            body = bytes(self._buffer[: self._missing])
            del self._buffer[: self._missing]
            self._missing = None
            yield body

    def _read_header(self) -> bool:
        """Find the next header; False when more bytes are needed."""
        match = _HEADER.search(self._buffer)
        if match is None:
            surplus = len(self._buffer) - MAX_HEADER
            if surplus > 0:
                self.dropped += surplus
                del self._buffer[:surplus]
            return False
        before = self._buffer[: match.start()]
        if not _OTHER_HEADERS.fullmatch(before):
            self.dropped += len(before)
        length = int(match[1])
        del self._buffer[: match.end()]
        if length <= MAX_BODY:
            self._missing = length
        return True
