"""Which compositions are found in a folder, whatever else is in it."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from helios_renders.composition import discovery
from helios_renders.composition.discovery import FoundComposition, SearchFolder, find_compositions
from helios_renders.composition.source import resolve_source
from helios_renders.composition.spec import Size

MARKED = (
    '<!doctype html><meta name="helios:size" content="1280x720">'
    '<meta name="helios:fps" content="29.97"><meta name="helios:duration" content="8">'
)
PLAIN = "<!doctype html><p>No composition</p>"


def write(path: Path, text: str | bytes = MARKED) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def found(folder: Path, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> list[FoundComposition]:
    result = find_compositions(SearchFolder(str(folder), tuple(include), tuple(exclude)))
    assert result.problems == ()
    return list(result.compositions)


def paths(folder: Path, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> list[str]:
    return [each.path.relative_to(folder).as_posix() for each in found(folder, include, exclude)]


def test_marks_make_a_composition_and_say_what_it_is(tmp_path: Path) -> None:
    page = write(tmp_path / "intro.html")
    write(tmp_path / "about.html", PLAIN)
    write(tmp_path / "notes.txt")
    fps = 30000 / 1001
    assert found(tmp_path) == [FoundComposition(page, "intro", Size(1280, 720), fps, 8.0, 240, None)]


def test_marks_in_comments_and_scripts_do_not_count(tmp_path: Path) -> None:
    write(tmp_path / "comment.html", f"<!-- {MARKED} -->")
    write(tmp_path / "script.html", f"<script>'{MARKED}'</script>")
    write(tmp_path / "text.html", f"<title>{MARKED}</title>")
    assert paths(tmp_path) == []


@pytest.mark.parametrize(
    "head",
    [
        "<META CONTENT='640x360' NAME='helios:size' />",
        "<meta name=helios:size content=640x360>",
        '<meta\n  name = "helios:size"\n  content = "640&#120;360"\n>',
        '<a title="<b>"><meta name="helios:size" content="640x360"',
    ],
)
def test_marks_are_read_as_a_browser_does(tmp_path: Path, head: str) -> None:
    write(tmp_path / "page.html", head)
    assert [each.size for each in found(tmp_path)] == [Size(640, 360)]


def test_the_first_place_that_says_something_counts(tmp_path: Path) -> None:
    write(tmp_path / "composition.json", '{"width": 800, "height": 600, "fps": 25, "duration": 4}')
    write(tmp_path / "index.html", '<meta name="helios:fps" content="50">')
    write(tmp_path / "other.html", PLAIN)
    (page,) = found(tmp_path)
    assert (page.name, page.size, page.fps, page.frames) == (tmp_path.name, Size(800, 600), 50.0, 200)


def test_a_file_beside_pages_without_a_page_of_the_folder_is_about_all_of_them(tmp_path: Path) -> None:
    write(tmp_path / "composition.json", '{"fps": 25}')
    write(tmp_path / "one.html", PLAIN)
    write(tmp_path / "two.htm", PLAIN)
    assert paths(tmp_path) == ["one.html", "two.htm"]


def test_hyperframes_compositions_are_found(tmp_path: Path) -> None:
    write(
        tmp_path / "hyper.html",
        '<div data-composition-id="a" data-width="640" data-height="360" data-fps="24" data-duration="x">',
    )
    (page,) = found(tmp_path)
    assert (page.size, page.fps, page.seconds, page.frames) == (Size(640, 360), 24.0, None, None)


def test_the_page_of_a_folder_needs_no_mark_and_the_probe_knows_the_rest(tmp_path: Path) -> None:
    page = write(tmp_path / "scene" / "composition.html", PLAIN)
    assert found(tmp_path) == [FoundComposition(page, "scene", None, None, None, None, None)]


def test_globs_add_and_leave_out(tmp_path: Path) -> None:
    for name in ("pages/one.html", "pages/deep/two.html", "dist/three.html", "four.html"):
        write(tmp_path / name, PLAIN)
    write(tmp_path / "dist" / "marked.html")
    assert paths(tmp_path, ["pages/**"]) == [
        "dist/marked.html",
        "pages/deep/two.html",
        "pages/one.html",
    ]
    assert paths(tmp_path, ["*.html"]) == ["dist/marked.html", "four.html"]
    assert paths(tmp_path, ["**/{two,three}.html"], ["**/{dist,out}/**"]) == ["pages/deep/two.html"]


def test_a_glob_that_cannot_be_read_is_a_problem_of_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "intro.html")
    result = find_compositions(SearchFolder(str(tmp_path), ("{a",), ()))
    assert result.compositions == ()
    assert result.problems[0].startswith("The glob {a cannot be read.")


@pytest.mark.parametrize("name", ["Übergänge & Möhren", "it's #1 100%", 'say "hi"', "日本", "a\nb"])
def test_names_of_all_kinds(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    page = write(folder / f"{name}.html")
    (composition,) = found(folder, (), ["**/node_modules/**"])
    assert composition.path == page
    assert composition.name == resolve_source(str(page), root=None, cwd=tmp_path).name


def test_a_name_that_is_no_text_is_a_problem_and_the_others_are_listed(tmp_path: Path) -> None:
    write(tmp_path / "intro.html")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.html")).write_text(MARKED)
    result = find_compositions(SearchFolder(str(tmp_path)))
    assert [each.name for each in result.compositions] == ["intro"]
    assert "name of this page is not UTF-8" in result.problems[0]


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    (problem,) = find_compositions(SearchFolder(str(gone))).problems
    assert problem == f"There is no such folder: {gone}"


def test_links_to_folders_are_not_followed_and_odd_files_are_not_read(tmp_path: Path) -> None:
    page = write(tmp_path / "a" / "intro.html")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "gone.html").symlink_to(tmp_path / "nowhere.html")
    (tmp_path / "linked.html").symlink_to(page)
    (tmp_path / "folder.html").mkdir()
    write(tmp_path / "empty.html", " \n")
    os.mkfifo(tmp_path / "pipe.html")
    result = find_compositions(SearchFolder(str(tmp_path)))
    listed = [str(each.path.relative_to(tmp_path)) for each in result.compositions]
    assert listed == ["a/intro.html", "linked.html"]
    assert result.problems == (
        f"This page cannot be read (No such file or directory): {tmp_path}/a/gone.html",
    )


def test_a_folder_of_its_own_inside_another_is_left_to_its_own_search(tmp_path: Path) -> None:
    write(tmp_path / "outer.html")
    inner = write(tmp_path / "inner" / "inner.html").parent
    result = find_compositions(SearchFolder(str(tmp_path)), [str(tmp_path), str(inner)])
    assert [each.name for each in result.compositions] == ["outer"]


def test_only_the_beginning_of_a_page_is_read(tmp_path: Path) -> None:
    write(tmp_path / "large.html", MARKED + " " * discovery.HEAD_BYTES)
    write(tmp_path / "late.html", " <p>" * discovery.HEAD_BYTES + MARKED)
    assert paths(tmp_path) == ["large.html"]


@pytest.mark.parametrize("bound", ["MAX_ENTRIES", "MAX_PAGES"])
def test_a_search_that_is_too_large_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(discovery, bound, 20)
    for number in range(30):
        write(tmp_path / f"{number // 10}" / f"{number}.html")
    result = find_compositions(SearchFolder(str(tmp_path)))
    assert 10 <= len(result.compositions) <= 20
    assert "was not looked through to its end" in result.problems[0]
    assert "helios.compositions.exclude" in result.problems[0]


def test_what_a_render_would_refuse_is_said(tmp_path: Path) -> None:
    write(tmp_path / "fps.html", '<meta name="helios:fps" content="many">')
    write(
        tmp_path / "long.html",
        '<meta name="helios:fps" content="60"><meta name="helios:duration" content="1e6">',
    )
    write(tmp_path / "json" / "composition.json", "{")
    write(tmp_path / "json" / "composition.html", PLAIN)
    write(tmp_path / "huge" / "composition.json", '{"width": Infinity, "height": 1}')
    write(tmp_path / "huge" / "composition.html", PLAIN)
    problems = {each.name: each.problem or "" for each in found(tmp_path)}
    assert problems["fps"].startswith("fps is 'many', which is not a number.")
    assert "is 60000000 frames" in problems["long"]
    assert "composition.json cannot be read" in problems["json"]
    assert "The size infx1 (composition.json) is not possible." in problems["huge"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_pages_with_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    write(tmp_path / "page.html", MARKED.encode(encoding))
    assert paths(tmp_path) == ["page.html"]


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="helios:duration" content="1e400">',
        '<meta name="helios:fps" content="1e400"><meta name="helios:duration" content="1e-400">',
    ],
)
def test_a_number_beyond_all_bounds_costs_no_other_page(tmp_path: Path, head: str) -> None:
    write(tmp_path / "far.html", f'<!doctype html><meta name="helios:size" content="64x36">{head}')
    write(tmp_path / "intro.html")
    far, intro = found(tmp_path)
    assert far.problem is not None
    assert "1e" in far.problem
    assert intro.problem is None


@pytest.mark.parametrize("member", ["width", "volume"])
def test_whole_numbers_beyond_all_bounds_too(tmp_path: Path, member: str) -> None:
    write(tmp_path / "far" / "index.html", MARKED)
    digits = "9" * 400
    content = {
        "width": f'{{"width": {digits}, "height": 36}}',
        "volume": f'{{"audioTracks": [{{"path": "a.wav", "volume": {digits}}}]}}',
    }
    write(tmp_path / "far" / "composition.json", content[member])
    write(tmp_path / "intro.html")
    far, intro = found(tmp_path)
    assert far.problem is not None
    assert len(far.problem) < 300
    assert intro.problem is None
