"""A request with everything open that it needs, and all of its plan but the surface."""

import functools
from pathlib import Path

import attrs

from helios_renders.beside import beside
from helios_renders.capture.domain import candidates, is_proved_by_render, reasons_against, warning_of
from helios_renders.capture.headless_shell import is_worth_a_trial
from helios_renders.capture.launch_options import LaunchOptions
from helios_renders.capture.names import NO_SURFACE, SCREENSHOT
from helios_renders.capture.question import SurfaceChoice, SurfaceQuestion
from helios_renders.capture.request import PageRequest
from helios_renders.composition.composition_file import CompositionFile
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.probe import DEFAULT_FPS, DEFAULT_SIZE, PageReport, Wanted, resolve_spec
from helios_renders.composition.site import Site
from helios_renders.composition.sounds import Listening, PageSounds
from helios_renders.composition.source import CompositionSource
from helios_renders.composition.spec import CompositionSpec, Size
from helios_renders.render.cache import Cache
from helios_renders.render.capacity import Capacity, clamp, read_capacity
from helios_renders.render.choosing import Choosing
from helios_renders.render.events import RenderEvent, SurfaceSettled
from helios_renders.render.executor import Executor, OnEvent, RenderedChunks, RenderTask
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.plan import RenderPlan, drawn_size, resolve_range
from helios_renders.render.planning import Tools, input_props, make_plan
from helios_renders.render.proving import Proving
from helios_renders.render.shelf import Shelf
from helios_renders.render.slots import WorkerSlots
from helios_renders.render.subtitles import GivenSubtitles, SubtitlePlan
from helios_renders.render.trial import Trial
from helios_renders.render.versions import machine, own_digest
from helios_renders.threads import in_thread

TRIAL_WORKERS = 2
"""One renders and one compares surfaces."""


