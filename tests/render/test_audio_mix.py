"""The mix graph with a real ffmpeg, held against the same sum by numpy."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from helios_renders.composition.audio_track import AudioTrack
from helios_renders.composition.sounds import SoundingElement, SoundState
from helios_renders.encode.audio import (
    Mastering,
    Window,
    loudness_command,
    master_command,
    mix,
    mix_command,
)
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.run import output_of
from helios_renders.encode.segment import Gain, Segment, element_segments, track_segments
from helios_renders.encode.sound_file import (
    SAMPLE_RATE,
    SoundFile,
    UnreadableSound,
    decode_command,
    decode_sound,
)
from render.sound import Samples, as_stored, click_places, clicks, read_wav, write_wav

FFMPEG = str(find_ffmpeg().path)
TOTAL = 2 * SAMPLE_RATE
WHOLE = Window(0, TOTAL, TOTAL)
NOISE = np.random.default_rng(6).uniform(-0.2, 0.2, (30_000, 2))
MONO = np.random.default_rng(7).uniform(-0.2, 0.2, 24_000)


async def decoded(folder: Path, samples: Samples, name: str = "a", rate: int = SAMPLE_RATE) -> SoundFile:
    source = write_wav(folder / f"{name}.wav", samples, rate)
    found = await decode_sound(FFMPEG, source, folder / f"{name}.au")
    assert found is not None
    return found


async def mixed(
    folder: Path, segments: Sequence[Segment], window: Window = WHOLE, mastering: Mastering | None = None
) -> Samples:
    done = await mix(FFMPEG, segments, window, mastering or Mastering(), folder)
    assert done.warnings == ()
    return read_wav(done.file)


def track(**values: Any) -> AudioTrack:
    return attrs.evolve(AudioTrack(Path("a.wav")), **values)


async def test_more_sounds_than_one_command_can_name_are_their_sum(tmp_path: Path) -> None:
    sound = await decoded(tmp_path, as_stored(NOISE[:480]))
    offsets = [number * 96 for number in range(700)]
    segments = [
        segment
        for offset in offsets
        for segment in track_segments(track(volume=0.5, offset=offset / SAMPLE_RATE), sound, TOTAL)
    ]
    assert len(segments) == 700
    expected = np.zeros((TOTAL, 2))
    for offset in offsets:
        expected[offset : offset + 480] += 0.5 * as_stored(NOISE[:480])
    found = await mixed(tmp_path, segments)
    assert np.abs(found / 32768 - np.clip(expected, -1, 1)).max() < 2 / 32768
    assert [path.name for path in tmp_path.glob("mix-*")] == []  # noqa: ASYNC240 - of a few files


async def test_three_tracks_are_their_sum_in_samples(tmp_path: Path) -> None:
    noise, mono = await decoded(tmp_path, NOISE), await decoded(tmp_path, MONO, "b")
    assert (noise.channels, noise.samples, mono.channels, mono.samples) == (2, 30_000, 1, 24_000)
    segments = (
        *track_segments(track(volume=0.5, offset=0.25, seek=0.1, loop=True), mono, TOTAL),
        *track_segments(track(offset=1, fade_in=0.1, fade_out=0.2), noise, TOTAL),
        *track_segments(track(offset=1.9, volume=1.5), noise, TOTAL),
    )
    expected = np.zeros((TOTAL, 2))
    looped = as_stored(MONO)[(np.arange(TOTAL - 12_000) + 4800) % 24_000]
    expected[12_000:] += 0.5 * looped
    fades = np.ones(30_000)
    fades[:4800] = np.arange(4800) / 4800
    fades[-9600:] = 1 - np.arange(9600) / 9600
    expected[48_000:78_000] += as_stored(NOISE) * fades[:, None]
    expected[91_200:] += 1.5 * as_stored(NOISE)[:4800]
    found = await mixed(tmp_path, segments)
    assert len(found) == TOTAL
    assert np.abs(found - expected * 32768).max() <= 0.51
    again = await mixed(tmp_path, segments)
    assert np.array_equal(found, again)
    part = await mixed(tmp_path, segments, Window(20_001, 50_003, TOTAL))
    assert np.array_equal(part, found[20_001:50_003])


async def test_an_element_is_heard_while_it_plays_at_its_volume(tmp_path: Path) -> None:
    tone = np.full((48_000, 2), 0.25)
    sound = await decoded(tmp_path, tone)
    first = SoundState(
        at=0,
        playing=True,
        base=0,
        birth=0,
        rate=1,
        keeps_pitch=True,
        loop=False,
        volume=1,
        source=0,
        length=1.0,
    )
    states = (
        first,
        attrs.evolve(first, at=250, volume=0.5),
        attrs.evolve(first, at=500, playing=False, base=0.5, birth=500),
        attrs.evolve(first, at=1000, base=0.5, birth=1000),
    )
    segments = element_segments(SoundingElement("audio", 0, 0, states), {0: sound}, TOTAL)
    found = (await mixed(tmp_path, segments))[:, 0] / 32768
    level = as_stored(tone)[0, 0]
    for start, end, wanted in (
        (0, 12_000, level),
        (12_480, 24_000, level / 2),
        (24_000, 48_000, 0),
        (48_000, 72_000, level),
        (72_000, TOTAL, 0),
    ):
        assert np.abs(found[start:end] - wanted).max() < 1 / 32768, start
    assert np.abs(np.diff(found[12_000:12_480])).max() < level / 400


@pytest.mark.parametrize(
    ("rate", "keeps_pitch", "near"), [(1.5, True, 0.02), (0.4, True, 0.06), (2.5, False, 0)]
)
async def test_a_playback_rate_moves_and_ends_a_sound(
    tmp_path: Path, rate: float, keeps_pitch: bool, near: float
) -> None:
    beep = np.zeros(72_000)
    beep[48_000:52_800] = 0.5 * np.sin(np.arange(4800) * 2 * np.pi * 700 / SAMPLE_RATE)
    sound = await decoded(tmp_path, beep)
    total = 4 * SAMPLE_RATE
    (segment,) = track_segments(track(playback_rate=rate), sound, total)
    assert segment.end == -(-72_000 // rate)
    segment = attrs.evolve(segment, keeps_pitch=keeps_pitch)
    found = (await mixed(tmp_path, [segment], Window(0, total, total)))[:, 0] / 32768
    loud = np.flatnonzero(np.abs(found) > 0.2)
    middle, length = (loud[0] + loud[-1]) / 2, loud[-1] - loud[0]
    assert abs(middle - 50_400 / rate) <= near * SAMPLE_RATE + 20
    assert abs(length - 4800 / rate) <= near * SAMPLE_RATE + 50
    assert not found[segment.end :].any()
    crossings = np.count_nonzero(np.diff(np.signbit(found[loud[0] : loud[-1]]))) / 2
    assert crossings / length * SAMPLE_RATE == pytest.approx(700 * (1 if keeps_pitch else rate), rel=0.06)


async def test_other_rates_are_resampled_in_place(tmp_path: Path) -> None:
    at_44100 = np.zeros(44_100)
    at_44100[22_050:22_100] = 0.8
    sound = await decoded(tmp_path, at_44100, rate=44_100)
    assert sound.samples == SAMPLE_RATE
    found = (await mixed(tmp_path, track_segments(track(), sound, TOTAL)))[:, 0]
    loud = np.flatnonzero(np.abs(found) > 12_000)
    assert abs(loud[0] - 24_000) <= 1
    assert abs(loud[-1] - 24_054) <= 2


@pytest.mark.parametrize(
    ("name", "codec"), [("a.m4a", "aac"), ("a.webm", "libopus"), ("a.opus", "libopus"), ("a.flac", "flac")]
)
async def test_the_delay_of_a_codec_is_taken_off(tmp_path: Path, name: str, codec: str) -> None:
    places = [4800, 24_000, 43_200]
    source = write_wav(tmp_path / "a.wav", clicks(places, SAMPLE_RATE))
    coded = tmp_path / name
    await output_of([FFMPEG, "-v", "error", "-i", str(source), "-c:a", codec, str(coded)], "coding", tmp_path)
    sound = await decode_sound(FFMPEG, coded, tmp_path / "a.au")
    assert sound is not None
    segments = track_segments(track(volume=0.5), sound, TOTAL)
    found = click_places(await mixed(tmp_path, segments) / 32768, level=0.2)
    assert len(found) == len(places)
    assert max(abs(one - other) for one, other in zip(found, places, strict=True)) <= 2


async def test_loudness_and_peaks_are_mastered(tmp_path: Path) -> None:
    tone = 0.3 * np.sin(np.arange(TOTAL) * 2 * np.pi * 1000 / SAMPLE_RATE)
    tone[24_000 : 24_000 + 96] += clicks([0], 96)[:96] * 0.8
    sound = await decoded(tmp_path, tone)
    segments = track_segments(track(volume=2), sound, TOTAL)
    # BS.1770: a stereo tone of 1 kHz at -20 dB RMS on both sides has -16.99 LUFS.
    found = await mixed(tmp_path, segments, mastering=Mastering(loudness=-23))
    rms = 20 * np.log10(np.sqrt(np.mean((found[48_000:] / 32768) ** 2)))
    assert rms == pytest.approx(-26.0, abs=0.3)
    ranged = await mixed(tmp_path, segments, Window(0, 4800, TOTAL), Mastering(loudness=-23))
    assert np.array_equal(ranged, found[:4800])
    limited = await mixed(tmp_path, segments, mastering=Mastering(limiter=True))
    assert np.abs(limited).max() <= 32768 * 10 ** (-1 / 20) + 1
    untouched = limited[:23_000, 0] / 32768 - 2 * as_stored(tone)[:23_000, 0]
    assert np.abs(untouched).max() < 2 / 32768
    done = await mix(FFMPEG, segments, WHOLE, Mastering(), tmp_path)
    assert "over full scale" in done.warnings[0]
    short = await mix(FFMPEG, segments, Window(0, 99, 99), Mastering(loudness=-16), tmp_path)
    assert "too short or too quiet" in short.warnings[0]


async def test_what_is_no_sound_says_why(tmp_path: Path) -> None:
    corrupt = tmp_path / "corrupt.mp3"
    corrupt.write_bytes(np.random.default_rng(1).bytes(5000))
    secret = write_wav(tmp_path / "secret.wav", clicks([0], 4800))
    playlist = tmp_path / "list.mp3"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n")
    listing = tmp_path / "list.wav"
    listing.write_text("ffconcat version 1.0\nfile secret.wav\n")
    with pytest.raises(UnreadableSound, match="no such file"):
        await decode_sound(FFMPEG, tmp_path / "missing.wav", tmp_path / "out.au")
    for file in (corrupt, playlist, listing):
        with pytest.raises(UnreadableSound) as refused:
            await decode_sound(FFMPEG, file, tmp_path / "out.au")
        assert str(refused.value)
    assert await decode_sound(FFMPEG, secret, tmp_path / "out.au") is not None


@pytest.mark.parametrize("name", ["-a.wav", "http:a.wav", "it's, here.wav", "concat:a|b.wav", "%d.wav"])
def test_names_are_names_of_files_and_never_options_or_addresses(name: str) -> None:
    file = Path(name)
    twice = [Segment(SoundFile(file, 2, 9), 0, 9, 0, 1, (Gain(0, 1),))] * 2
    for command in (
        decode_command("ffmpeg", file, file),
        mix_command("ffmpeg", twice, 9, file),
        loudness_command("ffmpeg", file),
        master_command("ffmpeg", file, WHOLE, file, gain=1, limits=True),
    ):
        assert {word for word in command if name in word} == {f"file:{name}"}
        assert command[command.index("-protocol_whitelist") + 1] == "file"
        assert "-nostdin" in command
