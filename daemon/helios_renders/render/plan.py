"""The plan: everything a render will do, as plain data that can be written to JSON and read back."""

import math
from typing import Any

import attrs

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import CompositionSpec, Size
from helios_renders.errors import InvalidOption
from helios_renders.render.concurrency import Concurrency
from helios_renders.render.options import FrameRange
from helios_renders.wire import make_converter

PLAN_VERSION = 1
CHUNK_SECONDS = 2
MAX_STATEFUL_CHUNKS = 16


@attrs.frozen
class Chunk:
    """A run of consecutive frames `[start, end)` of the composition, encoded on its own."""

    index: int
    start: int
    end: int

    @property
    def frames(self) -> int:
        """How many frames the chunk has."""
        return self.end - self.start


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


@attrs.frozen
class EncodePlan:
    """How frames become H.264 in an MP4."""

    crf: int
    preset: str
    gop: int
    """Frames from one key frame to the next."""
    size: Size
    """The video's size in pixels; differs from the composition's only by the even rule."""
    even: str


@attrs.frozen
class RenderPlan:
    """Everything a render will do."""

    version: int
    name: str
    page: PagePlan
    size: Size
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


def chunk_length(frames: int, fps: FrameRate, *, stateless: bool) -> int:
    """Frames in a chunk: whole groups of pictures, from the composition and the format alone.

    A page that has to be run up to its chunk costs time for every chunk border, so the chunks of a long
    stateful composition grow by doubling until there are at most MAX_STATEFUL_CHUNKS.
    """
    length = gop_frames(fps)
    while not stateless and math.ceil(frames / length) > MAX_STATEFUL_CHUNKS:
        length *= 2
    return length


def cut_chunks(start: int, end: int, length: int) -> tuple[Chunk, ...]:
    """The chunks of `[start, end)`; borders are multiples of `length`, whatever the range."""
    first = start // length
    return tuple(
        Chunk(index, max(start, number * length), min(end, (number + 1) * length))
        for index, number in enumerate(range(first, math.ceil(end / length)))
    )


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


def even_size(size: Size, rule: str) -> Size:
    """The size that 4:2:0 video can have; raises InvalidOption for an odd one unless a rule says how."""
    if size.width % 2 == 0 and size.height % 2 == 0:
        return size
    if rule == "pad":
        return Size(size.width + size.width % 2, size.height + size.height % 2)
    if rule == "crop" and size.width > 1 and size.height > 1:
        return Size(size.width - size.width % 2, size.height - size.height % 2)
    raise InvalidOption(
        f"Size is {size}, and H.264 with 4:2:0 colour needs even sides.",
        f"Use {size.width + size.width % 2}x{size.height + size.height % 2}, or --even pad, or --even crop.",
    )
