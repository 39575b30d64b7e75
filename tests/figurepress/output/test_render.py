"""A figure looks the same in all formats, and on processors that round differently."""

from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.path import Path
from PIL import Image

from figurepress import look
from figurepress.output.render import bends_only, make_portable, render
from tests.support.pixels_of_files import (
    LARGEST_DIFFERENCE,
    difference,
    pdf_pixels,
    png_pixels,
    svg_pixels,
)


def rendered(figure: Figure, format: str, dpi: int = 200) -> bytes:
    prompt = SimpleNamespace(title="A title", alt="What it shows", description="All of it")
    return render(figure, format, dpi, "x-light", prompt)


@pytest.fixture
def plot():
    """A small figure in the light theme."""
    with look.theme("light"):
        figure = Figure(figsize=(2, 1))
        figure.subplots().plot([0, 1], gid="line")
        yield figure


def test_layout_is_rounded(plot):
    make_portable(plot)
    corners = plot.axes[0].get_position(original=True).get_points()
    assert (corners == corners.round(9)).all()


def test_points_of_arrows_are_rounded(plot):
    axes = plot.axes[0]
    note = axes.annotate("", (0, 1), (1, 0), arrowprops={"arrowstyle": "-"})
    leader = look.leader(axes, (0, 0), axes, (1, 1))
    make_portable(plot)
    for arrow in (note.arrow_patch, leader):
        points = arrow.get_connectionstyle()((1 / 3, 1 / 7), (50, 60)).vertices
        assert (points == points.round(6)).all()


def test_last_bits_of_numbers_change_no_pixel():
    """Processors round differently, which matters most where a line continues straight."""
    x = np.arange(25)
    ramp = np.where(x < 20, x / 12 - 0.3, -0.3)
    pictures = set()
    for last_bit in (0, 2e-16, -2e-16):
        rounding_error = last_bit * np.where(x % 2, 1, -1)
        figure = Figure(figsize=(2, 1))
        figure.add_axes((0.05, 0.1, 0.9, 0.8)).plot(ramp * (1 + rounding_error), linewidth=2)
        make_portable(figure)
        pictures.add(rendered(figure, "png"))
    assert len(pictures) == 1


def test_last_bits_of_contours_change_nothing(plot):
    """On arm64, the last point of a contour may differ from the first."""
    x = np.linspace(-2, 2, 99)
    radius = np.hypot(x, x[:, np.newaxis])
    contours = plot.axes[0].contour(x, x, radius, levels=[1.0, 9.0])  # nothing is at level 9
    circle = contours.get_paths()[0]
    pictures = set()
    for last_bit, code in ((0, Path.CLOSEPOLY), (1e-15, Path.LINETO)):
        circle.vertices[-1] = circle.vertices[0] + last_bit
        circle.codes = np.array([*circle.codes[:-1], code])
        make_portable(plot)
        pictures.add(rendered(plot, "svg"))
    assert len(pictures) == 1


@pytest.mark.parametrize("style", [{"marker": "o"}, {"drawstyle": "steps-mid"}])
def test_marked_and_stepped_points_are_kept(plot, style):
    line = plot.axes[0].lines[0]
    line.set(xdata=[0, 1, 2], ydata=[0, 1, 2], **style)
    with bends_only(plot):
        assert list(line.get_xdata()) == [0, 1, 2]


def test_layout_is_frozen(plot):
    make_portable(plot)
    rendered(plot, "svg")
    assert plot.get_layout_engine() is None  # with one, savefig draws each file twice
    before = plot.axes[0].get_position().bounds
    plot.axes[0].set_ylabel("a label\nthat would move the panel")
    plot.draw_without_rendering()
    assert plot.axes[0].get_position().bounds == before


def test_png_has_the_pixels_of_matplotlib(plot):
    make_portable(plot)
    png = Image.open(BytesIO(rendered(plot, "png", dpi=100)))
    file = BytesIO()
    plot.savefig(file, format="png", dpi=100)
    assert png.mode == "RGB"
    assert png.convert("RGBA").tobytes() == Image.open(file).tobytes()


def test_pdf_has_no_date(plot):
    make_portable(plot)
    pdf = rendered(plot, "pdf")
    for key in (b"/CreationDate", b"/ModDate", b"/Creator", b"/Producer"):
        assert key not in pdf


def test_sharp_corner_is_the_same_in_svg(plot):
    corner = {"linewidth": 9, "solid_joinstyle": "miter", "solid_capstyle": "butt"}
    plot.axes[0].plot([0.2, 0.8, 0.2], [0.7, 0.5, 0.3], **corner)
    make_portable(plot)
    svg = svg_pixels(rendered(plot, "svg"))
    png = png_pixels(rendered(plot, "png"))
    assert difference(svg, png) < LARGEST_DIFFERENCE


@pytest.mark.slow
def test_missing_curve_is_detected(plot):
    plot.axes[0].plot([1, 0], "--", linewidth=look.FINE)
    make_portable(plot)
    png = png_pixels(rendered(plot, "png"))
    plot.axes[0].lines[1].set_visible(False)
    assert difference(svg_pixels(rendered(plot, "svg")), png) > LARGEST_DIFFERENCE
    assert difference(pdf_pixels(rendered(plot, "pdf")), png) > LARGEST_DIFFERENCE
