"""A client of the site that sends exactly what it is told to, over real sockets."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import attrs

from helios_renders.composition.site import Site

TIMEOUT = 20


@attrs.frozen
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def write(path: Path, content: str | bytes = "content") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


async def send(port: int, request: bytes) -> Answer:
    """Send bytes and read the answer until the server closes."""
    async with asyncio.timeout(TIMEOUT):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request)
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        finally:
            writer.close()
            await writer.wait_closed()
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        assert body == b"0\r\n\r\n", "only empty bodies are sent without their length"
        body = b""
    return Answer(int(first.split()[1]), headers, body)


async def ask(site: Site, target: str, *headers: str, method: str = "GET", host: str | None = None) -> Answer:
    """Ask for a target such as `/a.html`, with its bytes exactly as given."""
    host = urlsplit(site.origin).netloc if host is None else host
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    return await send(site.port, "".join(f"{line}\r\n" for line in [*lines, ""]).encode())


def target(site: Site, path: str) -> str:
    return site.url(path).removeprefix(site.origin)
