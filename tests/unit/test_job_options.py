import contextlib
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.errors import InvalidOption
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.options import DistributedRenderOptions, FrameRange
from helios_renders.server.protocol import StartRenderParams

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def checked(**values: Any) -> DistributedRenderOptions:
    return StartRenderOptions(composition="page.html", **values).checked()


def test_nothing_said_gives_the_defaults() -> None:
    assert checked() == DistributedRenderOptions(composition="page.html")


def test_the_fields_are_those_of_the_request() -> None:
    asked = {field.name for field in attrs.fields(StartRenderParams)} - {"work_done_token"}
    assert {field.name for field in attrs.fields(StartRenderOptions)} == asked


def test_text_and_json_values_mean_the_same() -> None:
    text = checked(
        concurrency="4",
        range="37:212",
        fps="29.97",
        size="1280x720",
        scale="50",
        pixel_ratio="1.50",
        duration="2.5",
        props='{"a": 1}',
        crf="20",
        ready_timeout="5",
    )
    values = checked(
        concurrency=4,
        range="37:212",
        fps=29.97,
        size="1280x720",
        scale=50,
        pixel_ratio=1.5,
        duration=2.5,
        props={"a": 1},
        crf=20,
        ready_timeout=5,
    )
    assert text == values
    assert text == DistributedRenderOptions(
        composition="page.html",
        concurrency=4,
        range=FrameRange(37, 212),
        fps=FrameRate(30000, 1001),
        size=Size(1280, 720),
        scale=50,
        pixel_ratio=1.5,
        duration=Fraction(5, 2),
        props={"a": 1},
        crf=20,
        ready_timeout=5.0,
    )


def test_words_flags_and_paths_are_taken_over() -> None:
    options = checked(
        output_name="{name}-{preset}",
        preset_name="Draft",
        output_folder=Path("folder"),
        concurrency="auto",
        surface="screenshot",
        preset="slow",
        even="pad",
        overwrite=True,
        force_concurrency=True,
        allow_page_errors=True,
        root="~/site",
        browser="/usr/bin/chromium",
        ffmpeg="/usr/bin/ffmpeg",
        network="local",
        gpu="off",
    )
    assert options == DistributedRenderOptions(
        composition="page.html",
        output_name="{name}-{preset}",
        preset_name="Draft",
        output_folder=Path("folder"),
        concurrency="auto",
        surface="screenshot",
        preset="slow",
        even="pad",
        overwrite=True,
        force_concurrency=True,
        allow_page_errors=True,
        root=Path.home() / "site",
        browser=Path("/usr/bin/chromium"),
        ffmpeg=Path("/usr/bin/ffmpeg"),
        network="local",
        gpu="off",
    )


def test_an_output_file_has_no_pattern_beside_it() -> None:
    assert checked(output="out.mp4").output == Path("out.mp4")
    with pytest.raises(InvalidOption, match="its name is to be"):
        checked(output="out.mp4", output_name="{name}-2")


@pytest.mark.parametrize("address", ["http://localhost:5173/", " HTTPS://example.org/a.html"])
def test_somebody_else_s_page_cannot_keep_to_its_own_files(address: str) -> None:
    assert StartRenderOptions(composition=address, network="allow").checked().network == "allow"
    with pytest.raises(InvalidOption, match="The network is local") as refused:
        StartRenderOptions(composition=address, network="local").checked()
    assert address in refused.value.message
    assert refused.value.advice


BAD: dict[str, tuple[object, ...]] = {
    "gpu": ("", "maybe", "On", True, ["on"], {}),
    "network": ("", "none", "Local", True, ["local"], {}),
    "concurrency": (0, -1, 33, 1.5, "abc", "1.5", True, [2], math.nan),
    "range": ("9:3", "3:3", "x", 5, {}),
    "fps": (0, -1, "x", math.nan, math.inf, True, 241),
    "output_name": ("", "a/b", "{nobody}", "a.mp4", 5, True, ["a"]),
    "scale": (24, 101, 50.5, "x", True),
    "pixel_ratio": (0.75, 4.25, 1.1, "x", True, "nan"),
    "size": ("0x0", "100000x100000", "x", 7, [1, 2]),
    "duration": (0, -1, math.nan, math.inf, "x", 90000),
    "props": ("{", "[1]", 5, [1], True, "@", "@missing.json"),
    "surface": ("webgpu", 1, ["auto"]),
    "crf": (-1, 52, "x", 1.5),
    "preset": ("warp", 3),
    "even": ("odd", True),
    "ready_timeout": (0, -1, 3601, math.nan, "soon", True, [1]),
    **dict.fromkeys(("output", "root", "browser"), ("", " ", "a\0b", "\ud800")),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_a_bad_value_is_refused_with_advice(name: str, value: object) -> None:
    with pytest.raises(InvalidOption) as refused:
        checked(**{name: value})
    assert refused.value.message.endswith(".")
    assert refused.value.advice


def test_props_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "props.json"
    file.write_text('{"title": "Ünïcode"}', encoding="utf-8")
    assert checked(props=f"@{file}").props == {"title": "Ünïcode"}
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidOption, match="is not UTF-8"):
        checked(props=f"@{file}")


@given(
    st.sampled_from(
        [
            "concurrency",
            "range",
            "fps",
            "size",
            "scale",
            "pixel_ratio",
            "output_name",
            "duration",
            "surface",
            "crf",
            "preset",
            "even",
            "ready_timeout",
        ]
    ),
    JSON,
)
def test_any_json_value_is_taken_or_refused_in_words(name: str, value: object) -> None:
    with contextlib.suppress(InvalidOption):
        assert isinstance(checked(**{name: value}), DistributedRenderOptions)
