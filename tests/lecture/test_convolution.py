"""The functions of `lecture.convolution` and `lecture.kernels` match their definitions."""

import numpy as np
import pytest
import scipy.linalg
import scipy.signal
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from lecture.convolution import Layer, conv1d, conv2d, conv3d, sliding_dot_product
from lecture.kernels import (
    normalise,
    output_length,
    peak_and_trough,
    place,
    ramp,
    toeplitz_matrix,
    window_centres,
)
from tests.support.random_arrays import whole_arrays

STRIDES = st.integers(1, 4)
PADDINGS = st.integers(0, 4)
SIZES = st.integers(1, 7)


@st.composite
def layers(draw, axes):
    """An input (C_in, *space) and a weight (C_out, C_in, *window) that fits into it."""
    window = tuple(draw(st.integers(1, 3)) for _ in range(axes))
    space = tuple(size + draw(st.integers(0, 3)) for size in window)
    c_in = draw(st.integers(1, 3))
    c_out = draw(st.integers(1, 3))
    inputs = draw(whole_arrays((c_in, *space), largest=99))
    weight = draw(whole_arrays((c_out, c_in, *window), largest=99))
    return inputs, weight


def by_scipy(inputs, weight, stride, padding):
    """Pad, correlate channel by channel, sum over the input channels, subsample."""
    axes = inputs.ndim - 1
    padded = np.pad(inputs, [(0, 0)] + [(padding, padding)] * axes)
    subsample = (slice(None, None, stride),) * axes
    return np.array(
        [
            sum(
                scipy.signal.correlate(channel, kernel, "valid", "direct")[subsample]
                for channel, kernel in zip(padded, kernels, strict=True)
            )
            for kernels in weight
        ]
    )


@pytest.mark.parametrize(("convolve", "axes"), [(conv1d, 1), (conv2d, 2), (conv3d, 3)])
@given(st.data(), STRIDES, PADDINGS)
def test_convolution_is_a_sum_of_correlations(convolve, axes, data, stride, padding):
    inputs, weight = data.draw(layers(axes))
    output = convolve(inputs, weight, stride, padding)
    assert output.dtype == np.float64
    np.testing.assert_array_equal(output, by_scipy(inputs, weight, stride, padding))


@pytest.mark.parametrize(("convolve", "axes"), [(conv1d, 1), (conv2d, 2), (conv3d, 3)])
@given(st.data(), STRIDES, PADDINGS)
def test_each_sample_of_a_batch_is_convolved_separately(convolve, axes, data, stride, padding):
    inputs, weight = data.draw(layers(axes))
    batch = np.stack([inputs, -inputs])
    output = convolve(inputs, weight, stride, padding)
    np.testing.assert_array_equal(convolve(batch, weight, stride, padding), [output, -output])


@pytest.mark.parametrize("axes", [1, 2, 3])
@given(st.data())
def test_sliding_dot_product_is_a_convolution_of_one_channel(axes, data):
    inputs, weight = data.draw(layers(axes))
    expected = by_scipy(inputs[:1], weight[:1, :1], stride=1, padding=0)[0]
    np.testing.assert_array_equal(sliding_dot_product(inputs[0], weight[0, 0]), expected)


@given(st.data(), STRIDES, PADDINGS)
def test_layer_gives_values_at_window_centres(data, stride, padding):
    inputs, weight = data.draw(layers(1))
    weight = np.concatenate([weight, weight[:, :, 1:]], axis=2)  # an odd number of weights
    inputs = np.pad(inputs, [(0, 0), (0, 3)])  # so that the longer window fits
    response = Layer(weight, stride, padding).run(inputs)
    expected = window_centres(inputs.shape[1], weight.shape[2], stride, padding)
    np.testing.assert_array_equal(response.positions, expected)
    np.testing.assert_array_equal(response.values, by_scipy(inputs, weight, stride, padding))
    assert response.values.shape[1] == len(response.positions)


def test_mismatched_shape_is_an_error():
    with pytest.raises(RuntimeError, match="channels"):
        conv1d(np.zeros((2, 9)), np.zeros((1, 3, 5)))


