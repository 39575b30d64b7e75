"""The published files of every figure: the same picture in all formats, small, with unique ids."""

import re
from pathlib import Path

import pytest
from PIL import Image

from figurepress import look
from figurepress.project import config, prompts
from tests.support.pixels_of_files import (
    DPI,
    LARGEST_DIFFERENCE,
    difference,
    pdf_pixels,
    png_pixels,
    svg_pixels,
)

SETTINGS = config.read()
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
EACH_FIGURE = pytest.mark.parametrize("stem", SETTINGS.figures)
EACH_THEME = pytest.mark.parametrize("suffix", SETTINGS.theme_suffixes)
LARGEST_SVG = 100_000  # bytes


def published(stem: str, suffix: str) -> Path:
    return Path("figures", stem + suffix)


def svg_text(stem: str, suffix: str) -> str:
    return published(stem, f"{suffix}.svg").read_text(encoding="utf-8")


def ids_in(svg: str) -> list[str]:
    return re.findall(r'\bid="([^"]*)"', svg)


@EACH_THEME
@EACH_FIGURE
def test_svg_refers_to_no_other_file(stem, suffix):
    svg = svg_text(stem, suffix)
    assert set(re.findall(r"\w+://[^\s\"'<]+", svg)) <= NAMESPACES
    for reference in re.findall(r'href="([^"]*)"', svg):
        assert reference.startswith(("#", "data:image/png;base64,"))


def test_no_two_svgs_share_an_id():
    figures = [(stem, suffix) for stem in SETTINGS.figures for suffix in SETTINGS.theme_suffixes]
    ids = [name for stem, suffix in figures for name in ids_in(svg_text(stem, suffix))]
    assert len(ids) == len(set(ids))


@EACH_FIGURE
def test_svg_of_the_page_is_small(stem):
    if prompts.read(stem).page:
        assert published(stem, ".svg").stat().st_size <= LARGEST_SVG


@EACH_FIGURE
def test_figure_fits_a_page(stem):
    picture = Image.open(published(stem, ".png"))
    assert picture.height <= look.PAGE * SETTINGS.dpi


@pytest.mark.slow
@pytest.mark.skipif(SETTINGS.dpi != DPI, reason="the renderers draw at another dpi")
@EACH_THEME
@EACH_FIGURE
def test_svg_shows_the_picture_of_the_png(stem, suffix):
    png = png_pixels(published(stem, f"{suffix}.png").read_bytes())
    assert difference(svg_pixels(svg_text(stem, suffix).encode()), png) < LARGEST_DIFFERENCE


@pytest.mark.slow
@pytest.mark.skipif(SETTINGS.dpi != DPI, reason="the renderers draw at another dpi")
@EACH_FIGURE
def test_pdf_shows_the_picture_of_the_png(stem):
    png = png_pixels(published(stem, ".png").read_bytes())
    pdf = published(stem, ".pdf").read_bytes()
    assert difference(pdf_pixels(pdf), png) < LARGEST_DIFFERENCE
