"""What can be special about a render from its beginning: its page, its programs, its names, its folders."""

import asyncio
import stat
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from random import Random

import attrs
from aiohttp import web

from faults.request import FRAMES, PAGE, Request
from faults.strikes import set_writable
from helios_renders.capture.browser import find_browser
from helios_renders.encode.ffmpeg import find_ffmpeg
from render.conftest import PAGES

Setting = Callable[[Request, Random], AbstractAsyncContextManager[Request]]
STALL_SECONDS = 3
"""How long a page may take to come to rest, where a fault waits for that limit."""
PATIENT_SECONDS = 30
"""The same where it must come to rest, on the busiest machine."""
MEMORY_MEBIBYTES = 64
HEAP_MEBIBYTES = 64
DRAW = "function draw() {\n"

LOOP = "while (true);"
HOARD = "const hoard = []; for (;;) hoard.push(Array(100000).fill(hoard.length + 0.5));"


def simple(change: Callable[[Request, Random], Request]) -> Setting:
    """A setting that leaves nothing behind but files in the request's folder."""

    @asynccontextmanager
    async def setting(request: Request, dice: Random) -> AsyncIterator[Request]:
        request.folder.mkdir(parents=True, exist_ok=True)
        yield change(request, dice)

    return setting


plain = simple(lambda request, _dice: request)


def page_that(script: str, timeout: float) -> Setting:
    """The page does this at a frame amid the render, and may take so many seconds to load before."""

    def change(request: Request, dice: Random) -> Request:
        frame = dice.randrange(10, FRAMES - 10)
        extra = f"if (performance.now() > {frame} * 1000 / 30 - 1) {{ {script} }}\n"
        page = _own_page(request, PAGE.read_text().replace(DRAW, DRAW + extra))
        return attrs.evolve(page, options={**page.options, "timeout": timeout})

    return simple(change)


def limited_heap() -> Setting:
    """The page's heap is small, and it fills it."""
    hoarding = page_that(HOARD, PATIENT_SECONDS)

    @asynccontextmanager
    async def setting(request: Request, dice: Random) -> AsyncIterator[Request]:
        async with hoarding(request, dice) as page:
            yield _own_browser(page, f"--js-flags=--max-old-space-size={HEAP_MEBIBYTES}")

    return setting


never_ready = simple(
    lambda request, _dice: attrs.evolve(
        request,
        page=PAGES / "never-ready.html",
        options={**request.options, "surface": "screenshot", "timeout": STALL_SECONDS},
    )
)
patient = simple(lambda request, _dice: request.with_options(timeout=STALL_SECONDS))
"""Only as patient as a test can be."""
open_to_devtools = simple(lambda request, _dice: _own_browser(request, "--remote-debugging-port=0"))


def short_file(request: Request, dice: Random) -> Request:
    """An ffmpeg that ends well with a part of a chunk; some tell the truth about it, some only lie once."""
    real, lies = find_ffmpeg().path, request.folder / "lies"
    always, honest = dice.choice([True, False]), dice.choice([True, False])
    kept = dice.randrange(1, 50)
    progress = "" if honest else " | sed s/^frame=.*/frame=60/"
    return _own_ffmpeg(
        request,
        f"""case "$*" in
*pipe:0*) {"true" if always else f'mkdir "{lies}" 2>/dev/null'} || exec "{real}" "$@"
  head -c {kept * 320 * 180 * 4} | "{real}" "$@"{progress}
  exit 0 ;;
*) exec "{real}" "$@" ;;
esac
""",
    )


def own_programs(request: Request, _dice: Random) -> Request:
    """Scripts of the request's own, which can vanish."""
    programs = _own_browser(request)
    return _own_ffmpeg(programs, f'exec "{find_ffmpeg().path}" "$@"\n')


def broken_program(option: str) -> Setting:
    """A program that is not there, or may not be run."""

    def change(request: Request, dice: Random) -> Request:
        path = request.folder / option
        if dice.choice([True, False]):
            path.write_text("#!/bin/sh\n")
        return request.with_options(**{option: str(path)})

    return simple(change)


ODD_NAMES = (
    "Zürich – 東京 🎬.mp4",
    'it\'s "quoted" `$HOME`.mp4',
    "-odd.mp4",
    "http:a:b.mp4",
    "é" * 123 + ".mp4",
)


def odd_names(request: Request, dice: Random) -> Request:
    name = dice.choice(ODD_NAMES)
    page = _own_page(request, PAGE.read_text(), f"{Path(name).stem}.html")
    return attrs.evolve(page, output=name)


def asset_after(seconds: float, timeout: float) -> Setting:
    """What draws comes from another server, so many seconds late, for a page that waits for so many."""

    @asynccontextmanager
    async def setting(request: Request, _dice: Random) -> AsyncIterator[Request]:
        head, rest = PAGE.read_text().split("<script>")
        script, tail = rest.split("</script>")
        async with _slow_server(script, seconds) as url:
            request.folder.mkdir(parents=True, exist_ok=True)
            page = _own_page(request, f'{head}<script src="{url}"></script>{tail}')
            yield page.with_options(timeout=timeout)

    return setting


def small_file_system(place: str) -> Setting:
    """`memory` or `videos` is a file system of its own that can be filled."""

    @asynccontextmanager
    async def setting(request: Request, _dice: Random) -> AsyncIterator[Request]:
        folder: Path = getattr(request, place)
        with mounted(folder, MEMORY_MEBIBYTES):
            yield request

    return setting


@asynccontextmanager
async def protected_videos(request: Request, _dice: Random) -> AsyncIterator[Request]:
    """The videos' folder can be made read-only, and can be removed afterwards."""
    yield request
    set_writable(request.videos, writable=True)


@contextmanager
def mounted(folder: Path, mebibytes: int) -> Iterator[None]:
    """A memory file system in a folder; raises CalledProcessError where that may not be."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "none", str(folder)]
    subprocess.run(mount, capture_output=True, timeout=20, check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], timeout=20, check=True)


@asynccontextmanager
async def _slow_server(script: str, seconds: float) -> AsyncIterator[str]:
    async def answer(_request: web.Request) -> web.Response:
        await asyncio.sleep(seconds)
        return web.Response(text=script, content_type="text/javascript")

    application = web.Application()
    application.router.add_get("/draw.js", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/draw.js"
    finally:
        await runner.cleanup()


def _own_page(request: Request, text: str, name: str = "page.html") -> Request:
    page = request.folder / "page" / name
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text)
    return attrs.evolve(request, page=page)


def _own_browser(request: Request, *arguments: str) -> Request:
    script = f'exec "{find_browser().path}" {" ".join(arguments)} "$@"\n'
    return request.with_options(browser=str(_script(request.folder / "chromium", script)))


def _own_ffmpeg(request: Request, script: str) -> Request:
    return request.with_options(ffmpeg=str(_script(request.folder / "ffmpeg", script)))


def _script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