@given(SIZES, st.integers(0, 9), STRIDES, PADDINGS)
def test_output_length_counts_the_windows(size, longer, stride, padding):
    length = size + longer
    starts = range(-padding, length + padding - size + 1, stride)
    assert output_length(length, size, stride, padding) == len(starts)


@given(st.sampled_from([1, 3, 5, 7]), st.integers(0, 9), STRIDES, PADDINGS)
def test_windows_are_centred_at_their_median(size, longer, stride, padding):
    length = size + longer
    samples = np.arange(-padding, length + padding)
    windows = np.lib.stride_tricks.sliding_window_view(samples, size)[::stride]
    centres = window_centres(length, size, stride, padding)
    assert centres.dtype == np.int64
    np.testing.assert_array_equal(centres, np.median(windows, axis=1))


def test_window_centres_default_to_stride_1_without_padding():
    assert window_centres(length=7, kernel_size=3).tolist() == [1, 2, 3, 4, 5]


@given(whole_arrays(st.tuples(st.integers(1, 3), st.integers(2, 9)), largest=99))
def test_normalise_shifts_and_scales_each_row(pattern):
    rows = pattern[np.ptp(pattern, axis=1) > 0]  # a constant row cannot be normalised
    for row, kernel in zip(rows, normalise(rows, axis=1), strict=True):
        np.testing.assert_allclose(kernel.mean(), 0, atol=1e-14)
        np.testing.assert_allclose(kernel @ kernel, 1, rtol=1e-12)
        np.testing.assert_allclose(np.corrcoef(row, kernel)[0, 1], 1, rtol=1e-12)


def test_normalise_takes_an_array_as_one_pattern_by_default():
    kernel = normalise(np.array([[1.0, 0.0], [0.0, 3.0]]))
    np.testing.assert_allclose(kernel.mean(), 0, atol=1e-15)
    np.testing.assert_allclose((kernel**2).sum(), 1, rtol=1e-14)


def test_peak_and_trough_is_a_difference_of_normal_densities():
    # exp(-((t - m) / s)^2) is s sqrt(pi) times the density with standard deviation s / sqrt(2).
    t = np.arange(-12, 13)
    peak = scipy.stats.norm.pdf(t, -3, 2.5 / 2**0.5) * 2.5 * np.pi**0.5
    trough = scipy.stats.norm.pdf(t, 4, 4 / 2**0.5) * 4 * np.pi**0.5
    np.testing.assert_allclose(peak_and_trough(t), peak - 0.6 * trough, rtol=1e-12, atol=1e-15)


def test_ramp_rises_from_minus_7_to_5():
    t = np.arange(-12, 13)
    rising = (t >= -7) & (t <= 5)
    np.testing.assert_allclose(ramp(t)[rising], np.linspace(0, 1, 13), rtol=1e-15)
    assert not ramp(t)[~rising].any()


@given(st.data(), whole_arrays(SIZES, largest=99))
def test_toeplitz_matrix_slides_the_kernel(data, kernel):
    length = len(kernel) + data.draw(st.integers(0, 5))
    matrix = toeplitz_matrix(kernel, length)
    column = np.zeros(length - len(kernel) + 1)
    column[0] = kernel[0]
    row = np.append(kernel, np.zeros(length - len(kernel)))
    np.testing.assert_array_equal(matrix, scipy.linalg.toeplitz(column, row))
    signal = data.draw(whole_arrays(length, largest=99))
    np.testing.assert_array_equal(matrix @ signal, sliding_dot_product(signal, kernel))


def test_pattern_is_placed_around_each_centre():
    pattern = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert place(pattern, centres=[1, 5], length=8).tolist() == [
        [1, 2, 3, 0, 1, 2, 3, 0],
        [4, 5, 6, 0, 4, 5, 6, 0],
    ]


def test_overlapping_patterns_add_up():
    pattern = np.array([1.0, 2.0, 3.0])
    assert place(pattern, centres=[1, 2], length=5).tolist() == [1, 3, 5, 3, 0]
