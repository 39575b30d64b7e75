"""Tests of quadratic_loss_curve."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import same_color, to_hex

from figurepress import look
from lecture.losses import squared_loss
from scripts.quadratic_loss_curve import RESIDUAL_MAX, STEPS, predict
from tests.support.artists import all_by_gid, by_gid, tick_labels
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in

RESIDUALS = [1, -1, 2, -1.5, 0.5]
AREAS = [1, 1, 4, 2.25, 0.25]
# Squares of smaller numbers are subnormal and lose digits.
residuals = st.floats(-1e6, 1e6).filter(lambda r: r == 0 or abs(r) > 1e-100)


def points(figure, gid):
    """The points (n, 2) of the one line with this gid."""
    return by_gid(figure, gid).get_xydata()


def words(figure, gid):
    """The texts with this gid, in order."""
    return [text.get_text() for text in all_by_gid(figure, gid)]


@pytest.mark.claim("symmetric")
def test_drawn_curve_is_symmetric(figure):
    r, loss = points(figure, "loss").T
    assert np.array_equal(r, -r[::-1])
    assert np.array_equal(loss, loss[::-1])


@pytest.mark.claim("symmetric")
@given(residuals)
def test_sign_does_not_matter(r):
    assert squared_loss(-r) == squared_loss(r)


@pytest.mark.claim("minimum-at-zero")
def test_only_minimum_is_at_zero(figure):
    r, loss = points(figure, "loss").T
    assert loss.min() == 0
    assert r[loss == 0].tolist() == [0]
    assert points(figure, "minimum").tolist() == [[0, 0]]


@pytest.mark.claim("quadratic-growth")
@given(residuals)
def test_doubling_quadruples_the_loss(r):
    assert squared_loss(2 * r) == 4 * squared_loss(r)


@pytest.mark.claim("quadratic-growth")
def test_drawn_samples_include_a_doubling(figure):
    loss_at = dict(points(figure, "sample-losses").tolist())
    assert loss_at[2] == 4 * loss_at[1]
    assert loss_at[1] == 4 * loss_at[0.5]


@pytest.mark.claim("quadratic-growth")
def test_words_compare_a_sample_with_its_double(figure):
    text = by_gid(figure, "doubling")
    loss_at = dict(points(figure, "sample-losses").tolist())
    r, times = numbers_in(text.get_text())
    assert text.get_text() == "twice $r = 1$:\n4 times the loss"
    assert times == loss_at[2 * r] / loss_at[r]
    assert text.xy == (2 * r, loss_at[2 * r])


@pytest.mark.claim("areas-are-losses")
def test_areas_are_the_losses(figure, numbers):
    areas = [abs(box.get_width() * box.get_height()) for box in all_by_gid(figure, "area")]
    assert areas == numbers.sample_loss.tolist() == AREAS
    assert points(figure, "sample-losses").tolist() == [
        list(point) for point in zip(RESIDUALS, AREAS, strict=True)
    ]


@pytest.mark.claim("areas-are-losses")
def test_areas_look_like_squares(figure):
    assert by_gid(figure, "samples").axes.get_aspect() == 1
    for box in all_by_gid(figure, "area"):
        assert box.get_width() == box.get_height()


@pytest.mark.claim("areas-are-losses")
def test_unit_squares_fill_the_largest_square(figure):
    segments = [np.array(lines.get_segments()).tolist() for lines in all_by_gid(figure, "units")]
    assert segments == [[[[4, 0], [4, 2]]], [[[3, 1], [5, 1]]]]


@pytest.mark.claim("minimum-at-zero")
def test_minimum_does_not_look_like_a_sample(figure):
    ring, samples = by_gid(figure, "minimum"), by_gid(figure, "sample-losses")
    assert same_color(ring.get_markerfacecolor(), ring.axes.get_facecolor())
    assert not same_color(samples.get_markerfacecolor(), ring.axes.get_facecolor())


@pytest.mark.claim("matches-torch")
def test_matches_mse_loss(figure):
    r, loss = torch.tensor(points(figure, "loss").T)
    r.requires_grad_()
    expected = torch.nn.functional.mse_loss(r, torch.zeros_like(r), reduction="none")
    np.testing.assert_array_equal(loss.detach(), expected.detach())
    expected.sum().backward()
    np.testing.assert_array_equal(r.grad, 2 * r.detach())


@pytest.mark.claim("matches-torch")
def test_samples_match_mse_loss(numbers):
    prediction, target = torch.tensor(predict(numbers.x)), torch.tensor(numbers.y)
    expected = torch.nn.functional.mse_loss(prediction, target, reduction="none")
    assert numbers.sample_loss.tolist() == expected.tolist()


def test_predictions_are_a_linear_layer(numbers):
    layer = torch.nn.Linear(1, 1).double()
    torch.nn.init.constant_(layer.weight, 0.5)
    torch.nn.init.constant_(layer.bias, 0.5)
    x = torch.tensor(numbers.x)[:, None]
    assert predict(numbers.x).tolist() == layer(x).flatten().tolist()


def test_residual_is_prediction_minus_target(numbers):
    assert numbers.sample_residual.tolist() == RESIDUALS
    assert (predict(numbers.x) - numbers.y).tolist() == RESIDUALS


def test_samples_and_line_are_drawn(figure, numbers):
    assert points(figure, "samples").T.tolist() == [numbers.x.tolist(), numbers.y.tolist()]
    ends = [0, 6.25]
    assert points(figure, "predictions").tolist() == [[x, predict(x)] for x in ends]


def test_prediction_is_labelled_at_the_end_of_its_line(figure):
    axes = by_gid(figure, "predictions").axes
    (name,) = [text for text in axes.texts if text.get_text() == r"prediction $\hat{y}$"]
    assert name.xy == tuple(points(figure, "predictions")[-1])
    assert name.get_color() == by_gid(figure, "predictions").get_color()


def test_curve_is_drawn_on_an_even_grid(figure, numbers):
    steps = range(-STEPS, STEPS + 1)
    assert numbers.residual.tolist() == [RESIDUAL_MAX * k / STEPS for k in steps]
    drawn = points(figure, "loss").T.tolist()
    assert drawn == [numbers.residual.tolist(), numbers.loss.tolist()]


def test_squares_lie_on_residuals_away_from_the_line(figure, numbers):
    boxes, segments = all_by_gid(figure, "area"), all_by_gid(figure, "residual")
    for x, y, box, segment in zip(numbers.x, numbers.y, boxes, segments, strict=True):
        (ends,) = segment.get_segments()
        assert sorted(ends.tolist()) == sorted([[x, y], [x, predict(x)]])
        corners = box.get_corners()
        assert {(x, y), (x, predict(x))} <= set(map(tuple, corners.tolist()))
        height = corners[:, 1] - predict(corners[:, 0])
        assert np.all(height * np.sign(y - predict(x)) >= 0), f"the square at x = {x} is inside"


def test_squares_do_not_overlap(figure):
    boxes = [box.get_bbox() for box in all_by_gid(figure, "area")]
    for i, one in enumerate(boxes):
        assert one.count_overlaps(boxes[:i]) == 0


def test_words_state_residuals_areas_and_losses(figure):
    assert words(figure, "residual-value") == [f"$r = {r:g}$".replace("-", "−") for r in RESIDUALS]
    assert words(figure, "area-value") == [f"area {area:g}" for area in AREAS]
    assert words(figure, "loss-value") == words(figure, "area-value")


def test_words_are_at_their_samples(figure, numbers):
    anchors = [text.xy for text in all_by_gid(figure, "residual-value")]
    assert anchors == list(zip(numbers.x, numbers.y, strict=True))
    anchors = [text.xy for text in all_by_gid(figure, "loss-value")]
    assert anchors == list(zip(RESIDUALS, AREAS, strict=True))


def test_colors_follow_roles(figure):
    with look.theme("light"):
        expected = {role: look.color(role) for role in ("kernel", "reference", "response")}
    drawn = {
        gid: to_hex(by_gid(figure, gid).get_color())
        for gid in ("predictions", "samples", "minimum", "loss", "sample-losses")
    }
    assert drawn == {
        "predictions": expected["kernel"],
        "samples": expected["reference"],
        "minimum": expected["response"],
        "loss": expected["response"],
        "sample-losses": expected["response"],
    }
    for box in all_by_gid(figure, "area"):
        assert same_color(box.get_edgecolor(), expected["response"])


def test_axes_are_labelled_and_ticked(figure):
    squares, curve = by_gid(figure, "samples").axes, by_gid(figure, "loss").axes
    assert (squares.get_xlabel(), squares.get_ylabel()) == ("$x$", "$y$")
    assert (curve.get_xlabel(), curve.get_ylabel()) == (r"residual $r = \hat{y} - y$", "loss")
    assert curve.get_xticks().tolist() == [-3, -2, -1, 0, 1, 2, 3]
    assert curve.get_yticks().tolist() == [0, 1, 4, 9]
    for value, label in tick_labels(figure):
        assert numbers_in(label) == [value]


def test_caption_numbers_match(prompt):
    assert numbers_in(prompt.caption) == [0, 1, -1, 1, 1, 1, 4, 2]
    for r, loss in ((0, 0), (1, 1), (-1, 1), (2, 4)):
        assert squared_loss(r) == loss


def test_alt_numbers_match(prompt):
    assert numbers_in(prompt.alt) == [1, -1, 1, 2, 4, 0, 0]


def test_description_numbers_match(prompt, numbers):
    slope, intercept = predict(1) - predict(0), predict(0)
    ends = [numbers.residual[0], numbers.residual[-1], 0, 0, numbers.loss[-1]]
    expected = [slope, intercept, *numbers.sample_residual, *numbers.sample_loss, 2, *ends]
    assert numbers_in(prompt.description) == expected
    assert numbers.loss[0] == numbers.loss[-1]


@image_test("quadratic_loss_curve")
def test_picture(picture):
    return picture
