"""One option's value, judged while it is typed."""

import pytest

from helios_renders.jobs.option_check import option_problem


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("concurrency", "auto"),
        ("concurrency", 32),
        ("scale", "25"),
        ("crf", 0),
        ("size", "1280x720"),
        ("outputName", "{name}-{width}"),
        ("props", '{"a": 1}'),
        ("network", "local"),
        ("gpu", "on"),
        ("range", None),
        ("outputFolder", "my videos"),
        ("cache", False),
    ],
)
def test_a_good_value_has_no_problem(option: str, value: object) -> None:
    assert option_problem(option, value) is None


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        *(("concurrency", value, "from 1 to 32, or auto.") for value in ("0", "33", "2.5", "many", "")),
        *(("scale", value, f"Scale is {value}. ") for value in (24, 101, 50.5, "half", True)),
        ("outputName", "a/b", "holds '/'"),
        ("outputFolder", " ", "empty"),
        ("outputFolder", 5, "Give a text."),
        ("cache", "yes", "cache is yes. Give true or false."),
        ("composition", "x", "There is no option composition."),
        ("shape", "x", "There is no option shape."),
    ],
)
def test_a_bad_value_is_told_with_what_is_allowed(option: str, value: object, words: str) -> None:
    problem = option_problem(option, value)
    assert problem is not None
    assert words in f"{problem.message} {problem.advice}"
