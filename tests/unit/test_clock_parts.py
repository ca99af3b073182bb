"""The parts of the clock share one scope, where the later of two equal names takes the place of the other."""

import re
from collections import Counter

from helios_renders.composition.clock import clock_script

DECLARED = re.compile(r"^(?:(?:async )?function|const|let|class) (\w+)", re.MULTILINE)


def test_no_two_parts_declare_one_name() -> None:
    names = Counter(DECLARED.findall(clock_script()))
    assert len(names) > 100
    assert [name for name, count in names.items() if count > 1] == []
