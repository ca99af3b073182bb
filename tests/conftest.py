"""Nothing that a test does reaches the user's own data, and nothing that an earlier test did helps it."""

from collections.abc import Iterator

import pytest

from helios_renders.render.cache import BYTES_VARIABLE


@pytest.fixture(scope="session", autouse=True)
def no_cache() -> Iterator[None]:
    """No frames of earlier renders, for every process that the session starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(BYTES_VARIABLE, "0")
        yield
