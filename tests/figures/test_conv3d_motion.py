"""Guards of conv3d_motion."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from figurepress import look
from lecture.convolution import conv3d
from lecture.motion import motion_kernel, moving_blob
from scripts.conv3d_motion import draw
from tests.support.artists import all_by_gid, by_gid, tick_labels
from tests.support.pictures import image_test
from tests.support.words import numbers_in

SIDES = pytest.mark.parametrize(("side", "n"), [("right", 0), ("left", 1)])
FRAMES = pytest.mark.parametrize("t", range(7))


def dot_products(video, kernel):
    """The definition: one dot product of the kernel with each window of the video."""
    windows = np.lib.stride_tricks.sliding_window_view(video, kernel.shape)
    return np.einsum("tijabc,abc->tij", windows, kernel)


def framed(figure, gid):
    """The cells (frames, columns) in the kernel's frame on a slice, and its first frame, column."""
    box, cells = by_gid(figure, f"{gid}-window"), by_gid(figure, gid).get_array()
    column, frame = (int(x) for x in np.add(box.get_xy(), 0.5))
    width, height = int(box.get_width()), int(box.get_height())
    return cells[frame : frame + height, column : column + width], (frame, column)


def curve(figure, side):
    """The drawn response, frame by frame."""
    return by_gid(figure, f"response-{side}").get_ydata()


def words(figure):
    """All texts of the figure and its panels."""
    return [text.get_text() for holder in (figure, *figure.axes) for text in holder.texts]


@pytest.mark.claim("sliding-dot-product")
@SIDES
def test_every_response_is_the_dot_product_with_its_window(numbers, side, n):
    expected = dot_products(numbers.videos[n, 0], numbers.weight[0, 0])
    np.testing.assert_allclose(numbers.output[n, 0], expected, rtol=0, atol=1e-14)


@pytest.mark.claim("matches-torch")
def test_matches_torch_layer(numbers):
    layer = torch.nn.Conv3d(1, 1, (3, 5, 7), bias=False, dtype=torch.float64)
    layer.load_state_dict({"weight": torch.tensor(numbers.weight)})
    with torch.no_grad():
        expected = layer(torch.tensor(numbers.videos)).numpy()
    np.testing.assert_allclose(numbers.output, expected, rtol=0, atol=1e-14)


@pytest.mark.claim("shapes")
def test_shapes_are_those_of_the_batch(figure, numbers):
    assert numbers.videos.shape == (2, 1, 7, 11, 17)
    assert numbers.weight.shape == (1, 1, 3, 5, 7)
    assert numbers.output.shape == (2, 1, 7 - 3 + 1, 11 - 5 + 1, 17 - 7 + 1)
    written = words(figure)
    at = written.index("Shapes")
    assert written[at + 1 : at + 4] == [
        r"videos $(B, C_\mathrm{in}, D, H, W)$: (2, 1, 7, 11, 17)",
        r"weight $(C_\mathrm{out}, C_\mathrm{in}, k_D, k_H, k_W)$: (1, 1, 3, 5, 7)",
        r"output $(B, C_\mathrm{out}, D′, H′, W′)$: (2, 1, 5, 7, 11)",
    ]


@pytest.mark.claim("kernel-tuned")
def test_kernel_is_the_moving_blob_minus_its_mean_over_time(numbers):
    kernel = numbers.weight[0, 0]
    moving = moving_blob((3, 5, 7), (2, 1), 2)
    assert (kernel**2).sum() == pytest.approx(1, rel=1e-14)
    np.testing.assert_allclose(kernel.sum(axis=0), 0, atol=1e-15)
    scale = (kernel / (moving - moving.mean(axis=0))).ravel()
    assert scale == pytest.approx([scale[0]] * 105, rel=1e-9)


@pytest.mark.claim("kernel-tuned")
def test_drawn_weights_are_positive_on_the_streak_and_negative_beside_it(figure):
    weights = by_gid(figure, "kernel").get_array()
    for t, head in enumerate((1, 3, 5)):
        assert weights[t].argmax() == head
        assert all(weights[t, other] < 0 for other in {1, 3, 5} - {head})


@pytest.mark.claim("blind-to-still")
def test_frame_repeated_gives_no_response(numbers):
    still = np.repeat(numbers.videos[:1, :, :1], 7, axis=2)
    np.testing.assert_allclose(conv3d(still, numbers.weight), 0, atol=1e-14)


@pytest.mark.claim("direction-selective")
def test_lowest_for_the_motion_is_far_above_highest_for_the_opposite(figure):
    assert curve(figure, "right").min() > 2.5 * curve(figure, "left").max() > 0


