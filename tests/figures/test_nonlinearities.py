"""Tests of nonlinearities."""

import numpy as np
import pytest
import torch
from matplotlib.colors import same_color
from scipy.optimize import brentq
from scipy.special import erf, expit
from scipy.stats import norm

from figurepress import look
from tests.support.artists import all_by_gid, by_gid, tick_labels
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in

LEGIBILITY_EXCEPTIONS = {"grey_print (light)": "the dots are on different curves, and have labels"}
NAMES = ("relu", "gelu", "silu")
SMOOTH = ("gelu", "silu")
VALUE = {
    "relu": lambda x: np.where(x > 0, x, 0),
    "gelu": lambda x: x * (1 + erf(x / np.sqrt(2))) / 2,
    "silu": lambda x: x * expit(x),
}
SLOPE = {
    "relu": lambda x: np.where(x > 0, 1, 0),
    "gelu": lambda x: norm.cdf(x) + x * norm.pdf(x),
    "silu": lambda x: expit(x) * (1 + x * expit(-x)),
}


def curve(figure, gid):
    """The drawn x and values (n) of the one line with this gid, without its gaps."""
    points = by_gid(figure, gid).get_xydata()
    return points[~np.isnan(points).any(axis=1)].T


@pytest.mark.claim("relu-exactly-zero")
def test_relu_is_exactly_zero_below_zero(figure):
    x, relu = curve(figure, "relu-value")
    assert np.all(relu[x < 0] == 0)
    assert np.array_equal(relu[x >= 0], x[x >= 0])


@pytest.mark.claim("smooth")
@pytest.mark.parametrize("name", SMOOTH)
def test_drawn_slope_is_one_half_at_zero(figure, name):
    x, slope = curve(figure, f"{name}-slope")
    assert slope[x == 0] == pytest.approx(1 / 2, rel=1e-15)


@pytest.mark.claim("smooth")
@pytest.mark.parametrize("name", SMOOTH)
def test_drawn_slope_does_not_jump(figure, name):
    x, slope = curve(figure, f"{name}-slope")
    assert np.array_equal(x, curve(figure, f"{name}-value")[0])
    assert np.abs(np.diff(slope)).max() < 0.001


@pytest.mark.claim("smooth")
def test_drawn_slope_of_relu_jumps(figure):
    x, slope = curve(figure, "relu-slope")
    assert np.all(slope[x < 0] == 0)
    assert np.all(slope[x > 0] == 1)
    assert 0 not in x
    assert by_gid(figure, "jump").get_xydata().tolist() == [[0, 0], [0, 1]]


@pytest.mark.claim("smooth")
def test_dotted_line_joins_the_ends_of_the_jump(figure):
    jump = by_gid(figure, "jump")
    assert (jump.get_linestyle(), jump.get_linewidth()) == (":", look.FINE)


@pytest.mark.claim("smooth")
def test_dot_marks_where_the_smooth_slopes_cross(figure, numbers):
    dot = by_gid(figure, "half")
    ((x, slope),) = dot.get_xydata()
    colors = [by_gid(figure, f"{name}-slope").get_color() for name in SMOOTH]
    assert [dot.get_markerfacecolor(), dot.get_markeredgecolor()] == colors
    (i,) = np.flatnonzero(numbers.x == x)
    assert [numbers.gelu_slope[i], numbers.silu_slope[i]] == pytest.approx([slope, slope])
    assert (x, slope) == (0, 0.5)


@pytest.mark.claim("no-hard-clip")
@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_functions_are_negative_below_zero(figure, name):
    x, values = curve(figure, f"{name}-value")
    assert np.all(values[x < 0] < 0)
    assert np.all(values[x > 0] > 0)


@pytest.mark.claim("dips")
@pytest.mark.parametrize(
    ("name", "x", "value"), [("gelu", -0.752, -0.170), ("silu", -1.278, -0.278)]
)
def test_minimum_is_where_the_slope_vanishes(figure, name, x, value):
    dot = all_by_gid(figure, "minimum")[SMOOTH.index(name)]
    ((drawn_x, drawn_value),) = dot.get_xydata()
    assert (drawn_x.round(3), drawn_value.round(3)) == (x, value)
    assert drawn_value == curve(figure, f"{name}-value")[1].min()
    zero_of_slope = brentq(SLOPE[name], -2, -0.1, xtol=1e-12)
    assert drawn_x == pytest.approx(zero_of_slope, abs=0.0005)
    assert drawn_value == pytest.approx(VALUE[name](zero_of_slope), abs=1e-7)


