"""Section 4: layers of convolution and pooling in 1, 2 and 3 dimensions, and the small CNN.

`test_convolution` checks the functions of `lecture.convolution` and `lecture.kernels`.
"""

import numpy as np
import pytest
import scipy.linalg
import scipy.signal
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from torch import nn

from lecture.convolution import conv1d, conv2d, conv3d, sliding_dot_product
from lecture.kernels import output_length
from lecture.models import small_cnn
from lecture.pooling import (
    average_pool,
    global_average_pool,
    global_max_pool,
    max_pool,
    windows,
)
from tests.support.random_arrays import normal, normal_tensor

CONVOLUTION = {1: conv1d, 2: conv2d, 3: conv3d}
CONV_LAYER = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
DIMENSIONS = pytest.mark.parametrize("dimensions", [1, 2, 3])
quick = settings(max_examples=25, deadline=None)


def close(actual, expected):
    assert_allclose(actual, expected, rtol=1e-11, atol=1e-13)


# 4.2, 4.4, 4.5 Convolution


@DIMENSIONS
@quick
@given(st.data())
def test_layer_of_torch_is_our_convolution_plus_bias(dimensions, data):
    window = data.draw(st.integers(1, 3))
    stride = data.draw(st.integers(1, 3))
    padding = data.draw(st.integers(0, 2))
    space = [data.draw(st.integers(window, 5)) for _ in range(dimensions)]
    layer = CONV_LAYER[dimensions](2, 3, window, stride, padding).double()
    weight = layer.weight.detach().numpy()
    bias = layer.bias.detach().numpy().reshape(-1, *[1] * dimensions)  # one per output channel
    x = normal(4, 2, *space)
    without_bias = CONVOLUTION[dimensions](x, weight, stride, padding)
    outputs = layer(torch.tensor(x)).detach().numpy()
    close(outputs, without_bias + bias)


@DIMENSIONS
@quick
@given(st.data())
def test_output_length_holds_on_every_axis(dimensions, data):
    window = data.draw(st.integers(1, 3))
    stride = data.draw(st.integers(1, 3))
    padding = data.draw(st.integers(0, 2))
    space = [data.draw(st.integers(window, 6)) for _ in range(dimensions)]
    layer = CONV_LAYER[dimensions](2, 3, window, stride, padding)
    lengths = [output_length(n, window, stride, padding) for n in space]
    assert layer(torch.zeros(4, 2, *space)).shape == (4, 3, *lengths)


@pytest.mark.parametrize(
    ("layer", "inputs", "weight", "outputs"),
    [
        pytest.param(nn.Conv1d(2, 3, 5), (4, 2, 9), (3, 2, 5), (4, 3, 5), id="Conv1d-L"),
        pytest.param(
            nn.Conv2d(2, 3, (5, 4)), (4, 2, 9, 8), (3, 2, 5, 4), (4, 3, 5, 5), id="Conv2d-H-W"
        ),
        pytest.param(
            nn.Conv3d(2, 3, (2, 5, 4)),
            (4, 2, 7, 9, 8),
            (3, 2, 2, 5, 4),
            (4, 3, 6, 5, 5),
            id="Conv3d-D-H-W",
        ),
    ],
)
def test_weight_layout_is_out_channels_in_channels_window(layer, inputs, weight, outputs):
    assert layer.weight.shape == weight
    assert layer.bias.shape == (3,)
    assert layer(torch.zeros(inputs)).shape == outputs


@DIMENSIONS
def test_kernel_is_not_flipped(dimensions):
    kernel = np.arange(1.0, 1 + 3**dimensions).reshape([3] * dimensions)
    impulse = np.zeros([5] * dimensions)
    impulse[(2,) * dimensions] = 1
    # In the first window, the impulse is at the kernel's last entry.
    assert_array_equal(sliding_dot_product(impulse, kernel), np.flip(kernel))


@DIMENSIONS
def test_output_channels_sum_over_input_channels(dimensions):
    convolve = CONVOLUTION[dimensions]
    x = normal(2, 3, *[5] * dimensions)
    weight = normal(4, 3, *[2] * dimensions, seed=1)
    together = convolve(x, weight)
    for o in range(4):
        alone = [convolve(x[:, c : c + 1], weight[o : o + 1, c : c + 1]) for c in range(3)]
        close(together[:, o : o + 1], sum(alone))


@DIMENSIONS
def test_convolution_is_linear_in_its_input(dimensions):
    convolve = CONVOLUTION[dimensions]
    x, y = normal(2, 1, 2, *[5] * dimensions)
    weight = normal(3, 2, *[2] * dimensions, seed=1)
    close(convolve(2 * x - 3 * y, weight), 2 * convolve(x, weight) - 3 * convolve(y, weight))


