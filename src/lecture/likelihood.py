"""Maximum likelihood for a model with one parameter, P(y | x) = sigmoid(y w x) (section 2.3.2)."""

import numpy as np

from lecture.losses import logistic_loss_gradient, sigmoid


def negative_log_likelihood(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean of -log P(y_i | x_i) over samples x, y (n), for each w (k), as an array (k).

    Computed from this definition, it equals the mean logistic loss of the margins y_i w x_i.
    """
    margins = np.outer(w, y * x)  # (k, n)
    return -np.log(sigmoid(margins)).mean(axis=1)


def maximum_likelihood(x: np.ndarray, y: np.ndarray, low: float, high: float) -> float:
    """The w between `low` and `high` that minimises the negative log-likelihood.

    The slope must be negative at `low` and positive at `high`. It increases with w, so bisection
    finds where it is 0. After 60 halvings of the interval, only rounding errors remain.
    """
    one_feature = x[:, np.newaxis]
    for _ in range(60):
        middle = (low + high) / 2
        slope = logistic_loss_gradient(np.array([middle]), one_feature, y)[0]
        if slope > 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2
