import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.jobs.job import JobState
from helios_renders.jobs.states import IllegalTransition, can_retry, is_final, is_still, transition

FINAL = {JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED}
ALLOWED = {
    (JobState.QUEUED, JobState.RENDERING),
    (JobState.QUEUED, JobState.CANCELLED),
    (JobState.QUEUED, JobState.INTERRUPTED),
    (JobState.RENDERING, JobState.ASSEMBLING),
    *((state, JobState.PAUSED) for state in (JobState.QUEUED, JobState.RENDERING, JobState.ASSEMBLING)),
    (JobState.PAUSED, JobState.QUEUED),
    (JobState.PAUSED, JobState.CANCELLED),
    *((JobState.RENDERING, state) for state in FINAL),
    *((JobState.ASSEMBLING, state) for state in FINAL),
    *((state, JobState.QUEUED) for state in FINAL - {JobState.DONE}),
}
any_state = st.sampled_from(JobState)


@pytest.mark.parametrize("current", JobState)
@pytest.mark.parametrize("wanted", JobState)
def test_exactly_the_listed_transitions_are_allowed(current: JobState, wanted: JobState) -> None:
    if (current, wanted) in ALLOWED:
        assert transition(current, wanted) is wanted
    else:
        with pytest.raises(IllegalTransition, match=f"from {current.value} to {wanted.value}"):
            transition(current, wanted)


@given(st.lists(any_state))
def test_no_walk_leaves_a_done_job_and_none_comes_back_but_to_the_queue(steps: list[JobState]) -> None:
    state = JobState.QUEUED
    attempt = [state]
    for wanted in steps:
        try:
            state = transition(state, wanted)
        except IllegalTransition:
            continue
        assert attempt[-1] is not JobState.DONE
        if is_final(attempt[-1]):
            assert state is JobState.QUEUED
        if state is JobState.QUEUED:
            assert is_still(attempt[-1])
            attempt = []
        assert state not in attempt
        attempt.append(state)


def test_the_final_states_are_those_that_end_a_job() -> None:
    assert {state for state in JobState if is_final(state)} == FINAL


def test_nothing_happens_by_itself_to_what_is_over_or_paused() -> None:
    assert {state for state in JobState if is_still(state)} == FINAL | {JobState.PAUSED}


def test_what_is_over_but_not_done_can_be_tried_again() -> None:
    assert {state for state in JobState if can_retry(state)} == FINAL - {JobState.DONE}
