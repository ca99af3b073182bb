from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.commands import STUB_DAEMON
from server.typed_client import HeliosClient, connected
from server.wire_client import WireClient, running


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "intro.html"
    page.write_text("<p>Hello</p>")
    return page


@pytest.fixture
async def wire() -> AsyncIterator[WireClient]:
    """A daemon over the raw wire, initialized by a client that shows no progress."""
    async with running() as client:
        await client.initialize()
        yield client


@pytest.fixture
async def client() -> AsyncIterator[HeliosClient]:
    """A typed client that shows progress."""
    async with connected(STUB_DAEMON) as client:
        yield client
