"""What can be heard on a page, as its clock has written it down (see `page/clock/sound.js`)."""

import attrs

MAX_BYTES = 32 * 2**20
"""How many bytes of sound a page may carry within itself, or get from elsewhere."""


@attrs.frozen
class SoundState:
    """What an element of the page does from one moment on.

    From `birth` on its time in the source is `base + (t - birth) / 1000 * rate`, as long as it plays.
    """

    at: float
    """Virtual milliseconds."""
    playing: bool
    base: float
    """Seconds."""
    birth: float
    """Virtual milliseconds."""
    rate: float
    keeps_pitch: bool
    loop: bool
    volume: float
    """A factor; 0 for a muted element."""
    source: int
    """The index of its source; -1 while it has none."""
    length: float | None
    """The source's length in seconds, by which a loop goes round; None while nobody knows it."""
    until: float | None = None
    """Virtual milliseconds at which it falls silent in any case."""


@attrs.frozen
class SoundingElement:
    """An element that may be heard."""

    name: str
    """For a person, such as `audio#music`."""
    fade_in: float
    """Seconds."""
    fade_out: float
    """Seconds."""
    states: tuple[SoundState, ...]
    """In the order of time; the first one from the element's beginning."""


@attrs.frozen
class Rendering:
    """Sound that the page has rendered itself, by Web Audio."""

    number: int
    """Of its context on the page."""
    rate: int
    """Samples a second."""
    samples: int
    """For each of two channels."""


@attrs.frozen
class SoundSource:
    """Where an element's sound comes from."""

    address: str
    """The path below the site with its first slash, the whole address of what is elsewhere, or the beginning
    of one that carries the sound within itself."""
    content: str | None = None
    """The bytes in base64, where the address leads nobody but the page to them."""
    problem: str | None = None
    """Why the page could not hand them over."""
    rendering: Rendering | None = None
    file: str | None = None
    """Where a rendering was written."""


@attrs.frozen
class PageSounds:
    """All that can be heard from the composition's beginning up to a frame."""

    elements: tuple[SoundingElement, ...] = ()
    sources: tuple[SoundSource, ...] = ()
    unheard: tuple[str, ...] = ()
    """What sounds in a way that is not rendered, such as a MediaStream."""
    web_audio: bool = False
    """Whether the page has used Web Audio, which is only rendered where a folder for it is given."""


@attrs.frozen
class Listening:
    """That the sounds of a page are asked for."""

    site: str | None
    """The origin whose files need not be fetched; None for a page that somebody else serves."""
    max_bytes: int = MAX_BYTES
    folder: str | None = None
    """Where what Web Audio plays goes; None to leave it out."""
