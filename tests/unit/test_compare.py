"""Anti-aliasing is forgiven, a missing or misplaced thing is not."""

import numpy as np

from helios_renders.capture.compare import compare, from_raw
from helios_renders.capture.criteria import BLOCK, Picture
from helios_renders.capture.question import EXACT_PSNR
from helios_renders.composition.spec import Size

GREY = 120


def plain() -> Picture:
    return np.full((90, 160, 3), GREY, np.uint8)


def test_equal_pictures() -> None:
    difference = compare(plain(), plain())
    assert difference.psnr == EXACT_PSNR
    assert difference.region is None
    assert difference.acceptable


def test_a_softer_edge_is_forgiven() -> None:
    sharp, soft = plain(), plain()
    sharp[:, 80:] = 200
    soft[:, 80:] = 200
    soft[:, 79:81] = 160
    difference = compare(soft, sharp)
    assert difference.acceptable
    assert difference.psnr < EXACT_PSNR


def test_a_missing_box_is_found_with_its_place() -> None:
    reference = plain()
    reference[34:60, 40:90] = 10
    difference = compare(plain(), reference)
    assert not difference.acceptable
    assert difference.region is not None
    left, top, width, height = difference.region
    assert left <= 40 < 90 <= left + width
    assert top <= 34 < 60 <= top + height
    assert width <= 50 + 2 * BLOCK
    assert height <= 26 + 2 * BLOCK


def test_a_small_missing_thing_is_found() -> None:
    reference = plain()
    reference[20:28, 20:28] = 255
    assert not compare(plain(), reference).acceptable


def test_one_frame_of_movement_is_found() -> None:
    before, after = plain(), plain()
    before[30:62, 40:72] = 230
    after[30:62, 48:80] = 230
    assert not compare(after, before).acceptable


def sparse() -> Picture:
    """A small box on a large page, so that little of the picture is at stake."""
    picture = np.full((1080, 1920, 3), GREY, np.uint8)
    picture[400:432, 700:732] = 230
    return picture


def test_one_pixel_of_shift_is_found_on_a_large_page() -> None:
    for axis, by in ((0, 1), (1, -1)):
        difference = compare(np.roll(sparse(), by, axis=axis), sparse())
        assert difference.region == (640, 384, 64, 64) or difference.region == (640, 384, 128, 64)
        assert 640 <= difference.worst[0] < 768
        assert 384 <= difference.worst[1] < 448


def test_half_a_pixel_of_softness_is_no_shift() -> None:
    soft = sparse()
    soft[400:432, 699] = soft[400:432, 731] = (GREY + 230) // 2
    assert compare(soft, sparse()).acceptable


def test_a_pattern_of_dithering_laid_otherwise_is_no_shift() -> None:
    here = plain()
    here[::2, ::2] += 8
    assert compare(np.roll(here, (1, 1), axis=(0, 1)), here).acceptable


def test_a_slight_tint_is_found_however_even_it_is() -> None:
    tinted = plain()
    tinted[:, :, 0] += 6
    assert compare(tinted, plain()).region == (0, 0, 160, 80)
    assert compare(tinted, plain()).psnr > 35


def test_rounding_of_colours_is_forgiven() -> None:
    rounded = plain()
    rounded[:, :80] += 4
    assert compare(rounded, plain()).acceptable


def test_a_faint_square_of_24_pixels_is_found_wherever_it_is() -> None:
    for offset in range(BLOCK):
        faint = plain()
        faint[20 + offset : 44 + offset, 30 + offset : 54 + offset] += 10
        assert not compare(faint, plain()).acceptable, offset


def test_noise_everywhere_is_refused() -> None:
    noise = np.random.default_rng(1).integers(-20, 21, plain().shape)
    assert not compare((plain().astype(np.int16) + noise).astype(np.uint8), plain()).acceptable


def test_raw_frames_have_a_fourth_byte_without_meaning() -> None:
    picture = from_raw(bytes([1, 2, 3, 99, 4, 5, 6, 77]), Size(2, 1))
    assert picture.tolist() == [[[1, 2, 3], [4, 5, 6]]]


def test_alpha_is_compared_on_dark_and_on_bright_ground() -> None:
    for level in (0, 255):
        reference = np.full((90, 160, 4), level, np.uint8)
        picture = reference.copy()
        reference[:, :, 3] = 200
        picture[:, :, 3] = 200
        assert compare(picture, reference).acceptable
        picture[30:60, 40:90, 3] = 120
        difference = compare(picture, reference)
        assert not difference.acceptable
        assert difference.region == (32, 32, 64, 32)


def test_what_cannot_be_seen_makes_no_difference() -> None:
    reference = np.zeros((90, 160, 4), np.uint8)
    picture = reference.copy()
    picture[:, :, :3] = 255
    assert compare(picture, reference).psnr == EXACT_PSNR
