"""What of one render is there already from an earlier one, and what of it is kept for a later one.

A chunk's key is all that its bytes depend on but the composition's files, which nobody can name before the
page has asked for them. So an entry remembers them with their digests, and counts while the site would serve
the same. What a page got from elsewhere cannot be looked at again: such entries count for the same job only,
as do those with warnings.
"""

from pathlib import Path
from typing import Any

import attrs
import cattrs

from helios_renders.capture.question import ProvedFrame, SurfaceChoice, SurfaceQuestion
from helios_renders.composition.inputs import Served
from helios_renders.composition.sounds import PageSounds
from helios_renders.encode.edges import Edges
from helios_renders.problem import PageProblem
from helios_renders.render.cache import Cache, key_of
from helios_renders.render.chunk import Chunk
from helios_renders.render.chunk_settings import encoder_settings
from helios_renders.render.plan import RenderPlan
from helios_renders.wire import make_converter


@attrs.frozen
class KeptChunk:
    """A chunk's file and what its worker said of it."""

    frames: int
    sha256: str
    edges: Edges
    problems: tuple[PageProblem, ...]
    warnings: tuple[str, ...]
    refused: tuple[str, ...]
    """Addresses that the page was kept from."""
    sounds: PageSounds | None = None
    """What was heard up to its end; None where nobody listened."""
    proved: tuple[ProvedFrame, ...] = ()
    """Its frames that were compared with screenshots."""


@attrs.frozen
class Shelf:
    """The cache as one render sees it. All calls block."""

    cache: Cache
    served: Served | None
    """What the render's own site has served; None for a page that somebody else serves."""
    job: str
    """The job's id; empty outside of a job."""
    setting: dict[str, Any]
    """What all that this render makes depends on: browser, encoder, page, props."""

    def chunk(self, plan: RenderPlan, chunk: Chunk, file: Path) -> KeptChunk | None:
        """Puts a chunk that is there already into `file`; None when there is none."""
        key = self._chunk_key(plan, chunk)
        kept = self._find(key).chunk
        if kept is None or kept.frames != chunk.frames or not self.cache.take(key, kept.sha256, file):
            return None
        return kept

    def keep_chunk(
        self, plan: RenderPlan, chunk: Chunk, file: Path, kept: KeptChunk, *, is_foreign: bool
    ) -> None:
        """Keeps a finished chunk; raises OSError when the cache cannot be written.

        `is_foreign` says that the page was given something that the site did not serve.
        """
        is_private = is_foreign or bool(kept.warnings)
        self._keep(self._chunk_key(plan, chunk), _Kept(chunk=kept), is_private=is_private, content=file)

    def choice(self, question: SurfaceQuestion) -> SurfaceChoice | None:
        """The surface that was taken when the same was asked; None when it was not."""
        return self._find(self._choice_key(question)).choice

    def keep_choice(self, question: SurfaceQuestion, choice: SurfaceChoice, *, is_foreign: bool) -> None:
        """Keeps the answer to a question; raises as `keep_chunk`."""
        self._keep(self._choice_key(question), _Kept(choice=choice), is_private=is_foreign)

    def _find(self, key: str) -> "_Kept":
        description = self.cache.describe(key)
        if description is None:
            return _Kept()
        try:
            entry = _converter.structure(description, _Entry)
        except cattrs.BaseValidationError:
            return _Kept()
        if entry.job not in ("", self.job):
            return _Kept()
        return entry.kept if self.served is None or self.served.holds(entry.inputs) else _Kept()

    def _keep(self, key: str, kept: "_Kept", *, is_private: bool, content: Path | None = None) -> None:
        inputs = {} if self.served is None else self.served.inputs()
        is_private = is_private or self.served is None
        if inputs is None or (is_private and not self.job):
            return
        entry = _Entry(dict(inputs), self.job if is_private else "", kept)
        self.cache.keep(key, _converter.unstructure(entry), content)

    def _chunk_key(self, plan: RenderPlan, chunk: Chunk) -> str:
        encode = attrs.asdict(encoder_settings(plan))
        page, script = (plan.surface, plan.page.stateless), plan.script(chunk)
        return self._key("chunk", *page, encode, chunk.start, chunk.end, script)

    def _choice_key(self, question: SurfaceQuestion) -> str:
        first, last = question.first, question.last
        return self._key("choice", question.candidates, question.stateless, first, last)

    def _key(self, *parts: Any) -> str:
        return key_of({"setting": self.setting, "parts": parts})


@attrs.frozen
class _Kept:
    """What an entry holds: one of these, or nothing."""

    chunk: KeptChunk | None = None
    choice: SurfaceChoice | None = None


@attrs.frozen
class _Entry:
    inputs: dict[str, str]
    job: str
    """The only job that may use it; empty for all."""
    kept: _Kept


_converter = make_converter()
