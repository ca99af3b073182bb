"""The name of a video: what its pattern may hold, and what it gives."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.errors import InvalidOption
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output_name import MAX_STEM_BYTES, likely_stem
from helios_renders.render.output_pattern import MAX_PATTERN, PLACEHOLDERS, parse_output_name


def stem(pattern: str, name: str = "intro", preset: str = "") -> str:
    options = DistributedRenderOptions(
        composition="intro.html",
        output_name=pattern,
        preset_name=preset,
        size=Size(640, 360),
        fps=FrameRate(30000, 1001),
    )
    return likely_stem(options, name)


def test_placeholders_are_filled() -> None:
    assert stem("{name}") == "intro"
    assert stem("{name} {width}x{height}@{fps}") == "intro 640x360@29.97"
    assert stem("{preset}_{date}", preset="My: Draft/1") == f"My-Draft-1_{date.today().isoformat()}"
    assert stem("{name}-{preset}") == "intro-default"


def test_a_placeholder_in_a_value_stays_text() -> None:
    assert stem("{name}", name="{width}") == "{width}"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "Give a name"),
        ("  ", "Give a name"),
        (5, "Give a name"),
        ("a/b", "'/'"),
        ("a\\b", "folder has a setting"),
        ("a:b", "':'"),
        ("a\nb", "'\\n'"),
        ("a\0b", "'\\x00'"),
        ("{name}-{size}", "{size}"),
        ("{name}-{}", "{}"),
        ("{name", "{name"),
        ("name}", "}"),
        ("{Name}", "{Name}"),
        ("{name}.mp4", "Give {name}."),
        ("{name}.WebM", "the format's ending is added to it. Give {name}."),
        (".hidden", "neither begin nor end"),
        ("{name} ", "neither begin nor end"),
        ("x" * (MAX_PATTERN + 1), f"at most {MAX_PATTERN}"),
    ],
)
def test_a_pattern_that_no_file_can_have_is_refused(value: object, words: str) -> None:
    with pytest.raises(InvalidOption) as refused:
        parse_output_name(value)
    assert words in f"{refused.value.message} {refused.value.advice}"


def test_a_name_that_windows_does_not_take_for_a_file_is_refused() -> None:
    with pytest.raises(InvalidOption, match="con"):
        stem("con")


@given(st.text(max_size=20), st.sampled_from(PLACEHOLDERS), st.text(min_size=1, max_size=150))
def test_an_accepted_pattern_gives_one_file_name(text: str, placeholder: str, name: str) -> None:
    try:
        given_name = stem(parse_output_name(f"{text}{{{placeholder}}}"), name.replace("/", "-"))
    except InvalidOption:
        return
    assert given_name
    assert len(given_name.encode(errors="replace")) <= MAX_STEM_BYTES
