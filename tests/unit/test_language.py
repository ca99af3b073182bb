"""What the editor is told while a composition is written."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types as lsp

from helios_renders.composition.composition_file import members
from helios_renders.composition.marks import read_marks
from helios_renders.server.language.completion import page_completions
from helios_renders.server.language.findings import file_findings, page_findings
from helios_renders.server.language.positions import Positions


def meta(name: str, content: str) -> str:
    return f'<meta name="helios:{name}" content="{content}">\n'


@pytest.mark.parametrize(
    ("name", "content", "stops", "words"),
    [
        ("fps", "many", True, "fps is 'many', which is not a number. (from meta \"helios:fps\")"),
        ("fps", "241", True, "Give a frame rate from 0.1 to 240."),
        ("fps", "", True, "fps is ''"),
        ("size", "1920", True, "Write width x height in pixels, such as 1920x1080."),
        ("size", "20000x2", True, "Each side has 1 to 16384 pixels."),
        ("size", "1281x720", False, "needs even sides. Use 1282x720"),
        ("duration", "-1", True, "Give a number of seconds above 0."),
        ("duration", "1e999999999", True, "Give a number of seconds above 0."),
    ],
)
def test_a_wrong_value_is_said_where_it_stands(name: str, content: str, stops: bool, words: str) -> None:
    text = "<!doctype html>\n" + meta(name, content)
    (finding,) = page_findings(text)
    assert words in finding.message
    assert finding.stops is stops
    assert text[slice(*finding.span)] == content


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fsp", "Did you mean helios:fps?"),
        ("Size", "Did you mean helios:size?"),
        ("sizes", "Did you mean helios:size?"),
        ("colour", "There are helios:size, helios:fps, helios:duration."),
    ],
)
def test_an_unknown_name_is_said_with_the_nearest(name: str, words: str) -> None:
    text = meta(name, "30")
    (finding,) = page_findings(text)
    assert words in finding.message
    assert not finding.stops
    assert text[slice(*finding.span)] == f"helios:{name}"


def test_the_last_of_two_counts() -> None:
    text = meta("fps", "wrong") + meta("fps", "30")
    (finding,) = page_findings(text)
    assert finding.message == "helios:fps is said again below, and the last one counts."
    assert finding.span[0] < text.index("wrong")


def test_too_many_frames_are_said_at_the_duration() -> None:
    text = meta("duration", "100000") + meta("fps", "60")
    (finding,) = page_findings(text)
    assert "6000000 frames" in finding.message
    assert text[slice(*finding.span)] == "100000"


def test_a_good_page_has_no_findings() -> None:
    assert page_findings(meta("size", "1920x1080") + meta("fps", "29.97") + meta("duration", "1/3")) == []
    assert page_findings("<p>helios:fps is a word</p>") == []


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ('{"width": "12", "height": 8}', '"12"', "has width '12', which is not a number."),
        ('{"width": 0, "height": 8}', "0", "The size 0x8 (composition.json) is not possible."),
        ('{"width": 7, "height": 8}', "8", "needs even sides"),
        ('{"width": 640}', '"width"', "has width and no height"),
        ('{"fps": true}', "true", "which is not a number"),
        ('{"fps": 999}', "999", "fps is 999. (from composition.json)"),
        ('{"duration": NaN}', "NaN", "The duration is nan"),
        ('{"defaultProps": [1]}', "[1]", "has defaultProps that are not an object."),
        ('{"widht": 640}', '"widht"', "Did you mean width?"),
        ('{"fps": 30,}', "}", "composition.json cannot be read"),
        ("[1]", "[", "composition.json holds no object."),
        ("", "", "composition.json cannot be read"),
        ("[" * 100_000, "[", "composition.json cannot be read"),
    ],
)
def test_a_wrong_file_is_said_where_it_is_wrong(text: str, where: str, words: str) -> None:
    (finding,) = file_findings(text)
    assert words in finding.message
    assert text[slice(*finding.span)] == where


def test_a_good_file_has_no_findings() -> None:
    text = '{"width": 640, "height": 360, "fps": 30, "duration": 2, "defaultProps": {"a": 1}, "author": null}'
    assert file_findings(text) == []
    assert file_findings("{}") == []


def test_names_are_offered_that_the_page_does_not_have_yet() -> None:
    text = meta("fps", "30") + '<meta name="helios:">'
    offset = text.rindex('"')
    found = page_completions(text, offset)
    assert [each.text for each in found] == ["helios:size", "helios:duration"]
    assert {text[slice(*each.span)] for each in found} == {"helios:"}


def test_a_name_that_is_there_can_be_replaced() -> None:
    text = '<meta name="helios:size" content="">'
    found = page_completions(text, text.index("size"))
    assert [each.text for each in found] == ["helios:size", "helios:fps", "helios:duration"]
    assert {text[slice(*each.span)] for each in found} == {"helios:size"}


@pytest.mark.parametrize(
    "text", ['<meta name="helios:fps" content="|">', "<meta content='|' name='helios:fps'>"]
)
def test_values_are_offered_for_the_name_of_the_same_tag(text: str) -> None:
    offset = text.index("|")
    assert "29.97" in [each.text for each in page_completions(text.replace("|", ""), offset)]


@pytest.mark.parametrize(
    "text", ['<meta name="|', "<meta name=|>", '<p title="|">', '<meta name="viewport" content="|">', "|"]
)
def test_nothing_is_offered_elsewhere_and_nothing_breaks(text: str) -> None:
    offset = text.index("|")
    names = [each.text for each in page_completions(text.replace("|", ""), offset)]
    assert names == (["helios:size", "helios:fps", "helios:duration"] if text == '<meta name="|' else [])


@given(st.text(alphabet="aö😀\n\r\x0c\u2028 <", max_size=15))
def test_positions_there_and_back(text: str) -> None:
    positions = Positions(text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            assert positions.offset(positions.position(offset)) == offset
    assert positions.offset(lsp.Position(10**6, 10**6)) == len(text)


def test_positions_count_as_the_editor_does() -> None:
    assert Positions("a\r\n😀b").position(4) == lsp.Position(1, 2)


@given(st.text(alphabet="<>!-'\"=/ metahlios:name", max_size=100))
def test_whatever_is_typed_is_read(text: str) -> None:
    read_marks(f"helios:{text}")
    page_findings(f"<meta name='helios:{text}")
    page_completions(text, len(text) // 2)


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=5), st.none() | st.floats() | st.text() | st.just([{"a": [1]}])))
def test_members_have_the_places_of_their_values(data: dict[str, object]) -> None:
    text = json.dumps(data, indent=1)
    found = members(text, "composition.json")
    assert [each.key for each in found] == list(data)
    for each in found:
        assert json.loads(text[slice(*each.key_span)]) == each.key
        assert json.dumps(json.loads(text[slice(*each.span)])) == json.dumps(each.value)


@given(st.text(alphabet='{}[]":,0a ', max_size=20))
def test_whatever_a_file_holds_is_read(text: str) -> None:
    file_findings(text)
