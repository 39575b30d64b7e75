"""The overview: fewer shades than the figures, the same to the eye."""

from pathlib import Path

from figurepress.palette import ROLES, THEMES

import overview
import pytest
from PIL import ImageColor

ROOT = Path(__file__).parents[1]


@pytest.fixture(params=THEMES)
def theme(request):
    return request.param


@pytest.fixture
def ground(theme):
    return ImageColor.getrgb(ROLES["background"][THEMES.index(theme)])


@pytest.fixture
def sheet(theme):
    suffix = "-dark" if theme == "dark" else ""
    return overview.overview([ROOT / f"figures/nonlinearities{suffix}.png"], theme)


def test_ground_keeps_its_colour(sheet, ground):
    assert sheet.getpixel((0, 0)) == ground


def test_shades_are_whole_steps_from_the_ground(sheet, ground):
    shades = {
        (value - origin) % overview.STEP
        for channel, origin in zip(sheet.split(), ground, strict=True)
        for value in channel.tobytes()
        if 0 < value < 255
    }
    assert shades == {0}


def test_no_shade_moves_by_more_than_half_a_step(ground):
    moved = [abs(overview._shade(value, o) - value) for o in ground for value in range(256)]
    assert max(moved) <= overview.STEP / 2
