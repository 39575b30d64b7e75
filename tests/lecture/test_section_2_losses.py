"""Section 2: linear models, sparsity, logistic regression."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy import optimize, special
from sklearn.linear_model import Lasso, LogisticRegression
from torch.nn import functional

from lecture.losses import (
    l0_norm,
    l1_norm,
    lasso_lambda_max,
    lasso_objective,
    linear_model,
    logistic_loss,
    logistic_loss_gradient,
    sigmoid,
    sparse_logistic_lambda_max,
    sparse_logistic_objective,
    squared_loss,
    squared_loss_gradient,
    zero_one_loss,
)
from tests.support.random_arrays import binary_labels, normal

seeds = st.integers(0, 2**32 - 1)
# Squares of the nonzero numbers do not underflow to 0.
numbers = st.floats(-100, 100).filter(lambda a: a == 0 or abs(a) > 1e-100)
nonzeros = numbers.filter(bool)
labels = st.sampled_from([-1.0, 1.0])
quick = settings(max_examples=40, deadline=None)

SPARSE = pytest.mark.parametrize(
    ("objective", "gradient", "lambda_max"),
    [
        pytest.param(lasso_objective, squared_loss_gradient, lasso_lambda_max, id="lasso"),
        pytest.param(
            sparse_logistic_objective,
            logistic_loss_gradient,
            sparse_logistic_lambda_max,
            id="sparse-logistic",
        ),
    ],
)


def problem(seed, n=9, d=3):
    """Samples X (n, d) from `seed`, and labels y (n) from `seed + 1`."""
    return normal(n, d, seed=seed), binary_labels(n, seed=seed + 1)


def lasso(X, y, lam):
    """Return the minimiser of the Lasso objective by trying all 3^d sign patterns.

    Where w_j is not 0 the derivative of the squared loss is -lam sign(w_j); elsewhere it lies
    between -lam and lam.
    """
    n, d = X.shape
    for pattern in product((0.0, -1.0, 1.0), repeat=d):
        sign = np.array(pattern)
        on = sign != 0
        A = X[:, on]
        w = np.zeros(d)
        w[on] = np.linalg.solve(A.T @ A, A.T @ y - n * lam / 2 * sign[on])
        slope = 2 / n * X.T @ (X @ w - y)
        if (np.sign(w) == sign).all() and (np.abs(slope[~on]) <= lam).all():
            return w
    raise AssertionError("no sign pattern fits: the columns of X are linearly dependent")


# 2.1 Squared loss


@quick
@given(arrays(float, (2, 3), elements=numbers))
def test_squared_loss_matches_torch(pair):
    prediction, target = pair
    expected = functional.mse_loss(torch.tensor(prediction), torch.tensor(target), reduction="none")
    assert_allclose(squared_loss(prediction - target), expected, rtol=1e-15)


# 2.2 Sparsity


@quick
@given(st.lists(nonzeros | st.just(0.0), min_size=1, max_size=8))
def test_l0_counts_nonzero_entries(entries):
    assert l0_norm(np.array(entries)) == sum(entry != 0 for entry in entries)


@quick
@given(arrays(float, (2, 3), elements=numbers))
def test_l1_matches_numpy_norm(w):
    assert_allclose(l1_norm(w), np.linalg.norm(w, 1, axis=1), rtol=1e-15)


@pytest.mark.parametrize("norm", [l0_norm, l1_norm])
def test_norms_act_on_the_last_axis(norm):
    w = normal(4, 3, 2, seed=1).round()  # some entries are 0
    expected = [[norm(vector) for vector in matrix] for matrix in w]
    assert norm(w).dtype == np.float64
    assert_array_equal(norm(w), expected)


@quick
@given(st.lists(nonzeros, min_size=1, max_size=5), st.floats(-0.99, 0.99))
def test_l0_is_constant_near_vectors_without_zeros(entries, change):
    w = np.array(entries)
    assert l0_norm(w + change * np.abs(w).min()) == l0_norm(w)


@quick
@given(nonzeros)
def test_l0_jumps_at_zero(step):
    assert l0_norm(np.array([0.0, 3.0])) == 1
    assert l0_norm(np.array([step, 3.0])) == 2


@quick
@given(st.data())
def test_sparse_vectors_are_not_a_convex_set(data):
    d = data.draw(st.integers(2, 8), "d")
    s = data.draw(st.integers(1, d - 1), "s")
    u, v = np.zeros((2, d))
    u[:s] = 1
    v[-s:] = 1
    assert l0_norm(u) == l0_norm(v) == s
    assert l0_norm((u + v) / 2) > s


# 2.2.3 Lasso


@quick
@given(seeds, st.floats(0, 10))
def test_lasso_objective_matches_torch(seed, lam):
    X, y = problem(seed)
    w = normal(3, seed=seed + 2)
    X_, y_, w_ = map(torch.tensor, (X, y, w))
    expected = functional.mse_loss(X_ @ w_, y_) + lam * torch.linalg.vector_norm(w_, 1)
    assert lasso_objective(w, X, y, lam) == pytest.approx(expected.item(), rel=1e-12)


@SPARSE
@quick
@given(seeds, st.floats(0, 1), st.floats(0, 10))
def test_sparse_objectives_are_convex(objective, gradient, lambda_max, seed, t, lam):
    X, y = problem(seed)
    u, v = 5 * normal(2, 3, seed=seed + 2)
    between = objective(t * u + (1 - t) * v, X, y, lam)
    chord = t * objective(u, X, y, lam) + (1 - t) * objective(v, X, y, lam)
    assert between <= chord * (1 + 1e-13)


def test_lasso_lambda_max_of_an_example():
    X = np.array([[1.0, -2.0], [3.0, 4.0], [0.0, 1.0]])
    y = np.array([1.0, 2.0, -1.0])
    # 2/n max |X^T y|, where X^T y = (1 + 6 - 0, -2 + 8 - 1) = (7, 5)
    assert lasso_lambda_max(X, y) == pytest.approx(2 / 3 * 7, rel=1e-15)


def test_logistic_lambda_max_of_an_example():
    X = np.array([[1.0, -2.0], [4.0, 4.0]])
    y = np.array([-1.0, -1.0])
    # 1/(2n) max |X^T y|, where X^T y = (-1 - 4, 2 - 4) = (-5, -2)
    assert sparse_logistic_lambda_max(X, y) == pytest.approx(5 / 4, rel=1e-15)


@SPARSE
@quick
@given(seeds, st.floats(1, 10), st.floats(-6, 2))
def test_zero_is_best_from_lambda_max_on(objective, gradient, lambda_max, seed, factor, magnitude):
    X, y = problem(seed)
    lam = factor * lambda_max(X, y)
    w = 10**magnitude * normal(3, seed=seed + 2)
    assert objective(w, X, y, lam) >= objective(np.zeros(3), X, y, lam) * (1 - 1e-15)


@SPARSE
@quick
@given(seeds)
def test_lambda_max_is_the_largest_derivative_at_zero(objective, gradient, lambda_max, seed):
    X, y = problem(seed)
    assert_allclose(lambda_max(X, y), np.abs(gradient(np.zeros(3), X, y)).max(), rtol=1e-13)


@SPARSE
@quick
@given(seeds)
def test_zero_is_not_best_below_lambda_max(objective, gradient, lambda_max, seed):
    X, y = problem(seed)
    lam = 0.99 * lambda_max(X, y)
    slope = gradient(np.zeros(3), X, y)
    j = np.abs(slope).argmax()
    w = np.zeros(3)
    w[j] = -1e-3 * np.sign(slope[j]) * lam  # downhill, a step that is short even for a small lam
    assert objective(w, X, y, lam) < objective(np.zeros(3), X, y, lam)


@quick
@given(seeds, st.floats(0.001, 0.999), st.floats(0, 0.999))
def test_l1_norm_never_increases_with_lambda(seed, fraction, part):
    X, y = problem(seed)
    large = fraction * lasso_lambda_max(X, y)
    small = part * large
    assert l1_norm(lasso(X, y, large)) <= l1_norm(lasso(X, y, small)) + 1e-12


@quick
@given(seeds)
def test_lambda_zero_keeps_all_coefficients_and_lambda_max_none(seed):
    X, y = problem(seed)
    assert l0_norm(lasso(X, y, 0.0)) == 3
    assert l0_norm(lasso(X, y, 1.0001 * lasso_lambda_max(X, y))) == 0


def test_number_of_nonzeros_can_rise_with_lambda():
    X = np.array([[2.0, 1.0], [0.0, 0.5]])
    y = np.ones(2)
    path = {0.1: (-0.175, 1.4), 0.3: (0, 0.96), 0.8: (0.1, 0.4), 1.5: (0.125, 0), 2.5: (0, 0)}
    for lam, w in path.items():
        assert_allclose(lasso(X, y, lam), w, rtol=0, atol=1e-14)
    assert [l0_norm(w) for w in path.values()] == [2, 1, 2, 1, 0]


@quick
@given(seeds, st.floats(0.01, 0.99), st.floats(0, 10))
def test_penalty_and_constraint_have_the_same_solution(seed, fraction, scale):
    X, y = problem(seed)
    w = lasso(X, y, fraction * lasso_lambda_max(X, y))
    other = w + scale * normal(3, seed=seed + 2)
    other *= l1_norm(w) / l1_norm(other)  # meets the constraint ||other|| <= ||w||, too
    loss = lasso_objective(w, X, y, lam=0)
    assert loss <= lasso_objective(other, X, y, lam=0) * (1 + 1e-13)


LAMBDAS = [0, 0.01, 0.03, 0.1, 0.3, 1, 3]


def noisy_samples(n, seed):
    """Return four features, of which only the first matters, and a noisy target."""
    X = normal(n, 4, seed=seed)
    return X, X[:, 0] + normal(n, seed=seed + 100)


TRAINING = noisy_samples(12, seed=2)
VALIDATION = noisy_samples(1000, seed=50)


def losses_by_lambda(X, y):
    """Return the mean squared loss on X, y after training with each of LAMBDAS."""
    return [lasso_objective(lasso(*TRAINING, lam), X, y, lam=0) for lam in LAMBDAS]


def test_training_data_always_choose_lambda_zero():
    losses = losses_by_lambda(*TRAINING)
    assert losses == sorted(losses)
    assert losses[0] < losses[1]


def test_validation_data_choose_a_lambda_inside_the_range():
    losses = losses_by_lambda(*VALIDATION)
    assert 0 < np.argmin(losses) < len(LAMBDAS) - 1


def test_alpha_of_scikit_learn_is_half_lambda():
    X, y = problem(5, n=30)
    lam = 0.6 * lasso_lambda_max(X, y)
    solver = Lasso(alpha=lam / 2, fit_intercept=False, tol=1e-14, max_iter=10**5)
    w = solver.fit(X, y).coef_
    assert 0 < l0_norm(w) < 3
    assert_allclose(w, lasso(X, y, lam), rtol=1e-6, atol=1e-9)


# 2.3 Classification


@pytest.mark.parametrize(
    ("margin", "loss"), [(-2.0, 1.0), (-1e-300, 1.0), (0.0, 1.0), (1e-300, 0.0), (3.0, 0.0)]
)
def test_zero_one_loss_counts_misclassified_samples(margin, loss):
    assert zero_one_loss(margin) == loss


@quick
@given(st.floats(-50, 50))
def test_logistic_loss_in_bits_bounds_the_zero_one_loss(margin):
    assert logistic_loss(margin) / np.log(2) >= zero_one_loss(margin)


def test_squared_loss_on_labels_classifies():
    y = binary_labels(40, seed=1)
    X = y[:, np.newaxis] * [2.0, 1.0] + 0.5 * normal(40, 2, seed=2)
    w = np.linalg.lstsq(X, y)[0]
    assert zero_one_loss(y * linear_model(X, w)).sum() == 0


@quick
@given(st.floats(1, 50), st.floats(0.01, 50), labels)
def test_only_squared_loss_punishes_confident_correct_scores(margin, more, y):
    scores = y * np.array([margin, margin + more])
    assert np.diff(squared_loss(scores - y)) > 0
    assert np.diff(logistic_loss(y * scores)) < 0


def test_squared_loss_lets_distant_samples_spoil_near_ones():
    x = np.array([-1.0, 1.0, 1.0, 20.0, 20.0])
    y = np.array([-1.0, 1.0, 1.0, 1.0, 1.0])
    X = np.column_stack([x, np.ones(5)])  # the second weight is the bias
    least_squares = np.linalg.lstsq(X, y)[0]
    assert zero_one_loss(y * linear_model(X, least_squares)).tolist() == [1, 0, 0, 0, 0]
    assert zero_one_loss(y * linear_model(X, np.array([1.0, 0.0]))).sum() == 0


# 2.3.1 Logistic loss


@quick
@given(st.floats(-300, 300))
def test_logistic_loss_is_its_formula(margin):
    assert logistic_loss(margin) == pytest.approx(np.log1p(np.exp(-margin)), rel=1e-13, abs=0)


def test_logistic_loss_is_exact_where_the_formula_overflows():
    assert logistic_loss(np.array([-1000.0, 1000.0])).tolist() == [1000, 0]


def test_logistic_loss_matches_both_losses_of_torch():
    score = 10 * normal(20, seed=1)
    label = binary_labels(20, seed=2)
    score_, label_ = torch.tensor(score), torch.tensor(label)
    soft_margin = functional.soft_margin_loss(score_, label_, reduction="none")
    cross_entropy = functional.binary_cross_entropy_with_logits(
        score_, (label_ + 1) / 2, reduction="none"
    )
    # soft_margin_loss is less accurate: it takes the logarithm of a number near 1.
    assert_allclose(logistic_loss(label * score), soft_margin, rtol=0, atol=1e-15)
    assert_allclose(logistic_loss(label * score), cross_entropy, rtol=1e-13, atol=1e-15)


# 2.3.2 Maximum likelihood


@quick
@given(arrays(float, (2, 3), elements=st.floats(-1e308, 1e308)))
def test_sigmoid_matches_scipy(score):
    with np.errstate(over="raise", invalid="raise"):
        assert_allclose(sigmoid(score), special.expit(score), rtol=1e-14)


@quick
@given(st.floats(-1000, 1000))
def test_probabilities_of_both_labels_sum_to_one(score):
    assert sigmoid(score) + sigmoid(-score) == pytest.approx(1, abs=3e-16)


@quick
@given(seeds)
def test_logistic_loss_is_negative_log_likelihood(seed):
    X, y = problem(seed)
    w = normal(3, seed=seed + 2)
    likelihood = np.prod([special.expit(label * (w @ x)) for x, label in zip(X, y, strict=True)])
    mean_loss = sparse_logistic_objective(w, X, y, lam=0)
    assert len(y) * mean_loss == pytest.approx(-np.log(likelihood), rel=1e-12)


@quick
@given(seeds, st.floats(0, 10))
def test_sparse_logistic_objective_matches_torch(seed, lam):
    X, y = problem(seed)
    w = normal(3, seed=seed + 2)
    X_, y_, w_ = map(torch.tensor, (X, y, w))
    loss = functional.soft_margin_loss(X_ @ w_, y_)
    expected = loss + lam * torch.linalg.vector_norm(w_, 1)
    assert sparse_logistic_objective(w, X, y, lam) == pytest.approx(expected.item(), rel=1e-12)


def test_c_of_scikit_learn_is_one_over_n_lambda():
    X, y = problem(5, n=30)
    lam = 0.6 * sparse_logistic_lambda_max(X, y)
    solver = LogisticRegression(
        C=1 / (len(y) * lam), l1_ratio=1, solver="saga",
        fit_intercept=False, tol=1e-12, max_iter=10**5,
    )  # fmt: skip
    w = solver.fit(X, y).coef_[0]
    slope = logistic_loss_gradient(w, X, y)
    on = w != 0
    assert 0 < on.sum() < 3
    assert_allclose(slope[on], -lam * np.sign(w[on]), rtol=1e-6)
    assert (np.abs(slope[~on]) < lam).all()


# Gradients


@SPARSE
@quick
@given(seeds)
def test_gradients_match_finite_differences(objective, gradient, lambda_max, seed):
    X, y = problem(seed)
    w = normal(3, seed=seed + 2)
    step, lam = 1e-7, 0  # without the penalty
    numeric = optimize.approx_fprime(w, objective, step, X, y, lam)
    assert_allclose(gradient(w, X, y), numeric, atol=1e-5)


# Listing 2.4 on tensors: n = 6 samples, d = 4 features, lambda = 0.1. Autograd is the oracle.


@pytest.fixture
def listing():
    """X, w and y."""
    return normal(6, 4, seed=4), normal(4, seed=5), binary_labels(6, seed=6)


def test_scores_have_one_entry_per_sample(listing):
    X, w, _ = listing
    expected = [sum(X[i, j] * w[j] for j in range(4)) for i in range(6)]
    assert linear_model(X, w).shape == (6,)
    assert_allclose(linear_model(X, w), expected, rtol=1e-13)


def test_lasso_listing_matches_autograd(listing):
    X, w, y = listing
    X_, w_, y_ = torch.tensor(X), torch.tensor(w, requires_grad=True), torch.tensor(y)
    total = ((X_ @ w_ - y_) ** 2).mean() + 0.1 * w_.abs().sum()
    total.backward()
    assert total.shape == ()
    assert lasso_objective(w, X, y, lam=0.1) == pytest.approx(total.item(), rel=1e-12)
    assert_allclose(squared_loss_gradient(w, X, y) + 0.1 * np.sign(w), w_.grad, rtol=1e-13)


def test_sparse_logistic_listing_matches_autograd(listing):
    X, w, y = listing
    X_, w_, y_ = torch.tensor(X), torch.tensor(w, requires_grad=True), torch.tensor(y)
    margin = y_ * (X_ @ w_)
    total = torch.logaddexp(torch.zeros(6), -margin).mean() + 0.1 * w_.abs().sum()
    total.backward()
    assert total.shape == ()
    assert sparse_logistic_objective(w, X, y, lam=0.1) == pytest.approx(total.item(), rel=1e-12)
    assert_allclose(logistic_loss_gradient(w, X, y) + 0.1 * np.sign(w), w_.grad, rtol=1e-13)


def test_autograd_cannot_differentiate_l0():
    w = torch.tensor([0.0, 1.0, -2.0], requires_grad=True)
    assert not torch.count_nonzero(w).requires_grad
    assert w.abs().sum().requires_grad
