"""What a person does with the list of renders, over the wire: again, clear, the command line, the log."""

import asyncio
from pathlib import Path

import attrs
import pytest

from helios_renders.cli.arguments import parse
from helios_renders.cli.pages import requests
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.jobs.command_line import render_arguments
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.options import DistributedRenderOptions
from server.commands import STUB_DAEMON
from server.engine import ONE_WORKER
from server.test_server_journal import listed, start, window
from server.wire_client import WireClient, running


async def test_a_render_that_is_over_is_rendered_again_into_a_file_of_its_own(
    wire: WireClient, page: Path
) -> None:
    named = page.with_name("film.mp4")
    first = await start(wire, page, output=str(named), outputFolder=None, overwrite=True)
    done = await wire.state(first, "done")
    named.write_bytes(b"the first video")
    held = await start(wire, page, props={"hold": True})
    again = [(await wire.result("helios/render/again", {"jobId": first}))["job"] for _ in range(2)]
    await wire.result("helios/render/cancel", {"jobId": held})
    outputs = [(await wire.state(job["id"], "done"))["result"]["output"] for job in again]
    assert outputs == [str(page.with_name(f"film-{number}.mp4")) for number in (2, 3)]
    assert [job["attempt"] for job in again] == [1, 1]
    assert (await listed(wire))[0][first] == done


async def test_only_what_is_over_is_rendered_again(wire: WireClient, page: Path) -> None:
    held = await start(wire, page, props={"hold": True})
    await wire.state(held, "rendering")
    refused = await wire.error("helios/render/again", {"jobId": held})
    assert (refused["data"]["code"], refused["message"]) == (
        "wrongJobState",
        "The render intro is not over.",
    )
    await wire.result("helios/render/cancel", {"jobId": held})
    job = (await wire.result("helios/render/again", {"jobId": held}))["job"]
    assert job["id"] != held
    await wire.state(job["id"], "rendering")
    await wire.result("helios/render/cancel", {"jobId": job["id"]})


async def test_clearing_forgets_what_is_over_for_good_and_keeps_what_can_go_on(page: Path) -> None:
    async with window(page.parent) as wire:
        await wire.state(await start(wire, page, props={"hold": True}), "rendering")
        wire.process.kill()
        await wire.exit_code()
    async with window(page.parent) as wire:
        (interrupted,) = (await listed(wire))[0]
        done = await start(wire, page)
        await wire.state(done, "done")
        failed = await start(wire, page, props={"fail": "known"})
        await wire.state(failed, "failed")
        held = await start(wire, page, props={"hold": True})
        await wire.state(held, "rendering")
        assert set((await wire.result("helios/renders/clear"))["jobIds"]) == {done, failed}
        await wire.removed(done)
        await wire.removed(failed)
        assert set((await listed(wire))[0]) == {held, interrupted}
        await wire.result("helios/render/cancel", {"jobId": held})
    async with window(page.parent) as wire:
        assert set((await listed(wire))[0]) == {held, interrupted}


async def test_a_job_s_log_has_its_lines_and_no_others(wire: WireClient, page: Path) -> None:
    failed, other = [await start(wire, page, props=props) for props in ({"fail": "known"}, {})]
    await wire.state(other, "done")
    lines = (await wire.result("helios/render/log", {"jobId": failed}))["lines"]
    assert [line["level"] for line in lines] == ["info", "error"]
    assert "ffmpeg ended with 1." in lines[1]["message"]
    assert all(failed in line["message"] for line in lines)
    assert lines[0]["at"] <= lines[1]["at"]
    unknown = await wire.error("helios/render/log", {"jobId": "nobody"})
    assert unknown["data"]["code"] == "jobNotFound"


