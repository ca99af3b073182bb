"""Subtitles: files to cues and back, and cues to the frames that show them."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode.subtitles.ass import FRAMES_PER_SECOND, Burner
from helios_renders.encode.subtitles.cue import Cue, Placement, Span, cut
from helios_renders.encode.subtitles.read import MAX_BYTES, read_subtitles
from helios_renders.encode.subtitles.srt import parse_srt, write_srt
from helios_renders.encode.subtitles.style import SubtitleStyle, parse_style
from helios_renders.encode.subtitles.webvtt import parse_webvtt, write_webvtt
from helios_renders.errors import InvalidOption

CENTER = Placement()
NTSC = FrameRate(30000, 1001)
SRT = """1
00:00:01,000 --> 00:00:02,500
<b>Bold <i>both</i></b> and <font color="red">plain</font>
{\\an8}a < b & c

00:00:02,000-->00:01:00.5
no number\t
\x20\x20
3
00:00:03,000 --> 00:00:04,000

"""
VTT = """\ufeffWEBVTT - a title
Kind: captions

STYLE
::cue { color: red }

NOTE 00:01 is a note

intro
00:01.000 --> 00:02.500 line:10%,center position:20.5% align:start size:50%
<v Ann>Hi <c.loud>there</c> &lt;b&gt;<00:01.500> &amp; <u>so
on</u>

01:00:00.000 --> 01:00:01.000 line:-2 align:sideways vertical:rl
\x20
 end
