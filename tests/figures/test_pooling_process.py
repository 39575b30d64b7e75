"""Guards of pooling_process."""

import numpy as np
import pytest
import torch
from tests.support.artists import assert_shows, line, mesh, tick_labels, written
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.support.pictures import image_test
from scripts.pooling_process import (
    COLUMN_PROFILES,
    ROW_PROFILES,
    draw,
    global_average_pool,
    linear_head,
    local_average_pool,
)
from tests.support.words import numbers_in

few = settings(max_examples=60, deadline=None)
whole = st.integers(-100, 100).map(float)
sizes = st.integers(1, 3)


@st.composite
def tiled(draw):
    """A batch of maps (B, C, H, W) and a window k that divides H and W."""
    k = draw(sizes)
    batch, channels, rows, columns = (draw(sizes) for _ in range(4))
    return draw(arrays(np.float64, (batch, channels, k * rows, k * columns), elements=whole)), k


@st.composite
def heads(draw):
    """A batch of vectors (B, C), a weight (K, C), a bias (K)."""
    batch, channels, classes = draw(sizes), draw(sizes), draw(st.integers(1, 5))
    shapes = ((batch, channels), (classes, channels), (classes,))
    return tuple(draw(arrays(np.float64, shape, elements=whole)) for shape in shapes)


def drawn(figure, label):
    """The three panels of a stage as one array, channel first."""
    return np.array([mesh(figure, f"{label}{c}").get_array() for c in (1, 2, 3)])


def bars(figure):
    """The bars of the logits, class by class."""
    [container] = [
        container
        for axes in figure.axes
        for container in axes.containers
        if container.get_label() == "logits"
    ]
    return list(container)


