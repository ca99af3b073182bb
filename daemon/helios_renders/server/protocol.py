"""The editor's protocol: plain data and method names, mirrored by `protocol.ts` and `job.ts`."""

from typing import Any

import attrs

from helios_renders.composition.discovery import FoundFolder, SearchFolder
from helios_renders.render.cache import Usage
from helios_renders.render.concurrency import Concurrency
from helios_renders.server import job_messages as jobs

RENDER_START = "helios/render/start"
RENDER_CANCEL = "helios/render/cancel"
RENDER_PAUSE = "helios/render/pause"
RENDER_RESUME = "helios/render/resume"
RENDER_MOVE = "helios/render/move"
RENDER_RETRY = "helios/render/retry"
RENDER_REMOVE = "helios/render/remove"
RENDER_AGAIN = "helios/render/again"
RENDER_COMMAND = "helios/render/command"
RENDER_LOG = "helios/render/log"
RENDERS = "helios/renders"
RENDERS_CLEAR = "helios/renders/clear"
CAPACITY = "helios/capacity"
COMPOSITIONS = "helios/compositions"
OPTION_CHECK = "helios/option/check"
PLAN = "helios/plan"
CACHE = "helios/cache"
CACHE_CLEAR = "helios/cache/clear"
RENDER_CHANGED = "helios/render/changed"
RENDERS_REMOVED = "helios/renders/removed"


@attrs.frozen
class StartRenderParams:
    """A render as a client asks for it; values are checked by `StartRenderOptions`."""

    composition: str
    """A path or an http(s) address."""
    output: str | None = None
    output_folder: str | None = None
    """Where the output goes when `output` is absent; a free name is chosen in it."""
    output_name: Any = None
    """A pattern such as `{name}-{width}` for the name in `output_folder`."""
    preset_name: str | None = None
    """What `{preset}` stands for in the pattern."""
    concurrency: Any = None
    """1 to 32, or `auto`."""
    range: Any = None
    """`"37:212"`, frames `[in, out)`."""
    fps: Any = None
    size: Any = None
    """`"1920x1080"`."""
    scale: Any = None
    """Percent of the size that is drawn, 25 to 100."""
    pixel_ratio: Any = None
    """Pixels drawn for each of the page's, 1 to 4."""
    duration: Any = None
    """Seconds."""
    props: Any = None
    surface: Any = None
    format: Any = None
    codec: Any = None
    crf: Any = None
    bitrate: Any = None
    """`"8M"`, in place of the CRF."""
    preset: Any = None
    encoder: Any = None
    """A graphics card's, such as `"nvenc"`."""
    gop: Any = None
    pixel_format: Any = None
    transparent: bool = False
    audio_codec: Any = None
    audio_bitrate: Any = None
    even: Any = None
    overwrite: bool = False
    force_concurrency: bool = False
    allow_page_errors: bool = False
    cache: bool = True
    root: str | None = None
    browser: str | None = None
    ffmpeg: str | None = None
    ready_timeout: Any = None
    """Seconds that a page may take to load, and to come to rest at a frame."""
    network: Any = None
    """`"allow"` or `"local"`."""
    audio: bool = True
    audio_tracks: Any = None
    """Files, or objects such as `{"path": "a.mp3", "offset": 2}`."""
    loudness: Any = None
    """LUFS."""
    limiter: bool = False
    gpu: Any = None
    """`"auto"`, `"on"` or `"off"`."""
    subtitles: str | None = None
    """A file, `"page"` or `"none"`."""
    subtitle_mode: Any = None
    """`"burn"`, `"track"` or `"sidecar"`."""
    subtitle_style: Any = None
    """`"font=DejaVu Serif,size=8,color=#ffee00,outline=0.5"`, or parts of it."""
    subtitle_language: Any = None
    work_done_token: str | int | None = None


@attrs.frozen
class StartRenderResult:
    """A job was accepted."""

    job_id: str
    concurrency: Concurrency


@attrs.frozen
class CapacityParams:
    """How many workers would be given for this request; absent means the maximum."""

    concurrency: Any = None


@attrs.frozen
class CapacityBound:
    """One bound on the number of workers."""

    bound: str
    workers: int
    detail: str


@attrs.frozen
class CapacityResult:
    """What this machine can carry."""

    concurrency: Concurrency
    bounds: tuple[CapacityBound, ...]


@attrs.frozen
class CompositionsParams:
    """Where to look for compositions."""

    folders: tuple[SearchFolder, ...]


@attrs.frozen
class CompositionsResult:
    """What was found in each folder, in their order."""

    folders: tuple[FoundFolder, ...]


@attrs.frozen
class CheckOptionParams:
    """One value of a render's options, named as in `StartRenderParams`, as a person has typed it."""

    option: str
    value: Any = None


@attrs.frozen
class CheckOptionResult:
    """Whether a render could have the value, as far as that can be said without the page."""

    problem: str | None
    """What is wrong, and what is allowed."""


@attrs.frozen
class PlanResult:
    """What a render with these options would do, without doing it."""

    plan: dict[str, Any]
    """`RenderPlan.to_json`."""


@attrs.frozen
class CacheParams:
    """Nothing to choose: the user has one cache."""


@attrs.frozen
class CacheResult:
    """What earlier renders have left for later ones."""

    usage: Usage


@attrs.frozen
class ClearCacheParams:
    """Nothing to choose: everything goes."""


@attrs.frozen
class ClearCacheResult:
    """What was removed."""

    usage: Usage


REQUESTS: dict[str, tuple[type, type]] = {
    RENDER_START: (StartRenderParams, StartRenderResult),
    RENDER_CANCEL: (jobs.CancelRenderParams, jobs.CancelRenderResult),
    RENDER_PAUSE: (jobs.PauseRenderParams, jobs.PauseRenderResult),
    RENDER_RESUME: (jobs.ResumeRenderParams, jobs.ResumeRenderResult),
    RENDER_MOVE: (jobs.MoveRenderParams, jobs.MoveRenderResult),
    RENDER_RETRY: (jobs.RetryRenderParams, jobs.RetryRenderResult),
    RENDER_REMOVE: (jobs.RemoveRenderParams, jobs.RemoveRenderResult),
    RENDER_AGAIN: (jobs.RenderAgainParams, jobs.RenderAgainResult),
    RENDER_COMMAND: (jobs.RenderCommandParams, jobs.RenderCommandResult),
    RENDER_LOG: (jobs.RenderLogParams, jobs.RenderLogResult),
    RENDERS: (jobs.RendersParams, jobs.RendersResult),
    RENDERS_CLEAR: (jobs.ClearRendersParams, jobs.ClearRendersResult),
    CAPACITY: (CapacityParams, CapacityResult),
    COMPOSITIONS: (CompositionsParams, CompositionsResult),
    OPTION_CHECK: (CheckOptionParams, CheckOptionResult),
    PLAN: (StartRenderParams, PlanResult),
    CACHE: (CacheParams, CacheResult),
    CACHE_CLEAR: (ClearCacheParams, ClearCacheResult),
}
NOTIFICATIONS: dict[str, type] = {
    RENDER_CHANGED: jobs.RenderChangedParams,
    RENDERS_REMOVED: jobs.RendersRemovedParams,
}
