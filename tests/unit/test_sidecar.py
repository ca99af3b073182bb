"""A file of subtitles beside the video: its name, and that it appears with the video or not at all."""

from fractions import Fraction
from pathlib import Path

import pytest

from helios_renders.composition.composition_file import CompositionFile, read_composition_file
from helios_renders.composition.source import resolve_source
from helios_renders.encode.subtitles.cue import Cue, Placement, Span, one_at_a_time
from helios_renders.errors import InvalidOption, OutputExists
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.output import choose_output, next_free
from helios_renders.render.sidecar import check_sidecar, move_both
from helios_renders.render.subtitles import find_subtitles

SRT = "1\n00:00:01,000 --> 00:00:02,000\nwords\n"


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path]:
    """A finished video and its sidecar in a scratch folder."""
    scratch = tmp_path / ".scratch"
    scratch.mkdir()
    video, sidecar = scratch / "assembled.mp4", scratch / "subtitles.srt"
    video.write_text("new video")
    sidecar.write_text("new words")
    return video, sidecar


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


def test_both_appear(tmp_path: Path, made: tuple[Path, Path]) -> None:
    move_both(*made, tmp_path / "a.mp4", overwrite=False)
    assert contents(tmp_path) == {"a.mp4": "new video", "a.srt": "new words"}


@pytest.mark.parametrize("there", ["a.mp4", "a.srt"])
def test_neither_appears_where_one_is_there_already(
    tmp_path: Path, made: tuple[Path, Path], there: str
) -> None:
    (tmp_path / there).write_text("old")
    with pytest.raises(OutputExists, match=there):
        move_both(*made, tmp_path / "a.mp4", overwrite=False)
    assert contents(tmp_path) == {there: "old"}
    move_both(*made, tmp_path / "b.mp4", overwrite=False)
    assert contents(tmp_path) == {there: "old", "b.mp4": "new video", "b.srt": "new words"}


@pytest.mark.parametrize("former", [{}, {"a.srt": "old words"}])
def test_what_was_replaced_is_put_back_when_the_video_cannot_be_moved(
    tmp_path: Path, made: tuple[Path, Path], former: dict[str, str]
) -> None:
    for name, text in former.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "a.mp4").mkdir()
    with pytest.raises(Exception, match=r"a\.mp4 cannot be written"):
        move_both(*made, tmp_path / "a.mp4", overwrite=True)
    assert contents(tmp_path) == former
    (tmp_path / "a.mp4").rmdir()
    move_both(*made, tmp_path / "a.mp4", overwrite=True)
    assert contents(tmp_path) == {"a.mp4": "new video", "a.srt": "new words"}


def test_a_name_is_free_when_both_files_can_have_it(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text("")
    (tmp_path / "a-2.mp4").write_text("")
    assert next_free(tmp_path / "a.mp4") == tmp_path / "a.mp4"
    assert next_free(tmp_path / "a.mp4", sidecar=".srt") == tmp_path / "a-3.mp4"
    options = StartRenderOptions(composition="page.html", output=tmp_path / "a.mp4")
    assert choose_output(options.checked(), "page") == tmp_path / "a.mp4"
    with pytest.raises(OutputExists, match=r"a\.srt exists"):
        choose_output(options.checked(), "page", ".srt")


def subtitles(page: Path, **given: str | bool) -> object:
    options = StartRenderOptions(composition=str(page), **given).checked()  # type: ignore[arg-type]
    source = resolve_source(str(page), root=None, cwd=Path.cwd())
    return find_subtitles(options, source, read_composition_file(page))


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("<p>x")
    (folder / "talk.SRT").write_text(SRT)
    return folder / "index.html"


def test_the_sidecar_never_replaces_the_file_it_is_made_from(page: Path) -> None:
    options = StartRenderOptions(
        composition=str(page), subtitles=str(page.with_name("talk.SRT")), subtitle_mode="sidecar"
    ).checked()
    given = find_subtitles(options, resolve_source(str(page), root=None, cwd=Path.cwd()), CompositionFile())
    check_sidecar(page.with_name("talk.mp4"), given)
    page.with_name("talk.srt").symlink_to("talk.SRT")
    with pytest.raises(InvalidOption, match=r"would replace .*talk\.SRT, from which they are made"):
        check_sidecar(page.with_name("talk.mp4"), given)


def test_composition_json_names_subtitles_and_options_count_more(page: Path) -> None:
    page.with_name("composition.json").write_text('{"subtitles": "talk.SRT"}')
    assert getattr(subtitles(page), "file") == page.with_name("talk.SRT")  # noqa: B009
    assert subtitles(page, subtitles="none") is None
    assert getattr(subtitles(page, subtitles="page"), "file") is None  # noqa: B009
    page.parent.parent.joinpath("other.srt").write_text(SRT)
    page.with_name("composition.json").write_text('{"subtitles": "../other.srt"}')
    with pytest.raises(InvalidOption, match="which are not inside"):
        subtitles(page)


def test_a_track_is_refused_where_the_format_has_none(page: Path) -> None:
    given = {"subtitles": str(page.with_name("talk.SRT")), "output": "a.gif"}
    with pytest.raises(InvalidOption, match="GIF cannot have one"):
        subtitles(page, subtitle_mode="track", **given)
    assert subtitles(page, subtitle_mode="burn", **given) is not None


def test_cues_of_one_time_become_one_cue() -> None:
    one, two = (((Span(word),),) for word in ("one", "two"))
    placed = Placement(line=0)
    cues = (
        Cue(Fraction(0), Fraction(3), one),
        Cue(Fraction(1), Fraction(2), two),
        Cue(Fraction(4), Fraction(5), one, placed),
    )
    assert one_at_a_time(cues) == (
        Cue(Fraction(0), Fraction(1), one),
        Cue(Fraction(1), Fraction(2), two + one),
        Cue(Fraction(2), Fraction(3), one),
        Cue(Fraction(4), Fraction(5), one, placed),
    )
