"""Where sounds stand, in samples: held against the time that a media element would show at every moment."""

import math
from pathlib import Path
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.composition.audio_track import AudioTrack
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.sounds import SoundingElement, SoundState
from helios_renders.encode.segment import (
    Gain,
    Segment,
    element_segments,
    samples_of_frames,
    track_segments,
)
from helios_renders.encode.sound_file import SAMPLE_RATE, SoundFile

SOUND = SoundFile(Path("a.au"), 2, 3 * SAMPLE_RATE)
TOTAL = 10 * SAMPLE_RATE
STATE = SoundState(
    at=0,
    playing=True,
    base=0,
    birth=0,
    rate=1,
    keeps_pitch=True,
    loop=False,
    volume=1,
    source=0,
    length=3,
)
TRACK = AudioTrack(Path("a.wav"))


def element(*states: SoundState, fade_in: float = 0, fade_out: float = 0) -> SoundingElement:
    return SoundingElement("audio", fade_in, fade_out, states)


def placed(*states: SoundState, **fades: float) -> tuple[Segment, ...]:
    return element_segments(element(*states, **fades), {0: SOUND}, TOTAL)


def test_frames_lie_at_the_nearest_sample() -> None:
    assert samples_of_frames(FrameRate(30000, 1001), 1) == 1602  # 1601.6
    assert samples_of_frames(FrameRate(30), 300) == TOTAL


def test_a_track_ends_with_its_file_or_the_composition() -> None:
    (alone,) = track_segments(TRACK, SOUND, TOTAL)
    assert (alone.start, alone.end, alone.seek) == (0, 3 * SAMPLE_RATE, 0)
    (late,) = track_segments(attrs.evolve(TRACK, offset=9, seek=0.5, fade_out=0.25), SOUND, TOTAL)
    assert (late.start, late.end, late.seek, late.fade_out) == (432_000, TOTAL, 24_000, 12_000)
    (looped,) = track_segments(attrs.evolve(TRACK, loop=True, seek=7), SOUND, TOTAL)
    assert (looped.end, looped.seek, looped.loop) == (TOTAL, SAMPLE_RATE, SOUND.samples)
    (fast,) = track_segments(attrs.evolve(TRACK, playback_rate=1.5), SOUND, TOTAL)
    assert fast.end == 2 * SAMPLE_RATE


def test_what_cannot_be_heard_is_no_segment() -> None:
    for track in (
        attrs.evolve(TRACK, offset=10),
        attrs.evolve(TRACK, seek=3),
        attrs.evolve(TRACK, volume=0),
    ):
        assert track_segments(track, SOUND, TOTAL) == ()
    assert placed(attrs.evolve(STATE, volume=0)) == ()
    assert placed(attrs.evolve(STATE, playing=False)) == ()
    assert placed(attrs.evolve(STATE, source=-1)) == ()
    assert placed(attrs.evolve(STATE, rate=0)) == ()


def test_an_element_that_pauses_and_goes_on_has_two_segments() -> None:
    paused = attrs.evolve(STATE, at=500, playing=False, base=0.5, birth=500)
    again = attrs.evolve(STATE, at=2000, base=0.5, birth=2000)
    one, other = placed(STATE, paused, again, fade_in=0.1, fade_out=0.2)
    assert (one.start, one.end, one.seek, one.fade_in, one.fade_out) == (0, 24_000, 0, 4800, 0)
    assert (other.start, other.end, other.seek) == (96_000, 216_000, 24_000)
    assert (other.fade_in, other.fade_out) == (0, 9600)


def test_volumes_change_within_one_segment() -> None:
    louder = attrs.evolve(STATE, at=250, volume=0.5)
    muted = attrs.evolve(STATE, at=1000, volume=0, length=3.5)
    (segment,) = placed(STATE, louder, muted)
    assert segment.gains == (Gain(0, 1), Gain(12_000, 0.5), Gain(48_000, 0))


def test_a_clip_falls_silent_at_its_end() -> None:
    (segment,) = placed(attrs.evolve(STATE, birth=1000, until=1500))
    assert (segment.start, segment.end) == (48_000, 72_000)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 4000),
            st.booleans(),
            st.floats(0, 2.9),
            st.integers(0, 1500),
            st.sampled_from((0.5, 1.0, 1.5, 3.0)),
            st.booleans(),
            st.sampled_from((0.25, 1.0)),
        ),
        min_size=1,
        max_size=8,
    ),
    st.lists(st.integers(0, 9_999), min_size=5, max_size=20),
)
def test_each_moment_has_the_sound_that_the_element_is_at(
    changes: list[tuple[int, bool, float, int, float, bool, float]], moments: list[int]
) -> None:
    states: list[SoundState] = []
    at = 0
    for wait, playing, base, delay, rate, loop, volume in changes:
        moves: dict[str, Any] = {
            "playing": playing,
            "base": base,
            "birth": at + delay,
            "rate": rate,
            "loop": loop,
        }
        states.append(attrs.evolve(STATE, at=at, volume=volume, **moves))
        at += wait
    segments = placed(*states)
    for moment in moments:
        state = [each for each in states if each.at <= moment][-1]
        time = state.base + (moment - state.birth) / 1000 * state.rate
        is_heard = state.playing and moment >= state.birth and (state.loop or time < 3.0)
        sample = moment * 48
        found = [each for each in segments if each.start <= sample < each.end]
        if abs(time - 3.0) < 1e-3:
            continue
        assert len(found) == is_heard
        for segment in found:
            place = segment.seek + (sample - segment.start) * segment.rate
            wanted = time * SAMPLE_RATE
            if state.loop:
                place, wanted = place % segment.loop, wanted % segment.loop
            assert math.isclose(place, wanted, abs_tol=3) or abs(abs(place - wanted) - segment.loop) < 3
            gain = [each for each in segment.gains if each.start <= sample][-1]
            assert gain.volume == state.volume
