"""Nothing that a test does reaches the user's own data, and nothing that an earlier test did helps it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from helios_renders.render.cache import BYTES_VARIABLE, FOLDER_VARIABLE
from helios_renders.render.driver_cache import driver_variables
from helios_renders.setup.driver import compile_driver
from helios_renders.user_data import DATA_DIR

# Without deadlines, because a busy machine says nothing about the code.
settings.register_profile("helios", deadline=None, print_blob=True)
settings.load_profile("helios")

TOOLS = Path(__file__).parent / ".tools"


@pytest.fixture(scope="session", autouse=True)
def own_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A data folder of the session's own, and no cache but the driver's, for every process that it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(TOOLS / "cache"))
        patch.delenv(BYTES_VARIABLE, raising=False)
        driver = driver_variables()
        assert compile_driver() is None
        for name, value in driver.items():
            patch.setenv(name, value)
        patch.delenv(FOLDER_VARIABLE)
        patch.setenv(DATA_DIR, str(tmp_path_factory.mktemp("data")))
        patch.setenv(BYTES_VARIABLE, "0")
        yield