@DIMENSIONS
def test_parameters_do_not_depend_on_the_input_size(dimensions):
    layer = CONV_LAYER[dimensions](2, 3, 3)
    weights, biases = 3 * 2 * 3**dimensions, 3
    assert sum(p.numel() for p in layer.parameters()) == weights + biases
    for size in (3, 10):
        assert layer(torch.zeros(1, 2, *[size] * dimensions)).shape[2:] == (size - 2,) * dimensions


# 4.4 2D convolution as a matrix


@st.composite
def sizes_of_image_and_kernel(draw):
    """H, W and kh, kw, the kernel not larger than the image."""
    height = draw(st.integers(1, 6))
    width = draw(st.integers(1, 6))
    kh = draw(st.integers(1, height))
    kw = draw(st.integers(1, width))
    return height, width, kh, kw


def matrix_of_conv2d(height, width, kernel):
    """Return K with a column per pixel: the flattened response to that pixel alone.

    The second result is K in blocks [I, J], which take row J of the image to row I of the
    feature map.
    """
    pixels = np.eye(height * width).reshape(-1, 1, height, width)
    responses = conv2d(pixels, kernel[np.newaxis, np.newaxis])[:, 0]
    K = responses.reshape(height * width, -1).T
    # Axes: row and column of the pixel, row and column of the feature map.
    by_pixel = responses.reshape(height, width, *responses.shape[1:])
    return K, by_pixel.transpose(2, 0, 3, 1)


@quick
@given(sizes_of_image_and_kernel())
def test_conv2d_of_flattened_images_is_x_times_k_transposed(sizes):
    height, width, kh, kw = sizes
    kernel = normal(kh, kw, seed=1)
    images = normal(5, height, width, seed=2)
    K, _ = matrix_of_conv2d(height, width, kernel)
    maps = [scipy.signal.correlate2d(image, kernel, "valid") for image in images]
    close(images.reshape(5, -1) @ K.T, np.reshape(maps, (5, -1)))


@quick
@given(sizes_of_image_and_kernel())
def test_matrix_of_conv2d_is_block_toeplitz(sizes):
    height, width, kh, kw = sizes
    kernel = normal(kh, kw, seed=1)
    _, blocks = matrix_of_conv2d(height, width, kernel)
    for i, j in np.ndindex(blocks.shape[:2]):
        row = np.zeros(width)
        if 0 <= j - i < kh:
            row[:kw] = kernel[j - i]
        column = np.zeros(width - kw + 1)
        column[0] = row[0]
        assert_array_equal(blocks[i, j], scipy.linalg.toeplitz(column, row), f"block {i}, {j}")


@quick
@given(sizes_of_image_and_kernel())
def test_rows_of_the_matrix_share_the_weights(sizes):
    height, width, kh, kw = sizes
    kernel = normal(kh, kw, seed=1)
    K, _ = matrix_of_conv2d(height, width, kernel)
    assert K.shape == ((height - kh + 1) * (width - kw + 1), height * width)
    for row in K:
        assert row[row != 0].tolist() == kernel.flatten().tolist()


# 4.5 3D convolution


def test_depth_of_a_video_is_time():
    video = normal(2, 3, 6, 4, 5)  # batch, colours, time, height, width
    difference = np.zeros((1, 3, 2, 1, 1))
    difference[:, :, 0] = -1
    difference[:, :, 1] = 1
    response = conv3d(video, difference)
    assert response.shape == (2, 1, 5, 4, 5)
    close(response[:, 0], np.diff(video, axis=2).sum(axis=1))


def test_kernel_of_depth_one_is_conv2d_on_every_frame():
    video = normal(2, 3, 6, 4, 5)
    weight = normal(4, 3, 2, 2, seed=1)
    response = conv3d(video, weight[:, :, np.newaxis])
    for t in range(6):
        close(response[:, :, t], conv2d(video[:, :, t], weight))


# 4.7 Pooling

LOCAL = pytest.mark.parametrize(
    ("pool", "rule"), [(average_pool, np.mean), (max_pool, np.max)], ids=["average", "maximum"]
)
GLOBAL = pytest.mark.parametrize(
    ("pool", "rule"),
    [(global_average_pool, np.mean), (global_max_pool, np.max)],
    ids=["average", "maximum"],
)


@st.composite
def pooling(draw):
    """Maps (..., H, W) with any leading axes, a window and a stride that fit."""
    leading = draw(st.lists(st.integers(1, 3), max_size=3))
    window = draw(st.integers(1, 4))
    height = draw(st.integers(window, 8))
    width = draw(st.integers(window, 8))
    maps = normal(*leading, height, width, seed=draw(st.integers(0, 99)))
    stride = draw(st.integers(1, 5))
    return maps, window, stride


