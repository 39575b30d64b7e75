"""Guards of conv2d_template_matching."""

from figurepress import look

import numpy as np
import pytest
import scipy.linalg
import torch
from tests.support.artists import mesh
from scripts.conv2d_template_matching import MOTIF, NOISE, SEED, draw, slide, template
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.support.pictures import image_test
from tests.support.words import numbers_in

# Whole numbers: sums of their products are exact in any order.
whole = st.integers(-1000, 1000).map(float)
sides = st.integers(1, 4)
motifs = arrays(float, st.tuples(sides, sides), elements=whole).filter(lambda motif: np.ptp(motif))


@st.composite
def kernels_and_images(draw):
    """A kernel (kh, kw), and an image (H, W) that is at least as high and as wide."""
    kh, kw = draw(sides), draw(sides)
    shape = kh + draw(st.integers(0, 4)), kw + draw(st.integers(0, 4))
    return draw(arrays(float, (kh, kw), elements=whole)), draw(arrays(float, shape, elements=whole))


def dot_products(image, kernel):
    """The definition: R[i, j] = sum of kernel[a, b] image[i + a, j + b], written out."""
    (H, W), (kh, kw) = image.shape, kernel.shape
    return np.array(
        [
            [
                sum(kernel[a, b] * image[i + a, j + b] for a in range(kh) for b in range(kw))
                for j in range(W - kw + 1)
            ]
            for i in range(H - kh + 1)
        ]
    )


def block_toeplitz(kernel, height, width):
    """K: its block row i has from block column i on one Toeplitz block for each kernel row."""
    kh, kw = kernel.shape
    rows, columns = height - kh + 1, width - kw + 1
    K = 0
    for a, weights in enumerate(kernel):
        first_column = np.r_[weights[0], np.zeros(columns - 1)]
        block = scipy.linalg.toeplitz(first_column, np.r_[weights, np.zeros(columns - 1)])
        K = K + np.kron(np.eye(rows, height, k=a), block)
    return K


