"""Sound in finished files: where it is, what of the page it is, and what is said of what cannot be heard."""

import base64
import json
import shutil
from pathlib import Path

import attrs
import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from helios_renders.encode.sound_file import SAMPLE_RATE
from helios_renders.errors import HeliosError, InvalidOption
from helios_renders.render.cache import BYTES_VARIABLE, FOLDER_VARIABLE
from render.conftest import PAGES, Render
from render.sound import (
    add_sound,
    as_stored,
    assert_clicks,
    clicks,
    decode_sound,
    streams,
    write_wav,
)

FPS = 10
SECOND = SAMPLE_RATE


@attrs.frozen
class Stage:
    """A folder for a page and its sounds."""

    folder: Path

    def page(self, body: str, seconds: float, fps: int = FPS) -> Path:
        """Writes the page."""
        metas = {"size": "64x36", "fps": fps, "duration": seconds}
        head = "".join(f'<meta name="helios:{name}" content="{value}">' for name, value in metas.items())
        page = self.folder / "page.html"
        page.write_text(f'<!doctype html><meta charset="utf-8">{head}<link rel="icon" href="data:,">{body}')
        return page

    def clicks(self, name: str, *seconds: float, length: float = 0.5) -> Path:
        """A WAV with a click at each of these times."""
        return write_wav(
            self.folder / name, clicks([round(at * SECOND) for at in seconds], round(length * SECOND))
        )


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    folder = tmp_path / "composition"
    folder.mkdir()
    return Stage(folder)


async def test_the_sum_of_what_plays_is_exact_to_the_sample(render: Render, stage: Stage) -> None:
    """Three tracks: one within the page and late, one that goes round, one that is muted."""
    noise = np.random.default_rng(3).uniform(-0.05, 0.05, (9000, 2))
    write_wav(stage.folder / "noise.wav", noise)
    late = stage.clicks("late.wav", 0.1, 0.25)
    content = base64.b64encode(late.read_bytes()).decode()
    page = stage.page(
        f"""<audio src="data:audio/wav;base64,{content}" data-helios-offset="0.3"></audio>
        <audio src="noise.wav" loop autoplay></audio><audio src="late.wav" muted autoplay></audio>""",
        seconds=1,
    )
    output = stage.folder.parent / "video.mov"
    result = (await render(page, surface="screenshot", output=str(output))).result
    sound = decode_sound(result.output)
    assert_clicks(sound, 0.4, 0.55)
    expected = as_stored(noise)[np.arange(SECOND) % len(noise)]
    expected[14_400 : 14_400 + 24_000] += as_stored(clicks([4800, 12_000], 24_000))
    assert np.abs(sound - expected).max() <= 0.51 / 32768


async def test_what_plays_in_the_page_is_heard_when_it_plays(render: Render, stage: Stage) -> None:
    stage.clicks("a.wav", 0)
    stage.clicks("long.wav", 0.1, 0.6, 1.1, length=2)
    (stage.folder / "inner.html").write_text(
        '<!doctype html><audio src="a.wav" data-helios-offset="1.75" data-helios-track-id="inner"></audio>'
    )
    content = base64.b64encode((stage.folder / "a.wav").read_bytes()).decode()
    page = stage.page(
        f"""<audio src="data:audio/wav;base64,{content}" data-helios-offset="0.25"></audio>
        <audio src="a.wav" autoplay muted></audio>
        <audio src="a.wav" autoplay data-helios-no-audio></audio>
        <audio src="a.wav"></audio>
        <iframe src="inner.html" width="10" height="10"></iframe>
        <div id="host"></div>
        <audio id="long" src="long.wav"></audio>
        <div data-composition-id="film" data-start="0">
          <audio id="clip" src="long.wav" data-start="0.9" data-duration="0.3" data-media-start="0.5"></audio>
        </div>
        <script>
        const shadow = document.getElementById("host").attachShadow({{ mode: "open" }});
        shadow.innerHTML = '<audio id="deep" src="a.wav" data-helios-offset="0.75"></audio>';
        setTimeout(() => new Audio("a.wav").play(), 1234);
        fetch("a.wav").then((answer) => answer.blob()).then((blob) => {{
          const address = URL.createObjectURL(blob);
          const sound = new Audio(address);
          setTimeout(() => {{ sound.play(); URL.revokeObjectURL(address); }}, 1500);
        }});
        const long = document.getElementById("long");
        setTimeout(() => long.play(), 2000);          // a click at 2.1
        setTimeout(() => long.pause(), 2300);
        setTimeout(() => long.play(), 2400);          // from 0.3 on: a click at 2.7
        setTimeout(() => {{ long.currentTime = 1; }}, 2800);  // a click at 2.9
        setTimeout(() => long.remove(), 2850.5);
        </script>""",
        seconds=3.2,
    )
    one = (await render(page, surface="screenshot")).result
    many = (await render(page, surface="screenshot", concurrency=2)).result
    assert one.sha256 == many.sha256
    assert_clicks(decode_sound(one.output), 0.25, 0.75, 1.0, 1.234, 1.5, 1.75, 2.1, 2.7)
    assert sorted(one.audio) == [
        "audio (a.wav)",
        "audio (blob:)",
        "audio (data:)",
        "audio#clip (long.wav)",
        "audio#deep (a.wav)",
        "audio#long (long.wav)",
        "inner (a.wav)",
    ]


