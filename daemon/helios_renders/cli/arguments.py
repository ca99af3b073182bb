"""What can be typed after `helios`; every value stays text here and is checked by StartRenderOptions."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from helios_renders import __version__
from helios_renders.errors import InvalidOption, UsageError

EPILOG = "Exit codes: 0 done, 1 failed, 2 wrong use or bad input, 130 cancelled."


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are ours: one line and advice."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError instead of printing the usage."""
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", f"See `{self.prog} --help`.")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The command line as typed; raises UsageError, and SystemExit after `--help` and `--version`."""
    parsed, rest = _make_parser().parse_known_args(words)
    if parsed.command in ("render", "bench") and not any(word.startswith("-") for word in rest):
        # argparse takes no second group of pages after an option.
        parsed.pages += rest
    elif rest:
        command = f"helios {parsed.command}" if parsed.command else "helios"
        raise UsageError(f"{command} does not take {rest[0]}.", f"See `{command} --help`.")
    return parsed


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="helios",
        description="Turn animated web pages into video.",
        epilog=EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"helios {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, epilog=EPILOG, allow_abbrev=False)

    render = command("render", "Render pages to video files, one after the other.")
    _add_pages(render)
    _add_composition_options(render)
    _add_render_options(render)
    for name, text in (
        ("probe", "Say what a page is: its size, frame rate and length, and where each was found."),
        ("plan", "Say what a render would do, without doing it."),
    ):
        inspection = command(name, text)
        inspection.add_argument("page", metavar="PAGE", help="an HTML file, a folder or an http(s) address")
        _add_composition_options(inspection)
        if name == "plan":
            _add_render_options(inspection)
        else:
            _add_page_options(inspection)
    bench = command(
        "bench", "Measure how fast pages render here, what each stage costs, and what is left to gain."
    )
    _add_bench_options(bench)
    doctor = command("doctor", "Check this machine for everything that a render needs.")
    doctor.add_argument(
        "--quick", action="store_true", help="only whether the browser, its driver and ffmpeg are there"
    )
    _add_json(doctor)
    setup = command("setup", "Install the browser and the ffmpeg that are missing, without asking.")
    setup.add_argument("--yes", action="store_true", help="accepted for scripts; setup never asks")
    cache = command("cache", "Say how much is kept of finished renders, or clear it.")
    cache.add_argument("--clear", action="store_true", help="remove all of it")
    _add_json(cache)
    serve = command("serve", "Serve an editor over standard input and output.")
    serve.add_argument("--stdio", action="store_true", help="accepted for editors; there is no other way")
    return parser


def _add_pages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "pages",
        metavar="PAGE",
        nargs="+",
        help="an HTML file, a folder with composition.html or index.html, a folder of folders with "
        "composition.html, or an http(s) address",
    )


def _add_composition_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("composition (what the page itself says, when left out)")
    group.add_argument("--fps", metavar="F", help="frame rate, such as 30, 29.97 or 30000/1001")
    group.add_argument("--size", metavar="WxH", help="width and height in pixels, such as 1920x1080")
    group.add_argument("--duration", metavar="S", help="length in seconds")
    group.add_argument("--props", metavar="JSON", help="input props as a JSON object, or @FILE")


def _add_page_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("page")
    group.add_argument("--root", metavar="DIR", help="folder to serve; it must hold the page")
    group.add_argument(
        "--allow-page-errors", action="store_true", help="go on when a script of the page throws"
    )
    group.add_argument(
        "--timeout", metavar="S", help="seconds a page may take to load, and to come to rest at a frame (30)"
    )
    group.add_argument(
        "--network",
        metavar="POLICY",
        help="allow, or local: the page reaches nothing but the files of its project; allow",
    )
    group.add_argument(
        "--gpu",
        metavar="USE",
        help="on: a graphics card draws, or the render fails; auto, off: the processor",
    )
    group.add_argument("--browser", metavar="PATH", help="the Chromium or Chrome to use")
    group.add_argument("--ffmpeg", metavar="PATH", help="the ffmpeg to use")
    _add_json(parser)


