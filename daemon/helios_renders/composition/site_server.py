"""What answers for a site: an HTTP server that knows one host's name and one folder."""

import hmac
import re
import socket

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter
from multidict import CIMultiDict

from helios_renders.composition.addresses import BUILT_IN
from helios_renders.composition.media_types import media_type
from helios_renders.composition.site import Site, decode, encode

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


class SiteServer:
    """Serves a site.

    Only GET and HEAD; the Host header must be the site's own (else 403); paths stay inside the folder by
    their real paths; hidden names are not served, except `.well-known`.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._host = site.host
        self._runner = web.ServerRunner(
            web.Server(self._answer, access_log=None), shutdown_timeout=_SHUTDOWN_SECONDS
        )

    async def start(self, listening: socket.socket) -> None:
        """Answers whoever connects to a socket."""
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()

    async def close(self) -> None:
        """Ends all connections, and closes the socket."""
        await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        # Bytes, because compare_digest refuses text outside ASCII.
        host = request.host.lower().encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(host, self._host.encode()):
            return _refusal(403, "This site belongs to one render.")
        if request.method not in (hdrs.METH_GET, hdrs.METH_HEAD):
            response = _refusal(405, "Only GET and HEAD are served.")
            response.headers[hdrs.ALLOW] = "GET, HEAD"
            return response
        names = decode(request.rel_url.raw_path)
        if names is None:
            return _refusal(404, "Not found.")
        if f"/{names[0] if names else ''}/" == BUILT_IN:
            return self._built_in("/" + "/".join(names))
        return self._file(names, request)

    def _built_in(self, path: str) -> web.Response:
        if path not in self._site.pages:
            return _refusal(404, "Not found.")
        body, content_type = self._site.pages[path]
        return web.Response(body=body, headers={**_FRESH, hdrs.CONTENT_TYPE: content_type})

    def _file(self, names: list[str], request: web.BaseRequest) -> web.StreamResponse:
        asked = "/".join([*names, ""] if request.rel_url.raw_path.endswith("/") else names)
        target = self._site.find(asked)
        self._site.served.note(asked, target)
        if target is None:
            return _refusal(404, "Not found.")
        if target.is_dir():
            # Without the slash the page's relative addresses would start one folder too high.
            query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
            place = f"/{encode(asked)}/{query}"
            return web.Response(status=307, headers={**_FRESH, hdrs.LOCATION: place})
        name = asked.rpartition("/")[2] or "index.html"
        return _File(target, headers={**_FRESH, hdrs.CONTENT_TYPE: media_type(name)})


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


def _refusal(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, headers=_FRESH)
