"""Frames of one chunk to its file: one ffmpeg that is fed frame by frame."""

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
import psutil

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode.codecs import CODECS, H264
from helios_renders.encode.coding import Coding, codec_options
from helios_renders.encode.colours import converted, tags
from helios_renders.encode.disk import disk_full, is_full
from helios_renders.encode.edges import Edges, edges_file, select_edges
from helios_renders.encode.formats import MP4
from helios_renders.encode.hardware import HARDWARE, in_its_memory
from helios_renders.encode.muxing import container_options
from helios_renders.encode.run import QUIET, absolute_program
from helios_renders.encode.subtitles.burn import burn_in, write_script
from helios_renders.errors import DiskFull, EncoderFailed

if sys.platform == "linux":
    import fcntl

REORDER_FRAMES = 2
"""How early x264 and x265 decode a frame at most: B-frames in a pyramid."""
_TAIL = 20
LOOK_SECONDS = 2.0
"""From one look at a working encoder to the next."""
STALL_LOOKS = 15
"""An encoder that in so many looks takes no frame, gives none and does not calculate, never will."""
BUSY_SECONDS = 0.05
"""Processor time from one look to the next with which an encoder calculates: some frames take minutes."""
PIPE_BYTES = 2**20
"""The largest pipe that Linux gives without privileges."""


@attrs.frozen
class EncoderSettings:
    """How frames become coded frames."""

    crf: int
    preset: str
    gop: int
    """Frames from one key frame to the next."""
    source: Size
    """The size of the frames that come in."""
    even: Size
    """The same with even sides, larger by padding or smaller by cropping."""
    target: Size
    """The video's size, to which the even one is scaled."""
    fps: FrameRate
    codec: str = H264.name
    container: str = MP4.container
    """Of the chunks and of the file that they are joined to."""
    pixel_format: str = H264.pixel_formats[0]
    hardware: str | None = None
    """The name of a graphics card's encoder, in place of the codec's own."""

    @property
    def coding(self) -> Coding:
        """The same for an encoder."""
        return Coding(
            codec=self.codec,
            pixel_format=self.pixel_format,
            crf=self.crf,
            preset=self.preset,
            gop=self.gop,
            size=self.target,
        )


def encoder_command(
    executable: str,
    settings: EncoderSettings,
    pixel_format: str,
    frames: int,
    output: Path,
    script: str = "",
) -> list[str]:
    """The ffmpeg command that reads so many frames from its standard input and writes one chunk.

    Beside the chunk it writes the chunk's edges. `script` names a libass script in the working folder that is
    drawn into the frames; empty for none.

    Closed GOPs of a fixed length make every chunk independent of its neighbours, `bitexact` keeps versions
    and dates out.
    """
    if pixel_format == "png":
        source = {"format": "image2pipe", "vcodec": "png"}
    else:
        size = f"{settings.source.width}x{settings.source.height}"
        source = {"format": "rawvideo", "pix_fmt": pixel_format, "s": size}
    stream = ffmpeg.input("pipe:0", protocol_whitelist="pipe", framerate=str(settings.fps), **source)
    if script:
        stream = burn_in(stream, script, settings.fps)
    even, target, coding = settings.even, settings.target, settings.coding
    if even != settings.source:
        grows = even.width > settings.source.width or even.height > settings.source.height
        colour = ("black@0",) if grows and coding.is_transparent else ()
        stream = stream.filter("pad" if grows else "crop", even.width, even.height, 0, 0, *colour)
    sides = None if target == even else (target.width, target.height)
    both = converted(stream, coding.pixel_format, sides).filter_multi_output("split")
    hardware = None if settings.hardware is None else HARDWARE[settings.hardware]
    frames_in = both[0] if hardware is None else in_its_memory(both[0], hardware)
    chunk = frames_in.output(
        f"file:{output}",
        format=settings.container,
        **(
            codec_options(coding)
            if hardware is None
            else hardware.options(coding.codec, coding.crf, coding.gop)
        ),
        **tags(coding.pixel_format),
        **container_options(settings.container, settings.fps),
        **_decoding_times(settings, frames),
    )
    edges = select_edges(both[1], frames, coding.pixel_format).output(
        f"file:{edges_file(output)}", format="rawvideo"
    )
    before = () if hardware is None else hardware.before
    options = (*QUIET, *before, "-nostats", "-progress", "pipe:1")
    command: list[str] = (
        ffmpeg.merge_outputs(chunk, edges).global_args(*options).overwrite_output().compile(cmd=executable)
    )
    return command


