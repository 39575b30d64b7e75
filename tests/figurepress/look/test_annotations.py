"""Tests of figurepress.look.annotations."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from figurepress import look


@pytest.mark.parametrize(
    ("offset", "horizontal", "vertical"),
    [
        ((5, 0), "left", "center"),
        ((-5, 0), "right", "center"),
        ((0, 7), "center", "bottom"),
        ((0, -7), "center", "top"),
        ((3, -3), "left", "top"),
    ],
)
def test_label_is_in_the_direction_of_the_offset(offset, horizontal, vertical):
    text = look.label(Figure().subplots(), "here", (0, 0), offset)
    assert (text.get_ha(), text.get_va()) == (horizontal, vertical)
    assert (text.xy, text.get_position()) == ((0, 0), offset)


def test_text_starts_at_a_place_in_inches():
    text = look.write(Figure(figsize=(6, 4)), 1.5, 0.5, "words", ha="right", gid="words")
    assert text.get_position() == pytest.approx((0.25, 1 - 0.5 / 4))
    assert (text.get_ha(), text.get_va(), text.get_gid()) == ("right", "baseline", "words")


def test_heading_starts_at_the_given_point_with_its_lines_below():
    figure = Figure(figsize=(6, 4))
    look.heading(figure, 1.5, 0.5, "Title", "first", "second")
    title, first, second = figure.texts
    assert title.get_position() == pytest.approx((0.25, 1 - 0.5 / 4))
    assert [text.get_position()[0] for text in (first, second)] == [0.25, 0.25]
    below = [title.get_position()[1] - text.get_position()[1] for text in (first, second)]
    assert below == pytest.approx([0.19 / 4, 0.38 / 4])  # inches / height of the figure
    assert [text.get_weight() for text in figure.texts] == [600, "normal", "normal"]


def test_zero_line_and_shade_have_the_label_faint():
    axes = Figure().subplots()
    assert look.zero_line(axes).get_label() == look.FAINT
    assert look.zero_line(axes, 3).get_ydata() == [3, 3]
    assert look.shade_x(axes, 1, 2).get_label() == look.FAINT


def test_leader_joins_points_of_two_panels():
    left, right = Figure().subplots(1, 2)
    line = look.leader(left, (1, 2), right, (3, 4), gid="zoom")
    assert (line.xy1, line.coords1) == ((1, 2), left.transData)
    assert (line.xy2, line.coords2) == ((3, 4), right.transData)
    assert line in left.figure.get_children()
    assert (line.get_linewidth(), line.get_gid()) == (look.HAIR, "zoom")


@pytest.mark.parametrize(("hollow", "fill"), [(False, "kernel"), (True, "background")])
def test_dot_is_filled_or_a_ring(hollow, fill):
    axes = Figure().subplots()
    with look.theme("light"):
        dot = look.dot(axes, (2, -3), look.color("kernel"), hollow, gid="minimum")
        assert dot.get_markeredgecolor() == look.color("kernel")
        assert dot.get_markerfacecolor() == look.color(fill)
    assert dot.get_xydata().tolist() == [[2, -3]]
    assert dot.get_gid() == "minimum"


def test_several_dots_are_one_artist():
    x = np.arange(3)
    dots = look.dot(Figure().subplots(), (x, x**2), "black", size=4)
    assert dots.get_xydata().tolist() == [[0, 0], [1, 1], [2, 4]]
    assert (dots.get_markersize(), dots.get_linestyle()) == (4, "None")


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
