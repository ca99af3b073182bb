"""The orchestrator: takes one request through probe, plan, executor and assembly to one finished file."""

import asyncio
import contextlib
import functools
import time
from collections.abc import AsyncIterator
from pathlib import Path

import attrs

from helios_renders.capture.browser import find_browser
from helios_renders.capture.domain import candidates, reasons_against
from helios_renders.capture.headless_shell import is_worth_a_trial, require_begin_frame
from helios_renders.capture.launch_options import LaunchOptions
from helios_renders.capture.names import BEGIN_FRAME, SCREENSHOT
from helios_renders.capture.question import SurfaceChoice, SurfaceQuestion
from helios_renders.capture.request import PageRequest
from helios_renders.capture.sandbox import find_sandbox
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.probe import (
    DEFAULT_FPS,
    DEFAULT_SIZE,
    CompositionFile,
    PageReport,
    Wanted,
    read_composition_file,
    resolve_spec,
)
from helios_renders.composition.site import Site
from helios_renders.composition.source import CompositionSource, resolve_source
from helios_renders.composition.spec import CompositionSpec, Size
from helios_renders.composition.stage import add_stage
from helios_renders.digest import file_digest
from helios_renders.encode.assembly import assemble
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.video import ENCODER, ENCODER_THREADS
from helios_renders.errors import HeliosError, OutputExists, OutputNotWritable
from helios_renders.render.cache import Cache
from helios_renders.render.capacity import Capacity, clamp, read_capacity
from helios_renders.render.events import Phase, PhaseBegan, Planned, SurfaceSettled
from helios_renders.render.executor import Executor, OnEvent, RenderedChunks, RenderTask
from helios_renders.render.local import LocalExecutor
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output import (
    choose_output,
    move_into_place,
    next_free,
    remove_scratch,
    scratch_folder,
)
from helios_renders.render.plan import RenderPlan, resolve_range
from helios_renders.render.planning import Tools, input_props, make_plan
from helios_renders.render.result import RenderResult
from helios_renders.render.room import check_room
from helios_renders.render.scratch import sweep
from helios_renders.render.shelf import Shelf
from helios_renders.render.trial import Trial
from helios_renders.render.versions import machine, own_digest
from helios_renders.threads import in_thread, past_return

TRIAL_WORKERS = 2
"""One renders and one compares surfaces."""


class RenderOrchestrator:
    """Renders, whatever the concurrency. To cancel, cancel the task: when it ends, nothing is left of it."""

    @staticmethod
    async def render(options: DistributedRenderOptions, on_event: OnEvent) -> RenderResult:
        """One request to one file in its place; raises HeliosError."""
        began = time.monotonic()
        on_event(PhaseBegan(Phase.STARTING))
        async with _open(options) as render:
            output = await in_thread(choose_output, options, render.source.name)
            await render.warm()
            outline = await render.outline()
            plan = outline.likely_plan()
            on_event(Planned(plan.total, len(plan.chunks), plan.concurrency, str(output)))
            async with _scratch_beside(output) as folder:
                await in_thread(check_room, folder, 0, 0, plan.total)
                on_event(PhaseBegan(Phase.RENDERING))
                choice, chunks = await render.run(outline, folder, on_event)
                on_event(PhaseBegan(Phase.ASSEMBLING))
                assembled = folder / "assembled.mp4"
                await assemble(plan.ffmpeg, chunks.files, assembled, plan.fps)
                digest = await in_thread(file_digest, assembled)
                size_bytes = assembled.stat().st_size
                output = await past_return(_place, assembled, output, options)
                if outline.shelf is not None:
                    await in_thread(outline.shelf.cache.trim)
        on_event(PhaseBegan(Phase.DONE))
        return RenderResult(
            output=output,
            frames=plan.total,
            seconds=time.monotonic() - began,
            size_bytes=size_bytes,
            sha256=digest,
            concurrency=plan.concurrency,
            reused_frames=chunks.reused,
            browser=render.executor.browser,
            sandbox=str(render.browser.sandbox),
            surface=choice.surface,
            surface_reason=choice.reason,
            surface_psnr=choice.psnr,
            encoder=f"{ENCODER}, preset {plan.encode.preset}, CRF {plan.encode.crf}, "
            f"{ENCODER_THREADS} threads, ffmpeg {render.tools.ffmpeg.version}",
            page_errors=chunks.problems,
            warnings=chunks.warnings,
        )

    @staticmethod
    async def prepare(options: DistributedRenderOptions) -> RenderPlan:
        """The plan of a request, without rendering; raises HeliosError."""
        async with _open(options) as render:
            outline = await render.outline()
            return outline.plan(await render.choose(outline, is_last=True))

    @staticmethod
    async def probe(options: DistributedRenderOptions) -> CompositionSpec:
        """What the composition is; raises HeliosError."""
        async with _open(options) as render:
            return (await render.probe())[1]


