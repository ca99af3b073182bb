"""While many modules are imported, garbage is not looked for; afterwards it is, whatever became of them."""

import gc
from collections.abc import Iterator

import pytest

from helios_renders.importing import many_modules


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_garbage_is_looked_for_again() -> None:
    with many_modules():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_a_module_that_is_missing_changes_nothing() -> None:
    with pytest.raises(ModuleNotFoundError), many_modules():
        __import__("no_such_module")
    assert gc.isenabled()
