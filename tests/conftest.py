"""Nothing that a test does reaches the user's own data, and nothing that an earlier test did helps it."""

from collections.abc import Iterator

import pytest

from helios_renders.jobs.places import DATA_DIR
from helios_renders.render.cache import BYTES_VARIABLE


@pytest.fixture(scope="session", autouse=True)
def own_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A data folder of the session's own, and no cache, for every process that it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_DIR, str(tmp_path_factory.mktemp("data")))
        patch.setenv(BYTES_VARIABLE, "0")
        yield
