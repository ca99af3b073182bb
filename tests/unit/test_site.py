"""How the site answers: files whole and in ranges, media types, indexes, pages that are built in."""

import asyncio
import os
import socket
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helios_renders.composition.media_types import media_type
from helios_renders.composition.site import Site
from helios_renders.composition.site_server import SiteServer
from unit.site_client import TIMEOUT, Answer, ask, target, write


async def test_serves_a_page_under_its_own_host(site: Site, root: Path) -> None:
    write(root / "a.html", "<p>hello")
    answer = await ask(site, "/a.html")
    assert (answer.status, answer.body) == (200, b"<p>hello")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-length"] == "8"


async def test_head_answers_without_the_body(site: Site, root: Path) -> None:
    write(root / "a.html", "12345")
    site.add_page("/__helios__/a", b"built in", "text/plain")
    answer = await ask(site, "/a.html", method="HEAD")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "5")
    answer = await ask(site, "/__helios__/a", method="HEAD")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "8")
    assert (await ask(site, "/nowhere", method="HEAD")).status == 404


@pytest.mark.parametrize(
    ("headers", "status", "body", "content_range"),
    [
        (["Range: bytes=0-3"], 206, b"0123", "bytes 0-3/10"),
        (["Range: bytes=4-"], 206, b"456789", "bytes 4-9/10"),
        (["Range: bytes=-3"], 206, b"789", "bytes 7-9/10"),
        (["Range: bytes=-99"], 206, b"0123456789", "bytes 0-9/10"),
        (["Range: bytes=9-99"], 206, b"9", "bytes 9-9/10"),
        (["Range: bytes=0-"], 206, b"0123456789", "bytes 0-9/10"),
        (["range: BYTES=1-2"], 206, b"12", "bytes 1-2/10"),
        (["Range: bytes=10-"], 416, b"", "bytes */10"),
        (["Range: bytes=10-12"], 416, b"", "bytes */10"),
        (["Range: bytes=0-1,3-4"], 200, b"0123456789", None),
        (["Range: lines=0-1"], 200, b"0123456789", None),
        (["Range: bytes=a-b"], 200, b"0123456789", None),
        (["Range: bytes=-"], 200, b"0123456789", None),
        ([], 200, b"0123456789", None),
    ],
)
async def test_ranges(
    site: Site, root: Path, headers: list[str], status: int, body: bytes, content_range: str | None
) -> None:
    write(root / "a.mp4", "0123456789")
    answer = await ask(site, "/a.mp4", *headers)
    assert (answer.status, answer.body) == (status, body)
    assert answer.headers.get("content-range") == content_range
    if status != 416:
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["content-length"] == str(len(body))


async def test_a_range_of_a_large_file_is_exact(site: Site, root: Path) -> None:
    content = os.urandom(3_000_001)
    write(root / "a.webm", content)
    answer = await ask(site, "/a.webm", "Range: bytes=1000000-2999999")
    assert answer.body == content[1_000_000:3_000_000]
    assert (await ask(site, "/a.webm")).body == content


async def test_an_empty_file(site: Site, root: Path) -> None:
    write(root / "a.txt", "")
    answer = await ask(site, "/a.txt")
    assert (answer.status, answer.headers["content-length"]) == (200, "0")
    assert (await ask(site, "/a.txt", "Range: bytes=0-")).status == 416


async def test_an_edited_page_is_never_stale(site: Site, root: Path) -> None:
    page = write(root / "a.js", "old!")
    os.utime(page, ns=(1_000_000_000, 1_000_000_000))
    before = await ask(site, "/a.js")
    assert before.headers["cache-control"] == "no-store"
    write(page, "new!")
    os.utime(page, ns=(1_000_000_500, 1_000_000_500))
    after = await ask(
        site,
        "/a.js",
        f"If-None-Match: {before.headers['etag']}",
        f"If-Modified-Since: {before.headers['last-modified']}",
    )
    assert (after.status, after.body) == (200, b"new!")
    assert after.headers["etag"] != before.headers["etag"]


