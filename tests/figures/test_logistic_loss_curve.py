"""Guards of logistic_loss_curve."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
import torch
from tests.support.artists import line, tick_labels
from hypothesis import given
from hypothesis import strategies as st
from scripts.logistic_loss_curve import draw, logistic_loss
from tests.support.pictures import image_test
from scipy.special import expit
from tests.support.words import numbers_in

EPS = np.finfo(float).eps
TINY = np.finfo(float).tiny  # below it, from a margin of 708 on, numbers lose their digits
margins = st.floats(-1e6, 1e6)


def exact(m: float) -> float:
    """log(1 + exp(-m)) with 350 digits, then rounded."""
    with localcontext(prec=350, Emin=-(10**9), Emax=10**9):
        return float((1 + (-Decimal(m)).exp()).ln())


@pytest.mark.claim("decreasing")
def test_drawn_loss_decreases(figure):
    m, loss = line(figure, "loss").T
    assert np.all(np.diff(m) > 0)
    assert np.all(np.diff(loss) < 0)


@pytest.mark.claim("decreasing")
@given(st.floats(-1e6, 600), st.floats(1e-3, 1))
def test_larger_margin_has_smaller_loss(m, growth):
    assert logistic_loss(m + growth * (1 + abs(m)) / 10) < logistic_loss(m)


@pytest.mark.claim("convex")
def test_drawn_loss_is_convex(figure):
    assert np.all(np.diff(line(figure, "loss")[:, 1], 2) > 0)


@pytest.mark.claim("convex")
@given(margins, margins)
def test_loss_of_the_middle_is_at_most_the_mean_loss(a, b):
    mean = (logistic_loss(a) + logistic_loss(b)) / 2
    assert logistic_loss((a + b) / 2) <= mean * (1 + 4 * EPS) + TINY


@pytest.mark.claim("value-at-zero")
def test_loss_at_zero_is_log_two(figure):
    m, loss = line(figure, "loss").T
    assert loss[m == 0].tolist() == [math.log(2)]
    assert line(figure, "at zero").tolist() == [[0, math.log(2)]]


@pytest.mark.claim("positive-margin-vanishes")
def test_drawn_loss_vanishes_on_the_right(figure):
    m, loss = line(figure, "loss").T
    assert np.all(loss > 0)
    assert np.all(loss[m > 0] < np.exp(-m[m > 0]))
    assert loss[-1] < 0.0025


@pytest.mark.claim("positive-margin-vanishes")
@given(st.floats(0, 700))
def test_loss_of_a_positive_margin_lies_between_bounds_that_vanish(m):
    bound = math.exp(-m)
    loss = logistic_loss(m)
    assert (bound - bound**2 / 2) * (1 - 4 * EPS) <= loss <= bound * (1 + 4 * EPS)
    assert loss > 0


@pytest.mark.claim("negative-margin-linear")
def test_drawn_gap_to_the_asymptote_closes_to_the_left(figure):
    m, asymptote = line(figure, "asymptote").T
    margin, loss = line(figure, "loss").T
    assert np.array_equal(m, margin[: len(m)])
    gap = loss[: len(m)] - asymptote
    assert np.all(gap > 0)
    assert np.all(np.diff(gap) > 0)
    assert gap[0] < 0.0025
    assert gap[-1] == math.log(2)


@pytest.mark.claim("negative-margin-linear")
@given(st.floats(-1e6, 0))
def test_loss_exceeds_the_negated_margin_by_at_most_the_exponential(m):
    assert 0 <= logistic_loss(m) + m <= math.exp(m) + EPS * abs(m)


@pytest.mark.claim("maximum-likelihood")
def test_drawn_loss_is_minus_log_sigmoid(figure):
    m, loss = line(figure, "loss").T
    np.testing.assert_allclose(loss, -np.log(expit(m)), rtol=1e-12)


@pytest.mark.claim("maximum-likelihood")
def test_sum_over_samples_is_the_negative_log_likelihood():
    rng = np.random.default_rng(0)
    X, w, y = rng.normal(size=(50, 4)), rng.normal(size=4), rng.choice([-1, 1], 50)
    score = torch.tensor(X @ w)
    model = torch.distributions.Bernoulli(logits=score)  # P(y = 1 | x) = sigmoid(w^T x)
    likelihood = model.log_prob(torch.tensor((y + 1) / 2)).sum().item()
    assert logistic_loss(y * (X @ w)).sum() == pytest.approx(-likelihood, rel=1e-12)
    assert (expit(X @ w) + expit(-(X @ w))).tolist() == pytest.approx([1] * 50, rel=1e-15)


@pytest.mark.claim("stable")
@pytest.mark.filterwarnings("ignore:overflow")
def test_exact_where_the_formula_as_written_overflows():
    assert np.log(1 + np.exp(np.float64(1000))) == np.inf
    assert logistic_loss(np.float64(-1000)) == 1000 == exact(-1000)


@pytest.mark.claim("stable")
def test_has_all_digits_where_the_formula_as_written_rounds_to_zero():
    assert np.log(1 + np.exp(np.float64(-40))) == 0
    assert logistic_loss(np.float64(40)) == pytest.approx(exact(40), rel=1e-12, abs=0)


@pytest.mark.claim("stable")
@given(st.floats(-1e4, 700))
def test_has_all_digits_everywhere(m):
    assert logistic_loss(m) == pytest.approx(exact(m), rel=1e-12, abs=0)


@pytest.mark.claim("matches-torch")
@pytest.mark.parametrize("label", [-1, 1])
def test_matches_soft_margin_loss_as_drawn(figure, label):
    m, loss = torch.tensor(line(figure, "loss").T)
    expected = torch.nn.functional.soft_margin_loss(
        label * m, torch.full_like(m, label), reduction="none"
    )
    torch.testing.assert_close(loss, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.claim("matches-torch")
@given(st.one_of(margins, st.floats(-50, 50)), st.sampled_from([-1, 1]))
def test_matches_binary_cross_entropy_with_logits(score, label):
    target = torch.tensor((label + 1) / 2, dtype=torch.float64)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(score, dtype=torch.float64), target
    ).item()
    # PyTorch subtracts numbers of the size of the score where the label is 0.
    lost = 2 * EPS * abs(score) if label == -1 else 0
    assert logistic_loss(label * score) == pytest.approx(expected, rel=1e-12, abs=max(lost, TINY))


def test_curve_and_asymptote_are_the_computed_ones(figure, numbers):
    drawn = {name: line(figure, name).T.tolist() for name in ("loss", "asymptote", "at zero")}
    zero = numbers.margin == 0
    assert drawn == {
        "loss": [numbers.margin.tolist(), numbers.loss.tolist()],
        "asymptote": [numbers.wrong.tolist(), numbers.asymptote.tolist()],
        "at zero": [[0], numbers.loss[zero].tolist()],
    }
    assert numbers.wrong.tolist() == [m for m in numbers.margin if m <= 0]
    assert np.array_equal(numbers.asymptote, -numbers.wrong)


def test_grid_is_even_and_contains_zero(numbers):
    assert np.array_equal(numbers.margin, -numbers.margin[::-1])
    np.testing.assert_allclose(np.diff(numbers.margin), 0.05, rtol=1e-12)
    assert 0 in numbers.margin


def test_sides_are_parted_at_zero_and_named(figure):
    axes = figure.axes[0]
    (sides,) = axes.collections
    (segment,) = sides.get_segments()
    assert segment.tolist() == [[0, axes.get_ylim()[0]], [0, axes.get_ylim()[1]]]
    wrong, right = axes.texts[-2:]
    assert wrong.get_text() == "wrong side, $m < 0$:\nlabel and score disagree in sign"
    assert right.get_text() == "right side, $m > 0$:\nlabel and score agree in sign"
    assert (wrong.get_ha(), right.get_ha()) == ("right", "left")
    assert wrong.get_position()[0] < 0 < right.get_position()[0]


def test_labels_name_the_lines_in_their_colours(figure, numbers):
    axes = figure.axes[0]
    colors = {drawn.get_label(): drawn.get_color() for drawn in axes.lines}
    labels = {text.get_text(): text.get_color() for text in axes.texts}
    assert labels[r"$\mathrm{loss}(m) = \log(1 + e^{-m})$"] == colors["loss"]
    assert labels["tends to 0"] == colors["loss"]
    assert labels["asymptote $-m$"] == colors["asymptote"] != colors["loss"]
    assert axes.texts[3].get_text() == rf"$\log 2 \approx {math.log(2):.3f}$"
    assert axes.texts[3].xy == (0, math.log(2))
    styles = {drawn.get_label(): drawn.get_linestyle() for drawn in axes.lines}
    assert styles == {"loss": "-", "asymptote": "--", "at zero": "None"}


def test_guides_are_thinner_than_the_curve_and_under_it(figure):
    axes = figure.axes[0]
    drawn = {artist.get_label(): artist for artist in [*axes.lines, *axes.collections]}
    for guide in (drawn["asymptote"], drawn["sides"]):
        assert guide.get_zorder() < drawn["loss"].get_zorder()
        assert np.all(guide.get_linewidth() < drawn["loss"].get_linewidth())


def test_axes_hold_all_and_name_it(figure, numbers):
    axes = figure.axes[0]
    left, right = axes.get_xlim()
    assert left < numbers.margin.min() and numbers.margin.max() < right
    assert axes.get_ylim()[0] == 0
    assert axes.get_ylim()[1] > numbers.loss.max()
    assert axes.get_xlabel() == r"margin $m = y\,w^\top x$: label times score"
    assert axes.get_ylabel() == "loss"
    for place, label in tick_labels(figure):
        assert numbers_in(label) == [pytest.approx(place, rel=1e-12, abs=1e-15)]


def test_words_tell_the_numbers(prompt, numbers):
    m, loss = numbers.margin, numbers.loss.round(3)
    at_zero = loss[m == 0].item()
    assert at_zero == round(math.log(2), 3)
    assert numbers_in(prompt.caption) == [1, -1, 1, 0, 2, at_zero, 0]
    assert numbers_in(prompt.alt) == [
        m[0], m[-1], 0, loss[0], 0, at_zero, numbers.asymptote[-1], 0, 0, loss[-1], m[-1],
    ]  # fmt: skip


@image_test("logistic_loss_curve")
def test_picture(numbers, theme):
    return draw(numbers)
