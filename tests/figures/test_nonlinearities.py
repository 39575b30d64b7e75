"""Guards of nonlinearities."""

import numpy as np
import pytest
import torch
from tests.support.artists import line, tick_labels
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.colors import same_color
from scripts.nonlinearities import ZOOM, draw, lowest
from tests.support.pictures import image_test
from scipy.optimize import brentq
from scipy.special import erf, expit
from scipy.stats import norm
from tests.support.words import numbers_in

NAMES = ("ReLU", "GELU", "SiLU")
PANELS = (0, 1)  # the whole range, the enlarged one
CLOSED_FORM = {
    "ReLU": lambda x: np.where(x > 0, x, 0),
    "GELU": lambda x: x * (1 + erf(x / np.sqrt(2))) / 2,
    "SiLU": lambda x: x * expit(x),
}
SLOPE = {
    "GELU": lambda x: norm.cdf(x) + x * norm.pdf(x),
    "SiLU": lambda x: expit(x) * (1 + x * expit(-x)),
}


def curves(figure, panel):
    """Each nonlinearity's line in a panel, by its name."""
    found = {
        curve.get_label().split(":")[0]: curve
        for curve in figure.axes[panel].lines
        if not curve.get_label().startswith("lowest")
    }
    assert tuple(found) == NAMES, f"panel {panel} shows {list(found)}"
    return found


def points(figure, name):
    """The drawn x and values of a nonlinearity: the same in both panels."""
    whole, zoom = (curves(figure, panel)[name].get_xydata() for panel in PANELS)
    assert np.array_equal(whole, zoom), f"the two panels show two different {name}"
    return whole.T


def dip(figure, name):
    """The drawn dot (x, value) at the lowest point of a nonlinearity."""
    (point,) = line(figure, f"lowest point of {name}")
    return point


@pytest.mark.claim("relu-exactly-zero")
def test_relu_is_exactly_zero_below_zero_and_x_above(figure):
    x, relu = points(figure, "ReLU")
    assert np.all(relu[x < 0] == 0)
    assert np.array_equal(relu[x >= 0], x[x >= 0])


@pytest.mark.claim("smooth")
@pytest.mark.parametrize("name", ["GELU", "SiLU"])
def test_slope_of_gelu_and_silu_is_one_half_from_both_sides(figure, name):
    x, values = points(figure, name)
    slopes, zero, step = np.diff(values) / np.diff(x), np.flatnonzero(x == 0).item(), x[-1] - x[-2]
    left, right = slopes[zero - 1], slopes[zero]
    # A chord of length h has the tangent's slope up to h times half the curvature there.
    assert left == pytest.approx(1 / 2, abs=step / 2)
    assert right == pytest.approx(1 / 2, abs=step / 2)
    assert np.abs(np.diff(slopes)).max() < step, f"the slope of {name} jumps"


@pytest.mark.claim("smooth")
def test_slope_of_relu_jumps_from_zero_to_one(figure):
    x, values = points(figure, "ReLU")
    slopes, zero = np.diff(values) / np.diff(x), np.flatnonzero(x == 0).item()
    assert np.all(slopes[:zero] == 0)
    np.testing.assert_allclose(slopes[zero:], 1, rtol=1e-12)


@pytest.mark.claim("smooth")
def test_autograd_gives_slope_one_half_at_zero():
    for function in (torch.nn.functional.gelu, torch.nn.functional.silu):
        x = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        function(x).backward()
        assert x.grad.item() == 1 / 2


@pytest.mark.claim("no-hard-clip")
@pytest.mark.parametrize("name", ["GELU", "SiLU"])
def test_gelu_and_silu_are_negative_below_zero(figure, name):
    x, values = points(figure, name)
    assert np.all(values[x < 0] < 0)
    assert np.all(values[x > 0] > 0)


@pytest.mark.claim("dips")
@pytest.mark.parametrize(
    ("name", "x", "value"), [("GELU", -0.752, -0.170), ("SiLU", -1.278, -0.278)]
)
def test_lowest_point(figure, name, x, value):
    assert dip(figure, name).round(3).tolist() == [x, value]
    drawn = points(figure, name)
    assert value - 0.0005 < drawn[1].min() == dip(figure, name)[1]
    flat = brentq(SLOPE[name], -2, -0.1, xtol=1e-12)
    assert dip(figure, name)[0] == pytest.approx(flat, abs=0.0005)
    assert dip(figure, name)[1] == pytest.approx(CLOSED_FORM[name](flat), abs=1e-7)


@pytest.mark.claim("dips")
@given(arrays(float, 5, elements=st.floats(-10, 10), unique=True))
def test_lowest_is_a_point_of_the_curve_and_none_is_lower(values):
    x, value = lowest(np.arange(5.0), values)
    assert value == values[int(x)] == min(values)


@pytest.mark.claim("matches-torch")
@pytest.mark.parametrize("name", NAMES)
def test_pytorch_draws_the_closed_form(figure, name):
    x, values = points(figure, name)
    np.testing.assert_allclose(values, CLOSED_FORM[name](x), rtol=1e-12, atol=0)
    module = getattr(torch.nn, name)()
    torch.testing.assert_close(torch.tensor(values), module(torch.tensor(x)), rtol=1e-14, atol=0)


