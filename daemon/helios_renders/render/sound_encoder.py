"""The encoder of sound beside pictures, which not every ffmpeg has and not every render needs."""

from pathlib import Path

import attrs

from helios_renders.composition.composition_file import CompositionFile
from helios_renders.composition.site import Site
from helios_renders.composition.sounds import PageSounds
from helios_renders.encode.ffmpeg import FfmpegExecutable
from helios_renders.errors import FfmpegMissing
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.plan import RenderPlan
from helios_renders.render.soundtrack import Sound, Soundtrack


@attrs.frozen
class SoundEncoder:
    """Refuses a render with sound that cannot be encoded, as soon as it is known that there is any.

    All checks raise FfmpegMissing.
    """

    ffmpeg: FfmpegExecutable
    options: DistributedRenderOptions

    def check_tracks(self, file: CompositionFile) -> None:
        """Looks at what is asked for, before the page is opened."""
        of_composition = file.audio_tracks if self.options.audio else ()
        if tracks := (*of_composition, *self.options.audio_tracks):
            self._require(f"the track {tracks[0].path.name} is to be heard")

    async def check_probed(
        self, plan: RenderPlan, site: Site | None, folder: Path, sounds: PageSounds | None
    ) -> None:
        """Looks at what the page is known to play, before anything is rendered.

        That is all of it where frames follow from their time, else what is heard during the first frame: a
        page may take back what it only plans. Raises as `Soundtrack.prepare`, too.
        """
        if not self.ffmpeg.lacks:
            return
        if not plan.page.stateless:
            page = attrs.evolve(plan.page, stateless=True)
            plan = attrs.evolve(plan, page=page, frames=1, start=0, end=1)
        soundtrack = Soundtrack(plan, site, folder)
        await soundtrack.prepare(sounds)
        sound = await soundtrack.finish(sounds)
        if sound.file is not None:
            self._require(f"the page plays {sound.tracks[0]}")

    def check_heard(self, sound: Sound) -> None:
        """Looks at what was heard while the page was run through, which nobody can know before."""
        if sound.file is not None:
            self._require(f"the page began to play {sound.tracks[0]} while it was rendered")

    def _require(self, because: str) -> None:
        if not self.ffmpeg.lacks:
            return
        kind, codec = self.options.encoding.format, self.options.encoding.audio_codec
        others = [each.name for each in kind.audio_codecs if each != codec]
        choices = f"choose another audio codec ({', '.join(others)}), " if others else ""
        names = ", ".join(sorted(self.ffmpeg.lacks))
        raise FfmpegMissing(
            f"The ffmpeg {self.ffmpeg.path} (from {self.ffmpeg.source}) lacks the encoder {names}, "
            f"and {because}.",
            f"Name an ffmpeg that has it, {choices}or render without sound.",
        )
