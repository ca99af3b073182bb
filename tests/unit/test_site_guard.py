"""Who and what the site lets in: its own host, reading, and files below its root that are not hidden."""

import asyncio
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helios_renders.composition import site as site_module
from helios_renders.composition.site import Site
from unit.site_client import Answer, ask, send, target, write


def test_the_host_is_a_random_name_under_localhost(root: Path) -> None:
    async def origins() -> set[str]:
        async with Site(root) as one, Site(root) as two:
            return {one.origin, two.origin}

    found = {urlsplit(origin) for origin in asyncio.run(origins())}
    assert len({parts.hostname for parts in found}) == 2
    for parts in found:
        token, _, rest = (parts.hostname or "").partition(".")
        assert rest == "localhost"
        assert len(token) == 32
        assert int(token, 16)


async def test_listens_on_loopback_only(site: Site) -> None:
    connections = psutil.Process().net_connections("inet")
    addresses = [connection.laddr for connection in connections if connection.status == psutil.CONN_LISTEN]
    assert [address[0] for address in addresses if address[1] == site.port] == ["127.0.0.1"]


@pytest.mark.parametrize(
    "host",
    [
        "localhost:{port}",
        "127.0.0.1:{port}",
        "{token}.localhost",
        "{token}.localhost:1",
        "{token}.localhost:{port}.example.org",
        "{token}.example.org:{port}",
        "x{token}.localhost:{port}",
        "00000000000000000000000000000000.localhost:{port}",
        "{token}",
        "",
        "é.localhost:{port}",
    ],
)
async def test_another_host_is_refused(site: Site, root: Path, host: str) -> None:
    write(root / "a.html")
    site.add_page("/__helios__/a", b"built in", "text/plain")
    token = urlsplit(site.origin).netloc.split(".")[0]
    host = host.format(token=token, port=site.port)
    for path in ("/a.html", "/nowhere", "/__helios__/a"):
        answer = await ask(site, path, host=host)
        assert answer.status in (400, 403)
        assert b"content" not in answer.body
        assert b"built in" not in answer.body
    assert (await ask(site, "/a.html", host="evil.example")).status == 403


async def test_the_host_must_be_given_once(site: Site, root: Path) -> None:
    write(root / "a.html")
    host = urlsplit(site.origin).netloc
    none = await send(site.port, b"GET /a.html HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert none.status in (400, 403)
    old = await send(site.port, b"GET /a.html HTTP/1.0\r\n\r\n")
    assert old.status == 403
    twice = await ask(site, "/a.html", f"Host: {host}", host="evil.example")
    assert twice.status in (400, 403)


async def test_another_host_is_refused_whatever_the_path(site: Site) -> None:
    for path in ("/%0A", "/..", "*", "/%00", "/a//b"):
        assert (await ask(site, path, host="evil.example")).status in (400, 403)


async def test_the_host_is_read_without_regard_to_case(site: Site, root: Path) -> None:
    write(root / "a.html")
    assert (await ask(site, "/a.html", host=urlsplit(site.origin).netloc.upper())).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"])
async def test_other_methods_are_refused(site: Site, root: Path, method: str) -> None:
    write(root / "a.html")
    answer = await ask(site, "/a.html", method=method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert (await ask(site, "/a.html", method=method, host="evil.example")).status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/..%2Fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/a/../../secret.txt",
        "/a/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "//secret.txt",
        "/{outside}/secret.txt",
        "//{outside}/secret.txt",
        "/%2f{outside}/secret.txt",
        "/a/%2e./%2e./secret.txt",
        "/a/./../../secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/secret.txt%00.html",
        "/%00",
        "/" + "a" * 300,
        "/" + "a/" * 1500,
        "/%",
        "/%zz",
        "/out.txt",
        "/out/secret.txt",
        "/out/",
        "/out",
        "/chain/secret.txt",
        "/circle",
    ],
)
async def test_nothing_outside_the_root_is_served(site: Site, root: Path, path: str) -> None:
    outside = root.parent
    write(outside / "secret.txt", "secret")
    write(outside / "index.html", "secret")
    write(root / "a" / "b.txt")
    (root / "out.txt").symlink_to(outside / "secret.txt")
    (root / "out").symlink_to(outside)
    (root / "chain").symlink_to("out")
    (root / "circle").symlink_to("circle")
    answer = await ask(site, path.format(outside=str(outside).lstrip("/")))
    assert answer.status == 404
    assert b"secret" not in answer.body
    assert (await ask(site, "/a/b.txt")).status == 200, "the site still works"


