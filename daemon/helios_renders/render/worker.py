"""One worker process: one browser, one encoder at a time, chunks one after another.

Started by an executor; reads commands from standard input and answers on standard output (see `messages.py`).
It ends when its input ends.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO, assert_never

from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

from helios_renders.capture.browser import ARGUMENTS, browser_version, use_sandbox
from helios_renders.capture.session import PageRequest, PageSession
from helios_renders.capture.surface import Surface, open_surface
from helios_renders.encode.assembly import file_digest
from helios_renders.encode.video import ChunkEncoder
from helios_renders.errors import BrowserFailed, HeliosError
from helios_renders.render import events, messages
from helios_renders.render.plan import Chunk

START_SECONDS = 60.0


class Worker:
    """Carries out the commands of an executor."""

    def __init__(self, output: BinaryIO, start: messages.Start, browser: Browser) -> None:
        self._output = output
        self._number = start.worker
        self._ffmpeg = start.ffmpeg
        self._browser = browser
        self._begin: messages.Begin | None = None
        self._session: PageSession | None = None
        self._surface: Surface | None = None

    def say(self, answer: Any) -> None:
        """Sends one answer."""
        self._output.write(messages.encode(answer))
        self._output.flush()

    async def obey(self, command: messages.Command) -> None:
        """Carries out one command; raises HeliosError."""
        match command:
            case messages.Probe():
                await self._probe(command.page)
            case messages.Begin():
                self._begin = command
            case messages.TakeChunk():
                await self._render(command)
            case messages.Start() | messages.Finish():
                raise BrowserFailed(f"A worker was told {type(command).__name__} out of turn.")
            case _:
                assert_never(command)

    async def _probe(self, page: PageRequest) -> None:
        session = await PageSession.open(self._browser, page)
        try:
            await session.advance(0)
            self.say(messages.Probed(await session.report()))
        finally:
            await session.close()

    async def _render(self, command: messages.TakeChunk) -> None:
        begin, chunk = self._begin, command.chunk
        assert begin is not None
        self.say(events.ChunkBegan(self._number, chunk.index))
        session, surface = await self._session_before(chunk, begin)
        path = Path(begin.folder, command.name)
        encoder = await ChunkEncoder.start(self._ffmpeg, begin.encoder, surface.pixel_format, path)
        try:
            await self._approach(session, chunk, stateless=begin.stateless)
            for frame in range(chunk.start, chunk.end):
                await self._move(session, frame, stateless=begin.stateless)
                await encoder.write(await surface.capture())
                self.say(events.FrameCaptured(self._number, chunk.index, frame))
            await encoder.finish()
        except BaseException:
            await encoder.abort()
            raise
        digest = await asyncio.to_thread(file_digest, path)
        problems, session.problems = tuple(session.problems), []
        warnings, session.warnings = tuple(session.warnings), []
        self.say(messages.ChunkRendered(chunk.index, chunk.frames, digest, problems, warnings))

    async def _session_before(self, chunk: Chunk, begin: messages.Begin) -> tuple[PageSession, Surface]:
        """A page that has not gone beyond the chunk's start: the one at hand, or a new one."""
        if self._session is not None and self._session.frame >= chunk.start:
            await self._session.close()
            self._session = None
        if self._session is None or self._surface is None:
            self._session = await PageSession.open(self._browser, begin.page)
            self._surface = await open_surface(begin.surface, self._session.page, begin.page.size)
        return self._session, self._surface

    async def _approach(self, session: PageSession, chunk: Chunk, *, stateless: bool) -> None:
        """Runs the clock through the frames before the chunk, without pictures."""
        if session.frame < 0:
            await session.advance(0)
        while not stateless and session.frame < chunk.start - 1:
            frame = await session.advance(chunk.start - 1)
            self.say(events.FrameAdvanced(self._number, chunk.index, frame))

    async def _move(self, session: PageSession, frame: int, *, stateless: bool) -> None:
        if stateless:
            await session.jump(frame)
        else:
            while session.frame < frame:
                await session.advance(frame)


async def _launch(stack: Any, browser: str) -> Browser:
    try:
        launched: Browser = await stack.chromium.launch(
            executable_path=browser,
            headless=True,
            args=list(ARGUMENTS),
            chromium_sandbox=use_sandbox(),
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=START_SECONDS * 1000,
        )
    except PlaywrightError as error:
        lines = [line for line in error.message.splitlines() if line.strip()]
        raise BrowserFailed(
            f"The browser {browser} did not start: {lines[0]}",
            "Run `helios doctor` to see what is wrong with it.",
            tuple(lines[1:21]),
        ) from error
    return launched


async def _serve(reader: asyncio.StreamReader, output: BinaryIO) -> int:
    def say(answer: Any) -> None:
        output.write(messages.encode(answer))
        output.flush()

    line = await reader.readline()
    if not line:
        return 0
    start = messages.decode(line)
    assert isinstance(start, messages.Start)
    try:
        async with async_playwright() as stack:
            browser = await _launch(stack, start.browser)
            version = await asyncio.to_thread(browser_version, Path(start.browser))
            worker = Worker(output, start, browser)
            say(events.WorkerReady(start.worker, version))
            while line := await reader.readline():
                command = messages.decode(line)
                if isinstance(command, messages.Finish):
                    break
                await worker.obey(command)
            await browser.close()
    except HeliosError as error:
        say(messages.Failed.of(error))
        return 1
    except PlaywrightError as error:
        say(messages.Failed.of(BrowserFailed(f"The browser failed: {error.message.splitlines()[0]}")))
        return 1
    return 0


async def _main(output: BinaryIO) -> int:
    reader = asyncio.StreamReader(limit=2**24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return await _serve(reader, output)


def main() -> int:
    """Runs a worker on this process's standard streams; a stray print goes to standard error."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return asyncio.run(_main(output))


if __name__ == "__main__":
    sys.exit(main())