@pytest.mark.claim("direction-selective")
@SIDES
def test_response_is_the_highest_of_its_frame(figure, numbers, side, n):
    expected = [max(frame.ravel().tolist()) for frame in numbers.output[n, 0]]
    assert curve(figure, side).tolist() == expected == numbers.response[n].tolist()
    assert by_gid(figure, f"response-{side}").get_xdata().tolist() == [1, 2, 3, 4, 5]


@pytest.mark.claim("direction-selective")
def test_kernel_played_backwards_prefers_the_opposite_motion(numbers):
    backwards = conv3d(numbers.videos, numbers.weight[:, :, ::-1].copy())
    expected = numbers.output[::-1, :, ::-1]
    np.testing.assert_allclose(backwards, expected, rtol=0, atol=1e-14)


@pytest.mark.claim("along-and-across")
def test_window_meets_the_streak_in_every_frame_only_in_its_own_motion(figure):
    weights = by_gid(figure, "kernel").get_array()
    met = {
        side: (framed(figure, side)[0].argmax(axis=1) == weights.argmax(axis=1)).sum()
        for side in ("right", "left")
    }
    assert met == {"right": 3, "left": 1}


@pytest.mark.claim("along-and-across")
def test_window_contains_the_centre_in_every_frame_only_in_its_own_motion(figure, numbers):
    contained = {}
    for side, n in (("right", 0), ("left", 1)):
        _, (first, left) = framed(figure, side)
        top = numbers.windows[n, 0]
        times = range(first, first + 3)
        columns = [2 + 2 * (t if side == "right" else 6 - t) for t in times]
        contained[side] = sum(
            left <= column < left + 7 and top <= 5 < top + 5 for column in columns
        )
    assert contained == {"right": 3, "left": 1}


@pytest.mark.claim("along-and-across")
def test_guides_lead_along_the_kernel_from_window_to_window(figure):
    boxes = [by_gid(figure, f"{gid}-window").get_window_extent() for gid in ("right", "left")]
    kernel = by_gid(figure, "kernel-window").get_window_extent()
    ends = [
        (guide.coords1.transform(guide.xy1), guide.coords2.transform(guide.xy2))
        for guide in all_by_gid(figure, "guide")
    ]
    expected = [((boxes[0].x1, y), (boxes[1].x0, y)) for y in (kernel.y1, kernel.y0)]
    np.testing.assert_allclose(ends, expected, atol=3)


@pytest.mark.claim("along-and-across")
@SIDES
def test_frame_is_the_best_window_of_its_frames(figure, numbers, side, n):
    _, (frame, column) = framed(figure, side)
    response = numbers.output[n, 0, frame]
    assert np.unravel_index(response.argmax(), response.shape) == (3, column)
    assert numbers.windows[n].tolist() == [3, column]
    assert frame == 2
    way = {"right": "along the streak", "left": "meets one frame of it"}[side]
    assert f"kernel {way}: {response.max():.2f}" in words(figure)


@pytest.mark.claim("along-and-across")
def test_kernel_faces_the_window(figure):
    kernel, window = by_gid(figure, "kernel-window"), by_gid(figure, "right-window")
    assert kernel.get_window_extent().bounds[1::2] == pytest.approx(
        window.get_window_extent().bounds[1::2], abs=1e-6
    )


@pytest.mark.claim("slices")
@SIDES
def test_slice_is_row_five_over_time(figure, numbers, side, n):
    cells = by_gid(figure, side).get_array()
    assert cells.tolist() == numbers.videos[n, 0, :, 5].tolist()
    assert by_gid(figure, side).axes.yaxis_inverted(), "time runs upwards"


@pytest.mark.claim("slices")
def test_slice_of_the_kernel_is_its_middle_row(figure, numbers):
    assert by_gid(figure, "kernel").get_array().tolist() == numbers.weight[0, 0, :, 2].tolist()


@pytest.mark.claim("slices")
def test_reversed_slice_is_upside_down(figure):
    right, left = (by_gid(figure, side).get_array() for side in ("right", "left"))
    assert left.tolist() == right[::-1].tolist()


@FRAMES
def test_strip_shows_the_frames_of_the_first_video(figure, numbers, t):
    image = by_gid(figure, f"frame-{t}")
    assert image.get_array().tolist() == numbers.videos[0, 0, t].tolist()
    assert image.axes.get_xlabel() == f"frame {t}"
    assert image.axes.yaxis_inverted(), "row 0 is not on top"
    row = by_gid(figure, f"row-{t}")
    assert (row.get_y(), row.get_height(), row.get_x(), row.get_width()) == (4.5, 1, -0.5, 17)
    limit = abs(numbers.videos).max()
    assert image.get_clim() == (-limit, limit)


