"""Tests of pooling_process."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from figurepress import look
from lecture.models import linear
from lecture.pooling import average_pool, global_average_pool
from scripts.pooling_process import COLUMN_PROFILES, MARKED, ROW_PROFILES, WINDOW
from tests.support.artists import all_by_gid, assert_shows, by_gid, written
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in
from tests.support.random_arrays import whole_arrays

CHANNELS = (0, 1, 2)
STAGES = ("map", "pooled", "vector", "weight")
few = settings(max_examples=60)
sizes = st.integers(1, 3)


@st.composite
def tiled(draw):
    """A batch of maps (B, C, H, W) and a window k that divides H and W."""
    k = draw(sizes)
    shape = (draw(sizes), draw(sizes), k * draw(sizes), k * draw(sizes))
    return draw(whole_arrays(shape, 100)), k


@st.composite
def heads(draw):
    """A batch of vectors (B, C), a weight (K, C), a bias (K)."""
    batch, channels, classes = draw(sizes), draw(sizes), draw(st.integers(1, 5))
    shapes = ((batch, channels), (classes, channels), (classes,))
    return tuple(draw(whole_arrays(shape, 100)) for shape in shapes)


def panel(figure, name):
    return by_gid(figure, name).axes


def drawn(figure, stage):
    """The numbers in the cells of a stage, as one array with the channel first."""
    return np.array([by_gid(figure, f"{stage}-{c}").get_array() for c in CHANNELS])


def words(figure):
    """All texts of the figure."""
    return figure.findobj(lambda artist: hasattr(artist, "get_text") and artist.get_text())


def text_of(figure, content):
    (found,) = [text for text in words(figure) if text.get_text() == content]
    return found


def window_means(maps, k):
    """The mean of each window that tiles a map, cell by cell: (C, H, W) to (C, H/k, W/k)."""
    channels, height, width = maps.shape
    means = np.zeros((channels, height // k, width // k))
    for c, i, j in np.ndindex(maps.shape):
        means[c, i // k, j // k] += maps[c, i, j] / k**2
    return means


def test_maps_are_the_outer_products_of_their_profiles(figure):
    profiles = zip(ROW_PROFILES, COLUMN_PROFILES, strict=True)
    expected = [[[x * y for y in columns] for x in rows] for rows, columns in profiles]
    assert drawn(figure, "map").tolist() == expected


def test_pooled_maps_are_whole_numbers(numbers):
    assert (numbers.pooled % 1 == 0).all()


@pytest.mark.claim("local-then-global")
def test_pooled_maps_are_the_means_of_equal_windows(figure):
    expected = window_means(drawn(figure, "map"), WINDOW)
    assert drawn(figure, "pooled").tolist() == expected.tolist()


@pytest.mark.claim("local-then-global")
def test_vector_is_the_mean_of_pooled_and_of_feature_maps(figure):
    vector = drawn(figure, "vector").ravel().tolist()
    assert vector == [pooled.sum() / 16 for pooled in drawn(figure, "pooled")]
    assert vector == [feature_map.sum() / 64 for feature_map in drawn(figure, "map")]


@pytest.mark.claim("local-then-global")
@given(tiled())
@few
def test_local_then_global_is_global_for_any_maps(case):
    maps, k = case
    pooled = average_pool(maps, k)
    expected = [window_means(sample, k) for sample in maps]
    np.testing.assert_allclose(pooled, expected, rtol=1e-12, atol=1e-11)
    means = maps.sum(axis=(2, 3)) / np.prod(maps.shape[2:])
    np.testing.assert_allclose(global_average_pool(maps), means, rtol=1e-12, atol=1e-11)
    np.testing.assert_allclose(global_average_pool(pooled), means, rtol=1e-12, atol=1e-11)


@pytest.mark.claim("local-then-global")
def test_unequal_windows_shift_the_mean():
    """Windows at the padding contain fewer cells, so the mean of their means is not the mean."""
    maps = np.arange(16.0).reshape(1, 4, 4) ** 2
    padded = torch.nn.functional.avg_pool2d(
        torch.tensor(maps), 2, padding=1, count_include_pad=False
    )
    assert global_average_pool(padded.numpy()) != global_average_pool(maps)
    assert global_average_pool(average_pool(maps, 2)) == global_average_pool(maps)


@pytest.mark.claim("window-mean")
def test_outlined_cells_are_the_means_of_the_outlined_windows(figure):
    for c in CHANNELS:
        cells = by_gid(figure, f"window-{c}").get_array()
        mean = by_gid(figure, f"pooled-{c}").get_array()[MARKED]
        assert mean == cells.sum() / cells.size
        assert np.ptp(cells) > 0, f"channel {c + 1}: an average of equal cells shows nothing"


@pytest.mark.claim("window-mean")
def test_window_is_the_part_of_the_map_below_it(figure):
    i, j = WINDOW * np.array(MARKED)
    for c in CHANNELS:
        window, feature_map = by_gid(figure, f"window-{c}"), by_gid(figure, f"map-{c}")
        part = feature_map.get_array()[i : i + WINDOW, j : j + WINDOW]
        assert window.get_array().tolist() == part.tolist()
        corners = [(j - 0.5, i - 0.5), (j + WINDOW - 0.5, i + WINDOW - 0.5)]
        (x0, y1), (x1, y0) = feature_map.axes.transData.transform(corners)
        extents = window.axes.get_window_extent().extents
        np.testing.assert_allclose(extents, [x0, y0, x1, y1], atol=0.01)


@pytest.mark.claim("window-mean")
def test_window_and_mean_are_outlined(figure):
    row, column = MARKED
    windows, means = all_by_gid(figure, "window"), all_by_gid(figure, "mean")
    for c, window, mean in zip(CHANNELS, windows, means, strict=True):
        assert window.axes is panel(figure, f"window-{c}")
        assert window.get_bbox().extents.tolist() == [-0.5, -0.5, WINDOW - 0.5, WINDOW - 0.5]
        assert mean.axes is panel(figure, f"pooled-{c}")
        expected = [column - 0.5, row - 0.5, column + 0.5, row + 0.5]
        assert mean.get_bbox().extents.tolist() == expected


@pytest.mark.claim("linear-head")
def test_logits_are_weights_times_vector_plus_bias(figure):
    vector, weight = drawn(figure, "vector").ravel(), drawn(figure, "weight")[:, :, 0]
    bias = by_gid(figure, "bias").get_array().ravel()
    expected = [sum(vector[c] * weight[c, k] for c in CHANNELS) + bias[k] for k in range(4)]
    assert by_gid(figure, "logits").get_array().ravel().tolist() == expected


@pytest.mark.claim("linear-head")
@given(heads())
@few
def test_head_matches_einsum_for_any_vectors(head):
    vector, weight, bias = head
    assert linear(*head).tolist() == (np.einsum("bc,kc->bk", vector, weight) + bias).tolist()


@pytest.mark.claim("row-makes-logit")
def test_framed_row_reads_as_the_sum_of_the_highest_logit(figure, numbers):
    best = numbers.logits.argmax()
    weights, bias = numbers.head_weight[best], numbers.head_bias[best]
    factors = [text.get_text() for text in all_by_gid(figure, "factor")]
    assert factors == [f"· {g:g}  +" for g in numbers.vector] + ["="]
    cells = [*(panel(figure, f"weight-{c}") for c in CHANNELS), panel(figure, "bias")]
    for text, axes in zip(all_by_gid(figure, "factor"), cells, strict=True):
        assert text.axes is axes
        assert text.xy == (0.5, best)
    assert weights @ numbers.vector + bias == numbers.logits[best]


@pytest.mark.claim("row-makes-logit")
def test_framed_class_has_the_highest_logit(numbers):
    assert numbers.logits[numbers.best] == max(numbers.logits.tolist())


@pytest.mark.claim("row-makes-logit")
def test_frame_runs_round_the_row_of_the_highest_logit(figure, numbers):
    best = numbers.logits.argmax()
    frame = by_gid(figure, "sum").get_window_extent()
    weight = panel(figure, "weight-0").transData
    top, bottom = (weight.transform((0, y))[1] for y in (best - 0.5, best + 0.5))
    assert (frame.y0, frame.y1) == pytest.approx((bottom, top), abs=5)
    name = text_of(figure, f"class {best + 1}").get_window_extent()
    assert 0 < frame.x0 < name.x0
    assert panel(figure, "logits").get_window_extent().x1 < frame.x1 < figure.bbox.x1


@pytest.mark.claim("row-makes-logit")
def test_no_panel_covers_the_frame(figure):
    drawing_order = sorted(figure.axes, key=lambda axes: axes.get_zorder())
    assert by_gid(figure, "sum").axes is drawing_order[-1]


@pytest.mark.claim("shapes")
def test_fields_have_their_shape_and_type(numbers):
    arrays = {name: field for name, field in vars(numbers).items() if name != "best"}
    assert {name: field.shape for name, field in arrays.items()} == {
        "maps": (3, 8, 8), "marked": (3, 2, 2), "pooled": (3, 4, 4), "vector": (3,),
        "head_weight": (4, 3), "head_bias": (4,), "logits": (4,),
    }  # fmt: skip
    assert {field.dtype for field in arrays.values()} == {np.dtype(np.float64)}


@pytest.mark.claim("shapes")
@pytest.mark.parametrize(
    ("upper", "lower", "step"),
    [
        ("map", "pooled", ["Average pooling, 2 × 2", "(3, 8, 8) → (3, 4, 4)"]),
        ("pooled", "vector", ["Global average pooling", "(3, 4, 4) → (3,)"]),
        ("vector", "weight", ["Linear head", "(3,) → (4,)"]),
    ],
)
def test_step_and_shapes_are_next_to_the_arrow(figure, upper, lower, step):
    boxes = [text_of(figure, line).get_window_extent() for line in step]
    above = panel(figure, f"{upper}-2").get_window_extent()  # the last channel
    arrow = (above.y0 + panel(figure, f"{lower}-2").get_window_extent().y1) / 2
    assert boxes[-1].y0 - 15 < arrow < boxes[0].y1
    assert [box.y1 for box in boxes] == sorted((box.y1 for box in boxes), reverse=True)
    assert all(box.x0 > above.x1 for box in boxes)


@pytest.mark.claim("local-then-global")
@pytest.mark.parametrize("c", CHANNELS)
def test_global_mean_is_written_out_next_to_its_cell(figure, c):
    pooled, mean = drawn(figure, "pooled")[c], drawn(figure, "vector")[c].item()
    text = all_by_gid(figure, "quotient")[c]
    assert text.get_text() == f"= {pooled.sum():g} / {pooled.size}"
    assert pooled.sum() / pooled.size == mean
    assert text.axes is panel(figure, f"vector-{c}")
    assert text.get_window_extent().x0 > text.axes.get_window_extent().x1


@pytest.mark.claim("channels-apart")
def test_arrows_join_each_channel_to_itself(figure):
    expected = [
        (panel(figure, f"{upper}-{c}").transAxes, panel(figure, f"{lower}-{c}").transAxes)
        for c in CHANNELS
        for upper, lower in pairwise(STAGES)
    ]
    arrows = all_by_gid(figure, "step")
    assert [(arrow.coords1, arrow.coords2) for arrow in arrows] == expected
    assert {(arrow.xy1, arrow.xy2) for arrow in arrows} == {((0.5, 0), (0.5, 1))}


@pytest.mark.claim("channels-apart")
@given(tiled(), st.data())
@few
def test_pooling_a_channel_needs_no_other(case, data):
    maps, k = case
    c = data.draw(st.integers(0, maps.shape[1] - 1))
    alone = maps[:, [c]]
    assert np.array_equal(average_pool(alone, k)[:, 0], average_pool(maps, k)[:, c])
    assert np.array_equal(global_average_pool(alone)[:, 0], global_average_pool(maps)[:, c])


@pytest.mark.claim("channels-apart")
def test_head_mixes_the_channels(numbers):
    assert (numbers.head_weight != 0).all()


@pytest.mark.claim("batch-first")
def test_layers_compute_each_sample_of_a_batch_as_the_figure_does(numbers):
    head = torch.nn.Linear(3, 4, dtype=torch.float64)
    with torch.no_grad():
        head.weight.copy_(torch.tensor(numbers.head_weight))
        head.bias.copy_(torch.tensor(numbers.head_bias))
    local = torch.nn.AvgPool2d(WINDOW)
    network = torch.nn.Sequential(local, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), head)
    one = torch.tensor(numbers.maps)[None]
    assert local(one).shape == (1, 3, 4, 4)
    assert network[:3](one).shape == (1, 3)
    assert network(one).tolist() == [numbers.logits.tolist()]
    # All but the bias is linear, so a multiple of the maps gives the same multiple of the sums.
    sums = numbers.logits - numbers.head_bias
    factors = (1, 2, 0)
    batch = torch.cat([factor * one for factor in factors])
    expected = [(factor * sums + numbers.head_bias).tolist() for factor in factors]
    assert network(batch).tolist() == expected


def test_every_cell_shows_its_number(figure, numbers):
    largest = numbers.maps.max()
    best = numbers.logits.max()
    with look.theme("light"):
        heat, signed = look.sequential(), look.diverging()
    for c in CHANNELS:
        expected = {
            "map": (numbers.maps[c], (0, largest), heat),
            "pooled": (numbers.pooled[c], (0, largest), heat),
            "vector": (numbers.vector[c].reshape(1, 1), (0, largest), heat),
            "weight": (numbers.head_weight[:, [c]], (-best, best), signed),
        }
        for stage, (matrix, limits, cmap) in expected.items():
            mesh = by_gid(figure, f"{stage}-{c}")
            assert_shows(mesh, matrix, limits)
            assert mesh.get_cmap() == cmap
        assert by_gid(figure, f"window-{c}").get_clim() == (0, largest)
    for gid, values in (("bias", numbers.head_bias), ("logits", numbers.logits)):
        assert_shows(by_gid(figure, gid), values[:, np.newaxis], (-best, best))
        assert by_gid(figure, gid).get_cmap() == signed


def test_numbers_are_written_below_the_feature_maps(figure):
    names = [f"{stage}-{c}" for stage in ("window", "pooled", "vector", "weight") for c in CHANNELS]
    for name in [*names, "bias", "logits"]:
        mesh = by_gid(figure, name)
        numerals = [[f"{value:g}" for value in row] for row in mesh.get_array()]
        assert written(mesh) == numerals, name


def test_channels_are_columns_and_stages_are_rows(figure):
    middle = {}
    for stage in STAGES:
        for c in CHANNELS:
            box = panel(figure, f"{stage}-{c}").get_window_extent()
            middle[stage, c] = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    for stage, c in middle:
        assert middle[stage, c][0] == pytest.approx(middle["map", c][0], abs=1)
        assert middle[stage, c][1] == pytest.approx(middle[stage, 0][1], abs=1)
    assert middle["map", 0][0] < middle["map", 1][0] < middle["map", 2][0]
    heights = [middle[stage, 0][1] for stage in STAGES]
    assert heights == sorted(heights, reverse=True)


def test_pooled_maps_are_as_large_as_feature_maps(figure):
    for c in CHANNELS:
        fine, coarse = panel(figure, f"map-{c}"), panel(figure, f"pooled-{c}")
        assert coarse.get_window_extent().size == pytest.approx(fine.get_window_extent().size)


@pytest.mark.parametrize("gid", ["weight-1", "weight-2", "bias", "logits"])
def test_classes_are_rows(figure, gid):
    first, other = (panel(figure, name).get_window_extent() for name in ("weight-0", gid))
    assert (other.y0, other.y1) == pytest.approx((first.y0, first.y1))
    assert other.x0 > first.x1


def test_rows_are_labelled_with_classes(figure):
    weight = panel(figure, "weight-0")
    for k in range(4):
        name = text_of(figure, f"class {k + 1}").get_window_extent()
        assert name.y0 < weight.transData.transform((0, k))[1] < name.y1
        assert name.x1 < weight.get_window_extent().x0


@pytest.mark.parametrize(
    ("name", "gid"),
    [("feature\nmaps $A$", "map-0"), ("pooled\nmaps $P$", "pooled-0"), ("vector $g$", "vector-0")],
)
def test_stage_is_labelled_on_its_left(figure, name, gid):
    text, box = text_of(figure, name).get_window_extent(), panel(figure, gid).get_window_extent()
    assert text.x1 < box.x0
    assert (text.y0 + text.y1) / 2 == pytest.approx((box.y0 + box.y1) / 2, abs=5)


@pytest.mark.parametrize(
    ("gid", "name", "role"),
    [
        ("weight-0", r"column 1 of $W_\mathrm{head}$", "kernel"),
        ("weight-1", r"column 2 of $W_\mathrm{head}$", "kernel"),
        ("weight-2", r"column 3 of $W_\mathrm{head}$", "kernel"),
        ("bias", r"$b_\mathrm{head}$", "kernel"),
        ("logits", "logits $z$", "response"),
    ],
)
def test_column_is_labelled_below_in_the_colour_of_its_role(figure, gid, name, role):
    text, box = text_of(figure, name), panel(figure, gid).get_window_extent()
    words = text.get_window_extent()
    assert (words.x0 + words.x1) / 2 == pytest.approx((box.x0 + box.x1) / 2, abs=1)
    assert 0 < words.y0 < words.y1 < box.y0
    with look.theme("light"):
        assert text.get_color() == look.color(role)


def test_headline_is_flush_with_the_first_channel(figure):
    title = text_of(figure, "Pooling keeps channels apart; a linear head mixes them")
    left = panel(figure, "map-0").get_window_extent().x0
    assert title.get_window_extent().x0 == pytest.approx(left, abs=3)


@pytest.mark.parametrize("c", CHANNELS)
def test_channels_are_labelled(figure, c):
    name, box = text_of(figure, f"channel {c + 1}"), panel(figure, f"map-{c}").get_window_extent()
    assert name.get_window_extent().y0 > box.y1
    assert name.get_window_extent().x0 == pytest.approx(box.x0, abs=3)


def test_caption_numbers_match(prompt, numbers):
    best, vector = numbers.logits.argmax(), numbers.vector
    factors = np.stack([numbers.head_weight[best], vector], axis=1).ravel()
    assert numbers_in(prompt.caption) == [
        *numbers.maps.shape[1:], WINDOW, WINDOW, *vector,
        best + 1, *factors, numbers.head_bias[best], numbers.logits[best],
    ]  # fmt: skip


def test_alt_numbers_match(prompt, numbers):
    assert numbers_in(prompt.alt) == [
        *numbers.maps.shape, *numbers.pooled.shape[1:], len(numbers.logits),
        numbers.logits.argmax() + 1, numbers.logits.max(),
    ]  # fmt: skip


def test_description_numbers_match(figure, prompt, numbers):
    best, maps, pooled = numbers.logits.argmax(), numbers.maps.shape, numbers.pooled.shape
    windows = []
    for c in CHANNELS:
        cells = by_gid(figure, f"window-{c}").get_array().ravel()
        windows += [*cells, numbers.pooled[c][MARKED]]
    channels, classes = len(numbers.vector), len(numbers.logits)
    assert numbers_in(prompt.description) == [
        *maps, *pooled[1:], *maps, *pooled, WINDOW, WINDOW, *windows,
        *numbers.vector, *pooled, channels, classes, *numbers.logits, channels, classes,
        best + 1, *numbers.head_weight[best], numbers.head_bias[best],
    ]  # fmt: skip


@image_test("pooling_process")
def test_picture(picture):
    return picture
