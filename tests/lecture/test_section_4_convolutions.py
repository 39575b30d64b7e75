"""Section 4: convolution and pooling in 1, 2 and 3 dimensions, and the small CNN."""

from lecture.models import small_cnn

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.samples import normal
from torch import nn
from torch.nn import functional

CONVOLUTION = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}
CONV_LAYER = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
AVERAGE = {1: functional.avg_pool1d, 2: functional.avg_pool2d, 3: functional.avg_pool3d}
MAXIMUM = {1: functional.max_pool1d, 2: functional.max_pool2d, 3: functional.max_pool3d}
GLOBAL_AVERAGE = {
    1: functional.adaptive_avg_pool1d,
    2: functional.adaptive_avg_pool2d,
    3: functional.adaptive_avg_pool3d,
}
GLOBAL_MAXIMUM = {
    1: functional.adaptive_max_pool1d,
    2: functional.adaptive_max_pool2d,
    3: functional.adaptive_max_pool3d,
}

DIMENSIONS = pytest.mark.parametrize("dimensions", [1, 2, 3])
quick = settings(max_examples=25, deadline=None)


def close(actual, expected):
    np.testing.assert_allclose(np.asarray(actual), np.asarray(expected), rtol=1e-11, atol=1e-13)


# The definitions, one window at a time.


