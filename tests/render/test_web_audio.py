"""Web Audio in virtual time: what it plays is in the file, and what a page reads of it is in the picture."""

from pathlib import Path

import numpy as np
import pytest

from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.request import PageRequest
from helios_renders.capture.session import PageSession
from helios_renders.composition import clock
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.sounds import Listening
from helios_renders.composition.spec import Size
from helios_renders.encode.sound_file import SAMPLE_RATE
from helios_renders.render.cache import BYTES_VARIABLE, FOLDER_VARIABLE
from render.conftest import Render
from render.pixels import decode
from render.sound import CLICK, Samples, as_stored, click_places, decode_sound, read_wav, write_wav

FPS, SECONDS = 10, 5
QUANTUM = 128
CLICKING = """
const context = new AudioContext();
function click(to, when) {
  const buffer = to.context.createBuffer(1, 96, to.context.sampleRate);
  buffer.copyToChannel(new Float32Array(Array.from({ length: 96 }, (_, i) => (i & 4 ? -0.8 : 0.8))), 0);
  const source = new AudioBufferSourceNode(to.context, { buffer });
  source.connect(to);
  source.start(...when);
  return source;
}
"""


def write_page(folder: Path, body: str, script: str, seconds: float = SECONDS) -> Path:
    metas = {"size": "96x36", "fps": FPS, "duration": seconds}
    head = "".join(f'<meta name="helios:{name}" content="{value}">' for name, value in metas.items())
    page = folder / "page.html"
    page.write_text(
        f'<!doctype html>{head}<link rel="icon" href="data:,"><body style="margin: 0">{body}'
        f'<script type="module">{CLICKING}{script}</script>'
    )
    return page


def bytes_of(file: str | None) -> int:
    assert file is not None
    return Path(file).stat().st_size


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "composition"
    folder.mkdir()
    return folder


