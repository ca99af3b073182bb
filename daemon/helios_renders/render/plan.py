"""The plan: everything a render will do, as plain data that can be written to JSON and read back."""

import functools
import math
from typing import Any

import attrs

from helios_renders.capture.launch_options import Gpu
from helios_renders.composition.audio_track import AudioTrack
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import CompositionSpec, Size
from helios_renders.encode.audio import Mastering
from helios_renders.encode.codecs import H264
from helios_renders.encode.coding import subsampling
from helios_renders.encode.formats import MP4
from helios_renders.encode.subtitles.ass import Burner
from helios_renders.errors import InvalidOption
from helios_renders.render.chunk import Chunk
from helios_renders.render.concurrency import Concurrency
from helios_renders.render.options import MAX_SCALE, FrameRange, parse_size
from helios_renders.render.subtitles import SubtitlePlan
from helios_renders.wire import make_converter

PLAN_VERSION = 3
CHUNK_SECONDS = 2
MAX_STATEFUL_CHUNKS = 16


@attrs.frozen
class PagePlan:
    """How to open the page."""

    url: str | None
    """An http(s) address; None when `root` and `path` say what to serve."""
    root: str | None
    """The folder to serve."""
    path: str | None
    """The page's path below `root`, with forward slashes."""
    stateless: bool
    """True when a frame follows from its time alone, so that the clock may jump."""
    stateful_because: tuple[str, ...]
    """Why the clock has to run through every frame; empty when it may jump."""
    props: dict[str, Any]
    allow_page_errors: bool
    ready_timeout: float
    """Seconds."""
    network: str
    """`allow`, or `local` to keep the page from all but its own files."""
    gpu: Gpu
    """Whether a graphics card draws."""
    pixel_ratio: float = 1.0
    """How many pixels of a frame a CSS pixel is wide and high."""


@attrs.frozen
class EncodePlan:
    """How frames become a finished file."""

    crf: int
    preset: str
    gop: int
    """Frames from one key frame to the next."""
    size: Size
    """The video's size in pixels; differs from the frames' only by the even rule and the scale."""
    even: str
    scale: int
    """Percent."""
    format: str = MP4.name
    codec: str = H264.name
    pixel_format: str = H264.pixel_formats[0]
    bitrate: int | None = None
    """Bits a second, in place of the CRF."""
    is_whole: bool = False
    """Whether chunks are kept without loss, and encoded all together at the end."""
    hardware: str | None = None
    """A graphics card's encoder, in place of the codec's own."""


@attrs.frozen
class AudioPlan:
    """What is heard."""

    of_page: bool = False
    """Whether what the page plays is."""
    tracks: tuple[AudioTrack, ...] = ()
    """Those of composition.json, then those that are asked for."""
    mastering: Mastering = attrs.field(factory=Mastering)


@attrs.frozen
class RenderPlan:
    """Everything a render will do."""

    version: int
    name: str
    page: PagePlan
    size: Size
    """In CSS pixels."""
    fps: FrameRate
    frames: int
    """The composition's length in frames."""
    start: int
    end: int
    """The frames to render, `[start, end)`."""
    surface: str
    surface_reason: str
    surface_psnr: float | None
    """Decibels, the least of the samples against plain screenshots; None when none were compared."""
    encode: EncodePlan
    chunks: tuple[Chunk, ...]
    concurrency: Concurrency
    browser: str
    ffmpeg: str
    subtitles: SubtitlePlan | None = None
    audio: AudioPlan = attrs.field(factory=AudioPlan)

    @functools.cached_property
    def _burner(self) -> Burner | None:
        if self.subtitles is None or self.subtitles.mode != "burn":
            return None
        subtitles, fonts = self.subtitles, self.subtitles.fonts
        files = () if fonts is None else fonts.files
        return Burner.of(subtitles.cues, self.fps, self.frame_size, subtitles.style, files)

    def script(self, chunk: Chunk) -> str:
        """What is drawn into a chunk's frames, for libass; empty for nothing."""
        return "" if self._burner is None else self._burner.script(chunk.start, chunk.end)

    @property
    def frame_size(self) -> Size:
        """The size in pixels in which the page is drawn."""
        return self.size.times(self.page.pixel_ratio)

    @property
    def total(self) -> int:
        """How many frames the video will have."""
        return self.end - self.start

    def to_json(self) -> dict[str, Any]:
        """The plan as JSON-ready data."""
        data: dict[str, Any] = make_converter().unstructure(self)
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "RenderPlan":
        """A plan from what `to_json` gave; raises InvalidOption for another version."""
        if data.get("version") != PLAN_VERSION:
            raise InvalidOption(
                f"The plan has version {data.get('version')}.", f"This release reads version {PLAN_VERSION}."
            )
        return make_converter().structure(data, cls)


