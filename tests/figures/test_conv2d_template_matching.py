"""Tests of conv2d_template_matching."""

import math

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import same_color

from figurepress import look
from figurepress.palette import THEMES
from lecture.convolution import sliding_dot_product
from scripts.conv2d_template_matching import MOTIF, NOISE, PIXEL, SEED, draw
from tests.support.artists import all_by_gid
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in
from tests.support.random_arrays import whole_arrays

PANELS = ("Image", "Kernel", "Feature map")
SIDES = st.integers(1, 4)


@st.composite
def kernels_and_images(draw):
    """A kernel (kh, kw), and an image (H, W) that is at least as high and as wide."""
    kh, kw = draw(SIDES), draw(SIDES)
    shape = kh + draw(st.integers(0, 4)), kw + draw(st.integers(0, 4))
    return draw(whole_arrays((kh, kw), 1000)), draw(whole_arrays(shape, 1000))


def dot_products(image, kernel):
    """By definition: R[i, j] = sum of kernel[a, b] image[i + a, j + b]."""
    (height, width), (kh, kw) = image.shape, kernel.shape
    responses = np.empty((height - kh + 1, width - kw + 1))
    for i, j in np.ndindex(responses.shape):
        responses[i, j] = (kernel * image[i : i + kh, j : j + kw]).sum()
    return responses


def block_toeplitz(kernel, height, width):
    """The matrix K: block row i has one Toeplitz block per kernel row, from block column i on."""
    kh, kw = kernel.shape
    rows, columns = height - kh + 1, width - kw + 1
    matrix = np.zeros((rows * columns, height * width))
    for a, weights in enumerate(kernel):
        first_column = np.r_[weights[0], np.zeros(columns - 1)]
        block = scipy.linalg.toeplitz(first_column, np.r_[weights, np.zeros(columns - 1)])
        matrix += np.kron(np.eye(rows, height, k=a), block)
    return matrix


def separate_peaks(feature_map, window):
    """Positions and heights of the maxima, highest first, more than half a window apart."""
    left = feature_map.copy()
    half_height = window[0] // 2
    half_width = window[1] // 2
    rows, columns = np.indices(left.shape)
    while np.isfinite(left).any():
        i, j = divmod(int(left.argmax()), left.shape[1])
        yield (i, j), left[i, j]
        left[(abs(rows - i) <= half_height) & (abs(columns - j) <= half_width)] = -np.inf


def shown(figure, label):
    """The one image with this label."""
    images = [image for axes in figure.axes for image in axes.images]
    (found,) = [image for image in images if image.get_label() == label]
    return found


def boxes(figure, gid):
    """Row, column, height and width of the whole pixels in each box with this gid."""
    bounds = [box.get_bbox().bounds for box in all_by_gid(figure, gid)]
    return [(math.ceil(y), math.ceil(x), math.floor(h), math.floor(w)) for x, y, w, h in bounds]


@pytest.fixture(scope="module")
def image(figure):
    """The drawn image."""
    return shown(figure, "Image").get_array().data


@pytest.fixture(scope="module")
def kernel(figure):
    """The drawn kernel."""
    return shown(figure, "Kernel").get_array().data


@pytest.fixture(scope="module")
def feature_map(figure):
    """The drawn feature map."""
    return shown(figure, "Feature map").get_array().data


@pytest.fixture(scope="module")
def peaks(feature_map, kernel):
    """Positions and heights of the three highest separate peaks that are drawn."""
    found = separate_peaks(feature_map, kernel.shape)
    return [next(found) for _ in range(3)]


@pytest.mark.claim("highest-at-matches")
def test_two_highest_peaks_are_at_the_motifs(numbers, peaks):
    places = {place for place, _ in peaks[:2]}
    assert places == set(map(tuple, numbers.motif_positions.tolist()))


@pytest.mark.claim("highest-at-matches")
def test_two_peaks_are_far_above_the_third(peaks):
    _, second, third = [height for _, height in peaks]
    assert second >= 1.5 * third > 0


@pytest.mark.claim("highest-at-matches")
def test_boxes_are_around_motifs_and_matches(figure, peaks):
    places = {place for place, _ in peaks[:2]}
    assert {(i, j) for i, j, *_ in boxes(figure, "motif")} == places
    assert {(i, j) for i, j, *_ in boxes(figure, "match")} == places


