"""Guards of maximum_likelihood."""

from figurepress import look
from lecture.losses import logistic_loss

import numpy as np
import pytest
import torch
from tests.support.artists import line, lines, tick_labels
from hypothesis import given
from hypothesis import strategies as st
from scripts.maximum_likelihood import draw, minimiser, negative_log_likelihood, sigmoid, slope
from tests.support.pictures import image_test
from scipy.optimize import brentq
from scipy.special import expit
from tests.support.words import numbers_in

samples = st.lists(st.tuples(st.floats(-3, 3), st.sampled_from([-1.0, 1.0])), min_size=1).map(
    lambda pairs: np.array(pairs).T
)


def mean_logistic_loss(w, x, y):
    """By the lecture's formula: the mean over x, y (n) at one w, a tensor."""
    x, y = torch.tensor(x), torch.tensor(y)
    return logistic_loss(w * x, y).mean()


def marked(figure):
    """The marked w and their losses: the smaller, the best, the larger."""
    small, large = lines(figure, "other w")[:2]
    return np.concatenate([small, lines(figure, "best w")[0], large])


def sigmoids(figure):
    """The curves (k, 2) at the right, for the same three."""
    small, large = lines(figure, "other w")[2:]
    return small, lines(figure, "best w")[1], large


def drawn_samples(figure):
    """x and y (n each) of the samples at the right, by the height they are drawn at."""
    (one, ones), (zero, zeros) = (line(figure, label).T for label in ("label +1", "label −1"))
    assert np.all(ones == 1) and np.all(zeros == 0), "a sample is not at the height of its label"
    return np.concatenate([one, zero]), np.repeat([1.0, -1.0], [len(one), len(zero)])


@pytest.mark.claim("mean-logistic-loss")
def test_drawn_curve_is_the_mean_logistic_loss_of_the_drawn_samples(figure):
    x, y = drawn_samples(figure)
    for w, loss in line(figure, "loss"):
        expected = mean_logistic_loss(torch.tensor(w), x, y).item()
        assert loss == pytest.approx(expected, rel=1e-12)


@pytest.mark.claim("mean-logistic-loss")
@given(st.floats(-100, 100), samples)
def test_negative_log_likelihood_is_the_mean_logistic_loss_everywhere(w, xy):
    (loss,) = negative_log_likelihood(np.array([w]), *xy)
    expected = mean_logistic_loss(torch.tensor(w, dtype=torch.float64), *xy).item()
    assert loss == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.claim("mean-logistic-loss")
def test_it_is_the_logarithm_of_the_probability_of_all_labels(figure, numbers):
    x, y = drawn_samples(figure)
    for w, loss in line(figure, "loss")[::20]:
        model = torch.distributions.Bernoulli(logits=torch.tensor(w * x))  # P(label +1 | x)
        likelihood = model.log_prob(torch.tensor((y + 1) / 2)).exp().prod().item()
        assert loss == pytest.approx(-np.log(likelihood) / len(y), rel=1e-12)


@pytest.mark.claim("gradient-vanishes")
def test_gradient_vanishes_at_the_best_w(figure):
    best, height = marked(figure)[1]
    w = torch.tensor(best, requires_grad=True)
    loss = mean_logistic_loss(w, *drawn_samples(figure))
    loss.backward()
    assert abs(w.grad.item()) < 1e-14
    assert height == pytest.approx(loss.item(), rel=1e-12)


@given(st.floats(-100, 100), samples)
@pytest.mark.claim("gradient-vanishes")
def test_slope_is_the_gradient_by_autograd(w, xy):
    parameter = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    mean_logistic_loss(parameter, *xy).backward()
    assert slope(w, *xy) == pytest.approx(parameter.grad.item(), rel=1e-12, abs=1e-15)


@pytest.mark.claim("only-minimum")
def test_curve_is_convex_and_nowhere_below_the_mark(figure):
    w, loss = line(figure, "loss").T
    best, lowest = marked(figure)[1]
    assert np.all(np.diff(loss, 2) > 0)
    assert np.all(loss > lowest)
    assert np.all(np.diff(loss[w < best]) < 0) and np.all(np.diff(loss[w > best]) > 0)


