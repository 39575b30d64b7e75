"""Guards of pooling_window_stride."""

import numpy as np
import pytest
import torch
from tests.support.artists import assert_shows, mesh, texts, written
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.support.pictures import image_test
from scripts.pooling_window_stride import average_pool, draw, max_pool, windows_of
from tests.support.words import numbers_in

PANELS = ("Feature map", "Average pooling", "Max pooling")
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


def squares(figure, panel):
    """What a panel draws apart, (3, 3): windows of the map, or single results."""
    return [[mesh(figure, f"{panel} {i}, {j}") for j in range(3)] for i in range(3)]


def drawn(figure, panel):
    """The cells of a panel as one matrix."""
    return np.block([[square.get_array().data for square in row] for row in squares(figure, panel)])


def test_drawn_windows_are_two_by_two_with_stride_two(numbers):
    assert (numbers.window, numbers.stride) == (2, 2)
    assert numbers.feature_map.shape == (6, 6)
    assert numbers.average.shape == numbers.maximum.shape == (3, 3)


@pytest.mark.claim("average")
def test_average_is_the_mean_of_each_window(figure, numbers):
    k, s = numbers.window, numbers.stride
    expected = windows(drawn(figure, "Feature map"), k, s).sum(axis=-1) / k**2
    assert drawn(figure, "Average pooling").tolist() == expected.tolist()


@pytest.mark.claim("average")
@given(poolings())
@few
def test_average_for_any_map_window_and_stride(pooling):
    expected = windows(*pooling).mean(axis=-1)
    np.testing.assert_allclose(average_pool(*pooling), expected, rtol=1e-13, atol=1e-12)


@pytest.mark.claim("maximum")
def test_maximum_is_the_largest_of_each_window(figure, numbers):
    expected = windows(drawn(figure, "Feature map"), numbers.window, numbers.stride).max(axis=-1)
    assert drawn(figure, "Max pooling").tolist() == expected.tolist()


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
@pytest.mark.parametrize("panel", PANELS)
def test_windows_are_drawn_apart_in_rows_and_columns(figure, panel):
    boxes = [[square.axes.get_window_extent() for square in row] for row in squares(figure, panel)]
    x = np.array([[(box.x0, box.x1) for box in row] for row in boxes])
    y = np.array([[(box.y0, box.y1) for box in row] for row in boxes])
    gaps = [x[:, 1:, 0] - x[:, :-1, 1], (y[:-1, :, 0] - y[1:, :, 1]).T]
    assert np.min(gaps) > 0.05 * figure.dpi, "windows are not seen to be apart"
    assert np.ptp(gaps) < 1, "windows are not evenly apart"
    for rows_agree in (x, y.swapaxes(0, 1)):
        assert np.ptp(rows_agree, axis=0).max() < 1e-6


@pytest.mark.claim("max-dominates")
def test_maximum_dominates_the_average(figure, numbers):
    average, maximum = drawn(figure, "Average pooling"), drawn(figure, "Max pooling")
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


def framed(figure):
    """The squares with a frame round them, by panel."""
    return {
        panel: [
            square
            for row in squares(figure, panel)
            for square in row
            if any(patch.get_label() == "window" for patch in square.axes.patches)
        ]
        for panel in PANELS
    }


@pytest.mark.claim("window-to-results")
def test_framed_window_gives_the_framed_results(figure):
    [window], [mean], [largest] = framed(figure).values()
    cells = window.get_array().ravel().tolist()
    assert mean.get_array().tolist() == [[sum(cells) / len(cells)]]
    assert largest.get_array().tolist() == [[max(cells)]]


@pytest.mark.claim("window-to-results")
def test_window_and_results_at_the_marked_place_are_framed(figure, numbers):
    i, j = numbers.marked
    assert framed(figure) == {panel: [squares(figure, panel)[i][j]] for panel in PANELS}


@pytest.mark.claim("window-to-results")
def test_frames_run_between_the_squares(figure):
    for panel, [square] in framed(figure).items():
        [frame] = square.axes.patches
        box, inner = frame.get_window_extent(), square.axes.get_window_extent()
        others = [other for row in squares(figure, panel) for other in row if other is not square]
        assert box.x0 < inner.x0 < inner.x1 < box.x1
        assert box.y0 < inner.y0 < inner.y1 < box.y1
        assert not any(box.overlaps(other.axes.get_window_extent()) for other in others), panel


