"""Tests of global_pooling_variants."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.colors import to_hex
from scipy.stats import rankdata

from figurepress import look
from scripts.global_pooling_variants import rank
from tests.support.artists import by_gid
from tests.support.pictures import image_test
from tests.support.words import numbers_in

CHANNELS = pytest.mark.parametrize("c", range(3), ids=["channel 1", "channel 2", "channel 3"])
RULES = pytest.mark.parametrize(
    ("rule", "field"), [("average", "average"), ("max", "maximum")], ids=["average", "max"]
)


def bars(figure, rule):
    """The lengths (3) of a rule's bars, channel by channel."""
    found = [by_gid(figure, f"{rule}-{c}") for c in range(3)]
    assert [bar.get_x() for bar in found] == [0, 0, 0], f"{rule}: a bar does not begin at 0"
    return np.array([bar.get_width() for bar in found])


def drawn_maps(figure):
    """The numbers (3, 4, 4) that are drawn as cells."""
    return np.array([by_gid(figure, f"map-{c}").get_array() for c in range(3)])


def ranks(figure):
    """The drawn ranks (2, 3): by average and by maximum."""
    return np.transpose([by_gid(figure, f"ranks-{c}").get_ydata() for c in range(3)])


def text_of(figure, words):
    """The one text with these words."""
    (found,) = figure.findobj(lambda it: hasattr(it, "get_text") and it.get_text() == words)
    return found


@pytest.mark.claim("one-scalar-per-channel")
@RULES
def test_one_bar_per_channel(figure, numbers, rule, field):
    assert numbers.maps.shape == (3, 4, 4)
    assert getattr(numbers, field).shape == bars(figure, rule).shape == (3,)


@pytest.mark.claim("mean")
@CHANNELS
def test_average_bar_is_the_mean_of_all_cells(figure, c):
    cells = drawn_maps(figure)[c].ravel().tolist()
    assert bars(figure, "average")[c] == sum(cells) / len(cells)


@pytest.mark.claim("max")
@CHANNELS
def test_max_bar_is_the_largest_cell(figure, c):
    assert bars(figure, "max")[c] == sorted(drawn_maps(figure)[c].ravel().tolist())[-1]


@pytest.mark.claim("max")
@CHANNELS
def test_largest_cell_alone_is_framed(figure, c):
    ring, matrix = by_gid(figure, f"largest-{c}"), drawn_maps(figure)[c]
    column, row = np.add(ring.get_xy(), 0.5)
    assert (ring.get_width(), ring.get_height()) == (1, 1)
    assert matrix[int(row), int(column)] == matrix.max()
    assert np.count_nonzero(matrix == matrix.max()) == 1, "the largest value occurs twice"


@pytest.mark.claim("mean")
def test_number_of_cells_is_above_the_bars(figure):
    text, above = by_gid(figure, "cells"), by_gid(figure, "average-0").get_window_extent()
    assert (
        text.get_text() == f"average: all {drawn_maps(figure)[0].size} cells; max: the framed cell"
    )
    assert text.get_window_extent().y0 > above.y1
    assert text.get_window_extent().x0 == pytest.approx(above.x0, abs=3)


@pytest.mark.claim("max-dominates")
def test_max_bars_are_longer_on_the_same_scale(figure):
    assert (bars(figure, "max") > bars(figure, "average")).all()
    assert by_gid(figure, "max-0").axes is by_gid(figure, "average-0").axes


@pytest.mark.claim("rank-can-differ")
def test_first_by_one_rule_is_last_by_the_other(figure):
    average, maximum = bars(figure, "average"), bars(figure, "max")
    assert average.argmax() == maximum.argmin()
    assert maximum.argmax() == average.argmin()
    for values in (average, maximum):
        assert np.diff(np.sort(values)).min() >= 1, "two channels are too close to rank at a glance"


@pytest.mark.claim("rank-can-differ")
def test_ranks_are_those_of_the_bars(figure, numbers):
    expected = [rankdata(-bars(figure, rule)).tolist() for rule in ("average", "max")]
    assert ranks(figure).tolist() == expected
    assert [numbers.average_rank.tolist(), numbers.maximum_rank.tolist()] == expected


@pytest.mark.claim("rank-can-differ")
def test_lines_of_the_ranks_cross(figure):
    by_average, by_maximum = ranks(figure)
    order = np.argsort(by_average)
    assert by_maximum[order].tolist() == [3, 2, 1]


@CHANNELS
def test_lines_of_the_ranks_are_fine(figure, c):
    assert by_gid(figure, f"ranks-{c}").get_linewidth() == look.FINE


@CHANNELS
def test_ends_of_ranks_name_the_channel(figure, c):
    line = by_gid(figure, f"ranks-{c}")
    assert line.get_xdata() == pytest.approx([0, 1])
    for end, rule in enumerate(("average", "max")):
        text = by_gid(figure, f"ranks-{c}-{rule}")
        assert text.get_text() == f"{c + 1}"
        assert text.xy == tuple(line.get_xydata()[end])
        assert text.get_bbox_patch().get_facecolor() == line.axes.get_facecolor()


