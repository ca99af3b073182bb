"""Every process that a daemon has started, also those that lost their parent."""

import asyncio
import uuid

import attrs
import psutil

from helios_renders.server.lifeline import process_end

MARK = "HELIOS_TEST_MARK"


@attrs.frozen
class Family:
    """The processes that carry a mark in their environment, and all below them."""

    mark: str = attrs.field(factory=lambda: uuid.uuid4().hex)

    @property
    def variables(self) -> dict[str, str]:
        """What the first of them has to have in its environment."""
        return {MARK: self.mark}

    def members(self) -> set[psutil.Process]:
        marked = {process for process in psutil.process_iter() if self._has(process)}
        return marked | {child for process in marked for child in _below(process) if _is_alive(child)}

    async def ends(
        self, members: set[psutil.Process], seconds: float, survivors: frozenset[psutil.Process] = frozenset()
    ) -> None:
        """Wait until these and all that come after them are gone, but for the survivors."""
        try:
            async with asyncio.timeout(seconds):
                while members := members - survivors:
                    await asyncio.gather(*(process_end(member.pid) for member in members))
                    members = self.members()
        except TimeoutError:
            left = [_name(member) for member in members if _is_alive(member)]
            raise AssertionError(f"after {seconds} s there are still {left}") from None

    def _has(self, process: psutil.Process) -> bool:
        try:
            return _is_alive(process) and process.environ().get(MARK) == self.mark
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _name(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())[:120]
    except psutil.NoSuchProcess:
        return f"process {process.pid}"
