"""Guards of model_as_composition."""

from figurepress import look

import numpy as np
import pytest
import torch
from tests.support.artists import assert_shows, mesh, tick_labels, written
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.patches import Rectangle
from scripts.model_as_composition import SAMPLE, draw, linear
from tests.support.pictures import image_test
from tests.support.words import numbers_in

NAMES = ["Input $X$", "Hidden $Z_1$", "Activation $A_1$", "Output $Z_2$"]
INPUT, HIDDEN, ACTIVATION, OUTPUT = NAMES
SHAPES = [(6, 3), (6, 7), (6, 7), (6, 4)]
ENTRIES = st.floats(-1e6, 1e6)


@st.composite
def layers(draw):
    """A batch X (n, d), a weight W (k, d) and a bias b (k)."""
    n, d, k = (draw(st.integers(1, 5)) for _ in range(3))
    return tuple(draw(arrays(float, shape, elements=ENTRIES)) for shape in [(n, d), (k, d), k])


def affine(X, W, b):
    """X W^T + b and the size of the terms that it sums, entry by entry from the definition."""
    value, size = np.empty((len(X), len(W))), np.empty((len(X), len(W)))
    for i, x in enumerate(X.tolist()):
        for j, w in enumerate(W.tolist()):
            terms = [x[k] * w[k] for k in range(len(w))] + [float(b[j])]
            value[i, j], size[i, j] = sum(terms), sum(map(abs, terms))
    return value, size


def assert_affine(actual, X, W, b):
    value, size = affine(X, W, b)
    assert actual.shape == value.shape
    wrong = np.argwhere(np.abs(actual - value) > 1e-14 * size).tolist()
    assert not wrong, f"entries {wrong} are not x^T w + b"


def cells(figure, name):
    return mesh(figure, name).get_array()


def box(figure, name):
    """Where the cells of a matrix are, in pixels: x0, y0, x1, y1."""
    grid = mesh(figure, name)
    corners = grid.axes.transData.transform(grid.get_coordinates()[[0, -1], [0, -1]])
    (x0, y1), (x1, y0) = corners
    return np.array([x0, y0, x1, y1])


def gaps(figure):
    """The three panels between two matrices."""
    found = [axes for axes in figure.axes if any(t.get_label() == "map" for t in axes.texts)]
    assert len(found) == 3
    return found


@pytest.mark.claim("batch-preserved")
@pytest.mark.parametrize("name", NAMES)
def test_has_one_row_per_sample(figure, numbers, name):
    assert len(cells(figure, name)) == len(numbers.X) == 6


@pytest.mark.claim("batch-preserved")
@pytest.mark.parametrize("name", NAMES)
def test_same_row_is_outlined_in_every_matrix(figure, name):
    axes = mesh(figure, name).axes
    (row,) = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert row.get_label() == "sample"
    assert row.get_xy() == (-0.5, SAMPLE - 0.5)
    assert (row.get_width(), row.get_height()) == (cells(figure, name).shape[1], 1)
    assert not row.get_fill()


@pytest.mark.claim("rows-independent")
def test_outlined_row_is_called_one_sample(figure):
    assert tick_labels(figure)[0] == (SAMPLE, "one\nsample")


@pytest.mark.claim("shapes")
@pytest.mark.parametrize(("name", "shape"), list(zip(NAMES, SHAPES, strict=True)))
def test_shape_is_drawn_and_written(figure, name, shape):
    axes = mesh(figure, name).axes
    assert cells(figure, name).shape == shape
    assert axes.get_xlabel() == str(shape)
    assert axes.get_title("left") == name


@pytest.mark.claim("affine")
def test_linear_maps_are_what_the_definition_says(figure, numbers):
    assert numbers.W1.shape == (7, 3)
    assert numbers.W2.shape == (4, 7)
    assert_affine(cells(figure, HIDDEN), cells(figure, INPUT), numbers.W1, numbers.b1)
    assert_affine(cells(figure, OUTPUT), cells(figure, ACTIVATION), numbers.W2, numbers.b2)


@pytest.mark.claim("affine")
@settings(max_examples=30)
@given(layers())
def test_layer_is_affine_whatever_the_weights(layer):
    X, W, b = layer
    assert_affine(linear(W, b)(torch.tensor(X)).detach().numpy(), X, W, b)


@pytest.mark.claim("relu")
def test_relu_keeps_positive_entries_and_zeroes_the_others(figure):
    Z1, A1 = cells(figure, HIDDEN), cells(figure, ACTIVATION)
    for z, a in zip(Z1.ravel().tolist(), A1.ravel().tolist(), strict=True):
        assert a == (z if z > 0 else 0)
    assert Z1.max() > 0 > Z1.min()
    assert np.abs(Z1).min() > 0.05, "an entry so near 0 that its sign cannot be seen"


@pytest.mark.claim("relu")
@pytest.mark.parametrize("name", NAMES)
def test_zero_is_written_where_an_entry_is_zero(figure, name):
    zero = cells(figure, name) == 0
    assert written(mesh(figure, name)) == np.where(zero, "0", "").tolist()
    assert len(mesh(figure, name).axes.texts) == zero.sum()