async def test_what_it_plays_is_in_its_place_and_what_a_page_reads_of_it_is_in_the_picture(
    render: Render, folder: Path, tmp_path: Path
) -> None:
    """A bar as long as the context's time, and one as high as what an analyser has read."""
    noise = np.random.default_rng(5).uniform(-0.05, 0.05, SAMPLE_RATE // 2)
    write_wav(folder / "noise.wav", noise)
    page = write_page(
        folder,
        '<audio src="noise.wav"></audio><canvas width="96" height="36" style="display: block"></canvas>',
        """
        click(context.destination, [0.25]);
        click(context.destination, [4.2]);
        setTimeout(() => click(context.destination, []), 1111);
        const tone = new OscillatorNode(context, { frequency: 500 });
        const gain = new GainNode(context, { gain: 0 });
        const analyser = new AnalyserNode(context, { fftSize: 512 });
        tone.connect(gain).connect(analyser).connect(context.destination);
        gain.gain.setValueAtTime(0.5, 2);
        gain.gain.linearRampToValueAtTime(0, 3);
        tone.start(2);
        tone.stop(3);
        tone.onended = () => click(context.destination, []);
        const audio = document.querySelector("audio");
        context.createMediaElementSource(audio).connect(context.destination);
        setTimeout(() => { audio.volume = 0.5; audio.play(); }, 3250);
        setTimeout(() => audio.pause(), 3500);
        const drawing = document.querySelector("canvas").getContext("2d");
        const heard = new Float32Array(512);
        requestAnimationFrame(function draw() {
          requestAnimationFrame(draw);
          analyser.getFloatTimeDomainData(heard);
          drawing.fillStyle = "#000";
          drawing.fillRect(0, 0, 96, 36);
          drawing.fillStyle = "#fff";
          drawing.fillRect(0, 0, context.currentTime * 10, 10);
          drawing.fillRect(64, 36, 32, -30 * Math.max(...heard));
        });
        """,
    )
    one = (await render(page, surface="canvas", output=str(tmp_path / "1.mov"), audio_codec="pcm")).result
    many = (
        await render(page, surface="canvas", output=str(tmp_path / "3.mov"), audio_codec="pcm", concurrency=3)
    ).result
    part = (await render(page, output=str(tmp_path / "part.wav"), range="17:33")).result
    assert one.sha256 == many.sha256
    assert (one.audio, one.warnings) == (("AudioContext (Web Audio)",), ())
    sound = decode_sound(one.output)
    assert np.array_equal(read_wav(part.output) / 32768, sound[81_600 : 33 * SAMPLE_RATE // FPS])

    now = 53_328 // QUANTUM * QUANTUM
    start, rate, after = 2 * SAMPLE_RATE, SAMPLE_RATE, 3 * SAMPLE_RATE
    expected = np.zeros((SECONDS * SAMPLE_RATE, 2))
    ended = click_places(sound[after:][: 8 * QUANTUM])
    assert len(ended) == 1
    assert ended[0] <= 3 * QUANTUM
    for place in (12_000, now, after + ended[0], 201_600):
        expected[place : place + len(CLICK)] += CLICK[:, None]
    n = np.arange(rate)
    expected[start:after] += (0.5 * (1 - n / rate) * np.sin(2 * np.pi * 500 * n / rate))[:, None]
    expected[156_000:168_000] += 0.5 * as_stored(noise)[:12_000]
    assert np.abs(sound - expected).max() < 2 / 32768

    frames = decode(one.output)
    for number, frame in enumerate(frames):
        white = (frame[:, :, 0] > 128).astype(int)
        assert abs(int(white[4, :64].sum()) - number) <= 1, number
        before = number * SAMPLE_RATE // FPS // QUANTUM * QUANTUM
        loudest = float(expected[max(0, before - 512) : before, 0].max(initial=0)) if 21 <= number < 30 else 0
        assert abs(int(white[:, 80].sum()) - 30 * loudest) <= 1, number


async def test_a_page_that_begins_late_goes_on_with_what_cannot_be_rendered_and_is_kept(
    render: Render, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a context behaves as one is said by clicks: one for each thing that is right."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv(BYTES_VARIABLE, str(2**30))
    page = write_page(
        folder,
        "",
        """
        await context.close();
        setTimeout(async () => {
          const late = new AudioContext({ sampleRate: 44100 });
          const half = new GainNode(late, { gain: 0.5 });
          half.connect(late.destination);
          const is = (right, at) => right && click(half, [at]);
          is(late instanceof AudioContext && !(late instanceof OfflineAudioContext), 0.1);
          is(late.state === "running" && late.currentTime === 0 && context.state === "closed", 0.15);
          const { stream } = late.createMediaStreamDestination();
          late.createMediaStreamSource(stream).connect(late.destination);
          late.createMediaElementSource(new Audio());
          is(await context.resume().catch((error) => error.name) === "InvalidStateError", 0.2);
          setTimeout(() => late.suspend(), 300);
          late.addEventListener("statechange", () => is(late.state === "suspended", 0.35));
          setTimeout(() => late.resume(), 400);
          const metronome = new Worker(URL.createObjectURL(new Blob([
            "let n = 0; onmessage = ({ data }) => setInterval(() => postMessage(++n), data)"
          ])));
          metronome.onmessage = ({ data }) => {
            click(half, [late.currentTime]);
            if (data === 2) metronome.terminate();
          };
          setTimeout(() => metronome.postMessage(60), 500);
        }, 100);
        """,
        seconds=0.9,
    )
    options = {"surface": "screenshot", "output": str(tmp_path / "a.mov"), "audio_codec": "pcm"}
    first = (await render(page, **options)).result
    again = (await render(page, **options, overwrite=True)).result
    assert (first.reused_frames, again.reused_frames) == (0, 9)
    assert first.sha256 == again.sha256
    loud = np.flatnonzero(np.abs(decode_sound(first.output)[:, 0]) > 0.2) / SAMPLE_RATE
    found = loud[np.diff(loud, prepend=-1) > 0.01]
    wanted = [0.2, 0.25, 0.3, 0.55, 0.66, 0.72]
    assert np.abs(found - wanted).max() < 2 * QUANTUM / 44_100, found
    assert sorted(first.warnings) == [
        f"The page plays MediaStreamAudio{kind}Node, whose sound is not rendered."
        for kind in ("Destination", "Source")
    ]


async def test_a_large_graph_sounds_the_same_each_time(render: Render, folder: Path, tmp_path: Path) -> None:
    """Sums of many, channels that come and go, feedback, chance in a worklet, and notes that end in notes."""
    page = write_page(
        folder,
        "",
        """
        await context.audioWorklet.addModule(URL.createObjectURL(new Blob([`registerProcessor("noise",
          class extends AudioWorkletProcessor {
            process(_, [[channel]]) {
              channel.forEach((_, i) => { channel[i] = Math.random() / 20; });
              return true;
            }
          })`], { type: "text/javascript" })));
        const sum = new GainNode(context, { gain: 0.2 });
        sum.connect(context.destination);
        new AudioWorkletNode(context, "noise").connect(sum);
        const delay = new DelayNode(context, { delayTime: 0.05 });
        delay.connect(new GainNode(context, { gain: 0.4 })).connect(delay);
        delay.connect(sum);
        const response = context.createBuffer(2, 9600, 48000);
        const chance = () => Float32Array.from({ length: 9600 }, Math.random);
        for (const side of [0, 1]) response.copyToChannel(chance(), side);
        const convolver = new ConvolverNode(context, { buffer: response });
        convolver.connect(sum);
        for (const frequency of [3, 5, 7]) {
          const swing = new OscillatorNode(context, { frequency });
          swing.connect(new GainNode(context, { gain: 0.05 })).connect(sum.gain);
          swing.start();
        }
        let count = 0;
        function note() {
          const frequency = 100 + Math.random() * 700;
          const tone = new OscillatorNode(context, { type: "sawtooth", frequency });
          const panningModel = ++count % 2 ? "HRTF" : "equalpower";
          const panner = new PannerNode(context, { panningModel, positionX: 1 });
          tone.connect(panner);
          for (const target of [delay, convolver, sum]) panner.connect(target);
          tone.start();
          tone.stop(context.currentTime + 0.07 + 0.03 * (count % 3));
          tone.onended = note;
        }
        for (let i = 0; i < 6; i++) setTimeout(note, 37 * i);
        """,
        seconds=0.8,
    )
    sounds: list[Samples] = []
    for name in ("a.wav", "b.wav"):
        rendered = await render(page, output=str(tmp_path / name))
        sounds.append(read_wav(rendered.result.output))
    assert np.abs(sounds[0][: SAMPLE_RATE // 4]).max() > 1000
    assert np.array_equal(sounds[0], sounds[1])


async def test_more_than_is_held_is_told(
    browser: RunningBrowser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "MAX_AUDIO_SECONDS", 0.5)
    write_page(tmp_path, "", "click(context.destination, [0.4]); click(context.destination, [0.9]);", 1)
    async with Site(tmp_path) as site:
        request = PageRequest(
            site.url("page.html"), Size(96, 36), FrameRate(FPS), {}, timeout=30, seconds=1.0
        )
        session = await PageSession.open(browser.context, request)
        await session.reach(9, stateless=False)
        sounds = await session.sounds(Listening(site.origin, folder=str(tmp_path)))
        await session.close()
    assert sounds.unheard == (f"more than {0.5 / 60} minutes of Web Audio",)
    (source,) = sounds.sources
    assert source.rendering is not None
    assert source.rendering.samples == round(0.4 * SAMPLE_RATE) + len(CLICK)
    assert bytes_of(source.file) == 24 + 8 * source.rendering.samples
