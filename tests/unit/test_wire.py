"""Plain data to JSON and back: camelCase outside, strict about types, forgiving about what is new."""

import json
from enum import Enum
from pathlib import Path
from typing import Any

import attrs
import cattrs
import pytest

from helios_renders.jobs.job import Job, JobError, JobState
from helios_renders.render.concurrency import Bound, Concurrency
from helios_renders.render.events import Phase
from helios_renders.render.progress import RenderProgress, WorkerProgress
from helios_renders.server.protocol import StartRenderParams
from helios_renders.wire import camel, make_converter, register


@pytest.mark.parametrize(
    ("name", "expected"),
    [("fps", "fps"), ("work_done_token", "workDoneToken"), ("frames_total", "framesTotal")],
)
def test_names_on_the_wire(name: str, expected: str) -> None:
    assert camel(name) == expected


def test_a_job_comes_back_as_it_was() -> None:
    job = Job(
        id="7",
        composition="/pages/intro.html",
        name="intro",
        state=JobState.RENDERING,
        created_at=12.5,
        concurrency=Concurrency(8, 2, Bound.CPU_QUOTA),
        progress=RenderProgress(
            Phase.RENDERING, 3, 10, 29.1, 4.0, None, (WorkerProgress(0, "capturing", 1, 61, 2.0),)
        ),
        error=JobError("pageFailed", "It threw.", "Mend it.", ("a", "b")),
    )
    converter = make_converter()
    data = json.loads(json.dumps(converter.unstructure(job)))
    assert data["state"] == "rendering"
    assert data["concurrency"]["limitedBy"] == "cpuQuota"
    assert data["progress"]["workers"][0]["frame"] == 61
    assert converter.structure(data, Job) == job


def test_what_is_absent_takes_its_default_and_what_is_unknown_is_ignored() -> None:
    params = make_converter().structure({"composition": "a.html", "tomorrow": 1}, StartRenderParams)
    assert params == StartRenderParams("a.html")


@pytest.mark.parametrize(
    "wrong",
    [
        {"composition": 5},
        {"composition": None},
        {},
        {"composition": "a.html", "overwrite": "false"},
        {"composition": "a.html", "overwrite": 0},
        {"composition": "a.html", "output": 7},
        {"composition": "a.html", "workDoneToken": 1.5},
        [],
        "a.html",
    ],
)
def test_wrong_types_are_refused(wrong: Any) -> None:
    with pytest.raises((cattrs.ClassValidationError, AttributeError, TypeError)):
        make_converter().structure(wrong, StartRenderParams)


@pytest.mark.parametrize("requested", ["3", 2.5, True, None])
def test_a_whole_number_is_a_whole_number(requested: Any) -> None:
    data = {"requested": requested, "effective": 1, "limitedBy": "cores"}
    with pytest.raises(cattrs.ClassValidationError):
        make_converter().structure(data, Concurrency)


def test_json_has_one_kind_of_number() -> None:
    converter = make_converter()
    data = {"requested": 3.0, "effective": 1, "limitedBy": "cores"}
    concurrency = converter.structure(data, Concurrency)
    assert isinstance(concurrency.requested, int)
    worker = converter.structure({"worker": 0, "state": "idle", "fps": 30}, WorkerProgress)
    assert isinstance(worker.fps, float)


def test_an_unknown_word_is_refused() -> None:
    data = {"requested": 1, "effective": 1, "limitedBy": "mood"}
    with pytest.raises(cattrs.ClassValidationError):
        make_converter().structure(data, Concurrency)


def test_paths_are_text() -> None:
    converter = make_converter()
    assert converter.unstructure(Path("/a b/ü.mp4")) == "/a b/ü.mp4"
    assert converter.structure("/a b/ü.mp4", Path) == Path("/a b/ü.mp4")


class _Colour(Enum):
    RED = "red"


@attrs.frozen
class _Foreign:
    some_name: int


def test_classes_of_others_are_left_alone() -> None:
    converter = register(cattrs.Converter())
    assert converter.unstructure(_Foreign(1)) == {"some_name": 1}
    assert converter.unstructure(_Colour.RED) == "red"
