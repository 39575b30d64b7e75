"""Tests of pooling_window_stride."""

import numpy as np
import pytest
import torch
from figure_gate.check_palette import contrast
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import same_color, to_hex

from figurepress import look
from lecture.pooling import average_pool, max_pool, windows
from scripts.pooling_window_stride import MARKED
from tests.support.artists import all_by_gid, assert_shows, by_gid, written
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in
from tests.support.random_arrays import whole_arrays

MAPS = ("map", "average", "maximum")
few = settings(max_examples=60)


@st.composite
def poolings(draw):
    """A map (H, W), a window k that fits into it, and a stride s."""
    k, s = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    shape = draw(st.tuples(st.integers(k, 9), st.integers(k, 9)))
    return draw(whole_arrays(shape, 1000)), k, s


def windows_by_hand(feature_map, k, s):
    """All windows (H_out, W_out, k^2), cell by cell, by definition."""
    height, width = feature_map.shape
    return np.array(
        [
            [
                [feature_map[i + di, j + dj] for di in range(k) for dj in range(k)]
                for j in range(0, width - k + 1, s)
            ]
            for i in range(0, height - k + 1, s)
        ]
    )


def squares(figure, name):
    """The nine squares of a map (3, 3): windows of the feature map, or single results."""
    return [[by_gid(figure, f"{name}-{i}-{j}") for j in range(3)] for i in range(3)]


def drawn(figure, name):
    """The cells of a map as one matrix."""
    return np.block([[square.get_array().data for square in row] for row in squares(figure, name)])


def text_of(figure, words):
    """The one text with these words."""
    (found,) = figure.findobj(lambda text: hasattr(text, "get_text") and text.get_text() == words)
    return found


def axes_of(figure, name):
    """The panel of the marked square of a map."""
    i, j = MARKED
    return squares(figure, name)[i][j].axes


@pytest.mark.claim("average")
def test_average_is_the_mean_of_each_window(figure, numbers):
    k, s = numbers.window, numbers.stride
    expected = windows_by_hand(drawn(figure, "map"), k, s).sum(axis=-1) / k**2
    assert drawn(figure, "average").tolist() == expected.tolist()


@pytest.mark.claim("average")
@given(poolings())
@few
def test_average_is_the_mean_for_any_map(pooling):
    expected = windows_by_hand(*pooling).mean(axis=-1)
    np.testing.assert_allclose(average_pool(*pooling), expected, rtol=1e-13, atol=1e-12)


@pytest.mark.claim("maximum")
def test_maximum_is_the_largest_of_each_window(figure, numbers):
    k, s = numbers.window, numbers.stride
    expected = windows_by_hand(drawn(figure, "map"), k, s).max(axis=-1)
    assert drawn(figure, "maximum").tolist() == expected.tolist()


@pytest.mark.claim("maximum")
@given(poolings())
@few
def test_maximum_is_the_largest_for_any_map(pooling):
    assert max_pool(*pooling).tolist() == windows_by_hand(*pooling).max(axis=-1).tolist()


def uses(shape, k, s):
    """How many windows contain each cell: a 1 in it adds 1/k^2 to the mean of each of them."""
    pulses = np.eye(shape[0] * shape[1]).reshape(-1, *shape)
    return np.array([average_pool(pulse, k, s).sum() * k**2 for pulse in pulses]).reshape(shape)


@pytest.mark.claim("windows-tile")
def test_windows_tile_the_map(numbers):
    used = uses(numbers.feature_map.shape, numbers.window, numbers.stride)
    assert (used == 1).all(), f"cells lie in so many windows:\n{used}"


@pytest.mark.claim("windows-tile")
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))
@few
def test_stride_equal_to_window_tiles_any_map(k, rows, columns):
    np.testing.assert_allclose(uses((k * rows, k * columns), k, k), 1, rtol=1e-12)


