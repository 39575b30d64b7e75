"""Matrices as cells: their positions, colours, numbers and frames, and dashes on negative cells."""

import numpy as np
import pytest
from figure_gate.check_palette import contrast
from matplotlib.colors import ListedColormap, to_hex
from matplotlib.figure import Figure

from figurepress import look
from figurepress.look.cells import write_cells
from figurepress.palette import THEMES
from tests.support.artists import by_gid, written

MATRIX = np.array([[-2.0, 0.5, 1.0], [0.0, 2.0, -0.25]])


@pytest.fixture(params=THEMES)
def axes(request):
    with look.theme(request.param):
        yield Figure().subplots()


@pytest.fixture
def mesh(axes):
    return look.heatmap(axes, MATRIX, look.diverging(), (-3, 3))


@pytest.fixture
def panel():
    with look.theme("light"):
        figure = Figure(figsize=(5, 4), layout="none")
        yield look.cell_axes(figure, left=1, top=0.5, rows=2, columns=3, cell=0.25)


def test_cell_is_centred_on_its_column_and_row(mesh):
    corners = mesh.get_coordinates()
    centres = (corners[:-1, :-1] + corners[1:, 1:]) / 2
    rows, columns = np.indices(MATRIX.shape)
    np.testing.assert_array_equal(centres, np.stack([columns, rows], axis=-1))


def test_cells_are_square_with_row_0_on_top_and_no_frame(axes, mesh):
    assert axes.get_aspect() == 1
    assert axes.get_ylim() == (1.5, -0.5)
    assert not axes.get_xticks().size
    assert not axes.spines.left.get_visible()


def test_cells_show_the_matrix_on_the_given_scale(mesh):
    np.testing.assert_array_equal(mesh.get_array(), MATRIX)
    assert mesh.get_clim() == (-3, 3)
    assert to_hex(mesh.to_rgba(0.0)) == look.color("background")


def test_each_cell_has_its_number(axes, mesh):
    write_cells(axes, mesh)
    numbers = {text.get_position(): text.get_text() for text in axes.texts}
    assert numbers == {
        (0, 0): "−2", (1, 0): "0.5", (2, 0): "1",
        (0, 1): "0", (1, 1): "2", (2, 1): "−0.25",
    }  # fmt: skip
    assert {(text.get_ha(), text.get_va()) for text in axes.texts} == {("center", "center")}


def test_masked_cell_stays_blank(axes):
    matrix = np.ma.masked_less(MATRIX, 0)
    write_cells(axes, look.heatmap(axes, matrix, look.sequential(), (0, 3)))
    assert [text.get_text() for text in axes.texts] == ["0.5", "1", "0", "2"]


def test_number_is_readable_on_any_color():
    levels = np.linspace(0, 1, 7)
    fills = [(red, green, blue) for red in levels for green in levels for blue in levels]
    matrix = np.arange(len(fills)).reshape(7, 49)
    with look.theme("light"):
        axes = Figure().subplots()
        mesh = look.heatmap(axes, matrix, ListedColormap(fills), (0, len(fills) - 1))
        write_cells(axes, mesh)
    rounding = 0.02  # of colours to 8 bits, by to_hex
    for text, fill in zip(axes.texts, fills, strict=True):
        assert contrast(to_hex(text.get_color()), to_hex(fill)) >= 4.5 - rounding, fill


def test_limits_are_symmetric():
    assert look.symmetric_limits(MATRIX, np.array([1.0, -3.0])) == (-3, 3)


def test_panel_is_placed_in_inches(panel):
    box = panel.get_window_extent().transformed(panel.figure.dpi_scale_trans.inverted())
    np.testing.assert_allclose(box.bounds, (1, 4 - 0.5 - 2 * 0.25, 3 * 0.25, 2 * 0.25))


def test_cells_fill_the_panel(panel):
    look.heatmap(panel, MATRIX, look.diverging(), (-2, 2))
    box = panel.get_window_extent()
    panel.figure.draw_without_rendering()  # the aspect is applied here
    np.testing.assert_allclose(panel.get_window_extent().bounds, box.bounds)


def test_frame_surrounds_its_cells_at_a_margin(panel):
    frame = look.outline_cells(panel, row=0, column=1, rows=2, margin=0.25)
    assert frame.get_bbox().extents.tolist() == [0.25, -0.75, 1.75, 1.75]


@pytest.mark.parametrize(("threshold", "cells"), [(0.1, [[0, 0], [2, 1]]), (0.2, [[0, 0]])])
def test_dashes_are_on_negative_cells_that_are_not_pale(panel, threshold, cells):
    mesh = look.heatmap(panel, MATRIX, look.diverging(), (-2, 2))
    look.mark_negative(panel, mesh, threshold)
    dashes = by_gid(panel.figure, "negative").get_segments()
    assert [dash.mean(axis=0).tolist() for dash in dashes] == cells


def test_numbers_are_on_their_cells():
    with look.theme("light"):
        figure = Figure(layout="none")
        look.draw_matrix(
            figure, MATRIX, left=0, top=0, cell=0.5, cmap=look.diverging(), limits=(-2, 2),
            gid="weights",
        )  # fmt: skip
    cells = by_gid(figure, "weights")
    assert written(cells) == [["-2", "0.5", "1"], ["0", "2", "-0.25"]]
