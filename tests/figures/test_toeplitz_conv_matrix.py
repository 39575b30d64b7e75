"""Guards of toeplitz_conv_matrix."""

import numpy as np
import pytest
import scipy.linalg
import torch
from tests.support.artists import mesh, texts
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.support.pictures import image_test
from scripts.toeplitz_conv_matrix import draw, toeplitz_matrix
from tests.support.words import numbers_in

# Whole numbers: sums of their products are exact in any order.
whole = st.integers(-1000, 1000).map(float)
kernels = arrays(float, st.integers(1, 6), elements=whole)


@st.composite
def kernels_and_batches(draw):
    """A kernel (m), and a batch of signals (B, N) that are at least as long."""
    kernel = draw(kernels)
    shape = draw(st.tuples(st.integers(1, 3), st.integers(kernel.size, kernel.size + 7)))
    return kernel, draw(arrays(float, shape, elements=whole))


def conv1d(X, kernel):
    """PyTorch's convolution (B, N - m + 1) of the signals in the rows of X (B, N)."""
    signals, weight = torch.tensor(X)[:, None], torch.tensor(kernel)[None, None]
    return torch.nn.functional.conv1d(signals, weight)[:, 0].numpy()


@pytest.fixture(scope="module")
def matrix(figure):
    """The drawn matrix, 0 where a cell is blank."""
    return mesh(figure, "matrix").get_array().filled(0)


@pytest.fixture(scope="module")
def kernel(figure):
    """The drawn kernel."""
    return mesh(figure, "kernel").get_array()[0]


@pytest.mark.claim("rows-are-shifts")
def test_row_i_is_the_kernel_from_column_i_on(matrix, kernel):
    m = kernel.size
    for i, row in enumerate(matrix):
        assert row[i : i + m].tolist() == kernel.tolist(), f"row {i} is not the kernel"
        assert not row[:i].any() and not row[i + m :].any(), f"row {i} is not 0 off the kernel"


@pytest.mark.claim("rows-are-shifts")
def test_last_row_ends_at_the_last_column(matrix, kernel):
    rows, columns = matrix.shape
    assert columns - rows + 1 == kernel.size
    assert matrix[-1, -1] == kernel[-1] != 0


@pytest.mark.claim("toeplitz")
def test_every_diagonal_repeats_one_weight(matrix):
    rows, columns = matrix.shape
    for offset in range(1 - rows, columns):
        assert np.ptp(matrix.diagonal(offset)) == 0, f"diagonal {offset} is not constant"


@pytest.mark.claim("toeplitz")
@given(kernels, st.integers(0, 8))
def test_any_kernel_gives_the_toeplitz_matrix_of_its_first_row_and_column(kernel, shifts):
    column = np.zeros(shifts + 1)
    column[0] = kernel[0]
    row = np.concatenate([kernel, np.zeros(shifts)])
    assert np.array_equal(
        toeplitz_matrix(kernel, kernel.size + shifts), scipy.linalg.toeplitz(column, row)
    )


@pytest.mark.claim("banded")
def test_nonzero_exactly_in_a_band_as_wide_as_the_kernel(matrix, kernel):
    i, j = np.nonzero(matrix)
    assert set(zip(i, j, strict=True)) == {
        (i, i + t) for i in range(len(matrix)) for t in range(kernel.size)
    }
    assert scipy.linalg.bandwidth(matrix) == (0, kernel.size - 1)


@pytest.mark.claim("weight-sharing")
def test_each_weight_is_used_once_in_every_row(matrix, kernel):
    assert np.unique(kernel).size == kernel.size, "two weights are equal: sharing cannot be seen"
    for weight in kernel:
        assert (matrix == weight).sum(axis=1).tolist() == [1] * len(matrix)


@pytest.mark.claim("weight-sharing")
def test_few_parameters_make_all_entries(figure, matrix, kernel):
    rows, columns = matrix.shape
    dense = torch.nn.Linear(columns, rows, bias=False).weight.numel()
    shared = torch.nn.Conv1d(1, 1, kernel.size, bias=False).weight.numel()
    beside_the_kernel = texts(figure)[kernel.size]
    assert "row" in beside_the_kernel and "one column further right" in beside_the_kernel
    assert numbers_in(beside_the_kernel) == [shared, rows, columns, dense, 0]


@pytest.mark.claim("equals-convolution")
@given(kernels_and_batches())
def test_batch_times_transpose_equals_torch(kernel_and_batch):
    kernel, X = kernel_and_batch
    K = toeplitz_matrix(kernel, X.shape[1])
    assert np.array_equal(X @ K.T, conv1d(X, kernel))


@pytest.mark.claim("equals-convolution")
def test_drawn_matrix_convolves_random_batches(matrix, kernel):
    X = np.random.default_rng(0).normal(size=(1000, matrix.shape[1]))
    np.testing.assert_allclose(X @ matrix.T, conv1d(X, kernel), rtol=0, atol=1e-13)