@pytest.mark.claim("windows-tile")
def test_smaller_stride_uses_cells_again(numbers):
    used = uses(numbers.feature_map.shape, numbers.window, numbers.stride - 1)
    assert used[1:-1, 1:-1].tolist() == np.full((4, 4), 4.0).tolist()


@pytest.mark.claim("windows-tile")
@pytest.mark.parametrize("name", MAPS)
def test_squares_are_evenly_apart(figure, name):
    boxes = [[square.axes.get_window_extent() for square in row] for row in squares(figure, name)]
    left, right = np.array([[(box.x0, box.x1) for box in row] for row in boxes]).transpose(2, 0, 1)
    low, high = np.array([[(box.y0, box.y1) for box in row] for row in boxes]).transpose(2, 0, 1)
    gaps = [left[:, 1:] - right[:, :-1], (low[:-1] - high[1:]).T]
    assert np.min(gaps) > 0.05 * figure.dpi, "windows are not seen to be apart"
    assert np.ptp(gaps) < 1, "windows are not evenly apart"
    assert np.ptp([left, right], axis=1).max() < 1e-6, "windows are not in columns"
    assert np.ptp([low, high], axis=2).max() < 1e-6, "windows are not in rows"


@pytest.mark.claim("windows-tile")
def test_results_are_as_large_as_windows(figure):
    sizes = {
        tuple(np.round(square.axes.get_window_extent().size, 3))
        for name in MAPS
        for row in squares(figure, name)
        for square in row
    }
    assert len(sizes) == 1


@pytest.mark.claim("max-dominates")
def test_maximum_dominates_the_average(figure, numbers):
    average, maximum = drawn(figure, "average"), drawn(figure, "maximum")
    constant = np.ptp(numbers.windows, axis=(2, 3)) == 0
    assert (maximum >= average).all()
    assert (maximum == average).tolist() == constant.tolist()
    assert constant.sum() == 1


@pytest.mark.claim("max-dominates")
@given(poolings())
@few
def test_maximum_dominates_for_any_map(pooling):
    average, maximum = average_pool(*pooling), max_pool(*pooling)
    constant = np.ptp(windows_by_hand(*pooling), axis=-1) == 0
    assert (maximum[~constant] > average[~constant]).all()
    np.testing.assert_allclose(maximum[constant], average[constant], rtol=1e-13)


@pytest.mark.claim("window-to-results")
def test_framed_window_has_the_framed_results(figure):
    assert by_gid(figure, "window").axes is axes_of(figure, "map")
    results = [frame.axes for frame in all_by_gid(figure, "result")]
    assert results == [axes_of(figure, "average"), axes_of(figure, "maximum")]


@pytest.mark.claim("window-to-results")
def test_frame_encloses_its_square_and_no_other(figure):
    frames = [by_gid(figure, "window"), *all_by_gid(figure, "result")]
    for name, frame in zip(MAPS, frames, strict=True):
        box, inner = frame.get_window_extent(), frame.axes.get_window_extent()
        assert box.x0 < inner.x0 < inner.x1 < box.x1, name
        assert box.y0 < inner.y0 < inner.y1 < box.y1, name
        others = [s.axes for row in squares(figure, name) for s in row if s.axes is not frame.axes]
        assert not any(box.overlaps(other.get_window_extent()) for other in others), name


@pytest.mark.claim("window-to-results")
@given(poolings())
@few
def test_windows_are_those_of_the_results(pooling):
    _, k, _ = pooling
    found = windows(*pooling)
    assert found.shape == (*max_pool(*pooling).shape, k, k)
    flat = found.reshape(*found.shape[:2], k * k)
    assert flat.tolist() == windows_by_hand(*pooling).tolist()