@attrs.frozen
class OpenRender:
    """A request whose source is found, whose site listens and whose executor stands ready."""

    options: DistributedRenderOptions
    source: CompositionSource
    file: CompositionFile
    subtitles: GivenSubtitles | None
    url: str
    site: Site | None
    """None for a page that somebody else serves."""
    stage: str | None
    """The address of the stage's page; None without a site."""
    tools: Tools
    browser: LaunchOptions
    slots: WorkerSlots
    executor: Executor

    async def warm(self) -> None:
        """Starts as many workers as the request can need before more is known, and the cores can start."""
        options, capacity = self.options, self.slots.limited(await in_thread(read_capacity))
        cores = clamp("auto", capacity).effective
        wanted = clamp(options.concurrency, capacity, force=options.force_concurrency).effective
        if self.is_sound_alone:
            await self.executor.warm(1)
        else:
            will_compare = options.surface == "auto" and not await in_thread(self._may_prove_itself)
            await self.executor.warm(max(min(wanted, cores), TRIAL_WORKERS if will_compare else 1))

    def _may_prove_itself(self) -> bool:
        """Whether the page's own text speaks of a canvas, which needs no comparison beside if it is of 2D.

        A hint at what should be started early, and nothing else. Blocks.
        """
        if self.options.gpu == "on" or self.source.root is None or self.source.path is None:
            return False
        try:
            return b"canvas" in (self.source.root / self.source.path).read_bytes().lower()
        except OSError:
            # The page itself will tell, when it is opened.
            return False

    @property
    def is_sound_alone(self) -> bool:
        """Whether no pictures are wanted."""
        return self.options.encoding.sound_codec is not None

    @property
    def listening(self) -> Listening | None:
        """How the page is asked for what it plays; None where nobody will hear it."""
        site = None if self.site is None else self.site.origin
        is_heard = self.options.audio and self.options.encoding.format.audio_codecs
        return Listening(site) if is_heard else None

    async def probe(self, listening: Listening | None = None) -> tuple[PageReport, CompositionSpec]:
        """What the page says, and what the composition is by that; raises HeliosError."""
        options = self.options
        if self.site is not None:
            await self.site.serve()
        page = self.page_request(
            options.size or DEFAULT_SIZE, options.fps or DEFAULT_FPS, self.file.default_props
        )
        report = await self.executor.probe(page, listening)
        wanted = Wanted(options.size, options.fps, options.duration)
        return report, resolve_spec(self.source.name, wanted, report, self.file)

    async def outline(self, listening: Listening | None = None) -> "Outline":
        """All of the plan that the probe decides; raises HeliosError."""
        report, spec = await self.probe(listening)
        capacity = self.slots.limited(await in_thread(read_capacity))
        is_open = self.options.surface == "auto" and not self.is_sound_alone
        possible = self._candidates(spec, report) if is_open else ()
        shelf = await in_thread(self._shelf, spec)
        subtitles = None
        if self.subtitles is not None:
            subtitles = await in_thread(self.subtitles.planned, report, self.tools.ffmpeg.path)
        return Outline(self, spec, report, capacity, possible, shelf, subtitles)

    def _shelf(self, spec: CompositionSpec) -> Shelf | None:
        cache = Cache.of_user()
        if not self.options.cache or cache.limit_bytes == 0:
            return None
        page = self.page_request(spec.size, spec.fps, spec.default_props)
        setting = {
            "helios": own_digest(),
            "machine": machine(),
            "browser": f"{self.tools.browser.path} {self.executor.browser}",
            "ffmpeg": f"{self.tools.ffmpeg.path} {self.tools.ffmpeg.version}",
            "page": [self.source.url, self.source.root, self.source.path],
            "props": page.props,
            "size": str(page.size),
            "pixel_ratio": float(page.pixel_ratio),
            "fps": str(page.fps),
            "allow_errors": page.allow_errors,
            "transparent": page.transparent,
            "network": self.options.network,
        }
        served = None if self.site is None else self.site.served
        return Shelf(cache, served, self.options.job, setting)

    def _candidates(self, spec: CompositionSpec, report: PageReport) -> tuple[str, ...]:
        start, end = resolve_range(spec, self.options.range)
        ratio = self.options.pixel_ratio
        begin_frame = is_worth_a_trial(self.tools.browser.path, drawn_size(spec.size, ratio), end - start)
        return candidates(report, self.sizes_of(spec), self.stage, begin_frame=begin_frame, ratio=ratio)

    def sizes_of(self, spec: CompositionSpec) -> tuple[Size, Size]:
        """The composition's size, and that of the page when it was asked."""
        return spec.size, self.options.size or DEFAULT_SIZE

    async def choose(self, outline: "Outline") -> SurfaceChoice:
        """The surface to take, when nothing is rendered after; raises HeliosError."""
        given = self._given_choice(outline)
        if given is not None:
            return given
        # What is told before a render proves it holds for no render.
        keep = not self._is_proved_by_render(outline)
        return await self._choosing(outline).choose(is_last=True, keep=keep)

    def _is_proved_by_render(self, outline: "Outline") -> bool:
        return is_proved_by_render(outline.likely, outline.report, self.options.gpu)

    def _choosing(self, outline: "Outline") -> Choosing:
        return Choosing(self.executor, outline.shelf, outline.question)

    def _given_choice(self, outline: "Outline") -> SurfaceChoice | None:
        """The surface where there is nothing to find out."""
        if self.is_sound_alone:
            return SurfaceChoice(NO_SURFACE, "only the sound is wanted", None, ())
        if self.options.surface != "auto":
            return SurfaceChoice(self.options.surface, "asked for", None, ())
        if not outline.candidates:
            reason = reasons_against(outline.report, self.stage)
            return SurfaceChoice(SCREENSHOT, reason, None, ())
        return None

    async def run(
        self, outline: "Outline", folder: Path, on_event: OnEvent
    ) -> tuple[SurfaceChoice, RenderedChunks]:
        """All chunks in `folder`, and what is heard.

        Web Audio is heard by a run of its own, without pictures, so that it follows from the page alone.
        """
        if self.is_sound_alone:
            heard = await self._listen(outline, folder, on_event, is_beside=False)
            return await self.choose(outline), heard
        drawing = self._draw(outline, folder, on_event)
        if _uses_web_audio(outline.report.sounds):
            listening = self._listen(outline, folder, _in_silence, is_beside=True)
            (choice, chunks), heard = await beside(drawing, listening)
            return choice, chunks.heard_as(heard)
        choice, chunks = await drawing
        if _uses_web_audio(chunks.sounds):
            chunks = chunks.heard_as(await self._listen(outline, folder, _in_silence, is_beside=True))
        return choice, chunks

    async def _draw(
        self, outline: "Outline", folder: Path, on_event: OnEvent
    ) -> tuple[SurfaceChoice, RenderedChunks]:
        """All chunks, begun with the likely surface while nobody knows yet whether it will be taken."""

        async def run(choice: SurfaceChoice, proof: SurfaceQuestion | None, hear: OnEvent) -> RenderedChunks:
            plan = outline.plan(choice)
            listening = None if plan.page.stateless else self.listening
            task = RenderTask(
                plan,
                outline.page,
                self.stage,
                folder,
                await in_thread(self._has_spare, outline.capacity, plan.concurrency.effective),
                outline.shelf,
                listening,
                proof,
            )
            return await self.executor.run(task, hear)

        choosing = self._choosing(outline)
        choice = self._given_choice(outline) or await choosing.known()
        if choice is not None:
            on_event(SurfaceSettled(choice.surface, choice.reason))
            return choice, await run(choice, None, on_event)
        likely = outline.likely_plan()
        if self._is_proved_by_render(outline):
            return await Proving(likely.surface, choosing, run, on_event).outcome()
        choose = functools.partial(choosing.choose, is_last=likely.concurrency.effective < 2)
        return await Trial(
            likely.surface, choose, lambda taken: run(taken, None, on_event), on_event
        ).outcome()

    def _has_spare(self, capacity: Capacity, workers: int) -> bool:
        """Whether each worker may have a second encoder for a while. Blocks.

        Where the machine carries twice as many workers, and no other render has taken them; and not with a
        graphics card, which has few encoders for everybody.
        """
        carries = clamp("auto", capacity).effective >= 2 * workers
        is_on_card = self.options.encoding.hardware is not None
        return carries and not is_on_card and self.slots.has_free(workers, capacity.cores)

    async def listen_on(
        self, outline: "Outline", folder: Path, on_event: OnEvent, end: int
    ) -> RenderedChunks:
        """What is heard of a page that is run through, up to and without a frame; raises HeliosError."""
        return await self._listen(outline, folder, on_event, is_beside=True, end=end)

    async def _listen(
        self, outline: "Outline", folder: Path, on_event: OnEvent, *, is_beside: bool, end: int | None = None
    ) -> RenderedChunks:
        """What is heard of the page, which the probe has told already where frames follow from their time."""
        if self.listening is None or not outline.report.reasons:
            return RenderedChunks((), 0, (), ())
        spec = outline.spec
        if end is None:
            _, end = resolve_range(spec, self.options.range)
        page = attrs.evolve(outline.page, seconds=float(spec.fps.seconds(end)))
        listening = attrs.evolve(self.listening, folder=str(folder))
        # One frame more than the range has, because its last sounds can be other ones by then.
        frame = min(end, spec.frames - 1)
        return await self.executor.listen(page, frame, listening, on_event, is_beside=is_beside)

    def page_request(
        self, size: Size, fps: FrameRate, default_props: dict[str, object], seconds: float | None = None
    ) -> PageRequest:
        """How to open the page at this size and frame rate, to be run for so long."""
        options = self.options
        props = input_props(default_props, options.props)
        return PageRequest(
            self.url,
            size,
            fps,
            props,
            options.ready_timeout,
            options.allow_page_errors,
            self.browser.only_host,
            transparent=options.encoding.is_transparent,
            pixel_ratio=options.pixel_ratio,
            seconds=seconds,
        )


