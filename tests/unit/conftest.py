"""A folder that is served."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from helios_renders.composition.site import Site


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
async def site(root: Path) -> AsyncIterator[Site]:
    async with Site(root) as opened:
        yield opened
