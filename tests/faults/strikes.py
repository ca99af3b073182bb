"""What can be done to a render under way."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import aiohttp
import psutil

from faults.job import Job
from faults.processes import in_role, moving
from render.accidents import fill

Strike = Callable[[Job, Random], Awaitable[None]]
Fit = Callable[[psutil.Process], bool]
PAUSE_FRAMES = 20
PAUSE_SECONDS = 1.0
CRASH_SECONDS = 30


async def nothing(_job: Job, _dice: Random) -> None:
    """The request itself is the fault."""


def signalled(role: str, number: signal.Signals) -> Strike:
    """One of the processes of a role gets a signal."""

    async def strike(job: Job, dice: Random) -> None:
        await _hit(job, role, dice, lambda victim: victim.send_signal(number))

    return strike


def stopped(role: str) -> Strike:
    """One of the processes of a role stands still, of a worker in which nothing else does."""

    async def strike(job: Job, dice: Random) -> None:
        await _hit(job, role, dice, psutil.Process.suspend, moving)

    return strike


def paused(role: str) -> Strike:
    """One of the processes of a role stands still while the others capture some frames, or for a second."""

    async def strike(job: Job, dice: Random) -> None:
        victim = await _hit(job, role, dice, psutil.Process.suspend)
        try:
            async with asyncio.timeout(PAUSE_SECONDS):
                await job.events.reach(job.events.later("FrameCaptured", PAUSE_FRAMES))
        except TimeoutError:
            pass
        finally:
            _resume(victim)

    return strike


async def crash_page(job: Job, dice: Random) -> None:
    """The page crashes by itself, asked to by a second client of DevTools (needs `open_to_devtools`)."""
    async with asyncio.timeout(CRASH_SECONDS), aiohttp.ClientSession() as session:
        # A page of a worker that just starts is not told of.
        while not (pages := await _pages(session, job)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        async with session.ws_connect(dice.choice(pages)) as socket:
            await socket.send_json({"id": 1, "method": "Page.crash"})
            await socket.receive()


async def host_dies(job: Job, _dice: Random) -> None:
    """The process that was asked is killed without a word."""
    os.kill(job.running.pid, signal.SIGKILL)


async def host_hangs_up(job: Job, _dice: Random) -> None:
    await job.running.hang_up()


def cancelled(times: int) -> Strike:
    async def strike(job: Job, _dice: Random) -> None:
        for _ in range(times):
            await job.running.cancel()

    return strike


async def fill_memory(job: Job, _dice: Random) -> None:
    fill(job.request.memory)


async def fill_videos(job: Job, _dice: Random) -> None:
    fill(job.request.videos)


async def remove_videos(job: Job, _dice: Random) -> None:
    # Encoders go on making files meanwhile.
    while job.request.videos.exists():
        shutil.rmtree(job.request.videos, ignore_errors=True)


async def forbid_writing(job: Job, _dice: Random) -> None:
    set_writable(job.request.videos, writable=False)


async def truncate_chunk(job: Job, dice: Random) -> None:
    chunk = _finished_chunk(job, dice)
    os.truncate(chunk, dice.randrange(chunk.stat().st_size))


async def flip_byte(job: Job, dice: Random) -> None:
    chunk = _finished_chunk(job, dice)
    data = bytearray(chunk.read_bytes())
    place = dice.randrange(len(data))
    data[place] ^= 1 << dice.randrange(8)
    # In place, as a disk or a stray process would.
    with chunk.open("r+b") as file:
        file.write(data)


def removed(name: str) -> Strike:
    """A program of the request's own folder vanishes, and one of its kind that runs is killed."""

    async def strike(job: Job, dice: Random) -> None:
        (job.request.folder / name).unlink()
        for process in in_role({"chromium": "browser"}.get(name, name)):
            # An encoder may end by itself meanwhile.
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    return strike


def set_writable(folder: Path, *, writable: bool) -> None:
    """Root may write whatever the permissions say, but not in an immutable folder."""
    if os.geteuid() == 0:
        subprocess.run(["chattr", "-i" if writable else "+i", str(folder)], check=True, timeout=20)
    else:
        folder.chmod(0o755 if writable else 0o555)


def _finished_chunk(job: Job, dice: Random) -> Path:
    """The file of one of the chunks that are done."""
    done = {told.fields["chunk"] for told in job.events.told if told.event == "ChunkDone"}
    files = [path for path in job.scratch().glob("chunk-*") if int(path.name.split("-")[1][:6]) in done]
    return dice.choice(sorted(files))


async def _pages(session: aiohttp.ClientSession, job: Job) -> list[str]:
    """The DevTools sockets of all pages that show the request's page."""
    sockets = []
    for file in sorted(job.request.memory.rglob("DevToolsActivePort")):
        port = file.read_text().split()[0]
        async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            targets = await answer.json()
        sockets += [
            target["webSocketDebuggerUrl"]
            for target in targets
            if target["type"] == "page" and target["url"].startswith("http")
        ]
    return sockets


def _resume(process: psutil.Process) -> None:
    try:
        process.resume()
    except psutil.NoSuchProcess:
        return


async def _hit(
    job: Job, role: str, dice: Random, blow: Callable[[psutil.Process], None], *fit: Fit
) -> psutil.Process:
    """Chooses a process and strikes it, and another one when that has ended by itself meanwhile."""
    while True:
        victim = await job.victim(role, dice, *fit)
        struck = time.monotonic()
        try:
            blow(victim)
        except psutil.NoSuchProcess:
            continue
        job.blows.append(struck)
        return victim
