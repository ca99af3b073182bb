"""Where sounds stand on the composition's time line, counted in samples."""

from fractions import Fraction

import attrs

from helios_renders.composition.audio_track import MAX_RATE, MIN_RATE, AudioTrack
from helios_renders.composition.frame_rate import FrameRate, exact_number
from helios_renders.composition.sounds import SoundingElement, SoundState
from helios_renders.encode.sound_file import SAMPLE_RATE, SoundFile


@attrs.frozen
class Gain:
    """A factor from a sample of the composition on."""

    start: int
    volume: float


@attrs.frozen
class Segment:
    """A part of a sound that is heard without a break."""

    sound: SoundFile
    start: int
    end: int
    """The samples `[start, end)` of the composition in which it is heard."""
    seek: int
    """The sample of the sound at which it begins."""
    rate: float
    gains: tuple[Gain, ...]
    """At least one, the first of them from `start` on."""
    keeps_pitch: bool = True
    loop: int = 0
    """After so many samples the sound begins again; 0 for never."""
    fade_in: int = 0
    fade_out: int = 0

    @property
    def length(self) -> int:
        """Samples of the composition."""
        return self.end - self.start


def sample_at(seconds: Fraction) -> int:
    """The sample that is nearest to a time; halves upwards."""
    return (2 * seconds * SAMPLE_RATE + 1) // 2


def samples_of_frames(fps: FrameRate, frames: int) -> int:
    """The sample at which a frame begins, and so the length of so many frames in samples."""
    return sample_at(fps.seconds(frames))


def track_segments(track: AudioTrack, sound: SoundFile, total: int) -> tuple[Segment, ...]:
    """A given track on a composition of so many samples; none where it would not be heard."""
    start = _samples(track.offset)
    segment = _segment(
        sound,
        start,
        total,
        seconds=track.seek,
        rate=track.playback_rate,
        gains=(Gain(start, track.volume),),
        loop=sound.samples if track.loop else 0,
    )
    return _faded((segment,) if segment is not None else (), track.fade_in, track.fade_out)


def element_segments(
    element: SoundingElement, sounds: dict[int, SoundFile], total: int
) -> tuple[Segment, ...]:
    """What is heard of an element of the page, by the sounds of its sources."""
    segments: list[Segment] = []
    for number, group in enumerate(groups := _groups(element.states)):
        first = group[0]
        sound = sounds.get(first.source)
        if sound is None or not first.playing or not MIN_RATE <= first.rate <= MAX_RATE:
            continue
        start = _samples(max(first.at, first.birth) / 1000)
        next_start = groups[number + 1][0].at if number + 1 < len(groups) else None
        ends = [time for time in (next_start, first.until) if time is not None]
        end = min([total, *(_samples(time / 1000) for time in ends)])
        length = next((state.length for state in reversed(group) if state.length), None)
        gains = tuple(Gain(max(start, _samples(state.at / 1000)), state.volume) for state in group)
        segment = _segment(
            sound,
            start,
            end,
            seconds=first.base + max(0.0, first.at - first.birth) / 1000 * first.rate,
            rate=first.rate,
            gains=gains,
            loop=(_samples(length) if length else sound.samples) if first.loop else 0,
        )
        if segment is not None:
            segments.append(attrs.evolve(segment, keeps_pitch=first.keeps_pitch))
    return _faded(tuple(segments), element.fade_in, element.fade_out)


def _groups(states: tuple[SoundState, ...]) -> list[list[SoundState]]:
    """The states, those together in which only the volume is another."""
    groups: list[list[SoundState]] = []
    for state in states:
        if groups and _moves_like(groups[-1][-1], state):
            groups[-1].append(state)
        else:
            groups.append([state])
    return groups


def _moves_like(one: SoundState, other: SoundState) -> bool:
    return attrs.evolve(one, at=other.at, volume=other.volume, length=other.length) == other


def _segment(
    sound: SoundFile,
    start: int,
    end: int,
    *,
    seconds: float,
    rate: float,
    gains: tuple[Gain, ...],
    loop: int,
) -> Segment | None:
    """A segment as far as the sound goes; None where nothing is heard."""
    seek = _samples(seconds)
    if loop:
        seek %= loop
    else:
        end = min(end, start + -int(-(sound.samples - seek) // rate))
    if end <= start or all(gain.volume == 0 for gain in gains):
        return None
    return Segment(sound, start, end, seek, rate, gains, loop=loop)


def _faded(segments: tuple[Segment, ...], fade_in: float, fade_out: float) -> tuple[Segment, ...]:
    """Fades the beginning of the first segment and the end of the last."""
    if not segments:
        return ()
    first, *rest = segments
    *before, last = attrs.evolve(first, fade_in=min(first.length, _samples(fade_in))), *rest
    return (*before, attrs.evolve(last, fade_out=min(last.length, _samples(fade_out))))


def _samples(seconds: float) -> int:
    return sample_at(exact_number(seconds))
