"""The server that takes frames in, with a client that plays the page."""

import asyncio
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import pytest

from helios_renders.capture.launch import address_of, reserve_port
from helios_renders.capture.upload import HELD_FRAMES, Upload
from helios_renders.composition.spec import Size
from helios_renders.errors import BrowserFailed

PAGE = "http://name.localhost:1234/folder/page.html"
ORIGIN = "http://name.localhost:1234"
SIZE = Size(4, 2)
LIMIT_SECONDS = 10


@pytest.fixture
async def upload() -> AsyncIterator[Upload]:
    with reserve_port() as port:
        upload = await Upload.start(SIZE, PAGE, port)
        yield upload
        await upload.close()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    limit = aiohttp.ClientTimeout(total=LIMIT_SECONDS)
    async with aiohttp.ClientSession(headers={"Origin": ORIGIN}, timeout=limit) as client:
        yield client


def frame(fill: int) -> bytes:
    return bytes([fill]) * (SIZE.width * SIZE.height * 4)


async def take(upload: Upload, number: int) -> bytes:
    pixels = await asyncio.to_thread(upload.take, number, LIMIT_SECONDS)
    assert pixels is not None, f"waited {LIMIT_SECONDS} s for frame {number}"
    return bytes(pixels)


async def test_frames_come_in_order_and_the_page_waits_for_room(
    upload: Upload, client: aiohttp.ClientSession
) -> None:
    sent = 0

    async def send_all() -> None:
        nonlocal sent
        for number in range(10):
            async with client.post(f"{upload.address}{number}/{40 + number}", data=frame(number)) as answer:
                assert answer.status == 204
                assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
            sent += 1

    sending = asyncio.create_task(send_all())
    for number in range(10):
        assert await take(upload, 40 + number) == frame(number)
        # The frame in use counts, so that no more answers than these can have come.
        assert sent <= number + HELD_FRAMES - 1
        upload.release()
    await sending
    assert upload.take(50, 0) is None


async def test_one_after_the_other_has_the_same_port(client: aiohttp.ClientSession) -> None:
    with reserve_port() as port:
        addresses = []
        for number in range(3):
            upload = await Upload.start(SIZE, PAGE, port)
            async with client.post(f"{upload.address}0/7", data=frame(number)) as answer:
                assert answer.status == 204
            assert await take(upload, 7) == frame(number)
            addresses.append(upload.address)
            await upload.close()
        assert {urlsplit(address).netloc for address in addresses} == {address_of(port)}
        assert len(set(addresses)) == 3


async def test_nobody_else_gets_a_reserved_port() -> None:
    with reserve_port() as port, socket.socket() as other:
        with pytest.raises(OSError, match="in use"):
            other.bind(port.getsockname())
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*port.getsockname())


async def test_another_frame_is_refused(upload: Upload, client: aiohttp.ClientSession) -> None:
    async with client.post(f"{upload.address}0/8", data=frame(1)):
        with pytest.raises(BrowserFailed, match="frame 8 where frame 7 should be"):
            await take(upload, 7)


@pytest.mark.parametrize(
    ("what", "body", "words"),
    [
        ("1/7", frame(1), "number 1 and 32 bytes where number 0"),
        ("0/7", frame(1)[:-1], "31 bytes where number 0 and 32 bytes"),
        ("0/-7", frame(1), "is not the sending of a frame"),
        ("", b"", "is not the sending of a frame"),
    ],
)
async def test_what_is_no_next_frame_is_refused(
    upload: Upload, client: aiohttp.ClientSession, what: str, body: bytes, words: str
) -> None:
    async with client.post(upload.address + what, data=body) as answer:
        assert answer.status == 400
        assert words in await answer.text()
    assert upload.take(7, 0) is None


async def test_only_the_page_may_send(upload: Upload, client: aiohttp.ClientSession) -> None:
    elsewhere = upload.address.replace(upload.address.split("/")[3], "0" * 32)
    for address, origin in ((elsewhere, ORIGIN), (upload.address, "http://other.localhost:1234")):
        async with client.post(f"{address}0/7", data=frame(1), headers={"Origin": origin}) as answer:
            assert answer.status == 403
    assert upload.take(7, 0) is None
