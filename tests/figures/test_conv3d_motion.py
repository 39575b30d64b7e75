"""Tests of conv3d_motion."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from figurepress import look
from lecture.convolution import conv3d
from lecture.motion import motion_kernel, moving_blob
from tests.support.artists import all_by_gid, by_gid, tick_labels
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in

SIDES = pytest.mark.parametrize(("side", "n"), [("right", 0), ("left", 1)])
FRAMES = pytest.mark.parametrize("t", range(7))


def dot_products(video, kernel):
    """By definition: the dot product of the kernel with each window of the video."""
    windows = np.lib.stride_tricks.sliding_window_view(video, kernel.shape)
    return np.einsum("tijabc,abc->tij", windows, kernel)


def boxes(figure, gid):
    """Row, column, height and width of each box with this gid."""
    bounds = [box.get_bbox().bounds for box in all_by_gid(figure, gid)]
    return [(int(y + 0.5), int(x + 0.5), int(h), int(w)) for x, y, w, h in bounds]


def framed_place(figure, side):
    """The first frame and column of the window that is outlined on a slice."""
    ((frame, column, _, _),) = boxes(figure, f"window-{side}")
    return frame, column


def framed_cells(figure, side):
    """The cells (frames, columns) of the window that is outlined on a slice."""
    ((frame, column, frames, columns),) = boxes(figure, f"window-{side}")
    cells = by_gid(figure, f"slice-{side}").get_array()
    return cells[frame : frame + frames, column : column + columns]


def window(video, frame, column):
    """The window (3, 5, 7) around row 5 of a video whose first frame and column are these."""
    return video[0, frame : frame + 3, 3:8, column : column + 7]


def drawn_responses(figure, side):
    """The drawn slice of the responses, frame by frame."""
    return by_gid(figure, f"output-{side}").get_array()


def peaks(numbers):
    """The highest output (2, 5) of each frame, among all rows and columns."""
    return numbers.output.max(axis=(1, 3, 4))


def bottom_and_top(figure, gid):
    box = by_gid(figure, gid).get_window_extent()
    return box.y0, box.y1


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
def test_shapes_are_those_of_the_batch(prompt, numbers):
    assert numbers.videos.shape == (2, 1, 7, 11, 17)
    assert numbers.weight.shape == (1, 1, 3, 5, 7)
    assert numbers.output.shape == (2, 1, 7 - 3 + 1, 11 - 5 + 1, 17 - 7 + 1)
    for field in (numbers.videos, numbers.weight, numbers.output):
        assert str(field.shape) in " ".join(prompt.caption.split())


@pytest.mark.claim("kernel-tuned")
def test_kernel_is_the_moving_blob_minus_its_mean_over_time(numbers):
    kernel = numbers.weight[0, 0]
    moving = moving_blob((3, 5, 7), (2, 1), 2)
    assert (kernel**2).sum() == pytest.approx(1, rel=1e-14)
    np.testing.assert_allclose(kernel.sum(axis=0), 0, atol=1e-15)
    scale = (kernel / (moving - moving.mean(axis=0))).ravel()
    assert scale == pytest.approx([scale[0]] * kernel.size, rel=1e-9)


@pytest.mark.claim("kernel-tuned")
def test_drawn_weights_are_positive_on_the_streak_and_negative_beside_it(figure):
    weights = by_gid(figure, "kernel-right").get_array()
    for t, head in enumerate((1, 3, 5)):
        assert weights[t].argmax() == head
        assert all(weights[t, other] < 0 for other in {1, 3, 5} - {head})


@pytest.mark.claim("blind-to-still")
def test_repeated_frame_gives_no_response(numbers):
    still = np.repeat(numbers.videos[:1, :, :1], 7, axis=2)
    np.testing.assert_allclose(conv3d(still, numbers.weight), 0, atol=1e-14)


@pytest.mark.claim("direction-selective")
def test_lowest_peak_for_the_motion_is_far_above_highest_for_the_opposite(figure):
    highest = {side: drawn_responses(figure, side).max(axis=1) for side in ("right", "left")}
    assert highest["right"].min() > 2.9 * highest["left"].max() > 0


@pytest.mark.claim("direction-selective")
@SIDES
def test_peak_of_every_frame_is_its_highest_response(figure, numbers, side, n):
    expected = [max(frame.ravel().tolist()) for frame in numbers.output[n, 0]]
    assert peaks(numbers)[n].tolist() == expected
    assert drawn_responses(figure, side).max(axis=1).tolist() == expected


@pytest.mark.claim("direction-selective")
def test_kernel_played_backwards_prefers_the_opposite_motion(numbers):
    backwards = conv3d(numbers.videos, numbers.weight[:, :, ::-1].copy())
    expected = numbers.output[::-1, :, ::-1]
    np.testing.assert_allclose(backwards, expected, rtol=0, atol=1e-14)


@pytest.mark.claim("along-and-across")
def test_window_meets_the_streak_in_every_frame_only_in_its_own_motion(figure):
    largest_weights = by_gid(figure, "kernel-right").get_array().argmax(axis=1)
    right = framed_cells(figure, "right").argmax(axis=1)
    left = framed_cells(figure, "left").argmax(axis=1)
    assert (right == largest_weights).sum() == 3
    assert (left == largest_weights).sum() == 1


@pytest.mark.claim("along-and-across")
def test_every_frame_adds_only_for_the_motion_of_the_kernel(numbers):
    assert (numbers.by_frame[0] > 0).all()
    assert (numbers.by_frame[1] > 0).tolist() == [False, True, False]


@pytest.mark.claim("along-and-across")
@SIDES
def test_note_states_what_each_frame_adds(figure, numbers, side, n):
    first, column = framed_place(figure, side)
    pixels = window(numbers.videos[n], first, column)
    added = (pixels * numbers.weight[0, 0]).sum(axis=(1, 2))
    np.testing.assert_allclose(numbers.by_frame[n], added, rtol=1e-12, atol=0)
    frames = ", ".join(str(first + t) for t in range(3))
    terms = " + ".join(f"{value:.2f}" for value in added).replace("+ -", "- ")
    note = f"frames {frames}, all rows:\n{terms} = {added.sum():.2f}"
    assert note.replace("-", "−") in [text.get_text() for text in figure.texts]


@pytest.mark.claim("along-and-across")
@SIDES
def test_stated_terms_sum_to_the_stated_response(figure, numbers, side, n):
    stated = sum(round(float(value), 2) for value in numbers.by_frame[n])
    assert all_by_gid(figure, "value")[n].get_text() == f"{stated:.2f}".replace("-", "−")


@pytest.mark.claim("along-and-across")
def test_framed_windows_are_the_best_of_the_first_video(figure, numbers):
    assert framed_place(figure, "right") == framed_place(figure, "left") == (2, numbers.column)
    response = numbers.output[0, 0, 2]
    assert np.unravel_index(response.argmax(), response.shape) == (3, numbers.column)


@pytest.mark.claim("along-and-across")
@SIDES
def test_framed_response_is_that_of_the_framed_window(figure, numbers, side, n):
    ((frame, column, *shape),) = boxes(figure, f"response-{side}")
    assert shape == [1, 1]
    pixels = window(numbers.videos[n], frame, column)
    assert pixels[:, 2].tolist() == framed_cells(figure, side).tolist()
    response = drawn_responses(figure, side)[frame, column]
    assert (pixels * numbers.weight[0, 0]).sum() == pytest.approx(response, rel=1e-12)


def boxed(figure):
    """The pixels (frames, rows, columns) in the boxes of the film strip."""
    images = [box.axes.images[0].get_array() for box in all_by_gid(figure, "box")]
    pairs = zip(images, boxes(figure, "box"), strict=True)
    return np.array([image[i : i + h, j : j + w] for image, (i, j, h, w) in pairs])


@pytest.mark.claim("window-is-a-volume")
def test_boxes_are_the_window_of_the_framed_response(figure, numbers):
    ((frame, column, _, _),) = boxes(figure, "response-right")
    assert boxed(figure).tolist() == window(numbers.videos[0], frame, column).tolist()
    response = (boxed(figure) * numbers.weight[0, 0]).sum()
    assert response == pytest.approx(drawn_responses(figure, "right")[frame, column], rel=1e-12)


@pytest.mark.claim("window-is-a-volume")
def test_boxes_are_in_the_frames_of_the_window(figure):
    frames = [box.axes.get_xlabel() for box in all_by_gid(figure, "box")]
    assert frames == ["frame 2", "frame 3", "frame 4"]
    assert framed_cells(figure, "right").tolist() == boxed(figure)[:, 2].tolist()


@pytest.mark.claim("window-is-a-volume")
def test_note_gives_the_shape_of_the_window(figure):
    frames, rows, columns = boxed(figure).shape
    (note,) = [text for text in figure.texts if text.get_text().startswith("window")]
    assert note.get_text() == f"window: {frames} frames of {rows} × {columns}"
    box = all_by_gid(figure, "box")[0]
    assert to_hex(note.get_color()) == to_hex(box.get_edgecolor())


@pytest.mark.claim("along-and-across")
@SIDES
def test_window_kernel_and_response_are_level(figure, side, n):
    low, high = bottom_and_top(figure, f"window-{side}")
    assert bottom_and_top(figure, f"weights-{side}") == pytest.approx((low, high), abs=1e-6)
    response = bottom_and_top(figure, f"response-{side}")
    assert sum(response) == pytest.approx(low + high, abs=1e-6)


@pytest.mark.parametrize("n", [0, 1])
def test_best_window_of_every_frame_is_centred_at_row_five(numbers, n):
    for t, frame in enumerate(numbers.output[n, 0]):
        assert frame[3].max() == peaks(numbers)[n, t]


@pytest.mark.claim("slices")
@SIDES
def test_slice_is_row_five_over_time(figure, numbers, side, n):
    cells = by_gid(figure, f"slice-{side}").get_array()
    assert cells.tolist() == numbers.videos[n, 0, :, 5].tolist()
    assert by_gid(figure, f"slice-{side}").axes.yaxis_inverted(), "time runs upwards"


@pytest.mark.claim("slices")
@SIDES
def test_slice_of_the_kernel_is_its_middle_row(figure, numbers, side, n):
    drawn = by_gid(figure, f"kernel-{side}").get_array()
    assert drawn.tolist() == numbers.weight[0, 0, :, 2].tolist()


@pytest.mark.claim("slices")
@SIDES
def test_slice_of_the_responses_is_that_of_windows_around_row_five(figure, numbers, side, n):
    drawn = drawn_responses(figure, side).tolist()
    assert drawn == numbers.output[n, 0, :, 3].tolist() == numbers.responses[n].tolist()


@pytest.mark.claim("slices")
def test_reversed_slice_is_upside_down(figure):
    right = by_gid(figure, "slice-right").get_array()
    left = by_gid(figure, "slice-left").get_array()
    assert left.tolist() == right[::-1].tolist()


@FRAMES
def test_strip_shows_the_frames_of_the_first_video(figure, numbers, t):
    image = by_gid(figure, f"frame-{t}")
    assert image.get_array().tolist() == numbers.videos[0, 0, t].tolist()
    assert image.axes.get_xlabel() == f"frame {t}"
    assert image.axes.yaxis_inverted(), "row 0 is not on top"
    limit = abs(numbers.videos).max()
    assert image.get_clim() == (-limit, limit)


def test_row_of_the_slices_is_labelled(figure):
    axes = by_gid(figure, "frame-0").axes
    (name,) = axes.texts
    assert (name.get_text(), name.xy) == ("row 5", (-0.5, 5))


def test_pixels_are_square(figure):
    for gid in ("frame-0", "frame-6"):
        box = by_gid(figure, gid).axes.bbox
        assert box.width / 17 == pytest.approx(box.height / 11, rel=1e-9)


def test_frames_run_from_left_to_right(figure):
    lefts = [by_gid(figure, f"frame-{t}").axes.bbox.x0 for t in range(7)]
    assert lefts == sorted(lefts)
    assert lefts[0] == pytest.approx(by_gid(figure, "slice-right").axes.bbox.x0)


def test_video_is_noise_and_a_moving_blob(numbers):
    noise = 0.1 * np.random.default_rng(5).standard_normal((7, 11, 17))
    expected = noise + moving_blob((7, 11, 17), (5, 2), 2)
    np.testing.assert_allclose(numbers.videos[0, 0], expected, rtol=0, atol=1e-14)
    assert numbers.weight[0, 0].tolist() == motion_kernel((3, 5, 7), 2).tolist()


def test_second_video_is_the_first_backwards(numbers):
    assert numbers.videos[1, 0].tolist() == numbers.videos[0, 0, ::-1].tolist()


def test_fields_have_their_types(numbers):
    assert type(numbers.column) is int
    arrays = ("videos", "weight", "output", "responses", "by_frame")
    assert {getattr(numbers, name).dtype for name in arrays} == {np.dtype(np.float64)}


@pytest.mark.parametrize("part", ["slice", "kernel", "output"])
@SIDES
def test_colours_are_symmetric_about_zero(figure, numbers, part, side, n):
    cells = by_gid(figure, f"{part}-{side}")
    scale = numbers.output if part == "output" else cells.get_array()
    limit = abs(scale).max()
    with look.theme("light"):
        assert cells.cmap == look.diverging()
    assert cells.get_clim() == (-limit, limit)


@pytest.mark.parametrize("part", ["window", "weights"])
@SIDES
def test_frames_have_the_colour_of_the_kernel(figure, part, side, n):
    with look.theme("light"):
        assert to_hex(by_gid(figure, f"{part}-{side}").get_edgecolor()) == look.color("kernel")


@SIDES
def test_framed_response_has_its_value_at_the_end_of_a_line(figure, numbers, side, n):
    cells, box = by_gid(figure, f"output-{side}"), by_gid(figure, f"response-{side}")
    value = all_by_gid(figure, "value")[n]
    line = all_by_gid(figure, "to-value")[n]
    assert value.get_text() == f"{numbers.responses[n, 2, numbers.column]:.2f}".replace("-", "−")
    assert value.xy == (numbers.column + 0.5, -0.5)
    assert line.xy2 == (numbers.column + 0.5, -0.85)
    assert line.xy1 == (numbers.column + 0.5, box.get_y())
    assert value.axes is box.axes is cells.axes
    with look.theme("light"):
        assert to_hex(box.get_edgecolor()) == look.color("foreground")


@SIDES
def test_note_is_true_of_marks_and_colours(figure, side, n):
    note = "red: positive, blue: negative, −: strongly negative; one scale per column of panels"
    assert note in [text.get_text() for text in figure.texts]
    cells = by_gid(figure, f"slice-{side}")
    red, blue = cells.cmap(cells.norm([-0.5, 0.5]))[:, [0, 2]].T  # of RGBA colours
    assert (red < blue).tolist() == [True, False], "not blue for -0.5 and red for 0.5"


@pytest.mark.parametrize("part", ["slice", "kernel", "output"])
@SIDES
def test_strongly_negative_cells_are_marked(figure, part, side, n):
    cells = by_gid(figure, f"{part}-{side}")
    [marks] = [artist for artist in cells.axes.collections if artist.get_gid() == "negative"]
    middles = [dash.mean(axis=0) for dash in marks.get_segments()]
    marked = {(round(y), round(x)) for x, y in middles}
    limit = cells.get_clim()[0]
    assert marked == set(map(tuple, np.argwhere(cells.get_array() < 0.3 * limit).tolist()))


@SIDES
def test_kernel_is_between_the_sign_and_the_arrow(figure, side, n):
    kernel = by_gid(figure, f"kernel-{side}").axes
    sign, arrow = sorted(kernel.texts, key=lambda text: text.get_window_extent().x0)
    assert (sign.get_text(), arrow.get_text()) == (r"$\star$", "→")
    assert sign.get_window_extent().x1 < kernel.bbox.x0 < kernel.bbox.x1
    assert kernel.bbox.x1 < arrow.get_window_extent().x0


def test_panels_are_titled_above(figure):
    titles = {
        "slice": "Row 5 over time",
        "kernel": "Middle row of the kernel",
        "output": "Output centred on row 5",
    }
    for part, title in titles.items():
        (text,) = [text for text in figure.texts if text.get_text() == title]
        box, panel = text.get_window_extent(), by_gid(figure, f"{part}-right").axes.bbox
        assert box.x0 == pytest.approx(panel.x0, abs=2)
        assert box.y0 > panel.y1


def test_headings_state_the_responses(figure, numbers):
    right, left = peaks(numbers)
    headings = [text.get_text() for text in figure.texts if text.get_weight() == 600]
    assert headings == [
        "Video: a blob with a tail moves right along row 5",
        f"Moving right, like the kernel: every output frame peaks at {right.min():.2f} or more",
        f"Frames reversed, moving left: every output frame peaks at {left.max():.2f} or less",
    ]


def test_strip_and_responses_end_at_one_edge(figure):
    right = [by_gid(figure, gid).axes.bbox.x1 for gid in ("frame-6", "output-right", "output-left")]
    assert right == pytest.approx([right[0]] * 3, abs=1)


@SIDES
def test_axes_are_labelled(figure, side, n):
    cells = by_gid(figure, f"slice-{side}").axes
    output = by_gid(figure, f"output-{side}").axes
    assert (cells.get_xlabel(), cells.get_ylabel()) == ("column", "frame")
    assert (output.get_xlabel(), output.get_ylabel()) == ("window’s first column", "first frame")
    assert cells.get_yticks().tolist() == [0, 2, 4, 6]
    assert output.get_yticks().tolist() == [0, 2, 4]
    assert cells.get_xticks().tolist() == [0, 5, 16]
    assert output.get_xticks().tolist() == [0, 5, 10]
    for place, label in tick_labels(figure):
        assert float(label.replace("−", "-")) == pytest.approx(place, abs=1e-12)


def test_caption_and_alt_numbers_match(prompt, numbers):
    right, left = peaks(numbers).round(2)
    reversed_response = numbers.responses[1, 2, numbers.column].round(2)
    assert numbers_in(prompt.caption) == [
        5, right.min(), left.max(), 5, 3, 5, 7, 0, right[2], reversed_response,
        *numbers.videos.shape, *numbers.weight.shape, *numbers.output.shape, -0.3,
    ]  # fmt: skip
    assert numbers_in(prompt.alt) == []


def test_description_numbers_match(prompt, numbers):
    heads = numbers.videos[0, 0].max(axis=1).argmax(axis=1)
    right, left = peaks(numbers).round(2)
    added, lost = numbers.by_frame.round(2)
    reversed_response = numbers.responses[1, 2, numbers.column].round(2)
    assert numbers_in(prompt.description) == [
        7, 11, 17, heads[0], heads[-1], 2, 4, 3, 7, 5, 11,
        5, 3, 7, right[2], 2, added[0], 3, added[1], 4, added[2],
        reversed_response, lost[0], 2, lost[1], 3, lost[2], 4, 5, 11,
        right.min(), right.max(), left.min(), left.max(),
    ]  # fmt: skip


@image_test("conv3d_motion")
def test_picture(picture):
    return picture
