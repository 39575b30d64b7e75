"""Guards of lasso_path."""

from figurepress import look
from lecture.losses import (
    lasso_lambda_max,
    lasso_objective,
    sparse_logistic_lambda_max,
    sparse_logistic_objective,
)

import lasso_path
import numpy as np
import pytest
import torch
from tests.support.artists import tick_labels
from hypothesis import given, settings
from hypothesis import strategies as st
from scripts.lasso_path import (
    draw,
    logistic_gradient,
    proximal_gradient,
    soft_threshold,
    squared_gradient,
)
from tests.support.pictures import image_test
from sklearn.linear_model import Lasso, LogisticRegression
from tests.support.words import numbers_in

ZEROS, SUPPORT = [1, 3, 4, 6, 7], [0, 2, 5]
seeds = st.integers(0, 2**32 - 1)
both = pytest.mark.parametrize("loss", ["least squares", "logistic"])


def panel(figure, loss):
    """The axes of this loss."""
    return figure.axes[["least squares", "logistic"].index(loss)]


def curves(figure, loss):
    """The drawn lines, w1 to w8: as those of one label are drawn, so they are ordered."""
    found = {"true support": [], "true zeros": []}
    for line in panel(figure, loss).lines:
        found[line.get_label()].append(line)
    places = SUPPORT + ZEROS
    lines = found["true support"] + found["true zeros"]
    return [line for _, line in sorted(zip(places, lines, strict=True), key=lambda pair: pair[0])]


def shaded(figure, loss):
    """The first and the last lambda (2) of the shaded ground."""
    (ground,) = panel(figure, loss).patches
    return ground.get_bbox().get_points()[:, 0]


def coefficients(figure, loss):
    """The drawn lambdas (k), and the drawn coefficients (k, 8)."""
    points = np.array([curve.get_xydata() for curve in curves(figure, loss)])
    assert np.all(points[:, :, 0] == points[0, :, 0]), "coefficients are drawn at other lambdas"
    return points[0, :, 0], points[:, :, 1].T


def of(numbers, loss):
    """The computed path of a loss, the y it is fitted to, its objective and its lambda_max."""
    if loss == "least squares":
        return numbers.least_squares, numbers.targets, lasso_objective, lasso_lambda_max
    return numbers.logistic, numbers.labels, sparse_logistic_objective, sparse_logistic_lambda_max


def slope(objective, w, X, y):
    """The gradient (d) of the mean loss at w, by autograd from the lecture's formula."""
    w, X, y = (torch.tensor(array, requires_grad=array is w) for array in (w, X, y))
    return torch.autograd.grad(objective(w, X, y, 0.0), w)[0].numpy()


@both
@pytest.mark.claim("optimal")
def test_optimality_conditions_hold_at_every_drawn_lambda(figure, numbers, loss):
    _, y, objective, _ = of(numbers, loss)
    for lam, w in zip(*coefficients(figure, loss), strict=True):
        g, on = slope(objective, w, numbers.X, y), w != 0
        np.testing.assert_allclose(g[on], -lam * np.sign(w[on]), rtol=0, atol=1e-11)
        assert np.all(np.abs(g[~on]) <= lam * (1 + 1e-12)), f"a zero at lambda {lam} is not optimal"


@both
@pytest.mark.claim("optimal")
def test_minimiser_does_not_depend_on_where_the_search_begins(numbers, loss):
    found, y, objective, _ = of(numbers, loss)
    step = len(y) / np.linalg.norm(numbers.X, 2) ** 2 / 2
    rng = np.random.default_rng(1)
    for k in (20, 60, 80):
        w = proximal_gradient(
            rng.normal(size=8), lambda w: slope(objective, w, numbers.X, y), found.lam[k], step
        )
        np.testing.assert_allclose(w, found.w[k], rtol=0, atol=1e-11)


