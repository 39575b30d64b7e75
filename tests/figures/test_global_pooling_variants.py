"""Guards of global_pooling_variants."""

import numpy as np
import pytest
import torch
from tests.support.artists import assert_shows, mesh, tick_labels, written
from scripts.global_pooling_variants import draw, global_average_pool, global_max_pool, rank
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.support.pictures import image_test
from scipy.stats import rankdata
from tests.support.words import numbers_in

RULES = ("Global average", "Global max")
few = settings(max_examples=60, deadline=None)
sizes = st.integers(1, 5)
stacks = arrays(
    np.float64, st.tuples(sizes, sizes, sizes), elements=st.integers(-1000, 1000).map(float)
)


def panel(figure, rule):
    """The bar panel of a rule."""
    [axes] = [
        axes for axes in figure.axes if axes.containers[:1] and rule in axes.get_title("left")
    ]
    return axes


def bars(figure, rule):
    """The lengths of a rule's bars, channel by channel."""
    [container] = panel(figure, rule).containers
    assert container.get_label() == rule
    assert [bar.get_x() for bar in container] == [0, 0, 0], f"{rule}: a bar does not begin at 0"
    return np.array([bar.get_width() for bar in container])


def drawn_maps(figure):
    """The three maps (3, 4, 4), as drawn."""
    return np.array([mesh(figure, f"channel {c}").get_array() for c in (1, 2, 3)])


def loop_mean(channel):
    total = 0.0
    for row in channel:
        for value in row:
            total += value
    return total / (len(channel) * len(channel[0]))


def loop_max(channel):
    largest = -np.inf
    for row in channel:
        for value in row:
            if value > largest:
                largest = value
    return largest


@pytest.mark.claim("one-scalar-per-channel")
def test_one_bar_per_channel(figure, numbers):
    assert numbers.maps.shape == (3, 4, 4)
    for rule, values in zip(RULES, (numbers.average, numbers.maximum), strict=True):
        assert values.shape == bars(figure, rule).shape == (3,)


@pytest.mark.claim("one-scalar-per-channel")
@given(stacks)
@few
def test_one_scalar_per_channel_of_any_maps(maps):
    assert global_average_pool(maps).shape == global_max_pool(maps).shape == maps.shape[:1]


@pytest.mark.claim("mean")
def test_average_bar_is_the_mean_of_the_whole_map(figure):
    expected = [loop_mean(channel) for channel in drawn_maps(figure)]
    assert bars(figure, "Global average").tolist() == expected


@pytest.mark.claim("mean")
@given(stacks)
@few
def test_average_of_any_maps(maps):
    expected = [loop_mean(channel) for channel in maps]
    np.testing.assert_allclose(global_average_pool(maps), expected, rtol=1e-13, atol=1e-12)


@pytest.mark.claim("max")
def test_max_bar_is_the_largest_of_the_whole_map(figure):
    assert bars(figure, "Global max").tolist() == [loop_max(map) for map in drawn_maps(figure)]


@pytest.mark.claim("max")
@given(stacks)
@few
def test_maximum_of_any_maps(maps):
    assert global_max_pool(maps).tolist() == [loop_max(channel) for channel in maps]


@pytest.mark.claim("max-dominates")
def test_max_bars_are_longer_on_the_same_scale(figure):
    average, maximum = (panel(figure, rule) for rule in RULES)
    assert average.get_xlim() == maximum.get_xlim()
    assert average.get_xlim()[0] == 0
    pixels = [axes.transData.transform((1, 0))[0] - axes.bbox.x0 for axes in (average, maximum)]
    assert pixels[0] == pytest.approx(pixels[1], rel=1e-9), "a unit differs between the panels"
    assert (bars(figure, "Global max") > bars(figure, "Global average")).all()


@pytest.mark.claim("max-dominates")
@given(stacks)
@few
def test_maximum_dominates_for_any_maps(maps):
    average, maximum = global_average_pool(maps), global_max_pool(maps)
    constant = np.ptp(maps, axis=(1, 2)) == 0
    assert (maximum[~constant] > average[~constant]).all()
    np.testing.assert_allclose(maximum[constant], average[constant], rtol=1e-13)


@pytest.mark.claim("rank-can-differ")
def test_first_by_one_rule_is_last_by_the_other(figure):
    average, maximum = (bars(figure, rule) for rule in RULES)
    assert average.argmax() == maximum.argmin()
    assert maximum.argmax() == average.argmin()
    assert np.diff(np.sort(average)).min() >= 1, "two averages are too close to rank at a glance"
    assert np.diff(np.sort(maximum)).min() >= 1, "two maxima are too close to rank at a glance"


@pytest.mark.claim("rank-can-differ")
def test_ranks_are_those_of_the_bars(figure, numbers):
    for rule, ranks in zip(RULES, (numbers.average_rank, numbers.maximum_rank), strict=True):
        assert ranks.tolist() == rankdata(-bars(figure, rule)).tolist()


