"""One worker process: one browser, one encoder at a time, chunks one after another.

Started by an executor (see `worker.py`); reads commands from standard input and answers on standard output
(see `messages.py`). It ends when its input ends.
"""

import asyncio
import contextlib
import subprocess
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, assert_never

import attrs
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright

from helios_renders.capture.browser import browser_version
from helios_renders.capture.graphics import GraphicsProcesses
from helios_renders.capture.graphics_card import graphics_of
from helios_renders.capture.launch import RunningBrowser, launch
from helios_renders.capture.names import BEGIN_FRAME
from helios_renders.capture.question import ProvedFrame
from helios_renders.capture.request import PageRequest, Setting
from helios_renders.capture.session import DamageMissed, PageSession, UntrustedRun
from helios_renders.capture.surface import Surface, open_surface
from helios_renders.composition.sounds import Listening
from helios_renders.digest import file_digest
from helios_renders.encode.disk import failed_file
from helios_renders.encode.edges import Edges
from helios_renders.encode.video import ChunkEncoder
from helios_renders.errors import BrowserFailed, HeliosError, RenderFailed, SurfaceFailed
from helios_renders.render import events, messages
from helios_renders.render.chunk import Chunk

if TYPE_CHECKING:
    from helios_renders.capture.proof import Proof

DRIVER_LOST = "Connection closed"


class Worker:
    """Carries out the commands of an executor."""

    def __init__(self, output: BinaryIO, start: messages.Start, browser: RunningBrowser) -> None:
        self._output = output
        self._number = start.worker
        self._ffmpeg = start.ffmpeg
        self._browser = browser
        self._begin: messages.Begin | None = None
        self._proof: Proof | None = None
        self._proved: list[ProvedFrame] = []
        """Of the chunk that is being rendered."""
        self._surface: Surface | None = None
        self._graphics = GraphicsProcesses(frozenset())
        self._stepwise = False
        self._notes: list[str] = []
        """Warnings of the worker itself."""

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
                self._begin = command
                self._proof = None
                if command.proof is not None:
                    # Here, because it is seldom wanted.
                    from helios_renders.capture.proof import Proof

                    self._proof = Proof(command.proof, self._browser, self._ffmpeg)
                if command.surface == BEGIN_FRAME:
                    # That surface starts a browser of its own; this one would only hold memory.
                    await self._browser.close()
            case messages.TakeChunk():
                await self._render(command)
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

    async def _render(self, command: messages.TakeChunk) -> None:
        begin, chunk = self._begin, command.chunk
        assert begin is not None
        self.say(events.ChunkBegan(self._number, chunk.index))
        path = Path(begin.folder, command.name)
        try:
            edges = await self._encode(command, begin, path)
        except UntrustedRun as reason:
            self._stepwise = True
            if isinstance(reason, DamageMissed):
                self._notes.append(
                    f"Frames from {chunk.start} on are drawn whole: more changed than the animations told."
                )
            await self._drop_surface()
            edges = await self._encode(command, begin, path)
        digest, size = await asyncio.to_thread(_measured, path)
        assert self._surface is not None
        session = self._surface.session
        problems, session.verdict.problems = tuple(session.verdict.problems), []
        warnings = (*session.take_warnings(), *self._notes)
        answer = messages.ChunkRendered(
            command.attempt,
            chunk.frames,
            size,
            digest,
            edges,
            problems,
            warnings,
            session.refused,
            session.is_elsewhere,
            None if command.listening is None else await session.sounds(command.listening),
            tuple(self._proved),
        )
        self.say(answer)

    async def _encode(self, command: messages.TakeChunk, begin: messages.Begin, path: Path) -> Edges:
        """Writes a chunk's file."""
        chunk, self._proved = command.chunk, []
        surface = await self._surface_before(chunk, begin)
        encoder = await ChunkEncoder.start(
            self._ffmpeg, begin.encoder, surface.pixel_format, chunk.frames, path, command.script
        )
        try:
            await surface.session.approach(
                chunk.start,
                stateless=begin.stateless,
                on_frame=lambda frame: self.say(events.FrameAdvanced(self._number, chunk.index, frame)),
            )
            frame, span = chunk.start, (chunk.start, chunk.end - 1)
            given = surface.frames(*span) if self._proof is None else self._proof.frames(surface, *span)
            async with contextlib.aclosing(given) as frames:
                async for pixels in frames:
                    await encoder.write(pixels)
                    self.say(events.FrameCaptured(self._number, chunk.index, frame))
                    await self._tell_proved()
                    frame += 1
            self._graphics.check()
            edges = await encoder.finish()
            await self._tell_proved(wait=True)
            return edges
        except BaseException:
            await encoder.abort()
            if self._proof is not None:
                self._proof.drop()
            raise

    async def _tell_proved(self, *, wait: bool = False) -> None:
        if self._proof is None:
            return
        try:
            proved = await self._proof.proved(wait=wait)
        except SurfaceFailed:
            # A canvas that lost its pictures with the graphics process does not speak against the surface.
            self._graphics.check()
            raise
        for each in proved:
            self.say(events.FrameProved(each.frame, each.psnr))
        self._proved += proved

    async def _surface_before(self, chunk: Chunk, begin: messages.Begin) -> Surface:
        """A page that has not gone beyond the chunk's start: the one at hand, or a new one."""
        if self._surface is not None and self._surface.session.frame >= chunk.start:
            await self._drop_surface()
        if self._surface is None:
            before = await asyncio.to_thread(GraphicsProcesses.now)
            self._surface = await open_surface(
                begin.surface,
                self._browser,
                begin.page,
                begin.stage,
                stateless=begin.stateless,
                stepwise=self._stepwise,
            )
            before.check()
            self._graphics = await asyncio.to_thread(GraphicsProcesses.now)
        return self._surface

    async def _drop_surface(self) -> None:
        surface, self._surface = self._surface, None
        if surface is not None:
            await surface.close()


def _measured(path: Path) -> tuple[str, int]:
    return file_digest(path), path.stat().st_size


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
                while line := await reader.readline():
                    await worker.obey(messages.decode(line))
                await browser.close()
            except Exception as error:  # noqa: BLE001 - see _failure
                # Before the driver ends, which waits half a minute for a browser that stands still.
                say(messages.Failed.of(_failure(error, start.worker)))
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
