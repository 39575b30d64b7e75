"""Tests of l0_vs_l1_convex_envelope."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import same_color

from figurepress import look
from lecture.losses import l0_norm, l1_norm
from tests.support.artists import all_by_gid, by_gid, tick_labels
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in

LEGIBILITY_EXCEPTIONS = {"Ink coverage": "the envelope and both ranges outside are tinted"}
reals = st.floats(-1e6, 1e6)


def points(figure, gid):
    """The points (n, 2) of the one line with this gid, without its gaps."""
    found = by_gid(figure, gid).get_xydata()
    return found[~np.isnan(found).any(axis=1)]


def l0_inside(figure):
    """The drawn points of l0 on [-1, 1] from left to right, including its value at 0."""
    found = np.vstack([points(figure, "l0-inside"), points(figure, "touching")])
    return np.unique(found, axis=0)  # sorted; the ends are in both


def lower_hull(points):
    """The lower convex hull of points from left to right (Andrew's monotone chain)."""
    hull = []
    for x, y in points:
        while len(hull) > 1:
            (x1, y1), (x2, y2) = hull[-2:]
            if (x2 - x1) * (y - y1) > (y2 - y1) * (x - x1):  # a turn to the left
                break
            hull.pop()
        hull.append((x, y))
    return hull


@pytest.mark.claim("lower-bound")
def test_absolute_value_is_a_lower_bound(figure):
    x, l0 = l0_inside(figure).T
    x1, l1 = points(figure, "l1-inside").T
    assert np.array_equal(x, x1)
    assert np.all(l1 <= l0)


@pytest.mark.claim("lower-bound")
def test_curves_meet_at_three_points(figure):
    x, l0 = l0_inside(figure).T
    l1 = points(figure, "l1-inside")[:, 1]
    assert x[l1 == l0].tolist() == [-1, 0, 1]
    assert points(figure, "touching").tolist() == [[-1, 1], [0, 0], [1, 1]]


@pytest.mark.claim("convex")
@given(reals, reals)
def test_absolute_value_is_convex(a, b):
    assert l1_norm([(a + b) / 2]) <= (l1_norm([a]) + l1_norm([b])) / 2


@pytest.mark.claim("convex")
def test_drawn_absolute_value_is_convex(figure):
    assert np.all(np.diff(points(figure, "l1-inside")[:, 1], 2) > -1e-15)


@pytest.mark.claim("convex")
def test_drawn_l0_is_not_convex(figure):
    assert np.diff(l0_inside(figure)[:, 1], 2).min() == -1


@pytest.mark.claim("largest")
def test_lower_hull_of_l0_is_the_absolute_value(figure):
    hull = lower_hull(l0_inside(figure))
    assert hull == [(-1, 1), (0, 0), (1, 1)]
    x, l1 = points(figure, "l1-inside").T
    np.testing.assert_allclose(l1, np.interp(x, *np.transpose(hull)), rtol=0, atol=1e-15)


@pytest.mark.claim("largest")
@given(slope=reals)
def test_no_convex_function_below_l0_is_larger(figure, slope):
    # A convex function is the supremum of the straight lines below it. Raise a line
    # of this slope until it touches the drawn l0: it is still nowhere above |x|.
    x, l0 = l0_inside(figure).T
    intercept = (l0 - slope * x).min()
    l1 = points(figure, "l1-inside")[:, 1]
    assert np.all(slope * x + intercept <= l1 + 4 * np.spacing(abs(slope)))


@pytest.mark.claim("largest")
def test_gap_lies_between_the_curves(figure):
    corners = by_gid(figure, "gap").get_paths()[0].vertices
    lower = set(map(tuple, points(figure, "l1-inside")))
    upper = {(x, 1) for x, _ in lower}
    assert set(map(tuple, corners)) == lower | upper


@pytest.mark.claim("smaller")
def test_square_is_a_smaller_convex_function(figure):
    x, values = points(figure, "square").T
    assert np.array_equal(x, points(figure, "l1-inside")[:, 0])
    np.testing.assert_allclose(values, x * x, rtol=1e-14)
    assert np.all(np.diff(values, 2) > 0)
    assert np.all(values <= np.abs(x))
    assert x[values == np.abs(x)].tolist() == [-1, 0, 1]


@pytest.mark.claim("fails-outside")
def test_absolute_value_exceeds_l0_outside(figure):
    x, l1 = points(figure, "l1-outside").T
    x0, l0 = points(figure, "l0-outside").T
    assert np.array_equal(x, x0)
    assert np.all(np.abs(x) > 1)
    assert np.all(l1 > l0)


@pytest.mark.claim("fails-outside")
@given(reals.filter(lambda x: abs(x) > 1))
def test_bound_fails_for_any_x_outside(x):
    assert l1_norm([x]) > l0_norm([x])


@pytest.mark.claim("matches-torch")
@given(st.floats(allow_nan=False))
def test_matches_vector_norm(x):
    vector = torch.tensor([x], dtype=torch.float64)
    assert l0_norm([x]) == torch.linalg.vector_norm(vector, ord=0)
    assert l1_norm([x]) == torch.linalg.vector_norm(vector, ord=1)


@pytest.mark.claim("matches-torch")
def test_computed_curves_match_vector_norm(numbers):
    vectors = torch.tensor(numbers.x)[:, None]
    assert numbers.l0.tolist() == torch.linalg.vector_norm(vectors, ord=0, dim=1).tolist()
    assert numbers.l1.tolist() == torch.linalg.vector_norm(vectors, ord=1, dim=1).tolist()


def test_grid_contains_the_touching_points(numbers):
    assert numbers.x.tolist() == [k / 100 for k in range(-140, 141)]
    assert numbers.x[numbers.touching].tolist() == [-1, 0, 1]
    assert np.array_equal(numbers.inside, abs(numbers.x) <= 1)


@pytest.mark.parametrize("name", ["l0", "l1"])
def test_computed_curves_are_drawn(figure, numbers, name):
    curve = np.column_stack([numbers.x, getattr(numbers, name)])
    inside = numbers.inside & (numbers.x != 0) if name == "l0" else numbers.inside
    assert points(figure, f"{name}-inside").tolist() == curve[inside].tolist()
    assert points(figure, f"{name}-outside").tolist() == curve[~numbers.inside].tolist()


def test_l0_is_interrupted_at_zero(figure, numbers):
    drawn = by_gid(figure, "l0-inside").get_ydata()
    assert np.isnan(drawn[numbers.x == 0]).all()
    hole = by_gid(figure, "hole")
    assert hole.get_xydata().tolist() == [[0, 1]]
    assert same_color(hole.get_markerfacecolor(), figure.axes[0].get_facecolor())


def test_curves_outside_the_bound_are_dotted(figure):
    for name in ("l0", "l1"):
        assert by_gid(figure, f"{name}-inside").get_linestyle() == "-"
        assert by_gid(figure, f"{name}-outside").get_linestyle() == ":"


def test_dashed_lines_mark_the_ends(figure):
    ends = all_by_gid(figure, "end")
    assert [end.get_xdata()[0] for end in ends] == [-1, 1]
    assert {end.get_linestyle() for end in ends} == {"--"}
    assert all(end.get_ydata() == [0, 1] for end in ends)  # from bottom to top, in axes fractions


def test_colors_follow_roles(figure):
    with look.theme("light"):
        roles = {role: look.color(role) for role in ("reference", "response")}
    reference = ("l0-inside", "l0-outside", "square", "hole", "touching", "end")
    for gid in reference:
        for artist in all_by_gid(figure, gid):
            assert same_color(artist.get_color(), roles["reference"]), gid
    for gid in ("l1-inside", "l1-outside"):
        assert same_color(by_gid(figure, gid).get_color(), roles["response"]), gid


def test_marks_lie_over_the_curves(figure):
    over = by_gid(figure, "touching").get_zorder()
    for gid in ("l0-inside", "l1-inside", "square"):
        assert by_gid(figure, gid).get_zorder() < over
    for end in all_by_gid(figure, "end"):
        assert end.get_zorder() < by_gid(figure, "l1-inside").get_zorder()


def test_axes_are_labelled_and_ticked(figure, numbers):
    axes = figure.axes[0]
    assert axes.get_xlim() == (numbers.x[0], numbers.x[-1])
    assert axes.get_ylim() == (0, 1.5)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("$x$", r"$\ell_0(x)$ and $|x|$")
    assert tick_labels(figure) == [(-1, "−1"), (0, "0"), (1, "1"), (0, "0"), (1, "1")]


def test_words_state_where_the_bound_holds(figure):
    below = r"$\boldsymbol{|x|}$ is the largest convex function below $\boldsymbol{\ell_0}$"
    title = f"{below} on [−1, 1]"
    assert figure.axes[0].get_title("left") == title
    middles = [
        t.xy[0] for t in figure.axes[0].texts if t.get_text().startswith("outside:\n$|x| > ")
    ]
    assert middles == [-1.2, 1.2]


def test_reason_is_in_the_gap(figure):
    (words,) = [t for t in figure.axes[0].texts if "chords" in t.get_text()]
    assert words.get_text() == (
        "a convex function lies below its chords,\nso none below $\\ell_0$ enters here"
    )
    gap = by_gid(figure, "gap").get_paths()[0]
    corners = figure.axes[0].transData.inverted().transform(words.get_window_extent().corners())
    assert gap.contains_points(corners).all()


def test_values_of_l0_are_written_at_their_marks(figure):
    places = {text.get_text(): text.xy for text in figure.axes[0].texts}
    assert places["$\\ell_0(x) = 1$ for $x \\neq 0$"] == tuple(points(figure, "hole")[0])
    assert places["$\\ell_0(0) = 0$"][0] == 0


def test_absolute_value_is_labelled_at_its_curve(figure):
    (label,) = [text for text in figure.axes[0].texts if text.get_text() == "$|x|$"]
    x, value = label.xy
    assert value == pytest.approx(x)
    assert label.get_ha() == "left", "the curve would run through its name"


@pytest.mark.claim("smaller")
def test_x_squared_is_labelled_below_its_left_branch(figure):
    (words,) = [text for text in figure.axes[0].texts if text.get_text().startswith("$x^2$:")]
    assert words.get_text() == "$x^2$:\nalso convex,\nbut lower"
    box = words.get_window_extent()
    x, value = figure.axes[0].transData.inverted().transform((box.x1, box.y1))
    assert -1 < words.xy[0] < x < 0
    assert value < x**2


def test_caption_numbers_match(prompt):
    # l0 is 0 at 0 and 1 elsewhere; the interval; at most 0 at 0 and at most 1 at +-1.
    assert numbers_in(prompt.caption) == [0, 0, 1, -1, 1, 0, 0, 1, 1]


def test_alt_numbers_match(prompt):
    assert numbers_in(prompt.alt) == [-1, 1, 1, 0, -1, 0, 1]


def test_description_numbers_match(prompt, numbers):
    limits = [numbers.x.min(), numbers.x.max()]
    assert numbers_in(prompt.description) == [
        *limits, 1, 0, 0, 0, -1, 1, -1, 0, 1, 1, numbers.l1.max(),
    ]  # fmt: skip


@image_test("l0_vs_l1_convex_envelope")
def test_picture(picture):
    return picture
