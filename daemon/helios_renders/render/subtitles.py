"""The subtitles of a render: where they come from, what becomes of them, and their place in the plan."""

from pathlib import Path

import attrs

from helios_renders.composition.composition_file import FILE_NAME, CompositionFile
from helios_renders.composition.probe import PageReport
from helios_renders.composition.source import CompositionSource
from helios_renders.encode.subtitles.captions import cues_of_page
from helios_renders.encode.subtitles.cue import Cue
from helios_renders.encode.subtitles.fonts import Fonts, find_fonts
from helios_renders.encode.subtitles.read import read_subtitles
from helios_renders.encode.subtitles.style import SubtitleStyle
from helios_renders.errors import InvalidOption
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.subtitle_options import NO_SUBTITLES, PAGE_SUBTITLES, SubtitleMode


@attrs.frozen
class GivenSubtitles:
    """Subtitles that were asked for, as far as they are known without the page."""

    mode: SubtitleMode
    language: str
    file: Path | None
    """None for the page's captions."""
    cues: tuple[Cue, ...]
    """None of them before the page has told its captions."""
    style: SubtitleStyle

    @property
    def sidecar_suffix(self) -> str | None:
        """The ending of the file beside the video; None where there is to be none."""
        return _sidecar_suffix(self.file) if self.mode == "sidecar" else None

    def planned(self, report: PageReport, ffmpeg: Path) -> "SubtitlePlan":
        """With the captions of the page where those were asked for, and the fonts; blocks.

        Raises InvalidOption and FfmpegMissing.
        """
        cues = cues_of_page(report.captions) if self.file is None else self.cues
        source = PAGE_SUBTITLES if self.file is None else str(self.file)
        fonts = find_fonts(ffmpeg, cues, self.style) if self.mode == "burn" else None
        return SubtitlePlan(self.mode, self.language, source, self.sidecar_suffix, cues, self.style, fonts)


@attrs.frozen
class SubtitlePlan:
    """What a render does with subtitles."""

    mode: SubtitleMode
    language: str
    """Of three letters (ISO 639-2)."""
    source: str
    """A file, or `page`."""
    sidecar_suffix: str | None
    cues: tuple[Cue, ...]
    """On the composition's time line, by their start."""
    style: SubtitleStyle
    fonts: Fonts | None
    """Those that text is burnt in with."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of it."""
        if self.fonts is None:
            return ()
        found = []
        if not self.fonts.has(self.style.font):
            names = ", ".join(self.fonts.names)
            found.append(f"The subtitles' font {self.style.font} is not here, and {names} stands in for it.")
        if self.fonts.missing:
            found.append(f"No font here has these characters of the subtitles: {self.fonts.missing}")
        return tuple(found)

    def __str__(self) -> str:
        done = {"burn": "burnt in", "track": "in a track of their own", "sidecar": "in a file of their own"}
        names = "" if self.fonts is None else f" with {', '.join(self.fonts.names)}"
        source = "the page" if self.source == PAGE_SUBTITLES else self.source
        return f"{done[self.mode]}{names}, from {source}"


def find_subtitles(
    options: DistributedRenderOptions, source: CompositionSource, file: CompositionFile
) -> GivenSubtitles | None:
    """The subtitles of the options, or those that composition.json names; None for none.

    Raises InvalidOption for a file that cannot be read, and for a track that the format cannot have.
    """
    named = options.subtitles or _of_composition(source, file)
    if named is None or named == NO_SUBTITLES:
        return None
    mode, kind = options.subtitle_mode, options.encoding.format
    if mode == "burn" and kind.kind == "sound":
        return None  # there is no picture to burn them into
    if mode == "track" and kind.subtitle_codec is None:
        raise InvalidOption(
            f"The subtitles are to be a track, and {kind.label} cannot have one.",
            "Choose burn or sidecar as subtitle mode, or another format.",
        )
    if named == PAGE_SUBTITLES:
        return GivenSubtitles(mode, options.subtitle_language, None, (), options.subtitle_style)
    path = Path(named)
    cues = read_subtitles(path)
    return GivenSubtitles(mode, options.subtitle_language, path, cues, options.subtitle_style)


def likely_sidecar(options: DistributedRenderOptions) -> str | None:
    """The ending of the file beside the video, as far as the options alone say."""
    if options.subtitle_mode != "sidecar" or options.subtitles in (None, NO_SUBTITLES):
        return None
    return _sidecar_suffix(None if options.subtitles == PAGE_SUBTITLES else Path(options.subtitles))


def _sidecar_suffix(source: Path | None) -> str:
    return ".srt" if source is None else source.suffix.lower()


def _of_composition(source: CompositionSource, file: CompositionFile) -> str | None:
    named = file.subtitles
    if named is None or source.root is None or source.path is None or named in (PAGE_SUBTITLES, NO_SUBTITLES):
        return named
    folder = (source.root / source.path).parent
    path = (folder / named).resolve()
    if not path.is_relative_to(source.root):
        raise InvalidOption(
            f"{folder / FILE_NAME} names the subtitles {named}, which are not inside {source.root}.",
            "Put them beside the page.",
        )
    return str(path)
