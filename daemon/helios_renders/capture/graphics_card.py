"""Who draws in a browser: a graphics card, or the processor in its place."""

import re

from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.patience import answered
from helios_renders.errors import BrowserFailed, GraphicsMissing

SOFTWARE = "software graphics"
_SOFTWARE_RENDERERS = re.compile(r"SwiftShader|llvmpipe|softpipe|Basic Render Driver")


async def graphics_of(browser: RunningBrowser) -> str:
    """What draws, in a few words.

    Raises GraphicsMissing where a graphics card is wanted in any case and none draws, and BrowserFailed.
    """
    program = browser.context.browser
    assert program is not None
    try:
        found = await answered(_renderer(program))
    except PlaywrightError as error:
        raise BrowserFailed(f"The browser does not say what draws: {error.message}.") from error
    is_software = not found or _SOFTWARE_RENDERERS.search(found) is not None
    if is_software and browser.options.gpu == "on":
        raise GraphicsMissing(
            f"The GPU is to be on, and no graphics card draws in this browser: {found or 'it has none'}.",
            "Check the graphics driver, or set the GPU to auto or off.",
        )
    return SOFTWARE if is_software else f"graphics by {found}"


async def _renderer(program: Browser) -> str:
    """The name that OpenGL has for what draws; empty without OpenGL (DevTools protocol, SystemInfo)."""
    devtools = await program.new_browser_cdp_session()
    info = await devtools.send("SystemInfo.getInfo")
    await devtools.detach()
    return str(info["gpu"].get("auxAttributes", {}).get("glRenderer", ""))
