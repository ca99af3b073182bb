"""The sound of a range is a part of the whole's, also where it depends on what the page plays afterwards."""

from pathlib import Path

import numpy as np
import pytest

from helios_renders.encode.sound_file import SAMPLE_RATE
from render.conftest import Render
from render.sound import decode_sound, read_wav, write_wav

FPS, SECONDS = 10, 3
PART = range(2, 10)
LOUDER = 'setTimeout(() => { document.querySelector("audio").volume = 1; }, 2000);'
FADED = 'setTimeout(() => document.querySelector("audio").pause(), 1500);'
THROWN = 'setTimeout(() => { throw new Error("too late"); }, 2500);'


def page_of(folder: Path, script: str, mark: str = "") -> Path:
    """A page that is run through and plays a quiet noise from its beginning."""
    folder.mkdir()
    noise = np.random.default_rng(4).uniform(-0.5, 0.5, (SAMPLE_RATE * SECONDS, 2))
    write_wav(folder / "noise.wav", noise)
    metas = {"size": "64x36", "fps": FPS, "duration": SECONDS}
    head = "".join(f'<meta name="helios:{name}" content="{value}">' for name, value in metas.items())
    page = folder / "page.html"
    page.write_text(
        f'<!doctype html>{head}<link rel="icon" href="data:,"><audio src="noise.wav" autoplay {mark}></audio>'
        f'<script>document.querySelector("audio").volume = 0.1; {script}</script>'
    )
    return page


@pytest.mark.parametrize(
    ("script", "mark", "suffix", "loudness"),
    [(LOUDER, "", ".wav", -23), (FADED, 'data-helios-fade-out="1"', ".mov", None)],
    ids=["loudness", "fade"],
)
async def test_a_range_sounds_as_it_does_in_the_whole(
    render: Render, tmp_path: Path, script: str, mark: str, suffix: str, loudness: float | None
) -> None:
    page = page_of(tmp_path / "page", script, mark)
    whole, part = tmp_path / "whole.wav", tmp_path / f"part{suffix}"
    await render(page, output=str(whole), loudness=loudness)
    asked = f"{PART.start}:{PART.stop}"
    result = (
        await render(page, output=str(part), loudness=loudness, range=asked, surface="screenshot")
    ).result
    assert result.warnings == ()
    first, last = (frame * SAMPLE_RATE // FPS for frame in (PART.start, PART.stop))
    assert np.array_equal(decode_sound(part) * 32768, read_wav(whole)[first:last])


async def test_a_page_that_fails_after_the_range_is_told_and_rendered(render: Render, tmp_path: Path) -> None:
    page = page_of(tmp_path / "page", THROWN)
    result = (await render(page, output=str(tmp_path / "a.wav"), loudness=-23, range="0:10")).result
    assert len(read_wav(result.output)) == SAMPLE_RATE
    (warning,) = result.warnings
    assert warning.startswith(
        "The page cannot be heard beyond frame 9, so this range may sound other than in the whole. "
    )
    assert "too late" in warning
