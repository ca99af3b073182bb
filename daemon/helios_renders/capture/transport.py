"""How frames travel from the page's worker to this process: in the ring, or where none can be, by upload."""

import asyncio
from typing import Any, Protocol

from playwright.async_api import Error as PlaywrightError

from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.patience import answered
from helios_renders.capture.ring import Ring, RingLayout
from helios_renders.capture.session import PageSession
from helios_renders.composition.clock import transport_script
from helios_renders.errors import SurfaceFailed

NO_WAY = "Choose --surface screenshot, which needs neither."


class Transport(Protocol):
    """This process's end: `take` a frame, use it, `release` it, in the order of the frames."""

    def take(self, frame: int, seconds: float) -> memoryview | None:
        """The next frame's pixels, or None when none comes within the time.

        Raises BrowserFailed for anything but the whole of this very frame. Blocks; call it in a thread.
        """
        ...

    def release(self) -> None:
        """Gives the room of the frame taken last back to the page; call it in the event loop.

        Raises BrowserFailed when the frame was written over while it was in use.
        """
        ...

    async def close(self) -> None:
        """Lets everything go; no frame may be in use."""
        ...


async def open_transport(session: PageSession, browser: RunningBrowser) -> Transport:
    """The ring, or the upload with a warning of the session that says why.

    Raises SurfaceFailed where neither can be, and BrowserFailed.
    """
    layout = RingLayout(session.request.frame_size)
    try:
        await _open_in_page(session, layout.for_page(), "ring")
        return await asyncio.to_thread(Ring.find, browser.profile, layout)
    except SurfaceFailed as error:
        reason = error.message
    # Here, because an HTTP server takes longer to import than all the rest and is hardly ever needed.
    from helios_renders.capture.upload import Upload

    upload = await Upload.start(session.request.frame_size, session.page.url, browser.upload)
    try:
        session.pass_over(upload.address)
        await _open_in_page(session, upload.for_page(), "upload")
    except SurfaceFailed as error:
        await upload.close()
        message = f"Frames cannot leave the page. {reason} {error.message}"
        raise SurfaceFailed(message, NO_WAY, error.details) from error
    session.verdict.warnings.append(f"Frames go by upload, which is slower, because the ring fails. {reason}")
    return upload


async def _open_in_page(session: PageSession, given: dict[str, Any], name: str) -> None:
    """Starts the page's end of a transport; raises SurfaceFailed when the page cannot."""
    try:
        script = "(given) => window.__heliosSurface.open(...given)"
        failure = await answered(session.page.evaluate(script, [given, transport_script(name)]))
    except PlaywrightError as error:
        raise session.failure(error) from error
    if failure is not None:
        raise SurfaceFailed(f"The page cannot open the {name}: {failure}.")
