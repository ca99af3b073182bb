"""The sound of one render: found, decoded and mixed while its frames are made."""

import base64
from collections.abc import Hashable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import attrs

from helios_renders.capture.refusals import shortened
from helios_renders.composition.audio_track import AudioTrack
from helios_renders.composition.site import Site
from helios_renders.composition.sounds import PageSounds, SoundingElement, SoundSource
from helios_renders.encode.audio import Window, mix
from helios_renders.encode.disk import failed_file
from helios_renders.encode.segment import Segment, element_segments, samples_of_frames, track_segments
from helios_renders.encode.sound_file import SoundFile, UnreadableSound, decode_sound
from helios_renders.errors import InvalidOption, PageFailed
from helios_renders.render.plan import RenderPlan
from helios_renders.threads import in_thread

FOLDER = "sound"
MARGIN_SECONDS = 0.1
"""How much more of a sound is decoded than can be heard."""


@attrs.frozen
class Sound:
    """What a render has for its video."""

    file: Path | None
    """See `Mix`; None for a video without sound."""
    tracks: tuple[str, ...]
    """The names of what was mixed."""
    warnings: tuple[str, ...]


class Soundtrack:
    """Decodes each source once; `prepare` beside the frames, `finish` when all that is heard is known."""

    def __init__(self, plan: RenderPlan, site: Site | None, folder: Path) -> None:
        self._plan = plan
        self._site = site
        self._folder = folder / FOLDER
        self._decoded: dict[tuple[Hashable, float | None], SoundFile | UnreadableSound | None] = {}
        self._mixed: Sound | None = None
        self._seconds = float(plan.fps.seconds(plan.frames)) + MARGIN_SECONDS

    async def prepare(self, sounds: PageSounds | None) -> None:
        """Decodes all that is known from the beginning, and mixes it where nothing can be added.

        Raises as `finish`.
        """
        if self._plan.page.stateless:
            self._mixed = await self._mix(sounds or PageSounds())
            return
        for number, track in enumerate(self._plan.audio.tracks):
            await self._of_track(number, track)
        # Until when they play is not known yet, so they are decoded whole.
        known = sounds or PageSounds()
        states = (state for element in known.elements for state in element.states if state.volume > 0)
        for index in sorted({state.source for state in states if state.source >= 0}):
            await self._of_source(known.sources[index], None)

    async def finish(self, sounds: PageSounds | None) -> Sound:
        """The sound of the rendered frames, by what the page played up to the last of them.

        A source of the page's that is not there gets a warning, as pictures do. Raises InvalidOption for a
        given track that cannot be read, PageFailed for a source of the page's that is there and cannot be
        read, unless the page's errors are allowed, AssemblyFailed and DiskFull.
        """
        return self._mixed or await self._mix(sounds or PageSounds())

    async def _mix(self, sounds: PageSounds) -> Sound:
        plan, warnings = self._plan, [_unheard(what) for what in sounds.unheard]
        total = samples_of_frames(plan.fps, plan.frames)
        segments: list[Segment] = []
        names: list[str] = []
        for number, track in enumerate(plan.audio.tracks):
            sound = await self._of_track(number, track)
            found = track_segments(track, sound, total) if sound is not None else ()
            if sound is None:
                warnings.append(f"The audio track {track.path} has no sound.")
            else:
                warnings += [f"The audio track {track.path}: {complaint}." for complaint in sound.complaints]
            segments += found
            names += [track.path.name] if found else []
        for element in sounds.elements:
            used = sorted({state.source for state in element.states if state.playing and state.volume > 0})
            known = {index: sounds.sources[index] for index in used if index >= 0}
            files = await self._of_element(element, known, warnings)
            found = element_segments(element, files, total)
            segments += found
            names += [_name(element, known)] if found else []
        if not segments:
            return Sound(None, (), tuple(dict.fromkeys(warnings)))
        window = Window(samples_of_frames(plan.fps, plan.start), samples_of_frames(plan.fps, plan.end), total)
        await self._make_folder()
        mixed = await mix(plan.ffmpeg, segments, window, plan.audio.mastering, self._folder)
        return Sound(mixed.file, tuple(names), tuple(dict.fromkeys((*warnings, *mixed.warnings))))

    async def _of_track(self, number: int, track: AudioTrack) -> SoundFile | None:
        needed = None if track.loop else track.seek + self._seconds * track.playback_rate
        found = await self._decode(track.path, track.path, needed)
        if isinstance(found, UnreadableSound):
            raise InvalidOption(
                f"Audio track {number + 1}, {track.path}, cannot be read: {found}.",
                "Give a sound that ffmpeg reads, such as WAV, MP3, AAC, FLAC or Ogg, or leave it out.",
            )
        return found

    async def _of_element(
        self, element: SoundingElement, sources: dict[int, SoundSource], warnings: list[str]
    ) -> dict[int, SoundFile]:
        """The sounds of the sources that have any, by their indices."""
        files: dict[int, SoundFile] = {}
        for index, source in sources.items():
            found = await self._of_source(source, self._needed(element, index))
            if isinstance(found, SoundFile):
                files[index] = found
                warnings += [f"The sound of {_named(source)}: {complaint}." for complaint in found.complaints]
            elif found is not None:
                text = f"The sound of {element.name}, {_named(source)}, cannot be read: {found}."
                if not (found.is_absent or self._plan.page.allow_page_errors):
                    raise PageFailed(
                        text,
                        "Mend it, go on with --allow-page-errors, or leave all sound away with --no-audio.",
                    )
                warnings.append(text)
        return files

    def _needed(self, element: SoundingElement, source: int) -> float | None:
        """The seconds of a source that an element can reach; None for all."""
        states = [state for state in element.states if state.source == source and state.playing]
        if not self._plan.page.stateless or any(state.loop for state in states):
            return None
        return max(state.base + self._seconds * state.rate for state in states)

    async def _of_source(
        self, source: SoundSource, needed: float | None
    ) -> SoundFile | UnreadableSound | None:
        if source.problem is not None:
            return UnreadableSound(source.problem, is_absent=source.address.startswith("http"))
        if source.file is not None:
            return await self._decode(source.file, Path(source.file), needed)
        if source.content is None:
            file = None if self._site is None else await in_thread(self._site.located, source.address)
            if file is None:
                return UnreadableSound("there is no such file", is_absent=True)
            return await self._decode(file, file, needed)
        await self._make_folder()
        given = self._folder / f"given-{len(self._decoded)}"
        try:
            await in_thread(given.write_bytes, base64.b64decode(source.content))
        except OSError as error:
            raise failed_file(error, self._folder) from error
        return await self._decode(source.content, given, needed)

    async def _decode(
        self, name: Hashable, source: Path, needed: float | None
    ) -> SoundFile | UnreadableSound | None:
        key = (name, needed)
        if key not in self._decoded:
            await self._make_folder()
            output = self._folder / f"{len(self._decoded)}.au"
            try:
                self._decoded[key] = await decode_sound(self._plan.ffmpeg, source, output, needed)
            except UnreadableSound as error:
                self._decoded[key] = error
        return self._decoded[key]

    async def _make_folder(self) -> None:
        try:
            await in_thread(self._folder.mkdir, exist_ok=True)
        except OSError as error:
            raise failed_file(error, self._folder.parent) from error


def check_tracks(tracks: tuple[AudioTrack, ...]) -> None:
    """Raises InvalidOption for a track whose file is not there, before anything is rendered."""
    for number, track in enumerate(tracks):
        if not track.path.is_file():
            raise InvalidOption(f"Audio track {number + 1}, {track.path}, does not exist.", "Check its path.")


def _unheard(what: str) -> str:
    return f"The page plays {what}, whose sound is not rendered."


def _name(element: SoundingElement, sources: dict[int, SoundSource]) -> str:
    return f"{element.name} ({', '.join(_named(source) for source in sources.values())})"


def _named(source: SoundSource) -> str:
    """A source for a person: the file's name, or the kind of an address that carries the sound."""
    parts = urlsplit(source.address)
    if parts.scheme in ("", "http", "https"):
        return shortened(unquote(parts.path.rpartition("/")[2]) or source.address)
    return f"{parts.scheme}:"