@attrs.frozen
class _OpenRender:
    """A request whose source is found, whose site is served and whose executor stands ready."""

    options: DistributedRenderOptions
    source: CompositionSource
    file: CompositionFile
    url: str
    site: Site | None
    """None for a page that somebody else serves."""
    stage: str | None
    """The address of the stage's page; None without a site."""
    tools: Tools
    browser: LaunchOptions
    executor: Executor

    async def warm(self) -> None:
        """Starts as many workers as the request can need before more is known, and the cores can start."""
        options, capacity = self.options, await in_thread(read_capacity)
        cores = clamp("auto", capacity).effective
        wanted = clamp(options.concurrency, capacity, force=options.force_concurrency).effective
        self.executor.warm(max(min(wanted, cores), TRIAL_WORKERS if options.surface == "auto" else 1))

    async def probe(self) -> tuple[PageReport, CompositionSpec]:
        options = self.options
        page = self.page_request(
            options.size or DEFAULT_SIZE, options.fps or DEFAULT_FPS, self.file.default_props
        )
        report = await self.executor.probe(page)
        wanted = Wanted(options.size, options.fps, options.duration)
        return report, resolve_spec(self.source.name, wanted, report, self.file)

    async def outline(self) -> "_Outline":
        report, spec = await self.probe()
        capacity = await in_thread(read_capacity)
        possible = self._candidates(spec, report) if self.options.surface == "auto" else ()
        shelf = await in_thread(self._shelf, spec)
        return _Outline(self, spec, report, capacity, possible, shelf)

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
            "fps": str(page.fps),
            "allow_errors": page.allow_errors,
            "network": self.options.network,
        }
        served = None if self.site is None else self.site.served
        return Shelf(cache, served, self.options.job, setting)

    def _candidates(self, spec: CompositionSpec, report: PageReport) -> tuple[str, ...]:
        start, end = resolve_range(spec, self.options.range)
        begin_frame = is_worth_a_trial(self.tools.browser.path, spec.size, end - start)
        return candidates(report, (spec.size, DEFAULT_SIZE), self.stage, begin_frame=begin_frame)

    async def choose(self, outline: "_Outline", *, is_last: bool) -> SurfaceChoice:
        if self.options.surface != "auto":
            return SurfaceChoice(self.options.surface, "asked for", None, ())
        if not outline.candidates:
            reason = reasons_against(outline.report, self.stage)
            return SurfaceChoice(SCREENSHOT, reason, None, ())
        choice = await self.executor.choose(outline.question, is_last=is_last)
        if outline.shelf is not None:
            keep, is_foreign = outline.shelf.keep_choice, self.executor.is_elsewhere
            with contextlib.suppress(OSError):
                # The chunks, which cannot be kept either then, tell of it.
                await in_thread(keep, outline.question, choice, is_foreign=is_foreign)
        return choice

    async def known_choice(self, outline: "_Outline") -> SurfaceChoice | None:
        """The answer that the same question was given before."""
        if outline.shelf is None or not outline.candidates:
            return None
        return await in_thread(outline.shelf.choice, outline.question)

    async def run(
        self, outline: "_Outline", folder: Path, on_event: OnEvent
    ) -> tuple[SurfaceChoice, RenderedChunks]:
        async def run(choice: SurfaceChoice) -> RenderedChunks:
            task = RenderTask(outline.plan(choice), outline.page, self.stage, folder, outline.shelf)
            return await self.executor.run(task, on_event)

        is_last = outline.likely_plan().concurrency.effective < 2
        choose = functools.partial(self.choose, outline, is_last=is_last)
        known = await self.known_choice(outline)
        if outline.candidates and known is None:
            return await Trial(outline.likely, choose, run, on_event).outcome()
        choice = known or await choose()
        on_event(SurfaceSettled(choice.surface, choice.reason))
        return choice, await run(choice)

    def page_request(self, size: Size, fps: FrameRate, default_props: dict[str, object]) -> PageRequest:
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
        )


