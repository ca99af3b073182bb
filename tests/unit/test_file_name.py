"""Names for files: any text becomes one that every file system takes."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.composition.file_name import MAX_NAME_BYTES, clip_bytes, slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("intro", "intro"),
        ("My Intro (final)", "My-Intro-final"),
        ("a/b\\c:d", "a-b-c-d"),
        ("../../etc/passwd", "etc-passwd"),
        ("-rf", "rf"),
        ("snake_case-1", "snake_case-1"),
        ("Übersicht 2", "Übersicht-2"),
        ("U\u0308bersicht", "Übersicht"),
        ("日本語", "日本語"),
        ("हिन्दी", "हिन्दी"),
        ("con", "con_"),
        ("LPT1", "LPT1_"),
        ("", "composition"),
        ("...", "composition"),
        ("🙂", "composition"),
        ("100 % 'sure' \"now\"", "100-sure-now"),
        ("line\nbreak\ttab", "line-break-tab"),
    ],
)
def test_known_names(text: str, expected: str) -> None:
    assert slug(text) == expected


@given(st.text(max_size=300))
def test_a_slug_is_a_safe_file_name(text: str) -> None:
    name = slug(text)
    assert name
    assert not name.startswith((".", "-"))
    assert not name.endswith((" ", ".", "-"))
    assert all(char.isprintable() and char not in '/\\:*?"<>|.' and not char.isspace() for char in name)
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert slug(name).rstrip("_") == name.rstrip("_"), "a slug stays as it is"


@given(st.text(max_size=300))
def test_the_file_system_takes_a_slug(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{slug(text)}-12.mp4").touch()
        assert os.listdir(folder) == [f"{slug(text)}-12.mp4"]  # noqa: PTH208 - the name alone is of interest


@given(st.text(max_size=60), st.integers(0, 80))
def test_clipping_keeps_whole_characters(text: str, limit: int) -> None:
    clipped = clip_bytes(text, limit)
    assert len(clipped.encode()) <= limit
    assert text.startswith(clipped)
    if len(text.encode()) <= limit:
        assert clipped == text
    else:
        assert len(clipped.encode()) > limit - 4