@attrs.frozen
class Outline:
    """All of a plan but the surface."""

    render: OpenRender
    spec: CompositionSpec
    report: PageReport
    capacity: Capacity
    candidates: tuple[str, ...]
    """The surfaces to choose from; none where the surface is asked for."""
    shelf: Shelf | None
    subtitles: SubtitlePlan | None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know before anything is rendered."""
        render = self.render
        sizes, ratio = render.sizes_of(self.spec), render.options.pixel_ratio
        # A candidate of auto shows all of the page, as far as the report tells.
        surface = warning_of(self.likely, self.report, sizes, ratio)
        subtitles = () if self.subtitles is None else self.subtitles.warnings
        return (*subtitles, *(() if surface is None else (surface,)))

    @property
    def likely(self) -> str:
        """The surface that will be taken, unless the evidence is against it."""
        if self.render.is_sound_alone:
            return NO_SURFACE
        asked = self.render.options.surface
        return asked if asked != "auto" else next(iter(self.candidates), SCREENSHOT)

    @property
    def page(self) -> PageRequest:
        """How to open the page as it is rendered."""
        spec = self.spec
        seconds = float(spec.fps.seconds(spec.frames))
        return self.render.page_request(spec.size, spec.fps, spec.default_props, seconds)

    @property
    def question(self) -> SurfaceQuestion:
        """What has to be found out before a surface can be chosen."""
        render, report = self.render, self.report
        start, end = resolve_range(self.spec, render.options.range)
        return SurfaceQuestion(
            self.page,
            render.stage,
            not report.reasons,
            start,
            end - 1,
            self.candidates,
            report.intervals,
        )

    def likely_plan(self) -> RenderPlan:
        """The plan with the surface that will probably be chosen."""
        return self.plan(SurfaceChoice(self.likely, "", None, ()))

    def plan(self, choice: SurfaceChoice) -> RenderPlan:
        """The whole plan; raises InvalidOption."""
        render = self.render
        return make_plan(
            render.source,
            self.spec,
            self.report,
            choice,
            render.options,
            render.tools,
            self.capacity,
            self.subtitles,
        )


def _uses_web_audio(sounds: PageSounds | None) -> bool:
    return sounds is not None and sounds.web_audio


def _in_silence(_event: RenderEvent) -> None:
    """For a run beside the one whose progress is told."""
