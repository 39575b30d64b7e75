"""One figure in three formats: the same picture, the same words, the same bytes each time."""

from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from figurepress import look
from figurepress.names import FORMATS
from figurepress.output.render import CanvasError, bends_only, freeze_layout, render
from figurepress.palette import THEMES
from tests.support.renderers import difference, pdf_pixels, png_pixels, svg_pixels

# Of 255: renderers smooth edges in their own ways. A missing curve differs by 100 and more.
FORMATS_DIFFER = 90


def rendered(figure: Figure, format: str, dpi: int = 200) -> bytes:
    return render(figure, format, dpi, "x-light", "A title", "What it shows", "All of it")


@pytest.fixture
def plot():
    """A small figure in the light theme."""
    with look.theme("light"):
        figure = Figure(figsize=(2, 1))
        figure.subplots().plot([0, 1], gid="line")
        yield figure


def test_layout_is_rounded(plot):
    freeze_layout(plot)
    corners = plot.axes[0].get_position(original=True).get_points()
    assert (corners == corners.round(9)).all()


def test_last_bits_of_numbers_change_no_pixel():
    """Other processors round in other ways, above all where a line goes on straight."""
    ramp = np.where(np.arange(25) < 20, np.arange(25) / 12 - 0.3, -0.3)
    pictures = set()
    for last_bit in (0, 2e-16, -2e-16):
        wave = 1 + last_bit * np.where(np.arange(25) % 2, 1, -1)
        figure = Figure(figsize=(2, 1))
        figure.add_axes((0.05, 0.1, 0.9, 0.8)).plot(ramp * wave, linewidth=2)
        freeze_layout(figure)
        pictures.add(rendered(figure, "png"))
    assert len(pictures) == 1


def test_points_on_a_straight_line_are_dropped(plot):
    line = plot.axes[0].lines[0]
    line.set_data([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 0, 0])
    with bends_only(plot):
        assert line.get_xdata().tolist() == [0, 3, 4, 5]
    assert list(line.get_xdata()) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("style", [{"marker": "o"}, {"drawstyle": "steps-mid"}])
def test_points_with_a_marker_or_a_step_are_kept(plot, style):
    line = plot.axes[0].lines[0]
    line.set(xdata=[0, 1, 2], ydata=[0, 1, 2], **style)
    with bends_only(plot):
        assert list(line.get_xdata()) == [0, 1, 2]


def test_saving_lays_out_nothing(plot):
    """matplotlib would give the figure a new layout engine after it has saved it."""
    freeze_layout(plot)
    rendered(plot, "svg")
    assert plot.get_layout_engine() is None


def test_layout_is_frozen(plot):
    freeze_layout(plot)
    assert plot.get_layout_engine() is None  # with one, savefig draws each file twice
    before = plot.axes[0].get_position().bounds
    plot.axes[0].set_ylabel("a label\nthat would move the panel")
    plot.draw_without_rendering()
    assert plot.axes[0].get_position().bounds == before


@pytest.mark.parametrize("format", FORMATS)
def test_bytes_are_reproducible(plot, format):
    freeze_layout(plot)
    assert rendered(plot, format) == rendered(plot, format)


@pytest.mark.parametrize("dpi", [100, 200])
def test_png_has_the_pixels_of_matplotlib(plot, dpi):
    freeze_layout(plot)
    png = Image.open(BytesIO(rendered(plot, "png", dpi)))
    file = BytesIO()
    plot.savefig(file, format="png", dpi=dpi)
    assert png.mode == "RGB"
    assert png.convert("RGBA").tobytes() == Image.open(file).tobytes()


def test_png_has_title_and_short_text(plot):
    freeze_layout(plot)
    png = Image.open(BytesIO(rendered(plot, "png")))
    assert png.text == {"Title": "A title", "Description": "What it shows"}


def test_pdf_has_title_and_short_text_and_no_date(plot):
    freeze_layout(plot)
    pdf = rendered(plot, "pdf")
    assert b"/Title (A title)" in pdf
    assert b"/Subject (What it shows)" in pdf
    for key in (b"/CreationDate", b"/ModDate", b"/Creator", b"/Producer"):
        assert key not in pdf


def test_svg_has_title_and_long_text(plot):
    freeze_layout(plot)
    title, description = list(ElementTree.fromstring(rendered(plot, "svg")))[:2]
    assert (title.text, description.text) == ("A title", "All of it")


def test_svg_has_the_gid_of_an_artist(plot):
    freeze_layout(plot)
    assert b'id="x-light-line"' in rendered(plot, "svg")


def color_background(figure):
    figure.set_facecolor("#ffe9b0")


def fade_background(figure):
    figure.patch.set_alpha(0.5)


def hide_background(figure):
    figure.patch.set_visible(False)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (color_background, "#ffe9b0ff"),
        (fade_background, "#ffffff80"),
        (hide_background, "invisible"),
    ],
)
def test_custom_background_is_rejected(plot, change, found):
    change(plot)
    with pytest.raises(CanvasError, match=f"background is {found}, but the theme .* remove"):
        freeze_layout(plot)


@pytest.fixture(params=THEMES)
def panels(request):
    """A figure of the usual size, laid out: curves, words, a filled area, cells."""
    with look.theme(request.param):
        figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
        curves, cells = figure.subplots(1, 2)
        x = np.linspace(0, 6, 100)
        curves.plot(x, np.sin(x))
        curves.plot(x, np.cos(x), "--", linewidth=look.FINE)
        curves.fill_between(x, np.sin(x) / 2, alpha=0.3)
        curves.set(xlabel="$x$", ylabel="value", title="A sine and a cosine")
        look.heatmap(cells, np.outer([-1, 0, 1], [1, -0.5]), look.diverging(), (-1, 1))
        freeze_layout(figure)
        yield figure


@pytest.mark.slow
def test_formats_show_the_same_picture(panels):
    png = png_pixels(rendered(panels, "png"))
    assert difference(svg_pixels(rendered(panels, "svg")), png) < FORMATS_DIFFER
    assert difference(pdf_pixels(rendered(panels, "pdf")), png) < FORMATS_DIFFER


def test_sharp_corner_is_the_same_in_svg(plot):
    corner = {"linewidth": 9, "solid_joinstyle": "miter", "solid_capstyle": "butt"}
    plot.axes[0].plot([0.2, 0.8, 0.2], [0.7, 0.5, 0.3], **corner)
    freeze_layout(plot)
    assert difference(svg_pixels(rendered(plot, "svg")), png_pixels(rendered(plot, "png"))) < (
        FORMATS_DIFFER
    )


@pytest.mark.slow
def test_missing_curve_is_detected(panels):
    png = png_pixels(rendered(panels, "png"))
    panels.axes[0].lines[1].set_visible(False)
    assert difference(svg_pixels(rendered(panels, "svg")), png) > FORMATS_DIFFER
    assert difference(pdf_pixels(rendered(panels, "pdf")), png) > FORMATS_DIFFER
