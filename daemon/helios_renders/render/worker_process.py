"""One worker process: one browser, one page, chunks one after another.

Started by an executor (see `worker.py`); reads commands from standard input and answers on standard output
(see `messages.py`). It ends when its input ends.
"""

import asyncio
import subprocess
import tempfile
import traceback
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, assert_never

import attrs
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright

from helios_renders.capture.browser import browser_version
from helios_renders.capture.graphics_card import graphics_of
from helios_renders.capture.launch import RunningBrowser, launch
from helios_renders.capture.names import BEGIN_FRAME
from helios_renders.capture.request import PageRequest, Setting
from helios_renders.capture.session import PageSession
from helios_renders.composition.sounds import Listening
from helios_renders.encode.disk import failed_file
from helios_renders.errors import BrowserFailed, HeliosError, RenderFailed
from helios_renders.render import events, messages
from helios_renders.render.chunk_maker import ChunkMaker

T = TypeVar("T")
DRIVER_LOST = "Connection closed"


class Worker:
    """Carries out the commands of an executor."""

    def __init__(self, output: BinaryIO, start: messages.Start, browser: RunningBrowser) -> None:
        self._output = output
        self._number = start.worker
        self._ffmpeg = start.ffmpeg
        self._browser = browser
        self._chunks: ChunkMaker | None = None

    def say(self, answer: Any) -> None:
        """Sends one answer."""
        self._output.write(messages.encode(answer))
        self._output.flush()

    async def obey(self, command: messages.Command) -> None:
        """Carries out one command; raises HeliosError."""
        match command:
            case messages.Probe():
                await self._probe(command.page, command.listening)
            case messages.Listen():
                await self._listen(command)
            case messages.Choose():
                # Here, because the workers that only render start sooner without the arithmetic of pictures.
                from helios_renders.capture.choose import Occasion, choose_surface

                occasion = Occasion(self._browser, self._ffmpeg, command.question)
                choice = await choose_surface(occasion)
                self.say(messages.Chosen(choice, bool(occasion.elsewhere)))
            case messages.Begin():
                await self.close()
                self._chunks = ChunkMaker(command, self._number, self._browser, self._ffmpeg, self.say)
                if command.surface == BEGIN_FRAME:
                    # That surface starts a browser of its own; this one would only hold memory.
                    await self._browser.close()
            case messages.TakeChunk():
                assert self._chunks is not None
                await self._chunks.make(command)
            case messages.Start():
                raise BrowserFailed(f"A worker was told {type(command).__name__} out of turn.")
            case _:
                assert_never(command)

    async def _probe(self, page: PageRequest, listening: Listening | None) -> None:
        session = await PageSession.open(self._browser.context, page)
        try:
            await session.advance(0)
            report = await session.report()
            if listening is not None:
                report = attrs.evolve(report, sounds=await session.sounds(listening))
            self.say(messages.Probed(report))
        finally:
            await session.close()

    async def _listen(self, command: messages.Listen) -> None:
        # Frame by frame, so that each waits for what only the network sees.
        session = await PageSession.open(self._browser.context, command.page, Setting(stepwise=True))
        try:
            while session.frame < command.frame:
                frame = await session.advance(command.frame)
                self.say(events.FrameAdvanced(self._number, 0, frame))
            sounds = await session.sounds(command.listening)
            warnings = session.take_warnings()
            self.say(messages.Listened(sounds, tuple(session.verdict.problems), warnings, session.refused))
        finally:
            await session.close()

    async def meanwhile(self, work: Coroutine[Any, Any, T]) -> T:
        """What some work gives, unless a chunk that is being finished beside it fails before."""
        task = asyncio.ensure_future(work)
        try:
            while True:
                finishing = None if self._chunks is None else self._chunks.finishing
                if finishing is not None and finishing.done():
                    finishing.result()
                    finishing = None
                if task.done():
                    return task.result()
                both = {task} if finishing is None else {task, finishing}
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @property
    def failed(self) -> tuple[int, Exception] | None:
        """The attempt at a chunk that failed, and how, where it was one."""
        return None if self._chunks is None else self._chunks.failed

    async def close(self) -> None:
        """Ends what is being finished, and lets the page go."""
        if self._chunks is not None:
            await self._chunks.close()


async def serve(reader: asyncio.StreamReader, output: BinaryIO, driver: "asyncio.Task[Playwright]") -> int:
    """Carries out all commands with a browser of the driver that is starting; answers the process's code."""

    def say(answer: Any) -> None:
        output.write(messages.encode(answer))
        output.flush()

    async def live() -> None:
        while True:
            say(messages.Alive())
            await asyncio.sleep(messages.ALIVE_SECONDS)

    line = await reader.readline()
    if not line:
        return 0
    start = messages.decode(line)
    assert isinstance(start, messages.Start)
    living = asyncio.create_task(live())
    worker: Worker | None = None
    try:
        playwright = await driver
        try:
            try:
                browser = await launch(playwright, start.browser)
                version, graphics = await asyncio.gather(
                    asyncio.to_thread(browser_version, Path(start.browser.executable)), graphics_of(browser)
                )
                worker = Worker(output, start, browser)
                say(events.WorkerReady(start.worker, f"{version}, {graphics}"))
                while line := await worker.meanwhile(reader.readline()):
                    await worker.meanwhile(worker.obey(messages.decode(line)))
                await browser.close()
            except Exception as error:  # noqa: BLE001 - see _failure
                # Before the driver ends, which waits half a minute for a browser that stands still.
                failed = None if worker is None else worker.failed
                attempt, cause = failed or (None, error)
                say(messages.Failed.of(_failure(cause, start.worker), attempt))
                return 1
        finally:
            await playwright.stop()
    except Exception as error:  # noqa: BLE001 - see _failure
        say(messages.Failed.of(_failure(error, start.worker)))
        return 1
    finally:
        living.cancel()
    return 0


def _failure(error: Exception, worker: int) -> HeliosError:
    """What to tell of an error; a mistake of ours is told at once instead of being tried again."""
    match error:
        case HeliosError():
            return error
        case PlaywrightError():
            return BrowserFailed(f"The browser failed: {error.message.splitlines()[0]}")
        case _ if type(error) is Exception and DRIVER_LOST in str(error):
            # The library has no name for a driver that ends while it starts.
            return BrowserFailed(f"The browser's driver ended: {error}.")
        case subprocess.SubprocessError():
            return BrowserFailed(f"The browser does not answer: {error}")
        case OSError():
            return failed_file(error, Path(error.filename or tempfile.gettempdir()).parent)
        case _:
            lines = tuple(traceback.format_exception(error))
            return RenderFailed(f"Worker {worker} broke: {error!r}.", messages.REPORT_ADVICE, lines)