def separate_peaks(feature_map, window):
    """Places and heights of the maxima, highest first, each over half a window from the last."""
    left = feature_map.copy()
    half_height, half_width = (side // 2 for side in window)
    while np.isfinite(left).any():
        i, j = map(int, np.unravel_index(left.argmax(), left.shape))
        yield (i, j), left[i, j]
        top, side = max(i - half_height, 0), max(j - half_width, 0)
        left[top : i + half_height + 1, side : j + half_width + 1] = -np.inf


def shown(figure, label):
    """The one image with this label."""
    (found,) = (
        image for axes in figure.axes for image in axes.images if image.get_label() == label
    )
    return found


def boxes(figure, label):
    """Corner x, y, width and height of the boxes with this label."""
    patches = [patch for axes in figure.axes for patch in axes.patches]
    return [patch.get_bbox().bounds for patch in patches if patch.get_label() == label]


def centres(figure, label):
    """Row and column of the centres of the boxes with this label."""
    return [(y + height / 2, x + width / 2) for x, y, width, height in boxes(figure, label)]


@pytest.fixture(scope="module")
def image(figure):
    """The drawn image."""
    return shown(figure, "Image").get_array().data


@pytest.fixture(scope="module")
def kernel(figure):
    """The drawn kernel."""
    return mesh(figure, "Kernel").get_array().data


@pytest.fixture(scope="module")
def feature_map(figure):
    """The drawn feature map."""
    return shown(figure, "Feature map").get_array().data


@pytest.fixture(scope="module")
def peaks(feature_map, kernel):
    """Places and heights of the three highest separate peaks that are drawn."""
    found = separate_peaks(feature_map, kernel.shape)
    return [next(found) for _ in range(3)]


@pytest.mark.claim("highest-at-matches")
def test_two_highest_peaks_are_at_the_motifs(numbers, peaks):
    places = {place for place, _ in peaks[:2]}
    assert places == set(map(tuple, numbers.motif_positions.tolist()))


@pytest.mark.claim("highest-at-matches")
def test_both_peaks_stand_clear_of_the_next(peaks):
    (_, first), (_, second), (_, third) = peaks
    assert first >= second >= 1.5 * third > 0


@pytest.mark.claim("highest-at-matches")
def test_marks_stand_on_the_peaks_and_over_the_motifs(figure, kernel, peaks):
    centre = (np.array(kernel.shape) - 1) / 2
    windows = {tuple(place + centre) for place, _ in peaks[:2]}
    assert set(centres(figure, "match")) == windows, "a mark is not on its peak"
    assert set(centres(figure, "motif")) == windows, "a box is not where the kernel matches"


@pytest.mark.claim("shape")
def test_one_response_for_each_window_that_fits(image, kernel, feature_map):
    assert np.lib.stride_tricks.sliding_window_view(image, kernel.shape).shape == (
        *feature_map.shape, *kernel.shape,
    )  # fmt: skip


@pytest.mark.claim("shape")
@given(kernels_and_images())
def test_shape_is_image_minus_kernel_plus_one(kernel_and_image):
    kernel, image = kernel_and_image
    (kh, kw), (H, W) = kernel.shape, image.shape
    assert slide(image, kernel).shape == (H - kh + 1, W - kw + 1)


@pytest.mark.claim("sliding-dot-product")
def test_every_drawn_response_is_the_dot_product_with_its_window(image, kernel, feature_map):
    np.testing.assert_allclose(feature_map, dot_products(image, kernel), rtol=0, atol=1e-14)


@pytest.mark.claim("sliding-dot-product")
@given(kernels_and_images())
@settings(max_examples=50)
def test_any_kernel_slides_over_any_image(kernel_and_image):
    kernel, image = kernel_and_image
    assert np.array_equal(slide(image, kernel), dot_products(image, kernel))


@pytest.mark.claim("sliding-dot-product")
def test_a_flipped_or_turned_kernel_would_show(kernel):
    others = [kernel.T, kernel[::-1], kernel[:, ::-1], np.rot90(kernel), np.rot90(kernel, 2)]
    assert not any(np.array_equal(kernel, other) for other in others)


@pytest.mark.claim("kernel-normalised")
def test_drawn_kernel_is_the_motif_with_mean_0_and_norm_1(kernel):
    assert kernel.mean() == pytest.approx(0, abs=1e-15)
    assert np.linalg.norm(kernel) == pytest.approx(1, rel=1e-14)
    strokes = ["".join(row) for row in np.where(kernel > 0, "#", ".")]
    assert strokes == list(MOTIF)


@pytest.mark.claim("kernel-normalised")
@given(motifs)
def test_template_is_the_motif_shifted_and_scaled(motif):
    kernel = template(motif)
    assert kernel.mean() == pytest.approx(0, abs=1e-13)
    assert np.linalg.norm(kernel) == pytest.approx(1, rel=1e-13)
    scale = np.std(motif) * np.sqrt(motif.size)  # > 0: strokes stay positive
    np.testing.assert_allclose(kernel * scale + motif.mean(), motif, rtol=0, atol=1e-9)


@pytest.mark.claim("offset-blind")
@given(offset=st.floats(-1e6, 1e6))
def test_a_brighter_image_has_the_same_feature_map(numbers, offset):
    brighter = slide(numbers.image + offset, numbers.kernel)
    atol = 1e-13 * max(1, abs(offset))
    np.testing.assert_allclose(brighter, numbers.feature_map, rtol=0, atol=atol)


@pytest.mark.claim("matches-torch")
def test_matches_torch_layer(image, kernel, feature_map):
    layer = torch.nn.Conv2d(1, 1, kernel.shape, bias=False, dtype=torch.float64)
    layer.load_state_dict({"weight": torch.tensor(kernel)[None, None]})
    with torch.no_grad():
        (response,) = layer(torch.tensor(image)[None, None])[0].numpy()
    np.testing.assert_allclose(feature_map, response, rtol=0, atol=1e-14)


@pytest.fixture(scope="module")
def matrix(image, kernel):
    """The matrix of the map: its columns are the feature maps of images with a single 1."""
    units = np.eye(image.size).reshape(-1, *image.shape)
    return np.column_stack([slide(unit, kernel).ravel() for unit in units])


@pytest.mark.claim("block-toeplitz")
def test_feature_maps_of_flattened_images_are_a_matrix_product(matrix, image, kernel, feature_map):
    others = np.random.default_rng(1).normal(size=(2, *image.shape))
    X = np.array([image.ravel(), *(other.ravel() for other in others)])
    R = np.array([feature_map.ravel(), *(dot_products(x, kernel).ravel() for x in others)])
    np.testing.assert_allclose(X @ matrix.T, R, rtol=0, atol=1e-13)


@pytest.mark.claim("block-toeplitz")
def test_matrix_is_block_toeplitz_with_toeplitz_blocks(matrix, image, kernel, feature_map):
    weights = matrix.reshape(*feature_map.shape, *image.shape)  # [i, p, j, q]: in block (i, j)
    assert np.array_equal(weights[1:, :, 1:], weights[:-1, :, :-1]), "blocks of a diagonal differ"
    assert np.array_equal(weights[:, 1:, :, 1:], weights[:, :-1, :, :-1]), "a block is not Toeplitz"
    assert np.array_equal(matrix, block_toeplitz(kernel, *image.shape))


@pytest.mark.claim("block-toeplitz")
def test_matrix_is_sparse(matrix, kernel):
    assert np.count_nonzero(kernel) == kernel.size
    assert (np.count_nonzero(matrix, axis=1) == kernel.size).all(), "a row is more than the kernel"
    assert kernel.size < 0.1 * matrix.shape[1]


def test_image_is_noise_with_the_motif_in_the_boxes(figure, image, kernel):
    (kh, kw), noise = kernel.shape, image.copy()
    for x, y, width, height in boxes(figure, "motif"):
        assert (height, width) == (kh, kw)
        i, j = int(y + 0.5), int(x + 0.5)
        noise[i : i + kh, j : j + kw] -= kernel > 0
    expected = NOISE * np.random.default_rng(SEED).standard_normal(image.shape)
    np.testing.assert_allclose(noise, expected, rtol=0, atol=1e-15)


def test_drawn_pixels_are_the_numbers(numbers, image, kernel, feature_map):
    assert np.array_equal(image, numbers.image)
    assert np.array_equal(kernel, numbers.kernel)
    assert np.array_equal(feature_map, numbers.feature_map)
    assert image.dtype == kernel.dtype == feature_map.dtype == np.float64
    assert numbers.motif_positions.dtype == np.int64


def test_pixels_are_at_their_place(figure, image, kernel, feature_map):
    """A pixel's centre is at its row and column; a response's at the centre of its window."""
    (H, W), (kh, kw) = image.shape, kernel.shape
    assert shown(figure, "Image").get_extent() == [-0.5, W - 0.5, H - 0.5, -0.5]
    left, right, bottom, top = shown(figure, "Feature map").get_extent()
    assert (right - left, bottom - top) == feature_map.shape[::-1]
    assert (left, top) == ((kw - 1) / 2 - 0.5, (kh - 1) / 2 - 0.5)
    for axes in figure.axes[0], figure.axes[2]:
        assert (axes.get_xlim(), axes.get_ylim()) == ((-0.5, W - 0.5), (H - 0.5, -0.5))


def test_outline_of_the_valid_region_is_that_of_the_feature_map(figure):
    left, right, bottom, top = shown(figure, "Feature map").get_extent()
    assert boxes(figure, "_valid") == [(left, top, right - left, bottom - top)]
    [valid] = [patch for patch in figure.axes[2].patches if patch.get_label() == "_valid"]
    assert not valid.get_fill()


def test_ticks_tell_rows_and_columns(figure):
    left, middle, right = figure.axes
    for axis in left.xaxis, left.yaxis, right.xaxis:
        labels = [label.get_text() for label in axis.get_ticklabels()]
        assert labels == [f"{place:g}" for place in axis.get_ticklocs()]
    assert right.get_yticks().tolist() == left.get_yticks().tolist(), "the rows are not shared"
    assert not (middle.get_xticks().size or middle.get_yticks().size)
    assert (left.get_xlabel(), left.get_ylabel()) == ("column", "row")
    assert right.get_xlabel() == "column of window centre"


def test_pixels_are_not_smoothed(figure):
    for label in "Image", "Feature map":
        assert shown(figure, label).get_interpolation() == "none"


def test_colours_are_symmetric_about_zero(figure, image, kernel, feature_map):
    cells = shown(figure, "Image"), mesh(figure, "Kernel"), shown(figure, "Feature map")
    with look.theme("light"):
        signed = look.diverging()
    for drawn, matrix, axes in zip(cells, (image, kernel, feature_map), figure.axes, strict=True):
        limit = np.abs(matrix).max()
        assert drawn.get_clim() == (-limit, limit)
        assert drawn.cmap == signed
        (bar,) = axes.child_axes
        assert bar.get_xlim() == (-limit, limit)
        ticks = dict(zip(bar.get_xticks(), bar.get_xticklabels(), strict=True))
        assert sorted(ticks) == [-limit, 0, limit]
        for value, tick in ticks.items():
            assert numbers_in(tick.get_text()) == [float(f"{value:.2g}")]


def test_panels_have_equal_heights(figure):
    spans = [(axes.get_window_extent().y0, axes.get_window_extent().y1) for axes in figure.axes]
    for span in spans:
        assert span == pytest.approx(spans[0], abs=0.01)


def test_titles_tell_the_shapes(figure, image, kernel, feature_map):
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Image, {} × {}".format(*image.shape),
        "Kernel, {} × {}".format(*kernel.shape),
        "Feature map, {} × {}".format(*feature_map.shape),
    ]


