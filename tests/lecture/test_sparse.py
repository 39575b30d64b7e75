"""Tests of lecture.sparse."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Lasso, LogisticRegression

from lecture.losses import (
    lasso_lambda_max,
    logistic_loss_gradient,
    sparse_logistic_lambda_max,
    squared_loss_gradient,
)
from lecture.sparse import follow_path, proximal_gradient, regularisation_path, soft_threshold


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8), st.floats(0, 1e6))
def test_soft_threshold_matches_softshrink(entries, t):
    expected = torch.nn.functional.softshrink(torch.tensor(entries, dtype=torch.float64), t)
    assert soft_threshold(np.array(entries), t).tolist() == expected.tolist()


@given(st.floats(-10, 10), st.floats(0, 5))
def test_minimiser_of_a_parabola_is_its_soft_threshold(target, lam):
    # (w - target)^2 / 2 + lam |w| has the minimiser sign(target) max(|target| - lam, 0).
    found = proximal_gradient(np.zeros(1), lambda w: w - target, lam, step=0.5)
    assert found == pytest.approx(soft_threshold(np.array([target]), lam), abs=1e-12)


def test_minimiser_meets_the_optimality_conditions():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 5))
    y = rng.normal(size=30)
    start = rng.normal(size=5)
    lam = 0.3
    w = proximal_gradient(
        start, lambda w: squared_loss_gradient(w, X, y), lam, step=1 / squared_loss_curvature(X)
    )
    slope = squared_loss_gradient(w, X, y)
    kept = w != 0
    assert 0 < kept.sum() < 5
    np.testing.assert_allclose(slope[kept], -lam * np.sign(w[kept]), rtol=0, atol=1e-11)
    assert np.all(np.abs(slope[~kept]) < lam)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # overflow
def test_too_large_a_step_is_an_error():
    with pytest.raises(ArithmeticError, match=r"step=3: no minimiser .* choose a smaller step"):
        proximal_gradient(np.ones(2), lambda w: w, 0.1, step=3.0)


def test_path_finds_where_each_entry_vanishes():
    # ||w - target||^2 / 2 + lam ||w||_1: an entry is 0 from lam = |target| on.
    target = np.array([1.0, -0.25, 0.3])
    grid = np.array([0.1, 0.2, 0.5, 2.0])
    lam, w = regularisation_path(np.zeros(3), lambda w: w - target, grid, step=0.5)
    np.testing.assert_allclose(lam, [0.1, 0.2, 0.25, 0.3, 0.5, 1.0, 2.0], rtol=1e-6)
    expected = [soft_threshold(target, weight) for weight in lam]
    np.testing.assert_allclose(w, expected, rtol=0, atol=1e-6)
    assert np.count_nonzero(w, axis=1).tolist() == [3, 3, 2, 1, 1, 0, 0]


def test_path_without_zeros_has_only_the_given_values_of_lam():
    target = np.array([1.0, -0.5])
    grid = np.array([0.1, 0.2])
    lam, w = regularisation_path(np.zeros(2), lambda w: w - target, grid, step=0.5)
    assert lam.tolist() == grid.tolist()
    np.testing.assert_allclose(w, [[0.9, -0.4], [0.8, -0.3]], rtol=0, atol=1e-12)


def test_path_knows_where_the_true_zeros_are_recovered():
    # An entry of the minimiser is 0 from lam = |noisy| on; the second one is noise only.
    noisy = np.array([1.0, -0.25])
    true_w = np.array([1.0, 0.0])
    decades = np.log10([0.1, 0.3, 0.4, 0.5, 2.0])
    path = follow_path(lambda w: w - noisy, largest_curvature=2.0, true_w=true_w, decades=decades)
    assert path.lam_max == 1
    np.testing.assert_allclose(path.lam, [0.1, 0.25, 0.3, 0.4, 0.5, 1.0, 2.0], rtol=1e-6)
    np.testing.assert_allclose(path.recovered, [0.25, 1.0], rtol=1e-6)
    assert path.nonzeros.tolist() == [2, 1, 1, 1, 1, 0, 0]
    assert path.middle == 2


def test_least_squares_path_matches_scikit_learn():
    X, score = sparse_problem()
    grid = lasso_lambda_max(X, score) * 10.0 ** np.arange(-2.5, 0, 0.4)
    step = 1 / squared_loss_curvature(X)
    every_lam, w = regularisation_path(
        np.zeros(8), lambda w: squared_loss_gradient(w, X, score), grid, step
    )
    expected = []
    for lam in every_lam:
        solver = Lasso(alpha=lam / 2, fit_intercept=False, tol=1e-15, max_iter=10**5)
        expected.append(solver.fit(X, score).coef_)
    np.testing.assert_allclose(w, expected, rtol=0, atol=1e-8)
    numbers_of_nonzeros = np.count_nonzero(w, axis=1)
    assert len(set(numbers_of_nonzeros)) > 3, "the path does not vary enough"


def test_logistic_path_matches_scikit_learn():
    X, score = sparse_problem()
    labels = np.where(score > 0, 1.0, -1.0)
    grid = sparse_logistic_lambda_max(X, labels) * 10.0 ** np.arange(-2.5, 0, 0.4)
    # The curvature of the logistic loss is at most 1/4, that of the squared loss is 2.
    step = 8 / squared_loss_curvature(X)
    every_lam, w = regularisation_path(
        np.zeros(8), lambda w: logistic_loss_gradient(w, X, labels), grid, step
    )
    expected = []
    for lam in every_lam:
        solver = LogisticRegression(
            C=1 / (len(X) * lam), l1_ratio=1, solver="liblinear",
            fit_intercept=False, tol=1e-12, max_iter=10**4, random_state=0,
        )  # fmt: skip
        expected.append(solver.fit(X, labels).coef_[0])
    np.testing.assert_allclose(w, expected, rtol=0, atol=1e-8)
    numbers_of_nonzeros = np.count_nonzero(w, axis=1)
    assert len(set(numbers_of_nonzeros)) > 3, "the path does not vary enough"


def sparse_problem():
    """Rows X (120, 8), and their noisy scores (120) for a w with three nonzero entries."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(120, 8))
    noise = rng.normal(size=120)
    return X, X @ [2.0, 0, -1.5, 0, 0, 1, 0, 0] + noise


def squared_loss_curvature(X):
    """The largest curvature of the mean squared loss: the largest eigenvalue of 2/n X^T X."""
    return 2 / len(X) * np.linalg.norm(X, 2) ** 2