async def test_tracks_of_the_composition_and_of_the_request_are_mixed_in(
    render: Render, stage: Stage
) -> None:
    stage.clicks("a b.wav", 0)
    other = write_wav(stage.folder.parent / "other.wav", clicks([4800], 24_000))
    tracks = [{"path": "a b.wav", "offset": 0.5}, {"path": "a b.wav", "offset": 1.4, "volume": 0.5}]
    (stage.folder / "composition.json").write_text(json.dumps({"audioTracks": tracks}))
    add_sound(PAGES / "assets" / "numbers.webm", stage.clicks("film.wav", 0.15), stage.folder / "film.webm")
    page = stage.page('<video src="film.webm" data-helios-offset="0.1"></video>', seconds=2)
    asked = [{"path": str(other), "loop": True, "offset": 1.6, "fadeIn": 0}]
    result = (await render(page, surface="screenshot", audio_tracks=asked)).result
    sound = decode_sound(result.output)
    assert_clicks(sound, 0.25, 0.5, 1.4, 1.7)
    loud = [np.abs(sound[round(at * SECOND) : round(at * SECOND) + 100]).max() for at in (0.5, 1.4)]
    assert loud[1] / loud[0] == pytest.approx(0.5, abs=0.1)
    assert result.audio == ("a b.wav", "a b.wav", "other.wav", "video (film.webm)")


async def test_a_silent_video_and_what_is_out_of_reach_add_nothing(render: Render, stage: Stage) -> None:
    shutil.copy(PAGES / "assets" / "numbers.webm", stage.folder / "silent.webm")
    page = stage.page(
        '<video src="silent.webm" autoplay></video><audio src="missing.wav" data-helios-offset="0"></audio>'
        '<audio src="http://127.0.0.1:9/a.wav" data-helios-offset="0"></audio>',
        seconds=0.2,
    )
    result = (await render(page, surface="screenshot", network="local")).result
    assert "Audio" not in streams(result.output)
    assert result.audio == ()
    told = "\n".join(result.warnings)
    assert "missing.wav, cannot be read: there is no such file" in told
    assert "a.wav, cannot be read: the network is local" in told


async def test_a_sound_from_elsewhere_is_fetched(render: Render, stage: Stage) -> None:
    content = stage.clicks("a.wav", 0.1).read_bytes()

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=content, content_type="audio/wav")

    application = web.Application()
    application.router.add_get("/a.wav", answer)
    elsewhere = TestServer(application)
    async with elsewhere:
        address = elsewhere.make_url("/a.wav")
        page = stage.page(f'<audio src="{address}" data-helios-offset="0.2"></audio>', seconds=0.5)
        result = (await render(page, surface="screenshot")).result
    assert_clicks(decode_sound(result.output), 0.3)
    assert result.warnings == ()


async def test_frames_that_are_kept_keep_their_sound(
    render: Render, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(stage.folder.parent / "cache"))
    monkeypatch.setenv(BYTES_VARIABLE, str(2**30))
    stage.clicks("a.wav", 0)
    page = stage.page('<script>setTimeout(() => new Audio("a.wav").play(), 123)</script>', seconds=0.3)
    silent = (await render(page, surface="screenshot", audio=False)).result
    heard = (await render(page, surface="screenshot")).result
    again = (await render(page, surface="screenshot")).result
    assert "Audio" not in streams(silent.output)
    assert silent.audio == ()
    assert [each.reused_frames for each in (silent, heard, again)] == [0, 0, 3]
    assert heard.sha256 == again.sha256
    assert_clicks(decode_sound(again.output), 0.123)


async def test_a_corrupt_sound_of_the_page_fails_unless_its_errors_are_allowed(
    render: Render, stage: Stage
) -> None:
    (stage.folder / "bad.wav").write_bytes(b"RIFF" + bytes(200))
    page = stage.page('<audio id="bad" src="bad.wav" data-helios-offset="0"></audio>', seconds=0.2)
    with pytest.raises(HeliosError, match=r"bad\.wav"):
        await render(page, surface="screenshot")
    result = (await render(page, surface="screenshot", allow_page_errors=True)).result
    assert result.audio == ()
    assert [warning for warning in result.warnings if "audio#bad, bad.wav, cannot be read" in warning]


@pytest.mark.parametrize(("name", "words"), [("gone.wav", "does not exist"), ("bad.wav", "cannot be read")])
async def test_a_bad_track_ends_the_render_and_leaves_nothing(
    render: Render, stage: Stage, name: str, words: str
) -> None:
    (stage.folder / "bad.wav").write_bytes(bytes(200))
    page = stage.page("<p>", seconds=0.2)
    output = stage.folder.parent / "renders" / "video.mp4"
    with pytest.raises(InvalidOption, match=rf"Audio track 1, .*{name}, {words}") as refused:
        await render(page, output=str(output), audio_tracks=[str(stage.folder / name)])
    assert refused.value.exit_code == 2
    assert not output.parent.exists()
