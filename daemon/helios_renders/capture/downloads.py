"""Sounds that a page has from elsewhere: fetched with its browser's cookies, and bounded."""

import base64

import attrs
from playwright.async_api import APIRequestContext
from playwright.async_api import Error as PlaywrightError

from helios_renders.composition.sounds import Listening, PageSounds, SoundSource

SECONDS = 30.0
"""How long one of them may take."""


async def with_downloads(
    sounds: PageSounds, listening: Listening, requests: APIRequestContext, only_host: str | None
) -> PageSounds:
    """The same sounds, with the bytes of what the site does not have, or why they are not there.

    What the site has is named by its path alone, because the next site has another name. Nothing is fetched
    for a page that is kept to one host.
    """
    left = listening.max_bytes
    sources: list[SoundSource] = []
    for source in sounds.sources:
        if listening.site is not None and source.address.startswith(f"{listening.site}/"):
            found = attrs.evolve(source, address=source.address.removeprefix(listening.site))
        elif not source.address.startswith(("http://", "https://")):
            found = source
        elif only_host is None:
            found = await _downloaded(source, requests, left)
        else:
            found = attrs.evolve(source, problem="the network is local")
        left -= len(found.content or "") * 3 // 4
        sources.append(found)
    return attrs.evolve(sounds, sources=tuple(sources))


async def _downloaded(source: SoundSource, requests: APIRequestContext, left: int) -> SoundSource:
    try:
        response = await requests.get(source.address, timeout=SECONDS * 1000)
        if not response.ok:
            return attrs.evolve(source, problem=f"its server answers with {response.status}")
        content = await response.body()
        await response.dispose()
    except PlaywrightError as error:
        return attrs.evolve(source, problem=error.message.splitlines()[0].strip().rstrip("."))
    if len(content) > left:
        return attrs.evolve(source, problem="it is too large to be fetched")
    return attrs.evolve(source, content=base64.b64encode(content).decode())
