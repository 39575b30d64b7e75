"""Matrices as cells: each in its place, its number on it, in a readable colour."""

import numpy as np
import pytest
from figure_gate.check_palette import contrast
from matplotlib.colors import ListedColormap, to_hex
from matplotlib.figure import Figure

from figurepress import look
from figurepress.look.cells import write_cells
from figurepress.palette import THEMES

MATRIX = np.array([[-2.0, 0.5, 1.0], [0.0, 2.0, -0.25]])


@pytest.fixture(params=THEMES)
def axes(request):
    with look.theme(request.param):
        yield Figure().subplots()


@pytest.fixture
def mesh(axes):
    return look.heatmap(axes, MATRIX, look.diverging(), (-3, 3))


def test_cell_is_centred_on_its_column_and_row(mesh):
    corners = mesh.get_coordinates()
    centres = (corners[:-1, :-1] + corners[1:, 1:]) / 2
    rows, columns = np.indices(MATRIX.shape)
    np.testing.assert_array_equal(centres, np.stack([columns, rows], axis=-1))
    np.testing.assert_array_equal(corners[1:, 1:] - corners[:-1, :-1], 1)


def test_cells_are_square_with_row_0_on_top(axes, mesh):
    assert axes.get_aspect() == 1
    assert axes.get_ylim() == (1.5, -0.5)


def test_cells_show_the_matrix_on_the_given_scale(mesh):
    np.testing.assert_array_equal(mesh.get_array(), MATRIX)
    assert mesh.get_clim() == (-3, 3)
    assert to_hex(mesh.to_rgba(0.0)) == look.color("background")


def test_matrix_has_neither_ticks_nor_frame(axes, mesh):
    assert not axes.get_xticks().size
    assert not axes.get_yticks().size
    assert not any(spine.get_visible() for spine in axes.spines.values())


def test_each_cell_has_its_number(axes, mesh):
    write_cells(axes, mesh, "{:.2f}")
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written == {
        (0, 0): "−2.00", (1, 0): "0.50", (2, 0): "1.00",
        (0, 1): "0.00", (1, 1): "2.00", (2, 1): "−0.25",
    }  # fmt: skip
    assert {(text.get_ha(), text.get_va()) for text in axes.texts} == {("center", "center")}


def test_masked_cell_stays_blank(axes):
    matrix = np.ma.masked_less(MATRIX, 0)
    write_cells(axes, look.heatmap(axes, matrix, look.sequential(), (0, 3)))
    assert [text.get_text() for text in axes.texts] == ["0.5", "1", "0", "2"]


def test_number_is_readable_on_any_color():
    levels = np.linspace(0, 1, 7)
    fills = [(red, green, blue) for red in levels for green in levels for blue in levels]
    places = np.arange(len(fills)).reshape(7, 49)
    with look.theme("light"):
        axes = Figure().subplots()
        mesh = look.heatmap(axes, places, ListedColormap(fills), (0, len(fills) - 1))
        write_cells(axes, mesh)
    for text, fill in zip(axes.texts, fills, strict=True):
        assert contrast(to_hex(text.get_color()), to_hex(fill)) >= 4.5 - 0.02, fill  # of 8 bits


def test_limits_are_symmetric():
    assert look.symmetric_limits(MATRIX, np.array([1.0, -3.0])) == (-3, 3)
    assert look.symmetric_limits(MATRIX) == (-2, 2)
