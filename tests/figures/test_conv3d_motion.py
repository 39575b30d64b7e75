"""Guards of conv3d_motion."""

from itertools import chain, combinations, product

from figurepress import look

import scripts.conv3d_motion as script
import numpy as np
import pytest
import torch
from tests.support.artists import line, texts, tick_labels
from scripts.conv3d_motion import conv3d, draw, motion_kernel
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.support.pictures import image_test
from scipy.stats import multivariate_normal
from tests.support.words import numbers_in

ROWS = {"video 0, frame": 0, "video 1, frame": 1, "kernel, frame": 2}
# Whole numbers: sums of their products are exact in any order.
whole = st.integers(-99, 99).map(float)


@st.composite
def videos_and_weights(draw):
    """Videos (B, C_in, D, H, W) and a weight (C_out, C_in, kD, kH, kW) that is no larger."""
    few, small = st.integers(1, 2), st.tuples(*[st.integers(1, 3)] * 3)
    batch, channels, outputs = draw(few), draw(few), draw(few)
    kernel = draw(small)
    size = [k + more - 1 for k, more in zip(kernel, draw(small), strict=True)]
    return (
        draw(arrays(float, (batch, channels, *size), elements=whole)),
        draw(arrays(float, (outputs, channels, *kernel), elements=whole)),
    )


def dot_products(videos, weight):
    """The definition: one dot product per video, output channel and window."""
    kernel = weight.shape[2:]
    places = [range(n - k + 1) for n, k in zip(videos.shape[2:], kernel, strict=True)]
    output = np.empty((len(videos), len(weight), *map(len, places)))
    for b, c, t, i, j in product(range(len(videos)), range(len(weight)), *places):
        total = 0.0
        for channel, dt, di, dj in np.ndindex(weight.shape[1:]):
            total += weight[c, channel, dt, di, dj] * videos[b, channel, t + dt, i + di, j + dj]
        output[b, c, t, i, j] = total
    return output


def moving(shape, row, column):
    """The blob without noise, its head in the first frame at this place, written as densities."""
    frames, height, width = shape
    places = np.moveaxis(np.indices((height, width)), 0, -1)
    return (
        np.array(
            [
                bright * np.pi * multivariate_normal([row + i, column + j + 2 * t], 0.5).pdf(places)
                for bright, i, j in ((1, 0, 0), (0.5, 2, -1))
                for t in range(frames)
            ]
        )
        .reshape(2, frames, height, width)
        .sum(axis=0)
    )


def images(figure, label):
    """The drawn frames of a strip, from left to right."""
    return figure.axes[ROWS[label]].images


def stack(figure, label):
    """The drawn numbers (n, H, W) of a strip."""
    return np.array([image.get_array().data for image in images(figure, label)])


def windows(figure, n):
    """What the boxes in a strip enclose (kD, kH, kW), and their rows and columns."""
    axes, frames = figure.axes[n], stack(figure, f"video {n}, frame")
    pixel, enclosed, corners = script.SIDE / frames.shape[2], [], []
    boxes = [patch for patch in axes.patches if patch.get_label() == "best window"]
    for t, box in enumerate(boxes):
        i, j = box.get_y() + 0.5, (box.get_x() - t + script.SIDE / 2) / pixel
        height, width = box.get_height(), box.get_width() / pixel
        corners.append((i, j, height, width))
        i, j, height, width = (round(float(side)) for side in corners[-1])
        enclosed.append(frames[t, i : i + height, j : j + width])
    return np.array(enclosed), np.array(corners)


@pytest.fixture(scope="module")
def videos(figure):
    """The drawn videos (2, 1, D, H, W)."""
    return np.stack([stack(figure, f"video {n}, frame") for n in (0, 1)])[:, np.newaxis]


@pytest.fixture(scope="module")
def kernel(figure):
    """The drawn kernel (kD, kH, kW)."""
    return stack(figure, "kernel, frame")


@pytest.mark.claim("sliding-dot-product")
def test_every_response_is_the_dot_product_with_its_window(numbers, videos, kernel):
    expected = dot_products(videos, kernel[np.newaxis, np.newaxis])
    np.testing.assert_allclose(numbers.output, expected, rtol=0, atol=1e-14)


