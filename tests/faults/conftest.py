"""The campaign's size and seed, and its tally at the end of the session."""

import os

import pytest

from faults.campaign import campaign
from faults.kinds import KINDS
from faults.tally import Tally

FAULTS, SEED = "HELIOS_FAULTS", "HELIOS_FAULTS_SEED"
DEFAULT_FAULTS, DEFAULT_SEED = 100, 1
TALLY = pytest.StashKey[Tally]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TALLY] = Tally()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" not in metafunc.fixturenames:
        return
    faults, seed = int(os.environ.get(FAULTS, DEFAULT_FAULTS)), int(os.environ.get(SEED, DEFAULT_SEED))
    possible = [kind for kind in KINDS if kind.needs()]
    metafunc.parametrize("case", campaign(faults, seed, possible), ids=str)


@pytest.fixture
def tally(pytestconfig: pytest.Config) -> Tally:
    return pytestconfig.stash[TALLY]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    tally = config.stash[TALLY]
    if not tally.records:
        return
    terminalreporter.section("faults")
    for line in tally.lines():
        terminalreporter.write_line(line)
    for kind in KINDS:
        if not kind.needs():
            terminalreporter.write_line(f"not possible on this machine: {kind.name}")
