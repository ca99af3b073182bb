"""The kinds of faults: what happens to a render, when, and how it may end."""

import subprocess
import tempfile
from collections.abc import Callable
from enum import Enum
from functools import cache
from pathlib import Path
from random import Random
from signal import SIGKILL, SIGSEGV, Signals

import attrs

from faults import settings, strikes
from faults.events import EventLog, Moment
from faults.request import FRAMES, Host
from faults.settings import Setting, mounted, plain, simple
from faults.strikes import Strike, nothing, set_writable
from faults.tally import Measured


class Ending(Enum):
    """How a render with a fault may end."""

    DONE = "done"
    """With the bytes of the undisturbed render."""
    CLEAR = "clear"
    """So too, or with an error of one of the kind's codes whose text has one of the kind's words."""
    CANCELLED = "cancelled"
    GONE = "gone"
    """Its host went, so that nobody may be left to tell."""


class Mix(Enum):
    """Which faults can strike one render together, and survive."""

    ALONE = "alone"
    CONTENT = "content"
    """A chunk has three attempts, so that two of these can hit the same one."""
    LOSS = "loss"
    """A worker is lost or stands still for a moment, which says nothing about the page."""
    SLOW = "slow"
    """Found after half a minute; side by side, these cost little more than one."""


Moments = Callable[[Random], Moment]