@pytest.mark.claim("rank-can-differ")
@pytest.mark.parametrize(("rank", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd")])
def test_ranks_are_numbered(figure, rank, words):
    box, axes = text_of(figure, words).get_window_extent(), by_gid(figure, "ranks-0").axes
    x, y = axes.transData.transform((0, rank))
    assert box.y0 < y < box.y1
    assert box.x1 < x


@pytest.mark.parametrize(("end", "words"), [(0, "by average"), (1, "by max")])
def test_ends_of_ranks_name_the_rule(figure, end, words):
    box, axes = text_of(figure, words).get_window_extent(), by_gid(figure, "ranks-0").axes
    x, y = axes.transData.transform((end, 1))
    assert (box.x0 + box.x1) / 2 == pytest.approx(x, abs=1)
    assert box.y0 > y


def test_rank_one_is_on_top(figure):
    assert by_gid(figure, "ranks-0").axes.yaxis_inverted()


@given(arrays(np.float64, st.integers(1, 8), elements=st.integers(-4, 4).map(float)))
def test_rank_of_any_values(values):
    assert rank(values).tolist() == rankdata(-values, method="min").tolist()


@pytest.mark.claim("matches-torch")
def test_matches_torch(figure):
    batch = torch.tensor(drawn_maps(figure))[None]
    average = torch.nn.functional.adaptive_avg_pool2d(batch, 1)
    maximum = torch.nn.functional.adaptive_max_pool2d(batch, 1)
    assert average.shape == maximum.shape == (1, 3, 1, 1)
    assert bars(figure, "average").tolist() == average.flatten().tolist()
    assert bars(figure, "max").tolist() == maximum.flatten().tolist()


@CHANNELS
def test_map_is_drawn_with_its_numbers(figure, numbers, c):
    mesh = by_gid(figure, f"map-{c}")
    assert mesh.get_array().tolist() == numbers.maps[c].tolist()
    assert mesh.get_clim() == (0, 8)
    assert mesh.axes.yaxis_inverted(), "row 0 is not on top"
    written = {text.get_position(): text.get_text() for text in mesh.axes.texts}
    for (i, j), value in np.ndenumerate(numbers.maps[c]):
        assert written[j, i] == f"{value:g}"
    assert by_gid(figure, f"map-{c}-words").get_text() == f"channel {c + 1}"


@CHANNELS
@RULES
def test_bar_is_named_with_its_number(figure, numbers, c, rule, field):
    value = getattr(numbers, field)[c]
    bar, text = by_gid(figure, f"{rule}-{c}"), by_gid(figure, f"{rule}-{c}-words")
    assert text.get_text() == f"{rule} {value:g}"
    assert text.xy == pytest.approx((value, bar.get_y() + bar.get_height() / 2))
    assert text.get_window_extent().x0 > bar.get_window_extent().x1


@CHANNELS
def test_bars_face_their_map(figure, c):
    extent = by_gid(figure, f"map-{c}").get_window_extent()
    for rule in ("average", "max"):
        box = by_gid(figure, f"{rule}-{c}").get_window_extent()
        assert extent.ymin < box.ymin < box.ymax < extent.ymax, f"{rule}: not in the row of its map"


def test_average_is_above_max(figure):
    for c in range(3):
        boxes = [by_gid(figure, f"{rule}-{c}").get_window_extent() for rule in ("average", "max")]
        assert boxes[0].ymin >= boxes[1].ymax


@CHANNELS
def test_average_is_outlined_and_max_is_full(figure, c):
    with look.theme("light"):
        response = look.color("response")
    pale, full = by_gid(figure, f"average-{c}"), by_gid(figure, f"max-{c}")
    assert to_hex(pale.get_facecolor()) == response
    assert (pale.get_facecolor()[3], full.get_facecolor()[3]) == (0.25, 1)
    assert to_hex(full.get_facecolor()) == response
    outlined = [pale, full, by_gid(figure, f"largest-{c}")]
    assert [to_hex(artist.get_edgecolor()) for artist in outlined] == [response] * 3


def test_titles_name_the_shapes(figure):
    assert [text.get_text() for text in figure.texts] == [
        "Maps, (3, 4, 4)",
        "Global average and max, (3,) each",
        "Channels, highest first",
    ]


def test_fields_have_their_types(numbers):
    for values in (numbers.maps, numbers.average, numbers.maximum):
        assert values.dtype == np.float64
    assert numbers.average_rank.dtype == numbers.maximum_rank.dtype == np.int64


def test_caption_and_alt_numbers_match(prompt, numbers):
    average, maximum, shape = numbers.average, numbers.maximum, numbers.maps.shape
    even, spot = average.argmax(), maximum.argmax()
    assert numbers_in(prompt.caption) == [
        *shape, *average.shape,
        even + 1, average[even], maximum[even], spot + 1, maximum[spot], average[spot],
    ]  # fmt: skip
    assert numbers_in(prompt.alt) == [4, 4, even + 1, spot + 1]


def test_description_numbers_match(prompt, numbers):
    average, maximum = numbers.average, numbers.maximum
    assert numbers_in(prompt.description) == [
        4, 4, 1, average[0], maximum[0], 2, average[1], maximum[1], 3, average[2], maximum[2],
        *(1 + numbers.average.argsort()[::-1]), *(1 + numbers.maximum.argsort()[::-1]), 1, 2,
    ]  # fmt: skip


@image_test("global_pooling_variants")
def test_picture(picture):
    return picture
