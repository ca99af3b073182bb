"""Globs mean what they mean in VS Code."""

import pytest

from helios_renders.composition.glob import any_match
from helios_renders.errors import InvalidOption

MATCHES = [
    ("*.html", "a.html"),
    ("**/*.html", "a.html"),
    ("**/*.html", "a/b/c.html"),
    ("a/**/c.html", "a/c.html"),
    ("a/**/c.html", "a/b/b/c.html"),
    ("**/a/**", "a"),
    ("**/a/**", "x/a/y/z"),
    ("**/.*/**", ".git"),
    ("**/.*/**", "a/.cache/b.html"),
    ("{a,b/**}", "b/c"),
    ("{**/a/**,**/b}", "x/a/y"),
    ("**/**/a", "x/y/a"),
    ("**", "a/b"),
    ("page-?.html", "page-1.html"),
    ("page-[0-9].html", "page-1.html"),
    ("page-[!0-9].html", "page-a.html"),
    ("a (1) + b.html", "a (1) + b.html"),
    ("Ü, ß.html", "Ü, ß.html"),
]
OTHERS = [
    ("*.html", "a/b.html"),
    ("**/a/**", "ba/c"),
    ("a?b", "a/b"),
    ("page-[!0-9].html", "page-1.html"),
    ("a.html", "aXhtml"),
    ("**/.*/**", "a/b.html"),
    ("{a,b}", "c"),
    ("a/**", "ab"),
]


@pytest.mark.parametrize(("pattern", "path"), MATCHES)
def test_match(pattern: str, path: str) -> None:
    assert any_match([pattern], path)


@pytest.mark.parametrize(("pattern", "path"), OTHERS)
def test_no_match(pattern: str, path: str) -> None:
    assert not any_match([pattern], path)


@pytest.mark.parametrize("pattern", ["{a", "x" * 501, "[z-a]"])
def test_refused(pattern: str) -> None:
    with pytest.raises(InvalidOption):
        any_match([pattern], "a")