@pytest.mark.claim("sliding-dot-product")
@given(videos_and_weights())
@settings(max_examples=40)
def test_any_kernel_slides_over_any_video(videos_and_weight):
    assert np.array_equal(conv3d(*videos_and_weight), dot_products(*videos_and_weight))


@pytest.mark.claim("sliding-dot-product")
def test_a_flipped_kernel_would_show(kernel):
    for axes in chain.from_iterable(combinations(range(3), n) for n in (1, 2, 3)):
        change = abs(kernel - np.flip(kernel, axes)).max()
        assert change > 0.1, f"flipped along {axes} it is the same"


@pytest.mark.claim("matches-torch")
def test_matches_torch_layer(numbers, videos, kernel):
    layer = torch.nn.Conv3d(1, 1, kernel.shape, bias=False, dtype=torch.float64)
    layer.load_state_dict({"weight": torch.tensor(kernel)[None, None]})
    with torch.no_grad():
        expected = layer(torch.tensor(videos)).numpy()
    np.testing.assert_allclose(numbers.output, expected, rtol=0, atol=1e-14)


@pytest.mark.claim("shapes")
def test_shapes_of_the_drawn_batch(numbers):
    assert numbers.videos.shape == (2, 1, 7, 11, 17)
    assert numbers.weight.shape == (1, 1, 3, 5, 7)
    assert numbers.output.shape == (2, 1, 7 - 3 + 1, 11 - 5 + 1, 17 - 7 + 1)


@pytest.mark.claim("shapes")
@given(videos_and_weights())
@settings(max_examples=40)
def test_one_response_for_each_window_that_fits(videos_and_weight):
    videos, weight = videos_and_weight
    fits = [n - k + 1 for n, k in zip(videos.shape[2:], weight.shape[2:], strict=True)]
    assert conv3d(videos, weight).shape == (len(videos), len(weight), *fits)


@pytest.mark.claim("kernel-tuned")
def test_kernel_is_the_moving_blob_minus_its_mean_over_time(kernel):
    template = moving(kernel.shape, 2, 1)
    template -= template.mean(axis=0)
    scale = np.sqrt((template**2).sum())
    np.testing.assert_allclose(kernel, template / scale, rtol=0, atol=1e-14)


@pytest.mark.claim("kernel-tuned")
def test_kernel_has_norm_one_and_no_mean_over_time(kernel):
    assert (kernel**2).sum() == pytest.approx(1, rel=1e-14)
    np.testing.assert_allclose(kernel.sum(axis=0), 0, atol=1e-15)


@pytest.mark.claim("kernel-tuned")
def test_weights_are_above_0_only_where_the_blob_is(kernel):
    blob = moving(kernel.shape, 2, 1)
    assert (kernel[blob > 0.3] > 0).all()
    elsewhere = blob.max(axis=0) > 0.3
    assert (kernel[:, elsewhere][blob[:, elsewhere] < 0.05] < 0).all()


@pytest.mark.claim("blind-to-still")
@given(arrays(float, (6, 9), elements=st.floats(-1e3, 1e3)))
def test_a_still_picture_gives_no_response(picture):
    still = np.stack([picture] * 4)[np.newaxis, np.newaxis]
    response = conv3d(still, motion_kernel()[np.newaxis, np.newaxis])
    np.testing.assert_allclose(response, 0, atol=1e-11)


@pytest.mark.claim("direction-selective")
def test_lowest_for_the_motion_is_far_above_highest_for_the_opposite(figure, numbers):
    right, left = (line(figure, f"motion to the {side}")[:, 1] for side in ("right", "left"))
    assert right.min() > 2.5 * left.max() > 0
    assert numbers.selectivity == pytest.approx(right.min() / left.max(), rel=1e-14)


