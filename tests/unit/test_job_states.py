import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.jobs.job import JobState
from helios_renders.jobs.states import IllegalTransition, is_final, transition

FINAL = {JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED}
ALLOWED = {
    (JobState.QUEUED, JobState.RENDERING),
    (JobState.QUEUED, JobState.CANCELLED),
    (JobState.QUEUED, JobState.INTERRUPTED),
    (JobState.RENDERING, JobState.ASSEMBLING),
    *((JobState.RENDERING, state) for state in FINAL),
    *((JobState.ASSEMBLING, state) for state in FINAL),
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
def test_no_walk_leaves_a_final_state_or_comes_back(steps: list[JobState]) -> None:
    state = JobState.QUEUED
    seen = [state]
    for wanted in steps:
        try:
            state = transition(state, wanted)
        except IllegalTransition:
            continue
        assert not is_final(seen[-1])
        assert state not in seen
        seen.append(state)


def test_the_final_states_are_those_that_end_a_job() -> None:
    assert {state for state in JobState if is_final(state)} == FINAL