@LOCAL
@quick
@given(pooling())
def test_pooling_reduces_every_window(pool, rule, arguments):
    maps, k, s = arguments
    pooled = pool(maps, k, s)
    *leading, height, width = maps.shape
    assert pooled.shape == (*leading, output_length(height, k, s), output_length(width, k, s))
    for *channel, i, j in np.ndindex(pooled.shape):
        rows = slice(i * s, i * s + k)
        columns = slice(j * s, j * s + k)
        window = maps[(*channel, rows, columns)]
        assert pooled[(*channel, i, j)] == pytest.approx(rule(window), rel=1e-12, abs=1e-15)


@LOCAL
@quick
@given(pooling())
def test_windows_are_what_pooling_reduces(pool, rule, arguments):
    maps, k, s = arguments
    close(rule(windows(maps, k, s), axis=(-2, -1)), pool(maps, k, s))


@LOCAL
def test_windows_tile_the_map_by_default(pool, rule):
    maps = normal(3, 6, 9)
    # From (channel, tile row, row, tile column, column): both tile axes come first.
    tiles = maps.reshape(3, 2, 3, 3, 3).swapaxes(2, 3)
    assert_array_equal(windows(maps, 3), tiles)
    close(pool(maps, 3), rule(tiles, axis=(-2, -1)))


@GLOBAL
@pytest.mark.parametrize("shape", [(4, 5), (3, 4, 5), (2, 3, 4, 5)])
def test_global_pooling_leaves_one_number_per_map(pool, rule, shape):
    maps = normal(*shape)
    close(pool(maps), rule(maps, axis=(-2, -1)))


@pytest.mark.parametrize("pool", [average_pool, max_pool])
def test_pooling_takes_integers(pool):
    pooled = pool(np.array([[1, 2], [4, 4]]), 2)
    assert pooled.dtype == np.float64
    assert pooled.item() == {average_pool: 2.75, max_pool: 4.0}[pool]


def test_pooling_has_no_parameters():
    assert list(nn.AvgPool2d(2).parameters()) == []
    assert list(nn.MaxPool2d(2).parameters()) == []


# 4.8 A small CNN: (2, 3, 32, 32) to 5 classes


@pytest.fixture
def layers():
    """Two convolutions and a linear head, with random parameters."""
    convolutions = [nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)]
    layers = [*convolutions, nn.Linear(16, 5)]
    for seed, layer in enumerate(layers):
        layer.weight.data = normal_tensor(*layer.weight.shape, seed=10 + seed)
        layer.bias.data = normal_tensor(*layer.bias.shape, seed=20 + seed)
    return layers


def test_shapes_from_image_to_logits(layers):
    shapes = []

    def record(layer, inputs, output):
        shapes.append(tuple(inputs[0].shape))
        shapes.append(tuple(output.shape))

    for layer in layers:
        layer.register_forward_hook(record)
    small_cnn(normal_tensor(2, 3, 32, 32), *layers)
    assert shapes == [
        (2, 3, 32, 32), (2, 8, 32, 32), (2, 8, 32, 32), (2, 16, 32, 32), (2, 16), (2, 5),
    ]  # fmt: skip


def convolved(images, layer):
    """The output of a padded 3x3 convolution layer, by SciPy."""
    weight = layer.weight.detach().numpy()
    bias = layer.bias.detach().numpy()
    padded = np.pad(images, [(0, 0), (0, 0), (1, 1), (1, 1)])
    maps = np.empty((len(images), len(weight), *images.shape[2:]))
    for n, image in enumerate(padded):
        for o, kernel in enumerate(weight):
            # Image and kernel have the same channels, so the first axis has one entry.
            maps[n, o] = scipy.signal.correlate(image, kernel, "valid")[0] + bias[o]
    return maps


def test_logits_are_convolution_relu_convolution_mean_linear(layers):
    images = normal(2, 3, 4, 5)
    conv1, conv2, head = layers
    maps = convolved(np.maximum(convolved(images, conv1), 0), conv2)
    assert (maps < 0).any(), "a ReLU after the second convolution would go unnoticed"
    means = maps.mean(axis=(2, 3))
    logits = means @ head.weight.detach().numpy().T + head.bias.detach().numpy()
    close(small_cnn(torch.tensor(images), *layers).detach(), logits)


@pytest.mark.parametrize("size", [(32, 32), (7, 9), (1, 1)])
def test_logits_have_the_same_shape_for_any_image_size(layers, size):
    assert small_cnn(normal_tensor(2, 3, *size), *layers).shape == (2, 5)
