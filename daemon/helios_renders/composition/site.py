"""The site of one render: a folder over loopback, for one browser that knows the token.

Addresses read `http://<token>.localhost:<port>/<path>`. Browsers take every name under `.localhost` to
loopback (RFC 6761, section 6.3), so the token is the host's name: addresses from the root such as
`/assets/app.js` work, and no other page on this machine knows what to put into its Host header.
"""

import hmac
import os
import re
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, unquote_to_bytes, urlsplit

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter
from multidict import CIMultiDict

from helios_renders.composition.addresses import BUILT_IN
from helios_renders.composition.file_name import means_other_on_windows
from helios_renders.composition.inputs import Served
from helios_renders.composition.media_types import media_type

_FRESH = {hdrs.CACHE_CONTROL: "no-store"}
_LEFT_OUT = (
    hdrs.ACCEPT_ENCODING,
    hdrs.IF_MATCH,
    hdrs.IF_NONE_MATCH,
    hdrs.IF_MODIFIED_SINCE,
    hdrs.IF_UNMODIFIED_SINCE,
)
_ONE_RANGE = re.compile(r"(?i)bytes=(\d+-\d*|-\d+)")
_SHUTDOWN_SECONDS = 0.1
_IS_WINDOWS = os.name == "nt"


class Site:
    """Serves a folder on 127.0.0.1 for as long as the context is open.

    Only GET and HEAD; the Host header must be the site's own (else 403); paths stay inside the folder by
    their real paths; hidden names are not served, except `.well-known`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._token = secrets.token_hex(16)
        self.served = Served(self)
        self._pages: dict[str, tuple[bytes, str]] = {}
        self._runner: web.ServerRunner | None = None
        self._host = ""

    async def __aenter__(self) -> Self:
        server = web.Server(self._answer, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        self._host = self.host
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1; RuntimeError while the site is closed."""
        if self._runner is None:
            raise RuntimeError("The site is not open.")
        port: int = self._runner.addresses[0][1]
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
        return f"{self.origin}/{_encode(path.lstrip('/'))}"

    def add_page(self, path: str, body: bytes, content_type: str) -> None:
        """Serve a built-in page; its path must start with `/__helios__/`."""
        if not path.startswith(BUILT_IN):
            raise ValueError(f"A built-in page lives under {BUILT_IN}, not at {path}.")
        self._pages[path] = (body, content_type)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        # Bytes, because compare_digest refuses text outside ASCII.
        host = request.host.lower().encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(host, self._host.encode()):
            return _refusal(403, "This site belongs to one render.")
        if request.method not in (hdrs.METH_GET, hdrs.METH_HEAD):
            response = _refusal(405, "Only GET and HEAD are served.")
            response.headers[hdrs.ALLOW] = "GET, HEAD"
            return response
        names = _decode(request.rel_url.raw_path)
        if names is None:
            return _refusal(404, "Not found.")
        if f"/{names[0] if names else ''}/" == BUILT_IN:
            return self._built_in("/" + "/".join(names))
        return self._file(names, request)

    def _built_in(self, path: str) -> web.Response:
        if path not in self._pages:
            return _refusal(404, "Not found.")
        body, content_type = self._pages[path]
        return web.Response(body=body, headers={**_FRESH, hdrs.CONTENT_TYPE: content_type})

    def _file(self, names: list[str], request: web.BaseRequest) -> web.StreamResponse:
        asked = "/".join([*names, ""] if request.rel_url.raw_path.endswith("/") else names)
        target = self.find(asked)
        self.served.note(asked, target)
        if target is None:
            return _refusal(404, "Not found.")
        if target.is_dir():
            # Without the slash the page's relative addresses would start one folder too high.
            query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
            place = f"/{_encode(asked)}/{query}"
            return web.Response(status=307, headers={**_FRESH, hdrs.LOCATION: place})
        name = asked.rpartition("/")[2] or "index.html"
        return _File(target, headers={**_FRESH, hdrs.CONTENT_TYPE: media_type(name)})

    def located(self, address: str) -> Path | None:
        """The real path of the file that an address without its host leads to; None where there is none."""
        names = _decode(urlsplit(address).path)
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


class _File(web.FileResponse):
    """A file as it is on disk now.

    The library would answer 304 to a copy older than an edit within the same second, and would serve
    `app.js.gz` for `app.js` even when it is older; without the headers that ask for it, it does neither.
    """

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send the file, or the one range of it that was asked for."""
        headers = CIMultiDict(request.headers)
        for name in _LEFT_OUT:
            headers.popall(name, None)
        if not _ONE_RANGE.fullmatch(headers.get(hdrs.RANGE, "")):
            # A server may ignore what it cannot read (RFC 9110, section 14.2).
            headers.popall(hdrs.RANGE, None)
        return await super().prepare(request.clone(headers=headers))


def _encode(path: str) -> str:
    return quote(os.fsencode(path), safe="/")


def _decode(raw: str) -> list[str] | None:
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


def _refusal(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, headers=_FRESH)