@pytest.mark.claim("only-minimum")
def test_one_marked_w_is_smaller_and_one_larger_and_both_cost_more(figure):
    (small, unsure), (best, lowest), (large, too_sure) = marked(figure)
    assert small < best < large
    assert lowest < too_sure < unsure == pytest.approx(np.log(2), rel=1e-12)


@pytest.mark.claim("only-minimum")
def test_labels_that_disagree_with_x_are_what_a_large_w_pays_for(figure):
    x, y = drawn_samples(figure)
    large, loss = marked(figure)[2]
    paid = logistic_loss(torch.tensor(large * x), torch.tensor(y)).numpy()
    assert paid[y * x < 0].sum() > 0.9 * loss * len(y)


@pytest.mark.claim("only-minimum")
def test_samples_are_not_separable(figure):
    x, y = drawn_samples(figure)
    assert set(np.sign(y * x)) == {-1, 1}
    assert x[y == 1].min() < x[y == -1].max(), "the labels do not overlap"


@pytest.mark.claim("only-minimum")
@given(st.integers(0, 2**32 - 1))
def test_minimiser_is_where_another_solver_finds_the_root(seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.5, 3, 20)
    y = np.repeat([1.0, -1.0], [12, 8])
    root = brentq(lambda w: -np.mean(y * x * expit(-w * y * x)), -1, 5, xtol=1e-14, rtol=1e-14)
    assert minimiser(x, y) == pytest.approx(root, abs=1e-12)


@pytest.mark.claim("fitted-sigmoid")
def test_drawn_probability_is_the_sigmoid_of_the_marked_w(figure):
    for (w, _), curve in zip(marked(figure), sigmoids(figure), strict=True):
        x, probability = curve.T
        expected = torch.sigmoid(w * torch.tensor(x)).numpy()
        np.testing.assert_allclose(probability, expected, rtol=1e-12)


@pytest.mark.claim("fitted-sigmoid")
@given(st.floats(-700, 700))
def test_sigmoid_matches_torch(a):
    expected = torch.sigmoid(torch.tensor(a, dtype=torch.float64)).item()
    assert sigmoid(np.float64(a)) == pytest.approx(expected, rel=1e-12, abs=0)


def test_samples_are_even_and_their_labels_drawn_as_stated(numbers):
    uniform = np.random.default_rng(2).random(24)
    chance = expit(1.5 * numbers.x)
    np.testing.assert_allclose(numbers.x, np.linspace(-2.875, 2.875, 24), rtol=1e-12)
    assert numbers.y[uniform < chance].tolist() == [1] * np.count_nonzero(uniform < chance)
    assert set(numbers.y[uniform > chance]) == {-1}
    assert np.abs(uniform - chance).min() > 1e-3, "a label depends on rounding"


def test_grids_are_even_from_end_to_end(numbers):
    for grid, ends in (numbers.w, [-1, 5]), (numbers.grid, [-3, 3]):
        assert grid[[0, -1]].tolist() == ends
        np.testing.assert_allclose(np.diff(grid), (ends[1] - ends[0]) / 200, rtol=1e-11)


def test_draws_the_computed_numbers(figure, numbers):
    assert line(figure, "loss").T.tolist() == [numbers.w.tolist(), numbers.loss.tolist()]
    assert marked(figure).T.tolist() == [numbers.shown_w.tolist(), numbers.shown_loss.tolist()]
    for curve, probability in zip(sigmoids(figure), numbers.probability, strict=True):
        assert curve.T.tolist() == [numbers.grid.tolist(), probability.tolist()]
    assert line(figure, "label +1")[:, 0].tolist() == numbers.x[numbers.y == 1].tolist()
    assert line(figure, "label −1")[:, 0].tolist() == numbers.x[numbers.y == -1].tolist()


