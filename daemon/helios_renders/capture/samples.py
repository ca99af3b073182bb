"""The sample frames by which a surface is judged."""

from helios_renders.capture.question import SurfaceQuestion

SAMPLES = 5
STATEFUL_SPAN = 300
"""How many frames the samples may span where every frame on the way is made for them alone."""


def sample_frames(first: int, last: int, *, is_cheap: bool) -> tuple[int, ...]:
    """The first, the last, and some evenly between; of a beginning only, where a later frame is not cheap."""
    span = last - first if is_cheap else min(last - first, STATEFUL_SPAN)
    return tuple(sorted({first + round(span * step / (SAMPLES - 1)) for step in range(SAMPLES)}))


def samples_of(question: SurfaceQuestion, *, is_cheap: bool) -> tuple[int, ...]:
    """The frames to compare for a question, those in short intervals between keyframes among them."""
    even = sample_frames(question.first, question.last, is_cheap=is_cheap)
    if not question.intervals:
        return even
    # Only now, because it brings a library along that takes a quarter of a second.
    from helios_renders.capture.intervals import with_unseen_intervals

    return with_unseen_intervals(even, question.intervals, question.page.fps)
