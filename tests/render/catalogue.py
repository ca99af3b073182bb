"""The test pages, and the pixels that each must show at a frame, from the page's own formula.

Most pages move boxes of 32x32 along four lanes by 8 pixels a frame, so that a frame's number cannot be
mistaken: one frame too early or too late moves a box by more than the margin of its patches.
"""

from collections.abc import Callable

import attrs

from render.pixels import Frame, Patch, Rgb, barcode_patches

FPS = 10
FRAMES = 160

BACKGROUND: Rgb = (32, 40, 48)
RED: Rgb = (208, 64, 48)
GREEN: Rgb = (48, 168, 96)
BLUE: Rgb = (64, 120, 208)
YELLOW: Rgb = (200, 160, 48)
VIOLET: Rgb = (160, 72, 176)
TURQUOISE: Rgb = (48, 168, 168)
SILVER: Rgb = (176, 184, 192)

WIDTH = 320
SIDE = 32
MARGIN = 3
"""Pixels along every edge that chroma subsampling and the encoder may mix."""
LANES = (8, 50, 92, 134)
COLOURS = (RED, GREEN, BLUE, YELLOW)

Patches = tuple[Patch, ...]


@attrs.frozen
class Page:
    """A page, its length, and what it shows at each frame."""

    path: str
    """Below `tests/pages`."""
    expect: Callable[[int], Patches]
    """The patches of a frame."""
    fps: int = FPS
    frames: int = FRAMES

    def missed(self, number: int, frame: Frame) -> dict[Patch, int]:
        """The patches that have another colour in the frame with this number, and by how much."""
        return {patch: patch.worst(frame) for patch in self.expect(number) if patch.misses(frame)}


def box(lane: int, x: int, colour: Rgb | None = None) -> Patches:
    """A box in a lane with its left edge at `x`, and the background left and right of it."""
    top, height = LANES[lane] + MARGIN, SIDE - 2 * MARGIN
    middle = Patch(x + MARGIN, top, SIDE - 2 * MARGIN, height, colour or COLOURS[lane])
    beside = [Patch(left, top, 4, height, BACKGROUND) for left in (x - MARGIN - 4, x + SIDE + MARGIN)]
    return (middle, *(patch for patch in beside if 0 <= patch.x <= WIDTH - patch.w))


def near_box(lane: int, x: float) -> Patches:
    """A box whose edges lie between pixels."""
    top, height = LANES[lane] + MARGIN, SIDE - 2 * MARGIN
    left = int(x)
    middle = Patch(left + MARGIN + 1, top, SIDE - 2 * MARGIN - 1, height, COLOURS[lane])
    beside = [
        Patch(edge, top, 3, height, BACKGROUND) for edge in (left - MARGIN - 3, left + SIDE + MARGIN + 1)
    ]
    return (middle, *(patch for patch in beside if 0 <= patch.x <= WIDTH - patch.w))


def empty(lane: int) -> Patches:
    """A lane without anything in it."""
    return (Patch(0, LANES[lane], WIDTH, SIDE, BACKGROUND),)


def place(count: int) -> int:
    """Where a box is after so many steps of 8 pixels, starting again after 30."""
    return 8 + 8 * (count % 30)


def held(count: int) -> int:
    """Where a box is after so many steps of 8 pixels, standing still before the first and after 30."""
    return 8 + 8 * min(30, max(0, count))


