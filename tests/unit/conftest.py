"""Hypothesis without deadlines: a loaded machine says nothing about the code; and a folder that is served."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from helios_renders.composition.site import Site

settings.register_profile("helios", deadline=None, print_blob=True)
settings.load_profile("helios")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
async def site(root: Path) -> AsyncIterator[Site]:
    async with Site(root) as opened:
        yield opened