def test_pixels_are_square(figure):
    for gid, shape in (("frame-0", (11, 17)), ("frame-6", (11, 17))):
        box = by_gid(figure, gid).axes.bbox
        assert box.width / shape[1] == pytest.approx(box.height / shape[0], rel=1e-9)


def test_frames_run_from_left_to_right(figure):
    lefts = [by_gid(figure, f"frame-{t}").axes.bbox.x0 for t in range(7)]
    assert lefts == sorted(lefts)
    assert lefts[0] == pytest.approx(by_gid(figure, "right").axes.bbox.x0)


def test_video_is_noise_and_a_moving_blob(numbers):
    noise = 0.1 * np.random.default_rng(2).standard_normal((7, 11, 17))
    expected = noise + moving_blob((7, 11, 17), (5, 2), 2)
    np.testing.assert_allclose(numbers.videos[0, 0], expected, rtol=0, atol=1e-14)
    assert numbers.weight[0, 0].tolist() == motion_kernel((3, 5, 7), 2).tolist()


def test_second_video_is_the_first_backwards(numbers):
    assert numbers.videos[1, 0].tolist() == numbers.videos[0, 0, ::-1].tolist()


def test_fields_have_their_types(numbers):
    assert numbers.frames.tolist() == [1, 2, 3, 4, 5]
    assert numbers.windows.dtype == numbers.frames.dtype == np.int64
    for values in (numbers.videos, numbers.weight, numbers.output, numbers.response):
        assert values.dtype == np.float64


@pytest.mark.parametrize("gid", ["right", "left", "kernel"])
def test_colours_are_symmetric_about_zero(figure, gid):
    cells = by_gid(figure, gid)
    limit = abs(cells.get_array()).max()
    with look.theme("light"):
        assert cells.cmap == look.diverging()
    assert cells.get_clim() == (-limit, limit)


@pytest.mark.parametrize("gid", ["right", "left", "kernel"])
def test_windows_have_the_colour_of_the_kernel(figure, gid):
    with look.theme("light"):
        assert to_hex(by_gid(figure, f"{gid}-window").get_edgecolor()) == look.color("kernel")


def test_responses_are_named_with_their_bounds(figure):
    lowest, highest = curve(figure, "right").min(), curve(figure, "left").max()
    written = words(figure)
    assert f"to the right:\nat least {lowest:.2f}" in written
    factor = f"lower by a factor of {lowest / highest:.1f}"
    assert f"to the left: at most {highest:.2f},\n{factor}" in written


def test_responses_differ_in_colour_and_marker(figure):
    with look.theme("light"):
        expected = {"right": (look.color("response"), "o"), "left": (look.color("reference"), "s")}
    lines = {side: by_gid(figure, f"response-{side}") for side in expected}
    assert {side: (line.get_color(), line.get_marker()) for side, line in lines.items()} == expected


def test_headings_and_axes(figure):
    headings = [text.get_text() for text in figure.texts if text.get_weight() == 600]
    assert headings == [
        "Video: a blob moves to the right",
        "Row 5 (outlined) over time",
        "Kernel",
        "The same frames reversed",
        "Shapes",
    ]
    assert "−: negative" in words(figure)
    axes = by_gid(figure, "response-right").axes
    assert axes.get_title("left") == "Highest response in each frame"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("middle frame of the window", "response")
    assert axes.get_ylim() == (0, 2.4)
    for side, label in (("right", "frame"), ("left", "")):
        slice_axes = by_gid(figure, side).axes
        assert (slice_axes.get_xlabel(), slice_axes.get_ylabel()) == ("column", label)
        assert slice_axes.get_xticks().tolist() == [0, 8, 16]
    for place, label in tick_labels(figure):
        assert float(label.replace("−", "-")) == pytest.approx(place, abs=1e-12)


def test_caption_and_alt_numbers_match(prompt, numbers):
    right, left = numbers.response.round(2)
    assert numbers_in(prompt.caption) == [2, 5, 3, 5, 7, 0, 5, right.min(), left.max(), 1, 3]
    assert numbers_in(prompt.alt) == []


def test_description_numbers_match(prompt, numbers):
    heads = numbers.videos[0, 0].max(axis=1).argmax(axis=1)
    right, left = numbers.response.round(2)
    lowest, highest = numbers.response[0].min(), numbers.response[1].max()
    assert numbers_in(prompt.description) == [
        7, 11, 17, heads[0], heads[-1], 5, 3, 7, 2, 4,
        *numbers.response[:, 2].round(2), 1, 5, right.min(), right.max(),
        left.min(), left.max(), round(lowest / highest, 1),
    ]  # fmt: skip


@image_test("conv3d_motion")
def test_picture(numbers, theme):
    return draw(numbers)
