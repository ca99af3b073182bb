"""Where a composition lies: pages, folders, addresses, and the folder that is served."""

import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helios_renders.composition.source import CompositionSource, resolve_source
from helios_renders.errors import CompositionNotFound, InvalidOption, NotAComposition, UsageError

PAGE = "<!doctype html><title>page</title>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder whose ancestors are out of reach: the folder above it is the home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    work = tmp_path / "work"
    work.mkdir()
    return work.resolve()


def write(path: Path, content: str | bytes = PAGE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def find(text: str | Path, folder: Path, root: Path | None = None) -> CompositionSource:
    return resolve_source(str(text), root=root, cwd=folder)


def refused(kind: type[UsageError], text: str | Path, folder: Path, root: Path | None = None) -> UsageError:
    with pytest.raises(kind) as caught:
        find(text, folder, root)
    assert type(caught.value) is kind
    assert "\n" not in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.advice
    return caught.value


@pytest.mark.parametrize("name", ["intro.html", "intro.htm", "intro.xhtml", "INTRO.HTML"])
def test_a_page_is_served_from_its_own_folder(folder: Path, name: str) -> None:
    write(folder / name)
    assert find(name, folder) == CompositionSource(name.split(".")[0], None, folder, name)


def test_a_path_is_taken_from_the_current_folder_or_as_it_is(folder: Path) -> None:
    page = write(folder / "a" / "intro.html")
    assert find("a/intro.html", folder) == find(page, folder / "nowhere")


def test_a_path_may_start_at_home(folder: Path) -> None:
    write(folder / "intro.html")
    assert find("~/work/intro.html", Path("/")).root == folder


def test_spaces_around_are_of_no_matter(folder: Path) -> None:
    write(folder / "intro.html")
    assert find("  intro.html\n", folder).path == "intro.html"


@pytest.mark.parametrize(
    "name", ["a b.html", "ümlaut.html", "100%.html", "a#b?c.html", 'it\'s "so".html', "日本.html"]
)
def test_unusual_names_are_kept_in_the_path(folder: Path, name: str) -> None:
    write(folder / name)
    assert find(name, folder).path == name
    assert find(folder.joinpath(name).as_uri(), folder).path == name


def test_a_folder_means_its_composition_or_else_its_index(folder: Path) -> None:
    write(folder / "show" / "index.html")
    assert find("show", folder) == CompositionSource("show", None, folder / "show", "index.html")
    write(folder / "show" / "composition.html")
    assert find("show/", folder) == CompositionSource("show", None, folder / "show", "composition.html")
    assert find("show/index.html", folder).name == "show"


def test_a_folder_named_dot_has_a_name(folder: Path) -> None:
    write(folder / "index.html")
    assert find(".", folder).name == "work"


def test_a_folder_of_that_name_is_no_page(folder: Path) -> None:
    (folder / "composition.html").mkdir()
    write(folder / "index.html")
    assert find(".", folder).path == "index.html"


def test_a_folder_without_a_page_tells_what_was_looked_for(folder: Path) -> None:
    write(folder / "show" / "main.html")
    error = refused(NotAComposition, "show", folder)
    assert "composition.html" in error.message
    assert "index.html" in error.message


@pytest.mark.parametrize("mark", ["package.json", ".git"])
def test_a_page_is_served_from_its_project(folder: Path, mark: str) -> None:
    write(folder / "site" / "package.json", "{}")
    write(folder / "site" / "inner" / mark, "{}")
    write(folder / "site" / "inner" / "pages" / "deep" / "intro.html")
    source = find("site/inner/pages/deep/intro.html", folder)
    assert source.root == folder / "site" / "inner", "the nearest project counts"
    assert source.path == "pages/deep/intro.html"


def test_the_home_folder_and_what_is_above_it_are_never_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path.resolve() / "people" / "me"
    monkeypatch.setenv("HOME", str(home))
    for place in (home, home.parent, home.parent.parent):
        write(place / "package.json", "{}")
    write(home / "pages" / "intro.html")
    write(home.parent / "other" / "intro.html")
    assert find(home / "pages" / "intro.html", home).root == home / "pages"
    assert find(home.parent / "other" / "intro.html", home).root == home.parent / "other"


def test_the_search_for_a_project_ends_at_the_file_system(folder: Path) -> None:
    write(folder / "a" / "b" / "intro.html")
    assert find("a/b/intro.html", folder).root == folder / "a" / "b"


def test_a_hidden_folder_is_served_from_inside(folder: Path) -> None:
    write(folder / "package.json", "{}")
    write(folder / ".drafts" / "a" / "intro.html")
    assert find(".drafts/a/intro.html", folder).root == folder / ".drafts" / "a"


def test_a_given_root_is_served(folder: Path) -> None:
    write(folder / "a" / "package.json", "{}")
    write(folder / "a" / "b" / "intro.html")
    for root in (folder, Path(), Path("a/..")):
        assert find("a/b/intro.html", folder, root) == CompositionSource(
            "intro", None, folder, "a/b/intro.html"
        )


def test_a_given_root_must_hold_the_page(folder: Path) -> None:
    write(folder / "ab" / "intro.html")
    (folder / "a").mkdir()
    assert "not inside" in refused(InvalidOption, "ab/intro.html", folder, Path("a")).message
    assert "not a folder" in refused(InvalidOption, "ab/intro.html", folder, Path("nowhere")).message
    assert "not a folder" in refused(InvalidOption, "ab/intro.html", folder, Path("ab/intro.html")).message


def test_a_link_out_of_the_root_does_not_count_as_inside(folder: Path) -> None:
    write(folder / "outside" / "intro.html")
    (folder / "root").mkdir()
    (folder / "root" / "intro.html").symlink_to(folder / "outside" / "intro.html")
    refused(InvalidOption, "root/intro.html", folder, Path("root"))
    assert find("root/intro.html", folder).root == folder / "outside"


def test_a_given_root_cannot_serve_what_is_hidden(folder: Path) -> None:
    write(folder / ".drafts" / "intro.html")
    assert ".drafts" in refused(InvalidOption, ".drafts/intro.html", folder, folder).message
    assert find(".drafts/intro.html", folder, Path(".drafts")).path == "intro.html"


def test_a_missing_page(folder: Path) -> None:
    write(folder / "intro.html")
    assert str(folder / "nowhere.html") in refused(CompositionNotFound, "nowhere.html", folder).message
    refused(CompositionNotFound, "intro.html/below.html", folder)
    refused(CompositionNotFound, folder.joinpath("nowhere.html").as_uri(), folder)


def test_a_page_that_cannot_be_reached(folder: Path) -> None:
    (folder / "loop.html").symlink_to("loop.html")
    refused(CompositionNotFound, "loop.html", folder)
    assert "too long" in refused(CompositionNotFound, "x" * 300 + ".html", folder).message
    (folder / "gone.html").symlink_to("nowhere.html")
    refused(CompositionNotFound, "gone.html", folder)


@pytest.mark.parametrize("name", ["video.mp4", "script.js", "README", "page.html.bak", "picture.svg"])
def test_a_file_of_another_kind(folder: Path, name: str) -> None:
    write(folder / name)
    error = refused(NotAComposition, name, folder)
    assert "not an HTML file" in error.message
    assert ".html" in error.advice


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text"),
        (b"\x7fELF\2\1\1\0", "not text"),
    ],
)
@pytest.mark.parametrize("name", ["intro.html", "show/composition.html"])
def test_a_page_by_name_only(folder: Path, name: str, content: bytes, part: str) -> None:
    write(folder / name, content)
    assert part in refused(NotAComposition, name, folder).message
    if "/" in name:
        assert part in refused(NotAComposition, "show", folder).message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_page_in_any_encoding_is_text(folder: Path, encoding: str) -> None:
    write(folder / "intro.html", "<p>größer".encode(encoding))
    assert find("intro.html", folder).path == "intro.html"


