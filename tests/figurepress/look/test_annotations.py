"""Labels, headings, guides and dots: where they are, and how they look."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from figurepress import look


@pytest.mark.parametrize(
    ("offset", "horizontal", "vertical"),
    [((-5, 0), "right", "center"), ((0, 7), "center", "bottom"), ((3, -3), "left", "top")],
)
def test_label_is_in_the_direction_of_the_offset(offset, horizontal, vertical):
    text = look.label(Figure().subplots(), "here", (0, 0), offset)
    assert (text.get_ha(), text.get_va()) == (horizontal, vertical)
    assert (text.xy, text.get_position()) == ((0, 0), offset)


def test_heading_starts_at_the_given_point_with_its_lines_below():
    figure = Figure(figsize=(6, 4))
    look.heading(figure, 1.5, 0.5, "Title", "first", "second")
    positions = [text.get_position() for text in figure.texts]
    inches = [(6 * x, 4 * (1 - y)) for x, y in positions]  # from the upper left corner
    np.testing.assert_allclose(inches, [(1.5, 0.5), (1.5, 0.69), (1.5, 0.88)])  # 0.19 per line
    assert [text.get_weight() for text in figure.texts] == [600, "normal", "normal"]


def test_zero_line_and_shade_have_the_label_faint():
    axes = Figure().subplots()
    assert look.zero_line(axes).get_label() == look.FAINT
    assert look.zero_line(axes, 3).get_ydata() == [3, 3]
    assert look.shade_x(axes, 1, 2).get_label() == look.FAINT


def test_leader_joins_points_of_two_panels():
    left, right = Figure().subplots(1, 2)
    line = look.leader(left, (1, 2), right, (3, 4))
    assert (line.xy1, line.coords1) == ((1, 2), left.transData)
    assert (line.xy2, line.coords2) == ((3, 4), right.transData)
    assert line in left.figure.get_children()


@pytest.mark.parametrize(("hollow", "fill"), [(False, "kernel"), (True, "background")])
def test_dot_is_filled_or_a_ring(hollow, fill):
    axes = Figure().subplots()
    with look.theme("light"):
        dot = look.dot(axes, (2, -3), look.color("kernel"), hollow)
        assert dot.get_markeredgecolor() == look.color("kernel")
        assert dot.get_markerfacecolor() == look.color(fill)
    assert dot.get_xydata().tolist() == [[2, -3]]


def test_dot_at_the_edge_is_in_front_of_it():
    axes = Figure().subplots()
    dot = look.dot(axes, (0, 0), "black")
    assert not dot.get_clip_on()
    assert dot.get_zorder() > axes.spines.left.get_zorder()


def test_negative_factors_are_in_parentheses():
    assert look.sum_of_products([2, -1, 3.5], [3, -4, -1]) == "2·3 + (−1)(−4) + 3.5·(−1)"


@pytest.mark.parametrize(
    ("side", "axis", "text_is_first"),
    [("above", 1, False), ("below", 1, True), ("left", 0, True), ("right", 0, False)],
)
def test_label_is_on_its_side_of_the_panel(side, axis, text_is_first):
    axes = Figure().subplots()
    text = look.label_panel(axes, "name", side).get_window_extent()
    panel = axes.get_window_extent()
    first, second = (text, panel) if text_is_first else (panel, text)
    gap = second.min[axis] - first.max[axis]
    assert 0 < gap < 0.15 * axes.figure.dpi
