"""Guards of pooling_window_stride."""

import numpy as np
import pytest
import torch
from artists import assert_shows, lines, mesh, texts, written
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pictures import image_test
from pooling_window_stride import average_pool, draw, max_pool, window_corner
from words import numbers_in

PANELS = ("feature map", "average pooling", "max pooling")
few = settings(max_examples=60, deadline=None)
cells = st.integers(-1000, 1000).map(float)


@st.composite
def poolings(draw):
    """A map (H, W), a window k that fits into it, and a stride s."""
    k, s = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    shape = draw(st.tuples(st.integers(k, 9), st.integers(k, 9)))
    return draw(arrays(np.float64, shape, elements=cells)), k, s


def windows(feature_map, k, s):
    """All windows (H_out, W_out, k^2), cell by cell from the definition."""
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


def drawn(figure, panel):
    return mesh(figure, panel).get_array().data


def test_drawn_windows_are_two_by_two_with_stride_two(numbers):
    assert (numbers.window, numbers.stride) == (2, 2)
    assert numbers.feature_map.shape == (6, 6)
    assert numbers.average.shape == numbers.maximum.shape == (3, 3)


@pytest.mark.claim("average")
def test_average_is_the_mean_of_each_window(figure, numbers):
    k, s = numbers.window, numbers.stride
    expected = windows(drawn(figure, "feature map"), k, s).sum(axis=-1) / k**2
    assert drawn(figure, "average pooling").tolist() == expected.tolist()


@pytest.mark.claim("average")
@given(poolings())
@few
def test_average_for_any_map_window_and_stride(pooling):
    expected = windows(*pooling).mean(axis=-1)
    np.testing.assert_allclose(average_pool(*pooling), expected, rtol=1e-13, atol=1e-12)


@pytest.mark.claim("maximum")
def test_maximum_is_the_largest_of_each_window(figure, numbers):
    expected = windows(drawn(figure, "feature map"), numbers.window, numbers.stride).max(axis=-1)
    assert drawn(figure, "max pooling").tolist() == expected.tolist()


@pytest.mark.claim("maximum")
@given(poolings())
@few
def test_maximum_for_any_map_window_and_stride(pooling):
    assert max_pool(*pooling).tolist() == windows(*pooling).max(axis=-1).tolist()


def uses(shape, k, s):
    """In how many windows each cell lies: a 1 there adds 1/k^2 to each of their means."""
    pulses = np.eye(shape[0] * shape[1]).reshape(-1, *shape)
    return np.array([average_pool(pulse, k, s).sum() * k**2 for pulse in pulses]).reshape(shape)


@pytest.mark.claim("windows-tile")
def test_windows_tile_the_map(numbers):
    used = uses(numbers.feature_map.shape, numbers.window, numbers.stride)
    assert (used == 1).all(), f"cells lie in so many windows:\n{used}"


@pytest.mark.claim("windows-tile")
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))
@few
def test_equal_stride_and_window_tile_any_map(k, rows, columns):
    np.testing.assert_allclose(uses((k * rows, k * columns), k, k), 1, rtol=1e-12)


@pytest.mark.claim("windows-tile")
def test_smaller_stride_uses_cells_again(numbers):
    used = uses(numbers.feature_map.shape, numbers.window, numbers.stride - 1)
    assert used[1:-1, 1:-1].tolist() == np.full((4, 4), 4.0).tolist()


@pytest.mark.claim("windows-tile")
def test_gaps_part_the_windows(figure, numbers):
    """The lines between windows stand at the edges of windows, and at the edges of results."""
    for axes, size, step in zip(figure.axes, (6, 3, 3), (numbers.stride, 1, 1), strict=True):
        edges = np.arange(0, size + 1, step) - 0.5
        gaps = [gap for gap in axes.lines if gap.get_label() == "gap"]
        across = [gap.get_ydata()[0] for gap in gaps if list(gap.get_xdata()) == [0, 1]]
        down = [gap.get_xdata()[0] for gap in gaps if list(gap.get_ydata()) == [0, 1]]
        assert across == down == edges.tolist(), f"{axes.get_title()}: gaps at {across}, {down}"
    assert len(lines(figure, "gap")) == 2 * (4 + 4 + 4)


@pytest.mark.claim("max-dominates")
def test_maximum_dominates_the_average(figure, numbers):
    average, maximum = drawn(figure, "average pooling"), drawn(figure, "max pooling")
    constant = np.ptp(windows(numbers.feature_map, numbers.window, numbers.stride), axis=-1) == 0
    assert (maximum >= average).all()
    assert (maximum == average).tolist() == constant.tolist()
    assert constant.sum() == 1


@pytest.mark.claim("max-dominates")
@given(poolings())
@few
def test_maximum_dominates_for_any_map(pooling):
    average, maximum = average_pool(*pooling), max_pool(*pooling)
    constant = np.ptp(windows(*pooling), axis=-1) == 0
    assert (maximum[~constant] > average[~constant]).all()
    np.testing.assert_allclose(maximum[constant], average[constant], rtol=1e-13)


def frames(figure):
    """Per panel the framed rectangles as x, y, width, height."""
    return [
        [patch.get_bbox().bounds for patch in axes.patches if patch.get_label() == "window"]
        for axes in figure.axes
    ]