@pytest.mark.claim("highest-at-matches")
def test_boxes_enclose_a_window_and_a_response(figure, kernel):
    assert {box[2:] for box in boxes(figure, "motif")} == {kernel.shape}
    assert {box[2:] for box in boxes(figure, "match")} == {(1, 1)}


@pytest.fixture(scope="module")
def highest_elsewhere(numbers):
    """The highest response of a window that overlaps neither motif."""
    kh, kw = numbers.kernel.shape
    motif = np.zeros(numbers.image.shape, dtype=bool)
    for i, j in numbers.motif_positions:
        motif[i : i + kh, j : j + kw] = True
    overlaps = np.lib.stride_tricks.sliding_window_view(motif, (kh, kw)).any(axis=(2, 3))
    return numbers.feature_map[~overlaps].max()


@pytest.mark.claim("low-elsewhere")
def test_responses_are_low_away_from_the_motifs(numbers, highest_elsewhere):
    matches = numbers.feature_map[tuple(numbers.motif_positions.T)]
    assert 0 < highest_elsewhere < matches.min() / 3


def luminance(drawn):
    """The relative luminance (H, W) of the pixels of an image, as in WCAG 2.2."""
    colors = drawn.cmap(drawn.norm(drawn.get_array()))[..., :3]
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


@pytest.mark.claim("bright-spots")
@pytest.mark.parametrize("theme", THEMES)
def test_matches_are_the_brightest_pixels(numbers, theme):
    with look.theme(theme):
        figure = draw(numbers)
    response = luminance(shown(figure, "Feature map"))
    matches = tuple(numbers.motif_positions.T)
    bright = response[matches].min()
    response[matches] = 0
    assert bright > 3 * response.max(), f"{theme}: another pixel is nearly as bright"