def amid(dice: Random) -> Moment:
    """When some of the frames are captured."""
    return Moment("FrameCaptured", dice.randrange(1, FRAMES // 2))


def any_time(dice: Random) -> Moment:
    """From the first step of a render to its last."""
    early = [Moment("PhaseBegan"), Moment("Planned"), Moment("WorkerReady"), Moment("ChunkBegan")]
    return dice.choice([*early, *(amid(dice) for _ in range(8))])


def after_a_chunk(dice: Random) -> Moment:
    """When a chunk is done and others are not."""
    return Moment("ChunkDone", dice.randrange(1, 4))


@attrs.frozen
class Struck:
    """A fault that happened, for those who measure; all times by `time.monotonic`."""

    kind: "Kind"
    at: float
    until: float
    """When the next fault happened, or the render had ended."""
    gone_at: float
    events: EventLog


Time = Callable[[Struck], Measured | None]


def gone(struck: Struck) -> Measured:
    return Measured("to the end of all processes", struck.gone_at - struck.at)


def requeued(struck: Struck) -> Measured | None:
    seconds = struck.events.after("ChunkRetried", struck.at)
    return (
        Measured("to its chunk's return", seconds) if seconds and seconds < struck.until - struck.at else None
    )


def discovered(struck: Struck) -> Measured | None:
    """Of a fault that strikes together with others of a sort, each at a worker of its own."""
    for told in struck.events.told:
        if told.event == "ChunkRetried" and any(word in told.fields["reason"] for word in struck.kind.words):
            return Measured("to its discovery", told.at - struck.at)
    return None


@attrs.frozen(kw_only=True)
class Kind:
    """One kind of fault."""

    name: str
    ending: Ending
    strike: Strike = nothing
    setting: Setting = plain
    moment: Moments = amid
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    hosts: tuple[Host, ...] = (Host.TERMINAL, Host.EDITOR)
    times: tuple["Time", ...] = ()
    """What to measure of such a fault."""
    mix: Mix = Mix.ALONE
    weight: int = 2
    """How often it is in the deck."""
    needs: Callable[[], bool] = lambda: True
    """Whether this machine lets it happen."""


@cache
def can_mount() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        try:
            with mounted(Path(folder, "mounted"), 1):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


@cache
def can_protect() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        try:
            set_writable(Path(folder), writable=False)
            set_writable(Path(folder), writable=True)
        except (OSError, subprocess.CalledProcessError):
            return False
    return True


TERMINAL = (Host.TERMINAL,)
EDITOR = (Host.EDITOR,)
NO_DISK = ("No space left", "room", "MB left")


def killed(name: str, role: str, mix: Mix, *words: str, number: Signals = SIGKILL) -> Kind:
    return Kind(
        name=name,
        ending=Ending.DONE,
        strike=strikes.signalled(role, number),
        words=words,
        mix=mix,
        weight=6,
        times=(requeued,) if mix is Mix.LOSS else (),
    )


def stopped(name: str, role: str, *words: str) -> Kind:
    """Found by the limits that a person's renders have."""
    return Kind(
        name=name,
        ending=Ending.DONE,
        strike=strikes.stopped(role),
        words=words,
        mix=Mix.SLOW,
        weight=1,
        times=(discovered,),
    )


PROCESSES = (
    killed("worker killed", "worker", Mix.LOSS, "ended unexpectedly"),
    killed("worker crashes", "worker", Mix.LOSS, "ended unexpectedly", number=SIGSEGV),
    killed("worker's reaper killed", "reaper", Mix.LOSS, "ended unexpectedly"),
    killed("driver killed", "driver", Mix.CONTENT, "closed"),
    killed("browser killed", "browser", Mix.CONTENT, "closed"),
    killed("renderer killed", "renderer", Mix.CONTENT, "crashed"),
    killed("graphics process killed", "gpu-process", Mix.CONTENT, "graphics process"),
    killed("encoder killed", "ffmpeg", Mix.CONTENT, "killed by signal 9"),
    Kind(name="worker paused", ending=Ending.DONE, strike=strikes.paused("worker"), mix=Mix.LOSS),
    Kind(name="browser paused", ending=Ending.DONE, strike=strikes.paused("browser"), mix=Mix.LOSS),
    Kind(name="encoder paused", ending=Ending.DONE, strike=strikes.paused("ffmpeg"), mix=Mix.LOSS),
    stopped("worker stopped", "worker", "was not heard of for 30 s"),
    stopped("browser stopped", "browser", "has not answered for"),
    stopped("encoder stopped", "ffmpeg", "has stood still for 30 s"),
)

PAGES = (
    Kind(
        name="page crashes",
        ending=Ending.CLEAR,
        setting=settings.open_to_devtools,
        strike=strikes.crash_page,
        codes=("browserFailed",),
        words=("crashed",),
    ),
    Kind(
        name="page loops without end",
        ending=Ending.CLEAR,
        setting=settings.page_that(settings.LOOP, 2 * settings.STALL_SECONDS),
        codes=("pageHung",),
        words=("has not answered for",),
        hosts=TERMINAL,
    ),
    Kind(
        name="page is never ready",
        ending=Ending.CLEAR,
        setting=settings.never_ready,
        codes=("pageNeverReady",),
        words=("within 3 s",),
        hosts=TERMINAL,
    ),
    Kind(
        name="page fills its heap",
        ending=Ending.CLEAR,
        setting=settings.limited_heap(),
        codes=("browserFailed",),
        words=("crashed",),
        hosts=TERMINAL,
    ),
    Kind(
        name="asset comes late",
        ending=Ending.DONE,
        setting=settings.asset_after(1.5, settings.PATIENT_SECONDS),
        hosts=TERMINAL,
    ),
    Kind(
        name="asset never comes",
        ending=Ending.CLEAR,
        setting=settings.asset_after(3600, settings.STALL_SECONDS),
        codes=("pageNeverReady",),
        words=("within 3 s",),
        hosts=TERMINAL,
    ),
)

PROGRAMS = (
    Kind(
        name="encoder ends early and well",
        ending=Ending.CLEAR,
        setting=simple(settings.short_file),
        codes=("encoderFailed", "assemblyFailed"),
        words=("frames",),
    ),
    Kind(
        name="no encoder",
        ending=Ending.CLEAR,
        setting=settings.broken_program("ffmpeg"),
        codes=("ffmpegMissing",),
        words=("does not exist or cannot be run",),
    ),
    Kind(
        name="no browser",
        ending=Ending.CLEAR,
        setting=settings.broken_program("browser"),
        codes=("browserMissing",),
        words=("does not exist or cannot be run",),
    ),
    Kind(
        name="encoder vanishes",
        ending=Ending.CLEAR,
        setting=simple(settings.own_programs),
        strike=strikes.removed("ffmpeg"),
        codes=("encoderFailed", "assemblyFailed"),
        words=("ffmpeg",),
    ),
    Kind(
        name="browser vanishes",
        ending=Ending.CLEAR,
        setting=simple(settings.own_programs),
        strike=strikes.removed("chromium"),
        codes=("browserFailed",),
        words=("closed", "did not start"),
    ),
)

FILES = (
    Kind(
        name="memory is full",
        ending=Ending.CLEAR,
        setting=settings.small_file_system("memory"),
        strike=strikes.fill_memory,
        moment=any_time,
        codes=("diskFull", "renderFailed", "browserFailed"),
        words=NO_DISK,
        needs=can_mount,
    ),
    Kind(
        name="output's disk is full",
        ending=Ending.CLEAR,
        setting=settings.small_file_system("videos"),
        strike=strikes.fill_videos,
        codes=("diskFull",),
        words=NO_DISK,
        needs=can_mount,
    ),
    Kind(
        name="output's folder is read-only",
        ending=Ending.CLEAR,
        setting=settings.protected_videos,
        strike=strikes.forbid_writing,
        codes=("outputNotWritable",),
        words=("cannot be written",),
        needs=can_protect,
    ),
    Kind(
        name="output's folder is removed",
        ending=Ending.CLEAR,
        strike=strikes.remove_videos,
        codes=("renderFailed", "encoderFailed", "assemblyFailed", "outputNotWritable"),
        words=("No such file",),
    ),
    Kind(
        name="chunk cut short",
        ending=Ending.DONE,
        strike=strikes.truncate_chunk,
        moment=after_a_chunk,
        words=("is not what was written",),
        mix=Mix.CONTENT,
    ),
    Kind(
        name="chunk with a flipped bit",
        ending=Ending.DONE,
        strike=strikes.flip_byte,
        moment=after_a_chunk,
        words=("is not what was written",),
        mix=Mix.CONTENT,
    ),
    Kind(name="odd names", ending=Ending.DONE, setting=simple(settings.odd_names), weight=4),
)


def ended(name: str, ending: Ending, strike: Strike, hosts: tuple[Host, ...], weight: int = 4) -> Kind:
    return Kind(
        name=name,
        ending=ending,
        strike=strike,
        moment=any_time,
        hosts=hosts,
        weight=weight,
        times=(gone,),
    )


HOSTS = (
    ended("command killed", Ending.GONE, strikes.host_dies, TERMINAL),
    ended("daemon killed", Ending.GONE, strikes.host_dies, EDITOR),
    ended("editor hangs up", Ending.GONE, strikes.host_hangs_up, EDITOR),
    ended("editor killed, wire held", Ending.GONE, strikes.host_dies, (Host.CHILD_OF_EDITOR,)),
    ended("cancelled", Ending.CANCELLED, strikes.cancelled(1), (Host.TERMINAL, Host.EDITOR), 8),
    ended("cancelled twice", Ending.CANCELLED, strikes.cancelled(2), (Host.TERMINAL, Host.EDITOR)),
)

KINDS = (*PROCESSES, *PAGES, *PROGRAMS, *FILES, *HOSTS)
