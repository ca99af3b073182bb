"""How far a page is heard for the sound of a range."""

import attrs
import pytest

from helios_renders.composition.sounds import PageSounds, SoundingElement
from helios_renders.encode.audio import Mastering
from helios_renders.render.plan import AudioPlan
from helios_renders.render.rest_of_sound import last_frame_heard
from unit.test_shelf import PLAN


@pytest.mark.parametrize(
    ("mastering", "fade_out", "last"),
    [
        (Mastering(), 0.0, 99),
        (Mastering(limiter=True), 0.0, 100),
        (Mastering(loudness=-16), 0.0, 299),
        (Mastering(limiter=True), 1.0, 299),
    ],
)
def test_no_more_is_heard_than_has_a_say(mastering: Mastering, fade_out: float, last: int) -> None:
    sounds = PageSounds((SoundingElement("audio", 0.0, fade_out, ()),))
    plan = attrs.evolve(PLAN, frames=300, end=100, audio=AudioPlan(of_page=True, mastering=mastering))
    assert last_frame_heard(plan, sounds) == last