def test_each_match_has_its_response_in_its_column(figure, kernel, peaks):
    written = {text.get_position()[0]: text.get_text() for text in figure.axes[2].texts}
    side = (kernel.shape[1] - 1) / 2
    assert written == {j + side: f"{response:.1f}" for (_, j), response in peaks[:2]}


def test_responses_are_written_beside_the_map(figure, peaks):
    _, _, bottom, top = shown(figure, "Feature map").get_extent()
    for text in figure.axes[2].texts:
        x, y = text.get_position()
        (row,) = (row for row, column in centres(figure, "match") if column == x)
        assert y < top if row - top < bottom - row else y > bottom


def test_words_tell_the_numbers(prompt, numbers, peaks):
    (H, W), (kh, kw) = numbers.image.shape, numbers.kernel.shape
    h, w = numbers.feature_map.shape
    responses = [round(numbers.feature_map[i, j], 1) for i, j in numbers.motif_positions]
    (corner, other), third = numbers.motif_positions, round(peaks[2][1], 1)
    centre = (kh - 1) // 2, (kw - 1) // 2
    assert numbers_in(prompt.caption) == [1, kh, kw, H, W, h, w, *sorted(responses), third]
    assert numbers_in(prompt.alt) == [
        H, W, round(numbers.image.min(), 1), round(numbers.image.max(), 1), kh, kw,
        *corner, *other, kh, kw,
        round(numbers.kernel.max(), 2), round(numbers.kernel.min(), 2), h, w, 0, third,
        responses[0], *(corner + centre), responses[1], *(other + centre),
    ]  # fmt: skip


@image_test("conv2d_template_matching")
def test_picture(numbers, theme):
    return draw(numbers)