@pytest.mark.claim("window-to-results")
def test_one_line_forks_to_the_results(figure):
    figure.draw_without_rendering()
    leads = all_by_gid(figure, "lead")
    paths = [figure.transFigure.transform(lead.get_path().vertices[:4]) for lead in leads]
    start, corner, turn, end = np.swapaxes(paths, 0, 1)  # of both leads
    assert [lead.coords1 for lead in leads] == [axes_of(figure, "map").transAxes] * 2
    assert [lead.coords2 for lead in leads] == [
        axes_of(figure, name).transAxes for name in ("average", "maximum")
    ]
    assert {(lead.xy1[0], lead.xy2[0]) for lead in leads} == {(0.5, 0.5)}
    np.testing.assert_allclose(start[0], start[1], atol=0.5)
    np.testing.assert_allclose(corner[0], corner[1], atol=0.5, err_msg="two lines leave the window")
    np.testing.assert_allclose(corner[:, 1], turn[:, 1], atol=0.5, err_msg="the line is not level")
    assert (end[:, 1] > turn[:, 1] + 0.1 * figure.dpi).all(), "the arrows do not point up"


@pytest.mark.claim("ring-is-largest")
def test_ringed_cells_are_the_largest_of_their_window(figure):
    rings = all_by_gid(figure, "largest")
    for row in squares(figure, "map"):
        for square in row:
            cells = square.get_array()
            ringed = [r.get_center()[::-1] for r in rings if r.axes is square.axes]
            assert ringed == [tuple(place) for place in np.argwhere(cells == cells.max())]
    assert len(rings) == 8 + 4  # all four in the constant window


@pytest.mark.claim("ring-is-largest")
def test_rings_leave_the_colour_of_the_cell(figure):
    assert not any(ring.get_fill() for ring in all_by_gid(figure, "largest"))


@pytest.mark.claim("ring-is-largest")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rings_are_seen_on_their_cells(drawings, numbers, theme):
    figure = drawings("pooling_window_stride").by_theme[theme].figure
    found = squares(figure, "map")
    for i, j in np.ndindex(3, 3):
        square = found[i][j]
        cell = to_hex(square.cmap(square.norm(numbers.maximum[i, j])))
        rings = [ring for ring in all_by_gid(figure, "largest") if ring.axes is square.axes]
        for ring in rings:
            (number,) = [t for t in ring.axes.texts if t.get_position() == ring.get_center()]
            assert same_color(ring.get_edgecolor(), number.get_color()), (i, j)
            assert contrast(to_hex(ring.get_edgecolor()), cell) > 3, (i, j)
            assert ring.get_linewidth() == look.FINE


@pytest.mark.claim("ring-is-largest")
def test_ring_is_explained_below_the_map(figure):
    words = text_of(figure, "ring: max").get_window_extent()
    corner = squares(figure, "map")[2][0].axes.get_window_extent()
    assert words.y1 < corner.y0
    assert words.x0 == pytest.approx(corner.x0, abs=3)


@pytest.mark.claim("matches-torch")
def test_matches_torch(figure, numbers):
    feature_map = torch.tensor(drawn(figure, "map"))[None]
    k, s = numbers.window, numbers.stride
    average, maximum = torch.nn.AvgPool2d(k, s), torch.nn.MaxPool2d(k, s)
    assert drawn(figure, "average").tolist() == average(feature_map)[0].tolist()
    assert drawn(figure, "maximum").tolist() == maximum(feature_map)[0].tolist()


@pytest.mark.parametrize("name", MAPS)
def test_every_cell_shows_and_writes_its_number(figure, numbers, name):
    limits = (0, numbers.feature_map.max())
    found = squares(figure, name)
    for i, j in np.ndindex(3, 3):
        cells = np.atleast_2d(getattr(numbers, "windows" if name == "map" else name)[i, j])
        assert_shows(found[i][j], cells, limits)
        assert written(found[i][j]) == [[f"{value:g}" for value in row] for row in cells]


def test_cells_have_the_sequential_colors(figure):
    with look.theme("light"):
        expected = look.sequential()
    for name in MAPS:
        assert all(square.get_cmap() == expected for row in squares(figure, name) for square in row)