def css_keyframes(frame: int) -> Patches:
    there = min(80, max(0, frame - 20))
    colours = (YELLOW, VIOLET, TURQUOISE, SILVER)
    return (
        *box(0, place(frame)),
        *box(1, 8 + 6 * (there if there <= 40 else 80 - there)),
        *box(2, 248 - 8 * ((frame + 12) % 30)),
        *box(3, 8, colours[(100 * frame + 850) % 1600 // 400]),
        *box(3, 98 + 5 * (frame - 40) if 40 <= frame < 70 else 98, SILVER),
    )


def css_events(frame: int) -> Patches:
    """Each animation ends between two frames; what its event begins, begins with the frame after."""
    lap, step = divmod(frame - 10, 30)
    along = 240 / 29.5 * step
    turn = 8 + along if lap % 2 == 0 else 248 - along
    return (
        *near_box(0, 8 + 240 / 19.5 * frame if frame < 20 else place(frame - 20)),
        *near_box(1, turn if frame >= 10 else 8),
        *(near_box(2, 8 + 240 / 24.5 * frame) if frame < 25 else box(2, 8, VIOLET)),
        *near_box(3, 8 + 240 / 29.5 * frame if frame < 30 else place(frame - 30)),
    )


def waapi(frame: int) -> Patches:
    paused = min(frame, 40) if frame <= 60 else frame - 20
    shadow = box(3, place(frame - 10)) if frame >= 10 else empty(3)
    return (
        *box(0, place(frame)),
        *box(1, place(2 * frame - 51) if frame >= 26 else 8),
        *box(2, place(paused)),
        *shadow,
    )


def waapi_ends(frame: int) -> Patches:
    return (
        *box(0, 8 + 8 * min(9, max(0, frame - 52))),
        *box(1, 8 + 8 * min(23, max(0, frame - 7))),
        *box(2, held(frame) if frame <= 40 else held(70 - frame)),
        *box(3, 8 + 8 * min(19, max(0, frame - 11))),
    )


def transitions_late(frame: int) -> Patches:
    interrupted = 8 + 4 * max(0, frame - 15) if frame <= 50 else max(28, 148 - 4 * (frame - 50))
    return (
        *box(0, held(frame - 15) if frame <= 50 else max(8, 248 - 8 * (frame - 50))),
        *box(1, held(frame - 20)),
        *box(2, interrupted),
        *(box(3, held(frame - 20)) if frame >= 20 else empty(3)),
    )


def raf_simulation(frame: int) -> Patches:
    spring, velocity, seed, walker = 8.0, 0.0, 12345, 136
    for tick in range(frame + 1):
        seconds = (tick * 100 - max(0, tick - 1) * 100) / 1000
        velocity += (128 - spring) * 2 * seconds
        spring += velocity * seconds
        seed = (seed * 1664525 + 1013904223) % 2**32
        walker = min(280, max(8, walker + (8 if seed >> 31 else -8)))
    return (*box(0, 2 * int(spring // 2)), *box(1, walker))


def set_interval(frame: int) -> Patches:
    milliseconds = 100 * frame
    return (
        *box(0, place(milliseconds // 70)),
        *box(1, place(milliseconds // 130)),
        *box(2, place(min(43, milliseconds // 50))),
        *box(3, place(18 if milliseconds >= 1204 else 0)),
    )


def date_driven(frame: int) -> Patches:
    return tuple(patch for lane in range(4) for patch in box(lane, place(frame)))


def canvas_2d(frame: int) -> Patches:
    shift = 8 * (frame % 30)
    half = Patch(8 + (2 * shift) % 240 + MARGIN, 95, 26, 26, (144, 148, 152))
    painted = 2 * (frame + 1)
    line = [Patch(0, 137, painted - MARGIN, 26, YELLOW)] if painted > MARGIN + 2 else []
    if painted + MARGIN < WIDTH:
        line.append(Patch(painted + MARGIN, 137, WIDTH - painted - MARGIN, 26, BACKGROUND))
    disc = Patch(280 - shift - 12, 66 - 12, 24, 24, GREEN)
    beside = [Patch(280 - shift + side, 60, 6, 12, BACKGROUND) for side in (-30, 24)]
    return (*box(0, 8 + shift), disc, *beside, half, *line)


def webgl(frame: int) -> Patches:
    return (*box(0, place(frame)), *box(1, 256 - place(frame)), *box(2, place(frame)))


def svg_smil(frame: int) -> Patches:
    return (
        *box(0, place(frame)),
        *box(1, held(frame - 20), VIOLET if frame >= 61 else GREEN),
        *box(2, 256 - place(frame)),
        *box(3, place(frame - 10) if frame >= 10 else 8),
    )


def gsap_place(frame: int) -> int:
    """At the moment that two iterations share, GSAP shows the end of the first."""
    return 8 + 8 * ((frame - 1) % 30 + 1 if frame else 0)


def gsap(frame: int) -> Patches:
    back_and_forth = (frame - 25) % 60
    stepped = 16 * (gsap_place(frame) - 8) // 240
    return (
        *box(0, gsap_place(frame)),
        *box(1, held(frame - 20) if frame <= 60 else max(8, 248 - 8 * (frame - 60))),
        *box(2, 8 + 8 * min(back_and_forth, 60 - back_and_forth) if frame >= 25 else 8),
        *box(3, 8 + 16 * min(15, stepped)),
    )


def lottie(frame: int) -> Patches:
    return (
        *box(0, place(frame)),
        *box(1, 8 + 40 * (frame // 8 % 6), VIOLET if frame >= 77 else GREEN),
    )


def animejs(frame: int) -> Patches:
    return (
        *box(0, place(frame)),
        *box(1, held(frame - 20) if frame <= 60 else max(8, 248 - 8 * (frame - 60))),
        *box(2, place(frame)),
        *box(3, place(frame)),
    )


def three(frame: int) -> Patches:
    return (*box(0, place(frame)), *box(1, 256 - place(frame)), *box(2, place(frame)))


def d3(frame: int) -> Patches:
    return (
        *box(0, held(frame) if frame <= 40 else max(8, 248 - 8 * (frame - 40))),
        *box(1, place(frame)),
        *box(2, held(frame - 25)),
    )


def late_iframe(frame: int) -> Patches:
    if frame < 10:
        return (*box(0, 8), *empty(1), *empty(2))
    return (*box(0, 8), *box(1, place(frame - 10), RED), *box(2, held(frame - 30), GREEN))


def shadow_dom(frame: int) -> Patches:
    late = box(1, place(frame - 10)) if frame >= 10 else empty(1)
    return (*box(0, place(frame)), *late, *box(2, place(frame)))


def async_work(frame: int) -> Patches:
    step = (2, 5, 14)[frame % 3]
    return (
        *box(0, place(frame + step)),
        *(box(1, 8) if frame >= 20 else empty(1)),
        *box(2, place(frame - 30) if frame >= 30 else 8),
    )


def raf_several(frame: int) -> Patches:
    mixed = 1
    for _ in range(frame + 1):
        for factor, addend in ((5, 1), (7, 2), (11, 3)):
            mixed = (mixed * factor + addend) % 29
    return (*box(0, place(mixed)), *box(1, place(frame)), *box(2, place(min(40, frame + 1))))


def helios_contract(frame: int) -> Patches:
    return (*box(0, place(frame + 5)), *box(1, place(frame)))


def one_box(frame: int) -> Patches:
    return box(0, place(frame))


def hyperframes(frame: int) -> Patches:
    return (*box(0, gsap_place(frame) if frame < 150 else 248), *box(1, held(frame - 20)))


def props(frame: int) -> Patches:
    return box(0, 8 * (1, 6, 11, 16, 21, 26)[(frame + 5) // 10 % 6])


CATALOGUE = (
    Page("css-keyframes.html", css_keyframes),
    Page("css-events.html", css_events),
    Page("waapi.html", waapi),
    Page("waapi-ends.html", waapi_ends),
    Page("transitions-late.html", transitions_late),
    Page("raf-simulation.html", raf_simulation),
    Page("raf-several.html", raf_several),
    Page("set-interval.html", set_interval),
    Page("date-driven.html", date_driven),
    Page("canvas-2d.html", canvas_2d),
    Page("webgl.html", webgl),
    Page("svg-smil.html", svg_smil),
    Page("video.html", barcode_patches),
    Page("gsap.html", gsap),
    Page("lottie.html", lottie),
    Page("animejs.html", animejs),
    Page("three.html", three),
    Page("d3.html", d3),
    Page("late-iframe.html", late_iframe),
    Page("shadow-dom.html", shadow_dom),
    Page("async-work.html", async_work),
    Page("helios-contract.html", helios_contract),
    Page("helios-bound.html", one_box),
    Page("hyperframes.html", hyperframes),
    Page("hyperframes-seek.html", one_box),
    Page("props", props),
)
"""Every page that must render, and be the same file for every number of workers."""