async def test_a_job_is_put_as_a_command_line(page: Path) -> None:
    async with running(STUB_DAEMON, folder=page.parent) as wire:
        await wire.initialize()
        job_id = await start(wire, Path(page.name), outputFolder="videos", range=":30", network="local")
        done = await wire.state(job_id, "done")
        command = (await wire.result("helios/render/command", {"jobId": job_id}))["arguments"]
        video = Path(done["output"])
        assert command == [str(page), "-o", str(video), "--range", "0:30", "--network", "local"]
        video.parent.mkdir()
        await asyncio.to_thread(video.write_bytes, b"a video, which no command replaces")
        command = (await wire.result("helios/render/command", {"jobId": job_id}))["arguments"]
    assert command[2] == str(video.with_stem("pretended-2"))


EVERY_OPTION = StartRenderOptions(
    composition="/workspace/the page.html",
    output="/videos/film.webm",
    format="webm",
    codec="vp9",
    bitrate="8M",
    gop="48",
    pixel_format="yuva420p",
    transparent=True,
    audio_codec="opus",
    audio_bitrate="96k",
    concurrency="auto",
    force_concurrency=True,
    size="640x360",
    scale=50,
    pixel_ratio=1.5,
    fps="30000/1001",
    duration="1/3",
    range="5:",
    props={"title": 'it\'s "10 %" für $HOME\n', "deep": [1, None]},
    surface="element",
    preset="3",
    even="crop",
    overwrite=True,
    allow_page_errors=True,
    cache=False,
    root="/workspace",
    browser="/usr/bin/chromium",
    ffmpeg="/usr/bin/ffmpeg",
    ready_timeout="2.5",
    network="local",
    audio=False,
    audio_tracks=["/sounds/a b.wav", {"path": "/sounds/ü.mp3", "offset": 1.5, "loop": True}],
    loudness=-16.5,
    limiter=True,
    gpu="off",
    subtitles="talk.srt",
    subtitle_mode="track",
    subtitle_style="font=DejaVu Serif,size=8",
    subtitle_language="deu",
)
BY_QUALITY = attrs.evolve(EVERY_OPTION, bitrate=None, crf=0)
BY_CARD = attrs.evolve(
    EVERY_OPTION,
    output="/videos/film.mp4",
    format="mp4",
    codec="h265",
    audio_codec="aac",
    bitrate=None,
    crf=0,
    preset=None,
    encoder="nvenc",
    pixel_format="yuv420p",
    transparent=False,
)
OF_THE_JOB = {"job", "output_folder", "output_name", "preset_name"}
"""What no command line needs: the id, and a folder and a name that have become an output."""


@pytest.mark.parametrize(
    ("asked", "without"),
    [
        (EVERY_OPTION, {"crf", "encoder"}),
        (BY_QUALITY, {"bitrate", "encoder"}),
        (BY_CARD, {"bitrate", "preset", "transparent"}),
    ],
)
def test_every_option_survives_the_way_over_the_command_line(
    page: Path, asked: StartRenderOptions, without: set[str]
) -> None:
    page = page.rename(page.with_name("the page.html"))
    options = attrs.evolve(asked.checked(), composition=str(page), root=page.parent)
    for field in attrs.fields(DistributedRenderOptions):
        default = {} if field.name == "props" else field.default
        is_given = getattr(options, field.name) != default
        assert is_given or field.name in OF_THE_JOB | without, field.name
    job = Job("j1", str(page), "the page", JobState.QUEUED, 0.0, ONE_WORKER)
    words = ["render", *render_arguments(job, options)]
    assert [given.checked() for given in requests(parse(words))] == [options]
    assert options.fps == FrameRate(30000, 1001)


@pytest.mark.parametrize("page", ["http://localhost:8000/page", "https://example.org/?a=1&b=2"])
def test_an_address_stays_as_it_is(page: str) -> None:
    job = Job("j1", page, "page", JobState.DONE, 0.0, ONE_WORKER, output="/videos/page.mp4")
    assert render_arguments(job, StartRenderOptions(composition=page).checked()) == (
        page,
        "-o",
        "/videos/page.mp4",
    )
