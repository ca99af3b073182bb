"""`helios bench`: numbers that add up, and clear words for what cannot be measured."""

from pathlib import Path

import pytest

from cli.terminal import assert_error, helios, write_page


def test_every_row_stage_and_floor_is_measured(tmp_path: Path) -> None:
    write_page(tmp_path, seconds=2)
    done = helios(
        *("bench", "tiny.html", "--rounds", "2", "--concurrency", "1", "--surface", "element,screenshot"),
        # An encoder of small pictures may be there and gone between two looks.
        *("--size", "1280x720", "--json"),
        cwd=tmp_path,
        timeout=400,
    )
    assert done.code == 0, done.err
    found = {(line["type"], line["surface"]): line for line in done.objects}
    assert set(found) == {
        (kind, surface) for kind in ("render", "stages", "floor") for surface in ("element", "screenshot")
    }
    for surface in ("element", "screenshot"):
        render = found["render", surface]
        assert render["rounds"] == 2
        assert 0 < render["fps"]["least"] <= render["fps"]["median"] <= render["fps"]["most"]
        assert set(render["cpuMs"]) == {"browser", "encoder", "own"}
        assert min(render["cpuMs"].values()) > 0
        assert render["peakPss"] > 50e6
        assert 0 < render["firstFrame"] < 60
        floor = found["floor", surface]
        assert floor["ratio"] == pytest.approx(floor["fps"] / render["fps"]["median"])
    assert list(found["stages", "element"]["ms"]) == ["clock", "paint", "read", "transport"]
    assert list(found["stages", "screenshot"]["ms"]) == ["clock", "capture"]
    assert {found["stages", surface]["pages"] for surface in ("element", "screenshot")} == {1}
    assert not list(tmp_path.glob("renders/*"))


def test_stages_are_measured_while_as_many_cores_are_busy_as_in_the_render(tmp_path: Path) -> None:
    write_page(tmp_path, seconds=5)
    done = helios(
        *("bench", "tiny.html", "--rounds", "1", "--concurrency", "2", "--surface", "element", "--json"),
        cwd=tmp_path,
    )
    assert done.code == 0, done.err
    found = {line["type"]: line for line in done.objects}
    assert found["stages"]["pages"] == found["render"]["concurrency"]
    assert found["floor"]["cpuMs"] > found["render"]["cpuMs"]["encoder"]


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--rounds", "0", ("Rounds", "0")),
        ("--rounds", "many", ("Rounds", "many")),
        ("--surface", "element,paint", ("Surface", "paint")),
        ("--concurrency", "1,33", ("Concurrency", "33")),
    ],
)
def test_bad_lists_cost_nothing(tmp_path: Path, option: str, value: str, words: tuple[str, ...]) -> None:
    write_page(tmp_path)
    assert_error(helios("bench", "tiny.html", option, value, cwd=tmp_path), 2, *words)
