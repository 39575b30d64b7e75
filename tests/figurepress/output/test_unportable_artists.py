"""All formats show the same picture, or the figure is rejected."""

from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output.render import make_portable, render
from figurepress.output.unportable_artists import FigureError, check
from tests.support.pixels_of_files import (
    LARGEST_DIFFERENCE,
    difference,
    pdf_pixels,
    png_pixels,
    svg_pixels,
)

RAMP = np.arange(16.0).reshape(4, 4)


@pytest.fixture
def axes():
    """A panel in the light theme."""
    with look.theme("light"):
        yield Figure(figsize=(3, 2)).subplots()


def overlapping_images(axes: Axes) -> None:
    mpl.rcParams["image.composite_image"] = True
    axes.imshow(RAMP, extent=(0, 3, 0, 3))
    axes.imshow(RAMP, extent=(2, 5, 2, 5), alpha=0.6, cmap="gray")
    axes.set(xlim=(0, 5), ylim=(0, 5))


def settings_of_the_script(axes: Axes) -> None:
    settings = {"savefig.bbox": "tight", "svg.fonttype": "none", "savefig.transparent": True}
    mpl.rcParams.update(settings)
    axes.set_title("Fonts and canvas remain")


@pytest.mark.parametrize(
    "draw",
    [
        overlapping_images,
        settings_of_the_script,
        pytest.param(lambda axes: axes.imshow(RAMP, alpha=RAMP / 16), id="alpha of an image"),
        pytest.param(lambda axes: axes.bar(0, 1, hatch="/", edgecolor="red"), id="hatch"),
        pytest.param(
            lambda axes: axes.pcolormesh(RAMP, shading="gouraud", rasterized=True), id="gouraud"
        ),
    ],
)
def test_all_formats_show_the_same_picture(axes, draw):
    draw(axes)
    make_portable(axes.figure)
    prompt = SimpleNamespace(title="", alt="", description="")
    svg = svg_pixels(render(axes.figure, "svg", 200, "x", prompt))
    pdf = pdf_pixels(render(axes.figure, "pdf", 200, "x", prompt))
    png = png_pixels(render(axes.figure, "png", 200, "x", prompt))
    assert difference(svg, png) < LARGEST_DIFFERENCE
    assert difference(pdf, png) < LARGEST_DIFFERENCE


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda axes: axes.fill_between([0, 1], 1, hatch="x", alpha=0.5, label="gap"),
            "FillBetweenPolyCollection 'gap': .* hatch .* opaque",
        ),
        (lambda axes: axes.contourf(RAMP, hatches=["/"], alpha=0.5), "QuadContourSet: .* hatch"),
        (lambda axes: axes.bar(0, 1, ec="k", alpha=0.5), "Rectangle: .* translucent edge"),
        (lambda axes: axes.plot([0, 1], "s", alpha=0.5), "Line2D: .* translucent edge"),
        (lambda axes: axes.pcolormesh(RAMP, shading="gouraud"), "QuadMesh: .* rasterized=True"),
        (lambda axes: axes.plot([0, 0], [1, 1]), "Line2D: .* length 0; use a marker"),
        (lambda axes: axes.vlines(0, 1, 1, capstyle="round"), "LineCollection: .* length 0"),
    ],
)
def test_what_formats_draw_differently_is_rejected(axes, draw, message):
    draw(axes)
    with pytest.raises(FigureError, match=message):
        check(axes.figure)


@pytest.mark.parametrize(
    "draw",
    [
        lambda axes: axes.plot([1], [1], "x", alpha=0.5),
        lambda axes: axes.fill_between([0, 1], 1, alpha=0.5),
        lambda axes: axes.bar(0, 1, alpha=0.5),
        lambda axes: axes.plot([0, 0], [1, 1], solid_capstyle="butt"),
        lambda axes: axes.bar(0, 1, hatch="/", alpha=0.5, visible=False),
        lambda axes: axes.legend(axes.plot([0, 1]), ["a"], frameon=True),
    ],
)
def test_what_all_formats_draw_is_accepted(axes, draw):
    draw(axes)
    check(axes.figure)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda figure: figure.set_facecolor("#ffe9b0"), "#ffe9b0ff"),
        (lambda figure: figure.patch.set_visible(False), "invisible"),
    ],
)
def test_custom_background_is_rejected(axes, change, found):
    change(axes.figure)
    with pytest.raises(FigureError, match=f"background is {found}.*, but the theme .* remove"):
        check(axes.figure)
