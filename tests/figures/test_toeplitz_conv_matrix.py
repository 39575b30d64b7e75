"""Tests of toeplitz_conv_matrix."""

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given
from hypothesis import strategies as st

from figurepress import look
from lecture.kernels import toeplitz_matrix
from scripts.toeplitz_conv_matrix import START
from tests.support.artists import all_by_gid, assert_shows, by_gid, written
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in
from tests.support.random_arrays import whole_arrays

kernels = whole_arrays(st.integers(1, 6), 1000)


@st.composite
def kernels_and_batches(draw):
    """A kernel (m), and a batch of signals (B, N) that are at least as long."""
    kernel = draw(kernels)
    shape = draw(st.tuples(st.integers(1, 3), st.integers(kernel.size, kernel.size + 7)))
    return kernel, draw(whole_arrays(shape, 1000))


def conv1d(X, kernel):
    """PyTorch's convolution (B, N - m + 1) of the signals in the rows of X (B, N)."""
    signals, weight = torch.tensor(X)[:, None], torch.tensor(kernel)[None, None]
    return torch.nn.functional.conv1d(signals, weight)[:, 0].numpy()


@pytest.fixture(scope="module")
def matrix(figure):
    """The drawn matrix, 0 where a cell is blank."""
    return by_gid(figure, "matrix").get_array().filled(0)


@pytest.fixture(scope="module")
def signal(figure):
    """The drawn signal."""
    return by_gid(figure, "signal").get_array()[0]


@pytest.fixture(scope="module")
def response(figure):
    """The drawn response."""
    return by_gid(figure, "response").get_array()[:, 0]


@pytest.fixture(scope="module")
def kernel(numbers):
    return numbers.kernel