@pytest.mark.claim("window-to-results")
@given(poolings())
@few
def test_windows_are_those_of_the_results(pooling):
    k = pooling[1]
    found = windows_of(*pooling)
    assert found.shape == (*max_pool(*pooling).shape, k, k)
    assert found.reshape(*found.shape[:2], k * k).tolist() == windows(*pooling).tolist()


@pytest.mark.claim("window-to-results")
def test_one_line_leads_from_the_window_and_forks_to_its_results(figure):
    [window], *results = framed(figure).values()
    figure.draw_without_rendering()
    corners = [
        figure.transFigure.transform(lead.get_path().vertices[:4]) for lead in figure.artists
    ]
    for lead, [result] in zip(figure.artists, results, strict=True):
        assert lead.get_label() == "lead"
        ends = (window.axes.transAxes, result.axes.transAxes)
        assert (lead.coords1, lead.coords2) == ends
        assert lead.xy1 == lead.xy2
        assert lead.xy1[0] == 0.5, "the line does not leave and arrive in the middle"
    (start, corner, turn, _), (start_, corner_, turn_, _) = corners
    np.testing.assert_allclose(start, start_, atol=1e-6)
    np.testing.assert_allclose(corner, corner_, atol=0.5, err_msg="two lines leave the window")
    assert corner[1] == pytest.approx(turn[1], abs=0.5), "the line is not level"
    assert turn[1] == pytest.approx(turn_[1], abs=0.5), "the line does not fork, it breaks"


@pytest.mark.claim("matches-torch")
def test_matches_torch(figure, numbers):
    feature_map = torch.tensor(drawn(figure, "Feature map"))[None, None]
    columns = torch.nn.functional.unfold(feature_map, numbers.window, stride=numbers.stride)
    average, maximum = columns.mean(dim=1).view(3, 3), columns.amax(dim=1).view(3, 3)
    assert drawn(figure, "Average pooling").tolist() == average.tolist()
    assert drawn(figure, "Max pooling").tolist() == maximum.tolist()
    assert torch.nn.AvgPool2d(numbers.window)(feature_map)[0, 0].tolist() == average.tolist()
    assert torch.nn.MaxPool2d(numbers.window)(feature_map)[0, 0].tolist() == maximum.tolist()


def test_every_cell_is_drawn_and_written(figure, numbers):
    k, limits = numbers.window, (0, numbers.feature_map.max())
    for panel, matrix, size in zip(
        PANELS, (numbers.feature_map, numbers.average, numbers.maximum), (k, 1, 1), strict=True
    ):
        for (i, j), _ in np.ndenumerate(numbers.maximum):
            block = matrix[size * i : size * (i + 1), size * j : size * (j + 1)]
            square = squares(figure, panel)[i][j]
            assert_shows(square, block, limits)
            assert written(square) == [[f"{value:g}" for value in row] for row in block]
        titles = [
            [square.axes.get_title("left") for square in row] for row in squares(figure, panel)
        ]
        rows, columns = matrix.shape
        assert titles == [[f"{panel}, {rows} × {columns}", "", ""], [""] * 3, [""] * 3]


def test_sentences_tell_the_marked_window(figure, numbers):
    [window], [mean], [largest] = framed(figure).values()
    cells = numbers.windows[tuple(numbers.marked)].ravel()
    k, terms = numbers.window, [f"{value:g}" for value in cells]
    sentences = {
        window: f"window {k} × {k}, stride {numbers.stride}",
        mean: f"({' + '.join(terms)}) / {k**2} = {cells.sum() / k**2:g}",
        largest: f"max ({', '.join(terms)}) = {cells.max():g}",
    }
    for square, sentence in sentences.items():
        assert [text.get_text() for text in square.axes.texts if " " in text.get_text()] == [
            sentence
        ]
    assert sum(" " in text for text in texts(figure)) == 3


def test_words_tell_the_numbers(prompt, numbers):
    (i, j), k, s = numbers.marked, numbers.window, numbers.stride
    mean, largest = numbers.average[i, j], numbers.maximum[i, j]
    [equal] = numbers.average[numbers.average == numbers.maximum]
    sizes = [*numbers.feature_map.shape, numbers.average.size]
    assert numbers_in(prompt.caption) == [k, s, *sizes, mean, largest, equal]
    assert numbers_in(prompt.alt) == [
        *numbers.feature_map.shape, k, k, *numbers.average.shape, *numbers.windows[i, j].ravel(),
        mean, largest, *numbers.average.ravel(), *numbers.maximum.ravel(), equal,
    ]  # fmt: skip


@image_test("pooling_window_stride")
def test_picture(numbers, theme):
    return draw(numbers)