@pytest.mark.claim("window-to-results")
def test_framed_window_gives_the_framed_results(figure, numbers):
    [(x, y, width, height)], *results = frames(figure)
    assert (width, height) == (numbers.window, numbers.window)
    row, column = int(y + 0.5), int(x + 0.5)
    framed = drawn(figure, "feature map")[row : row + int(height), column : column + int(width)]
    assert (x, y) == (column - 0.5, row - 0.5), "the frame runs through cells"
    assert framed.ravel().tolist() == numbers.marked_values.tolist()
    for panel, value, [(x, y, width, height)] in zip(
        PANELS[1:], (framed.sum() / framed.size, framed.max()), results, strict=True
    ):
        assert (width, height) == (1, 1)
        assert (x + 0.5, y + 0.5) == (column / numbers.stride, row / numbers.stride)
        assert drawn(figure, panel)[int(y + 0.5), int(x + 0.5)] == value


@pytest.mark.claim("window-to-results")
def test_frames_stand_at_the_marked_window(figure, numbers):
    (row, column), (i, j) = numbers.marked_corner, numbers.marked
    assert (row, column) == (i * numbers.stride, j * numbers.stride)
    assert frames(figure) == [
        [(column - 0.5, row - 0.5, numbers.window, numbers.window)],
        [(j - 0.5, i - 0.5, 1, 1)],
        [(j - 0.5, i - 0.5, 1, 1)],
    ]


@pytest.mark.claim("window-to-results")
@given(poolings(), st.data())
@few
def test_result_is_that_of_the_window_at_its_corner(pooling, data):
    feature_map, k, s = pooling
    maximum = max_pool(*pooling)
    result = np.array([data.draw(st.integers(0, size - 1)) for size in maximum.shape])
    row, column = window_corner(result, s)
    assert feature_map[row : row + k, column : column + k].max() == maximum[tuple(result)]
    assert window_corner(result, s).tolist() == [s * result[0], s * result[1]]


@pytest.mark.claim("window-to-results")
def test_leads_run_from_the_window_to_its_results(figure):
    source, *results = figure.axes
    [(x, y, width, height)], *framed = frames(figure)
    leads = {lead.get_label(): lead for lead in figure.artists}
    assert list(leads) == ["mean of", "largest of"]
    starts = [lead.xy1 for lead in leads.values()]
    assert all(x < start[0] < x + width and start[1] == y + height for start in starts), starts
    assert starts[0] != starts[1], "both lines leave the window at one point"
    for lead, axes, [(x, y, width, height)] in zip(leads.values(), results, framed, strict=True):
        assert lead.coords1 == source.transData
        assert lead.coords2 == axes.transData
        assert lead.xy2 == (x + width / 2, y + height)


@pytest.mark.claim("matches-torch")
def test_matches_torch(figure, numbers):
    feature_map = torch.tensor(drawn(figure, "feature map"))[None, None]
    columns = torch.nn.functional.unfold(feature_map, numbers.window, stride=numbers.stride)
    average, maximum = columns.mean(dim=1).view(3, 3), columns.amax(dim=1).view(3, 3)
    assert drawn(figure, "average pooling").tolist() == average.tolist()
    assert drawn(figure, "max pooling").tolist() == maximum.tolist()
    assert torch.nn.AvgPool2d(numbers.window)(feature_map)[0, 0].tolist() == average.tolist()
    assert torch.nn.MaxPool2d(numbers.window)(feature_map)[0, 0].tolist() == maximum.tolist()


def test_every_cell_is_drawn_and_written(figure, numbers):
    limits = (0, numbers.feature_map.max())
    for panel, axes, matrix in zip(
        PANELS, figure.axes, (numbers.feature_map, numbers.average, numbers.maximum), strict=True
    ):
        grid = mesh(figure, panel)
        assert grid.axes is axes
        assert_shows(grid, matrix, limits)
        assert written(grid) == [[f"{value:g}" for value in row] for row in matrix]
        rows, columns = matrix.shape
        assert axes.get_title("left") == f"{panel}, {rows} × {columns}"


def test_sentences_tell_the_marked_window(figure, numbers):
    i, j = numbers.marked
    values = numbers.marked_values.tolist()
    window, mean, largest = [text for text in texts(figure) if " " in text]
    assert window.startswith("window")
    assert numbers_in(window) == [numbers.window, numbers.window, numbers.stride]
    assert mean.startswith("mean of")
    assert numbers_in(mean) == [*values, numbers.average[i, j]]
    assert largest.startswith("largest of")
    assert numbers_in(largest) == [*values, numbers.maximum[i, j]]


def test_words_tell_the_numbers(prompt, numbers):
    (i, j), k, s = numbers.marked, numbers.window, numbers.stride
    mean, largest = numbers.average[i, j], numbers.maximum[i, j]
    [equal] = numbers.average[numbers.average == numbers.maximum]
    sizes = [*numbers.feature_map.shape, numbers.average.size]
    assert numbers_in(prompt.caption) == [k, s, *sizes, mean, largest, equal]
    assert numbers_in(prompt.alt) == [
        *numbers.feature_map.shape, k, k, *numbers.average.shape, *numbers.marked_values,
        mean, largest, *numbers.average.ravel(), *numbers.maximum.ravel(), equal,
    ]  # fmt: skip


@image_test("pooling_window_stride")
def test_picture(numbers, theme):
    return draw(numbers)
