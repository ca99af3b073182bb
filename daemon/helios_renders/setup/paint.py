"""Whether a browser really starts, and draws what a page says."""

import base64
from pathlib import Path

import attrs
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from helios_renders.capture import sandbox
from helios_renders.capture.browser import ARGUMENTS
from helios_renders.capture.launch_options import BY_PROCESSOR
from helios_renders.errors import BrowserFailed, SandboxFailed

TIMEOUT = 30_000.0
"""Milliseconds."""
_PAGE = "<body style='margin:0;background:rgb(12,200,77)'></body>"
_PIXEL = """async data => {
  const image = new Image();
  image.src = "data:image/png;base64," + data;
  await image.decode();
  const pen = new OffscreenCanvas(image.width, image.height).getContext("2d");
  pen.drawImage(image, 0, 0);
  return [...pen.getImageData(8, 8, 1, 1).data].slice(0, 3);
}"""
_INK = """text => {
  const pen = new OffscreenCanvas(200, 60).getContext("2d");
  pen.font = "40px sans-serif";
  pen.fillText(text, 10, 45);
  return pen.getImageData(0, 0, 200, 60).data.filter((value, index) => index % 4 === 3 && value > 0).length;
}"""


@attrs.frozen
class Painted:
    """What a browser drew."""

    text: bool
    """True when letters leave ink, so that there is a font."""


async def paint(browser: Path, *, sandboxed: bool) -> Painted:
    """Start a browser, draw a page and read one of its pixels; raises BrowserFailed."""
    advice = "Run `helios setup`, or name another browser with HELIOS_BROWSER."
    try:
        async with async_playwright() as playwright:
            running = await playwright.chromium.launch(
                executable_path=browser,
                args=[*ARGUMENTS, *BY_PROCESSOR],
                chromium_sandbox=sandboxed,
                timeout=TIMEOUT,
            )
            try:
                page = await running.new_page(viewport={"width": 16, "height": 16})
                page.set_default_timeout(TIMEOUT)
                await page.set_content(_PAGE)
                picture = base64.b64encode(await page.screenshot(timeout=TIMEOUT)).decode()
                colour = await page.evaluate(_PIXEL, picture)
                ink = await page.evaluate(_INK, "Helios")
            finally:
                await running.close()
    except PlaywrightError as error:
        lines = tuple(line for line in error.message.splitlines() if line.strip())
        if sandboxed and sandbox.lacks_sandbox(error.message):
            raise SandboxFailed(
                f"The browser {browser} cannot make its sandbox here.", sandbox.ADVICE, lines[1:10]
            ) from error
        raise BrowserFailed(
            f"The browser {browser} does not start: {lines[0]}", advice, lines[1:10]
        ) from error
    if colour != [12, 200, 77]:
        raise BrowserFailed(f"The browser {browser} drew {colour} where 12, 200, 77 was asked for.", advice)
    return Painted(ink > 0)
