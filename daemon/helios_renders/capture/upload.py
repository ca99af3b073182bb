"""Frames from the page to this process by requests to a server of this process, where no file can be shared.

The page's worker sends each frame as the body of one POST to `http://127.0.0.1:<port>/<token>/<number>/<frame>`,
in order. The answer is the permission for the next: it waits while too many frames are unused.
"""

import asyncio
import hmac
import queue
import re
import secrets
import socket
from typing import Any, Self
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from helios_renders.capture.ring import BYTES_PER_PIXEL
from helios_renders.composition.spec import Size
from helios_renders.errors import BrowserFailed

HELD_FRAMES = 2
"""How many frames may lie in this process before the page has to wait."""
_SHUTDOWN_SECONDS = 0.1
_OPEN = "open"
_FRAME = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)


class Upload:
    """This process's end: `take` a frame, use it, `release` it (see Transport)."""

    def __init__(self, size: Size, origin: str) -> None:
        self._size = size
        self._origin = origin
        self._path = f"/{secrets.token_hex(16)}/"
        self._server = web.ServerRunner(
            web.Server(self._answer, access_log=None), shutdown_timeout=_SHUTDOWN_SECONDS
        )
        self._frames: queue.SimpleQueue[tuple[int, bytearray]] = queue.SimpleQueue()
        self._received = 0
        self._held = 0
        self._released = asyncio.Event()

    @classmethod
    async def start(cls, size: Size, page: str, port: socket.socket) -> Self:
        """Serves on a reserved port, which stays reserved, for the page at this address alone."""
        parts = urlsplit(page)
        upload = cls(size, f"{parts.scheme}://{parts.netloc}")
        await upload._server.setup()
        try:
            await web.SockSite(upload._server, port.dup()).start()
        except BaseException:
            await upload.close()
            raise
        return upload

    @property
    def address(self) -> str:
        """Where frames are sent to."""
        return f"http://127.0.0.1:{self._server.addresses[0][1]}{self._path}"

    @property
    def payload(self) -> int:
        """Bytes of one frame."""
        return self._size.width * self._size.height * BYTES_PER_PIXEL

    def for_page(self) -> dict[str, Any]:
        """What the page's worker has to know."""
        return {"address": self.address, "width": self._size.width, "payload": self.payload}

    def take(self, frame: int, seconds: float) -> memoryview | None:
        """See Transport."""
        try:
            found, pixels = self._frames.get(timeout=seconds)
        except queue.Empty:
            return None
        if found != frame:
            raise BrowserFailed(f"The page sent frame {found} where frame {frame} should be.")
        return memoryview(pixels)

    def release(self) -> None:
        """See Transport."""
        self._held -= 1
        self._released.set()

    async def close(self) -> None:
        """See Transport."""
        await self._server.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.rel_url.raw_path
        # Bytes, because compare_digest refuses text outside ASCII.
        known = hmac.compare_digest(path[: len(self._path)].encode(), self._path.encode())
        if not known or request.headers.get(hdrs.ORIGIN) != self._origin:
            return web.Response(status=403, text="This address belongs to one page.")
        rest = path[len(self._path) :]
        refusal = None if rest == _OPEN else await self._receive(rest, request)
        return web.Response(
            status=204 if refusal is None else 400,
            text=refusal,
            headers={hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: self._origin},
        )

    async def _receive(self, rest: str, request: web.BaseRequest) -> str | None:
        """Takes one frame in and waits for room for the next; answers why a request is refused."""
        match = _FRAME.fullmatch(rest)
        if match is None or request.method != hdrs.METH_POST:
            return f"{request.method} {rest} is not the sending of a frame"
        number, frame = map(int, match.groups())
        if (number, request.content_length) != (self._received, self.payload):
            return (
                f"frame {frame} has number {number} and {request.content_length} bytes "
                f"where number {self._received} and {self.payload} bytes should be"
            )
        self._received += 1
        pixels = bytearray(self.payload)
        at = 0
        async for part in request.content.iter_any():
            pixels[at : at + len(part)] = part
            at += len(part)
        self._held += 1
        self._frames.put((frame, pixels))
        while self._held >= HELD_FRAMES:
            self._released.clear()
            await self._released.wait()
        return None