@pytest.mark.claim("rows-independent")
def test_changed_sample_changes_no_other_row(numbers):
    X = numbers.X.copy()
    X[SAMPLE] += 1
    hidden = np.maximum(0, X @ numbers.W1.T + numbers.b1)
    Z2 = linear(numbers.W2, numbers.b2)(torch.tensor(hidden)).detach().numpy()
    changed = np.abs(Z2 - numbers.Z2).max(axis=1) > 1e-12
    assert np.flatnonzero(changed).tolist() == [SAMPLE]


@pytest.mark.claim("rows-independent")
@settings(max_examples=30)
@given(layers())
def test_sample_alone_gives_its_row(layer):
    X, W, b = layer
    together = linear(W, b)(torch.tensor(X)).detach().numpy()
    alone = np.concatenate([linear(W, b)(torch.tensor(x[None])).detach().numpy() for x in X])
    rounding = 1e-14 * affine(X, W, b)[1]
    assert (np.abs(together - alone) <= rounding).all()


def test_draws_the_computed_numbers_on_one_scale_about_zero(figure, numbers):
    computed = [numbers.X, numbers.Z1, numbers.A1, numbers.Z2]
    limit = np.abs(np.concatenate(computed, axis=1)).max()
    for name, matrix in zip(NAMES, computed, strict=True):
        assert_shows(mesh(figure, name), matrix, (-limit, limit))
        with look.theme("light"):
            assert mesh(figure, name).get_cmap() == look.diverging()


def test_colour_bar_is_the_scale_of_the_matrices(figure):
    bar = figure.axes[-1]
    assert bar.get_xlim() == mesh(figure, INPUT).get_clim()
    assert bar.get_xlabel() == "value of an entry, one scale for all matrices"
    _, *ticks = tick_labels(figure)
    assert [tick for tick, _ in ticks] == [-2, -1, 0, 1, 2]
    assert all(numbers_in(label) == [tick] for tick, label in ticks)


def test_all_cells_are_of_one_size(figure):
    sizes = []
    for name, (rows, columns) in zip(NAMES, SHAPES, strict=True):
        x0, y0, x1, y1 = box(figure, name)
        sizes.append([(x1 - x0) / columns, (y1 - y0) / rows])
    np.testing.assert_allclose(sizes, [sizes[0]] * 4, rtol=1e-6)
    assert min(sizes[0]) / figure.dpi * 72 > 12, "cells too small for the 0 written on them"


def test_matrices_stand_in_a_row_in_the_order_of_the_maps(figure):
    boxes = np.array([box(figure, name) for name in NAMES])
    np.testing.assert_allclose(boxes[:, 1], boxes[0, 1], atol=1e-6)
    assert (boxes[1:, 0] > boxes[:-1, 2]).all()


def test_arrow_leads_from_each_matrix_to_the_next_along_the_outlined_row(figure):
    for gap, before, after in zip(gaps(figure), NAMES[:-1], NAMES[1:], strict=True):
        (arrow,) = [text for text in gap.texts if text.get_label() == "map"]
        (tail, y), (head, y_head) = gap.transData.transform([arrow.xyann, arrow.xy])
        row = mesh(figure, before).axes.transData.transform((0, SAMPLE))[1]
        left, right = box(figure, before)[2], box(figure, after)[0]
        assert y == pytest.approx(y_head) == pytest.approx(row, abs=0.1)
        assert left < tail < head < right
        assert head - tail > 0.7 * (right - left), "the arrow is a sliver"


def test_each_arrow_names_its_map(figure):
    formulas = [r"$X W_1^\top + b_1$", r"$\max(0, Z_1)$", r"$A_1 W_2^\top + b_2$"]
    names = ["linear", "ReLU", "linear"]
    for gap, formula, name in zip(gaps(figure), formulas, names, strict=True):
        assert [text.get_text() for text in gap.texts] == ["", formula, name]
        (left, _), (right, _) = gap.transAxes.transform([(0, 0), (1, 0)])
        above, below = (text.get_window_extent() for text in gap.texts[1:])
        arrow = gap.transData.transform((0, SAMPLE))[1]
        assert above.y0 > arrow > below.y1, f"{formula} or {name} is on the arrow"
        assert left < min(above.x0, below.x0), f"{formula} or {name} runs into a matrix"
        assert right > max(above.x1, below.x1), f"{formula} or {name} runs into a matrix"


def test_words_tell_the_numbers(prompt, numbers):
    positive = np.sum(numbers.Z1 > 0)
    negative = np.sum(numbers.Z1 < 0)
    (n, d0), (d2, d1) = numbers.X.shape, numbers.W2.shape
    assert numbers_in(prompt.caption) == [n, d0, d1, d2, positive, negative, 0]
    matrices = numbers.X, numbers.Z1, numbers.Z2
    X, Z1, Z2 = (np.round([matrix.min(), matrix.max()], 1) for matrix in matrices)
    assert numbers_in(prompt.alt) == [
        n, d0, *X, n, d1, *Z1, negative, 0, n, d2, *Z2, SAMPLE + 1,
    ]  # fmt: skip


@image_test("model_as_composition")
def test_picture(numbers, theme):
    return draw(numbers)