def test_windows_are_those_of_the_map(figure, numbers):
    assert drawn(figure, "map").tolist() == numbers.feature_map.tolist()


def test_titles_state_which_values_count(figure):
    titles = [squares(figure, name)[0][0].axes.get_title("left") for name in MAPS]
    assert titles == [
        r"Map $\mathbfit{M}$, 6 × 6, windows 2 × 2",
        "Average pooling: all values count",
        "Max pooling: one value counts",
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("average", "(1 + 3 + 0 + 8) / 4 = 3"),
        ("maximum", "max(1, 3, 0, 8) = 8"),
    ],
)
def test_words_below_a_map_state_the_result_of_the_window(figure, name, words):
    axes = axes_of(figure, name)
    box, square = text_of(figure, words).get_window_extent(), axes.get_window_extent()
    assert box.y1 < square.y0
    assert box.x1 < (square.x0 + square.x1) / 2


def test_dashed_frame_is_the_window_before_the_marked_one(figure):
    frame, (i, j) = by_gid(figure, "window-before"), MARKED
    assert frame.axes is squares(figure, "map")[i][j - 1].axes
    assert frame.get_linestyle() == "--"
    window = by_gid(figure, "window")
    assert frame.get_bbox().bounds == window.get_bbox().bounds


def test_arrow_leads_from_window_to_next_window(figure, numbers):
    arrow = by_gid(figure, "stride")
    start, end = arrow.coords1.transform(arrow.xy1), arrow.coords2.transform(arrow.xy2)
    before, window = (by_gid(figure, gid) for gid in ("window-before", "window"))
    figure.draw_without_rendering()
    assert (arrow.shrinkA, arrow.shrinkB) == (0, 0)
    assert start[0] == pytest.approx(before.get_window_extent().x0, abs=0.1)
    assert end[0] == pytest.approx(window.get_window_extent().x0, abs=0.1)
    assert start[1] == pytest.approx(end[1])
    words = text_of(figure, f"stride {numbers.stride}").get_window_extent()
    assert words.y1 < start[1] < before.get_window_extent().y0
    assert (words.x0 + words.x1) / 2 == pytest.approx((start[0] + end[0]) / 2, abs=0.5)


def test_fields_have_their_shape_and_type(numbers):
    assert (numbers.window, numbers.stride) == (2, 2)
    arrays = {"feature_map": (6, 6), "windows": (3, 3, 2, 2), "average": (3, 3), "maximum": (3, 3)}
    for name, shape in arrays.items():
        assert getattr(numbers, name).shape == shape, name
        assert getattr(numbers, name).dtype == np.float64, name


def test_caption_numbers_match(prompt, numbers):
    [equal] = numbers.average[numbers.average == numbers.maximum]
    assert numbers_in(prompt.caption) == [
        numbers.window, numbers.stride, *numbers.feature_map.shape, numbers.average.size,
        numbers.average[MARKED], numbers.maximum[MARKED], equal,
    ]  # fmt: skip


def test_alt_numbers_match(prompt, numbers):
    assert numbers_in(prompt.alt) == [
        *numbers.feature_map.shape, numbers.window, numbers.window, *numbers.average.shape,
        numbers.average[MARKED], numbers.maximum[MARKED],
    ]  # fmt: skip


def test_description_numbers_match(prompt, numbers):
    [equal] = numbers.average[numbers.average == numbers.maximum]
    assert numbers_in(prompt.description) == [
        *numbers.feature_map.shape, numbers.window, numbers.window, *numbers.average.shape,
        *numbers.windows[MARKED].ravel(), numbers.average[MARKED], numbers.maximum[MARKED],
        *numbers.average.ravel(), *numbers.maximum.ravel(), equal,
    ]  # fmt: skip


@image_test("pooling_window_stride")
def test_picture(picture):
    return picture
