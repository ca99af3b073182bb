"""A folder that is served, and a manager with a page to render."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from helios_renders.composition.site import Site
from helios_renders.jobs.manager import RenderManager
from server.engine import Engine
from unit.house import House


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
async def site(root: Path) -> AsyncIterator[Site]:
    async with Site(root) as opened:
        yield opened


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    page = tmp_path / "intro.html"
    page.write_text("<p>Hello</p>")
    engine = Engine()
    manager = RenderManager(engine.render)
    house = House(engine, manager, page)
    manager.subscribe(house.hear)
    yield house
    async with asyncio.timeout(5):
        await manager.close()
