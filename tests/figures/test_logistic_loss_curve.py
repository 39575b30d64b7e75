"""Tests of logistic_loss_curve."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import same_color
from scipy.special import expit

from figurepress import look
from lecture.losses import logistic_loss, logistic_slope, squared_loss, zero_one_loss
from scripts.logistic_loss_curve import ASYMPTOTE_END
from tests.support.artists import all_by_gid, by_gid, tick_labels
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in

EPS = np.finfo(float).eps
TINY = np.finfo(float).tiny  # smaller losses, from a margin of 708 on, have fewer digits
margins = st.floats(-1e6, 1e6)


def points(figure, gid):
    """The points (n, 2) of the one line with this gid."""
    return by_gid(figure, gid).get_xydata()


def exact(m: float) -> float:
    """log(1 + exp(-m)), computed with 350 digits and rounded."""
    with localcontext(prec=350, Emin=-(10**9), Emax=10**9):
        return float((1 + (-Decimal(m)).exp()).ln())


@pytest.mark.claim("decreasing")
def test_drawn_loss_decreases(figure):
    m, loss = points(figure, "loss").T
    assert np.all(np.diff(m) > 0)
    assert np.all(np.diff(loss) < 0)


@pytest.mark.claim("decreasing")
@given(st.floats(-1e6, 600), st.floats(1e-3, 1))
def test_larger_margin_has_smaller_loss(m, growth):
    step = growth * (1 + abs(m)) / 10  # relative to m, lest rounding hide it
    assert logistic_loss(m + step) < logistic_loss(m)


@pytest.mark.claim("convex")
def test_drawn_loss_is_convex(figure):
    assert np.all(np.diff(points(figure, "loss")[:, 1], 2) > 0)


@pytest.mark.claim("convex")
@given(margins, margins)
def test_loss_of_the_middle_is_at_most_the_mean_loss(a, b):
    mean = (logistic_loss(a) + logistic_loss(b)) / 2
    assert logistic_loss((a + b) / 2) <= mean * (1 + 4 * EPS) + TINY


@pytest.mark.claim("value-at-zero")
def test_loss_at_zero_is_log_two(figure):
    m, loss = points(figure, "loss").T
    assert loss[m == 0].tolist() == [math.log(2)]
    assert points(figure, "marked")[1].tolist() == [0, math.log(2)]


@pytest.mark.claim("positive-margin-vanishes")
def test_drawn_loss_vanishes_on_the_right(figure):
    m, loss = points(figure, "loss").T
    assert np.all(loss > 0)
    assert np.all(loss[m > 0] < np.exp(-m[m > 0]))
    assert loss[-1] < 0.0025


@pytest.mark.claim("positive-margin-vanishes")
@given(st.floats(0, 700))
def test_loss_of_a_positive_margin_lies_between_bounds_that_vanish(m):
    z = math.exp(-m)  # z - z^2 / 2 <= log(1 + z) <= z
    loss = logistic_loss(m)
    assert (z - z**2 / 2) * (1 - 4 * EPS) <= loss <= z * (1 + 4 * EPS)
    assert loss > 0


@pytest.mark.claim("negative-margin-linear")
def test_drawn_loss_approaches_the_negated_margin(figure):
    m, loss = points(figure, "loss").T
    gap = (loss + m)[m <= 0]
    assert np.all(gap > 0)
    assert np.all(np.diff(gap) > 0)
    assert gap[0] < 0.0025


@pytest.mark.claim("negative-margin-linear")
def test_asymptote_is_the_negated_margin(figure, numbers):
    m, line = points(figure, "asymptote").T
    assert m.tolist() == [margin for margin in numbers.margin if margin <= ASYMPTOTE_END]
    assert line.tolist() == (-m).tolist()


def test_asymptote_ends_before_the_open_circle(figure):
    hole = by_gid(figure, "step-hole").get_window_extent()
    assert by_gid(figure, "asymptote").get_window_extent().x1 < hole.x0


def test_dots_are_of_one_size(figure):
    gids = ("marked", "step-value", "step-hole")
    assert [by_gid(figure, gid).get_markersize() for gid in gids] == [4, 4, 4]


@pytest.mark.claim("negative-margin-linear")
@given(st.floats(-1e6, 0))
def test_loss_exceeds_the_negated_margin_by_at_most_the_exponential(m):
    assert 0 <= logistic_loss(m) + m <= math.exp(m) + EPS * abs(m)


@pytest.mark.claim("maximum-likelihood")
def test_drawn_loss_is_minus_log_sigmoid(figure):
    m, loss = points(figure, "loss").T
    np.testing.assert_allclose(loss, -np.log(expit(m)), rtol=1e-12)


@pytest.mark.claim("maximum-likelihood")
def test_sum_over_samples_is_the_negative_log_likelihood():
    rng = np.random.default_rng(0)
    score = rng.normal(size=(50, 4)) @ rng.normal(size=4)  # w^T x
    y = rng.choice([-1, 1], 50)
    model = torch.distributions.Bernoulli(logits=torch.tensor(score))  # P(1 | x) = sigmoid(w^T x)
    likelihood = model.log_prob(torch.tensor((y + 1) / 2)).sum().item()
    assert logistic_loss(y * score).sum() == pytest.approx(-likelihood, rel=1e-12)
    np.testing.assert_allclose(expit(score) + expit(-score), 1, rtol=1e-15)


@pytest.mark.claim("stable")
@pytest.mark.filterwarnings("ignore:overflow")
def test_loss_is_exact_where_the_formula_as_written_overflows():
    assert np.log(1 + np.exp(np.float64(1000))) == np.inf
    assert logistic_loss(np.float64(-1000)) == 1000 == exact(-1000)


@pytest.mark.claim("stable")
def test_loss_is_exact_where_the_formula_as_written_rounds_to_zero():
    assert np.log(1 + np.exp(np.float64(-40))) == 0
    assert logistic_loss(np.float64(40)) == pytest.approx(exact(40), rel=1e-12, abs=0)


@pytest.mark.claim("stable")
@given(st.floats(-1e4, 700))
def test_loss_has_all_digits_for_any_margin(m):
    assert logistic_loss(m) == pytest.approx(exact(m), rel=1e-12, abs=0)


@pytest.mark.claim("matches-torch")
@pytest.mark.parametrize("label", [-1, 1])
def test_matches_soft_margin_loss_as_drawn(figure, label):
    m, loss = torch.tensor(points(figure, "loss").T)
    score = label * m  # so the margin, label * score, is m
    expected = torch.nn.functional.soft_margin_loss(
        score, torch.full_like(m, label), reduction="none"
    )
    np.testing.assert_allclose(loss, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.claim("matches-torch")
@given(st.one_of(margins, st.floats(-50, 50)), st.sampled_from([-1, 1]))
def test_matches_binary_cross_entropy_with_logits(score, label):
    target = torch.tensor((label + 1) / 2, dtype=torch.float64)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(score, dtype=torch.float64), target
    ).item()
    # If the target is 0, PyTorch subtracts numbers as large as the score.
    rounding = 2 * EPS * abs(score) if target == 0 else TINY
    assert logistic_loss(label * score) == pytest.approx(expected, rel=1e-12, abs=rounding)


@pytest.mark.claim("slopes")
def test_slopes_at_the_dots_are_the_derivatives(numbers):
    at = torch.tensor(numbers.marked, requires_grad=True)
    torch.nn.functional.softplus(-at).sum().backward()
    np.testing.assert_allclose(numbers.slope, at.grad.numpy(), rtol=1e-12)


@pytest.mark.claim("slopes")
@given(st.floats(-700, 700))
def test_slope_is_the_derivative(m):
    at = torch.tensor(m, dtype=torch.float64, requires_grad=True)
    torch.nn.functional.softplus(-at, threshold=1000).backward()
    assert logistic_slope(m) == pytest.approx(at.grad.item(), rel=1e-12, abs=TINY)


@pytest.mark.claim("slopes")
def test_slopes_are_written_at_their_dots(figure, numbers):
    texts = all_by_gid(figure, "slope")
    assert [text.xy for text in texts] == list(map(tuple, points(figure, "marked").tolist()))
    written = [numbers_in(text.get_text()) for text in texts]
    assert written == [[round(slope, 2)] for slope in numbers.slope]
    assert [text.get_text().partition(":\n")[2] for text in texts] == ["", "", "hardly moves $w$"]


@pytest.mark.claim("value-at-zero")
def test_log_two_is_written_at_its_dot(figure):
    text = by_gid(figure, "value")
    assert text.xy == (0, math.log(2))
    assert numbers_in(text.get_text()) == [2, round(math.log(2), 3)]  # "log 2 ≈ 0.693"


@pytest.mark.claim("value-at-zero")
def test_line_leads_from_the_dot_to_its_words(figure):
    leader = by_gid(figure, "leader")
    words = all_by_gid(figure, "slope")[1].get_window_extent()  # with "log 2" above them
    end = leader.coords2.transform(leader.xy2)
    assert leader.xy1 == (0, math.log(2))
    assert words.x0 - 10 < end[0] < words.x0
    assert words.y0 - 10 < end[1] < words.y1


@pytest.mark.claim("squared-rises-again")
@given(st.sampled_from([-1, 1]), st.floats(-1e3, 1e3))
def test_squared_loss_depends_on_the_margin_only(y, a):
    score, label = torch.tensor([a, y], dtype=torch.float64)
    expected = torch.nn.functional.mse_loss(score, label).item()
    assert squared_loss(1 - y * a) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.claim("squared-rises-again")
def test_drawn_squared_loss_rises_beyond_one(figure):
    m, loss = points(figure, "squared").T
    np.testing.assert_allclose(loss, (1 - m) ** 2, rtol=0, atol=1e-15)
    assert np.all(np.diff(loss[m >= 1]) > 0)
    assert np.all(np.diff(loss[m <= 1]) < 0)


@pytest.mark.claim("zero-one-counts-errors")
def test_drawn_zero_one_loss_drops_at_zero(figure):
    left, right = (part.get_xydata() for part in all_by_gid(figure, "zero-one"))
    assert left[-1].tolist() == [0, 1]
    assert right[0, 0] > 0
    assert points(figure, "step-value").tolist() == [[0, zero_one_loss(np.zeros(1))[0]]]
    assert points(figure, "step-hole").tolist() == [[0, right[0, 1]]]
    hole = by_gid(figure, "step-hole")
    assert same_color(hole.get_markerfacecolor(), figure.axes[0].get_facecolor())


@pytest.mark.claim("zero-one-counts-errors")
def test_no_line_joins_the_parts_of_the_zero_one_loss(figure):
    parts = [np.unique(part.get_ydata()).tolist() for part in all_by_gid(figure, "zero-one")]
    assert parts == [[1], [0]]


@pytest.mark.claim("zero-one-counts-errors")
def test_zero_one_loss_counts_errors():
    rng = np.random.default_rng(0)
    score = rng.normal(size=50)
    label = rng.choice([-1, 1], 50)
    wrong = np.count_nonzero(np.sign(score) != label)
    assert zero_one_loss(label * score).sum() == wrong


def test_computed_curves_are_drawn(figure, numbers):
    for gid, values in (
        ("loss", numbers.loss),
        ("squared", numbers.squared),
        ("zero-one", numbers.zero_one),
    ):
        drawn = np.vstack([part.get_xydata() for part in all_by_gid(figure, gid)])
        assert drawn.T.tolist() == [numbers.margin.tolist(), values.tolist()], gid


def test_marked_points_are_drawn(figure, numbers):
    assert numbers.marked.tolist() == [-4, 0, 4]
    drawn = points(figure, "marked").T.tolist()
    assert drawn == [numbers.marked.tolist(), numbers.marked_loss.tolist()]
    gids = ("asymptote", "loss", "marked")
    asymptote, loss, marked = (by_gid(figure, gid).get_zorder() for gid in gids)
    assert asymptote < loss < marked


def test_grid_is_even_and_contains_zero(numbers):
    assert numbers.margin.tolist() == [6 * k / 120 for k in range(-120, 121)]


def test_sides_are_separated_at_zero(figure):
    assert by_gid(figure, "boundary").get_xdata() == [0, 0]
    axes = figure.axes[0]
    assert axes.get_title("left") == r"Misclassified: $\mathbfit{m} < \mathbf{0}$"
    (correct,) = [
        text for text in axes.texts if text.get_text() == r"Correct: $\mathbfit{m} > \mathbf{0}$"
    ]
    assert correct.xy == (0, axes.get_ylim()[1])


def test_curves_are_labelled_in_their_color(figure):
    with look.theme("light"):
        response, reference = look.color("response"), look.color("reference")
    for gid in ("loss", "marked"):
        assert same_color(by_gid(figure, gid).get_color(), response), gid
    for gid in ("squared", "zero-one", "step-value", "step-hole", "asymptote"):
        for line in all_by_gid(figure, gid):
            assert same_color(line.get_color(), reference), gid
    for text in [*all_by_gid(figure, "slope"), by_gid(figure, "value")]:
        assert same_color(text.get_color(), response), text
    labels = {text.get_text().split("\n")[0]: text for text in figure.axes[0].texts}
    assert labels["asymptote $-m$"].xy == (-0.5, 0.5)
    assert same_color(labels["logistic loss"].get_color(), response)
    assert labels["logistic loss"].get_text() == "logistic loss\n$\\log(1 + e^{-m})$"
    assert "(1 - m)^2$\nrises beyond $m = 1$:\n" in labels["squared loss"].get_text()
    assert labels["0–1 loss"].xy[1] == 1


def test_curves_differ_without_color(figure):
    lines = [line for gid in ("loss", "squared", "zero-one") for line in all_by_gid(figure, gid)]
    assert [line.get_linestyle() for line in lines] == ["-", "--", ":", ":"]


def test_axes_are_labelled_and_ticked(figure, numbers):
    axes = figure.axes[0]
    left, right = axes.get_xlim()
    assert left < numbers.margin.min() and numbers.margin.max() < right
    assert axes.get_ylim() == (-0.25, 7)
    words = r"margin $m = y\,a$, label $y = \pm 1$, score $a = w^{\!\top}\!x$"
    assert (axes.get_xlabel(), axes.get_ylabel()) == (words, "loss")
    assert axes.get_yticks().tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert axes.get_xticks().tolist() == [-6, -4, -2, 0, 1, 2, 4, 6]
    for place, label in tick_labels(figure):
        assert numbers_in(label) == [pytest.approx(place, rel=1e-12, abs=1e-15)]


def test_caption_numbers_match(prompt):
    at_zero = round(math.log(2), 3)
    assert logistic_slope(-40.0) == pytest.approx(-1)
    # After the brace in {-1, +1}, -1 is read as 1; "0–1" would be read as two numbers.
    assert numbers_in(prompt.caption.replace("0–1", "")) == [
        1, 1, 1, 0, 2, at_zero, 0, -1, 1, 1,
    ]  # fmt: skip


def test_alt_numbers_match(prompt, numbers):
    ends = [numbers.margin[0], numbers.margin[-1]]
    values = [numbers.loss[0].round(), round(math.log(2), 3), 0, 0]
    assert numbers_in(prompt.alt.replace("0–1", "")) == [*ends, *values, 1, 1, 0, 0]


def test_description_numbers_match(prompt, numbers):
    m, loss = numbers.margin, numbers.loss.round(2)
    slope, at_zero = numbers.slope.round(2), round(math.log(2), 3)
    assert numbers_in(prompt.description.replace("0–1", "")) == [
        0, loss[0], m[0], loss[-1], m[-1], slope[0], -4, slope[1], 0, at_zero, slope[2], 4,
        ASYMPTOTE_END, 0, 1, 1, 0, 1, 0, 0,
    ]  # fmt: skip


@image_test("logistic_loss_curve")
def test_picture(picture):
    return picture
