"""Which fonts subtitles are drawn with on this machine, and which characters none of them has."""

import re
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import attrs
import ffmpeg

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode.run import absolute_program
from helios_renders.encode.subtitles.ass import FRAMES_PER_SECOND, Burner
from helios_renders.encode.subtitles.burn import burn_in, write_script
from helios_renders.encode.subtitles.cue import Cue, Span
from helios_renders.encode.subtitles.style import GENERIC_FONTS, SubtitleStyle
from helios_renders.errors import FfmpegMissing

_ADVICE = "Use another one (--ffmpeg), or have the subtitles as a track or a sidecar."
_SIZE = Size(64, 64)
_LIMIT_SECONDS = 120
"""The first look at a machine's fonts can take long."""
_SELECTED = re.compile(r"fontselect: \(.*?\) -> (?P<file>.+), -?\d+, (?P<name>\S+)\s*$")
_MISSING = re.compile(r"any fallback with glyph 0x([0-9A-F]+)|[Gg]lyph 0x([0-9A-F]+) not found, broken font")
_UNSEEN = ("Cc", "Cf", "M", "Z")
"""Unicode's categories of what has no shape of its own."""


@attrs.frozen
class Fonts:
    """What libass takes for some text."""

    names: tuple[str, ...]
    files: tuple[str, ...]
    """With their sizes and times of change, by which a changed font is known."""
    missing: str
    """The characters that would be drawn as boxes."""

    def has(self, font: str) -> bool:
        """Whether a font of this name was taken, as far as names tell: they are written in many ways."""
        if font in GENERIC_FONTS or not self.names:
            return True
        return any(_plain(name).startswith(_plain(font)) for name in self.names)


def find_fonts(executable: Path, cues: Iterable[Cue], style: SubtitleStyle) -> Fonts:
    """Draws every character of the cues once, and listens to what libass says of it.

    Raises FfmpegMissing for an ffmpeg that cannot draw subtitles.
    """
    used: dict[str, set[str]] = {}
    for cue in cues:
        for span in (span for line in cue.lines for span in line):
            used.setdefault(span.style, set()).update(span.text)
    line = tuple(Span("".join(sorted(text)), letters) for letters, text in sorted(used.items()))
    fps = FrameRate(FRAMES_PER_SECOND)
    script = Burner.of([Cue(fps.seconds(0), fps.seconds(1), (line,))], fps, _SIZE, style).script(0, 1)
    with tempfile.TemporaryDirectory() as folder:
        name = write_script(script, Path(folder, "fonts"))
        try:
            done = subprocess.run(
                fonts_command(absolute_program(str(executable)), name),
                cwd=folder,
                input=bytes(_SIZE.width * _SIZE.height),
                capture_output=True,
                timeout=_LIMIT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise FfmpegMissing(f"The ffmpeg {executable} cannot draw subtitles: {error}.", _ADVICE) from None
    lines = done.stderr.decode(errors="replace").splitlines()
    if done.returncode != 0:
        raise FfmpegMissing(
            f"The ffmpeg {executable} cannot draw subtitles; its filter ass (libass) does that.",
            _ADVICE,
            tuple(lines[-5:]),
        )
    return parse_fonts(lines)


def fonts_command(executable: str, script: str) -> list[str]:
    """The ffmpeg command that draws a script of its working folder into one frame and tells of fonts."""
    source = {"format": "rawvideo", "pix_fmt": "gray", "s": str(_SIZE), "framerate": FRAMES_PER_SECOND}
    frames = ffmpeg.input("pipe:0", protocol_whitelist="pipe", **source)
    command: list[str] = (
        burn_in(frames, script, FrameRate(FRAMES_PER_SECOND))
        .output("pipe:1", format="null")
        .global_args("-hide_banner", "-nostdin", "-loglevel", "verbose")
        .compile(cmd=executable)
    )
    return command


def parse_fonts(lines: Iterable[str]) -> Fonts:
    """What libass's messages say."""
    names: dict[str, None] = {}
    files: dict[str, None] = {}
    missing: dict[str, None] = {}
    for line in lines:
        if selected := _SELECTED.search(line):
            names[selected["name"]] = None
            files[_stated(Path(selected["file"]))] = None
        elif lacking := _MISSING.search(line):
            character = chr(int(lacking[1] or lacking[2], 16))
            if not unicodedata.category(character).startswith(_UNSEEN):
                missing[character] = None
    return Fonts(tuple(names), tuple(files), "".join(missing))


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


def _stated(file: Path) -> str:
    try:
        status = file.stat()
    except OSError:
        # Some systems name fonts instead of their files.
        return str(file)
    return f"{file} {status.st_size} {status.st_mtime_ns}"
