"""Tests of maximum_likelihood."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgba
from scipy.special import expit

from figurepress import look
from tests.support.artists import all_by_gid, by_gid, tick_labels
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in

NAMES = ("unsure", "best", "overconfident")
PANELS = pytest.mark.parametrize("k", range(3), ids=["small", "best", "large"])
ROLES = pytest.mark.parametrize(("role", "label"), [("positive", 1), ("negative", -1)])


def sticks(figure, k, role):
    """The x (n), foot (n) and tip (n) of the sticks of a class in one of the upper panels."""
    segments = np.array(all_by_gid(figure, f"sticks-{role}")[k].get_segments())
    assert (segments[:, 0, 0] == segments[:, 1, 0]).all(), "a stick is not upright"
    return segments[:, 0, 0], segments[:, 0, 1], segments[:, 1, 1]


def drawn_samples(figure, k=0):
    """The x (n) and y (n) of the samples: sticks of label +1 start at 0, those of label -1 at 1."""
    positive, foot, _ = sticks(figure, k, "positive")
    assert set(foot) == {0}
    negative, foot, _ = sticks(figure, k, "negative")
    assert set(foot) == {1}
    y = np.repeat([1.0, -1.0], [len(positive), len(negative)])
    return np.concatenate([positive, negative]), y


def lengths(figure, k):
    """The lengths of all sticks of a panel, label +1 first."""
    _, foot, tip = np.hstack([sticks(figure, k, role) for role in ("positive", "negative")])
    return abs(tip - foot)


def mean_logistic_loss(w, x, y):
    """The mean loss over x, y (n) at one w, a tensor, by PyTorch."""
    return torch.nn.functional.soft_margin_loss(w * torch.tensor(x), torch.tensor(y))


def rings(figure):
    """The centres (2, 2) of the rings, the least probable label first."""
    return np.concatenate([ring.get_xydata() for ring in all_by_gid(figure, "worst")])


def mark(figure, k):
    """The marked w, and the loss at which it is drawn."""
    w, loss = by_gid(figure, "marks").get_xydata()[k]
    return w, loss


@pytest.mark.claim("mean-logistic-loss")
def test_curve_is_the_mean_logistic_loss_of_the_drawn_samples(figure):
    x, y = drawn_samples(figure)
    for w, loss in by_gid(figure, "loss").get_xydata():
        assert loss == pytest.approx(mean_logistic_loss(torch.tensor(w), x, y).item(), rel=1e-12)


@pytest.mark.claim("mean-logistic-loss")
def test_curve_is_the_logarithm_of_the_likelihood(figure):
    x, y = drawn_samples(figure)
    for w, loss in by_gid(figure, "loss").get_xydata()[::20]:
        model = torch.distributions.Bernoulli(logits=torch.tensor(w * x))  # P(label +1 | x)
        likelihood = model.log_prob(torch.tensor((y + 1) / 2)).exp().prod().item()
        assert loss == pytest.approx(-np.log(likelihood) / len(y), rel=1e-12)


@pytest.mark.claim("sticks-are-probabilities")
@PANELS
def test_stick_is_the_probability_of_its_label(figure, k):
    x, y = drawn_samples(figure, k)
    w, _ = mark(figure, k)
    np.testing.assert_allclose(lengths(figure, k), expit(w * y * x), rtol=1e-12, atol=1e-15)


@pytest.mark.claim("sticks-are-probabilities")
@PANELS
def test_mark_is_the_mean_negative_logarithm_of_the_sticks(figure, k):
    _, loss = mark(figure, k)
    assert loss == pytest.approx(-np.log(lengths(figure, k)).mean(), rel=1e-12)


@pytest.mark.claim("fitted-sigmoid")
@PANELS
def test_sticks_end_on_the_sigmoid_of_the_marked_w(figure, k):
    w, _ = mark(figure, k)
    x, probability = all_by_gid(figure, "sigmoid")[k].get_xydata().T
    np.testing.assert_allclose(probability, torch.sigmoid(w * torch.tensor(x)), rtol=1e-12)
    for role in ("positive", "negative"):
        at, _, tip = sticks(figure, k, role)
        np.testing.assert_allclose(tip, torch.sigmoid(w * torch.tensor(at)), rtol=1e-12, atol=1e-15)


@pytest.mark.claim("gradient-vanishes")
def test_gradient_vanishes_at_the_best_w(figure):
    best, height = mark(figure, 1)
    w = torch.tensor(best, requires_grad=True)
    loss = mean_logistic_loss(w, *drawn_samples(figure))
    loss.backward()
    assert abs(w.grad.item()) < 1e-14
    assert height == pytest.approx(loss.item(), rel=1e-12)


@pytest.mark.claim("only-minimum")
def test_curve_is_convex_and_nowhere_below_the_best(figure):
    w, loss = by_gid(figure, "loss").get_xydata().T
    best, lowest = mark(figure, 1)
    assert (np.diff(loss, 2) > 0).all()
    assert (loss > lowest).all()
    assert (np.diff(loss[w < best]) < 0).all() and (np.diff(loss[w > best]) > 0).all()


@pytest.mark.claim("only-minimum")
def test_small_and_large_w_cost_more(figure):
    small, unsure = mark(figure, 0)
    best, lowest = mark(figure, 1)
    large, confident = mark(figure, 2)
    assert small < best < large
    assert lowest < confident < unsure == pytest.approx(np.log(2), rel=1e-12)


@pytest.mark.claim("only-minimum")
def test_samples_are_not_separable(figure):
    x, y = drawn_samples(figure)
    assert x[y == 1].min() < x[y == -1].max()
    assert set(np.sign(y * x)) == {-1, 1}


@pytest.mark.claim("overconfidence-costs")
def test_ringed_labels_are_the_least_probable(figure):
    x, _ = drawn_samples(figure, 2)
    least_probable = lengths(figure, 2).argsort()[:2]
    ringed, height = rings(figure).T
    assert sorted(ringed) == sorted(x[least_probable])
    w, _ = mark(figure, 2)
    np.testing.assert_allclose(height, expit(w * ringed), rtol=1e-12)
    for ring in all_by_gid(figure, "worst"):
        assert ring.axes is all_by_gid(figure, "sigmoid")[2].axes


@pytest.mark.claim("overconfidence-costs")
def test_ringed_labels_and_x_differ_in_sign(figure):
    x, y = drawn_samples(figure, 2)
    ringed = rings(figure)[:, 0]
    assert set(ringed) < set(x[y * x < 0])


@pytest.mark.claim("overconfidence-costs")
def test_ringed_labels_cause_most_of_the_loss(figure):
    cost = -np.log(np.sort(lengths(figure, 2))[:2])
    _, loss = mark(figure, 2)  # the mean over 24 samples
    assert cost.sum() / 24 > loss / 2


@pytest.mark.claim("overconfidence-costs")
def test_words_add_up_the_costs_of_the_ringed_labels(figure):
    _, sum_of_costs = by_gid(figure, "large-words").get_text().split("\n")
    cost = -np.log(np.sort(lengths(figure, 2))[:2])
    assert sum_of_costs == f"ringed: ({cost[0]:.1f} + {cost[1]:.1f}) / 24 = {cost.sum() / 24:.2f}"
    # The written terms, which are rounded, give the written result.
    assert (cost.round(1).sum() / 24).round(2) == (cost.sum() / 24).round(2)


@pytest.mark.claim("overconfidence-costs")
def test_cost_is_written_at_each_ring(figure):
    texts = all_by_gid(figure, "worst-cost")
    assert [list(text.xy) for text in texts] == rings(figure).tolist()
    expected = [rf"$-\log\,{p:.3f} = {-np.log(p):.1f}$" for p in np.sort(lengths(figure, 2))[:2]]
    assert [text.get_text() for text in texts] == expected


def test_cost_is_clear_of_its_ring(figure):
    ring = all_by_gid(figure, "worst")[0]
    radius = ring.figure.dpi / 72 * (ring.get_markersize() + ring.get_markeredgewidth()) / 2
    for text in all_by_gid(figure, "worst-cost"):
        box = text.get_window_extent()
        _, y = text.axes.transData.transform(text.xy)
        if text.xy[1] > 0.5:  # the stick is below its tip
            assert box.y0 > y + radius
        else:
            assert box.y1 < y - radius
        assert text.axes.bbox.y0 < box.y0 and box.y1 < text.axes.bbox.y1


def test_samples_are_drawn_as_the_prompt_states(numbers):
    uniform = np.random.default_rng(2).random(24)
    chance = expit(1.5 * numbers.x)
    np.testing.assert_allclose(numbers.x, np.linspace(-2.875, 2.875, 24), rtol=1e-12)
    assert numbers.y.tolist() == np.where(uniform < chance, 1, -1).tolist()
    assert np.abs(uniform - chance).min() > 1e-3, "a label depends on rounding"


@pytest.mark.parametrize(("field", "ends"), [("w", [-1, 5]), ("grid", [-3, 3])])
def test_grid_is_even_from_end_to_end(numbers, field, ends):
    grid = getattr(numbers, field)
    assert grid[[0, -1]].tolist() == ends
    np.testing.assert_allclose(np.diff(grid), (ends[1] - ends[0]) / 200, rtol=1e-11)


def test_fields_are_what_is_drawn(figure, numbers):
    assert by_gid(figure, "loss").get_xydata().T.tolist() == [
        numbers.w.tolist(),
        numbers.loss.tolist(),
    ]
    marks = np.array([mark(figure, k) for k in range(3)])
    assert marks.T.tolist() == [numbers.shown_w.tolist(), numbers.shown_loss.tolist()]
    assert numbers.x[numbers.worst].tolist() == rings(figure)[:, 0].tolist()
    worst = numbers.stick[2, numbers.worst]
    assert worst == pytest.approx(np.sort(lengths(figure, 2))[:2], rel=1e-12)
    for k in range(3):
        curve = all_by_gid(figure, "sigmoid")[k].get_xydata().T
        assert curve.tolist() == [numbers.grid.tolist(), numbers.probability[k].tolist()]
        for role, label in (("positive", 1), ("negative", -1)):
            x, foot, tip = sticks(figure, k, role)
            own = numbers.y == label
            assert x.tolist() == numbers.x[own].tolist()
            np.testing.assert_allclose(abs(tip - foot), numbers.stick[k, own], rtol=1e-12)


@PANELS
@ROLES
def test_sticks_have_the_colour_of_their_class(figure, k, role, label):
    with look.theme("light"):
        expected = look.color(role)
    colors = all_by_gid(figure, f"sticks-{role}")[k].get_colors()
    assert {tuple(color) for color in colors} == {to_rgba(expected)}


@ROLES
def test_class_is_labelled_at_the_feet_of_its_sticks(figure, role, label):
    name = by_gid(figure, f"name-{role}")
    assert name.get_text() == f"label {label:+d}".replace("-", "−")
    _, feet, _ = sticks(figure, 0, role)
    assert name.xy[1] == feet[0]
    assert (name.xyann[1] > 0) == (label == -1), "the name is on the sticks"


def test_marks_have_the_colour_of_a_parameter(figure):
    with look.theme("light"):
        assert by_gid(figure, "marks").get_color() == look.color("kernel")


@PANELS
def test_words_at_the_mark_state_its_loss(figure, k):
    words = by_gid(figure, ("small-words", "best-words", "large-words")[k])
    name = words.get_text().split("\n")[0]
    assert name.removesuffix(", of which") == f"{NAMES[k]}: {mark(figure, k)[1]:.2f}"
    assert words.xy == mark(figure, k)


@pytest.mark.claim("likelihood")
@PANELS
def test_panel_is_titled_with_its_w_and_likelihood(figure, numbers, k):
    w, loss = mark(figure, k)
    likelihood = np.prod(lengths(figure, k))
    assert likelihood == pytest.approx(np.exp(-24 * loss), rel=1e-12)
    assert numbers.likelihood[k] == pytest.approx(likelihood, rel=1e-12)
    axes = all_by_gid(figure, "sigmoid")[k].axes
    assert axes.get_title("left") == f"$w = {w:.3g}$: {NAMES[k]}"
    words = all_by_gid(figure, "likelihood")[k]
    assert words.axes is axes
    mantissa, exponent = f"{likelihood:.1e}".split("e")
    assert words.get_text() == rf"likelihood ${mantissa} \cdot 10^{{{int(exponent)}}}$"


def test_titles_have_one_baseline(figure):
    figure.draw_without_rendering()
    titles = [line.axes._left_title for line in all_by_gid(figure, "sigmoid")]
    baselines = [title.get_transform().transform(title.get_position())[1] for title in titles]
    assert baselines == pytest.approx([baselines[0]] * 3, abs=0.1)
    assert all("\n" not in title.get_text() for title in titles)


@pytest.mark.claim("likelihood")
def test_best_w_has_the_highest_likelihood(figure):
    small, best, large = (np.prod(lengths(figure, k)) for k in range(3))
    assert best > 10 * max(small, large)


def test_rings_are_between_curve_and_sticks(figure):
    ring = all_by_gid(figure, "worst")[0]
    curve = all_by_gid(figure, "sigmoid")[2]
    for role in ("positive", "negative"):
        stick = all_by_gid(figure, f"sticks-{role}")[2]
        assert curve.get_zorder() < ring.get_zorder() < stick.get_zorder()


def test_heading_is_flush_with_the_panels(figure):
    heading = figure.get_suptitle()
    words = "Each stick is as long as the probability of its label; their product is the likelihood"
    assert heading == words
    left = figure._suptitle.get_window_extent().x0
    panels = [all_by_gid(figure, "sigmoid")[0].axes, by_gid(figure, "loss").axes]
    assert [axes.bbox.x0 for axes in panels] == pytest.approx([left, left], abs=3)


def test_axes_are_labelled_and_hold_all(figure):
    panels = [line.axes for line in all_by_gid(figure, "sigmoid")]
    below = by_gid(figure, "loss").axes
    assert [axes.get_xlabel() for axes in (*panels, below)] == ["$x$"] * 3 + ["$w$"]
    assert panels[0].get_ylabel() == r"$P(+1 \mid x) = \sigma(w\,x)$"
    assert [axes.get_ylim() for axes in panels] == [(-0.3, 1.3)] * 3
    assert below.get_ylabel() == r"mean of $-\log\,P(y_i \mid x_i)$"
    assert below.get_title("left") == "Negative log-likelihood per sample = mean logistic loss"
    assert (below.get_xlim(), below.get_ylim()) == ((-1, 5), (0, 1.75))
    for value, words in tick_labels(figure):
        assert numbers_in(words) == [pytest.approx(value, rel=1e-12, abs=1e-12)]


def test_curves_have_the_colours_of_their_roles(figure):
    with look.theme("light"):
        response, reference = look.color("response"), look.color("reference")
    assert by_gid(figure, "loss").get_color() == response
    assert {curve.get_color() for curve in all_by_gid(figure, "sigmoid")} == {reference}
    assert {ring.get_color() for ring in all_by_gid(figure, "worst")} == {reference}


def test_caption_and_alt_numbers_match(prompt, numbers):
    small, best, large = numbers.shown_w.round(2)
    losses = numbers.shown_loss.round(2)
    disagree = np.count_nonzero(numbers.y * numbers.x < 0)
    n = len(numbers.x)
    part = -np.log(numbers.stick[2, numbers.worst]).sum() / n  # of the ringed samples
    assert len(numbers.worst) == 2
    assert numbers_in(prompt.caption) == [
        n, best, small, large, disagree, part.round(2), losses[2],
    ]  # fmt: skip
    assert numbers_in(prompt.alt) == [small, best, large, *losses]


def test_description_numbers_match(prompt, numbers):
    x, y, p = numbers.x, numbers.y, numbers.probability
    small, best, large = numbers.shown_w.round(2)
    losses = numbers.shown_loss.round(2)
    steep = p[2, np.searchsorted(numbers.grid, [-1, 1])].round(2)
    worst = numbers.stick[2, numbers.worst]
    assert set(p[0]) == {0.5}
    assert numbers_in(prompt.description) == [
        24, 12, 1, x[y == 1].min().round(1), x[y == 1].max().round(1), 0,
        12, -1, x[y == -1].min().round(1), x[y == -1].max().round(1), 1,
        small, p[0, 0], best, *p[1, [0, -1]].round(2), large, *steep, -1, 1,
        2, worst[0].round(3), -np.log(worst[0]).round(2),
        2, (-np.log(worst).sum() / 24).round(2),
        numbers.w[0], numbers.w[-1],
        numbers.loss[0].round(2), losses[1], best, numbers.loss[-1].round(2),
        losses[0], small, losses[2], large,
    ]  # fmt: skip


@image_test("maximum_likelihood")
def test_picture(picture):
    return picture
