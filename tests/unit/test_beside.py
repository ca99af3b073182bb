"""Work side by side ends together, and an ffmpeg ends with whoever waits for it."""

import asyncio
import os
import sys
from pathlib import Path

import psutil
import pytest

from helios_renders.beside import beside, each_of
from helios_renders.encode.sound_file import decode_sound
from helios_renders.errors import AssemblyFailed, BrowserFailed

LIMIT_SECONDS = 20


async def test_both_results_come_back() -> None:
    assert await beside(asyncio.sleep(0, 1), asyncio.sleep(0, "two")) == (1, "two")


async def test_the_first_error_ends_the_other() -> None:
    ended: list[str] = []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("endless")

    async def broken() -> None:
        await asyncio.sleep(0)
        raise BrowserFailed("It broke.")

    for pair in ((endless(), broken()), (broken(), endless())):
        with pytest.raises(BrowserFailed):
            await asyncio.wait_for(beside(*pair), LIMIT_SECONDS)
    assert ended == ["endless"] * 2


async def test_of_two_errors_the_first_work_s_is_told() -> None:
    async def broken(error: Exception) -> None:
        raise error

    for _ in range(10):
        with pytest.raises(BrowserFailed):
            await beside(broken(BrowserFailed("one")), broken(AssemblyFailed("other")))


async def test_the_error_of_the_first_in_order_is_told_when_all_have_ended() -> None:
    ended: list[str] = []

    async def late() -> None:
        await asyncio.sleep(0.02)
        ended.append("late")
        raise BrowserFailed("late")

    async def early() -> None:
        raise AssemblyFailed("early")

    with pytest.raises(BrowserFailed):
        await asyncio.wait_for(each_of(late(), early()), LIMIT_SECONDS)
    with pytest.raises(AssemblyFailed):
        await asyncio.wait_for(each_of(early(), late()), LIMIT_SECONDS)
    assert ended == ["late"] * 2


async def test_cancelled_work_has_ended_before_its_caller_goes_on() -> None:
    ended: list[int] = []

    async def endless(number: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01 * number)
            ended.append(number)

    working = asyncio.ensure_future(each_of(endless(2), endless(1)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert ended == [1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
async def test_a_cancelled_decoding_leaves_no_process(tmp_path: Path) -> None:
    stand_in, source, told = tmp_path / "ffmpeg", tmp_path / "a.wav", tmp_path / "pid"
    os.mkfifo(told)
    stand_in.write_text(f"#!/bin/sh\necho $$ > '{told}'\nexec sleep 60\n")
    stand_in.chmod(0o755)
    source.write_bytes(b"sound")
    work = decode_sound(str(stand_in), source, tmp_path / "a.au")
    decoding = asyncio.ensure_future(beside(work, asyncio.Event().wait()))
    async with asyncio.timeout(LIMIT_SECONDS):
        process = int(await asyncio.to_thread(told.read_text))
        assert psutil.pid_exists(process)
        decoding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await decoding
    assert not psutil.pid_exists(process)
