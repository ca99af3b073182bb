"""Frames of one chunk to H.264: one ffmpeg that is fed frame by frame."""

import asyncio
import contextlib
import os
import sys
from collections import deque
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import attrs
import ffmpeg

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode.disk import disk_full, is_full
from helios_renders.errors import DiskFull, EncoderFailed

if sys.platform == "linux":
    import fcntl

ENCODER_THREADS = 2
"""Pinned: x264's output depends on its number of threads, and must not depend on the machine."""
ENCODER = "H.264 (libx264)"
_TAIL = 20
STALL_SECONDS = 30.0
"""An encoder that takes no frame and gives none for so long will not do so any more."""
PIPE_BYTES = 2**20
"""The largest pipe that Linux gives without privileges."""


@attrs.frozen
class EncoderSettings:
    """How frames become H.264."""

    crf: int
    preset: str
    gop: int
    """Frames from one key frame to the next."""
    source: Size
    """The size of the frames that come in."""
    target: Size
    """The video's size: even sides, larger by padding or smaller by cropping."""
    fps: FrameRate


def encoder_command(executable: str, settings: EncoderSettings, pixel_format: str, output: Path) -> list[str]:
    """The ffmpeg command that reads frames from its standard input and writes one chunk.

    Colour goes from full-range sRGB to BT.709 limited range and is tagged so (ITU-T H.273), closed GOPs of a
    fixed length make every chunk independent of its neighbours, `bitexact` keeps versions and dates out.
    """
    if pixel_format == "png":
        source = {"format": "image2pipe", "vcodec": "png"}
    else:
        size = f"{settings.source.width}x{settings.source.height}"
        source = {"format": "rawvideo", "pix_fmt": pixel_format, "s": size}
    stream = ffmpeg.input("pipe:0", protocol_whitelist="pipe", framerate=str(settings.fps), **source)
    target = settings.target
    if target != settings.source:
        grows = target.width > settings.source.width or target.height > settings.source.height
        stream = stream.filter("pad" if grows else "crop", target.width, target.height, 0, 0)
    stream = (
        stream.filter(
            "scale",
            out_color_matrix="bt709",
            out_range="tv",
            flags="bicubic+accurate_rnd+full_chroma_inp+bitexact",
        )
        .filter("format", "yuv420p")
        .filter("setparams", colorspace="bt709", color_primaries="bt709", color_trc="bt709", range="tv")
    )
    gop = settings.gop
    stream = stream.output(
        f"file:{output}",
        format="mp4",
        vcodec="libx264",
        preset=settings.preset,
        crf=settings.crf,
        threads=ENCODER_THREADS,
        colorspace="bt709",
        color_primaries="bt709",
        color_trc="bt709",
        color_range="tv",
        video_track_timescale=settings.fps.numerator,
        map_metadata=-1,
        fflags="+bitexact",
        **{
            "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:force-cfr=1",
            "flags:v": "+bitexact",
        },
    )
    options = ["-hide_banner", "-nostdin", "-loglevel", "error", "-nostats", "-progress", "pipe:1"]
    command: list[str] = stream.global_args(*options).overwrite_output().compile(cmd=executable)
    return command


class ChunkEncoder:
    """One ffmpeg for one chunk; `write` every frame, then `finish`."""

    def __init__(self, process: asyncio.subprocess.Process, pipe: int, output: Path) -> None:
        self._process = process
        self._output = output
        self._pipe = pipe
        self._stderr: deque[str] = deque(maxlen=_TAIL)
        self._written = 0
        self._encoded = 0
        self._work: asyncio.Future[None] | None = None
        self._readers = (asyncio.create_task(self._read_progress()), asyncio.create_task(self._read_errors()))

    @classmethod
    async def start(
        cls, executable: str, settings: EncoderSettings, pixel_format: str, output: Path
    ) -> "ChunkEncoder":
        """Starts ffmpeg; raises EncoderFailed when it does not start."""
        command = encoder_command(executable, settings, pixel_format, output)
        # A plain pipe, written by a thread: asyncio's own would copy each frame once more.
        source, pipe = os.pipe()
        _widen(pipe)
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=source, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
            )
        except OSError as error:
            os.close(pipe)
            raise EncoderFailed(f"ffmpeg did not start: {error.strerror}.") from error
        finally:
            os.close(source)
        return cls(process, pipe, output)

    async def write(self, frame: bytes | memoryview) -> None:
        """Hands over one frame, waiting while the encoder is behind; raises EncoderFailed or DiskFull."""
        try:
            await self._while_it_works(asyncio.to_thread(_write_all, self._pipe, frame))
        except BrokenPipeError:
            await self._end()
            raise self._failure() from None
        self._written += 1

    async def finish(self) -> int:
        """Waits for the chunk's last byte and says how many frames it has.

        Raises EncoderFailed when a frame is missing, or DiskFull.
        """
        self._close_pipe()
        await self._while_it_works(self._end())
        if self._process.returncode != 0 or self._encoded != self._written:
            raise self._failure()
        return self._encoded

    async def abort(self) -> None:
        """Ends ffmpeg at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        if self._work is not None:
            # The thread that writes must be through before the pipe's number can mean another file.
            await asyncio.gather(self._work, return_exceptions=True)
        await self._end()

    async def _while_it_works(self, work: Coroutine[Any, Any, None]) -> None:
        """Raises EncoderFailed when the work stands still."""
        self._work = asyncio.ensure_future(work)
        while not self._work.done():
            encoded = self._encoded
            await asyncio.wait({self._work}, timeout=STALL_SECONDS)
            if not self._work.done() and self._encoded == encoded:
                raise EncoderFailed(
                    f"ffmpeg has stood still for {STALL_SECONDS:g} s after {encoded} frames.",
                    "Render again; if it happens once more, see what else the machine is doing.",
                    tuple(self._stderr),
                )
        await self._work

    def _close_pipe(self) -> None:
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1

    async def _end(self) -> None:
        self._close_pipe()
        await asyncio.gather(*self._readers)
        await self._process.wait()

    def _failure(self) -> EncoderFailed | DiskFull:
        if is_full(self._stderr):
            return disk_full(self._output.parent)
        code = self._process.returncode
        if code is not None and code < 0:
            ending, advice = (
                f"was killed by signal {-code}",
                "Render again; if memory is short, with fewer workers.",
            )
        else:
            ending, advice = f"ended with code {code}", "The last lines of ffmpeg say why."
        return EncoderFailed(
            f"ffmpeg {ending} after {self._encoded} of {self._written} frames.", advice, tuple(self._stderr)
        )

    async def _read_progress(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            key, _, value = line.decode().partition("=")
            if key == "frame":
                self._encoded = int(value)

    async def _read_errors(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._stderr.append(line.decode(errors="replace").rstrip())


def _write_all(pipe: int, frame: bytes | memoryview) -> None:
    left = memoryview(frame)
    while left:
        left = left[os.write(pipe, left) :]


def _widen(pipe: int) -> None:
    """Makes room for more bytes in a pipe, so that a frame takes fewer turns."""
    if sys.platform == "linux":
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