async def test_a_compressed_neighbour_is_not_served_instead(site: Site, root: Path) -> None:
    write(root / "a.js", "fresh")
    write(root / "a.js.gz", "stale")
    write(root / "a.js.br", "stale")
    answer = await ask(site, "/a.js", "Accept-Encoding: gzip, deflate, br, zstd")
    assert answer.body == b"fresh"
    assert "content-encoding" not in answer.headers
    answer = await ask(site, "/a.js.gz", "Accept-Encoding: gzip")
    assert (answer.body, answer.headers["content-type"]) == (b"stale", "application/gzip")
    assert "content-encoding" not in answer.headers


async def test_errors_are_not_kept_either(site: Site) -> None:
    for answer in (await ask(site, "/nowhere"), await ask(site, "/", host="evil.example")):
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.html", "text/html; charset=utf-8"),
        ("a.HTM", "text/html; charset=utf-8"),
        ("a.xhtml", "application/xhtml+xml; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.wasm", "application/wasm"),
        ("a.svg", "image/svg+xml"),
        ("a.png", "image/png"),
        ("a.jpeg", "image/jpeg"),
        ("a.webp", "image/webp"),
        ("a.avif", "image/avif"),
        ("a.woff2", "font/woff2"),
        ("a.ttf", "font/ttf"),
        ("a.mp4", "video/mp4"),
        ("a.webm", "video/webm"),
        ("a.mp3", "audio/mpeg"),
        ("a.vtt", "text/vtt; charset=utf-8"),
        ("a.glb", "model/gltf-binary"),
        ("a.unheard-of", "application/octet-stream"),
        ("README", "application/octet-stream"),
        ("a.tar.gz", "application/gzip"),
        ("a.rtf", "application/rtf"),
    ],
)
async def test_media_types(site: Site, root: Path, name: str, expected: str) -> None:
    write(root / name)
    assert media_type(name) == expected
    assert (await ask(site, f"/{name}")).headers["content-type"] == expected


async def test_a_folder_means_its_index(site: Site, root: Path) -> None:
    write(root / "index.html", "top")
    write(root / "sub dir" / "index.html", "below")
    (root / "empty").mkdir()
    for address in ("/", "/?x=1", ""):
        answer = await ask(site, address or "/")
        assert (answer.body, answer.headers["content-type"]) == (b"top", "text/html; charset=utf-8")
    assert (await ask(site, "/sub%20dir/")).body == b"below"
    assert (await ask(site, "/empty/")).status == 404
    assert (await ask(site, "/index.html/")).status == 404


async def test_a_folder_without_its_slash_is_sent_to_it(site: Site, root: Path) -> None:
    write(root / "sub dir" / "index.html", "below")
    answer = await ask(site, "/sub%20dir?x=%20")
    assert (answer.status, answer.headers["location"]) == (307, "/sub%20dir/?x=%20")
    assert answer.headers["cache-control"] == "no-store"


async def test_built_in_pages(site: Site, root: Path) -> None:
    write(root / "__helios__" / "on-disk.html")
    site.add_page("/__helios__/preview.html", b"<p>built in", "text/html; charset=utf-8")
    answer = await ask(site, "/__helios__/preview.html?x=1")
    assert (answer.status, answer.body) == (200, b"<p>built in")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    for path in ("/__helios__/on-disk.html", "/__helios__/", "/__helios__", "/__helios__/nowhere"):
        assert (await ask(site, path)).status == 404
    site.add_page("/__helios__/preview.html", b"newer", "text/plain")
    assert (await ask(site, "/__helios__/preview.html")).body == b"newer"


@pytest.mark.parametrize("path", ["/preview.html", "__helios__/x", "/__helios__", "/a/__helios__/x"])
def test_a_built_in_page_has_its_place(root: Path, path: str) -> None:
    with pytest.raises(ValueError, match="/__helios__/"):
        Site(root).add_page(path, b"", "text/plain")


