"""The life of a job: which state may follow which, decided in one place."""

from collections.abc import Mapping

from helios_renders.jobs.job import JobState

_STOPPED = frozenset({JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED, JobState.PAUSED})
_AGAIN = frozenset({JobState.QUEUED})

_NEXT: Mapping[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset(
        {JobState.RENDERING, JobState.CANCELLED, JobState.INTERRUPTED, JobState.PAUSED}
    ),
    JobState.RENDERING: _STOPPED | {JobState.ASSEMBLING, JobState.DONE},
    JobState.ASSEMBLING: _STOPPED | {JobState.DONE},
    JobState.PAUSED: frozenset({JobState.QUEUED, JobState.CANCELLED}),
    JobState.DONE: frozenset(),
    JobState.FAILED: _AGAIN,
    JobState.CANCELLED: _AGAIN,
    JobState.INTERRUPTED: _AGAIN,
}


class IllegalTransition(RuntimeError):
    """A job was asked to take a state that cannot follow the one it has; always a mistake in the program."""


def transition(current: JobState, wanted: JobState) -> JobState:
    """`wanted`, when it may follow `current`; raises IllegalTransition otherwise."""
    if wanted not in _NEXT[current]:
        raise IllegalTransition(f"A job cannot go from {current.value} to {wanted.value}.")
    return wanted


def is_final(state: JobState) -> bool:
    """True when the attempt is over, and nothing follows unless somebody asks for another."""
    return _NEXT[state] <= _AGAIN


def is_still(state: JobState) -> bool:
    """True when nothing happens to the job unless somebody asks for it."""
    return is_final(state) or state is JobState.PAUSED


def can_retry(state: JobState) -> bool:
    """True when another attempt may follow what is over."""
    return is_final(state) and JobState.QUEUED in _NEXT[state]