@pytest.mark.claim("direction-selective")
def test_response_is_the_highest_of_its_frame(figure, numbers):
    for b, side in enumerate(("right", "left")):
        frames = numbers.output[b, 0]
        expected = [(t + 1, max(frame.ravel().tolist())) for t, frame in enumerate(frames)]
        assert line(figure, f"motion to the {side}").tolist() == [list(point) for point in expected]


@pytest.mark.claim("direction-selective")
def test_a_kernel_played_backwards_prefers_the_opposite_motion(videos, kernel, numbers):
    backwards = conv3d(videos, kernel[::-1].copy()[np.newaxis, np.newaxis])
    expected = numbers.output[::-1, :, ::-1]
    np.testing.assert_allclose(backwards, expected, rtol=0, atol=1e-14)


@pytest.mark.claim("one-frame-of-three")
def test_best_window_meets_the_blob_in_every_frame_only_in_its_own_motion(kernel, figure):
    met = [
        [
            np.unravel_index(seen.argmax(), seen.shape)
            == np.unravel_index(weights.argmax(), weights.shape)
            for seen, weights in zip(windows(figure, n)[0], kernel, strict=True)
        ]
        for n in (0, 1)
    ]
    assert met == [[True, True, True], [False, False, True]]


@pytest.mark.claim("one-frame-of-three")
def test_boxes_are_the_windows_of_the_highest_first_response(figure, kernel, numbers):
    for n, side in enumerate(("right", "left")):
        seen, corners = windows(figure, n)
        expected = [*numbers.best_windows[n], *kernel.shape[1:]]
        np.testing.assert_allclose(corners, [expected] * 3, rtol=0, atol=1e-12)
        first = line(figure, f"motion to the {side}")[0, 1]
        assert (seen * kernel).sum() == pytest.approx(first, rel=1e-12)


def test_video_is_noise_and_a_moving_blob(videos):
    shape = videos.shape[2:]
    noise = 0.1 * np.random.default_rng(script.SEED).standard_normal(shape)
    expected = noise + moving(shape, 5, 2)
    np.testing.assert_allclose(videos[0, 0], expected, rtol=0, atol=1e-14)


def test_second_video_is_the_first_backwards(videos):
    assert np.array_equal(videos[1, 0], videos[0, 0, ::-1])


def test_drawn_pixels_are_the_numbers(figure, numbers, videos, kernel):
    assert np.array_equal(videos, numbers.videos)
    assert np.array_equal(kernel, numbers.weight[0, 0])
    assert numbers.best_windows.dtype == numbers.frames.dtype == np.int64
    for values in numbers.videos, numbers.weight, numbers.output, numbers.response:
        assert values.dtype == np.float64


@pytest.mark.parametrize("label", ROWS)
def test_frames_stand_at_their_numbers(figure, label):
    edges = [patch for patch in figure.axes[ROWS[label]].patches if patch.get_label() == "edge"]
    for t, (image, edge) in enumerate(zip(images(figure, label), edges, strict=True)):
        left, right, bottom, top = image.get_extent()
        assert image.get_label() == f"{label} {t}"
        assert (left + right) / 2 == pytest.approx(t, abs=1e-12)
        assert right - left == pytest.approx(script.SIDE, rel=1e-12)
        assert (bottom, top) == (image.get_array().shape[0] - 0.5, -0.5), "row 0 is not on top"
        assert image.get_interpolation() == "none"
        (x0, y0), (x1, y1) = edge.get_bbox().get_points()
        np.testing.assert_allclose([x0, x1, y1, y0], [left, right, bottom, top], atol=1e-12)
    assert len({axes.get_xlim() for axes in figure.axes}) == 1, "frames are not below frames"
    assert figure.axes[0].get_xlim() == (-0.5, 6.5)


@pytest.mark.parametrize("label", ROWS)
def test_pixels_are_square(figure, label):
    (image, *_), axes = images(figure, label), figure.axes[ROWS[label]]
    left, right, bottom, top = image.get_extent()
    (x0, y0), (x1, y1) = axes.transData.transform([(left, bottom), (right, top)])
    height, width = image.get_array().shape
    assert (x1 - x0) / width == pytest.approx((y1 - y0) / height, rel=1e-9)


