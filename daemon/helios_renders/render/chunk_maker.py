"""A worker's chunks: the frames of one after the other to their encoders, and each encoder to its end."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from helios_renders.capture.graphics import GraphicsProcesses
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.question import ProvedFrame
from helios_renders.capture.session import DamageMissed, UntrustedRun
from helios_renders.capture.surface import Surface, open_surface
from helios_renders.composition.sounds import PageSounds
from helios_renders.digest import file_digest
from helios_renders.encode.video import ChunkEncoder
from helios_renders.errors import SurfaceFailed
from helios_renders.problem import PageProblem
from helios_renders.render import events, messages
from helios_renders.render.chunk import Chunk

if TYPE_CHECKING:
    from helios_renders.capture.proof import Proof


@attrs.frozen
class _Told:
    """What a page has to tell when the last frame of a chunk is made."""

    problems: tuple[PageProblem, ...]
    warnings: tuple[str, ...]
    refused: tuple[str, ...]
    is_elsewhere: bool
    sounds: PageSounds | None


class ChunkMaker:
    """Makes chunks on one page.

    While an encoder works off what it was given, the page can make the next chunk's frames already.
    """

    def __init__(
        self,
        begin: messages.Begin,
        worker: int,
        browser: RunningBrowser,
        ffmpeg: str,
        say: Callable[[Any], None],
    ) -> None:
        self.finishing: asyncio.Task[None] | None = None
        """The chunk whose frames are all at its encoder; its end says that it is rendered, or raises."""
        self.failed: tuple[int, Exception] | None = None
        """The first attempt that failed, and how."""
        self._begin = begin
        self._number = worker
        self._browser = browser
        self._ffmpeg = ffmpeg
        self._say = say
        self._proof = _proof(begin, browser, ffmpeg)
        self._proved: dict[int, ProvedFrame] = {}
        """By frame."""
        self._surface: Surface | None = None
        self._graphics = GraphicsProcesses(frozenset())
        self._stepwise = False
        self._notes: list[str] = []
        """Warnings of the worker itself."""

    async def make(self, command: messages.TakeChunk) -> None:
        """Gives a chunk's frames to an encoder, and leaves it to `finishing` when the chunk before is done.

        Raises HeliosError, also that of the chunk before.
        """
        try:
            await self._make(command)
        except Exception as error:
            self._blame(command, error)
            raise

    async def _make(self, command: messages.TakeChunk) -> None:
        chunk = command.chunk
        self._say(events.ChunkBegan(self._number, chunk.index))
        path = Path(self._begin.folder, command.name)
        try:
            encoder = await self._encode(command, path)
        except UntrustedRun as reason:
            self._stepwise = True
            if isinstance(reason, DamageMissed):
                self._notes.append(
                    f"Frames from {chunk.start} on are drawn whole: more changed than the animations told."
                )
            await self._drop_surface()
            encoder = await self._encode(command, path)
        try:
            told = await self._told(command)
            if self.finishing is not None:
                await self.finishing
        except BaseException:
            await encoder.abort()
            raise
        self.finishing = asyncio.create_task(self._finish(command, encoder, path, told))
        self._say(messages.FramesGiven(command.attempt))

    async def close(self) -> None:
        """Ends what is being finished, and lets the page go."""
        finishing, self.finishing = self.finishing, None
        if finishing is not None:
            finishing.cancel()
            await asyncio.gather(finishing, return_exceptions=True)
        await self._drop_surface()

    def _blame(self, command: messages.TakeChunk, error: Exception) -> None:
        if self.failed is None:
            self.failed = command.attempt, error

    async def _encode(self, command: messages.TakeChunk, path: Path) -> ChunkEncoder:
        """The encoder of a chunk's file, with all of its frames."""
        begin, chunk = self._begin, command.chunk
        surface = await self._surface_before(chunk)
        encoder = await ChunkEncoder.start(
            self._ffmpeg, begin.encoder, surface.pixel_format, chunk.frames, path, command.script
        )
        try:
            await surface.session.approach(
                chunk.start,
                stateless=begin.stateless,
                on_frame=lambda frame: self._say(events.FrameAdvanced(self._number, chunk.index, frame)),
            )
            frame, span = chunk.start, (chunk.start, chunk.end - 1)
            given = surface.frames(*span) if self._proof is None else self._proof.frames(surface, *span)
            async with contextlib.aclosing(given) as frames:
                async for pixels in frames:
                    await encoder.write(pixels)
                    self._say(events.FrameCaptured(self._number, chunk.index, frame))
                    await self._tell_proved()
                    frame += 1
            self._graphics.check()
        except BaseException:
            await encoder.abort()
            if self._proof is not None:
                self._proof.drop(chunk.start, chunk.end)
            raise
        return encoder

    async def _told(self, command: messages.TakeChunk) -> _Told:
        assert self._surface is not None
        session = self._surface.session
        problems, session.verdict.problems = tuple(session.verdict.problems), []
        return _Told(
            problems,
            (*session.take_warnings(), *self._notes),
            session.refused,
            session.is_elsewhere,
            None if command.listening is None else await session.sounds(command.listening),
        )

    async def _finish(
        self, command: messages.TakeChunk, encoder: ChunkEncoder, path: Path, told: _Told
    ) -> None:
        """Says that a chunk is rendered, when it is."""
        try:
            edges = await encoder.finish()
            await self._tell_proved(wait=True)
            digest, size = await asyncio.to_thread(_measured, path)
        except BaseException as error:
            if isinstance(error, Exception):
                self._blame(command, error)
            await encoder.abort()
            raise
        chunk = command.chunk
        proved = tuple(self._proved[frame] for frame in sorted(self._proved) if chunk.has(frame))
        answer = messages.ChunkRendered(
            command.attempt,
            chunk.frames,
            size,
            digest,
            edges,
            told.problems,
            told.warnings,
            told.refused,
            told.is_elsewhere,
            told.sounds,
            proved,
        )
        self._say(answer)

    async def _tell_proved(self, *, wait: bool = False) -> None:
        if self._proof is None:
            return
        try:
            await self._proof.tell(self._note_proved, wait=wait)
        except SurfaceFailed:
            # A canvas that lost its pictures with the graphics process does not speak against the surface.
            self._graphics.check()
            raise

    def _note_proved(self, proved: ProvedFrame) -> None:
        self._proved[proved.frame] = proved
        self._say(events.FrameProved(proved.frame, proved.psnr))

    async def _surface_before(self, chunk: Chunk) -> Surface:
        """A page that has not gone beyond the chunk's start: the one at hand, or a new one."""
        if self._surface is not None and self._surface.session.frame >= chunk.start:
            await self._drop_surface()
        if self._surface is None:
            begin = self._begin
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


def _proof(begin: messages.Begin, browser: RunningBrowser, ffmpeg: str) -> "Proof | None":
    if begin.proof is None:
        return None
    # Here, because it is seldom wanted.
    from helios_renders.capture.proof import Proof

    return Proof(begin.proof, browser, ffmpeg)


def _measured(path: Path) -> tuple[str, int]:
    return file_digest(path), path.stat().st_size