@pytest.mark.claim("slopes")
@pytest.mark.parametrize("name", NAMES)
def test_slopes_are_the_derivatives(figure, name):
    x, slope = curve(figure, f"{name}-slope")
    np.testing.assert_allclose(slope, SLOPE[name](x), rtol=1e-11, atol=1e-14)


@pytest.mark.claim("slopes")
def test_slopes_vanish_below_the_minima(figure):
    for i, name in enumerate(SMOOTH):
        (minimum,) = all_by_gid(figure, "minimum")[i].get_xydata()
        (zero,) = all_by_gid(figure, "zero-slope")[i].get_xydata()
        assert zero.tolist() == [minimum[0], 0]
        x, slope = curve(figure, f"{name}-slope")
        before, after = slope[x < zero[0]][-1], slope[x > zero[0]][0]
        assert before < 0 < after, name


@pytest.mark.claim("slopes")
def test_hairlines_connect_minima_and_zeros(figure, numbers):
    segments = [leader.get_segments()[0].tolist() for leader in all_by_gid(figure, "leader")]
    gelu = numbers.gelu_minimum.tolist()
    silu = numbers.silu_minimum.tolist()
    assert segments == [
        [[gelu[0], -0.75], gelu],
        [[silu[0], -0.75], silu],
        [[gelu[0], 0], [gelu[0], 1.35]],
        [[silu[0], 0], [silu[0], 1.35]],
    ]


@pytest.mark.claim("matches-torch")
@pytest.mark.parametrize("name", NAMES)
def test_values_match_closed_form(figure, name):
    x, values = curve(figure, f"{name}-value")
    np.testing.assert_allclose(values, VALUE[name](x), rtol=1e-12, atol=0)


@pytest.mark.claim("matches-torch")
@pytest.mark.parametrize(("name", "layer"), [("relu", "ReLU"), ("gelu", "GELU"), ("silu", "SiLU")])
def test_values_match_torch(figure, name, layer):
    x, values = curve(figure, f"{name}-value")
    expected = getattr(torch.nn, layer)()(torch.tensor(x))
    np.testing.assert_allclose(values, expected, rtol=1e-14, atol=0)


def test_grid_is_even_and_contains_zero(numbers):
    assert numbers.x.tolist() == [3 * k / 3000 for k in range(-3000, 3001)]


@pytest.mark.parametrize("name", NAMES)
def test_computed_curves_are_drawn(figure, numbers, name):
    x, values = curve(figure, f"{name}-value")
    assert np.array_equal(x, numbers.x)
    assert np.array_equal(values, getattr(numbers, name))
    x, slope = curve(figure, f"{name}-slope")
    assert np.array_equal(slope, getattr(numbers, f"{name}_slope")[np.isin(numbers.x, x)])


def test_computed_minima_are_drawn(figure, numbers):
    drawn = [dot.get_xydata()[0].tolist() for dot in all_by_gid(figure, "minimum")]
    assert drawn == [numbers.gelu_minimum.tolist(), numbers.silu_minimum.tolist()]


def test_functions_keep_their_color_and_dash(figure):
    with look.theme("light"):
        series = [look.series()[k] for k in (4, 3, 5)]  # of NAMES
    smooth = series[1:]
    for name, color, dash in zip(NAMES, series, ("-", "--", ":"), strict=True):
        for kind in ("value", "slope"):
            line = by_gid(figure, f"{name}-{kind}")
            assert (line.get_color(), line.get_linestyle()) == (color, dash), name
    for kind in ("value", "slope"):
        relu, gelu, silu = (by_gid(figure, f"{name}-{kind}").get_linewidth() for name in NAMES)
        assert (gelu, silu) == (relu, 2.2)
    for gid in ("minimum", "zero-slope"):
        assert [dot.get_color() for dot in all_by_gid(figure, gid)] == smooth
    leaders = [leader.get_color()[0] for leader in all_by_gid(figure, "leader")]
    for color, expected in zip(leaders, smooth * 2, strict=True):
        assert same_color(color, expected)
    assert by_gid(figure, "jump").get_color() == series[0]
    assert same_color(by_gid(figure, "jump").get_markerfacecolor(), figure.axes[1].get_facecolor())