def gop_frames(fps: FrameRate) -> int:
    """Frames in a group of pictures: two seconds, at least one frame."""
    return max(1, round(CHUNK_SECONDS * fps.fraction))


def chunk_length(frames: int, fps: FrameRate, *, stateless: bool, gop: int | None = None) -> int:
    """Frames in a chunk: whole groups of pictures, from the composition and the format alone.

    A group of `gop` frames makes it the least multiple of that which lasts two seconds.

    A page that has to be run up to its chunk costs time for every chunk border, so the chunks of a long
    stateful composition grow by doubling until there are at most MAX_STATEFUL_CHUNKS.
    """
    length = gop_frames(fps)
    if gop is not None:
        length = math.ceil(length / gop) * gop
    while not stateless and math.ceil(frames / length) > MAX_STATEFUL_CHUNKS:
        length *= 2
    return length


def resolve_range(spec: CompositionSpec, wanted: FrameRange | None) -> tuple[int, int]:
    """The frames to render, inside the composition; raises InvalidOption."""
    if wanted is None:
        return 0, spec.frames
    end = spec.frames if wanted.end is None else wanted.end
    if wanted.start >= spec.frames or end > spec.frames:
        raise InvalidOption(
            f"Range is {wanted.start}:{'' if wanted.end is None else wanted.end}, "
            f"and the composition has {spec.frames} frames.",
            f"Give a range within 0:{spec.frames}.",
        )
    return wanted.start, end


def drawn_size(size: Size, pixel_ratio: float) -> Size:
    """The size in pixels of a page of this size in CSS pixels; raises InvalidOption for an impossible one."""
    drawn = size.times(pixel_ratio)
    if (drawn.width, drawn.height) != (size.width * pixel_ratio, size.height * pixel_ratio):
        raise InvalidOption(
            f"Pixel ratio is {pixel_ratio:g}, at which a page of {size} has no whole number of pixels.",
            "Choose a whole ratio, such as 2, or another size.",
        )
    return parse_size(drawn)


def even_size(
    size: Size, rule: str, pixel_format: str = H264.pixel_formats[0], pixel_ratio: float = 1
) -> Size:
    """The size that a pixel format can have of what is drawn at this pixel ratio.

    Raises InvalidOption for an odd one unless a rule says how.
    """
    across, down = subsampling(pixel_format)
    width, height = size.width % across, size.height % down
    if (width, height) == (0, 0):
        return size
    if rule == "pad":
        return Size(size.width + width, size.height + height)
    if rule == "crop" and size.width > width and size.height > height:
        return Size(size.width - width, size.height - height)
    colour, needs = ("4:2:0", "even sides") if down == 2 else ("4:2:2", "an even width")
    page = Size(round(size.width / pixel_ratio), round(size.height / pixel_ratio))
    drawn = f"Size is {size}" if pixel_ratio == 1 else f"{page} at pixel ratio {pixel_ratio:g} is {size}"
    fitting = Size(_side(page.width, pixel_ratio, across), _side(page.height, pixel_ratio, down))
    raise InvalidOption(
        f"{drawn}, and {colour} colour ({pixel_format}) needs {needs}.",
        f"Use {fitting}, or change it with --even pad or --even crop.",
    )


def _side(side: int, pixel_ratio: float, multiple: int) -> int:
    """The page's side, or the next larger one, at which so many pixels or a multiple of it are drawn."""
    while side * pixel_ratio % multiple:
        side += 1
    return side


def scaled_size(size: Size, scale: int) -> Size:
    """A size in percent, each side to the nearest even number that is not 0; all of it stays as it is."""
    if scale == MAX_SCALE:
        return size
    return Size(_scaled(size.width, scale), _scaled(size.height, scale))


def _scaled(side: int, scale: int) -> int:
    return max(2, (side * scale + 100) // 200 * 2)
