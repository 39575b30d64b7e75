"""Matrices as cells: each at its place, its number on it, in an ink that can be read."""

from figurepress import look
from lecture import cells

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

MATRIX = np.array([[-2.0, 0.5, 1.0], [0.0, 2.0, -0.25]])


@pytest.fixture(params=lecture.THEMES)
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
    bottom, top = axes.get_ylim()
    assert (bottom, top) == (1.5, -0.5)


def test_cells_hold_the_matrix_on_the_scale_that_was_asked_for(mesh):
    np.testing.assert_array_equal(mesh.get_array(), MATRIX)
    assert mesh.get_clim() == (-3, 3)
    assert to_hex(mesh.to_rgba(0.0)) == look.color("background")


def test_matrix_has_neither_ticks_nor_frame(axes, mesh):
    assert not axes.get_xticks().size
    assert not axes.get_yticks().size
    assert not any(spine.get_visible() for spine in axes.spines.values())


def test_each_cell_wears_its_number(axes, mesh):
    look.write_cells(axes, mesh, "{:.2f}")
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written == {
        (0, 0): "−2.00", (1, 0): "0.50", (2, 0): "1.00",
        (0, 1): "0.00", (1, 1): "2.00", (2, 1): "−0.25",
    }  # fmt: skip
    assert {(text.get_ha(), text.get_va()) for text in axes.texts} == {("center", "center")}


def test_masked_cell_stays_blank(axes):
    matrix = np.ma.masked_less(MATRIX, 0)
    look.write_cells(axes, look.heatmap(axes, matrix, look.sequential(), (0, 3)))
    assert [text.get_text() for text in axes.texts] == ["0.5", "1", "0", "2"]


def test_number_can_be_read_on_its_cell(axes, mesh):
    look.write_cells(axes, mesh)
    for text in axes.texts:
        j, i = text.get_position()
        ink = {"black": 0.0, "white": 1.0}[text.get_color()]
        assert cells._contrast((ink,) * 3, mesh.to_rgba(MATRIX[i, j])[:3]) >= 4.5, (i, j)


@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_black_or_white_can_be_read_on_any_colour(fill):
    ink = {"black": (0.0,) * 3, "white": (1.0,) * 3}[cells._ink_on(fill)]
    assert cells._contrast(ink, fill) >= 4.5


@pytest.mark.parametrize(
    ("color", "luminance"),
    [((1, 0, 0), 0.2126), ((0, 1, 0), 0.7152), ((0, 0, 1), 0.0722), ((0.04,) * 3, 0.04 / 12.92)],
)
def test_luminance_is_that_of_srgb(color, luminance):
    assert cells._luminance(color) == pytest.approx(luminance, rel=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "ratio"), [("000000", "ffffff", 21.0), ("777777", "ffffff", 4.48)]
)
def test_contrast_is_the_known_one(a, b, ratio):
    """Black on white, and the grey that just misses 4.5:1, whichever way round."""
    one, other = (tuple(byte / 255 for byte in bytes.fromhex(hexes)) for hexes in (a, b))
    assert cells._contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert cells._contrast(other, one) == pytest.approx(ratio, abs=0.005)
