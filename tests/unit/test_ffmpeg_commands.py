"""No ffmpeg command can be led to another protocol, format or option by a file's name or content."""

import re
from pathlib import Path

import pytest

from helios_renders.capture.png import decoding_command
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode.assembly import concat_command, concat_listing, join_command
from helios_renders.encode.chunk import EncodedChunk
from helios_renders.encode.edges import Edges, edges_file
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.packets import packets_command, read_tracks
from helios_renders.encode.run import output_of
from helios_renders.encode.seams import frames_command
from helios_renders.encode.subtitles.fonts import fonts_command
from helios_renders.encode.video import EncoderSettings, encoder_command
from helios_renders.render.chunk import Chunk
from helios_renders.render.chunk_queue import Attempt
from helios_renders.setup.processes import run

FPS = FrameRate(30)
SIZE = Size(4, 2)
SETTINGS = EncoderSettings(18, "veryfast", 60, SIZE, SIZE, SIZE, FPS)
NAMES = ("-out.mp4", "x:y.mp4", "http:foo.mp4", "it's, here.mp4", "%d.mp4", "a\nb.mp4", "concat:a|b.mp4")
FORMATS = {"image2pipe", "rawvideo", "concat", "mp4"}


def commands(name: str) -> dict[str, list[str]]:
    """Every command that renders use, with a file of this name in it."""
    file = Path(name)
    return {
        "encode PNG": encoder_command("ffmpeg", SETTINGS, "png", 9, file),
        "encode raw": encoder_command("ffmpeg", SETTINGS, "bgr0", 9, file),
        "encode with subtitles": encoder_command("ffmpeg", SETTINGS, "bgr0", 9, file, "chunk-1.ass"),
        "look for fonts": fonts_command("ffmpeg", "fonts.ass"),
        "join": concat_command("ffmpeg", file, file, SETTINGS),
        "list packets": packets_command("ffmpeg", [file, file], "mp4"),
        "decode frames": frames_command("ffmpeg", file, SETTINGS),
        "decode PNG": decoding_command("ffmpeg"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_names_are_names_of_files_and_never_options_or_addresses(name: str) -> None:
    edges = str(edges_file(Path(name)))
    for command in commands(name).values():
        named = [word for word in command if name in word or edges in word]
        assert set(named) <= {f"file:{name}", f"file:{edges}"}
        assert "-nostdin" in command


def test_every_input_has_its_format_and_its_protocol() -> None:
    for what, command in commands("a.mp4").items():
        rest = command[1:]
        while "-i" in rest:
            at = rest.index("-i")
            source, options = rest[at + 1], rest[:at]
            assert options[options.index("-f") + 1] in FORMATS, what
            protocol = source.split(":")[0]
            assert options[options.index("-protocol_whitelist") + 1] == protocol, what
            assert protocol in ("file", "pipe"), what
            rest = rest[at + 2 :]
        assert len(rest) < len(command) - 1, what
        assert "-f" in rest, what


def test_chunks_have_names_of_our_own() -> None:
    names = [Attempt(Chunk(index, 0, 1), 3).name for index in (0, 7, 999_999, 12_345_678)]
    assert [name for name in names if not re.fullmatch(r"[a-z0-9-]+\.mp4", name)] == []
    listing = concat_listing([EncodedChunk(Path("/a b/it's", name), 1, Edges((), ())) for name in names], FPS)
    assert [line.split()[1] for line in listing.splitlines() if line.startswith("file")] == names


@pytest.mark.parametrize(
    "content",
    ["ffconcat version 1.0\nfile secret.mp4\n", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.ts\n"],
)
def test_a_list_in_the_place_of_a_video_is_not_followed(tmp_path: Path, content: str) -> None:
    video = tmp_path / "video.mp4"
    video.write_text(content)
    done = run(packets_command(str(find_ffmpeg().path), [video], "mp4"), timeout=20)
    assert not done.ok
    assert "secret" not in done.output


@pytest.mark.parametrize("entry", ["http://127.0.0.1:9/a.mp4", "/etc/hostname", "../a.mp4", "data:,x"])
def test_a_list_names_files_of_its_folder_only(tmp_path: Path, entry: str) -> None:
    listing = tmp_path / "chunks.txt"
    listing.write_text(f"ffconcat version 1.0\nfile {entry}\n")
    done = run(concat_command(str(find_ffmpeg().path), listing, tmp_path / "out.mp4", SETTINGS), timeout=20)
    assert not done.ok
    assert "Unsafe file name" in done.output


async def test_chunks_are_joined_in_a_folder_of_any_name(tmp_path: Path) -> None:
    folder = tmp_path / """Über #1 why? it's "here" a%20b\n\\end"""
    folder.mkdir()
    chunk, output = folder / "chunk.mp4", folder / "out.mp4"
    program = str(find_ffmpeg().path)
    source = ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=30", "-frames:v", "3"]
    assert run([program, *source, "-video_track_timescale", "30", str(chunk)], timeout=20).ok
    listing = folder / "chunks.txt"
    listing.write_text("ffconcat version 1.0\nfile chunk.mp4\n")
    await output_of(join_command(program, listing, output, SETTINGS), "joining", folder, cwd=folder)
    (joined,) = await read_tracks(program, [output], "mp4")
    assert len(joined.packets) == 3