@both
@pytest.mark.claim("norm-never-increases")
def test_norm_never_increases_with_lambda(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    norm = np.linalg.norm(w, 1, axis=1)
    assert np.all(np.diff(lam) > 0)
    assert np.all(np.diff(norm[lam <= of(numbers, loss)[0].lam_max]) < 0)
    assert np.all(norm[lam >= of(numbers, loss)[0].lam_max] == 0)


@settings(max_examples=20)
@given(seeds, st.floats(0.01, 1), st.floats(0.3, 1))
@pytest.mark.claim("norm-never-increases")
def test_norm_never_increases_for_other_data(seed, large, part):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 4)), rng.choice([-1.0, 1.0], 30)
    spread = np.linalg.norm(X, 2) ** 2 / 30
    for gradient, steepest in (squared_gradient, 2 * spread), (logistic_gradient, spread / 4):
        norm = [
            np.abs(
                proximal_gradient(np.zeros(4), lambda w, f=gradient: f(w, X, y), lam, 1 / steepest)
            ).sum()
            for lam in (part * large, large)
        ]
        assert norm[1] <= norm[0] + 1e-10


@both
@pytest.mark.claim("zero-from-lambda-max")
def test_all_coefficients_are_zero_exactly_from_lambda_max_on(figure, numbers, loss):
    _, y, _, lambda_max = of(numbers, loss)
    edge = lambda_max(torch.tensor(numbers.X), torch.tensor(y)).item()
    lam, w = coefficients(figure, loss)
    above = lam >= edge * (1 - 1e-12)
    assert above.sum() == 29, "too few lambdas are drawn from lambda_max on"
    assert np.all(w[above] == 0)
    assert np.all((w[~above] != 0).any(axis=1))


@both
@pytest.mark.claim("zero-from-lambda-max")
def test_dotted_line_stands_at_lambda_max_of_theory(figure, numbers, loss):
    found, y, _, lambda_max = of(numbers, loss)
    axes = panel(figure, loss)
    (dotted,) = [c for c in axes.collections if c.get_label() == "lambda max"]
    (segment,) = dotted.get_segments()
    edge = lambda_max(torch.tensor(numbers.X), torch.tensor(y)).item()
    np.testing.assert_allclose(segment[:, 0], edge, rtol=1e-12)
    assert found.lam_max == segment[0, 0] == segment[1, 0]
    (words,) = [text for text in axes.texts if "max" in text.get_text()]
    assert words.get_text() == "from $\\lambda_{\\max}$\non: $w = 0$"
    assert edge < words.get_position()[0] < 1.3 * edge, "the words are not beside the line"