@pytest.mark.claim("box-to-response")
def test_arrows_lead_from_box_to_response(figure):
    arrows = all_by_gid(figure, "to-response")
    pairs = zip(arrows, boxes(figure, "motif"), boxes(figure, "match"), strict=True)
    for arrow, motif, match in pairs:
        i, j, height, width = motif
        assert arrow.xy1 == (j + width - 0.39, i + height // 2), "not at the right edge of the box"
        assert match[:2] == (i, j), "the response of another window"
        assert arrow.get_capstyle() == "butt", "its end notches the box"
        assert arrow.xy2 == (j - 0.7, i), "not at the left edge of the box"


@pytest.mark.claim("box-to-response")
def test_arrows_are_horizontal(figure):
    for arrow in all_by_gid(figure, "to-response"):
        start = shown(figure, "Image").axes.transData.transform(arrow.xy1)
        end = shown(figure, "Feature map").axes.transData.transform(arrow.xy2)
        assert start[1] == pytest.approx(end[1], abs=0.01)


@pytest.mark.claim("shape")
def test_one_response_for_each_window_that_fits(image, kernel, feature_map):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    assert windows.shape == (*feature_map.shape, *kernel.shape)


@pytest.mark.claim("shape")
@given(kernels_and_images())
def test_shape_is_image_minus_kernel_plus_one(kernel_and_image):
    kernel, image = kernel_and_image
    (kh, kw), (height, width) = kernel.shape, image.shape
    assert sliding_dot_product(image, kernel).shape == (height - kh + 1, width - kw + 1)


@pytest.mark.claim("sliding-dot-product")
def test_each_response_is_the_dot_product_with_its_window(image, kernel, feature_map):
    np.testing.assert_allclose(feature_map, dot_products(image, kernel), rtol=0, atol=1e-14)


@pytest.mark.claim("sliding-dot-product")
@given(kernels_and_images())
@settings(max_examples=50)
def test_any_kernel_slides_over_any_image(kernel_and_image):
    kernel, image = kernel_and_image
    expected = dot_products(image, kernel)
    np.testing.assert_array_equal(sliding_dot_product(image, kernel), expected)


@pytest.mark.claim("sliding-dot-product")
def test_flipped_kernels_differ(kernel):
    others = [kernel.T, kernel[::-1], kernel[:, ::-1], np.rot90(kernel), np.rot90(kernel, 2)]
    assert not any(np.array_equal(kernel, other) for other in others)


@pytest.mark.claim("kernel-normalised")
def test_kernel_is_the_motif_with_mean_0_and_norm_1(kernel):
    assert kernel.mean() == pytest.approx(0, abs=1e-15)
    assert np.linalg.norm(kernel) == pytest.approx(1, rel=1e-14)
    assert ["".join(row) for row in np.where(kernel > 0, "#", ".")] == list(MOTIF)
    assert len(np.unique(kernel)) == 2


@pytest.mark.claim("offset-blind")
@given(offset=st.floats(-1e6, 1e6))
def test_brighter_image_has_the_same_feature_map(numbers, offset):
    brighter = sliding_dot_product(numbers.image + offset, numbers.kernel)
    tolerance = 1e-13 * max(1, abs(offset))
    np.testing.assert_allclose(brighter, numbers.feature_map, rtol=0, atol=tolerance)


@pytest.mark.claim("matches-torch")
def test_feature_map_matches_torch(image, kernel, feature_map):
    layer = torch.nn.Conv2d(1, 1, kernel.shape, bias=False, dtype=torch.float64)
    layer.load_state_dict({"weight": torch.tensor(kernel)[None, None]})
    with torch.no_grad():
        (response,) = layer(torch.tensor(image)[None, None])[0].numpy()
    np.testing.assert_allclose(feature_map, response, rtol=0, atol=1e-14)


@pytest.fixture(scope="module")
def matrix(image, kernel):
    """The matrix of the convolution: its columns are the feature maps of images with a single 1."""
    units = np.eye(image.size).reshape(-1, *image.shape)
    return np.column_stack([sliding_dot_product(unit, kernel).ravel() for unit in units])


@pytest.mark.claim("block-toeplitz")
def test_feature_map_is_a_matrix_product(matrix, image, kernel, feature_map):
    others = np.random.default_rng(1).normal(size=(2, *image.shape))
    flattened = np.array([image.ravel(), *(other.ravel() for other in others)])
    expected = [feature_map.ravel(), *(dot_products(x, kernel).ravel() for x in others)]
    np.testing.assert_allclose(flattened @ matrix.T, expected, rtol=0, atol=1e-13)


@pytest.mark.claim("block-toeplitz")
def test_matrix_is_block_toeplitz(matrix, image, kernel):
    np.testing.assert_array_equal(matrix, block_toeplitz(kernel, *image.shape))


@pytest.mark.claim("block-toeplitz")
def test_matrix_is_sparse(matrix, kernel):
    assert (np.count_nonzero(matrix, axis=1) == kernel.size).all()
    assert kernel.size < 0.1 * matrix.shape[1]


def test_image_is_noise_with_the_motif_in_the_boxes(figure, image, kernel):
    noise = image.copy()
    for i, j, height, width in boxes(figure, "motif"):
        assert (height, width) == kernel.shape
        noise[i : i + height, j : j + width] -= kernel > 0
    expected = NOISE * np.random.default_rng(SEED).standard_normal((28, 28))
    np.testing.assert_allclose(noise, expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("field", "shape", "dtype"),
    [
        ("image", (28, 28), float),
        ("kernel", (7, 7), float),
        ("feature_map", (22, 22), float),
        ("motif_positions", (2, 2), np.int64),
    ],
)
def test_field_has_its_shape_and_type(numbers, field, shape, dtype):
    array = getattr(numbers, field)
    assert (array.shape, array.dtype) == (shape, dtype)


def test_pixels_are_the_numbers(numbers, image, kernel, feature_map):
    np.testing.assert_array_equal(image, numbers.image)
    np.testing.assert_array_equal(kernel, numbers.kernel)
    np.testing.assert_array_equal(feature_map, numbers.feature_map)


@pytest.mark.parametrize("label", PANELS)
def test_colours_end_at_the_largest_value_of_the_panel(figure, label):
    drawn = shown(figure, label)
    limit = np.abs(drawn.get_array()).max()
    assert drawn.get_clim() == (-limit, limit)


@pytest.mark.parametrize("label", PANELS)
def test_zero_is_dark_in_sharp_pixels(figure, label):
    drawn = shown(figure, label)
    with look.theme("light"):
        assert drawn.cmap == look.diverging(on_dark=True)
    assert drawn.get_interpolation() == "none"


@pytest.mark.parametrize("label", PANELS)
def test_pixels_have_one_size(figure, label):
    drawn = shown(figure, label)
    (left, right), (bottom, top) = drawn.axes.get_xlim(), drawn.axes.get_ylim()
    rows, columns = drawn.get_array().shape
    assert (left, right, bottom, top) == (-0.5, columns - 0.5, rows - 0.5, -0.5)
    box = drawn.axes.get_window_extent()
    side = PIXEL * figure.dpi
    assert (box.width, box.height) == pytest.approx((columns * side, rows * side), abs=0.01)


@pytest.mark.parametrize("gid", ["motif", "match"])
def test_boxes_are_red(figure, gid):
    with look.theme("light"):
        red = look.color("highlight")
    for box in all_by_gid(figure, gid):
        assert same_color(box.get_edgecolor(), red)
        assert not box.get_fill()


@pytest.mark.parametrize("label", PANELS)
def test_shape_is_above_the_panel(figure, label):
    drawn = shown(figure, label)
    rows, columns = drawn.get_array().shape
    unit = " weights" if label == "Kernel" else ""
    assert f"{label}, {rows} × {columns}{unit}" in [text.get_text() for text in drawn.axes.texts]


def test_values_of_the_kernel_are_below_it(figure, kernel):
    assert shown(figure, "Kernel").axes.get_xlabel() == "F 0.25, rest −0.08"
    assert np.unique(kernel.round(2)).tolist() == [-0.08, 0.25]


def test_headline_states_the_idea(figure):
    headline = figure.texts[0].get_text()
    assert headline == "Where the window looks like the kernel, the response is high"


def test_each_arrow_has_its_response(figure, numbers):
    written = [text.get_text() for text in all_by_gid(figure, "value")]
    responses = [numbers.feature_map[i, j] for i, j in numbers.motif_positions]
    assert written == [f"window · kernel = {response:.1f}" for response in responses]


def test_responses_are_next_to_their_arrows(figure):
    left = shown(figure, "Image").axes.bbox.x1
    right = shown(figure, "Feature map").axes.bbox.x0
    arrows, words = all_by_gid(figure, "to-response"), all_by_gid(figure, "value")
    for arrow, text, above in zip(arrows, words, (True, False), strict=True):
        height = shown(figure, "Image").axes.transData.transform(arrow.xy1)[1]
        box = text.get_window_extent()
        assert left < box.x0 < box.x1 < right
        gap = box.y0 - height if above else height - box.y1
        assert 0 < gap < box.height


def test_colour_bar_has_the_limits_of_the_feature_map(figure):
    (bar,) = [axes for axes in figure.axes if axes.get_xlabel() == "one scale per panel"]
    assert [label.get_text() for label in bar.get_xticklabels()] == ["negative", "0", "positive"]
    low, high = shown(figure, "Feature map").get_clim()
    assert bar.get_xticks().tolist() == [low, 0, high]


def test_caption_and_alt_numbers_match(prompt, numbers, highest_elsewhere):
    values = sorted(round(numbers.feature_map[i, j], 1) for i, j in numbers.motif_positions)
    shapes = [*numbers.kernel.shape, *numbers.image.shape, *numbers.feature_map.shape]
    assert numbers_in(prompt.caption) == [1, *shapes, *values, round(highest_elsewhere, 1)]
    assert numbers_in(prompt.alt) == [*numbers.kernel.shape, *values]


def test_description_numbers_match(prompt, numbers, highest_elsewhere):
    image, kernel, feature_map = numbers.image, numbers.kernel, numbers.feature_map
    first, second = numbers.motif_positions
    values = [round(feature_map[i, j], 1) for i, j in (first, second)]
    assert numbers_in(prompt.description) == [
        0, *image.shape, round(image.min(), 1), round(image.max(), 1), *kernel.shape,
        *first, *second, *kernel.shape, round(kernel.max(), 2), round(kernel.min(), 2),
        *feature_map.shape, round(feature_map.min(), 1), round(feature_map.max(), 1),
        values[0], *first, values[1], *second, round(highest_elsewhere, 1),
    ]  # fmt: skip


@image_test("conv2d_template_matching")
def test_picture(picture):
    return picture
