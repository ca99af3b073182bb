"""The site of one render: a folder over loopback, for one browser that knows the token.

Addresses read `http://<token>.localhost:<port>/<path>`. Browsers take every name under `.localhost` to
loopback (RFC 6761, section 6.3), so the token is the host's name: addresses from the root such as
`/assets/app.js` work, and no other page on this machine knows what to put into its Host header.
"""

import asyncio
import importlib
import os
import secrets
import socket
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import quote, unquote_to_bytes, urlsplit

from helios_renders.composition.addresses import BUILT_IN
from helios_renders.composition.file_name import means_other_on_windows
from helios_renders.composition.inputs import Served
from helios_renders.threads import in_thread

if TYPE_CHECKING:
    from helios_renders.composition.site_server import SiteServer

_BACKLOG = 128
"""How many connections wait at most while nobody answers yet."""
_IS_WINDOWS = os.name == "nt"


class Site:
    """Serves a folder on 127.0.0.1 for as long as the context is open.

    Its address is known as soon as it listens, and whoever connects waits until it serves.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.served = Served(self)
        self.pages: dict[str, tuple[bytes, str]] = {}
        """The built-in pages and their media types, by path."""
        self._token = secrets.token_hex(16)
        self._socket: socket.socket | None = None
        self._server: SiteServer | None = None
        self._serving = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self.listen()
        try:
            await self.serve()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def listen(self) -> None:
        """Takes a port."""
        listening = socket.socket()
        try:
            listening.bind(("127.0.0.1", 0))
            listening.listen(_BACKLOG)
        except BaseException:
            listening.close()
            raise
        self._socket = listening

    async def serve(self) -> None:
        """Answers from now on, if it does not yet."""
        async with self._serving:
            if self._server is not None:
                return
            assert self._socket is not None
            # Only now, because the library takes a tenth of a second to import, in which workers start.
            module = await in_thread(importlib.import_module, "helios_renders.composition.site_server")
            server: SiteServer = module.SiteServer(self)
            try:
                await server.start(self._socket)
            except BaseException:
                await server.close()
                raise
            self._server = server

    async def close(self) -> None:
        """Ends all connections and gives the port back."""
        server, self._server = self._server, None
        listening, self._socket = self._socket, None
        if server is not None:
            await server.close()
        if listening is not None:
            listening.close()

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1; RuntimeError while the site is closed."""
        if self._socket is None:
            raise RuntimeError("The site is not open.")
        port: int = self._socket.getsockname()[1]
        return port

    @property
    def host(self) -> str:
        """The host's name and the port; RuntimeError while the site is closed."""
        return f"{self._token}.localhost:{self.port}"

    @property
    def origin(self) -> str:
        """The scheme, host and port, without a slash at the end."""
        return f"http://{self.host}"

    def url(self, path: str) -> str:
        """The address of a path below the root, given with forward slashes and unencoded."""
        return f"{self.origin}/{encode(path.lstrip('/'))}"

    def add_page(self, path: str, body: bytes, content_type: str) -> None:
        """Serve a built-in page; its path must start with `/__helios__/`."""
        if not path.startswith(BUILT_IN):
            raise ValueError(f"A built-in page lives under {BUILT_IN}, not at {path}.")
        self.pages[path] = (body, content_type)

    def located(self, address: str) -> Path | None:
        """The real path of the file that an address without its host leads to; None where there is none."""
        names = decode(urlsplit(address).path)
        found = None if names is None else self.find("/".join(names))
        return found if found is not None and found.is_file() else None

    def find(self, asked: str) -> Path | None:
        """The real path of a file that is served, or of a folder asked for without a slash; else None.

        `asked` is a path below the root, with forward slashes; that of a folder's page ends with one.
        """
        if asked.endswith("/") or not asked:
            page = self._inside(Path(asked, "index.html"))
            return page if page is not None and page.is_file() else None
        target = self._inside(Path(asked))
        return target if target is not None and (target.is_dir() or target.is_file()) else None

    def _inside(self, path: Path) -> Path | None:
        """The real path of what exists below the root, or None."""
        try:
            target = (self.root / path).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            # Missing, unreadable or too long; a circle of links; a name that no file can have.
            return None
        return target if target.is_relative_to(self.root) else None


def encode(path: str) -> str:
    """A path as it stands in an address."""
    return quote(os.fsencode(path), safe="/")


def decode(raw: str) -> list[str] | None:
    """The names in an address's path, or None when it asks for something that is never served."""
    try:
        names = [os.fsdecode(unquote_to_bytes(part)) for part in raw.split("/") if part]
    except UnicodeError:
        return None
    return None if any(_is_refused(name) for name in names) else names


def _is_refused(name: str) -> bool:
    is_hidden = name.startswith(".") and name != ".well-known"
    is_other = _IS_WINDOWS and means_other_on_windows(name)
    return is_hidden or is_other or "\0" in name or os.sep in name or bool(os.altsep and os.altsep in name)
