"""While many modules are imported, garbage is not looked for; afterwards it is, whatever became of them."""

import gc

import pytest

from helios_renders.importing import many_modules


def test_garbage_is_looked_for_again() -> None:
    try:
        with pytest.raises(ImportError), many_modules():
            assert not gc.isenabled()
            raise ImportError
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