async def test_a_built_in_page_may_be_added_before_the_start(root: Path) -> None:
    site = Site(root)
    site.add_page("/__helios__/a", b"early", "text/plain")
    async with site:
        assert (await ask(site, "/__helios__/a")).body == b"early"


@pytest.mark.parametrize(
    "name",
    [
        "a b.txt", "ü.txt", "日本.txt", "a#b.txt", "a?b.txt", "100%.txt", "%41.txt", "a+b.txt", "it's.txt",
        '"quoted".txt', "a&b=c;d.txt", "a:b.txt", "back\\slash.txt", "new\nline.txt", "~a.txt",
        "[x]{y}|^`.txt", "e\u0301.txt", "🙂.txt", "-", "trailing ",
    ],
)  # fmt: skip
async def test_unusual_names(site: Site, root: Path, name: str) -> None:
    write(root / "f" / name, name)
    answer = await ask(site, target(site, f"f/{name}"))
    assert (answer.status, answer.body.decode()) == (200, name)


async def test_a_name_that_is_not_utf_8(site: Site, root: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    write(root / name)
    assert target(site, name) == "/caf%E9.txt"
    assert (await ask(site, "/caf%E9.txt")).status == 200


async def test_a_leading_slash_is_of_no_matter(site: Site) -> None:
    assert site.url("/a/b.html") == site.url("a/b.html") == f"{site.origin}/a/b.html"
    assert site.url("") == f"{site.origin}/"


names = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20
).filter(lambda name: not name.startswith(".") and name != "__helios__")


@given(st.lists(names, min_size=1, max_size=3), st.binary(max_size=50))
@settings(max_examples=60)
def test_any_path_that_can_be_written_can_be_fetched(parts: list[str], content: bytes) -> None:
    async def fetch(folder: Path) -> tuple[str, Answer]:
        async with Site(folder) as site:
            address = target(site, "/".join(parts))
            return address, await ask(site, address)

    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder).joinpath(*parts), content)
        address, answer = asyncio.run(fetch(Path(folder)))
    assert address.isascii()
    assert not set(address) & set("?# \"'\\<>\n")
    assert (answer.status, answer.body) == (200, content)


async def test_closing_ends_open_connections_at_once(root: Path) -> None:
    write(root / "large.bin", bytes(50_000_000))
    async with Site(root) as site:
        host, port = urlsplit(site.origin).netloc, site.port
        idle = await asyncio.open_connection("127.0.0.1", port)
        busy = await asyncio.open_connection("127.0.0.1", port)
        busy[1].write(f"GET /large.bin HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        async with asyncio.timeout(TIMEOUT):
            await busy[0].readexactly(1000)
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 3
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    for _, writer in (idle, busy):
        writer.close()
    with pytest.raises(RuntimeError, match="not open"):
        site.url("a.html")


async def test_who_connects_before_the_site_serves_waits_for_the_answer(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts, start = [], SiteServer.start

    async def note(server: SiteServer, listening: socket.socket) -> None:
        starts.append(server)
        await start(server, listening)

    monkeypatch.setattr(SiteServer, "start", note)
    write(root / "a.html", "late")
    site = Site(root)
    site.listen()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(f"GET /a.html HTTP/1.1\r\nHost: {site.host}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        await asyncio.gather(site.serve(), site.serve())
        async with asyncio.timeout(TIMEOUT):
            assert (await reader.read()).endswith(b"\r\n\r\nlate")
        writer.close()
        assert len(starts) == 1, "one server, however often it is asked for"
    finally:
        await site.close()
    with pytest.raises(RuntimeError, match="not open"):
        site.url("a.html")


async def test_a_site_that_never_serves_gives_its_port_back(root: Path) -> None:
    site = Site(root)
    site.listen()
    port = site.port
    await site.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_closed_site_can_be_opened_again(root: Path) -> None:
    write(root / "a.html")
    site = Site(root)
    for _ in range(2):
        async with site:
            assert (await ask(site, "/a.html")).status == 200
