"""Tracks that are given beside the page: what is taken, what is refused, and the way to JSON and back."""

import contextlib
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.composition.audio_track import AudioTrack, audio_track_json, parse_audio_track
from helios_renders.composition.composition_file import read_composition_file
from helios_renders.errors import InvalidOption, NotAComposition
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.wire import make_converter

FOLDER = Path("/films")
WHOLE = {
    "path": "music.mp3",
    "volume": 0.5,
    "offset": 1,
    "seek": 30,
    "fadeIn": 1.5,
    "fadeOut": 2,
    "loop": True,
    "playbackRate": 1.25,
}
TRACK = AudioTrack(FOLDER / "music.mp3", 0.5, 1, 30, 1.5, 2, loop=True, playback_rate=1.25)


def checked(**values: object) -> DistributedRenderOptions:
    return StartRenderOptions(composition="page.html", **values).checked()  # type: ignore[arg-type]


def test_a_file_an_object_and_its_text_are_tracks() -> None:
    assert parse_audio_track("a b.wav", FOLDER) == AudioTrack(FOLDER / "a b.wav")
    assert parse_audio_track("/else/a.wav", FOLDER) == AudioTrack(Path("/else/a.wav"))
    assert parse_audio_track(WHOLE, FOLDER) == TRACK
    assert parse_audio_track(json.dumps(WHOLE), FOLDER) == TRACK


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        "",
        "a\0b",
        "\ud800",
        "{",
        {},
        {"path": 5},
        {"path": "a", "speed": 2},
        {"path": "a", "volume": -0.1},
        {"path": "a", "volume": 11},
        {"path": "a", "volume": "1"},
        {"path": "a", "volume": True},
        {"path": "a", "offset": math.nan},
        {"path": "a", "seek": -1},
        {"path": "a", "fadeIn": math.inf},
        {"path": "a", "fadeOut": 90_000},
        {"path": "a", "playbackRate": 0},
        {"path": "a", "playbackRate": 17},
        {"path": "a", "loop": 1},
    ],
)
def test_a_bad_track_is_refused_with_advice(value: object) -> None:
    with pytest.raises(InvalidOption) as refused:
        checked(audio_tracks=[value])
    assert refused.value.message.endswith(".")
    assert refused.value.advice


@given(st.recursive(st.none() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner)))
def test_any_value_is_a_track_or_refused_in_words(value: object) -> None:
    with contextlib.suppress(InvalidOption):
        parse_audio_track(value, FOLDER)


def test_tracks_are_a_list() -> None:
    assert checked(audio_tracks=["/a.wav", WHOLE]).audio_tracks[0] == AudioTrack(Path("/a.wav"))
    for wrong in ("a.wav", {"path": "a.wav"}, 5):
        with pytest.raises(InvalidOption, match="is no list"):
            checked(audio_tracks=wrong)


def test_the_journal_keeps_tracks() -> None:
    options, converter = checked(audio_tracks=[WHOLE], loudness=-16, limiter=True), make_converter()
    stored = json.loads(json.dumps(converter.unstructure(options)))
    assert converter.structure(stored, DistributedRenderOptions) == options


@pytest.mark.parametrize("loudness", ["", "loud", -4.9, -61, True, math.nan, [-16]])
def test_loudness_has_bounds(loudness: object) -> None:
    assert checked(loudness="-16").loudness == checked(loudness=-16).loudness == -16.0
    with pytest.raises(InvalidOption, match="Loudness is"):
        checked(loudness=loudness)


@given(
    st.builds(
        AudioTrack,
        st.just(TRACK.path),
        st.floats(0, 10),
        *[st.floats(0, 86_400)] * 4,
        st.booleans(),
        st.floats(0.0625, 16),
    )
)
def test_a_track_comes_back_from_its_object(track: AudioTrack) -> None:
    assert parse_audio_track(json.loads(json.dumps(audio_track_json(track))), Path("/")) == track


def test_the_tracks_of_a_composition_lie_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "composition.json"
    file.write_text(json.dumps({"audioTracks": ["a.wav", {**WHOLE, "path": "/music.mp3"}]}))
    tracks = read_composition_file(tmp_path / "page.html").audio_tracks
    assert [track.path for track in tracks] == [tmp_path / "a.wav", Path("/music.mp3")]
    file.write_text(json.dumps({"audioTracks": [{"path": "a.wav", "volume": "loud"}]}))
    with pytest.raises(NotAComposition, match=r"has volume 'loud'.*composition\.json"):
        read_composition_file(tmp_path / "page.html")
