"""The orchestrator: takes one request through probe, plan, executor and assembly to one finished file."""

import functools
import time

import attrs

from helios_renders.beside import beside
from helios_renders.composition.spec import CompositionSpec
from helios_renders.render.assembling import Parts, make_file
from helios_renders.render.capacity import read_capacity
from helios_renders.render.events import Phase, PhaseBegan, Planned, Warned
from helios_renders.render.executor import OnEvent
from helios_renders.render.opening import open_render
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output import (
    choose_output,
)
from helios_renders.render.output_files import output_bytes, output_digest
from helios_renders.render.output_name import likely_stem, output_stem
from helios_renders.render.placing import place, scratch_beside
from helios_renders.render.plan import RenderPlan
from helios_renders.render.rest_of_sound import hear_rest
from helios_renders.render.result import RenderResult
from helios_renders.render.room import check_room
from helios_renders.render.sidecar import check_sidecar, write_subtitles
from helios_renders.render.sound_encoder import SoundEncoder
from helios_renders.render.soundtrack import Soundtrack, check_tracks
from helios_renders.threads import in_thread, past_return


class RenderOrchestrator:
    """Renders, whatever the concurrency. To cancel, cancel the task: when it ends, nothing is left of it."""

    @staticmethod
    async def render(options: DistributedRenderOptions, on_event: OnEvent) -> RenderResult:
        """One request to one file in its place; raises HeliosError."""
        began = time.monotonic()
        on_event(PhaseBegan(Phase.STARTING))
        async with open_render(options) as render:
            sidecar = None if render.subtitles is None else render.subtitles.sidecar_suffix
            await in_thread(choose_output, options, likely_stem(options, render.source.name), sidecar)
            await render.slots.take(options, await in_thread(read_capacity), on_event)
            await render.warm()
            outline = await render.outline(render.listening)
            plan = outline.likely_plan()
            await in_thread(check_tracks, plan.audio.tracks)
            output = await in_thread(choose_output, options, output_stem(options, plan), sidecar)
            check_sidecar(output, render.subtitles)
            render.slots.keep(plan.concurrency.effective)
            for warning in outline.warnings:
                on_event(Warned(warning))
            on_event(Planned(plan.total, len(plan.chunks), plan.concurrency, str(output)))
            async with scratch_beside(output, on_event) as folder:
                await in_thread(check_room, folder, 0, 0, plan.total)
                encoder, sounds = SoundEncoder(render.tools.ffmpeg, options), outline.report.sounds
                await encoder.check_probed(plan, render.site, folder, sounds)
                on_event(PhaseBegan(Phase.RENDERING))
                soundtrack = Soundtrack(plan, render.site, folder)
                running = render.run(outline, folder, on_event)
                (choice, chunks), _ = await beside(running, soundtrack.prepare(sounds))
                listen = functools.partial(render.listen_on, outline, folder, on_event)
                chunks = await hear_rest(plan, chunks, listen if render.listening is not None else None)
                on_event(PhaseBegan(Phase.ASSEMBLING))
                encoding, subtitles, words = options.encoding, plan.subtitles, None
                if subtitles is not None and subtitles.mode != "burn":
                    words = await in_thread(write_subtitles, plan, subtitles, folder)
                sound = await soundtrack.finish(chunks.sounds)
                encoder.check_heard(sound)
                parts = Parts(chunks.files, sound.file, None if sidecar else words)
                assembled = await make_file(plan, options, parts, folder, on_event)
                digest = await in_thread(output_digest, assembled)
                result = RenderResult(
                    output=output,
                    frames=plan.total,
                    seconds=time.monotonic() - began - render.slots.waited_seconds,
                    size_bytes=await in_thread(output_bytes, assembled),
                    sha256=digest,
                    concurrency=plan.concurrency,
                    reused_frames=chunks.reused,
                    browser=render.executor.browser,
                    sandbox=str(render.browser.sandbox),
                    surface=choice.surface,
                    surface_reason=choice.reason,
                    surface_psnr=choice.psnr,
                    encoder=f"{encoding.words}, ffmpeg {render.tools.ffmpeg.version}",
                    subtitles="" if subtitles is None else str(subtitles),
                    page_errors=chunks.problems,
                    audio=sound.tracks,
                    warnings=(
                        *encoding.warnings,
                        *render.slots.warnings,
                        *outline.warnings,
                        *chunks.warnings,
                        *sound.warnings,
                    ),
                )
                result = await place(assembled, result, options, on_event, words if sidecar else None)
                if outline.shelf is not None:
                    await past_return(outline.shelf.cache.trim)
        on_event(PhaseBegan(Phase.DONE))
        return attrs.evolve(result, seconds=time.monotonic() - began - render.slots.waited_seconds)

    @staticmethod
    async def prepare(options: DistributedRenderOptions) -> RenderPlan:
        """The plan of a request, without rendering; raises HeliosError."""
        async with open_render(options) as render:
            outline = await render.outline()
            return outline.plan(await render.choose(outline))

    @staticmethod
    async def probe(options: DistributedRenderOptions) -> CompositionSpec:
        """What the composition is; raises HeliosError."""
        async with open_render(options) as render:
            return (await render.probe())[1]
