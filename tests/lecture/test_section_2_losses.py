"""Section 2: linear models, sparsity, logistic regression."""

from itertools import product

from lecture.losses import (
    l0,
    l1,
    lasso_lambda_max,
    lasso_objective,
    linear_model,
    logistic_loss,
    probability,
    sparse_logistic_lambda_max,
    sparse_logistic_objective,
    squared_loss,
)

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.samples import normal, signs
from torch.nn import functional

seeds = st.integers(0, 2**32 - 1)
numbers = st.floats(-100, 100).filter(lambda a: a == 0 or abs(a) > 1e-100)
quick = settings(max_examples=40, deadline=None)

SPARSE = pytest.mark.parametrize(
    ("objective", "lambda_max"),
    [
        pytest.param(lasso_objective, lasso_lambda_max, id="lasso"),
        pytest.param(sparse_logistic_objective, sparse_logistic_lambda_max, id="logistic"),
    ],
)


def vector(*entries):
    return torch.tensor(entries, dtype=torch.float64)


def problem(seed, n=9, d=3):
    """Samples X (n, d) and labels y (n)."""
    return normal(n, d, seed=seed), signs(n, seed=seed + 1)


def lasso(X, y, lam):
    """The minimiser of the Lasso objective: of all 3^d sign patterns, the one that fits.

    Where w_j is not 0 the squared loss has slope -lam sign(w_j), elsewhere one
    between -lam and lam.
    """
    X, y = X.numpy(), y.numpy()
    n, d = X.shape
    for pattern in product((0.0, -1.0, 1.0), repeat=d):
        sign = np.array(pattern)
        on = sign != 0
        A = X[:, on]
        w = np.zeros(d)
        w[on] = np.linalg.solve(A.T @ A, A.T @ y - n * lam / 2 * sign[on])
        slope = 2 / n * X.T @ (X @ w - y)
        if (np.sign(w) == sign).all() and (np.abs(slope[~on]) <= lam).all():
            return torch.from_numpy(w)
    raise AssertionError("no sign pattern fits: the columns of X depend on each other")


# 2.1 Squared loss


@quick
@given(numbers, numbers)
def test_2_1_squared_loss_is_the_squared_residual(prediction, target):
    loss = squared_loss(vector(prediction), vector(target))
    assert loss.item() == pytest.approx(abs(prediction - target) ** 2, rel=1e-12)


def test_2_1_squared_loss_averages_to_mse_loss():
    prediction, target = normal(6, seed=1), normal(6, seed=2)
    loss = squared_loss(prediction, target)
    assert loss.shape == (6,)
    torch.testing.assert_close(
        loss.mean(), functional.mse_loss(prediction, target), rtol=1e-14, atol=0
    )


# 2.2 Sparsity


@quick
@given(st.lists(numbers | st.just(0.0), min_size=1, max_size=8))
def test_2_2_l0_counts_the_nonzeros(entries):
    assert l0(vector(*entries)).item() == sum(entry != 0 for entry in entries)


@quick
@given(st.lists(numbers, min_size=1, max_size=8))
def test_2_2_l1_sums_the_absolute_values(entries):
    w = vector(*entries)
    assert l1(w).item() == pytest.approx(sum(map(abs, entries)), rel=1e-12)
    assert l1(w).item() == pytest.approx(torch.linalg.vector_norm(w, 1).item(), rel=1e-12)


@quick
@given(st.lists(numbers.filter(bool), min_size=1, max_size=5), st.floats(-0.99, 0.99))
def test_2_2_l0_is_flat_around_every_w_without_zeros(entries, change):
    w = vector(*entries)
    assert l0(w + change * w.abs().min()) == l0(w)


@quick
@given(numbers.filter(bool))
def test_2_2_l0_jumps_at_zero(step):
    assert l0(vector(0, 3)) == 1
    assert l0(vector(step, 3)) == 2


def test_2_2_l0_gives_autograd_nothing_to_follow():
    w = vector(0, 1, -2).requires_grad_()
    assert not l0(w).requires_grad
    assert l1(w).requires_grad


@quick
@given(st.data())
def test_2_2_vectors_with_at_most_s_nonzeros_are_not_a_convex_set(data):
    d = data.draw(st.integers(2, 8), "d")
    s = data.draw(st.integers(1, d - 1), "s")
    u, v = torch.zeros(2, d, dtype=torch.float64)
    u[:s], v[-s:] = 1, 1
    assert l0(u) == l0(v) == s
    assert l0((u + v) / 2) == min(2 * s, d) > s


# 2.2.3 Lasso


