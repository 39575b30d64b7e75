"""Panels of cells that line up, frames round cells, and marks for their signs."""

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.figure import Figure

from figurepress import look
from figurepress.look.cells import write_cells
from tests.support.artists import by_gid, written

MATRIX = np.array([[-2.0, 0.5, 1.0], [0.0, 2.0, -0.25]])


@pytest.fixture
def axes():
    with look.theme("light"):
        figure = Figure(figsize=(5, 4), layout="none")
        yield look.cell_axes(figure, left=1, top=0.5, rows=2, columns=3, cell=0.25)


def test_panel_is_placed_in_inches(axes):
    box = axes.get_window_extent().transformed(axes.figure.dpi_scale_trans.inverted())
    np.testing.assert_allclose(box.bounds, (1, 4 - 0.5 - 2 * 0.25, 3 * 0.25, 2 * 0.25))


def test_cells_fill_the_panel(axes):
    look.heatmap(axes, MATRIX, look.diverging(), (-2, 2))
    box = axes.get_window_extent()
    axes.figure.draw_without_rendering()  # the aspect is applied here
    np.testing.assert_allclose(axes.get_window_extent().bounds, box.bounds)


def test_frame_surrounds_its_cells(axes):
    frame = look.outline_cells(axes, row=1, column=0, columns=3)
    assert frame.get_bbox().extents.tolist() == [-0.5, 0.5, 2.5, 1.5]


def test_frame_keeps_its_margin(axes):
    frame = look.outline_cells(axes, row=0, column=1, rows=2, margin=0.25)
    assert frame.get_bbox().extents.tolist() == [0.25, -0.75, 1.75, 1.75]


def test_dashes_are_on_negative_cells(axes):
    mesh = look.heatmap(axes, MATRIX, look.diverging(), (-2, 2))
    look.mark_negative(axes, mesh)
    dashes = by_gid(axes.figure, "negative").get_segments()
    assert [dash.mean(axis=0).tolist() for dash in dashes] == [[0, 0], [2, 1]]


def test_pale_cells_stay_unmarked(axes):
    mesh = look.heatmap(axes, MATRIX, look.diverging(), (-2, 2))
    look.mark_negative(axes, mesh, visible=0.2)
    assert len(by_gid(axes.figure, "negative").get_segments()) == 1


def test_numbers_are_on_their_cells():
    with look.theme("light"):
        figure = Figure(layout="none")
        look.number_cells(figure, MATRIX, 0, 0, 0.5, look.diverging(), (-2, 2), gid="weights")
    cells = by_gid(figure, "weights")
    assert written(cells) == [["-2", "0.5", "1"], ["0", "2", "-0.25"]]


def test_negative_factors_are_in_parentheses():
    assert look.sum_of_products([2, -1, 3.5], [3, -4, -1]) == "2·3 + (−1)(−4) + 3.5·(−1)"


@pytest.mark.parametrize(
    ("side", "axis", "before"),
    [("above", 1, False), ("below", 1, True), ("left", 0, True), ("right", 0, False)],
)
def test_label_is_on_its_side_of_the_panel(axes, side, axis, before):
    box = look.label_panel(axes, "name", side).get_window_extent()
    panel = axes.get_window_extent()
    gap = panel.min[axis] - box.max[axis] if before else box.min[axis] - panel.max[axis]
    assert 0 < gap < 0.15 * axes.figure.dpi


def test_ring_surrounds_its_number(axes):
    mesh = look.heatmap(axes, MATRIX, look.diverging(), (-2, 2))
    write_cells(axes, mesh)
    ring = look.ring_number(axes, row=0, column=2)
    assert ring.get_center() == (2, 0)
    number = next(text for text in axes.texts if text.get_position() == (2, 0))
    assert number.get_zorder() > ring.get_zorder() > mesh.get_zorder()
    assert same_color(ring.get_edgecolor(), number.get_color())
    assert not ring.get_fill()