@both
@pytest.mark.claim("support-recovered")
def test_support_is_the_true_one_on_the_shaded_ground_only(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    first, last = shaded(figure, loss) * [1 - 1e-12, 1 + 1e-12]
    here = ((w != 0) == (numbers.true_w != 0)).all(axis=1)
    assert np.array_equal(here, (first <= lam) & (lam <= last))
    assert last / first > 4, "too short to be seen"
    (words,) = [t for t in panel(figure, loss).texts if "true $w$" in t.get_text()]
    assert words.get_text() == "zeros\nas in the\ntrue $w$"
    middle, height = words.get_position()
    assert middle == pytest.approx((first * last) ** 0.5, rel=1e-9)
    assert w.max() < height, "the words are on the curves"


@both
@pytest.mark.claim("support-recovered")
def test_support_is_the_true_one_at_the_stated_ends(prompt, numbers, loss):
    found, y, objective, _ = of(numbers, loss)
    stated = numbers_in(prompt.caption)[3:7]
    for k, lam in enumerate(stated[:2] if loss == "least squares" else stated[2:]):
        assert lam == pytest.approx(found.recovered[k], rel=0.04)
        step = len(y) / np.linalg.norm(numbers.X, 2) ** 2 / 2
        w = proximal_gradient(
            numbers.true_w, lambda w: slope(objective, w, numbers.X, y), lam, step
        )
        assert np.array_equal(w != 0, numbers.true_w != 0)


@both
@pytest.mark.claim("support-recovered")
def test_no_coefficient_is_zero_or_not_by_rounding(numbers, loss):
    found, y, objective, _ = of(numbers, loss)
    for lam, w in zip(found.lam, found.w, strict=True):
        g = slope(objective, w, numbers.X, y)
        assert np.all(np.abs(w[w != 0]) > 1e-5)
        assert lam == found.lam_max or np.all(np.abs(g[w == 0]) < lam * (1 - 1e-3))


@pytest.mark.claim("matches-scikit-learn")
@pytest.mark.parametrize("k", range(0, 80, 13))
def test_least_squares_is_scikit_learn_with_alpha_half_lambda(figure, numbers, k):
    lam, w = (values[k] for values in coefficients(figure, "least squares"))
    solver = Lasso(alpha=lam / 2, fit_intercept=False, tol=1e-15, max_iter=10**5)
    solver.fit(numbers.X, numbers.targets)
    np.testing.assert_allclose(w, solver.coef_, rtol=0, atol=1e-8)
    assert np.array_equal(w != 0, solver.coef_ != 0)


@pytest.mark.claim("matches-scikit-learn")
@pytest.mark.parametrize("k", range(0, 80, 13))
def test_logistic_is_scikit_learn_with_c_one_over_n_lambda(figure, numbers, k):
    lam, w = (values[k] for values in coefficients(figure, "logistic"))
    solver = LogisticRegression(
        C=1 / (len(numbers.labels) * lam), l1_ratio=1, solver="liblinear",
        fit_intercept=False, tol=1e-12, max_iter=10**4, random_state=0,
    )  # fmt: skip
    solver.fit(numbers.X, numbers.labels)
    np.testing.assert_allclose(w, solver.coef_[0], rtol=0, atol=1e-8)


@given(seeds, st.integers(1, 6), st.integers(1, 6), st.floats(-3, 2))
def test_gradients_are_those_of_the_lecture_s_losses(seed, n, d, magnitude):
    rng = np.random.default_rng(seed)
    X, w = rng.normal(size=(n, d)), 10**magnitude * rng.normal(size=d)
    for gradient, objective, y in (
        (squared_gradient, lasso_objective, rng.normal(size=n)),
        (logistic_gradient, sparse_logistic_objective, rng.choice([-1.0, 1.0], n)),
    ):
        expected = slope(objective, w, X, y)
        rounding = 1e-12 * (1 + np.abs(X).sum() ** 2 * np.abs(w).sum())
        np.testing.assert_allclose(gradient(w, X, y), expected, rtol=1e-12, atol=rounding)


def test_steps_are_one_over_the_fastest_that_a_gradient_can_change(numbers, monkeypatch):
    steps, search = set(), lasso_path.proximal_gradient

    def noted(w, gradient, lam, step):
        steps.add(step)
        return search(w, gradient, lam, step)

    monkeypatch.setattr(lasso_path, "proximal_gradient", noted)
    lasso_path.compute()
    largest = np.linalg.eigvalsh(numbers.X.T @ numbers.X / len(numbers.X))[-1]
    np.testing.assert_allclose(sorted(steps), [1 / (2 * largest), 4 / largest])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_search_with_too_large_a_step_ends_with_an_error(numbers):
    X, y = numbers.X, numbers.targets
    step = 1.5 * len(y) / np.linalg.norm(X, 2) ** 2  # 2 / L is the largest that converges
    with pytest.raises(ArithmeticError, match="no minimiser after 10000 steps"):
        proximal_gradient(np.ones(8), lambda w: squared_gradient(w, X, y), 0.1, step)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8), st.floats(0, 1e6))
def test_soft_threshold_matches_torch(entries, t):
    expected = torch.nn.functional.softshrink(torch.tensor(entries, dtype=torch.float64), t)
    assert soft_threshold(np.array(entries), t).tolist() == expected.tolist()


def test_data_are_drawn_from_the_true_w_in_the_stated_order(numbers):
    rng = np.random.default_rng(7)
    X, noise, uniform = rng.normal(size=(120, 8)), rng.normal(size=120), rng.random(120)
    assert numbers.true_w.tolist() == [2, 0, -1.5, 0, 0, 1, 0, 0]
    np.testing.assert_array_equal(numbers.X, X)
    np.testing.assert_allclose(numbers.targets - X @ numbers.true_w, noise, rtol=0, atol=1e-14)
    chance = torch.sigmoid(torch.tensor(X @ numbers.true_w)).numpy()
    assert numbers.labels.tolist() == (1 - 2.0 * (uniform > chance)).tolist()
    assert np.abs(uniform - chance).min() > 1e-4, "a label depends on rounding"


@both
def test_lambdas_are_even_on_the_log_scale_and_contain_lambda_max(numbers, loss):
    found = of(numbers, loss)[0]
    np.testing.assert_allclose(np.diff(np.log10(found.lam)), 1 / 40, rtol=1e-11)
    np.testing.assert_allclose(found.lam[[0, -1]] / found.lam_max, [0.01, 10**0.7], rtol=1e-12)
    assert found.lam[80] == found.lam_max