def test_2_2_3_lasso_objective_is_its_formula():
    X, y, w = normal(5, 3, seed=1), normal(5, seed=2), normal(3, seed=3)
    samples = [(float(w @ x) - float(target)) ** 2 for x, target in zip(X, y, strict=True)]
    expected = sum(samples) / 5 + 0.7 * sum(abs(float(entry)) for entry in w)
    assert lasso_objective(w, X, y, 0.7).item() == pytest.approx(expected, rel=1e-12)


@SPARSE
@quick
@given(seeds, st.floats(0, 1), st.floats(0, 10))
def test_2_2_3_sparse_objectives_are_convex(objective, lambda_max, seed, t, lam):
    X, y = problem(seed)
    u, v = 5 * normal(2, 3, seed=seed + 2)
    between = objective(t * u + (1 - t) * v, X, y, lam)
    chord = t * objective(u, X, y, lam) + (1 - t) * objective(v, X, y, lam)
    assert between <= chord * (1 + 1e-13)


def test_2_2_3_least_squares_lambda_max_is_its_formula():
    X, y = vector(1, -2, 3, 4, 0, 1).reshape(3, 2), vector(1, 2, -1)
    # X^T y = (1 + 6 - 0, -2 + 8 - 1) = (7, 5)
    assert lasso_lambda_max(X, y).item() == pytest.approx(2 / 3 * 7, rel=1e-12)


def test_2_2_3_logistic_lambda_max_is_its_formula():
    X, y = vector(1, -2, 4, 4).reshape(2, 2), vector(-1, -1)
    # X^T y = (-1 - 4, 2 - 4) = (-5, -2)
    assert sparse_logistic_lambda_max(X, y).item() == pytest.approx(5 / 4, rel=1e-12)


@SPARSE
@quick
@given(seeds, st.floats(1, 10), st.floats(-6, 2))
def test_2_2_3_w_is_zero_from_lambda_max_on(objective, lambda_max, seed, factor, magnitude):
    X, y = problem(seed)
    zero, lam = torch.zeros(3, dtype=torch.float64), factor * lambda_max(X, y).item()
    w = 10**magnitude * normal(3, seed=seed + 2)
    assert objective(w, X, y, lam) >= objective(zero, X, y, lam) * (1 - 1e-15)


@SPARSE
@quick
@given(seeds)
def test_2_2_3_lambda_max_is_the_steepest_slope_at_zero(objective, lambda_max, seed):
    X, y = problem(seed)
    zero = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(objective(zero, X, y, 0), zero)
    torch.testing.assert_close(lambda_max(X, y), slope.abs().max(), rtol=1e-13, atol=0)


@SPARSE
@quick
@given(seeds)
def test_2_2_3_w_is_not_zero_below_lambda_max(objective, lambda_max, seed):
    X, y = problem(seed)
    zero, lam = torch.zeros(3, dtype=torch.float64), 0.99 * lambda_max(X, y).item()
    correlation = X.T @ y
    j = correlation.abs().argmax()
    w = zero.clone()
    w[j] = 1e-3 * correlation[j].sign() * lam
    assert objective(w, X, y, lam) < objective(zero, X, y, lam)


@quick
@given(seeds, st.floats(0.001, 0.999), st.floats(0, 0.999))
def test_2_2_3_l1_norm_never_increases_with_lambda(seed, fraction, part):
    X, y = problem(seed)
    large = fraction * lasso_lambda_max(X, y).item()
    assert l1(lasso(X, y, large)) <= l1(lasso(X, y, part * large)) + 1e-12


@quick
@given(seeds)
def test_2_2_3_all_coefficients_at_lambda_zero_none_at_lambda_max(seed):
    X, y = problem(seed)
    assert l0(lasso(X, y, 0.0)) == 3
    assert l0(lasso(X, y, 1.0001 * lasso_lambda_max(X, y).item())) == 0


def test_2_2_3_number_of_nonzeros_can_rise_with_lambda():
    X, y = vector(2, 1, 0, 0.5).reshape(2, 2), vector(1, 1)
    path = {0.1: (-0.175, 1.4), 0.3: (0, 0.96), 0.8: (0.1, 0.4), 1.5: (0.125, 0), 2.5: (0, 0)}
    for lam, w in path.items():
        torch.testing.assert_close(lasso(X, y, lam), vector(*w), rtol=0, atol=1e-14)
    assert [l0(vector(*w)).item() for w in path.values()] == [2, 1, 2, 1, 0]


@quick
@given(seeds, st.floats(0.01, 0.99), st.floats(0, 10))
def test_2_2_3_penalty_and_constraint_have_the_same_solution(seed, fraction, scale):
    X, y = problem(seed)
    w = lasso(X, y, fraction * lasso_lambda_max(X, y).item())
    other = w + scale * normal(3, seed=seed + 2)
    other *= l1(w) / l1(other)
    assert lasso_objective(w, X, y, 0) <= lasso_objective(other, X, y, 0) * (1 + 1e-13)


