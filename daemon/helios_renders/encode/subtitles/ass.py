"""Cues as a script for libass, timed by frames (Advanced SubStation Alpha, "ASS v4+")."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import attrs

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode.subtitles.cue import Align, Anchor, Cue, Placement, Span
from helios_renders.encode.subtitles.style import SubtitleStyle

FRAMES_PER_SECOND = 10
"""Of the script, whatever the video has: its times are hundredths of a second, too coarse for 240 fps."""
_FRAME = 100 // FRAMES_PER_SECOND
_COLUMNS: tuple[Align, ...] = ("left", "center", "right")
_ROWS: tuple[Anchor, ...] = ("end", "center", "start")
_JOINER = "\u2060"
"""Is not seen, and keeps a backslash from meaning a line break."""


@attrs.frozen
class Burner:
    """The cues of a composition with the frames they are shown in."""

    cues: tuple[tuple[range, Cue], ...]
    size: Size
    """Of the frames, in pixels."""
    style: SubtitleStyle
    remarks: tuple[str, ...] = ()
    """What else the pictures depend on, each a line of the script without effect."""

    @classmethod
    def of(
        cls,
        cues: Iterable[Cue],
        fps: FrameRate,
        size: Size,
        style: SubtitleStyle,
        remarks: tuple[str, ...] = (),
    ) -> Self:
        """The same cues, each looked at once."""
        return cls(tuple((cue.frames(fps), cue) for cue in cues), size, style, remarks)

    def script(self, start: int, end: int) -> str:
        """What is to be drawn into frames `[start, end)`, the first of which is at time 0; empty for nothing.

        Each run of frames with the same cues has events of its own, and cues that nobody has placed are one
        event. libass lets an event stay where it was when the one below it goes: what a frame shows would
        depend on the frames before it.
        """
        found = [
            (frames, cue) for frames, cue in self.cues if max(frames.start, start) < min(frames.stop, end)
        ]
        borders = sorted({start, end, *(at for frames, _ in found for at in _within(frames, start, end))})
        events = [
            f"Dialogue: {layer},{_time(first - start)},{_time(last - start)},Default,,0,0,0,,{text}"
            for first, last in itertools.pairwise(borders)
            for layer, text in self._texts([cue for frames, cue in found if first in frames])
        ]
        return "\n".join([*self._header(), *events, ""]) if events else ""

    def _header(self) -> tuple[str, ...]:
        style, unit = self.style, min(self.size.width, self.size.height)
        height = style.size * unit / 100
        fields = {
            "Name": "Default",
            "Fontname": style.font,
            "Fontsize": f"{height:.2f}",
            "PrimaryColour": style.ass_color,
            "OutlineColour": "&H00000000",
            "BackColour": "&H00000000",
            "Bold": 0,
            "Italic": 0,
            "Underline": 0,
            "ScaleX": 100,
            "ScaleY": 100,
            "BorderStyle": 1,
            "Outline": f"{style.outline * unit / 100:.2f}",
            "Shadow": 0,
            "Alignment": 2,
            "MarginL": round(self._margin(self.size.width)),
            "MarginR": round(self._margin(self.size.width)),
            "MarginV": round(self._margin(self.size.height)),
            "Encoding": 1,
        }
        return (
            "[Script Info]",
            *(f"; {remark}" for remark in self.remarks),
            "ScriptType: v4.00+",
            f"PlayResX: {self.size.width}",
            f"PlayResY: {self.size.height}",
            "WrapStyle: 0",
            "ScaledBorderAndShadow: yes",
            "[V4+ Styles]",
            f"Format: {', '.join(fields)}",
            f"Style: {','.join(map(str, fields.values()))}",
            "[Events]",
            "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
        )

    def _texts(self, cues: Sequence[Cue]) -> Iterator[tuple[int, str]]:
        """The events of cues that are shown together, none on a layer where libass would move it."""
        for column, align in enumerate(_COLUMNS, 1):
            own = [cue for cue in cues if cue.placement == Placement(align)]
            if own:
                # The first one is the lowest, as players have it.
                lines = r"\N".join(_text(cue) for cue in reversed(own))
                yield column, f"{{\\an{column}}}{lines}"
        for cue in cues:
            if cue.placement != Placement(cue.placement.align):
                yield 0, self._place(cue.placement) + _text(cue)

    def _place(self, placement: Placement) -> str:
        column, row = _COLUMNS.index(placement.align), 0
        width, height = self.size.width, self.size.height
        margin = self._margin(width)
        x = (margin, width / 2, width - margin)[column]
        if placement.position is not None:
            x = float(placement.position) * width / 100
        margin = self._margin(height)
        y = height - margin
        if placement.top is not None:
            row, y = _ROWS.index(placement.anchor), float(placement.top) * height / 100
        elif placement.line is not None:
            step = self.style.size * min(width, height) / 100
            row = 2 if placement.line >= 0 else 0
            y = margin + placement.line * step if row else height - margin + (placement.line + 1) * step
        return f"{{\\an{row * 3 + column + 1}\\pos({x:.2f},{y:.2f})}}"

    @staticmethod
    def _margin(side: int) -> float:
        return side / 20


def _within(frames: range, start: int, end: int) -> tuple[int, ...]:
    return tuple(at for at in (frames.start, frames.stop) if start < at < end)


def _time(frame: int) -> str:
    """Half a frame before a frame begins, from where no rounding leads to another one."""
    hundredths = max(0, frame * _FRAME - _FRAME // 2)
    seconds, hundredths = divmod(hundredths, 100)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}.{hundredths:02}"


def _text(cue: Cue) -> str:
    return r"\N".join("".join(_styled(span) for span in line) for line in cue.lines)


def _styled(span: Span) -> str:
    text = span.text.replace("\\", f"\\{_JOINER}").replace("{", r"\{")
    on = "".join(f"\\{letter}1" for letter in span.style)
    off = "".join(f"\\{letter}0" for letter in span.style)
    return f"{{{on}}}{text}{{{off}}}" if span.style else text
