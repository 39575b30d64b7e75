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
from tests.support.artists import all_by_gid, by_gid
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in

CHANNELS = pytest.mark.parametrize("c", range(3), ids=["channel 1", "channel 2", "channel 3"])
RULES = pytest.mark.parametrize(
    ("rule", "field"), [("average", "average"), ("max", "maximum")], ids=["average", "max"]
)


def bars(figure, rule):
    """The lengths (3) of the bars of a rule, by channel."""
    found = all_by_gid(figure, rule)
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
    (found,) = all_texts(figure, words)
    return found


def all_texts(parent, words):
    """The texts with these words in a figure or panel, in drawing order."""
    return parent.findobj(lambda artist: hasattr(artist, "get_text") and artist.get_text() == words)


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
    assert bars(figure, "max")[c] == drawn_maps(figure)[c].max()


@pytest.mark.claim("max")
@CHANNELS
def test_only_the_largest_cell_is_framed(figure, c):
    frame = all_by_gid(figure, "largest")[c]
    matrix = drawn_maps(figure)[c]
    assert frame.axes is by_gid(figure, f"map-{c}").axes
    column, row = np.add(frame.get_xy(), 0.5)
    assert (frame.get_width(), frame.get_height()) == (1, 1)
    assert matrix[int(row), int(column)] == matrix.max()
    assert np.count_nonzero(matrix == matrix.max()) == 1, "the largest value occurs twice"


@pytest.mark.claim("mean")
def test_number_of_cells_is_above_the_bars(figure):
    cells = drawn_maps(figure)[0].size
    text = text_of(figure, f"average: all {cells} cells; max: the framed cell").get_window_extent()
    above = all_by_gid(figure, "average")[0].get_window_extent()
    assert text.y0 > above.y1
    assert text.x0 == pytest.approx(above.x0, abs=3)


@pytest.mark.claim("max-dominates")
def test_max_bars_are_longer_on_the_same_scale(figure):
    assert (bars(figure, "max") > bars(figure, "average")).all()
    assert len({bar.axes for rule in ("average", "max") for bar in all_by_gid(figure, rule)}) == 1


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


@pytest.mark.claim("rank-can-differ")
def test_line_from_first_to_last_alone_is_thick(figure, numbers):
    widths = [by_gid(figure, f"ranks-{c}").get_linewidth() for c in range(3)]
    falls = (numbers.average_rank == 1) & (numbers.maximum_rank == 3)
    assert widths == [look.BOLD if fall else look.FINE for fall in falls]
    assert falls.sum() == 1


@CHANNELS
def test_ranks_do_not_have_the_colour_of_pooled_values(figure, c):
    with look.theme("light"):
        assert by_gid(figure, f"ranks-{c}").get_color() == look.color("reference")


@CHANNELS
def test_ends_of_ranks_are_labelled_with_the_channel(figure, c):
    line = by_gid(figure, f"ranks-{c}")
    ends = all_texts(line.axes, f"ch {c + 1}")
    assert line.get_xdata().tolist() == [0, 1]
    assert [end.xy for end in ends] == [tuple(point) for point in line.get_xydata()]
    left, right = (end.get_window_extent() for end in ends)
    box = line.get_window_extent()
    assert left.x1 < box.x0 < box.x1 < right.x0


@pytest.mark.claim("rank-can-differ")
def test_ranks_are_numbered(figure):
    axes = by_gid(figure, "ranks-0").axes
    assert axes.get_yticks().tolist() == [1, 2, 3]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1st", "2nd", "3rd"]
    right_end = max(label.get_window_extent().x1 for label in axes.get_yticklabels())
    for c in range(3):
        for name in all_texts(axes, f"ch {c + 1}"):
            assert right_end < name.get_window_extent().x0


@pytest.mark.parametrize(("end", "words"), [(0, "by average"), (1, "by max")])
def test_ends_of_ranks_are_labelled_with_the_rule(figure, end, words):
    box = text_of(figure, words).get_window_extent()
    axes = by_gid(figure, "ranks-0").axes
    x, y = axes.transData.transform((end, 1))
    assert (box.x0 + box.x1) / 2 == pytest.approx(x, abs=1)
    assert box.y0 > y