LAMBDAS = [0, 0.01, 0.03, 0.1, 0.3, 1, 3]


def noisy_samples(n, seed):
    """Four features, only the first of which matters, and a target with noise."""
    X = normal(n, 4, seed=seed)
    return X, X[:, 0] + normal(n, seed=seed + 100)


TRAINING, VALIDATION = noisy_samples(12, seed=2), noisy_samples(1000, seed=50)


def losses_by_lambda(X, y):
    """The mean squared loss on X, y of what training with each of LAMBDAS gives."""
    return [lasso_objective(lasso(*TRAINING, lam), X, y, 0).item() for lam in LAMBDAS]


def test_2_2_3_training_data_would_always_choose_lambda_zero():
    losses = losses_by_lambda(*TRAINING)
    assert losses == sorted(losses)
    assert losses[0] < losses[1]


def test_2_2_3_validation_data_choose_a_lambda_between():
    losses = losses_by_lambda(*VALIDATION)
    assert 0 < np.argmin(losses) < len(LAMBDAS) - 1


def test_2_2_3_lasso_in_scikit_learn_is_alpha_half_lambda():
    from sklearn.linear_model import Lasso

    X, y = problem(5, n=30)
    lam = 0.6 * lasso_lambda_max(X, y).item()
    solver = Lasso(alpha=lam / 2, fit_intercept=False, tol=1e-14, max_iter=10**5)
    w = torch.from_numpy(solver.fit(X.numpy(), y.numpy()).coef_)
    assert 0 < l0(w) < 3
    torch.testing.assert_close(w, lasso(X, y, lam), rtol=1e-6, atol=1e-9)


# 2.3 Classification


def test_2_3_squared_loss_on_labels_classifies():
    y = signs(40, seed=1)
    X = y[:, None] * vector(2, 1) + 0.5 * normal(40, 2, seed=2)
    w = torch.linalg.lstsq(X, y[:, None]).solution[:, 0]
    assert (linear_model(X, w).sign() == y).all()


@quick
@given(st.floats(1, 50), st.floats(0.01, 50), st.sampled_from([-1.0, 1.0]))
def test_2_3_squared_loss_punishes_scores_that_are_too_right(margin, more, y):
    scores, labels = y * vector(margin, margin + more), vector(y, y)
    squared = squared_loss(scores, labels)
    logistic = logistic_loss(scores, labels)
    assert squared[1] > squared[0]
    assert logistic[1] < logistic[0]


def test_2_3_squared_loss_lets_far_right_samples_spoil_near_ones():
    x = vector(-1, 1, 1, 20, 20)
    y = vector(-1, 1, 1, 1, 1)
    X = torch.stack([x, torch.ones(5)], dim=1)  # the last column is the bias
    w = torch.linalg.lstsq(X, y[:, None]).solution[:, 0]
    assert linear_model(X, w)[0] > 0, "the sample at -1 is on the right side of the line"
    assert (linear_model(X, vector(1, 0)).sign() == y).all()


@quick
@given(st.floats(-300, 300), st.sampled_from([-1.0, 1.0]))
def test_2_3_1_logistic_loss_is_its_formula(score, label):
    loss = logistic_loss(vector(score), vector(label)).item()
    assert loss == pytest.approx(np.log1p(np.exp(-label * score)), rel=1e-13, abs=0)


def test_2_3_1_logistic_loss_is_exact_where_the_formula_overflows():
    assert logistic_loss(vector(-1000, 1000), vector(1, -1)).tolist() == [1000, 1000]


def test_2_3_1_logistic_loss_agrees_with_both_of_torch():
    score, label = 10 * normal(20, seed=1), signs(20, seed=2)
    loss = logistic_loss(score, label)
    assert loss.shape == (20,)
    soft_margin = functional.soft_margin_loss(score, label, reduction="none")
    cross_entropy = functional.binary_cross_entropy_with_logits(
        score, (label + 1) / 2, reduction="none"
    )
    # soft_margin_loss takes the logarithm of a number near 1.
    torch.testing.assert_close(loss, soft_margin, rtol=0, atol=1e-15)
    torch.testing.assert_close(loss, cross_entropy, rtol=1e-13, atol=1e-15)


@quick
@given(st.floats(-1000, 1000))
def test_2_3_2_probabilities_of_the_two_labels_sum_to_one(score):
    both = probability(vector(1, -1), vector(score, score))
    assert ((both >= 0) & (both <= 1)).all()
    assert both.sum().item() == pytest.approx(1, abs=3e-16)