def labels(axes, letter):
    """The texts such as $x[3]$ in a panel, their centres in pixels, and their colours."""
    found = [text for text in axes.texts if text.get_text().startswith(f"${letter}[")]
    boxes = [text.get_window_extent() for text in found]
    return (
        [text.get_text() for text in found],
        [((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in boxes],
        {text.get_color() for text in found},
    )


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
def test_any_kernel_gives_a_toeplitz_matrix(kernel, shifts):
    column = np.zeros(shifts + 1)
    column[0] = kernel[0]
    row = np.concatenate([kernel, np.zeros(shifts)])
    expected = scipy.linalg.toeplitz(column, row)
    assert toeplitz_matrix(kernel, kernel.size + shifts).tolist() == expected.tolist()


@pytest.mark.claim("banded")
def test_band_is_as_wide_as_the_kernel(matrix, kernel):
    assert scipy.linalg.bandwidth(matrix) == (0, kernel.size - 1)
    assert np.count_nonzero(matrix) == len(matrix) * kernel.size


@pytest.mark.claim("weight-sharing")
def test_each_weight_is_used_once_in_every_row(matrix, kernel):
    assert np.unique(kernel).size == kernel.size, "two weights are equal: sharing cannot be seen"
    for weight in kernel:
        assert (matrix == weight).sum(axis=1).tolist() == [1] * len(matrix)


@pytest.mark.claim("weight-sharing")
def test_few_parameters_fill_the_matrix(matrix, kernel):
    rows, columns = matrix.shape
    assert matrix.size == torch.nn.Linear(columns, rows, bias=False).weight.numel()
    assert kernel.size == torch.nn.Conv1d(1, 1, kernel.size, bias=False).weight.numel()
    assert np.count_nonzero(matrix) == rows * kernel.size


@pytest.mark.claim("equals-convolution")
@given(kernels_and_batches())
def test_batch_times_transpose_equals_torch(kernel_and_batch):
    kernel, X = kernel_and_batch
    K = toeplitz_matrix(kernel, X.shape[1])
    assert (X @ K.T).tolist() == conv1d(X, kernel).tolist()


@pytest.mark.claim("equals-convolution")
def test_drawn_matrix_convolves_random_batches(matrix, kernel):
    X = np.random.default_rng(0).normal(size=(1000, matrix.shape[1]))
    np.testing.assert_allclose(X @ matrix.T, conv1d(X, kernel), rtol=0, atol=1e-13)


@pytest.mark.claim("equals-convolution")
def test_kernel_is_not_flipped(matrix, kernel):
    assert kernel.tolist() != kernel[::-1].tolist(), "a flip could not be seen"
    signal = np.arange(matrix.shape[1]) ** 2
    expected = sum(kernel[t] * signal[3 + t] for t in range(kernel.size))
    assert (matrix @ signal)[3] == expected


@pytest.mark.claim("product-is-drawn")
def test_each_response_is_its_row_times_the_signal(matrix, signal, response):
    for i, row in enumerate(matrix):
        products = [weight * sample for weight, sample in zip(row, signal, strict=True)]
        assert response[i] == sum(products), f"r[{i}]"


@pytest.mark.claim("product-is-drawn")
def test_responses_match_torch(signal, response, kernel):
    assert conv1d(signal[np.newaxis], kernel)[0].tolist() == response.tolist()


@pytest.mark.claim("product-is-drawn")
def test_samples_are_above_columns_and_responses_in_rows(figure):
    signal, matrix, response = (
        by_gid(figure, gid).axes for gid in ("signal", "matrix", "response")
    )
    for j in (0, 11):
        above = signal.transData.transform((j, 0))
        below = matrix.transData.transform((j, 0))
        assert above[0] == pytest.approx(below[0])
        assert above[1] > below[1]
    for i in (0, 7):
        left = matrix.transData.transform((11, i))
        right = response.transData.transform((0, i))
        assert right[1] == pytest.approx(left[1])
        assert right[0] > left[0]


@pytest.mark.claim("peak-at-the-kernel")
def test_largest_response_is_where_the_signal_is_the_kernel(signal, response, kernel):
    (best,) = np.flatnonzero(response == response.max())
    assert best == START
    assert signal[best : best + kernel.size].tolist() == kernel.tolist()
    assert np.count_nonzero(signal) == kernel.size
    assert response[best] == (kernel**2).sum()


@pytest.mark.claim("peak-at-the-kernel")
def test_window_row_and_response_are_outlined(figure, kernel):
    end = START + kernel.size - 0.5
    expected = {
        "window": ("signal", [START - 0.5, -0.5, end, 0.5]),
        "row": ("matrix", [-0.5, START - 0.5, 11.5, START + 0.5]),
        "entry": ("response", [-0.5, START - 0.5, 0.5, START + 0.5]),
    }
    for gid, (panel, extents) in expected.items():
        frame = by_gid(figure, gid)
        assert frame.axes is by_gid(figure, panel).axes, gid
        assert frame.get_bbox().extents.tolist() == extents, gid


@pytest.mark.claim("peak-at-the-kernel")
def test_guides_lead_from_window_to_row(figure):
    signal, matrix = by_gid(figure, "window").axes, by_gid(figure, "row").axes
    window = by_gid(figure, "window").get_window_extent()
    row = by_gid(figure, "row").get_window_extent()
    guides = all_by_gid(figure, "guide")
    gap = 0.03 * row.height  # half the width of a frame
    for guide, side in zip(guides, (window.x0, window.x1), strict=True):
        upper, lower = signal.transData.transform(guide.xy1), matrix.transData.transform(guide.xy2)
        assert upper == pytest.approx([side, window.y0 - gap], abs=0.1)
        assert lower == pytest.approx([side, row.y1 + gap], abs=0.1)
        assert guide.get_capstyle() == "butt"


@pytest.mark.claim("peak-at-the-kernel")
def test_worked_sum_is_the_outlined_row(figure, matrix, signal, response):
    worked = by_gid(figure, "worked").get_text()
    used = matrix[START] != 0
    factors = np.stack([matrix[START][used], signal[used]], axis=1).ravel()
    counts = [np.unique(matrix[matrix != 0]).size, np.count_nonzero(matrix), matrix.size, 0]
    limits = [abs(matrix).max(), abs(response).max()]
    assert numbers_in(worked) == [START, *factors, response[START], *counts, *limits]
    assert worked == (
        "Row 3 times $x$ is (−1)(−1) + 2·2 + 5·5 + (−2)(−2) + (−4)(−4) = 50, "
        "the largest response, where $x$ contains the kernel.\n"
        "5 weights fill 40 of 96 cells, the others are 0. Colours: ±5 in $x$ and $K$, ±50 in $r$."
    )


def test_cells_show_and_write_the_numbers(figure, numbers):
    weights, responses = abs(numbers.kernel).max(), abs(numbers.response).max()
    expected = {
        "signal": (numbers.signal[np.newaxis], weights),
        "matrix": (np.ma.masked_equal(numbers.matrix, 0), weights),
        "response": (numbers.response[:, np.newaxis], responses),
    }
    for gid, (array, limit) in expected.items():
        mesh = by_gid(figure, gid)
        assert_shows(mesh, array, (-limit, limit))
        blank = np.ma.getmaskarray(array)
        numerals = np.where(blank, "", np.vectorize("{:g}".format)(np.ma.getdata(array)))
        assert written(mesh) == numerals.tolist(), gid
        with look.theme("light"):
            assert mesh.get_cmap() == look.diverging()


def test_blank_cells_are_the_zeros(figure, numbers):
    blank = np.ma.getmaskarray(by_gid(figure, "matrix").get_array())
    assert blank.tolist() == (numbers.matrix == 0).tolist()


def test_cells_are_squares_of_one_size(figure):
    sides = [
        by_gid(figure, gid).axes.transData.transform((1, 1))
        - by_gid(figure, gid).axes.transData.transform((0, 0))
        for gid in ("signal", "matrix", "response")
    ]
    side, _ = sides[0]
    np.testing.assert_allclose(sides, [[side, -side]] * 3)  # rows go down


@pytest.mark.parametrize(("panel", "letter"), [("signal", "x"), ("response", "r")])
def test_cells_are_labelled_with_their_index(figure, panel, letter):
    axes = by_gid(figure, panel).axes
    names, centres, _ = labels(axes, letter)
    count = by_gid(figure, panel).get_array().size
    assert names == [f"${letter}[{index}]$" for index in range(count)]
    axis = 0 if panel == "signal" else 1
    for index, centre in enumerate(centres):
        cell = axes.transData.transform((index, 0) if axis == 0 else (0, index))
        assert centre[axis] == pytest.approx(cell[axis], abs=5), names[index]


@pytest.mark.parametrize(
    ("panel", "letter", "role"), [("signal", "x", "input"), ("response", "r", "response")]
)
def test_labels_have_the_colour_of_their_role(figure, panel, letter, role):
    with look.theme("light"):
        color = look.color(role)
    _, _, colors = labels(by_gid(figure, panel).axes, letter)
    assert colors == {color}


def test_matrix_and_equals_sign_are_written(figure):
    axes = by_gid(figure, "matrix").axes
    texts = {text.get_text(): text for text in axes.texts}
    box = axes.get_window_extent()
    with look.theme("light"):
        assert texts["$K$"].get_color() == look.color("kernel")
    assert texts["$K$"].get_window_extent().x1 < box.x0
    equals = texts["="].get_window_extent()
    assert box.x1 < equals.x0 < equals.x1 < by_gid(figure, "response").axes.get_window_extent().x0
    centres = [(extent.y0 + extent.y1) / 2 for extent in (equals, box)]
    assert centres[0] == pytest.approx(centres[1], abs=3)


def test_signal_and_response_have_names(figure):
    signal, response = by_gid(figure, "signal").axes, by_gid(figure, "response").axes
    (x,) = [text for text in signal.texts if text.get_text() == "$x$"]
    (r,) = [text for text in response.texts if text.get_text() == "$r$"]
    assert x.get_window_extent().x1 < signal.get_window_extent().x0
    assert r.get_window_extent().y0 > response.get_window_extent().y1
    with look.theme("light"):
        assert [x.get_color(), r.get_color()] == [look.color("input"), look.color("response")]


@pytest.mark.claim("rows-are-shifts")
def test_title_states_the_shift(figure):
    title = r"$\mathbfit{r} = \mathbfit{K\,x}$: each row is the kernel, one column further right"
    assert figure.texts[0].get_text() == title


def test_fields_are_float64(numbers):
    shapes = {name: field.shape for name, field in vars(numbers).items()}
    assert shapes == {"kernel": (5,), "signal": (12,), "matrix": (8, 12), "response": (8,)}
    assert {field.dtype for field in vars(numbers).values()} == {np.dtype(np.float64)}


def test_caption_numbers_match(figure, prompt, numbers):
    matrix, m = numbers.matrix, numbers.kernel.size
    nonzero = np.count_nonzero(matrix)
    assert numbers_in(prompt.caption) == [
        m, len(numbers.signal), 0, m, nonzero, matrix.size, matrix.size - nonzero, 0,
        *by_gid(figure, "matrix").get_clim(), *by_gid(figure, "response").get_clim(),
    ]  # fmt: skip


def test_alt_numbers_match(prompt, numbers):
    expected = [*numbers.matrix.shape, *numbers.kernel, START, numbers.response.max()]
    assert numbers_in(prompt.alt) == expected


def test_description_numbers_match(prompt, numbers):
    rows, columns = numbers.matrix.shape
    m, last = numbers.kernel.size, rows - 1
    assert numbers_in(prompt.description) == [
        columns, rows, rows, 0, *numbers.kernel, m, last, 0, START, START + m - 1, 0,
        0, last, *numbers.response, START, numbers.response.max(),
    ]  # fmt: skip


@image_test("toeplitz_conv_matrix")
def test_picture(picture):
    return picture
