"""The cache: what it gives back is what it was given, and it stays within its bounds."""

import os
from pathlib import Path

import pytest

from helios_renders.digest import file_digest
from helios_renders.errors import InvalidOption
from helios_renders.render.cache import BYTES_VARIABLE, DEFAULT_BYTES, FOLDER_VARIABLE, Cache, key_of


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", 10_000)


def keep(cache: Cache, name: str, size: int, *, age: float = 0) -> tuple[str, str]:
    """The key and the digest of an entry of so many bytes that was used so many seconds ago."""
    content = cache.folder.parent / "content"
    content.write_bytes(name.encode() * size)
    key = key_of({"name": name})
    cache.keep(key, {"name": name}, content)
    for path in cache.folder.glob(f"{key}.*"):
        moment = path.stat().st_mtime - age
        os.utime(path, (moment, moment))
    return key, file_digest(content)


def test_what_is_kept_is_taken(cache: Cache, tmp_path: Path) -> None:
    key, digest = keep(cache, "a", 100)
    assert cache.describe(key) == {"name": "a"}
    assert cache.take(key, digest, tmp_path / "taken")
    assert (tmp_path / "taken").read_bytes() == b"a" * 100


def test_what_is_not_there(cache: Cache, tmp_path: Path) -> None:
    key = key_of({})
    assert cache.describe(key) is None
    assert not cache.take(key, "", tmp_path / "taken")
    assert not (tmp_path / "taken").exists()
    cache.trim()
    assert cache.clear().entries == 0
    assert not cache.folder.exists()


@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_what_was_spoiled_is_not_taken_and_goes(cache: Cache, tmp_path: Path, harm: str) -> None:
    key, digest = keep(cache, "a", 100)
    content = cache.folder / f"{key}.data"
    if harm == "flip":
        content.write_bytes(b"b" + content.read_bytes()[1:])
    elif harm == "cut":
        os.truncate(content, 50)
    else:
        content.unlink()
    assert not cache.take(key, digest, tmp_path / "taken")
    assert not (tmp_path / "taken").exists()
    assert cache.describe(key) is None
    assert cache.usage().size_bytes == 0


@pytest.mark.parametrize("text", ["", "{", "[1]", "\xff"])
def test_a_description_that_cannot_be_read_is_none(cache: Cache, text: str) -> None:
    key, _ = keep(cache, "a", 1)
    (cache.folder / f"{key}.json").write_text(text, encoding="latin-1")
    assert cache.describe(key) is None


def test_what_was_not_used_for_longest_goes_first(cache: Cache, tmp_path: Path) -> None:
    old, digest = keep(cache, "a", 4000, age=300)
    middle, _ = keep(cache, "b", 4000, age=200)
    new, _ = keep(cache, "c", 4000, age=100)
    assert cache.take(old, digest, tmp_path / "taken")
    cache.trim()
    assert [cache.describe(key) is not None for key in (old, middle, new)] == [True, False, True]
    assert cache.usage().size_bytes <= cache.limit_bytes
    assert cache.usage().entries == 2


def test_an_interrupted_write_leaves_nothing_to_take_and_goes_in_time(cache: Cache) -> None:
    key, _ = keep(cache, "a", 10)
    left = cache.folder / f"{key_of({'name': 'b'})}.data.12345678.new"
    left.write_bytes(bytes(20_000))
    os.utime(left, (0, 0))
    assert cache.usage().entries == 1
    cache.trim()
    assert not left.exists()
    assert cache.describe(key) is not None


def test_other_files_in_the_folder_are_left_alone(cache: Cache) -> None:
    keep(cache, "a", 10)
    other = cache.folder / "letter.json"
    other.write_text("dear")
    assert cache.clear().entries == 1
    assert list(cache.folder.iterdir()) == [other]


def test_no_bytes_keep_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", 0)
    keep(cache, "a", 10)
    assert not cache.folder.exists()


def test_the_environment_says_where_and_how_much(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setenv(BYTES_VARIABLE, "5000")
    found = Cache.of_user()
    assert (found.folder, found.limit_bytes) == (tmp_path, 5000)
    monkeypatch.delenv(FOLDER_VARIABLE)
    monkeypatch.delenv(BYTES_VARIABLE)
    found = Cache.of_user()
    assert (found.folder.name, found.limit_bytes) == ("helios-renders", DEFAULT_BYTES)


@pytest.mark.parametrize("value", ["much", "-1", "1.5", "²"])
def test_a_limit_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(BYTES_VARIABLE, value)
    with pytest.raises(InvalidOption, match="HELIOS_CACHE_BYTES is "):
        Cache.of_user()