def test_words_stand_at_what_they_name(figure, numbers):
    likelihood, fit = figure.axes
    best = f"$\\hat{{w}} = {numbers.shown_w[1]:.2f}$"
    names = "$w = 0$", best, "$w = 4$"
    marks = [text.get_text() for text in likelihood.texts]
    assert marks == [f"{names[0]}: unsure", f"{best}: best", f"{names[2]}: too sure"]
    places = np.array([text.get_position() for text in likelihood.texts])
    assert np.all(abs(places - marked(figure)) < [0.4, 0.2]), "words are far from their mark"
    assert [text.get_text() for text in fit.texts] == [*names, "label +1", "label −1"]
    for text, curve in zip(fit.texts, sigmoids(figure), strict=False):
        x, y = text.get_position()
        away = [abs(np.interp(x, *other.T) - y) for other in sigmoids(figure)]
        assert abs(np.interp(x, *curve.T) - y) == min(away), f"{text.get_text()} names another"
    positive, negative = fit.texts[3:]
    assert [text.get_position()[1] for text in (positive, negative)] == [1, 0]
    assert positive.get_position()[0] < line(figure, "label +1")[:, 0].min() - 1
    assert negative.get_position()[0] > line(figure, "label −1")[:, 0].max() + 1
    assert (positive.get_ha(), negative.get_ha()) == ("left", "right")


def test_colours_markers_and_dashes_say_what_is_what(figure):
    look = [
        (artist.get_label(), artist.get_color(), artist.get_marker(), artist.get_linestyle())
        for axes in figure.axes
        for artist in axes.lines
    ]
    with look.theme("light"):
        kernel, reference = look.color("kernel"), look.color("reference")
        assert look == [
            ("loss", look.color("response"), "None", "-"),
            ("other w", reference, "s", ":"),
            ("best w", kernel, "o", "-"),
            ("other w", reference, "D", "--"),
            ("other w", reference, "", ":"),
            ("best w", kernel, "", "-"),
            ("other w", reference, "", "--"),
            ("label +1", look.color("positive"), "o", "None"),
            ("label −1", look.color("negative"), "^", "None"),
        ]
    for axes in figure.axes:
        assert [text.get_color() for text in axes.texts[:3]] == [reference, kernel, reference]


def test_axes_hold_all_and_tell_their_values(figure, numbers):
    likelihood, fit = figure.axes
    assert likelihood.get_title("left") == "Negative log-likelihood"
    assert fit.get_title("left") == "What each $w$ says of the labels"
    assert (likelihood.get_xlabel(), fit.get_xlabel()) == ("$w$", "$x$")
    assert likelihood.get_ylabel() == r"mean of $-\log\,P(y_i \mid x_i)$"
    assert fit.get_ylabel() == r"$P(y = +1 \mid x) = \sigma(w\,x)$"
    assert likelihood.get_ylim()[0] == 0
    assert likelihood.get_ylim()[1] > numbers.loss.max()
    assert fit.get_ylim()[0] < 0 and fit.get_ylim()[1] > 1
    assert likelihood.get_xlim()[0] < numbers.w[0] and numbers.w[-1] < likelihood.get_xlim()[1]
    assert fit.get_xlim()[0] < numbers.grid[0] and numbers.grid[-1] < fit.get_xlim()[1]
    for value, words in tick_labels(figure):
        assert numbers_in(words) == [pytest.approx(value, rel=1e-12, abs=1e-12)]


def test_words_tell_the_numbers(prompt, numbers):
    x, y, p = numbers.x, numbers.y, numbers.probability
    (small, best, large), costs = numbers.shown_w.round(2), numbers.shown_loss.round(2)
    disagree = np.count_nonzero(y * x < 0)
    assert numbers_in(prompt.caption) == [len(x), best, small, large, disagree]
    steep = p[2, np.searchsorted(numbers.grid, [-1, 1])].round(2)
    assert set(p[0]) == {0.5}
    assert numbers_in(prompt.alt) == [
        numbers.w[0], numbers.w[-1],
        round(numbers.loss[0], 2), costs[1], best, round(numbers.loss[-1], 2),
        costs[0], small, costs[2], large,
        1, numbers.grid[0], numbers.grid[-1], p[0, 0],
        small, *p[1, [0, -1]].round(2), large, *steep, -1, 1,
        np.count_nonzero(y == 1), 1, 1, x[y == 1].min().round(1), x[y == 1].max().round(1),
        np.count_nonzero(y == -1), -1, 0, x[y == -1].min().round(1), x[y == -1].max().round(1),
    ]  # fmt: skip


@image_test("maximum_likelihood")
def test_picture(numbers, theme):
    return draw(numbers)