def test_words_state_the_minima(figure, numbers):
    texts = {text.get_text(): text.xy for text in figure.axes[0].texts}
    gelu = tuple(numbers.gelu_minimum)
    silu = tuple(numbers.silu_minimum)
    assert texts["GELU: $x\\,\\Phi(x)$\nminimum −0.170"] == pytest.approx(gelu)
    assert texts[r"ReLU: $\max(0, x)$"] == (-3, 0)
    assert texts["SiLU: $x\\,\\sigma(x)$\nminimum −0.278"] == pytest.approx(silu)
    words = [text.get_text() for text in all_by_gid(figure, "zero-value")]
    assert words == ["$x = -0.752$", "$x = -1.278$"]
    places = [text.xy for text in all_by_gid(figure, "zero-value")]
    assert places == [(gelu[0], 0), (silu[0], 0)]


@pytest.mark.parametrize("panel", [0, 1])
def test_words_have_the_colour_of_their_curve(figure, panel):
    kind = ("value", "slope")[panel]
    for name in ("ReLU", "GELU", "SiLU"):
        named = [text for text in figure.axes[panel].texts if text.get_text().startswith(name)]
        color = by_gid(figure, f"{name.lower()}-{kind}").get_color()
        assert {text.get_color() for text in named} == {color}
    words = [text.get_color() for text in all_by_gid(figure, "zero-value")]
    assert words == [dot.get_color() for dot in all_by_gid(figure, "zero-slope")]


@pytest.mark.parametrize("panel", [0, 1])
def test_curves_are_labelled_near_their_line(figure, panel):
    function = (VALUE, SLOPE)[panel]
    for name in ("ReLU", "GELU", "SiLU"):
        named = [text for text in figure.axes[panel].texts if text.get_text().startswith(name)]
        assert named, name
        for text in named:
            x, y = text.xy
            distance = {other: abs(function[other](x) - y) for other in NAMES}
            assert min(distance, key=distance.get) == name.lower()
            assert distance[name.lower()] < 0.01


def test_titles_state_what_is_seen(figure):
    values, slopes = (axes.get_title("left") for axes in figure.axes)
    assert values == (
        r"ReLU is exactly 0 for $\mathbfit{x} < \mathbf{0}$; GELU and SiLU dip below 0"
    )
    assert numbers_in(slopes) == [0, 1, 1 / 2]


def test_axes_are_labelled_and_ticked(figure, numbers):
    values, slopes = by_gid(figure, "relu-value").axes, by_gid(figure, "jump").axes
    assert slopes.get_xlim() == values.get_xlim() == (-3.1, 3.1)
    assert (values.get_ylim(), slopes.get_ylim()) == ((-0.75, 1.45), (-0.25, 1.35))
    assert slopes.get_xlabel() == "$x$"
    assert (values.get_ylabel(), slopes.get_ylabel()) == ("value", "slope")
    left = [axes.yaxis.label.get_window_extent().x0 for axes in (values, slopes)]
    assert left[0] == pytest.approx(left[1], abs=1)
    assert slopes.get_yticks().tolist() == [0, 0.5, 1]
    for place, label in tick_labels(figure):
        assert numbers_in(label) == [pytest.approx(place, rel=1e-12, abs=1e-15)]


def test_caption_numbers_match(prompt, numbers):
    gelu, silu = numbers.gelu_minimum.round(3), numbers.silu_minimum.round(3)
    expected = [0, 0, 0, 0, 0, 1, 1, 2, 0, 0, 0, gelu[1], gelu[0], silu[1], silu[0]]
    assert numbers_in(prompt.caption) == expected


def test_alt_numbers_match(prompt, numbers):
    minima = [numbers.gelu_minimum[1].round(3), numbers.silu_minimum[1].round(3)]
    ends = [numbers.x[0], numbers.x[-1]]
    assert numbers_in(prompt.alt) == [*ends, 0, 0, *minima, 0, 1, 0, 1, 2]


def test_description_numbers_match(prompt, numbers):
    x = numbers.x
    (one,) = np.flatnonzero(x == 1)
    at_one = [numbers.relu[one], numbers.gelu[one].round(3), numbers.silu[one].round(3)]
    gelu, silu = numbers.gelu_minimum.round(3), numbers.silu_minimum.round(3)
    assert numbers_in(prompt.description) == [
        x[0], x[-1], 0, 0, 0, 0, x[one], *at_one, gelu[1], silu[1],
        0, 0, 1, 0, 1, 2, 1, 0, gelu[0], silu[0],
    ]  # fmt: skip
    assert min(numbers.gelu_slope.max(), numbers.silu_slope.max()) > 1


@image_test("nonlinearities")
def test_picture(picture):
    return picture
