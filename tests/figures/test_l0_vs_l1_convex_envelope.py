"""Guards of l0_vs_l1_convex_envelope."""

import numpy as np
import pytest
import torch
from tests.support.artists import texts, tick_labels
from hypothesis import given
from hypothesis import strategies as st
from scripts.l0_vs_l1_convex_envelope import draw, l0_norm, l1_norm
from matplotlib.colors import same_color
from tests.support.pictures import image_test
from tests.support.words import numbers_in

SOLID, DOTTED, CIRCLE = "-", ":", "o"
reals = st.floats(-1e6, 1e6)


def drawn(figure, label, look):
    """All lines with this label and this dash, or this marker."""
    found = [
        line
        for line in figure.axes[0].lines
        if line.get_label() == label and look in (line.get_linestyle(), line.get_marker())
    ]
    assert found, f"no line {label!r} is drawn with {look!r}"
    return found


def points(figure, label, look):
    """The points (n, 2) of the one such line, without its gaps."""
    (line,) = drawn(figure, label, look)
    x, y = line.get_xydata().T
    return np.column_stack([x, y])[~np.isnan(y)]


def circles(figure, filled):
    """The points (n, 2) of the circles that are filled, or open."""
    ground = figure.axes[0].get_facecolor()
    (found,) = [
        circles.get_xydata()
        for circles in drawn(figure, "l0", CIRCLE)
        if same_color(circles.get_markerfacecolor(), ground) != filled
    ]
    return found


def l0_inside(figure):
    """What is drawn of l0 on [-1, 1], its value at 0 included, from left to right."""
    return np.unique(np.vstack([points(figure, "l0", SOLID), circles(figure, filled=True)]), axis=0)


def lower_hull(points):
    """The lower convex hull of points from left to right (Andrew's monotone chain)."""
    hull = []
    for x, y in points:
        while len(hull) > 1:
            (x1, y1), (x2, y2) = hull[-2:]
            if (x2 - x1) * (y - y1) > (y2 - y1) * (x - x1):
                break
            hull.pop()
        hull.append((x, y))
    return hull


@pytest.mark.claim("lower-bound")
def test_absolute_value_is_a_lower_bound_that_touches_at_three_points(figure):
    x, l0 = l0_inside(figure).T
    x1, l1 = points(figure, "l1", SOLID).T
    assert np.array_equal(x, x1)
    assert np.all(l1 <= l0), "|x| is drawn above l0 inside [-1, 1]"
    assert x[l1 == l0].tolist() == [-1, 0, 1]
    assert circles(figure, filled=True).tolist() == [[-1, 1], [0, 0], [1, 1]]


@pytest.mark.claim("convex")
@given(reals, reals)
def test_absolute_value_is_convex(a, b):
    assert l1_norm((a + b) / 2) <= (l1_norm(a) + l1_norm(b)) / 2


@pytest.mark.claim("convex")
def test_drawn_absolute_value_is_convex_and_drawn_l0_is_not(figure):
    l0, l1 = l0_inside(figure)[:, 1], points(figure, "l1", SOLID)[:, 1]
    assert np.all(np.diff(l1, 2) > -1e-15)
    assert np.diff(l0, 2).min() == -1


@pytest.mark.claim("largest")
def test_lower_hull_of_drawn_l0_is_the_absolute_value(figure):
    hull = lower_hull(l0_inside(figure))
    assert hull == [(-1, 1), (0, 0), (1, 1)]
    x, l1 = points(figure, "l1", SOLID).T
    np.testing.assert_allclose(l1, np.interp(x, *zip(*hull, strict=True)), rtol=0, atol=1e-15)


@pytest.mark.claim("largest")
@given(slope=reals)
def test_no_convex_function_below_l0_exceeds_the_absolute_value(figure, slope):
    # A convex function is the supremum of the straight lines below it. Raise a line
    # of this slope until it touches the drawn l0: it still lies nowhere above |x|.
    x, l0 = l0_inside(figure).T
    intercept = (l0 - slope * x).min()
    l1 = points(figure, "l1", SOLID)[:, 1]
    assert np.all(slope * x + intercept <= l1 + 4 * np.spacing(abs(slope)))


@pytest.mark.claim("fails-outside")
def test_absolute_value_exceeds_l0_outside(figure):
    x, l1 = points(figure, "l1", DOTTED).T
    x0, l0 = points(figure, "l0", DOTTED).T
    assert np.array_equal(x, x0)
    assert np.all(np.abs(x) > 1), "drawn dotted where the bound holds"
    assert np.all(l1 > l0)


@pytest.mark.claim("fails-outside")
@given(reals.filter(lambda x: abs(x) > 1))
def test_bound_fails_wherever_x_is_outside(x):
    assert l1_norm(x) > l0_norm(x)


@pytest.mark.claim("matches-torch")
@given(st.floats(allow_nan=False))
def test_matches_torch(x):
    vector = torch.tensor([x], dtype=torch.float64)
    assert l0_norm(np.array(x)) == torch.linalg.vector_norm(vector, ord=0)
    assert l1_norm(np.array(x)) == torch.linalg.vector_norm(vector, ord=1)