def test_kernel_is_not_flipped(matrix, kernel):
    assert kernel.tolist() != kernel[::-1].tolist(), "a flip could not be seen"
    x = np.arange(matrix.shape[1]) ** 2
    assert (matrix @ x)[3] == sum(kernel[t] * x[3 + t] for t in range(kernel.size))


def test_drawn_cells_are_the_numbers(figure, numbers):
    kernel, matrix = mesh(figure, "kernel").get_array(), mesh(figure, "matrix").get_array()
    assert kernel.tolist() == [numbers.kernel.tolist()]
    assert np.array_equal(matrix.filled(0), numbers.matrix)
    assert np.array_equal(matrix.mask, numbers.matrix == 0), "blank cells are not the zeros"
    assert numbers.kernel.dtype == numbers.matrix.dtype == np.float64


def test_cells_are_centred_on_their_row_and_column(figure):
    for label in ("kernel", "matrix"):
        rows, columns = mesh(figure, label).get_array().shape
        corners = mesh(figure, label).get_coordinates()
        y, x = np.mgrid[: rows + 1, : columns + 1] - 0.5
        assert np.array_equal(corners, np.dstack([x, y])), f"the cells of the {label} moved"


def test_each_weight_is_written_on_its_cell(figure):
    for axes, label in zip(figure.axes, ("kernel", "matrix"), strict=True):
        cells = mesh(figure, label)
        assert cells.axes is axes
        written = {
            (text.get_unitless_position()[1], text.get_unitless_position()[0]): text.get_text()
            for text in axes.texts
            if text.get_ha() == text.get_va() == "center"
        }
        assert written == {
            place: f"{weight:g}".replace("-", "−")
            for place, weight in np.ma.ndenumerate(cells.get_array())
        }, f"a cell of the {label} has a number that is not its own"


def test_colours_are_symmetric_about_zero(figure, numbers):
    limit = np.abs(numbers.kernel).max()
    for label in ("kernel", "matrix"):
        assert mesh(figure, label).get_clim() == (-limit, limit)


def test_outlines_hold_the_weights_and_nothing_else(figure):
    for axes, label in zip(figure.axes, ("kernel", "matrix"), strict=True):
        (outline,) = axes.patches
        cells = mesh(figure, label).get_array()
        inside = [
            outline.get_path().contains_point(place[::-1]) for place in np.ndindex(cells.shape)
        ]
        assert inside == (~np.ma.getmaskarray(cells)).ravel().tolist(), (
            f"the outline of the {label}"
        )
        x, y = outline.get_xy().T
        assert np.all((np.diff(x) == 0) | (np.diff(y) == 0)), "an outline runs across cells"
        assert set(x % 1) | set(y % 1) == {0.5}, "an outline is not on the edges of cells"


def test_kernel_stands_over_row_0(figure, kernel):
    above, axes = figure.axes
    for column in (-0.5, kernel.size - 0.5):
        kernel_end, row_end = (a.transData.transform((column, 0)) for a in (above, axes))
        assert kernel_end[0] == pytest.approx(row_end[0], abs=0.01)
        assert kernel_end[1] > row_end[1]


def test_cells_are_squares_of_one_size_with_row_0_on_top(figure):
    sides = [a.transData.transform((1, 1)) - a.transData.transform((0, 0)) for a in figure.axes]
    for side in sides:
        assert side == pytest.approx([sides[0][0], -sides[0][0]], abs=0.01)


def test_rows_are_responses_and_columns_are_samples(figure, matrix, kernel):
    above, axes = figure.axes
    for axis, count, name in [
        (axes.xaxis, matrix.shape[1], "x"),
        (axes.yaxis, matrix.shape[0], "r"),
    ]:
        assert axis.get_ticklocs().tolist() == list(range(count))
        labels = [label.get_text() for label in axis.get_ticklabels()]
        assert labels == [f"${name}[{index}]$" for index in range(count)]
    weights = {
        text.get_text(): text.get_position() for text in above.texts if "[" in text.get_text()
    }
    assert weights == {f"$k[{t}]$": (t, -0.6) for t in range(kernel.size)}
    assert above.get_yticks().tolist() == []
    assert "column" in axes.get_xlabel() and "$x[j]$" in axes.get_xlabel()
    assert "row" in axes.get_ylabel() and "$r[i]$" in axes.get_ylabel()


def test_words_tell_the_numbers(prompt, numbers):
    rows, columns = numbers.matrix.shape
    m = numbers.kernel.size
    assert numbers_in(prompt.caption) == [m, columns, 0, rows * columns, m]
    assert numbers_in(prompt.alt) == [
        rows, columns, m, *numbers.kernel, 0, m, rows - 1, 0, 0, columns - 1, 0, rows - 1,
    ]  # fmt: skip


@image_test("toeplitz_conv_matrix")
def test_picture(numbers, theme):
    return draw(numbers)
