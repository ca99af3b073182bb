"""What an executor and its workers say to each other: one JSON object a line."""

import json
from typing import Any

import attrs

from helios_renders.capture.launch_options import LaunchOptions
from helios_renders.capture.question import ProvedFrame, SurfaceChoice, SurfaceQuestion
from helios_renders.capture.request import PageRequest
from helios_renders.composition.probe import PageReport
from helios_renders.composition.sounds import Listening, PageSounds
from helios_renders.encode.edges import Edges
from helios_renders.encode.video import EncoderSettings
from helios_renders.errors import HeliosError, RenderFailed, error_classes
from helios_renders.problem import PageProblem
from helios_renders.render import events
from helios_renders.render.chunk import Chunk
from helios_renders.wire import make_converter

ALIVE_SECONDS = 5.0
"""How often a worker gives a sign of life."""
REPORT_ADVICE = "This is a mistake in Helios Renders. Please report it."


@attrs.frozen
class Start:
    """First word to a worker: start the browser."""

    worker: int
    browser: LaunchOptions
    ffmpeg: str


@attrs.frozen
class Probe:
    """Open the page, let it rest at frame 0, and say what it is."""

    page: PageRequest
    listening: Listening | None = None
    """That the report is to tell what is heard."""


@attrs.frozen
class Listen:
    """Run the page up to a frame, and say what was heard."""

    page: PageRequest
    frame: int
    listening: Listening


@attrs.frozen
class Listened:
    """Answer to Listen."""

    sounds: PageSounds
    problems: tuple[PageProblem, ...]
    """Errors of the page that were allowed."""
    warnings: tuple[str, ...]
    refused: tuple[str, ...]
    """Addresses that the page was kept from."""


@attrs.frozen
class Choose:
    """Try the candidates on the page and say which surface to take."""

    question: SurfaceQuestion


@attrs.frozen
class Chosen:
    """Answer to Choose."""

    choice: SurfaceChoice
    is_elsewhere: bool
    """As in ChunkRendered."""


@attrs.frozen
class Begin:
    """What all chunks to come have in common."""

    page: PageRequest
    surface: str
    stage: str | None
    """The address of the stage's page, for surfaces that need one."""
    encoder: EncoderSettings
    stateless: bool
    folder: str
    """Where the chunks' files go."""
    proof: SurfaceQuestion | None = None
    """That sample frames are to be compared with screenshots of the page that they are of."""


@attrs.frozen
class TakeChunk:
    """Render one chunk."""

    chunk: Chunk
    attempt: int
    """Never the same for two attempts of one render, so that an answer to an earlier one is known."""
    name: str
    """The file's name in the folder."""
    script: str = ""
    """What is drawn into the frames, for libass; empty for nothing."""
    listening: Listening | None = None
    """That the answer is to tell what was heard up to the chunk's end."""


@attrs.frozen
class Probed:
    """Answer to Probe."""

    report: PageReport


@attrs.frozen
class FramesGiven:
    """First answer to TakeChunk: its encoder has all frames, and the next chunk can be taken already."""

    attempt: int


@attrs.frozen
class ChunkRendered:
    """Second answer to TakeChunk: the file is complete."""

    attempt: int
    frames: int
    """How many the encoder was given and has encoded."""
    size_bytes: int
    sha256: str
    edges: Edges
    problems: tuple[PageProblem, ...]
    """Errors of the page that were allowed, since the last answer."""
    warnings: tuple[str, ...]
    refused: tuple[str, ...]
    """Addresses that the page was kept from."""
    is_elsewhere: bool
    """Whether the page has asked another host than its own for anything, and could."""
    sounds: PageSounds | None = None
    proved: tuple[ProvedFrame, ...] = ()
    """The chunk's samples, where there is something to prove."""


@attrs.frozen
class Alive:
    """Said every few seconds, whatever the worker does."""


@attrs.frozen
class Failed:
    """The worker cannot go on."""

    code: str
    message: str
    advice: str
    details: tuple[str, ...]
    attempt: int | None = None
    """The attempt that failed, where it was one; another that the worker had taken was lost with it."""

    @classmethod
    def of(cls, error: HeliosError, attempt: int | None = None) -> "Failed":
        """An error as data."""
        return cls(error.code, error.message, error.advice, error.details, attempt)

    def error(self) -> HeliosError:
        """The error as an exception of its own class."""
        return error_classes().get(self.code, RenderFailed)(self.message, self.advice, self.details)


Command = Start | Probe | Listen | Choose | Begin | TakeChunk
Answer = (
    events.WorkerReady
    | events.ChunkBegan
    | events.FrameAdvanced
    | events.FrameCaptured
    | events.FrameProved
    | events.Warned
    | Probed
    | Listened
    | Chosen
    | FramesGiven
    | ChunkRendered
    | Alive
    | Failed
)

_CLASSES: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        *(Start, Probe, Listen, Choose, Begin, TakeChunk),
        *(Probed, Listened, Chosen, FramesGiven, ChunkRendered, Alive, Failed),
        *(events.WorkerReady, events.ChunkBegan, events.FrameAdvanced, events.FrameCaptured),
        *(events.FrameProved, events.Warned),
    )
}
_converter = make_converter()


def encode(message: Any) -> bytes:
    """A message as one line."""
    data = {"type": type(message).__name__, **_converter.unstructure(message)}
    return json.dumps(data, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Any:
    """The message of one line; raises ValueError or KeyError for anything else."""
    data = json.loads(line)
    return _converter.structure(data, _CLASSES[data.pop("type")])