def test_no_rank_is_at_the_height_of_the_name_of_a_map(figure):
    axes = by_gid(figure, "ranks-0").axes
    heights = [axes.transData.transform((0, rank))[1] for rank in (1, 2, 3)]
    for c in range(3):
        (name,) = all_texts(by_gid(figure, f"map-{c}").axes, f"ch {c + 1}")
        box = name.get_window_extent()
        assert not any(box.y0 < y < box.y1 for y in heights), f"channel {c + 1}"


def test_rank_one_is_on_top(figure):
    assert by_gid(figure, "ranks-0").axes.yaxis_inverted()


@given(arrays(np.float64, st.integers(1, 8), elements=st.integers(-4, 4).map(float)))
def test_ranks_match_scipy(values):
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
    (name,) = all_texts(mesh.axes, f"ch {c + 1}")
    assert name.get_window_extent().x1 < mesh.get_window_extent().x0


@CHANNELS
@RULES
def test_bar_is_labelled_with_its_number(figure, numbers, c, rule, field):
    value = getattr(numbers, field)[c]
    bar = all_by_gid(figure, rule)[c].get_window_extent()
    text = text_of(figure, f"{rule} {value:g}").get_window_extent()
    assert text.x0 > bar.x1
    assert text.y0 < (bar.y0 + bar.y1) / 2 < text.y1


@CHANNELS
def test_bars_face_their_map(figure, c):
    extent = by_gid(figure, f"map-{c}").get_window_extent()
    for rule in ("average", "max"):
        box = all_by_gid(figure, rule)[c].get_window_extent()
        assert extent.ymin < box.ymin < box.ymax < extent.ymax, f"{rule}: not in the row of its map"


def test_row_of_average_is_above_row_of_max(figure):
    for c in range(3):
        average = all_by_gid(figure, "average")[c].get_window_extent()
        maximum = all_by_gid(figure, "max")[c].get_window_extent()
        assert average.ymin >= maximum.ymax


@CHANNELS
def test_average_is_pale_and_max_is_full(figure, c):
    with look.theme("light"):
        response = look.color("response")
    pale, full = (all_by_gid(figure, rule)[c] for rule in ("average", "max"))
    assert to_hex(pale.get_facecolor()) == response
    assert (pale.get_facecolor()[3], full.get_facecolor()[3]) == (0.25, 1)
    assert to_hex(full.get_facecolor()) == response
    outlined = [pale, full, all_by_gid(figure, "largest")[c]]
    assert [to_hex(artist.get_edgecolor()) for artist in outlined] == [response] * 3


def test_headings_state_the_shapes(figure):
    headings = [text.get_text() for text in figure.texts if text.get_weight() == 600]
    assert headings == [
        "Channel maps, (3, 4, 4)",
        "Global average and max, (3,) each",
        "The ranking reverses",
    ]


def test_fields_have_their_types(numbers):
    for values in (numbers.maps, numbers.average, numbers.maximum):
        assert values.dtype == np.float64
    assert numbers.average_rank.dtype == numbers.maximum_rank.dtype == np.int64


def test_caption_and_alt_numbers_match(prompt, numbers):
    average, maximum = numbers.average, numbers.maximum
    winner = average.argmax()  # by average
    max_winner = maximum.argmax()
    assert numbers_in(prompt.caption) == [
        *numbers.maps.shape, *average.shape,
        winner + 1, average[winner], maximum[winner],
        max_winner + 1, maximum[max_winner], average[max_winner],
    ]  # fmt: skip
    assert numbers_in(prompt.alt) == [4, 4, winner + 1, max_winner + 1]


def test_description_numbers_match(prompt, numbers):
    average, maximum = numbers.average, numbers.maximum
    assert numbers_in(prompt.description) == [
        4, 4, 1, average[0], maximum[0], 2, average[1], maximum[1], 3, average[2], maximum[2],
        *(1 + average.argsort()[::-1]), *(1 + maximum.argsort()[::-1]), 2,
    ]  # fmt: skip


@image_test("global_pooling_variants")
def test_picture(picture):
    return picture
