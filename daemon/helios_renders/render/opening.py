"""What a render needs before anything is known of its page: programs, a site, worker slots, an executor."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from helios_renders.capture.browser import find_browser
from helios_renders.capture.headless_shell import require_begin_frame
from helios_renders.capture.launch_options import LaunchOptions
from helios_renders.capture.names import BEGIN_FRAME
from helios_renders.capture.sandbox import find_sandbox
from helios_renders.composition.composition_file import CompositionFile, read_composition_file
from helios_renders.composition.site import Site
from helios_renders.composition.source import resolve_source
from helios_renders.composition.stage import add_stage
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.hardware import require_hardware
from helios_renders.render.local import LocalExecutor
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.outline import OpenRender
from helios_renders.render.planning import Tools
from helios_renders.render.scratch import sweep
from helios_renders.render.slots import worker_slots
from helios_renders.render.sound_encoder import SoundEncoder
from helios_renders.render.subtitles import find_subtitles
from helios_renders.threads import in_thread


@contextlib.asynccontextmanager
async def open_render(options: DistributedRenderOptions) -> AsyncIterator[OpenRender]:
    """Finds the programs and the page's address, and ends all processes afterwards; raises HeliosError."""
    source = resolve_source(options.composition, root=options.root, cwd=Path.cwd())
    browser, ffmpeg, _ = await asyncio.gather(
        in_thread(find_browser, options.browser),
        in_thread(find_ffmpeg, options.ffmpeg, options.encoding.encoders, options.encoding.sound_encoders),
        in_thread(sweep),
    )
    encoding = options.encoding
    if encoding.hardware is not None:
        await in_thread(require_hardware, ffmpeg.path, encoding.hardware, encoding.codec.name)
    if options.surface == BEGIN_FRAME:
        require_begin_frame(browser.path)
    sandbox = find_sandbox()
    async with contextlib.AsyncExitStack() as stack:
        # First in and last out: no slot is free before its worker is gone.
        slots = stack.enter_context(worker_slots())
        file, site, stage, host = CompositionFile(), None, None, None
        if source.root is not None and source.path is not None:
            file = read_composition_file(source.root / source.path)
            site = Site(source.root)
            stack.push_async_callback(site.close)
            site.listen()
            url = site.url(source.path)
            stage, host = add_stage(site), site.host
        else:
            assert source.url is not None
            url = source.url
        SoundEncoder(ffmpeg, options).check_tracks(file)
        subtitles = await in_thread(find_subtitles, options, source, file)
        only_host = host if options.network == "local" else None
        launch = LaunchOptions(str(browser.path), sandbox, only_host, options.gpu, options.pixel_ratio)
        executor = LocalExecutor(launch, ffmpeg.path)
        stack.push_async_callback(executor.close)
        tools = Tools(browser, ffmpeg)
        yield OpenRender(options, source, file, subtitles, url, site, stage, tools, launch, slots, executor)
