"""What a page still loads, and what it cannot: all that the network sees, also style sheets and imports."""

import asyncio
from urllib.parse import urlsplit

from playwright.async_api import Page, Request, Response, WebSocket

from helios_renders.capture.missing import MOST, Missing
from helios_renders.capture.refusals import NAMED, shortened

_ENDLESS = frozenset({"websocket", "eventsource", "media", "ping"})
"""Kinds of requests that may stay open for as long as the page lives."""
_SEEN_BY_CLOCK = frozenset({"fetch", "xhr"})
"""Kinds of requests that the clock in the page waits for by itself."""
_PARTS = {
    "script": "script",
    "stylesheet": "style sheet",
    "image": "image",
    "font": "font",
    "document": "frame",
}
"""Kinds of requests that bring a part of the page, and the word for it; scripts see to what they fetch."""
_ABORTED = "net::ERR_ABORTED"
"""What the page itself no longer wanted."""
_REMOTE = frozenset({"http", "https", "ws", "wss"})
"""Schemes of addresses that the network has to bring."""


class NetworkWatch:
    """The requests of one page that have begun and not ended, those that failed, and those that cannot be."""

    def __init__(self, page: Page, host: str, only_host: str | None) -> None:
        self.loads = 0
        """How many requests have begun that the clock in the page may not know of."""
        self.refused: dict[str, None] = {}
        """The first addresses of other hosts than the only one; one more than can be named."""
        self.is_elsewhere = False
        """True once another host than the page's own could be reached and was asked, by sockets too."""
        self.missing: dict[str, Missing] = {}
        """The addresses of what was not got, until somebody takes note of them."""
        self._host = host
        self._only_host = only_host
        self._open: set[Request] = set()
        self._passed_over: tuple[str, ...] = ("data:", "blob:")
        self._ignored: set[Request] = set()
        self._changed = asyncio.Event()
        page.on("request", self._began)
        page.on("websocket", self._socket_began)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    @property
    def busy(self) -> bool:
        """True while something loads."""
        return bool(self._open - self._ignored)

    def pass_over(self, address: str) -> None:
        """Takes no notice of requests to addresses that begin so."""
        self._passed_over += (address,)

    async def rest(self, seconds: float) -> tuple[str, ...]:
        """Waits until nothing loads; answers the addresses that it gave up on after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while self.busy:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            given_up = self._open - self._ignored
            self._ignored |= given_up
            return tuple(sorted(request.url for request in given_up))
        return ()

    def _began(self, request: Request) -> None:
        self._note(request.url)
        if request.resource_type not in _ENDLESS and not request.url.startswith(self._passed_over):
            self._open.add(request)
            self.loads += request.resource_type not in _SEEN_BY_CLOCK

    def _socket_began(self, socket: WebSocket) -> None:
        self._note(socket.url)

    def _note(self, address: str) -> None:
        # The scheme first, because a `data:` address can be as long as a film.
        if address.partition(":")[0] not in _REMOTE or address.startswith(self._passed_over):
            return
        host = urlsplit(address).netloc.rpartition("@")[2]
        if self._only_host is None:
            self.is_elsewhere = self.is_elsewhere or host != self._host
        elif host != self._only_host and len(self.refused) <= NAMED:
            self.refused[shortened(address)] = None

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._miss(response.request, f"{response.status} {response.status_text}".rstrip())

    def _failed(self, request: Request) -> None:
        self._ended(request)
        if request.resource_type in _PARTS and request.failure not in (None, _ABORTED):
            self._miss(request, str(request.failure).removeprefix("net::"))

    def _miss(self, request: Request, reason: str) -> None:
        kind, address = request.resource_type, request.url
        is_refused = self._only_host is not None and urlsplit(address).netloc != self._only_host
        is_part = kind in _PARTS or kind == "media"
        if is_part and not is_refused and len(self.missing) < MOST:
            self.missing.setdefault(address, Missing(_PARTS.get(kind, ""), reason))

    def _ended(self, request: Request) -> None:
        self._open.discard(request)
        self._ignored.discard(request)
        self._changed.set()