@pytest.mark.parametrize("label", ROWS)
def test_colours_are_symmetric_about_zero(figure, label):
    limit = np.abs(stack(figure, label)).max()
    with look.theme("light"):
        signed = look.diverging()
    for image in images(figure, label):
        assert image.get_clim() == (-limit, limit)
        assert image.cmap == signed


def test_guides_lead_from_the_extremes_to_their_values(figure, numbers):
    below, (right, left) = figure.axes[3], numbers.response
    found = {text.get_text(): text for text in below.texts}
    guides = [segment for drawn in below.collections for segment in drawn.get_segments()]
    assert max(drawn.zorder for drawn in below.collections) < below.lines[0].zorder
    for guide, name, level, frame in zip(
        guides,
        ("lowest", "highest"),
        (right.min(), left.max()),
        (right.argmin() + 1, left.argmax() + 1),
        strict=True,
    ):
        assert guide[:, 1].tolist() == [level, level]
        assert guide[0, 0] == frame
        x, y = found[f"{name}: {level:.2f}"].get_position()
        assert (y, x > guide[1, 0]) == (level, True), "a value is beside its guide"
    (arrow,) = (text for text in below.texts if not text.get_text())
    assert (arrow.xy[1], arrow.xyann[1]) == (right.min(), left.max())
    assert arrow.xy[0] == arrow.xyann[0]
    x, y = found[f"{right.min() / left.max():.1f} times"].get_position()
    assert arrow.xy[0] < x
    assert left.max() < y < right.min()


def test_words_stand_at_what_they_name(figure, numbers):
    below, (right, left) = figure.axes[3], numbers.response
    assert texts(figure)[0] == (
        "Weights: above 0 (red) where the blob is,\n"
        "below 0 (blue) where it was or will be.\n"
        "Boxes: its best place in frames 0 to 2."
    )
    where = {text.get_text(): text.get_position() for text in below.texts}
    for side, curve in (("right", right), ("left", left)):
        x, y = where[f"motion to the {side}"]
        assert curve[0] < y < curve[0] + 0.3
        assert x <= numbers.frames[0]
    assert len(texts(figure)) == 7
    assert [axes.get_title("left") for axes in figure.axes] == [
        "Video: a blob moves to the right",
        "The same frames backwards: it moves to the left",
        "Kernel: the blob in motion",
        "Response: high for one direction only",
    ]
    shapes = [axes.get_title("right").split(" = ") for axes in figure.axes]
    assert shapes == [
        [r"videos $(B, C_\mathrm{in}, D, H, W)$", str(numbers.videos.shape)],
        [""],
        [r"weight $(C_\mathrm{out}, C_\mathrm{in}, k_D, k_H, k_W)$", str(numbers.weight.shape)],
        [r"output $(B, C_\mathrm{out}, D', H', W')$", str(numbers.output.shape)],
    ]
    assert below.get_xlabel() == "frame in the middle of the window"
    assert below.get_ylabel() == "highest response"
    assert below.get_ylim()[0] == 0
    for place, label in tick_labels(figure):
        assert float(label.replace("−", "-")) == pytest.approx(place, abs=1e-12)


def test_words_tell_the_numbers(prompt, numbers):
    (frames, height, width), (kd, kh, kw) = numbers.videos.shape[2:], numbers.weight.shape[2:]
    heads = [int(frame.max(axis=0).argmax()) for frame in numbers.videos[0, 0]]
    (speed,) = set(np.diff(heads))
    right, left = numbers.response.round(2)
    assert numbers_in(prompt.caption) == [speed, kd, kh, kw, 0, right.min(), left.max(), kd]
    assert numbers_in(prompt.alt) == [
        numbers.frames[0], numbers.frames[-1], right.min(), right.max(), heads[0], heads[-1],
        frames, height, width, left.min(), left.max(), round(numbers.selectivity, 1),
        kd, kh, kw, numbers.weight.min().round(2), numbers.weight.max().round(2), speed,
    ]  # fmt: skip


@image_test("conv3d_motion")
def test_picture(numbers, theme):
    return draw(numbers)