def windows(x, window, stride, padding, fill=0.0):
    """Each output place (b, *i) with the part (C, *window) of the padded x (B, C, *space)."""
    x = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in padding)], constant_values=fill)
    counts = [(n - m) // s + 1 for n, m, s in zip(x.shape[2:], window, stride, strict=True)]
    for b, *place in np.ndindex(len(x), *counts):
        cut = [slice(i * s, i * s + m) for i, s, m in zip(place, stride, window, strict=True)]
        yield (b, *place), x[(b, slice(None), *cut)]


def pooled(x, rule, window, stride, padding, fill=0.0):
    """``rule`` over every window of every channel: (B, C, *space) to (B, C, *out)."""
    values = {
        (b, c, *place): rule(part[c])
        for (b, *place), part in windows(x, window, stride, padding, fill)
        for c in range(len(part))
    }
    return filled(values)


def convolved(x, weight, bias, stride, padding):
    """Dot products of windows and kernels, summed over the input channels, plus bias.

    x (B, C_in, *space), weight (C_out, C_in, *window), bias (C_out) to (B, C_out, *out).
    """
    values = {
        (b, o, *place): sum(np.vdot(part[c], weight[o, c]) for c in range(len(part))) + bias[o]
        for (b, *place), part in windows(x, weight.shape[2:], stride, padding)
        for o in range(len(weight))
    }
    return filled(values)


def filled(values):
    """The array with these values at these places."""
    array = np.full([1 + max(axis) for axis in zip(*values, strict=True)], np.nan)
    for place, value in values.items():
        array[place] = value
    return array


@st.composite
def geometry(draw, dimensions, pooling=False):
    """Space, window, stride and padding, one number for each axis, that fit together.

    PyTorch's pooling refuses more padding than half a window, and in 3D an average
    over windows that are larger than the map was before its padding.
    """
    axes = []
    for _ in range(dimensions):
        window = draw(st.integers(1, 3))
        padding = draw(st.integers(0, window // 2 if pooling else 2))
        space = draw(st.integers(window if pooling else max(1, window - 2 * padding), 5))
        axes.append((space, window, draw(st.integers(1, 3)), padding))
    return [tuple(numbers) for numbers in zip(*axes, strict=True)]


# 4.2, 4.4, 4.5 Convolution


@DIMENSIONS
@quick
@given(st.data())
def test_4_convolution_is_sliding_dot_products(dimensions, data):
    space, window, stride, padding = data.draw(geometry(dimensions))
    batch, c_in, c_out = (data.draw(st.integers(1, 2)) for _ in range(3))
    x, weight = normal(batch, c_in, *space, seed=1), normal(c_out, c_in, *window, seed=2)
    bias = normal(c_out, seed=3)
    close(
        CONVOLUTION[dimensions](x, weight, bias, stride, padding),
        convolved(x.numpy(), weight.numpy(), bias.numpy(), stride, padding),
    )


@DIMENSIONS
@quick
@given(st.data())
def test_4_output_length_is_its_formula_on_every_axis(dimensions, data):
    space, window, stride, padding = data.draw(geometry(dimensions))
    layer = CONV_LAYER[dimensions](2, 3, window, stride, padding)
    lengths = [
        (n + 2 * p - m) // s + 1 for n, m, s, p in zip(space, window, stride, padding, strict=True)
    ]
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
def test_4_weight_layout_is_out_channels_in_channels_window(layer, inputs, weight, outputs):
    assert layer.weight.shape == weight
    assert layer.bias.shape == (3,)
    assert layer(torch.zeros(inputs)).shape == outputs


@DIMENSIONS
def test_4_kernel_is_not_flipped(dimensions):
    weight = torch.arange(1.0, 1 + 3**dimensions).reshape(1, 1, *[3] * dimensions)
    impulse = torch.zeros(1, 1, *[5] * dimensions)
    impulse[(..., *[2] * dimensions)] = 1
    response = CONVOLUTION[dimensions](impulse, weight)
    # The impulse meets the kernel's last entry in the first window.
    assert torch.equal(response, weight.flip(*range(2, 2 + dimensions)))


@DIMENSIONS
def test_4_output_channel_sums_its_responses_per_input_channel_and_adds_its_bias(dimensions):
    convolution, space, window = CONVOLUTION[dimensions], [5] * dimensions, [2] * dimensions
    x, weight, bias = normal(2, 3, *space), normal(4, 3, *window, seed=1), normal(4, seed=2)
    together = convolution(x, weight, bias)
    for o in range(4):
        alone = [convolution(x[:, [c]], weight[[o]][:, [c]]) for c in range(3)]
        close(together[:, [o]], sum(alone) + bias[o])


@DIMENSIONS
def test_4_layer_is_linear_in_its_input(dimensions):
    x, y = normal(2, 1, 2, *[5] * dimensions)
    weight = normal(3, 2, *[2] * dimensions, seed=1)
    convolution = CONVOLUTION[dimensions]
    mixed = convolution(2 * x - 3 * y, weight)
    close(mixed, 2 * convolution(x, weight) - 3 * convolution(y, weight))


@DIMENSIONS
def test_4_number_of_parameters_does_not_depend_on_the_input_size(dimensions):
    layer = CONV_LAYER[dimensions](2, 3, 3)
    assert sum(p.numel() for p in layer.parameters()) == 3 * 2 * 3**dimensions + 3
    for size in (3, 10):
        assert layer(torch.zeros(1, 2, *[size] * dimensions)).shape[2:] == (size - 2,) * dimensions


# 4.4 2D convolution as a matrix


@st.composite
def image_and_kernel(draw):
    """H, W and kh, kw, the kernel not larger than the image."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    return height, width, draw(st.integers(1, height)), draw(st.integers(1, width))


def matrix_of_conv2d(height, width, kernel):
    """K with a column per pixel: the flattened response of conv2d to that pixel alone.

    Also as blocks [I, J], which take row J of the image to row I of the feature map.
    """
    pixels = torch.eye(height * width, dtype=torch.float64).reshape(-1, 1, height, width)
    responses = functional.conv2d(pixels, kernel[None, None])[:, 0]
    blocks = responses.reshape(height, width, *responses.shape[1:]).permute(2, 0, 3, 1)
    return responses.flatten(1).T.numpy(), blocks.numpy()


@quick
@given(image_and_kernel())
def test_4_4_conv2d_of_flattened_images_is_x_times_k_transposed(sizes):
    height, width, kh, kw = sizes
    kernel, images = normal(kh, kw, seed=1), normal(5, height, width, seed=2)
    K, _ = matrix_of_conv2d(height, width, kernel)
    maps = convolved(images[:, None].numpy(), kernel[None, None].numpy(), [0.0], (1, 1), (0, 0))
    close(images.flatten(1).numpy() @ K.T, maps.reshape(5, -1))


@quick
@given(image_and_kernel())
def test_4_4_matrix_of_conv2d_is_block_toeplitz_with_toeplitz_blocks(sizes):
    height, width, kh, kw = sizes
    kernel = normal(kh, kw, seed=1)
    _, blocks = matrix_of_conv2d(height, width, kernel)
    for i, j in np.ndindex(blocks.shape[:2]):
        row = np.zeros(width)
        if 0 <= j - i < kh:
            row[:kw] = kernel[j - i]
        column = np.zeros(width - kw + 1)
        column[0] = row[0]
        assert np.array_equal(blocks[i, j], scipy.linalg.toeplitz(column, row)), (i, j)


@quick
@given(image_and_kernel())
def test_4_4_matrix_of_conv2d_is_sparse_and_shares_its_weights(sizes):
    height, width, kh, kw = sizes
    kernel = normal(kh, kw, seed=1)
    K, _ = matrix_of_conv2d(height, width, kernel)
    assert K.shape == ((height - kh + 1) * (width - kw + 1), height * width)
    for row in K:
        assert row[row != 0].tolist() == kernel.flatten().tolist()


# 4.5 3D convolution


def test_4_5_video_has_time_as_its_depth():
    video = normal(2, 3, 6, 4, 5)  # batch, colours, time, height, width
    difference = torch.zeros(1, 3, 2, 1, 1, dtype=torch.float64)
    difference[:, :, 0], difference[:, :, 1] = -1, 1
    response = functional.conv3d(video, difference)
    assert response.shape == (2, 1, 5, 4, 5)
    close(response[:, 0], np.diff(video.numpy(), axis=2).sum(axis=1))


def test_4_5_one_deep_kernel_is_conv2d_on_every_frame():
    video, weight = normal(2, 3, 6, 4, 5), normal(4, 3, 2, 2, seed=1)
    response = functional.conv3d(video, weight[:, :, None])
    for t in range(6):
        close(response[:, :, t], functional.conv2d(video[:, :, t], weight))


# 4.7 Pooling


@DIMENSIONS
@quick
@given(st.data())
def test_4_7_average_pooling_is_the_mean_of_each_window(dimensions, data):
    space, window, stride, padding = data.draw(geometry(dimensions, pooling=True))
    x = normal(2, 2, *space)
    expected = pooled(x.numpy(), np.mean, window, stride, padding)
    close(AVERAGE[dimensions](x, window, stride, padding), expected)


@DIMENSIONS
@quick
@given(st.data())
def test_4_7_max_pooling_is_the_largest_of_each_window(dimensions, data):
    space, window, stride, padding = data.draw(geometry(dimensions, pooling=True))
    x = normal(2, 2, *space)
    expected = pooled(x.numpy(), np.max, window, stride, padding, fill=-np.inf)
    close(MAXIMUM[dimensions](x, window, stride, padding), expected)


@DIMENSIONS
@pytest.mark.parametrize("rule", ["average", "maximum"])
def test_4_7_windows_tile_the_map_unless_a_stride_is_given(dimensions, rule):
    pool, oracle = {"average": (AVERAGE, np.mean), "maximum": (MAXIMUM, np.max)}[rule]
    x = normal(2, 3, *[7] * dimensions)
    tiles = [3] * dimensions
    expected = pooled(x.numpy(), oracle, tiles, stride=tiles, padding=[0] * dimensions)
    assert expected.shape == (2, 3, *[2] * dimensions)
    close(pool[dimensions](x, 3), expected)


@DIMENSIONS
def test_4_7_global_pooling_leaves_one_number_per_channel(dimensions):
    x = normal(2, 3, *[4] * dimensions)
    average, maximum = GLOBAL_AVERAGE[dimensions](x, 1), GLOBAL_MAXIMUM[dimensions](x, 1)
    assert average.shape == maximum.shape == (2, 3, *[1] * dimensions)
    for b, c in np.ndindex(2, 3):
        values = x[b, c].flatten().tolist()
        close(average[b, c].item(), sum(values) / 4**dimensions)
        assert maximum[b, c].item() == max(values)


def test_4_7_pooling_has_no_parameters():
    assert not list(nn.AvgPool2d(2).parameters()) + list(nn.MaxPool2d(2).parameters())


# 4.8 A small CNN: (2, 3, 32, 32) to 5 classes


@pytest.fixture
def layers():
    convolutions = [nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)]
    layers = [*convolutions, nn.Linear(16, 5)]
    for seed, layer in enumerate(layers):
        layer.double()
        layer.weight.data = normal(*layer.weight.shape, seed=10 + seed)
        layer.bias.data = normal(*layer.bias.shape, seed=20 + seed)
    return layers


def test_4_8_shapes_from_image_to_logits(layers):
    shapes = []
    for layer in layers:
        layer.register_forward_hook(
            lambda _, inputs, output: shapes.extend([tuple(inputs[0].shape), tuple(output.shape)])
        )
    small_cnn(normal(2, 3, 32, 32), *layers)
    assert shapes == [
        (2, 3, 32, 32), (2, 8, 32, 32), (2, 8, 32, 32), (2, 16, 32, 32), (2, 16), (2, 5),
    ]  # fmt: skip


def test_4_8_logits_are_convolution_relu_convolution_mean_linear(layers):
    images = normal(2, 3, 4, 5)
    conv1, conv2, head = ([p.detach().numpy() for p in layer.parameters()] for layer in layers)
    maps = convolved(images.numpy(), *conv1, stride=(1, 1), padding=(1, 1))
    maps = convolved(np.maximum(maps, 0), *conv2, stride=(1, 1), padding=(1, 1))
    assert (maps < 0).any(), "a ReLU after the second convolution would go unnoticed"
    logits = maps.mean(axis=(2, 3)) @ head[0].T + head[1]
    close(small_cnn(images, *layers).detach(), logits)


def test_4_8_images_of_any_size_give_logits_of_the_same_shape(layers):
    for size in ((32, 32), (7, 9), (1, 1)):
        assert small_cnn(normal(2, 3, *size), *layers).shape == (2, 5)