"""


def cue(start: str, end: str, *lines: tuple[Span, ...], placement: Placement = CENTER) -> Cue:
    return Cue(Fraction(start), Fraction(end), lines, placement)


def plain(start: Fraction | int, end: Fraction | int, text: str) -> Cue:
    return Cue(Fraction(start), Fraction(end), ((Span(text),),))


def test_subrip_is_read() -> None:
    assert parse_srt(SRT) == (
        cue(
            *("1", "2.5"),
            (Span("Bold ", "b"), Span("both", "bi"), Span(" and plain")),
            (Span("a < b & c"),),
            placement=Placement(line=0),
        ),
        cue("2", "60.5", (Span("no number\t"),)),
    )


def test_webvtt_is_read() -> None:
    assert parse_webvtt(VTT.removeprefix("\ufeff")) == (
        cue(
            *("1", "2.5"),
            (Span("Hi there <b> & "), Span("so", "u")),
            (Span("on", "u"),),
            placement=Placement("left", Fraction("20.5"), None, Fraction(10), "center"),
        ),
        cue("3600", "3601", (Span(" end"),), placement=Placement(line=-2)),
    )


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [("", "utf-8"), ("\ufeff", "utf-8"), ("\ufeff", "utf-16-le"), ("\ufeff", "utf-16-be")],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, mark: str, encoding: str, ending: str) -> None:
    file = tmp_path / "a.SRT"
    file.write_bytes((mark + SRT.replace("plain", "Über 日本").replace("\n", ending)).encode(encoding))
    first, second = read_subtitles(file)
    assert first.lines[0][-1].text == " and Über 日本"
    assert second.start == 2


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "a.srt",
            "1\n00:00:01,000 --> 00:00:02,000\nfür\n".encode("latin-1"),
            "UTF-8 text: byte 33 (0xfc, in line 3)",
        ),
        ("a.srt", "\ufeffa\ud800".encode("utf-16-le", "surrogatepass"), "not UTF-16 text: byte 4"),
        ("a.srt", "1\n00".encode("utf-16-le"), "not UTF-8 text: byte 1 (0x00, in line 1): a null"),
        ("a.srt", b"1\n\n", "in line 1, a cue has no times"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nx\n\nmore\n", "in line 5, a cue has no times"),
        ("a.srt", b"1\n00:00:01;000 --> 00:00:02,000\nx\n", "in line 2, '00:00:01;000' is not a time"),
        ("a.srt", b"1\n00:00:61,000 --> 00:02:02,000\nx\n", "in line 2, '00:00:61,000' is not a time"),
        ("a.srt", b"\n\n00:00:02,000 --> 00:00:01,000\nx\n", "in line 3, the cue ends before its beginning"),
        ("a.srt", b"00:00:02,000 --> 00:00:02,000\nx\n", "in line 1, the cue ends with its beginning"),
        ("a.srt", b"00:00:02,000 --> \nx\n", "in line 1, 'nothing' is not a time"),
        (
            "a.srt",
            b"1\n00:00:01,0 --> 00:00:02,0\nx\n2\n00:00:03,0 --> 00:00:04,0\ny\n",
            "in line 5, a cue begins within",
        ),
        ("a.srt", b" \n", "show nothing"),
        ("a.vtt", b"00:01.000 --> 00:02.000\nx\n", "in line 1, the file does not begin with WEBVTT"),
        ("a.vtt", b"WEBVTT\n00:01.000 --> 00:02.000\nx\n", "in line 2, a cue begins within the header"),
        ("a.vtt", b"WEBVTT\n\n00:01,000 --> 00:02.000\nx\n", "in line 3, '00:01,000' is not a time"),
        (
            "a.vtt",
            b"WEBVTT\n\n00:01.000 --> 00:02.000\nx\n00:03.000 --> 00:04.000\n",
            "in line 5, a cue's text holds",
        ),
        ("a.vtt", b"WEBVTT\n\nlost\nwords\n", "in line 3, a cue has no times"),
        ("a.ass", b"[Script Info]", "neither .srt nor .vtt"),
        ("a.srt", b"x" * (MAX_BYTES + 1), "more than 2 MiB"),
        ("a.srt", None, "No such file"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InvalidOption) as caught:
        read_subtitles(file)
    assert words in caught.value.message
    assert str(file) in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.advice


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1, max_size=6).filter(
    lambda text: text.strip() and "\u2060" not in text
)
SPANS = st.lists(
    st.builds(Span, TEXT, st.sampled_from(["", "b", "i", "u", "bi", "bu", "iu", "biu"])),
    min_size=1,
    max_size=3,
)
LINES = SPANS.map(
    lambda spans: tuple(span for at, span in enumerate(spans) if at == 0 or spans[at - 1].style != span.style)
)
MILLISECONDS = st.integers(0, 90 * 3600 * 1000).map(lambda value: Fraction(value, 1000))


@st.composite
def cues(draw: st.DrawFn) -> Cue:
    start = draw(MILLISECONDS)
    lines = draw(st.lists(LINES, min_size=1, max_size=3))
    column = draw(st.sampled_from(["left", "center", "right"]))
    line = draw(st.none() | st.integers(-99, 99))
    percent = st.none() | st.integers(0, 1000).map(lambda value: Fraction(value, 10))
    top = draw(percent) if line is None else None
    anchor = "start" if line is None and top is None else draw(st.sampled_from(["start", "center", "end"]))
    placement = Placement(column, draw(percent), line, top, anchor)  # type: ignore[arg-type]
    return Cue(start, start + draw(MILLISECONDS) + Fraction(1, 1000), tuple(lines), placement)


@settings(max_examples=60, deadline=None)
@given(st.lists(cues(), max_size=2))
def test_what_is_written_as_webvtt_is_read_again(written: list[Cue]) -> None:
    assert parse_webvtt(write_webvtt(written)) == tuple(written)


@settings(max_examples=60, deadline=None)
@given(st.lists(cues(), max_size=2))
def test_what_is_written_as_subrip_is_read_again(written: list[Cue]) -> None:
    found = parse_srt(write_srt(written))
    assert [(each.start, each.end) for each in found] == [(each.start, each.end) for each in written]
    joined = [
        [[(span.text.replace("\u2060", ""), span.style) for span in line] for line in each.lines]
        for each in found
    ]
    assert joined == [[[(span.text, span.style) for span in line] for line in each.lines] for each in written]
    assert [each.placement.align for each in found] == [each.placement.align for each in written]


RATES = st.sampled_from([FrameRate(24), NTSC, FrameRate(60), FrameRate(240), FrameRate(1, 2)])


SHORT = st.tuples(st.integers(0, 4000), st.integers(1, 3000)).map(
    lambda each: plain(Fraction(each[0], 1000), Fraction(sum(each), 1000), "x")
)


@settings(max_examples=60, deadline=None)
@given(st.lists(SHORT, max_size=4), st.integers(0, 300), st.integers(1, 300), RATES)
def test_a_cut_shows_in_every_frame_what_was_shown_there(
    whole: list[Cue], first: int, length: int, fps: FrameRate
) -> None:
    frames = [each.frames(fps) for each in whole]
    inside = [range(max(each.start - first, 0), min(each.stop - first, length)) for each in frames]
    parts = parse_webvtt(write_webvtt(cut(whole, first, first + length, fps)))
    shown = [each.frames(fps) for each in parts]
    assert [each for each in shown if each] == [each for each in inside if each]
    assert all(0 <= each.start < each.end <= fps.seconds(length) + Fraction(1, 1000) for each in parts)


def burner(*shown: Cue, fps: FrameRate | None = None) -> Burner:
    return Burner.of(shown, fps or FrameRate(30), Size(160, 90), SubtitleStyle())


def events(script: str) -> list[tuple[float, float, str]]:
    """Start and end in frames, and the text, of each event."""
    found = re.findall(
        r"^Dialogue: [0-3],(\d+):(\d+):(\d+\.\d+),(\d+):(\d+):(\d+\.\d+),Default,,0,0,0,,(.*)$", script, re.M
    )
    return [
        (
            *(
                ((int(h) * 60 + int(m)) * 60 + float(s)) * FRAMES_PER_SECOND
                for h, m, s in (each[:3], each[3:6])
            ),
            each[6],
        )
        for each in found
    ]


def visible(script: str, frame: int) -> list[str]:
    return [text for start, end, text in events(script) if start <= frame < end]


@settings(max_examples=60, deadline=None)
@given(st.lists(SHORT, max_size=4), RATES, st.integers(0, 300), st.integers(1, 300))
def test_a_script_shows_each_cue_in_its_frames_and_no_other(
    shown: list[Cue], fps: FrameRate, start: int, length: int
) -> None:
    named = [Cue(each.start, each.end, ((Span(f"<{at}>"),),)) for at, each in enumerate(shown)]
    script = burner(*named, fps=fps).script(start, start + length)
    for frame in range(length):
        time = fps.seconds(start + frame)
        expected = [at for at, each in enumerate(named) if each.start <= time < each.end]
        found = "".join(visible(script, frame))
        assert sorted(map(int, re.findall(r"<(\d+)>", found))) == expected


def test_borders_lie_half_a_frame_before_the_frame() -> None:
    script = burner(plain(1, 2, "a"), plain(Fraction(3, 2), 3, "b")).script(20, 100)
    assert events(script) == [
        (9.5, 24.5, r"{\an2}a"),
        (24.5, 39.5, r"{\an2}b\Na"),
        (39.5, 69.5, r"{\an2}b"),
    ]
    assert burner(plain(1, 2, "a")).script(60, 90) == ""
    assert burner(plain(Fraction("1.001"), Fraction("1.03"), "between frames")).script(0, 90) == ""


def test_text_is_text_whatever_it_looks_like() -> None:
    line = (Span(r"{\pos(0,0)}a\Nb}"), Span("c", "bu"))
    (found,) = events(burner(Cue(Fraction(0), Fraction(1), (line, (Span("d"),)))).script(0, 30))
    assert found[2] == "{\\an2}\\{\\\u2060pos(0,0)}a\\\u2060Nb}{\\b1\\u1}c{\\b0\\u0}\\Nd"


@pytest.mark.parametrize(
    ("placement", "tags"),
    [
        (Placement("left"), r"{\an1}"),
        (Placement(line=0), r"{\an8\pos(80.00,4.50)}"),
        (Placement("right", line=-1), r"{\an3\pos(152.00,85.50)}"),
        (Placement(line=-2), r"{\an2\pos(80.00,80.10)}"),
        (Placement(top=Fraction(50), anchor="center"), r"{\an5\pos(80.00,45.00)}"),
        (Placement("left", Fraction(10), top=Fraction(100), anchor="end"), r"{\an1\pos(16.00,90.00)}"),
        (Placement("right", Fraction(90)), r"{\an3\pos(144.00,85.50)}"),
    ],
)
def test_a_cue_stands_where_its_file_says(placement: Placement, tags: str) -> None:
    (found,) = events(burner(Cue(Fraction(0), Fraction(1), ((Span("x"),),), placement)).script(0, 30))
    assert found[2] == f"{tags}x"


def test_a_style_is_read_and_written() -> None:
    style = parse_style(" color = #FFee00, font=Noto Sans: CJK (JP) ,outline=0,size=7.5")
    assert style == SubtitleStyle("Noto Sans: CJK (JP)", 7.5, "#ffee00", 0)
    assert parse_style(str(style)) == style
    assert parse_style("size=8") == SubtitleStyle(size=8)
    script = Burner.of([plain(0, 1, "x")], NTSC, Size(200, 100), style).script(0, 9)
    assert "\nStyle: Default,Noto Sans: CJK (JP),7.50,&H0000EEFF," in script


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("", "style has 'nothing'. Write it like"),
        ("size=8,", "style has 'nothing'. Write it like"),
        ("size=0", "style has 'size=0'. The size is from 1 to 50 percent"),
        ("size=big", "The size is from 1 to 50 percent"),
        ("outline=10.5", "The outline is from 0 to 10 percent"),
        ("color=red", "Give red, green and blue such as #ffee00."),
        ("font=", "style has 'font='. Write it like"),
        ("font=@a", "style has 'font=@a'"),
        ("weight=5", "style has 'weight=5'"),
        (5, "style has '5'"),
    ],
)
def test_a_wrong_style_is_told_with_what_is_allowed(style: object, words: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        parse_style(style)
    assert words in f"{caught.value.message} {caught.value.advice}"
