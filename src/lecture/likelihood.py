"""Maximum likelihood for a model with one parameter, P(y | x) = sigmoid(y w x) (section 2.3.2)."""

import numpy as np

from lecture.losses import logistic_gradient, sigmoid


def negative_log_likelihood(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean of -log P(y_i | x_i) over samples x, y (n), for each w (k), as an array (k).

    It equals the mean logistic loss of the margins y_i w x_i.
    """
    return -np.log(sigmoid(np.outer(w, y * x))).mean(axis=1)


def maximum_likelihood(x: np.ndarray, y: np.ndarray, low: float, high: float) -> float:
    """The w between `low` and `high` that minimises the negative log-likelihood.

    The slope increases with w, so bisection finds its zero; after 60 halvings, only rounding
    errors remain. The slope must be negative at `low` and positive at `high`.
    """
    for _ in range(60):
        middle = (low + high) / 2
        slope = logistic_gradient(np.array([middle]), x[:, np.newaxis], y)[0]
        low, high = (low, middle) if slope > 0 else (middle, high)
    return (low + high) / 2
