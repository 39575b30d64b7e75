"""Losses, penalties and objectives (sections 1 and 2).

A data set is X (n, d), one sample per row, and y (n): real targets or labels -1 and +1. A linear
model with weights w (d) gives the scores X w (n). The residual of a sample is r = score - y, its
margin m = y * score. A loss is one number per sample, an objective one number for the data set.
"""

from collections.abc import Callable

import numpy as np


def linear_model(X: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Scores w^T x_i of all samples: X (n, d), w (d) to (n)."""
    return X @ w


def squared_loss(residual: np.ndarray) -> np.ndarray:
    """r^2 for residuals of any shape (section 2.1)."""
    return np.square(residual)


def logistic_loss(margin: np.ndarray) -> np.ndarray:
    """log(1 + exp(-m)) for margins of any shape (section 2.3.1).

    ``logaddexp`` computes log(exp(0) + exp(-m)) without overflow and with full precision for
    tiny exp(-m).
    """
    return np.logaddexp(0.0, -np.asarray(margin))


def zero_one_loss(margin: np.ndarray) -> np.ndarray:
    """1.0 where a sample is misclassified (margin <= 0), 0.0 elsewhere; any shape."""
    return np.where(np.asarray(margin) > 0, 0.0, 1.0)


def sigmoid(score: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-score)) for scores of any shape, without overflow (section 2.3.2).

    The probability of label y is sigmoid(y * score), the sigmoid of the margin.
    """
    decay = np.exp(-np.abs(score))  # at most 1, also for large negative scores
    return np.where(np.asarray(score) >= 0, 1.0, decay) / (1.0 + decay)


def logistic_slope(margin: np.ndarray) -> np.ndarray:
    """The derivative -sigmoid(-m) of the logistic loss, for margins of any shape."""
    return -sigmoid(-np.asarray(margin))


def l0_norm(w: np.ndarray) -> np.ndarray:
    """Number of nonzero entries of each vector: (..., d) to (...) (section 2.2)."""
    return (np.asarray(w) != 0).sum(axis=-1, dtype=np.float64)


def l1_norm(w: np.ndarray) -> np.ndarray:
    """Sum of the absolute values of each vector: (..., d) to (...) (section 2.2)."""
    return np.abs(w).sum(axis=-1)


def objective(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray],
    model: Callable[[np.ndarray, np.ndarray], np.ndarray] = linear_model,
    penalty: Callable[[np.ndarray], np.ndarray] = l1_norm,
    lam: float = 0.0,
) -> float:
    """Mean of loss(model(x_i; w), y_i) plus lam * penalty(w) (section 1)."""
    return float(np.mean(loss(model(X, w), y)) + lam * penalty(w))


def lasso_objective(w: np.ndarray, X: np.ndarray, y: np.ndarray, lam: float) -> float:
    """Mean squared loss plus lam ||w||_1, with real targets y (section 2.2.3)."""
    return objective(w, X, y, lambda score, target: squared_loss(score - target), lam=lam)


def sparse_logistic_objective(w: np.ndarray, X: np.ndarray, y: np.ndarray, lam: float) -> float:
    """Mean logistic loss plus lam ||w||_1, with labels y of -1 and +1 (section 2.3)."""
    return objective(w, X, y, lambda score, label: logistic_loss(label * score), lam=lam)


def squared_loss_gradient(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Gradient (d) of the mean squared loss at w: (2/n) X^T (X w - y)."""
    return 2 * X.T @ (X @ w - y) / len(y)


def logistic_loss_gradient(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Gradient (d) of the mean logistic loss at w: -(1/n) sum of y_i sigmoid(-m_i) x_i."""
    probability_of_other_label = sigmoid(-y * (X @ w))
    return -X.T @ (y * probability_of_other_label) / len(y)


def lasso_lambda_max(X: np.ndarray, y: np.ndarray) -> float:
    """Smallest lam at which w = 0 minimises the Lasso objective: (2/n) ||X^T y||_inf."""
    return float(2 * np.abs(X.T @ y).max() / len(y))


def sparse_logistic_lambda_max(X: np.ndarray, y: np.ndarray) -> float:
    """Smallest lam at which w = 0 minimises the sparse logistic objective: ||X^T y||_inf / (2n)."""
    return float(np.abs(X.T @ y).max() / (2 * len(y)))
