"""The overview pictures show figures with titles in columns, in few colours."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor

from figurepress.palette import ROLES, THEMES
from figurepress.site import __main__ as site
from figurepress.site import fonts, overview
from tests.support.tiny_lecture import png, write_prompt


@pytest.fixture(params=THEMES)
def theme(request):
    return request.param


@pytest.fixture
def background(theme):
    return ImageColor.getrgb(ROLES["background"][THEMES.index(theme)])


def height_of(number: int) -> int:
    """The height of a red figure, in pixels. All figures are 1300 pixels wide."""
    return 400 + 130 * (number % 4)


def sheet(lecture: Path, count: int, theme: str = "light") -> Image.Image:
    """The overview of this many red figures of different heights."""
    files = []
    for number in range(count):
        write_prompt(lecture, f"f{number}")
        file = lecture / f"figures/f{number}.png"
        file.write_bytes(png("red", height=height_of(number)))
        files.append(file)
    return Image.open(BytesIO(overview.draw(files, theme))).convert("RGB")


def is_red(sheet: Image.Image) -> np.ndarray:
    """Whether each pixel of a sheet belongs to a figure (height, width)."""
    red, green, _ = np.moveaxis(np.asarray(sheet), -1, 0)
    return (red > 200) & (green < 60)


def test_background_keeps_its_colour(lecture, theme, background):
    assert sheet(lecture, 3, theme).getpixel((0, 0)) == background


@pytest.mark.parametrize("count", [1, 2, 3, 7, 17])
def test_every_figure_is_shown_whole(lecture, count):
    red_pixels = np.sum(is_red(sheet(lecture, count)))
    heights = [round(height_of(number) * overview.WIDTH / 1300) for number in range(count)]
    assert red_pixels == pytest.approx(overview.WIDTH * sum(heights), rel=0.01)


def test_columns_have_the_same_height(lecture):
    red = is_red(sheet(lecture, 8))
    step = overview.WIDTH + overview.GAP
    middles = [overview.GAP + overview.WIDTH // 2 + step * column for column in range(3)]
    ends = [np.flatnonzero(red[:, middle]).max() for middle in middles]
    assert np.ptp(ends) <= 4  # spaces between figures are whole pixels


def test_sheet_has_a_maximum_height(lecture, monkeypatch):
    monkeypatch.setattr(overview, "MAX_FIGURES", 3)
    assert sheet(lecture, 4).size == sheet(lecture, 9).size


def test_columns_are_read_from_top_to_bottom():
    assert overview._columns([100, 100, 100, 100, 100, 100]) == [[0, 1], [2, 3], [4, 5]]


def test_order_does_not_depend_on_heights():
    columns = overview._columns([900, 10, 20, 400, 30, 700, 5])
    assert [index for column in columns for index in column] == list(range(7))
    assert len(columns) <= overview.COLUMNS


def test_figures_are_in_the_order_of_the_sections(lecture, monkeypatch):
    monkeypatch.setattr(overview, "draw", lambda files, _: " ".join(map(str, files)).encode())
    monkeypatch.setattr(fonts, "css", lambda _: "")  # the real one takes seconds
    site.main([])
    assert Path("figures/overview.png").read_text() == "figures/extra.png figures/line.png"


def test_long_title_is_wrapped():
    lines = overview._wrapped("A title that is far too long for a single line of four hundred px")
    assert len(lines) == 2
    assert all(overview._FONT.getlength(line) <= overview.WIDTH for line in lines)
