"""A page that tries every way out to another port of this machine, and the listener there."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
from aiohttp import hdrs, web

from helios_renders.composition.site import Site
from helios_renders.composition.site_server import SiteServer
from helios_renders.composition.stage import add_stage

WAYS = frozenset(
    {
        "fetch",
        "redirect",
        "websocket",
        "worker",
        "prefetch",
        "preload",
        "iframe",
        "refresh",
        "image",
        "eventsource",
        "beacon",
    }
)
"""All ways by TCP; `redirect` and `refresh` lead there from the site's own addresses."""
REDIRECT = "/redirect"
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n"
)
_TRY_ALL = """
const other = "127.0.0.1:PORT", address = (way) => `http://${other}/${way}`;
const either = (target, good, bad) => new Promise((done) => {
  target.addEventListener(good, done);
  target.addEventListener(bad, done);
});
function put(name, values) {
  const element = Object.assign(document.createElement(name), { hidden: true }, values);
  const ended = either(element, "load", "error");
  (name === "link" ? document.head : document.body).append(element);
  return ended;
}
function work() {
  const script = `fetch("${address("worker")}").catch(() => 0).finally(() => postMessage(0))`;
  const worker = new Worker(URL.createObjectURL(new Blob([script])));
  return new Promise((done) => worker.addEventListener("message", done));
}
async function connect() {
  const peer = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:DATAGRAMS" }] });
  peer.createDataChannel("way");
  await peer.setLocalDescription(await peer.createOffer());
  while (peer.iceGatheringState !== "complete") {
    await new Promise((done) => peer.addEventListener("icegatheringstatechange", done, { once: true }));
  }
}
navigator.sendBeacon(address("beacon"), "x");
const source = new EventSource(address("eventsource"));
source.addEventListener("error", () => source.close());
window.tried = Promise.all([
  fetch(address("fetch")).catch(() => 0),
  fetch("REDIRECT").catch(() => 0),
  either(new WebSocket(`ws://${other}/websocket`), "close", "error"),
  work(),
  put("link", { rel: "prefetch", href: address("prefetch") }),
  put("link", { rel: "preload", as: "image", href: address("preload") }),
  put("iframe", { src: address("iframe") }),
  put("iframe", { src: "refresh.html" }),
  put("img", { src: address("image") }),
  either(source, "open", "error"),
]).then(() => true);
window.gathered = connect().then(() => true);
"""


@attrs.define
class Listener:
    """Counts what arrives at another port of this machine than the site's."""

    port: int
    datagrams: socket.socket
    arrived: set[str] = attrs.field(factory=set)
    connections: int = 0
    changed: asyncio.Event = attrs.field(factory=asyncio.Event)

    @property
    def has_datagram(self) -> bool:
        """Whether a datagram has arrived; it stays for the next look."""
        try:
            return bool(self.datagrams.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return False

    async def wait_for(self, ways: frozenset[str], seconds: float) -> None:
        """Waits until something has come by each of the ways, and by UDP."""
        try:
            async with asyncio.timeout(seconds):
                while not ways <= self.arrived:
                    self.changed.clear()
                    await self.changed.wait()
                await asyncio.get_running_loop().sock_recv(self.datagrams, 1)
        except TimeoutError:
            raise AssertionError(f"waited {seconds} s for {sorted(ways - self.arrived)} or UDP") from None

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        head = await reader.read(2**16)
        if head:
            self.arrived.add(head.split()[1].decode().strip("/"))
            self.changed.set()
            writer.write(_ANSWER)
        writer.close()


class RedirectingSite(Site):
    """A site with one address that leads to another port."""

    elsewhere = ""

    async def serve(self) -> None:
        """Answers, with the one address besides."""
        assert self._socket is not None
        self._server = _RedirectingServer(self)
        await self._server.start(self._socket)


class _RedirectingServer(SiteServer):
    def __init__(self, site: RedirectingSite) -> None:
        super().__init__(site)
        self._redirecting = site

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == REDIRECT:
            return web.Response(status=302, headers={hdrs.LOCATION: self._redirecting.elsewhere})
        return await super()._answer(request)


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """A listener on a free port for TCP and one for UDP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("127.0.0.1", 0))
        datagrams.settimeout(0)
        listener = Listener(0, datagrams)
        server = await asyncio.start_server(listener._take, "127.0.0.1", 0)
        async with server:
            listener.port = server.sockets[0].getsockname()[1]
            yield listener


@contextlib.asynccontextmanager
async def site_with_ways(folder: Path, page: Path, listener: Listener) -> AsyncIterator[RedirectingSite]:
    """Serves what `write_pages` writes."""
    write_pages(folder, page, listener)
    async with RedirectingSite(folder) as site:
        site.elsewhere = f"http://127.0.0.1:{listener.port}/redirect"
        add_stage(site)
        yield site


def write_pages(folder: Path, page: Path, listener: Listener) -> None:
    """Writes a copy of a page that tries all ways to the listener; its name is `page.html`."""
    folder.mkdir()
    script = _TRY_ALL.replace("PORT", str(listener.port)).replace("REDIRECT", REDIRECT)
    script = script.replace("DATAGRAMS", str(listener.datagrams.getsockname()[1]))
    text = page.read_text().replace("</body>", f"<script>{{{script}}}</script></body>")
    (folder / "page.html").write_text(text)
    there = f"http://127.0.0.1:{listener.port}/refresh"
    (folder / "refresh.html").write_text(f'<meta http-equiv="refresh" content="0;url={there}">')