def _decoding_times(settings: EncoderSettings, frames: int) -> dict[str, str]:
    """The option that lets a very short chunk begin as early before its first frame as all others do.

    x264 and x265 know their delay only when they have seen that many frames, and else decode each frame at
    its own time: there the next chunk's first frames, decoded before they are shown, would have no place.
    """
    codec = CODECS[settings.codec]
    in_order = settings.preset in codec.presets_in_order or settings.hardware is not None
    reorders = codec.reorders_from is not None and settings.gop >= codec.reorders_from and not in_order
    if frames > REORDER_FRAMES or not reorders:
        return {}
    early = f"{REORDER_FRAMES * settings.fps.denominator}/{settings.fps.numerator}/TB"
    return {"bsf:v": f"setts=dts=PTS-{early}"}


class ChunkEncoder:
    """One ffmpeg for one chunk; `write` every frame, then `finish`."""

    def __init__(self, process: asyncio.subprocess.Process, pipe: int, frames: int, output: Path) -> None:
        self._process = process
        self._frames = frames
        self._output = output
        self._pipe = pipe
        self._stderr: deque[str] = deque(maxlen=_TAIL)
        self._written = 0
        self._encoded = 0
        self._busy_seconds = 0.0
        """The encoder's processor time at the last look, which only an encoder that is waited for gets."""
        self._work: asyncio.Future[None] | None = None
        self._readers = (asyncio.create_task(self._read_progress()), asyncio.create_task(self._read_errors()))

    @classmethod
    async def start(
        cls,
        executable: str,
        settings: EncoderSettings,
        pixel_format: str,
        frames: int,
        output: Path,
        script: str = "",
    ) -> "ChunkEncoder":
        """Starts ffmpeg for a chunk of so many frames, with a libass script of what is drawn into them.

        Raises EncoderFailed when it does not start, DiskFull.
        """
        name = await asyncio.to_thread(write_script, script, output) if script else ""
        command = encoder_command(absolute_program(executable), settings, pixel_format, frames, output, name)
        # A plain pipe, written by a thread: asyncio's own would copy each frame once more.
        source, pipe = os.pipe()
        _widen(pipe)
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=output.parent if script else None,
                stdin=source,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            os.close(pipe)
            raise EncoderFailed(f"ffmpeg did not start: {error.strerror}.") from error
        finally:
            os.close(source)
        return cls(process, pipe, frames, output)

    async def write(self, frame: bytes | memoryview) -> None:
        """Hands over one frame, waiting while the encoder is behind; raises EncoderFailed or DiskFull."""
        try:
            await self._while_it_works(asyncio.to_thread(_write_all, self._pipe, frame))
        except BrokenPipeError:
            await self._end()
            raise self._failure() from None
        self._written += 1

    async def finish(self) -> Edges:
        """Waits for the chunk's last byte; raises EncoderFailed when a frame is missing, or DiskFull."""
        self._close_pipe()
        await self._while_it_works(self._end())
        is_whole = self._encoded == self._written == self._frames
        # ffmpeg ends with 0 although the last bytes of a file found no room.
        if self._process.returncode != 0 or not is_whole or is_full(self._stderr):
            raise self._failure()
        return await asyncio.to_thread(_take_edges, edges_file(self._output), self._frames)

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
        still = 0
        while not self._work.done():
            encoded, busy = self._encoded, self._busy_seconds
            # In many waits, because after this process itself stood still, the first one is over at once.
            await asyncio.wait({self._work}, timeout=LOOK_SECONDS)
            if self._work.done():
                break
            self._busy_seconds = self._look()
            works = self._encoded > encoded or self._busy_seconds - busy >= BUSY_SECONDS
            still = 0 if works else still + 1
            if still == STALL_LOOKS:
                raise EncoderFailed(
                    f"ffmpeg has stood still for {STALL_LOOKS * LOOK_SECONDS:g} s after {encoded} frames.",
                    "Render again; if it happens once more, see what else the machine is doing.",
                    tuple(self._stderr),
                )
        await self._work

    def _look(self) -> float:
        """The encoder's processor time so far, in seconds."""
        try:
            times = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

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


def _take_edges(file: Path, frames: int) -> Edges:
    try:
        content = file.read_bytes()
        file.unlink()
    except OSError as error:
        raise EncoderFailed(f"{file} cannot be read: {error.strerror}.") from error
    return Edges.of(content, frames)


def _write_all(pipe: int, frame: bytes | memoryview) -> None:
    left = memoryview(frame)
    while left:
        left = left[os.write(pipe, left) :]


def _widen(pipe: int) -> None:
    """Makes room for more bytes in a pipe, so that a frame takes fewer turns, as far as the system grants."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
