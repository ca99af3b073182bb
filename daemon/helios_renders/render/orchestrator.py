"""The orchestrator: takes one request through probe, plan, executor and assembly to one finished file."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import attrs

from helios_renders.capture.browser import find_browser
from helios_renders.capture.choose import NO_OTHER, SurfaceChoice, SurfaceQuestion, candidates
from helios_renders.capture.session import PageRequest
from helios_renders.capture.surface import SCREENSHOT, STAGE
from helios_renders.composition.clock import page_script
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
from helios_renders.encode.assembly import assemble, file_digest
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.video import ENCODER, ENCODER_THREADS
from helios_renders.errors import OutputExists
from helios_renders.render.capacity import read_capacity
from helios_renders.render.events import Phase, PhaseBegan, Planned
from helios_renders.render.executor import Executor, OnEvent
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
from helios_renders.threads import in_thread, past_return


class RenderOrchestrator:
    """Renders, whatever the concurrency. To cancel, cancel the task: when it ends, nothing is left of it."""

    @staticmethod
    async def render(options: DistributedRenderOptions, on_event: OnEvent) -> RenderResult:
        """One request to one file in its place; raises HeliosError."""
        began = time.monotonic()
        on_event(PhaseBegan(Phase.STARTING))
        async with _open(options) as render:
            output = await in_thread(choose_output, options, render.source.name)
            plan, spec = await render.plan()
            on_event(Planned(plan.total, len(plan.chunks), plan.concurrency, str(output)))
            async with _scratch_beside(output) as folder:
                on_event(PhaseBegan(Phase.RENDERING))
                page = render.page_request(spec.size, spec.fps, spec.default_props)
                chunks = await render.executor.run(plan, page, render.stage, folder, on_event)
                on_event(PhaseBegan(Phase.ASSEMBLING))
                assembled = folder / "assembled.mp4"
                await assemble(plan.ffmpeg, chunks.files, assembled, plan.fps)
                digest = await in_thread(file_digest, assembled)
                size_bytes = assembled.stat().st_size
                output = await past_return(_place, assembled, output, options)
        on_event(PhaseBegan(Phase.DONE))
        return RenderResult(
            output=output,
            frames=plan.total,
            seconds=time.monotonic() - began,
            size_bytes=size_bytes,
            sha256=digest,
            concurrency=plan.concurrency,
            browser=chunks.browser,
            surface=plan.surface,
            surface_reason=plan.surface_reason,
            encoder=f"{ENCODER}, preset {plan.encode.preset}, CRF {plan.encode.crf}, "
            f"{ENCODER_THREADS} threads, ffmpeg {render.tools.ffmpeg.version}",
            page_errors=chunks.problems,
            warnings=chunks.warnings,
        )

    @staticmethod
    async def prepare(options: DistributedRenderOptions) -> RenderPlan:
        """The plan of a request, without rendering; raises HeliosError."""
        async with _open(options) as render:
            return (await render.plan())[0]

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
    stage: str | None
    """The address of the stage's page; None for a page that somebody else serves."""
    tools: Tools
    executor: Executor

    async def probe(self) -> tuple[PageReport, CompositionSpec]:
        options = self.options
        page = self.page_request(
            options.size or DEFAULT_SIZE, options.fps or DEFAULT_FPS, self.file.default_props
        )
        report = await self.executor.probe(page)
        wanted = Wanted(options.size, options.fps, options.duration)
        return report, resolve_spec(self.source.name, wanted, report, self.file)

    async def plan(self) -> tuple[RenderPlan, CompositionSpec]:
        report, spec = await self.probe()
        choice = await self._choose_surface(spec, report)
        capacity = await in_thread(read_capacity)
        plan = make_plan(self.source, spec, report, choice, self.options, self.tools, capacity)
        return plan, spec

    async def _choose_surface(self, spec: CompositionSpec, report: PageReport) -> SurfaceChoice:
        wanted = self.options.surface
        if wanted != "auto":
            return SurfaceChoice(wanted, "asked for", None, ())
        start, end = resolve_range(spec, self.options.range)
        page = self.page_request(spec.size, spec.fps, spec.default_props)
        possible = candidates(report, (spec.size, DEFAULT_SIZE), self.stage)
        if not possible:
            return SurfaceChoice(SCREENSHOT, NO_OTHER, None, ())
        return await self.executor.choose(
            SurfaceQuestion(page, self.stage, not report.reasons, start, end - 1, possible)
        )

    def page_request(self, size: Size, fps: FrameRate, default_props: dict[str, object]) -> PageRequest:
        options = self.options
        props = input_props(default_props, options.props)
        return PageRequest(self.url, size, fps, props, options.ready_timeout, options.allow_page_errors)


@contextlib.asynccontextmanager
async def _open(options: DistributedRenderOptions) -> AsyncIterator[_OpenRender]:
    source = resolve_source(options.composition, root=options.root, cwd=Path.cwd())
    browser, ffmpeg = await asyncio.gather(
        in_thread(find_browser, options.browser), in_thread(find_ffmpeg, options.ffmpeg)
    )
    async with contextlib.AsyncExitStack() as stack:
        file, stage = CompositionFile(), None
        if source.root is not None and source.path is not None:
            file = read_composition_file(source.root / source.path)
            site = await stack.enter_async_context(Site(source.root))
            url = site.url(source.path)
            site.add_page(STAGE, page_script("surface/stage.html").encode(), "text/html; charset=utf-8")
            stage = site.url(STAGE)
        else:
            assert source.url is not None
            url = source.url
        executor = LocalExecutor(browser.path, ffmpeg.path)
        stack.push_async_callback(executor.close)
        yield _OpenRender(options, source, file, url, stage, Tools(browser, ffmpeg), executor)


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
    try:
        await asyncio.shield(making)
        yield making.result()
    finally:
        folder = await making
        await past_return(remove_scratch, folder)
