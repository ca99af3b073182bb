"""Formats, codecs and their numbers: what goes together, what does not, and what is told of it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode.codecs import ALL_PIXEL_FORMATS, CODECS, LOSSLESS, VIDEO_CODECS
from helios_renders.encode.coding import Coding, codec_options, has_alpha, subsampling
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.formats import FORMATS, format_named
from helios_renders.encode.muxing import copied_times
from helios_renders.errors import FfmpegMissing, InvalidOption
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.encoding import Encoding, EncodingRequest, resolve_encoding
from helios_renders.render.encoding_values import parse_bitrate, parse_gop
from helios_renders.render.plan import chunk_length, even_size, scaled_size

FPS = FrameRate(30)


def resolve(output: str | None = None, **asked: Any) -> Encoding:
    return resolve_encoding(EncodingRequest(output=None if output is None else Path(output), **asked))


def refused(output: str | None = None, **asked: Any) -> InvalidOption:
    with pytest.raises(InvalidOption) as caught:
        resolve(output, **asked)
    assert caught.value.advice != ""
    return caught.value


@pytest.mark.parametrize(
    ("output", "asked", "expected"),
    [
        (None, {}, "mp4 h264"),
        ("a.MP4", {}, "mp4 h264"),
        ("a.webm", {}, "webm vp9"),
        ("a.mov", {}, "mov prores"),
        ("a.gif", {}, "gif gif"),
        ("a.webp", {}, "webp webp"),
        ("a.webp", {"is_one_frame": True}, "webp-still webp"),
        ("a.webp", {"is_one_frame": True, "format": "webp"}, "webp webp"),
        ("a.webp", {"format": "webp-still"}, "webp-still webp"),
        ("a.mp4", {"is_one_frame": True}, "mp4 h264"),
        ("a.apng", {}, "apng apng"),
        ("a.png", {}, "png png"),
        ("a.jpeg", {}, "jpeg jpeg"),
        ("frames", {"format": "png-sequence"}, "png-sequence png"),
        ("frames.d", {"format": "jpeg-sequence"}, "jpeg-sequence jpeg"),
        ("a.webm", {"codec": "av1"}, "webm av1"),
        ("a.mov", {"transparent": True}, "mov prores-4444"),
        (None, {"format": "webm", "pixel_format": "yuva420p"}, "webm vp9"),
    ],
)
def test_what_is_left_open_follows_from_the_rest(
    output: str | None, asked: dict[str, Any], expected: str
) -> None:
    encoding = resolve(output, **asked)
    assert f"{encoding.format.name} {encoding.codec.name}" == expected


@pytest.mark.parametrize(
    ("output", "asked", "message", "advice"),
    [
        (None, {"format": "avi"}, "Format is avi.", "mp4, webm, mov, gif"),
        ("a.webm", {"format": "mp4"}, "the output a.webm is WebM by its name", "a.mp4"),
        ("a.png", {"format": "png-sequence"}, "is PNG by its name", "Name it a,"),
        (None, {"codec": "vp9"}, "MP4 cannot carry it", "h264, h265, av1"),
        ("a.gif", {"codec": "h264"}, "GIF cannot carry it", "Choose one of gif."),
        (None, {"transparent": True}, "MP4 with H.264 carries none", "webm, mov, gif, webp, apng"),
        ("a.jpg", {"transparent": True}, "JPEG with JPEG carries none", "png"),
        ("a.mov", {"codec": "prores", "transparent": True}, "ProRes 422 HQ carries none", "webm"),
        (None, {"crf": 52}, "CRF is 52.", "0 (best) to 51 (worst)"),
        ("a.webm", {"crf": 64}, "CRF is 64.", "0 (best) to 63 (worst)"),
        ("a.gif", {"crf": 5}, "GIF has none", "Leave it out."),
        ("a.webm", {"preset": "medium"}, "Preset is medium.", "VP9 has 5, 4, 3, 2, 1, 0"),
        ("a.mov", {"preset": "medium"}, "ProRes 422 HQ has none", "Leave it out."),
        (None, {"preset": "8"}, "Preset is 8.", "H.264 has ultrafast"),
        (None, {"bitrate": 10**6, "crf": 20}, "a bitrate was given too", "one of them"),
        ("a.apng", {"bitrate": 10**6}, "APNG takes none", "another codec"),
        ("a.gif", {"gop": 5}, "The GOP is 5, and GIF has none to choose.", "Leave it out."),
        ("a.jpg", {"gop": 5}, "JPEG has none", "Leave it out."),
        ("a.wav", {"gop": 5}, "WAV has none", "Leave it out."),
        (None, {"pixel_format": "rgb24"}, "Pixel format is rgb24.", "H.264 has yuv420p"),
        ("a.webm", {"pixel_format": "yuv444p", "transparent": True}, "Pixel format", "has yuva420p"),
        ("a.webm", {"audio_codec": "aac"}, "Audio codec is aac, and WebM", "opus"),
        ("a.gif", {"audio_codec": "aac"}, "Audio codec is aac, and GIF", "another format"),
        ("a.gif", {"audio_bitrate": 64_000}, "GIF takes none", "Leave it out."),
        ("a.mov", {"audio_bitrate": 64_000}, "PCM takes none", "Leave it out."),
    ],
)
def test_what_does_not_go_together_is_refused_with_what_does(
    output: str | None, asked: dict[str, Any], message: str, advice: str
) -> None:
    error = refused(output, **asked)
    assert message in error.message
    assert advice in error.advice


@pytest.mark.parametrize(
    ("output", "size", "fps", "frames", "words"),
    [
        ("a.png", Size(64, 64), FPS, 2, "A PNG holds one frame, and 2 are to be rendered. use png-sequence."),
        ("a.jpg", Size(64, 64), FPS, 2, "A JPEG holds one frame --range 0:1 use jpeg-sequence."),
        ("a.gif", Size(64, 64), FrameRate(60), 2, "The frame rate is 60, and GIF has 50 at most. --fps 50"),
    ],
)
def test_what_the_page_decides_is_looked_at_too(
    output: str, size: Size, fps: FrameRate, frames: int, words: str
) -> None:
    with pytest.raises(InvalidOption) as caught:
        resolve(output).require(size, fps, frames)
    told = f"{caught.value.message} {caught.value.advice}"
    assert all(word in told for word in words.split())
    resolve(output).require(size, FPS, 1)


def test_av1_has_a_least_size() -> None:
    with pytest.raises(InvalidOption, match="64x36, and AV1 needs at least 64x64"):
        resolve(codec="av1").require(Size(64, 36), FPS, 5)
    resolve(codec="av1").require(Size(64, 64), FPS, 5)


@pytest.mark.parametrize(
    ("value", "bits"), [("8M", 8_000_000), ("800k", 800_000), (64000, 64_000), ("1.5m", 1_500_000)]
)
def test_bitrates_are_read(value: object, bits: int) -> None:
    assert parse_bitrate(value) == bits


@pytest.mark.parametrize("value", ["abc", "", "8 Mbit", "-1M", 0, "0.1k", "2000M", True, None, [8], "1e6"])
def test_other_bitrates_are_refused(value: object) -> None:
    with pytest.raises(InvalidOption, match="Bitrate is"):
        parse_bitrate(value)


@pytest.mark.parametrize("value", [0, 601, "x", 1.5, True])
def test_other_gops_are_refused(value: object) -> None:
    with pytest.raises(InvalidOption, match="GOP is"):
        parse_gop(value)


@given(st.integers(1, 600), st.integers(1, 240), st.integers(1, 100_000))
def test_chunks_are_whole_groups_of_pictures(gop: int, fps: int, frames: int) -> None:
    length = chunk_length(frames, FrameRate(fps), stateless=True, gop=gop)
    assert length % gop == 0
    assert length >= 2 * fps > length - gop


@given(st.integers(2, 999), st.integers(2, 999), st.sampled_from(ALL_PIXEL_FORMATS))
def test_a_size_fits_the_pixel_format_by_padding_and_by_cropping(w: int, h: int, name: str) -> None:
    across, down = subsampling(name)
    padded, cropped = (even_size(Size(w, h), rule, name) for rule in ("pad", "crop"))
    for size in (padded, cropped):
        assert (size.width % across, size.height % down) == (0, 0)
    assert 0 <= padded.width - w < across
    assert 0 <= h - cropped.height < down
    assert scaled_size(padded, 100) == padded


def test_odd_sizes_are_refused_only_where_colour_is_shared() -> None:
    odd = Size(63, 37)
    assert even_size(odd, "error", "yuv444p") == odd
    assert even_size(odd, "error", "bgra") == odd
    with pytest.raises(InvalidOption, match=r"4:2:0 colour \(yuva420p\) needs even sides"):
        even_size(odd, "error", "yuva420p")
    with pytest.raises(InvalidOption, match=r"4:2:2 colour \(yuv422p10le\) needs an even width"):
        even_size(odd, "error", "yuv422p10le")


@given(st.fractions(min_value=1, max_value=240, max_denominator=1001), st.integers(0, 10_000))
def test_milliseconds_in_webm_are_those_nearest_to_each_frame(rate: Any, number: int) -> None:
    fps = FrameRate(rate.numerator, rate.denominator)
    expression = copied_times("webm", fps)["bsf:v"].removeprefix("setts=ts=").split(":")[0]
    # As ffmpeg evaluates it, in double precision with TB of a millisecond.
    value = eval(expression, {"round": round, "N": number, "TB": 0.001})
    assert abs(value - fps.seconds(number) * 1000) <= 0.5 + 1e-6
    assert copied_times("mp4", fps) == {}


def test_every_format_is_told_apart_and_explained() -> None:
    assert [format_named(each.name) for each in FORMATS] == list(FORMATS)
    for each in FORMATS:
        assert each.description.endswith(".")
        assert each.suffix.startswith(".")
        for codec in each.codecs:
            assert VIDEO_CODECS[codec.name] is codec
            coding = Coding(codec=codec.name, pixel_format="x", crf=1, preset="1", gop=5, size=Size(64, 64))
            assert codec_options(coding)["vcodec"] == codec.encoder
            assert not any(map(has_alpha, codec.pixel_formats))
            assert all(map(has_alpha, codec.alpha_pixel_formats))
    assert set(CODECS) - set(VIDEO_CODECS) == {LOSSLESS.name}


def test_what_waits_for_the_end_is_kept_without_loss() -> None:
    assert resolve("a.gif").encoders == {"gif", "ffv1"}
    assert resolve("a.webp").encoders == {"libwebp_anim", "ffv1"}
    assert resolve("a.webp", is_one_frame=True).encoders == {"libwebp", "ffv1"}
    assert resolve(format="webp-sequence").words == "WebP (libwebp), CRF 10"
    assert resolve(bitrate=10**6).encoders == {"libx264", "ffv1"}
    assert resolve("a.mov").encoders == {"prores_ks"}
    assert resolve("a.gif").chunk_container == "mov"
    assert resolve("a.webm").chunk_container == "webm"


def test_an_ffmpeg_without_the_encoder_is_refused_by_its_name() -> None:
    path = find_ffmpeg().path
    with pytest.raises(FfmpegMissing) as caught:
        find_ffmpeg(path, frozenset({"libx264", "libnobody"}))
    assert f"{path} (from option) lacks the encoder libnobody" in caught.value.message


def test_a_request_is_refused_before_anything_begins() -> None:
    with pytest.raises(InvalidOption, match="WebM cannot carry it"):
        StartRenderOptions(composition="a.html", format="webm", codec="h265").checked()
    checked = StartRenderOptions(composition="a.html", output="a.webm", bitrate="2M", gop="24").checked()
    assert (checked.encoding.bitrate, checked.encoding.gop) == (2_000_000, 24)
