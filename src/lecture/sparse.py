"""Minimisers of a mean loss plus lam ||w||_1 (section 2.2.3), by proximal gradient descent."""

from collections.abc import Callable

import numpy as np

TOLERANCE = 1e-13  # the search ends when no entry of w moves by more
MAX_STEPS = 10_000


def soft_threshold(w: np.ndarray, t: float) -> np.ndarray:
    """sign(w) max(|w| - t, 0), entry by entry: a move by t towards 0 that ends there."""
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


def proximal_gradient(
    w: np.ndarray, gradient: Callable[[np.ndarray], np.ndarray], lam: float, step: float
) -> np.ndarray:
    """Minimise loss(w) + lam ||w||_1.

    Repeats w <- soft_threshold(w - step * gradient(w), step * lam) until w stays in place
    (Parikh and Boyd, Proximal Algorithms, 2014, section 4.2). It converges if the gradient
    changes by at most 1/step times the distance.

    Parameters
    ----------
    w
        Where the search starts, (d).
    gradient
        Gradient (d) of the mean loss at w (d).
    lam
        Weight of the penalty.
    step
        Step size.

    Returns
    -------
    np.ndarray
        The minimiser (d); an entry that the penalty removes is exactly 0.

    Raises
    ------
    ArithmeticError
        If w still moves after ``MAX_STEPS`` steps, for example because `step` is too large.
    """
    for _ in range(MAX_STEPS):
        before = w
        w = soft_threshold(w - step * gradient(w), step * lam)
        if np.abs(w - before).max() <= TOLERANCE:
            return w
    raise ArithmeticError(
        f"step={step:g}: no minimiser after {MAX_STEPS} steps; choose a smaller step"
    )
