"""Tests of model_as_composition."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from figurepress import look
from lecture.models import linear
from scripts.model_as_composition import COLORS, SAMPLE, UNIT
from tests.support.artists import all_by_gid, assert_shows, by_gid, written
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in
from tests.support.random_arrays import whole_arrays

BATCH = {"x": (6, 3), "z1": (6, 7), "a1": (6, 7), "z2": (6, 4)}
PARAMETERS = {"w1": (3, 7), "b1": (1, 7), "w2": (7, 4), "b2": (1, 4)}
FORMULA = r"$Z_2 = \max(0, X W_1^{\!\top} + b_1)\, W_2^{\!\top} + b_2$"
TITLE = "One batch, three maps: each sample keeps its row"
SIZES = st.integers(1, 5)


@st.composite
def layers(draw):
    """A batch X (n, d), a weight W (k, d) and a bias b (k), of whole numbers for exact sums."""
    n, d, k = draw(SIZES), draw(SIZES), draw(SIZES)
    X = draw(whole_arrays((n, d), 1000))
    W = draw(whole_arrays((k, d), 1000))
    return X, W, draw(whole_arrays(k, 1000))


def affine(X, W, b):
    """X W^T + b, entry by entry, by definition."""
    entries = np.empty((len(X), len(W)))
    for i, j in np.ndindex(entries.shape):
        entries[i, j] = sum(x * w for x, w in zip(X[i], W[j], strict=True)) + b[j]
    return entries.tolist()


def cells(figure, gid):
    return by_gid(figure, gid).get_array()


def box(figure, gid):
    """The box of the cells of a matrix, in pixels."""
    return by_gid(figure, gid).axes.get_window_extent()


def outlined(figure, gid):
    """The extents of each frame with this gid, by the axes that it is in."""
    return {frame.axes: frame.get_bbox().extents.tolist() for frame in all_by_gid(figure, gid)}


def words(figure):
    """All texts of the figure with their extents in pixels."""
    found = figure.findobj(lambda artist: hasattr(artist, "get_text") and artist.get_text())
    return {text.get_text(): text.get_window_extent() for text in found}


@pytest.mark.claim("batch-preserved")
@pytest.mark.parametrize("gid", BATCH)
def test_every_matrix_has_a_row_per_sample(figure, numbers, gid):
    assert len(cells(figure, gid)) == len(numbers.X) == 6


@pytest.mark.claim("batch-preserved")
def test_same_row_is_outlined_in_every_matrix(figure):
    expected = {
        by_gid(figure, gid).axes: [-0.5, SAMPLE - 0.5, columns - 0.5, SAMPLE + 0.5]
        for gid, (_, columns) in BATCH.items()
    }
    assert outlined(figure, "sample") == expected


@pytest.mark.claim("shapes")
@pytest.mark.parametrize(("gid", "shape"), (BATCH | PARAMETERS).items())
def test_matrix_is_drawn_in_the_shape_that_its_label_states(figure, gid, shape):
    assert cells(figure, gid).shape == shape


@pytest.mark.claim("shapes")
@pytest.mark.parametrize(
    ("gid", "label"),
    [
        ("x", "input\n$(n, d_0)$ = (6, 3)\n$X$"),
        ("z1", "pre-activation\n$(n, d_1)$ = (6, 7)\n$Z_1 = X W_1^{\\!\\top} + b_1$"),
        ("a1", "hidden layer\n$(n, d_1)$ = (6, 7)\n$A_1 = \\max(0, Z_1)$"),
        ("z2", "output\n$(n, d_2)$ = (6, 4)\n$Z_2 = A_1 W_2^{\\!\\top} + b_2$"),
    ],
)
def test_shape_and_symbol_are_below_the_matrix(figure, gid, label):
    text, matrix = words(figure)[label], box(figure, gid)
    assert text.y1 < matrix.y0
    assert text.x0 == pytest.approx(matrix.x0, abs=3)


@pytest.mark.claim("shapes")
@pytest.mark.parametrize(
    ("gid", "label"),
    [
        ("w1", r"$W_1^{\!\top}$ (3, 7)"),
        ("b1", "$b_1$ (7,)"),
        ("w2", r"$W_2^{\!\top}$ (7, 4)"),
        ("b2", "$b_2$ (4,)"),
    ],
)
def test_shape_and_symbol_are_left_of_the_parameter(figure, gid, label):
    text, matrix = words(figure)[label], box(figure, gid)
    assert text.x1 < matrix.x0
    assert matrix.y0 < (text.y0 + text.y1) / 2 < matrix.y1


@pytest.mark.claim("affine")
def test_linear_maps_follow_the_definition(figure, numbers):
    assert cells(figure, "z1").tolist() == affine(cells(figure, "x"), numbers.W1, numbers.b1)
    assert cells(figure, "z2").tolist() == affine(cells(figure, "a1"), numbers.W2, numbers.b2)


@pytest.mark.claim("affine")
@settings(max_examples=30)
@given(layers())
def test_layer_is_affine_for_any_weights(layer):
    assert linear(*layer).tolist() == affine(*layer)


@pytest.mark.claim("relu")
def test_relu_keeps_positive_entries_only(figure):
    before, after = cells(figure, "z1"), cells(figure, "a1")
    assert after.tolist() == [[z if z > 0 else 0 for z in row] for row in before.tolist()]
    assert after.tolist() == torch.relu(torch.tensor(np.asarray(before))).tolist()
    assert before.max() > 0 > before.min()


@pytest.mark.claim("relu")
def test_no_pre_activation_is_zero(figure):
    assert (cells(figure, "z1") != 0).all(), "a 0 in A1 would not show what ReLU did"


@pytest.mark.claim("relu")
def test_every_hidden_unit_is_on_and_off(figure):
    on = (cells(figure, "a1") > 0).sum(axis=0)
    assert on.min() > 0, "a unit is 0 for all samples"
    assert on.max() < 6, "a unit is linear for all samples"


@pytest.mark.claim("rows-independent")
def test_changed_sample_changes_no_other_row(numbers):
    X = numbers.X.copy()
    X[SAMPLE] += 1
    hidden = np.maximum(0, linear(X, numbers.W1, numbers.b1))
    changed = (linear(hidden, numbers.W2, numbers.b2) != numbers.Z2).any(axis=1)
    assert np.flatnonzero(changed).tolist() == [SAMPLE]


@pytest.mark.claim("rows-independent")
@settings(max_examples=30)
@given(layers())
def test_sample_alone_gives_its_row(layer):
    X, W, b = layer
    alone = [linear(x[np.newaxis], W, b)[0].tolist() for x in X]
    assert linear(X, W, b).tolist() == alone


@pytest.mark.claim("row-meets-column")
def test_outlined_column_bias_and_entry_belong_together(figure):
    left, right = UNIT - 0.5, UNIT + 0.5
    assert outlined(figure, "unit") == {
        by_gid(figure, "w1").axes: [left, -0.5, right, 2.5],
        by_gid(figure, "b1").axes: [left, -0.5, right, 0.5],
        by_gid(figure, "z1").axes: [left, SAMPLE - 0.5, right, SAMPLE + 0.5],
    }


@pytest.mark.claim("row-meets-column")
def test_worked_sum_gives_the_outlined_entry(figure):
    row = cells(figure, "x")[SAMPLE]
    column = cells(figure, "w1")[:, UNIT]
    bias = cells(figure, "b1")[0, UNIT]
    entry = cells(figure, "z1")[SAMPLE, UNIT]
    assert row @ column + bias == entry
    assert 0 not in [*row, *column, bias], "a term of the worked sum vanishes"
    factors = np.stack([row, column], axis=1).ravel()
    text = by_gid(figure, "worked").get_text()
    assert numbers_in(text) == [*factors, bias, entry]
    assert text == "outlined: row times column, plus bias\n2·1 + 1·(−1) + 2·2 + 1 = 6"


@pytest.mark.claim("row-meets-column")
def test_outlined_entry_is_the_largest_of_all(figure):
    """It has the strongest colour, so it is seen first."""
    entry = cells(figure, "z1")[SAMPLE, UNIT]
    values = np.concatenate([cells(figure, gid).ravel() for gid in (*BATCH, *PARAMETERS)])
    assert entry == abs(values).max()
    assert (abs(cells(figure, "z1")) == entry).sum() == 1


@pytest.mark.claim("row-meets-column")
@pytest.mark.parametrize(("gid", "below"), [("w1", "z1"), ("b1", "z1"), ("w2", "z2"), ("b2", "z2")])
def test_parameter_is_column_over_column(figure, gid, below):
    upper, lower = box(figure, gid), box(figure, below)
    assert (upper.x0, upper.x1) == pytest.approx((lower.x0, lower.x1))
    assert upper.y0 > lower.y1


@pytest.mark.parametrize(("weight", "bias"), [("w1", "b1"), ("w2", "b2")])
def test_weight_is_above_its_bias(figure, weight, bias):
    assert box(figure, weight).y0 > box(figure, bias).y1


@pytest.mark.claim("affine")
@pytest.mark.parametrize(
    ("k", "sign", "upper", "lower"),
    [(0, "+", "w1", "b1"), (1, "=", "b1", "z1"), (2, "+", "w2", "b2"), (3, "=", "b2", "z2")],
)
def test_sign_is_between_its_matrices(figure, k, sign, upper, lower):
    text = all_by_gid(figure, "sign")[k]
    assert text.get_text() == sign
    extent, above, below = text.get_window_extent(), box(figure, upper), box(figure, lower)
    assert (extent.y0 + extent.y1) / 2 == pytest.approx((above.y0 + below.y1) / 2, abs=2)
    assert above.x0 < extent.x0 < extent.x1 < above.x1


@pytest.mark.claim("affine")
@pytest.mark.parametrize(
    ("k", "factor", "weight"),
    [
        (0, "$X$ (6, 3) ·", r"$W_1^{\!\top}$ (3, 7)"),
        (1, "$A_1$ (6, 7) ·", r"$W_2^{\!\top}$ (7, 4)"),
    ],
)
def test_factor_is_left_of_its_weight(figure, k, factor, weight):
    text = all_by_gid(figure, "factor")[k]
    assert text.get_text() == factor
    extent, name = text.get_window_extent(), words(figure)[weight]
    assert name.x0 - 12 < extent.x1 < name.x0
    assert name.y0 < extent.y0 < extent.y1 < name.y1


def test_every_cell_shows_and_writes_its_number(figure, numbers):
    drawn = {
        "x": numbers.X, "z1": numbers.Z1, "a1": numbers.A1, "z2": numbers.Z2,
        "w1": numbers.W1.T, "b1": numbers.b1[np.newaxis],
        "w2": numbers.W2.T, "b2": numbers.b2[np.newaxis],
    }  # fmt: skip
    for gid, matrix in drawn.items():
        mesh = by_gid(figure, gid)
        assert_shows(mesh, matrix, COLORS)
        assert written(mesh) == [[f"{value:g}" for value in row] for row in matrix]
        with look.theme("light"):
            assert mesh.get_cmap() == look.diverging()


def test_all_cells_are_squares_of_one_size(figure):
    sides = []
    for gid, (rows, columns) in (BATCH | PARAMETERS).items():
        sides += [box(figure, gid).width / columns, box(figure, gid).height / rows]
    np.testing.assert_allclose(sides, sides[0])


def test_batch_is_in_one_row_in_the_order_of_the_maps(figure):
    boxes = [box(figure, gid) for gid in BATCH]
    assert [b.y0 for b in boxes] == pytest.approx([boxes[0].y0] * 4)
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


def test_arrows_lead_from_matrix_to_matrix(figure):
    ends = [
        (arrow.coords1.transform(arrow.xy1), arrow.coords2.transform(arrow.xy2))
        for arrow in all_by_gid(figure, "map")
    ]
    boxes = [box(figure, gid) for gid in BATCH]
    level = boxes[0].y0 + 0.42 * boxes[0].height
    expected = [((left.x1, level), (right.x0, level)) for left, right in pairwise(boxes)]
    np.testing.assert_allclose(ends, expected)


def test_each_arrow_is_labelled_with_its_map(figure):
    arrows = all_by_gid(figure, "map")
    names = [
        text
        for text in figure.findobj(lambda a: hasattr(a, "get_text"))
        if text.get_text() in ("linear", "ReLU")
    ]
    assert [name.get_text() for name in names] == ["linear", "ReLU", "linear"]
    for arrow, name in zip(arrows, names, strict=True):
        tail, head = arrow.coords1.transform(arrow.xy1), arrow.coords2.transform(arrow.xy2)
        extent = name.get_window_extent()
        assert tail[0] < extent.x0 < extent.x1 < head[0]
        assert extent.y0 > tail[1]


def test_composed_formula_is_below_the_title(figure):
    title, formula = words(figure)[TITLE], words(figure)[FORMULA]
    assert title.y0 > formula.y0 > box(figure, "w2").y1
    assert formula.x0 == pytest.approx(title.x0, abs=3)


@pytest.mark.claim("composition")
def test_composed_formula_gives_the_output(figure, numbers):
    X, W1, b1, W2, b2 = numbers.X, numbers.W1, numbers.b1, numbers.W2, numbers.b2
    assert (np.maximum(0, X @ W1.T + b1) @ W2.T + b2).tolist() == cells(figure, "z2").tolist()


def test_title_is_flush_with_the_batch(figure):
    title = words(figure)[TITLE]
    assert title.x0 == pytest.approx(box(figure, "x").x0, abs=3)


def test_worked_sum_is_above_its_weights(figure):
    text = by_gid(figure, "worked").get_window_extent()
    weights = box(figure, "w1")
    assert text.y0 > weights.y1
    assert text.x0 == pytest.approx(weights.x0, abs=3)


@pytest.mark.parametrize(
    ("note", "gid"), [("one sample", "x"), ("negative entries become 0", "a1")]
)
def test_note_is_above_its_matrix(figure, note, gid):
    text, matrix = words(figure)[note], box(figure, gid)
    assert matrix.y1 < text.y0 < box(figure, "b1").y1
    assert text.x0 == pytest.approx(matrix.x0, abs=3)
    assert text.x1 < matrix.x1


def test_parameters_have_the_colour_of_kernels(figure):
    with look.theme("light"):
        kernel = look.color("kernel")
    labels = [r"$W_1^{\!\top}$ (3, 7)", "$b_1$ (7,)", r"$W_2^{\!\top}$ (7, 4)", "$b_2$ (4,)"]
    texts = figure.findobj(lambda a: hasattr(a, "get_text") and a.get_text() in labels)
    assert [text.get_color() for text in texts] == [kernel] * 4


def test_fields_are_float64(numbers):
    assert {field.dtype for field in vars(numbers).values()} == {np.dtype(np.float64)}
    assert numbers.b1.shape == (7,)
    assert numbers.b2.shape == (4,)


def test_caption_numbers_match(prompt, numbers):
    positive = (numbers.Z1 > 0).sum()
    assert numbers_in(prompt.caption) == [
        *numbers.X.shape, len(numbers.W1), len(numbers.W2), positive, (numbers.Z1 < 0).sum(), 0,
    ]  # fmt: skip


def test_alt_numbers_match(prompt, numbers):
    batch = (numbers.X, numbers.Z1, numbers.A1, numbers.Z2)
    assert numbers_in(prompt.alt) == [side for matrix in batch for side in matrix.shape]


def test_description_numbers_match(prompt, numbers):
    X, Z1, Z2 = numbers.X, numbers.Z1, numbers.Z2
    assert numbers_in(prompt.description) == [
        *X.shape, X.min(), X.max(), *Z1.shape, Z1.min(), Z1.max(),
        (Z1 < 0).sum(), 0, (Z1 > 0).sum(), *Z2.shape, Z2.min(), Z2.max(),
        *numbers.W1.T.shape, *numbers.W2.T.shape,
        *X[SAMPLE], *numbers.W1[UNIT], numbers.b1[UNIT], Z1[SAMPLE, UNIT],
    ]  # fmt: skip


@image_test("model_as_composition")
def test_picture(picture):
    return picture