def test_grid_is_even_and_contains_zero(numbers):
    assert np.array_equal(numbers.x, -numbers.x[::-1])
    np.testing.assert_allclose(np.diff(numbers.x), 0.001, rtol=1e-9)
    assert 0 in numbers.x


def test_every_curve_and_dot_is_the_computed_one(figure, numbers):
    for name in NAMES:
        x, values = points(figure, name)
        assert np.array_equal(x, numbers.x)
        assert np.array_equal(values, getattr(numbers, name.lower())), name
    assert np.array_equal(dip(figure, "GELU"), numbers.gelu_dip)
    assert np.array_equal(dip(figure, "SiLU"), numbers.silu_dip)


def test_curves_differ_in_colour_and_dash(figure):
    for panel in PANELS:
        lines = curves(figure, panel).values()
        assert len({line.get_color() for line in lines}) == 3
        assert [line.get_linestyle() for line in lines] == ["-", "--", ":"]
    assert [line.get_color() for line in curves(figure, 0).values()] == [
        line.get_color() for line in curves(figure, 1).values()
    ]


def test_key_names_each_curve_in_its_colour(figure):
    key = figure.axes[0].get_legend()
    drawn = curves(figure, 0).values()
    assert [text.get_text() for text in key.get_texts()] == [
        r"ReLU: $\max(0, x)$",
        r"GELU: $x\,\Phi(x)$",
        r"SiLU: $x\,\sigma(x)$",
    ]
    for text, sample, curve in zip(key.get_texts(), key.get_lines(), drawn, strict=True):
        assert same_color(text.get_color(), curve.get_color())
        assert same_color(sample.get_color(), curve.get_color())


def test_shaded_ground_marks_what_the_lower_panel_shows(figure):
    whole, zoom = figure.axes
    (frame,), (words,) = whole.patches, whole.texts
    assert words.get_text() == "enlarged below"
    (left, right), (low, high) = zoom.get_xlim(), zoom.get_ylim()
    assert ((left, right), (low, high)) == ((-3, 1), (-0.4, 0.15))
    corners = [(left, low), (right, high)]
    np.testing.assert_allclose(frame.get_bbox().get_points(), corners, rtol=1e-12)
    for name in ("GELU", "SiLU"):
        x, value = dip(figure, name)
        assert left < x < right and low < value < high, f"the dip of {name} is not enlarged"


def test_labels_tell_the_lowest_points(figure, numbers):
    zoom = figure.axes[1]
    relu, gelu, silu, corner = zoom.texts
    for label, name, (x, value) in (
        (gelu, "GELU", numbers.gelu_dip),
        (silu, "SiLU", numbers.silu_dip),
    ):
        assert label.get_text() == f"{name}: ${value:.3f}$\nat $x = {x:.3f}$"
        assert label.xy == (x, value)
        assert label.get_color() == curves(figure, 1)[name].get_color()
    assert relu.get_text() == "ReLU: exactly 0 for $x < 0$"
    assert relu.get_color() == curves(figure, 1)["ReLU"].get_color()
    assert corner.get_text() == "at $x = 0$ ReLU\nhas a corner,\nGELU and SiLU\nhave slope 1/2"
    assert corner.xy == (0, 0) and corner.arrow_patch is not None, "no leader to the corner"


def test_axes_hold_all_and_name_it(figure, numbers):
    whole = figure.axes[0]
    assert whole.get_xlim()[0] < numbers.x.min() and numbers.x.max() < whole.get_xlim()[1]
    assert whole.get_ylim()[0] < numbers.silu_dip[1] and numbers.relu.max() < whole.get_ylim()[1]
    assert [axes.get_xlabel() for axes in figure.axes] == ["$x$", "$x$ (enlarged)"]
    assert [axes.get_ylabel() for axes in figure.axes] == ["value", "value"]
    for place, label in tick_labels(figure):
        assert numbers_in(label) == [pytest.approx(place, rel=1e-12, abs=1e-15)]


def test_words_tell_the_numbers(prompt, numbers):
    x = numbers.x
    gelu, silu = numbers.gelu_dip.round(3)[::-1], numbers.silu_dip.round(3)[::-1]
    (left, right), _ = ZOOM
    assert numbers_in(prompt.caption) == [0, 0, 0, 0, 0, 1, 1, 2, 0, *gelu, *silu]
    assert numbers_in(prompt.alt) == [
        x[0], x[-1], 0,
        x[-1], numbers.relu[-1], numbers.gelu[-1].round(3), numbers.silu[-1].round(3),
        left, right, 0, 0, 1, 2, 0, *gelu, *silu,
        x[0], numbers.gelu[0].round(3), numbers.silu[0].round(3),
    ]  # fmt: skip


@image_test("nonlinearities")
def test_picture(numbers, theme):
    return draw(numbers)