def test_2_3_2_probability_is_the_sigmoid_of_the_margin():
    expected = [1 / (1 + np.exp(-2)), 1 / (1 + np.exp(2)), 0.5]
    actual = probability(vector(1, -1, 1), vector(2, 2, 0))
    torch.testing.assert_close(actual, vector(*expected), rtol=1e-14, atol=0)


@quick
@given(seeds)
def test_2_3_2_maximum_likelihood_is_least_logistic_loss(seed):
    X, y = problem(seed)
    w = normal(3, seed=seed + 2)
    likelihood = np.prod([1 / (1 + np.exp(-float(t * (w @ x)))) for x, t in zip(X, y, strict=True)])
    mean_loss = sparse_logistic_objective(w, X, y, lam=0).item()
    assert len(y) * mean_loss == pytest.approx(-np.log(likelihood), rel=1e-12)


def test_2_3_sparse_logistic_objective_is_its_formula():
    X, y = problem(1, n=5)
    w = normal(3, seed=3)
    samples = [np.log1p(np.exp(-float(t * (w @ x)))) for x, t in zip(X, y, strict=True)]
    expected = sum(samples) / 5 + 0.7 * sum(abs(float(entry)) for entry in w)
    assert sparse_logistic_objective(w, X, y, 0.7).item() == pytest.approx(expected, rel=1e-12)


def test_2_3_sparse_logistic_regression_in_scikit_learn_is_c_one_over_n_lambda():
    from sklearn.linear_model import LogisticRegression

    X, y = problem(5, n=30)
    lam = 0.6 * sparse_logistic_lambda_max(X, y).item()
    solver = LogisticRegression(
        C=1 / (30 * lam), l1_ratio=1, solver="saga", fit_intercept=False, tol=1e-12, max_iter=10**5
    )
    w = torch.from_numpy(solver.fit(X.numpy(), y.numpy()).coef_[0]).requires_grad_()
    (slope,) = torch.autograd.grad(sparse_logistic_objective(w, X, y, 0), w)
    on = w != 0
    assert 0 < on.sum() < 3
    torch.testing.assert_close(slope[on], -lam * w.detach()[on].sign(), rtol=1e-6, atol=0)
    assert (slope[~on].abs() < lam).all()


# 2.4 The losses on plain tensors: n = 6 samples, d = 4 features, lambda = 0.1


@pytest.fixture
def listing():
    return normal(6, 4, seed=4), normal(4, seed=5).requires_grad_(), signs(6, seed=6)


def test_2_4_logits_have_shape_6(listing):
    X, w, _ = listing
    logits = linear_model(X, w)
    assert logits.shape == (6,)
    expected = [sum(X[i, j].item() * w[j].item() for j in range(4)) for i in range(6)]
    torch.testing.assert_close(logits.detach(), vector(*expected), rtol=1e-13, atol=1e-15)


def test_2_4_both_mean_losses_and_the_penalty_are_scalars(listing):
    X, w, y = listing
    logits = linear_model(X, w)
    a, t, v = logits.detach().numpy(), y.numpy(), w.detach().numpy()
    expected = {
        squared_loss(logits, y).mean(): np.mean((a - t) ** 2),
        logistic_loss(logits, y).mean(): np.mean(np.logaddexp(0, -t * a)),
        l1(w): np.linalg.norm(v, 1),
    }
    for actual, value in expected.items():
        assert actual.shape == ()
        assert actual.item() == pytest.approx(value, rel=1e-12)


def test_2_4_both_totals_are_mean_loss_plus_a_tenth_of_the_penalty(listing):
    X, w, y = listing
    a, t, penalty = (X @ w).detach().numpy(), y.numpy(), np.linalg.norm(w.detach().numpy(), 1)
    squared = lasso_objective(w, X, y, lam=0.1)
    logistic = sparse_logistic_objective(w, X, y, lam=0.1)
    assert squared.item() == pytest.approx(np.mean((a - t) ** 2) + 0.1 * penalty, rel=1e-12)
    assert logistic.item() == pytest.approx(
        np.mean(np.logaddexp(0, -t * a)) + 0.1 * penalty, rel=1e-12
    )


def test_2_4_gradients_of_both_totals_are_their_formulas(listing):
    X, w, y = listing
    residual, sign = X @ w.detach() - y, w.detach().sign()
    (squared,) = torch.autograd.grad(lasso_objective(w, X, y, 0.1), w)
    torch.testing.assert_close(squared, X.T @ residual / 3 + 0.1 * sign, rtol=1e-13, atol=1e-15)
    wrong = 1 / (1 + torch.exp(y * (X @ w.detach())))  # the probability of the other label
    (logistic,) = torch.autograd.grad(sparse_logistic_objective(w, X, y, 0.1), w)
    torch.testing.assert_close(
        logistic, -X.T @ (y * wrong) / 6 + 0.1 * sign, rtol=1e-13, atol=1e-15
    )