def _add_render_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="the file; a folder when there are several pages, or where it ends in / or is one",
    )
    group.add_argument("--overwrite", action="store_true", help="replace the output when it exists")
    group.add_argument(
        "--name",
        dest="output_name",
        metavar="PATTERN",
        help="the file's name without its ending, such as {name}-{width}x{height}; {name}",
    )
    frames = group.add_mutually_exclusive_group()
    frames.add_argument("--range", metavar="A:B", help="only frames A up to B, without B, such as 37:212")
    frames.add_argument("--frame", metavar="N", dest="range", type=_one_frame, help="only frame N")
    group.add_argument(
        "--pixel-ratio",
        metavar="R",
        help="pixels drawn for each pixel of the page's, 1 to 4; the video is as much larger; 1",
    )
    group.add_argument("--scale", metavar="P", help="the video's size in percent of what is drawn, 25 to 100")
    group.add_argument(
        "--format", metavar="NAME", help="the file's format; what the output's ending says, or mp4"
    )
    group.add_argument("--codec", metavar="NAME", help="how pictures are coded; the format's first")
    group.add_argument(
        "--crf",
        metavar="N",
        help="quality of which less is better, for H.264 0 to 51; the codec's, 18 for H.264",
    )
    group.add_argument("--bitrate", metavar="B", help="bits a second in place of the quality, such as 8M")
    group.add_argument("--preset", metavar="P", help="the encoder's preset; the codec's, veryfast for H.264")
    group.add_argument(
        "--encoder",
        metavar="NAME",
        help="a graphics card's encoder: nvenc, vaapi, qsv, videotoolbox or amf; the bytes then depend on it",
    )
    group.add_argument("--gop", metavar="N", help="frames from one key frame to the next; two seconds")
    group.add_argument("--pixel-format", metavar="NAME", help="such as yuv444p10le; the codec's first")
    group.add_argument(
        "--transparent", action="store_true", help="leave the page's ground away where it has none"
    )
    group.add_argument("--audio-codec", metavar="NAME", help="how sound is coded; the format's first")
    group.add_argument("--audio-bitrate", metavar="B", help="bits a second of the sound, such as 192k")
    group.add_argument("--even", metavar="RULE", help="what to do with an odd size: error, pad or crop")
    _add_subtitle_options(parser)
    _add_audio_options(parser)
    work = parser.add_argument_group("work")
    work.add_argument("-c", "--concurrency", metavar="N", help="workers, 1 to 32, or auto; 1")
    work.add_argument(
        "--force-concurrency",
        action="store_true",
        help="do not lower the workers to what the machine carries",
    )
    work.add_argument("--surface", metavar="NAME", help="how frames are taken; auto")
    work.add_argument(
        "--no-cache",
        dest="cache",
        action="store_false",
        help="render every frame, also those that an earlier render of the same page has left",
    )
    _add_page_options(parser)


def _add_subtitle_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("subtitles")
    group.add_argument(
        "--subtitles",
        metavar="FILE",
        help="a SubRip or WebVTT file, or page for the page's captions, or none; "
        "what composition.json names, when left out",
    )
    group.add_argument(
        "--subtitle-mode",
        metavar="MODE",
        help="burn into the picture, track or sidecar (a file beside); burn",
    )
    group.add_argument(
        "--subtitle-style",
        metavar="STYLE",
        help="of burnt-in ones, such as font=DejaVu Serif,size=8,color=#ffee00,outline=0.5; sizes in percent",
    )
    group.add_argument("--subtitle-language", metavar="L", help="of a track, such as eng; und")


def _add_audio_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("sound (what the page plays, and composition.json's audioTracks)")
    group.add_argument(
        "--audio",
        dest="audio_tracks",
        action="append",
        metavar="FILE",
        help='one more track; or an object such as {"path": "a.mp3", "offset": 2, "volume": 0.5}',
    )
    group.add_argument("--no-audio", dest="audio", action="store_false", help="no sound but that of --audio")
    group.add_argument("--loudness", metavar="L", help="integrated loudness in LUFS (EBU R 128), such as -16")
    group.add_argument("--limiter", action="store_true", help="keep peaks below full scale without cutting")


def _add_bench_options(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(output=None, overwrite=False, cache=False)
    parser.add_argument(
        "pages", metavar="PAGE", nargs="*", help="pages to measure; three that come along, when left out"
    )
    _add_composition_options(parser)
    group = parser.add_argument_group("measuring")
    group.add_argument("--surface", dest="surfaces", metavar="LIST", help="such as element,screenshot; auto")
    group.add_argument("--concurrency", dest="concurrencies", metavar="LIST", help="such as 1,2,4; 1,auto")
    group.add_argument("--rounds", metavar="N", default="3", help="how often everything is measured; 3")
    group.add_argument("--range", metavar="A:B", help="only frames A up to B, without B, such as 0:120")
    group.add_argument("--crf", metavar="N", help="quality, 0 (lossless) to 51 (worst); 18")
    group.add_argument("--preset", metavar="P", help="x264's preset; veryfast")
    _add_page_options(parser)


def _one_frame(text: str) -> str:
    """A range of one frame; raises InvalidOption."""
    if not (text.isascii() and text.isdecimal()):
        raise InvalidOption(f"Frame is {text}.", "Give the number of one frame, from 0.")
    return f"{text}:{int(text) + 1}"


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