def test_grid_is_even_and_contains_the_touching_points(numbers):
    assert np.array_equal(numbers.x, -numbers.x[::-1])
    np.testing.assert_allclose(np.diff(numbers.x), 0.01, rtol=1e-12)
    assert {-1, 0, 1} <= set(numbers.x)
    assert numbers.x[numbers.inside][[0, -1]].tolist() == [-1, 1]
    assert numbers.inside.sum() == np.count_nonzero(abs(numbers.x) <= 1)


def test_every_computed_point_is_drawn_in_its_look(figure, numbers):
    x, inside = numbers.x, numbers.inside
    for name, values in (("l0", numbers.l0), ("l1", numbers.l1)):
        shown = {SOLID: inside & (x != 0) if name == "l0" else inside, DOTTED: ~inside}
        for look, here in shown.items():
            expected = np.column_stack([x, values])[here]
            assert np.array_equal(points(figure, name, look), expected), f"{name} {look}"
    # The line of l0 is broken at 0, where only the circles are.
    (solid,) = drawn(figure, "l0", SOLID)
    assert np.isnan(solid.get_ydata()[x == 0]).all()


def test_circles_show_the_jump_and_where_the_curves_touch(figure, numbers):
    assert circles(figure, filled=False).tolist() == [[0, 1]]
    touching = np.column_stack([numbers.x, numbers.l0])[numbers.touching]
    assert np.array_equal(circles(figure, filled=True), touching)
    assert np.array_equal(numbers.touching, numbers.l0 == numbers.l1)


def test_circles_lie_over_the_curves_and_dashed_lines_under_them(figure):
    axes = figure.axes[0]
    (ends,) = axes.collections
    marks = drawn(figure, "l0", CIRCLE)
    curves = [line.get_zorder() for line in axes.lines if line not in marks]
    assert ends.get_zorder() < min(curves) <= max(curves) < marks[0].get_zorder()


def test_ground_and_dashed_lines_tell_inside_from_outside(figure, numbers):
    axes = figure.axes[0]
    left, right = axes.get_xlim()
    first, last = numbers.x[numbers.inside][[0, -1]]
    spans = [(span.get_x(), span.get_x() + span.get_width()) for span in axes.patches]
    np.testing.assert_allclose(spans, [(left, first), (last, right)], rtol=1e-12)
    (ends,) = axes.collections
    bottom, top = axes.get_ylim()
    at = [segment.tolist() for segment in ends.get_segments()]
    assert at == [[[x, bottom], [x, top]] for x in (first, last)]
    assert all(dashes for _, dashes in ends.get_linestyle()), "the ends are not dashed"


def test_axes_hold_all_and_name_it(figure, numbers):
    axes = figure.axes[0]
    assert axes.get_xlim() == (numbers.x.min(), numbers.x.max())
    assert axes.get_ylim()[0] == 0
    assert axes.get_ylim()[1] > numbers.l1.max()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("$x$", r"$\ell_0(x)$ and $|x|$")
    assert tick_labels(figure) == [(-1, "−1"), (0, "0"), (1, "1"), (0, "0"), (1, "1")]


def test_labels_say_which_order_holds_where(figure):
    outside, inside = r"$|x| > \ell_0(x)$", "on $[-1, 1]$: $|x| \\leq \\ell_0(x)$,"
    assert texts(figure) == [
        "outside:\n" + outside,
        "outside:\n" + outside,
        f"{inside}\nequal at the dots",
        r"$\ell_0(x) = 1$ for $x \neq 0$",
        r"$\ell_0(0) = 0$",
        "$|x|$: the largest convex\nfunction below $\\ell_0$",
    ]
    x, _ = np.transpose([text.get_position() for text in figure.axes[0].texts])
    assert np.sign(x[:2]).tolist() == [-1, 1], "each side has its own words"
    assert np.all(abs(x[:2]) > 1)
    assert np.all(abs(x[2:]) < 1)


def test_labels_wear_the_colour_of_what_they_name(figure):
    (l0,), (l1,) = drawn(figure, "l0", SOLID), drawn(figure, "l1", SOLID)
    colors = [text.get_color() for text in figure.axes[0].texts[-3:]]
    assert colors == [l0.get_color(), l0.get_color(), l1.get_color()]
    assert l0.get_color() != l1.get_color()


def test_words_tell_the_numbers(prompt, numbers):
    x, l0, l1 = numbers.x, numbers.l0, numbers.l1
    first, last = x[numbers.inside][[0, -1]]
    at_zero, elsewhere = l0[x == 0].item(), l0[-1]
    touching = x[numbers.touching]
    assert numbers_in(prompt.caption) == [at_zero, 0, elsewhere, first, last, *touching]
    assert numbers_in(prompt.alt) == [
        x.min(), x.max(), elsewhere, 0, at_zero, x[l1.argmin()], first, last, *touching,
        elsewhere, l1.max(),
    ]  # fmt: skip


@image_test("l0_vs_l1_convex_envelope")
def test_picture(numbers, theme):
    return draw(numbers)