@pytest.mark.parametrize(
    "path",
    [
        "con",
        "NUL.txt",
        "a/aux.js",
        "COM1.html",
        "lpt¹",
        "conin$",
        "nul .txt",
        "c:/a.html",
        "a.html::$DATA",
        "a.html:stream",
        "a.html.",
        "a.html ",
        "a./b.html",
    ],
)
async def test_names_that_mean_others_on_windows_are_not_served_there(
    site: Site, root: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root / path)
    assert (await ask(site, target(site, path))).status == 200, "elsewhere it is a name like any other"
    monkeypatch.setattr(site_module, "_IS_WINDOWS", True)
    answer = await ask(site, target(site, path))
    assert (answer.status, b"content" in answer.body) == (404, False)


@pytest.mark.parametrize(
    "name", ["console.js", "null", "auxiliary.css", "com.js", "com10", "a.con", "nul-1.html"]
)
async def test_names_like_those_are_served_on_windows(
    site: Site, root: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_module, "_IS_WINDOWS", True)
    write(root / name)
    assert (await ask(site, f"/{name}")).status == 200


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only there a pipe has a name in a folder")
async def test_what_is_no_file_is_not_served(site: Site, root: Path) -> None:
    """A pipe would be waited for without end, and a device has no end."""
    os.mkfifo(root / "pipe.html")
    (root / "zero.html").symlink_to("/dev/zero")
    (root / "self.html").symlink_to("/proc/self/environ")
    for name in ("pipe.html", "zero.html", "self.html"):
        assert (await ask(site, f"/{name}")).status == 404, name


async def test_a_folder_that_becomes_a_link_no_longer_leads_inside(site: Site, root: Path) -> None:
    write(root.parent / "outside" / "a.txt", "secret")
    write(root / "folder" / "a.txt")
    assert (await ask(site, "/folder/a.txt")).status == 200
    (root / "folder").rename(root / "before")
    (root / "folder").symlink_to(root.parent / "outside")
    assert (await ask(site, "/folder/a.txt")).status == 404


async def test_a_target_with_another_host_is_refused(site: Site, root: Path) -> None:
    write(root / "a.html")
    assert (await ask(site, "http://evil.example/a.html")).status == 403


async def test_a_sibling_with_the_same_beginning_is_outside(site: Site, root: Path) -> None:
    write(root.parent / "root-2" / "secret.txt", "secret")
    (root / "link").symlink_to(root.parent / "root-2")
    assert (await ask(site, "/link/secret.txt")).status == 404


async def test_links_inside_the_root_are_followed(site: Site, root: Path) -> None:
    write(root / "node_modules" / ".store" / "lib@1" / "lib.js", "lib")
    (root / "node_modules" / "lib").symlink_to(Path(".store") / "lib@1")
    assert (await ask(site, "/node_modules/lib/lib.js")).body == b"lib"


async def test_a_root_that_is_a_link_is_served(root: Path) -> None:
    write(root / "a.html")
    (root.parent / "link").symlink_to(root)
    async with Site(root.parent / "link") as site:
        assert (await ask(site, "/a.html")).status == 200


@pytest.mark.parametrize("path", [".env", ".git/config", "a/.hidden/b.txt", "...", ".well-known-not/a"])
async def test_hidden_names_are_not_served(site: Site, root: Path, path: str) -> None:
    write(root / path, "secret")
    for address in (target(site, path), "/" + path.replace(".", "%2e")):
        answer = await ask(site, address)
        assert answer.status == 404
        assert b"secret" not in answer.body


async def test_well_known_names_are_served(site: Site, root: Path) -> None:
    write(root / ".well-known" / "a.json", "{}")
    assert (await ask(site, "/.well-known/a.json")).status == 200


async def test_sending_on_never_leaves_the_site(site: Site, root: Path) -> None:
    write(root / "evil.example" / "index.html")
    assert (await ask(site, "//evil.example")).headers["location"] == "/evil.example/"


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
@settings(max_examples=60)
def test_no_target_breaks_the_site(text: str) -> None:
    async def fetch(folder: Path) -> tuple[Answer, Answer]:
        async with Site(folder) as site:
            return await ask(site, f"/{text}"), await ask(site, "/known.txt")

    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "root" / "known.txt")
        write(Path(folder) / "secret", "secret")
        answer, known = asyncio.run(fetch(Path(folder) / "root"))
    assert answer.status in (200, 307, 400, 404)
    assert b"secret" not in answer.body
    assert known.status == 200