def window_means(maps, k):
    """The mean of each window that tiles a map, cell by cell: (C, H, W) to (C, H/k, W/k)."""
    channels, height, width = maps.shape
    means = np.zeros((channels, height // k, width // k))
    for c in range(channels):
        for i in range(height):
            for j in range(width):
                means[c, i // k, j // k] += maps[c, i, j] / k**2
    return means


def test_maps_are_the_outer_products_of_their_profiles(figure, numbers):
    profiles = zip(ROW_PROFILES, COLUMN_PROFILES, strict=True)
    expected = [[[x * y for y in columns] for x in rows] for rows, columns in profiles]
    assert drawn(figure, "A").tolist() == expected
    assert numbers.maps.dtype == np.float64


@pytest.mark.claim("local-then-global")
def test_pooled_maps_are_the_means_of_equal_windows(figure, numbers):
    expected = window_means(drawn(figure, "A"), numbers.window)
    assert drawn(figure, "P").tolist() == expected.tolist()


@pytest.mark.claim("local-then-global")
def test_vector_is_the_mean_of_pooled_maps_and_of_feature_maps(figure):
    vector = drawn(figure, "g").ravel().tolist()
    assert vector == [sum(pooled.ravel()) / 16 for pooled in drawn(figure, "P")]
    assert vector == [sum(feature_map.ravel()) / 64 for feature_map in drawn(figure, "A")]


@pytest.mark.claim("local-then-global")
@given(tiled())
@few
def test_local_then_global_is_global_for_any_maps(case):
    maps, k = case
    pooled = local_average_pool(maps, k)
    expected = [window_means(sample, k) for sample in maps]
    np.testing.assert_allclose(pooled, expected, rtol=1e-12, atol=1e-11)
    means = maps.sum(axis=(2, 3)) / np.prod(maps.shape[2:])
    np.testing.assert_allclose(global_average_pool(maps), means, rtol=1e-12, atol=1e-11)
    np.testing.assert_allclose(global_average_pool(pooled), means, rtol=1e-12, atol=1e-11)


@pytest.mark.claim("local-then-global")
def test_unequal_windows_would_shift_the_mean():
    """Padding lets windows differ in what they hold: then the mean of means is another one."""
    maps = np.arange(16.0).reshape(1, 1, 4, 4) ** 2
    padded = torch.nn.functional.avg_pool2d(
        torch.tensor(maps), 2, padding=1, count_include_pad=False
    )
    assert global_average_pool(padded.numpy()) != global_average_pool(maps)
    assert global_average_pool(local_average_pool(maps, 2)) == global_average_pool(maps)


@pytest.mark.claim("linear-head")
def test_logits_are_the_head_of_the_vector(figure):
    vector, weight = drawn(figure, "g").ravel(), drawn(figure, "W")[:, :, 0]
    bias = mesh(figure, "b").get_array().ravel()
    expected = [sum(vector[c] * weight[c, k] for c in range(3)) + bias[k] for k in range(len(bias))]
    assert [bar.get_width() for bar in bars(figure)] == expected


@pytest.mark.claim("linear-head")
@given(heads())
@few
def test_head_of_any_vectors(head):
    vector, weight, bias = head
    expected = np.einsum("bc,kc->bk", vector, weight) + bias
    assert linear_head(*head).tolist() == expected.tolist()


@pytest.mark.claim("row-makes-logit")
def test_sum_below_the_columns_is_the_logit_of_the_framed_class(figure, numbers):
    columns = [mesh(figure, name).axes for name in ("W1", "W2", "W3", "b")]
    columns.append(bars(figure)[0].axes)
    best = numbers.logits.argmax()
    *terms, total = [axes.get_xlabel().replace("−", "-") for axes in columns]
    weights = numbers.head_weight[best].tolist()
    assert terms == [
        *(f"{w:+g} · {mean:g}" for w, mean in zip(weights, numbers.vector, strict=True)),
        f"{numbers.head_bias[best]:+g}",
    ]
    assert total == f"= {sum(np.prod([float(n) for n in term.split(' · ')]) for term in terms):g}"
    assert total == f"= {bars(figure)[best].get_width():g}"
    assert [text.get_text() for text in columns[0].texts if ":" in text.get_text()] == [
        f"class {best + 1}:"
    ]


@pytest.mark.claim("row-makes-logit")
def test_frame_runs_round_the_row_of_the_largest_logit(figure, numbers):
    figure.draw_without_rendering()
    [frame] = [patch for patch in figure.patches + figure.artists if patch.get_label() == "sum"]
    box, best = frame.get_window_extent(), numbers.logits.argmax()
    assert 0 < box.x0 < box.x1 < figure.bbox.x1
    for name in ("W1", "W2", "W3", "b"):
        axes = mesh(figure, name).axes
        (x0, bottom), (x1, top) = axes.transData.transform([(-0.5, best + 0.5), (0.5, best - 0.5)])
        assert (box.y0, box.y1) == pytest.approx((bottom, top), abs=1), name
        assert box.x0 < x0 < x1 < box.x1, name
    logit, name = bars(figure)[best], mesh(figure, "W1").axes.get_yticklabels()[best]
    assert box.y0 < logit.get_window_extent().y0 < logit.get_window_extent().y1 < box.y1
    number = logit.axes.texts[best].get_window_extent()
    assert box.x0 < name.get_window_extent().x0 < number.x1 < box.x1


@pytest.mark.claim("shapes")
def test_shapes(numbers):
    assert numbers.maps.shape == (3, 8, 8)
    assert numbers.pooled.shape == (3, 4, 4)
    assert numbers.vector.shape == (3,)
    assert numbers.head_weight.shape == (4, 3)
    assert numbers.head_bias.shape == numbers.logits.shape == (4,)


@pytest.mark.claim("shapes")
def test_shapes_at_the_arrows_are_those_of_what_is_drawn(figure, numbers):
    shapes = [
        drawn(figure, "A").shape,
        drawn(figure, "P").shape,
        drawn(figure, "g").ravel().shape,
        (len(bars(figure)),),
    ]
    notes = [text.get_text() for axes in figure.axes if not axes.axison for text in axes.texts]
    assert notes == [
        f"average pooling, {numbers.window} × {numbers.window}\n{shapes[0]} → {shapes[1]}",
        f"global average pooling\n{shapes[1]} → {shapes[2]}",
        f"linear head, $z = g\\,W^\\top + b$\n{shapes[2]} → {shapes[3]}",
    ]


@pytest.mark.claim("shapes")
def test_notes_stand_at_their_arrows(figure):
    notes = [axes.get_window_extent() for axes in figure.axes if not axes.axison]
    for place, (upper, lower) in enumerate(("AP", "Pg", "gW")):
        top = mesh(figure, f"{upper}1").axes.get_window_extent().y0
        bottom = mesh(figure, f"{lower}1").axes.get_window_extent().y1
        assert bottom < (notes[place].y0 + notes[place].y1) / 2 < top, f"note of {upper} to {lower}"


@pytest.mark.claim("channels-apart")
def test_arrows_join_each_channel_to_itself(figure):
    expected = [
        (mesh(figure, f"{upper}{c}").axes.transAxes, mesh(figure, f"{lower}{c}").axes.transAxes)
        for upper, lower in ("AP", "Pg", "gW")
        for c in (1, 2, 3)
    ]
    arrows = arrows_of(figure)
    assert [(arrow.coords1, arrow.coords2) for arrow in arrows] == expected
    assert {(arrow.xy1, arrow.xy2) for arrow in arrows} == {((0.5, 0), (0.5, 1))}


@pytest.mark.claim("channels-apart")
@given(tiled(), st.data())
@few
def test_pooling_a_channel_needs_no_other(case, data):
    maps, k = case
    c = data.draw(st.integers(0, maps.shape[1] - 1))
    alone = maps[:, [c]]
    assert np.array_equal(local_average_pool(alone, k)[:, 0], local_average_pool(maps, k)[:, c])
    assert np.array_equal(global_average_pool(alone)[:, 0], global_average_pool(maps)[:, c])


@pytest.mark.claim("channels-apart")
def test_head_mixes_the_channels(numbers):
    assert (numbers.head_weight != 0).all()


@pytest.mark.claim("batch-first")
def test_layers_on_a_batch_give_the_same_for_each_sample(numbers):
    channels, classes = len(numbers.vector), len(numbers.logits)
    head = torch.nn.Linear(channels, classes, dtype=torch.float64)
    with torch.no_grad():
        head.weight.copy_(torch.tensor(numbers.head_weight))
        head.bias.copy_(torch.tensor(numbers.head_bias))
    local = torch.nn.AvgPool2d(numbers.window)
    network = torch.nn.Sequential(local, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), head)
    one = torch.tensor(numbers.maps)[None]
    assert local(one).shape == (1, 3, 4, 4)
    assert network[:3](one).shape == (1, 3)
    assert network(one).tolist() == [numbers.logits.tolist()]
    three = torch.cat([one, 2 * one, 0 * one])
    weighted = numbers.logits - numbers.head_bias
    assert network(three).tolist() == [
        numbers.logits.tolist(),
        (2 * weighted + numbers.head_bias).tolist(),
        numbers.head_bias.tolist(),
    ]


def test_every_cell_is_drawn(figure, numbers):
    limits = (0, numbers.maps.max())
    vector = numbers.vector.reshape(3, 1, 1)
    for label, matrices in (("A", numbers.maps), ("P", numbers.pooled), ("g", vector)):
        for c, matrix in enumerate(matrices):
            assert_shows(mesh(figure, f"{label}{c + 1}"), matrix, limits)
    steepest = max(abs(numbers.head_weight).max(), abs(numbers.head_bias).max())
    for c in range(3):
        column = numbers.head_weight[:, [c]]
        assert_shows(mesh(figure, f"W{c + 1}"), column, (-steepest, steepest))
    assert_shows(mesh(figure, "b"), numbers.head_bias[:, None], (-steepest, steepest))


def test_vector_and_head_are_written(figure, numbers):
    for c in range(3):
        assert written(mesh(figure, f"g{c + 1}")) == [[f"{numbers.vector[c]:g}"]]
        weights = [[f"{weight:g}"] for weight in numbers.head_weight[:, c]]
        assert written(mesh(figure, f"W{c + 1}")) == weights
    assert written(mesh(figure, "b")) == [[f"{bias:g}"] for bias in numbers.head_bias]


def test_panels_of_a_channel_stand_in_a_column_and_of_a_stage_in_a_row(figure):
    middle = {}
    for name in [f"{stage}{c}" for stage in "APgW" for c in (1, 2, 3)]:
        box = mesh(figure, name).axes.get_window_extent()
        middle[name] = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    for stage in "APgW":
        for c in (1, 2, 3):
            assert middle[f"{stage}{c}"][0] == pytest.approx(middle[f"A{c}"][0], abs=1)
            assert middle[f"{stage}{c}"][1] == pytest.approx(middle[f"{stage}1"][1], abs=1)
    assert middle["A1"][0] < middle["A2"][0] < middle["A3"][0]
    assert middle["A1"][1] > middle["P1"][1] > middle["g1"][1] > middle["W1"][1]


def arrows_of(figure):
    """The arrows between the stages."""
    return [artist for artist in figure.artists if hasattr(artist, "coords1")]


def test_arrows_touch_no_panel_and_no_title(figure):
    figure.draw_without_rendering()
    panels = [axes.get_window_extent() for axes in figure.axes if axes.axison]
    panels += [axes.title.get_window_extent() for axes in figure.axes]
    panels += [axes._left_title.get_window_extent() for axes in figure.axes]
    for arrow in arrows_of(figure):
        box = arrow.get_window_extent()
        assert box.height > 0.2 * figure.dpi, "an arrow is too short to be seen"
        assert not any(box.overlaps(panel) for panel in panels), f"an arrow of {arrow.get_label()}"


def test_bars_are_the_logits_in_the_rows_of_their_classes(figure, numbers):
    drawn_bars = bars(figure)
    axes = drawn_bars[0].axes
    assert [bar.get_x() for bar in drawn_bars] == [0] * 4
    assert [bar.get_width() for bar in drawn_bars] == numbers.logits.tolist()
    assert line(figure, "zero").tolist() == [[0, 0], [0, 1]]
    beside = [(text.xy[0], text.get_text()) for text in axes.texts]
    assert beside == [(z, f"{z:g}".replace("-", "−")) for z in numbers.logits]
    assert axes.get_xlim()[0] < 0 < axes.get_xlim()[1], "positive is not to the right"
    weights = mesh(figure, "W1").axes
    for k, (bar, text) in enumerate(zip(drawn_bars, axes.texts, strict=True)):
        box, words = bar.get_window_extent(), text.get_window_extent()
        row = weights.transData.transform((0, k))[1]
        assert (box.y0 + box.y1) / 2 == pytest.approx(row, abs=1), f"class {k + 1}"
        assert words.y0 < row < words.y1, f"class {k + 1}"


def test_rows_and_columns_are_named(figure):
    titles = [mesh(figure, f"A{c}").axes.get_title("left") for c in (1, 2, 3)]
    assert titles == ["Channel 1", "Channel 2", "Channel 3"]
    rows = [mesh(figure, f"{name}1").axes.get_ylabel() for name in "APgW"]
    assert rows == ["Feature\nmaps $A$", "Pooled\nmaps $P$", "Vector $g$", ""]
    heads = [mesh(figure, name).axes.get_title("left") for name in ("W1", "W2", "W3", "b")]
    assert heads == ["Weight $W$", "", "", "Bias $b$"]
    assert bars(figure)[0].axes.get_title("left") == "Logits $z$"
    classes = [(k, f"class {k + 1}") for k in range(4)]
    assert [label for label in tick_labels(figure) if "class" in label[1]] == classes


def test_colour_key_runs_over_the_activations(figure, numbers):
    key = mesh(figure, "A3").colorbar
    assert key.ax.get_ylabel() == "activation"
    assert (key.vmin, key.vmax) == (0, numbers.maps.max())
    ends = [(label.get_position()[1], label.get_text()) for label in key.ax.get_yticklabels()]
    assert ends == [(value, f"{value:g}") for value in (0, numbers.maps.max())]


def test_words_tell_the_numbers(prompt, numbers):
    k, best = numbers.window, numbers.logits.argmax()
    map_shape, pooled_shape = numbers.maps.shape, numbers.pooled.shape
    vector, logits = numbers.vector.tolist(), numbers.logits.tolist()
    weights, bias = numbers.head_weight[best].tolist(), numbers.head_bias[best]
    terms = [number for term in zip(weights, vector, strict=True) for number in term]
    assert numbers_in(prompt.caption.replace("- ", "-")) == [
        *map_shape[1:], k, k, *vector, best + 1, *terms, bias, logits[best],
    ]  # fmt: skip
    assert numbers_in(prompt.alt) == [
        len(vector), *map_shape[1:], *pooled_shape[1:], *map_shape, *pooled_shape,
        *vector, len(vector), len(numbers.head_weight), *logits, len(logits),
        best + 1, *weights, bias,
    ]  # fmt: skip


@image_test("pooling_process")
def test_picture(numbers, theme):
    return draw(numbers)