def test_a_page_must_be_a_regular_file(folder: Path) -> None:
    os.mkfifo(folder / "intro.html")
    refused(NotAComposition, "intro.html", folder)


def test_a_hidden_page(folder: Path) -> None:
    write(folder / ".intro.html")
    assert "hidden" in refused(NotAComposition, ".intro.html", folder).message


@pytest.mark.parametrize("text", ["", " ", "\n", "a\0.html", "\ud800.html"])
def test_text_that_is_no_path(folder: Path, text: str) -> None:
    refused(InvalidOption, text, folder)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://localhost:5173", "localhost"),
        ("http://localhost:5173/", "localhost"),
        ("http://localhost:5173/intro.html", "localhost-intro"),
        ("https://example.org/a/b/index.html?x=1#top", "example-org-a-b"),
        ("HTTP://Example.org/Caf%C3%A9", "example-org-Café"),
        ("http://[::1]:8080/x.xhtml", "1-x"),
        ("http://me:secret@host/x", "host-x"),
    ],
)
def test_an_address_is_kept_as_it_is(folder: Path, address: str, name: str) -> None:
    assert find(f" {address} ", folder) == CompositionSource(name, address, None, None)


@pytest.mark.parametrize(
    "address",
    [
        "http:foo", "http:", "http://", "http:///x", "https://:80/", "http://host:99999/", "http://host:x/",
        "http://[::1/", "http://a b/",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be(folder: Path, address: str) -> None:
    refused(InvalidOption, address, folder)


@pytest.mark.parametrize(
    "address", ["ftp://host/x.html", "javascript:alert(1)", "data:text/html,x", "about:blank", "chrome://gpu"]
)
def test_other_schemes(folder: Path, address: str) -> None:
    error = refused(InvalidOption, address, folder)
    assert address.split(":")[0] in error.message
    assert "http://" in error.advice


def test_an_address_without_its_scheme_is_offered_with_it(folder: Path) -> None:
    assert "http://localhost:5173/a" in refused(InvalidOption, "localhost:5173/a", folder).advice


def test_a_file_with_a_colon_is_a_file(folder: Path) -> None:
    write(folder / "intro: final.html")
    assert find("intro: final.html", folder).name == "intro-final"


def test_an_address_has_no_root(folder: Path) -> None:
    assert "root" in refused(InvalidOption, "http://localhost/", folder, folder).message


@pytest.mark.parametrize("tail", ["?a=1", "#top"])
def test_a_file_address_has_neither_query_nor_fragment(folder: Path, tail: str) -> None:
    page = write(folder / "intro.html")
    assert "props" in refused(InvalidOption, page.as_uri() + tail, folder).advice


def test_a_file_address_of_this_machine(folder: Path) -> None:
    page = write(folder / "intro.html")
    assert find(f"file://localhost{page}", folder) == find(f"FILE://{page}", folder) == find(page, folder)
    assert "elsewhere" in refused(InvalidOption, f"file://elsewhere{page}", folder).message
    refused(InvalidOption, "file://", folder)
    refused(InvalidOption, "file:///a%00b.html", folder)


@example("~\\")
@given(st.text(max_size=40))
def test_any_text_is_a_source_or_a_clear_error(text: str) -> None:
    error = None
    try:
        source = resolve_source(text, root=None, cwd=Path("/nonexistent"))
    except UsageError as caught:
        error = caught
    else:
        assert source.url is not None or source.root is not None
    assert error is None or (error.message and error.advice)