@attrs.frozen
class _Outline:
    """All of a plan but the surface."""

    render: _OpenRender
    spec: CompositionSpec
    report: PageReport
    capacity: Capacity
    candidates: tuple[str, ...]
    """The surfaces to choose from; none where the surface is asked for."""
    shelf: Shelf | None

    @property
    def likely(self) -> str:
        """The surface that will be taken, unless the evidence is against it."""
        asked = self.render.options.surface
        return asked if asked != "auto" else next(iter(self.candidates), SCREENSHOT)

    @property
    def page(self) -> PageRequest:
        return self.render.page_request(self.spec.size, self.spec.fps, self.spec.default_props)

    @property
    def question(self) -> SurfaceQuestion:
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
        return self.plan(SurfaceChoice(self.likely, "", None, ()))

    def plan(self, choice: SurfaceChoice) -> RenderPlan:
        render = self.render
        return make_plan(
            render.source, self.spec, self.report, choice, render.options, render.tools, self.capacity
        )


@contextlib.asynccontextmanager
async def _open(options: DistributedRenderOptions) -> AsyncIterator[_OpenRender]:
    source = resolve_source(options.composition, root=options.root, cwd=Path.cwd())
    browser, ffmpeg, _ = await asyncio.gather(
        in_thread(find_browser, options.browser), in_thread(find_ffmpeg, options.ffmpeg), in_thread(sweep)
    )
    if options.surface == BEGIN_FRAME:
        require_begin_frame(browser.path)
    sandbox = find_sandbox()
    async with contextlib.AsyncExitStack() as stack:
        file, site, stage, host = CompositionFile(), None, None, None
        if source.root is not None and source.path is not None:
            file = read_composition_file(source.root / source.path)
            site = await stack.enter_async_context(Site(source.root))
            url = site.url(source.path)
            stage, host = add_stage(site), site.host
        else:
            assert source.url is not None
            url = source.url
        launch = LaunchOptions(str(browser.path), sandbox, host if options.network == "local" else None)
        executor = LocalExecutor(launch, ffmpeg.path)
        stack.push_async_callback(executor.close)
        tools = Tools(browser, ffmpeg)
        yield _OpenRender(options, source, file, url, site, stage, tools, launch, executor)


def _place(assembled: Path, output: Path, options: DistributedRenderOptions) -> Path:
    """Moves the file to its name, or to the next free one when nobody asked for that very name."""
    while True:
        try:
            move_into_place(assembled, output, overwrite=options.overwrite)
        except OutputExists:
            if options.output is not None:
                raise
            output = next_free(output)
        else:
            return output


@contextlib.asynccontextmanager
async def _scratch_beside(output: Path) -> AsyncIterator[Path]:
    making = asyncio.ensure_future(asyncio.to_thread(scratch_folder, output))
    failure: HeliosError | None = None
    try:
        await asyncio.shield(making)
        yield making.result()
    except HeliosError as error:
        failure = error
        raise
    finally:
        await _remove(await making, failure)


async def _remove(scratch: Path, failure: HeliosError | None) -> None:
    try:
        await past_return(remove_scratch, scratch)
    except OSError as error:
        left = f"{scratch} cannot be removed: {error.strerror}."
        if failure is None:
            raise OutputNotWritable(left, "Remove it when its folder can be changed again.") from error
        # What broke the render matters more than what could not be removed because of it.
        raise type(failure)(failure.message, failure.advice, (*failure.details, left)) from failure