@pytest.mark.claim("rank-can-differ")
@given(arrays(np.float64, st.integers(1, 8), elements=st.integers(-4, 4).map(float)))
@few
def test_rank_of_any_values(values):
    assert rank(values).tolist() == rankdata(-values, method="min").tolist()


@pytest.mark.claim("matches-torch")
def test_matches_torch(figure):
    batch = torch.tensor(drawn_maps(figure))[None]
    average = torch.nn.functional.adaptive_avg_pool2d(batch, 1)
    maximum = torch.nn.functional.adaptive_max_pool2d(batch, 1)
    assert average.shape == maximum.shape == (1, 3, 1, 1)
    assert bars(figure, "Global average").tolist() == average.flatten().tolist()
    assert bars(figure, "Global max").tolist() == maximum.flatten().tolist()
    assert torch.equal(average.flatten(1), batch.mean(dim=(2, 3)))
    assert torch.equal(maximum.flatten(1), batch.amax(dim=(2, 3)))


def test_every_map_is_drawn_and_written(figure, numbers):
    limits = (0, numbers.maps.max())
    for c, matrix in enumerate(numbers.maps):
        grid = mesh(figure, f"channel {c + 1}")
        assert grid.axes is figure.axes[c]
        assert_shows(grid, matrix, limits)
        assert written(grid) == [[f"{value:g}" for value in row] for row in matrix]
        assert grid.axes.get_ylabel() == f"channel {c + 1}"
    assert figure.axes[0].get_title("left") == "Feature maps $P$, (3, 4, 4)"


def test_every_bar_is_drawn_and_written(figure, numbers):
    for rule, values, ranks in (
        ("Global average", numbers.average, numbers.average_rank),
        ("Global max", numbers.maximum, numbers.maximum_rank),
    ):
        axes = panel(figure, rule)
        assert axes.get_title("left") == f"{rule}, {values.shape}"
        assert bars(figure, rule).tolist() == values.tolist()
        behind = [text for text in axes.texts if not text.get_text().startswith("rank")]
        assert [(text.get_text(), text.xy[0]) for text in behind] == [(f"{v:g}", v) for v in values]
        named = [text for text in axes.texts if text not in behind]
        assert [text.get_text() for text in named] == [f"rank {place}" for place in ranks]
        [container] = axes.containers
        for bar, *words in zip(container, behind, named, strict=True):
            for text in words:
                box, row = text.get_window_extent(), bar.get_window_extent()
                assert row.y0 < box.y0 < box.y1 < row.y1, f"{rule}: {text.get_text()} left its bar"
                assert row.x1 < box.x0, f"{rule}: {text.get_text()} is on its bar"


@pytest.mark.claim("rank-can-differ")
@pytest.mark.parametrize("rule", RULES)
def test_first_bar_alone_is_full_and_its_rank_bold(figure, rule):
    axes, first = panel(figure, rule), bars(figure, rule).argmax()
    [container] = axes.containers
    assert [bar.get_facecolor()[3] for bar in container] == [float(c == first) for c in range(3)]
    assert len({bar.get_edgecolor() for bar in container}) == 1
    bold = [text.get_text() for text in axes.texts if text.get_weight() == "bold"]
    assert bold == ["rank 1"]


def test_bars_have_a_scale(figure, numbers):
    for rule, label in zip(RULES, ("mean of the map", "largest of the map"), strict=True):
        axes = panel(figure, rule)
        assert axes.get_xticks().tolist() == [0, 2, 4, 6, numbers.maps.max()]
        assert axes.get_xlabel() == label
    assert all(float(label) == place for place, label in tick_labels(figure))


def test_every_bar_faces_its_map(figure):
    maps = [axes.get_window_extent() for axes in figure.axes[:3]]
    for rule in RULES:
        [container] = panel(figure, rule).containers
        for c, (bar, extent) in enumerate(zip(container, maps, strict=True)):
            box = bar.get_window_extent()
            middle, expected = (box.y0 + box.y1) / 2, (extent.y0 + extent.y1) / 2
            assert middle == pytest.approx(expected, abs=1), f"{rule}, channel {c + 1}: no row"


def test_words_tell_the_numbers(prompt, numbers):
    average, maximum, shape = numbers.average, numbers.maximum, numbers.maps.shape
    even, spot = average.argmax(), maximum.argmax()
    assert numbers_in(prompt.caption) == [
        *shape, *average.shape,
        even + 1, average[even], maximum[even], spot + 1, maximum[spot], average[spot],
    ]  # fmt: skip
    assert numbers_in(prompt.alt) == [
        *shape[1:], 1, average[0], maximum[0], 2, average[1], maximum[1], 3, average[2], maximum[2],
        *(n for c in range(3) for n in (c + 1, numbers.average_rank[c])),
        *(n for c in range(3) for n in (c + 1, numbers.maximum_rank[c])),
    ]  # fmt: skip


@image_test("global_pooling_variants")
def test_picture(numbers, theme):
    return draw(numbers)
