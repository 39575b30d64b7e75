"""All formats show the same picture, or the figure is rejected."""

from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

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


def clipped_image(axes: Axes) -> None:
    axes.imshow(RAMP).set_clip_path(Circle((1.5, 1.5), 1, transform=axes.transData))


def overlapping_images(axes: Axes) -> None:
    mpl.rcParams["image.composite_image"] = True
    axes.imshow(RAMP, extent=(0, 3, 0, 3))
    axes.imshow(RAMP, extent=(2, 5, 2, 5), alpha=0.6, cmap="gray")
    axes.set(xlim=(0, 5), ylim=(0, 5))


def animated_line(axes: Axes) -> None:
    axes.plot([0, 1], linewidth=9, animated=True)


def settings_of_the_script(axes: Axes) -> None:
    settings = {"savefig.bbox": "tight", "svg.fonttype": "none", "savefig.facecolor": "red"}
    mpl.rcParams.update(settings)
    axes.set_title("Fonts and canvas remain")


@pytest.mark.parametrize(
    "draw",
    [
        clipped_image,
        overlapping_images,
        animated_line,
        settings_of_the_script,
        pytest.param(lambda axes: axes.imshow(RAMP, alpha=RAMP / 16), id="alpha of an image"),
        pytest.param(lambda axes: axes.imshow(RAMP, interpolation="bilinear"), id="interpolated"),
        pytest.param(lambda axes: axes.bar(0, 1, hatch="/", edgecolor="red"), id="hatch"),
        pytest.param(lambda axes: axes.plot([0, 1, 0], lw=9, rasterized=True), id="rasterised"),
        pytest.param(
            lambda axes: axes.pcolormesh(RAMP, shading="gouraud", rasterized=True), id="gouraud"
        ),
    ],
)
def test_all_formats_show_the_same_picture(axes, draw):
    draw(axes)
    make_portable(axes.figure)
    prompt = SimpleNamespace(title="", alt="", description="")
    svg, pdf, png = (render(axes.figure, kind, 200, "x", prompt) for kind in ("svg", "pdf", "png"))
    assert difference(svg_pixels(svg), png_pixels(png)) < LARGEST_DIFFERENCE
    assert difference(pdf_pixels(pdf), png_pixels(png)) < LARGEST_DIFFERENCE


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda axes: axes.bar(0, 1, hatch="/", alpha=0.5), "Rectangle: .* hatch .* opaque"),
        (
            lambda axes: axes.fill_between([0, 1], 1, hatch="x", alpha=0.5, label="gap"),
            "FillBetweenPolyCollection 'gap': .* hatch",
        ),
        (lambda axes: axes.contourf(RAMP, hatches=["/"], alpha=0.5), "QuadContourSet: .* hatch"),
        (
            lambda axes: axes.add_patch(Rectangle((0, 0), 1, 1, color="red", alpha=0.5)),
            "Rectangle: .* translucent edge",
        ),
        (
            lambda axes: axes.fill([0, 1, 1], [0, 0, 1], edgecolor=(0, 0, 1, 0.5)),
            "Polygon: .* translucent edge",
        ),
        (lambda axes: axes.plot([0, 1], "s", alpha=0.5), "Line2D: .* translucent edge"),
        (
            lambda axes: axes.scatter([0], [1], alpha=0.5, ec="face"),
            "PathCollection: .* translucent edge",
        ),
        (lambda axes: axes.pcolormesh(RAMP, shading="gouraud"), "QuadMesh: .* rasterized=True"),
        (
            lambda axes: axes.tripcolor([0, 1, 0], [0, 0, 1], [0, 1, 2], shading="gouraud"),
            "TriMesh: .* rasterized=True",
        ),
        (
            lambda axes: axes.plot([0, 0], [1, 1], solid_capstyle="round"),
            "Line2D: .* length 0; use a marker",
        ),
        (
            lambda axes: axes.plot([0, 1, np.nan, 2, 2], [1, 1, 1, 1, 1]),
            "Line2D: .* length 0; use a marker",
        ),
        (
            lambda axes: axes.plot([0, 1], linestyle=(0, (0, 2)), dash_capstyle="round"),
            "Line2D: .* dash of length 0.01",
        ),
        (lambda axes: axes.vlines(0, 1, 1, capstyle="round"), "LineCollection: .* length 0"),
        (lambda axes: axes.plot([0, 1], sketch_params=3), "Line2D: a sketch"),
        (lambda axes: axes.plot([0, 1], agg_filter=lambda im, dpi: (im, 0, 0)), "agg_filter"),
        (
            lambda axes: axes.plot([0, 1])[0].set_clip_path(
                Circle((0, 0), 0.5, transform=axes.transData)
            ),
            r"Line2D: its clip path .* set_clip_box\(None\)",
        ),
        (lambda axes: axes.pie([1, 2], shadow=True), "Shadow: .*withSimplePatchShadow"),
        (
            lambda axes: axes.annotate("a", (0, 0), (9, 9), textcoords="offset pixels"),
            "Annotation: .* use points",
        ),
        (lambda axes: axes.text(9, 9, "a", transform=None), "Text: .* use points"),
        (
            lambda axes: axes.text(0, 0, "a", clip_on=True).set_clip_path(
                Circle((0, 0), 1, transform=axes.transData)
            ),
            "Text: a PNG ignores the clip path",
        ),
    ],
)
def test_what_formats_draw_differently_is_rejected(axes, draw, message):
    draw(axes)
    with pytest.raises(FigureError, match=message):
        check(axes.figure)


@pytest.mark.parametrize(
    "draw",
    [
        lambda axes: axes.plot([1], [1], "o"),
        lambda axes: axes.plot([1], [1], "x", alpha=0.5),
        lambda axes: axes.plot([0, 1], "o", alpha=0.5, markeredgewidth=0),
        lambda axes: axes.scatter([0], [1], alpha=0.5),
        lambda axes: axes.fill_between([0, 1], 1, alpha=0.5),
        lambda axes: axes.bar(0, 1, alpha=0.5),
        lambda axes: axes.plot([0, 0], [1, 1], solid_capstyle="butt"),
        lambda axes: axes.vlines([0, 1], 0, [0, 1]),
        lambda axes: axes.annotate("a", (0, 0), (9, 9), textcoords="offset points"),
        lambda axes: axes.bar(0, 1, hatch="/", alpha=0.5, visible=False),
        lambda axes: (
            axes.bar(0, 1).patches[0].set_path_effects([patheffects.withSimplePatchShadow()])
        ),
        lambda axes: axes.legend(axes.plot([0, 1]), ["a"], frameon=True),
        lambda axes: axes.legend(axes.plot([0, 1]), ["a"], frameon=True, shadow=True),
    ],
)
def test_what_all_formats_draw_is_accepted(axes, draw):
    draw(axes)
    check(axes.figure)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda figure: figure.set_facecolor("#ffe9b0"), "#ffe9b0ff"),
        (lambda figure: figure.patch.set_alpha(0.5), "#ffffff80"),
        (lambda figure: figure.patch.set_visible(False), "invisible"),
        (lambda figure: mpl.rcParams.update({"savefig.transparent": True}), "transparent"),
        (lambda figure: figure.set_linewidth(3), "framed"),
    ],
)
def test_custom_background_is_rejected(axes, change, found):
    change(axes.figure)
    with pytest.raises(FigureError, match=f"background is {found}.*, but the theme .* remove"):
        check(axes.figure)