@both
def test_draws_the_computed_path(figure, numbers, loss):
    found = of(numbers, loss)[0]
    lam, w = coefficients(figure, loss)
    assert np.array_equal(lam, found.lam)
    assert np.array_equal(w, found.w)
    np.testing.assert_allclose(shaded(figure, loss), found.recovered, rtol=1e-12)
    axes = panel(figure, loss)
    assert (
        axes.get_title("left")
        == {
            "least squares": "Least squares",
            "logistic": "Logistic regression",
        }[loss]
    )
    assert axes.get_xlabel() == r"$\lambda$ (log scale)"
    assert axes.get_xscale() == "log"
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert left < lam[0] and lam[-1] <= right
    assert bottom < w.min() and w.max() < top


@both
def test_solid_lines_are_the_true_support_and_named_where_they_begin(figure, numbers, loss):
    with look.theme("light"):
        kernel, reference = look.color("kernel"), look.color("reference")
    lam, w = coefficients(figure, loss)
    texts = {text.get_text(): text for text in panel(figure, loss).texts}
    for j in SUPPORT:
        line, name = curves(figure, loss)[j], texts[f"$w_{j + 1}$"]
        assert (line.get_color(), line.get_linestyle()) == (kernel, "-")
        assert (name.get_color(), name.get_ha(), name.get_va()) == (kernel, "right", "center")
        x, y = name.get_position()
        assert lam[0] / 1.2 < x < lam[0] and y == w[0, j], f"w{j + 1} is named elsewhere"
    for j in ZEROS:
        line = curves(figure, loss)[j]
        assert (line.get_color(), line.get_linestyle()) == (reference, "--")
        assert f"$w_{j + 1}$" not in texts
    zeros = texts["true value 0"]
    assert zeros.get_color() == reference
    assert -0.3 < zeros.get_position()[1] < w[0, ZEROS].min()


@both
def test_guides_lie_under_the_true_support_and_are_thinner(figure, loss):
    (lambda_max,) = panel(figure, loss).collections
    lines = curves(figure, loss)
    for guide in [lambda_max, *(lines[j] for j in ZEROS)]:
        assert all(guide.get_zorder() < lines[j].get_zorder() for j in SUPPORT)
        assert all(np.all(guide.get_linewidth() < lines[j].get_linewidth()) for j in SUPPORT)


def test_axes_tell_their_values(figure):
    assert figure.axes[0].get_ylabel() == "coefficient $w_j$"
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()
    for value, words in tick_labels(figure):
        assert numbers_in(words) == [pytest.approx(value, rel=1e-12, abs=1e-12)]
    for axes in figure.axes:
        seen = [x for x in axes.get_xticks() if axes.viewLim.x0 <= x <= axes.viewLim.x1]
        assert len(seen) >= 5


def rounded(value, digits):
    """Value with this many significant digits."""
    return float(f"{value:.{digits}g}")


def test_words_tell_the_numbers(prompt, numbers):
    squares, logistic = numbers.least_squares, numbers.logistic
    edges = [rounded(found.lam_max, 3) for found in (squares, logistic)]
    first, last, first_logistic, last_logistic = (
        rounded(lam, 2) for lam in (*squares.recovered, *logistic.recovered)
    )
    assert numbers_in(prompt.caption) == [
        len(SUPPORT), len(numbers.true_w), 0, first, last, first_logistic, last_logistic, *edges, 0,
    ]  # fmt: skip
    gone = [rounded(squares.lam[squares.w[:, j] == 0].min(), 2) for j in (5, 2)]
    start, start_logistic = (
        [*w[[0, 5, 2]].round(2), w[ZEROS].min().round(2), w[ZEROS].max().round(2)]
        for w in (squares.w[0], logistic.w[0])
    )
    assert numbers_in(prompt.alt) == [
        rounded(squares.lam[0], 2), *start[:3], 0, *gone, edges[0], 0, *start[3:], 0, first, last,
        rounded(logistic.lam[0], 2), *start_logistic, first_logistic, last_logistic, 0, *edges,
    ]  # fmt: skip


@image_test("lasso_path")
def test_picture(numbers, theme):
    return draw(numbers)
