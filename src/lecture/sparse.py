"""Minimisers of a mean loss plus lam ||w||_1 (section 2.2.3), by proximal gradient descent."""

from collections.abc import Callable

import numpy as np

TOLERANCE = 1e-13  # the search ends when every entry of w changes by at most this
MAX_STEPS = 10_000
HALVINGS = 24  # bisection steps in an interval of lam in which an entry becomes 0


def soft_threshold(w: np.ndarray, t: float) -> np.ndarray:
    """sign(w) max(|w| - t, 0): move each entry by t towards 0, but not past it."""
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


def proximal_gradient(
    w: np.ndarray, gradient: Callable[[np.ndarray], np.ndarray], lam: float, step: float
) -> np.ndarray:
    """Minimise loss(w) + lam ||w||_1.

    Repeats w <- soft_threshold(w - step * gradient(w), step * lam) until w stops
    changing (Parikh and Boyd, Proximal Algorithms, 2014, section 4.2). It converges if the
    gradient has a Lipschitz constant of at most 1/step.

    Parameters
    ----------
    w
        Start of the search (d).
    gradient
        Gradient (d) of the mean loss at w (d).
    lam
        Weight of the penalty.
    step
        Step size.

    Returns
    -------
    np.ndarray
        The minimiser (d). Its zero entries are exactly 0, not merely small.

    Raises
    ------
    ArithmeticError
        If w still changes after ``MAX_STEPS`` steps, for example because `step` is too large.
    """
    for _ in range(MAX_STEPS):
        before = w
        w = soft_threshold(w - step * gradient(w), step * lam)
        if np.abs(w - before).max() <= TOLERANCE:
            return w
    raise ArithmeticError(
        f"step={step:g}: no minimiser after {MAX_STEPS} steps; choose a smaller step"
    )


def regularisation_path(
    w: np.ndarray, gradient: Callable[[np.ndarray], np.ndarray], lam: np.ndarray, step: float
) -> tuple[np.ndarray, np.ndarray]:
    """Minimisers for the given lam, and for each lam at which an entry of w becomes 0.

    If an entry is 0 at one given lam but not at the next smaller one, bisection finds the
    smallest lam between them at which it is 0.

    Parameters
    ----------
    w
        Start of the search for the largest lam (d).
    gradient
        Gradient (d) of the mean loss at w (d).
    lam
        Increasing weights of the penalty (k).
    step
        Step size, see `proximal_gradient`.

    Returns
    -------
    lam : np.ndarray
        The given and the found weights, in increasing order (m).
    w : np.ndarray
        The minimisers (m, d).
    """
    path = _follow(w, gradient, lam, step)
    found = [
        _vanishes_at(j, path[k + 1], gradient, lam[k], lam[k + 1], step)
        for k, j in np.argwhere((path[:-1] != 0) & (path[1:] == 0))
    ]
    every_lam = np.unique([*lam, *found])
    return every_lam, _follow(w, gradient, every_lam, step)


def _follow(
    w: np.ndarray, gradient: Callable[[np.ndarray], np.ndarray], lam: np.ndarray, step: float
) -> np.ndarray:
    """Minimisers (k, d) for increasing lam (k); each search starts at the previous result."""
    path = []
    for weight in reversed(lam):
        w = proximal_gradient(w, gradient, weight, step)
        path.append(w)
    return np.array(path[::-1])


def _vanishes_at(
    j: int,
    w: np.ndarray,
    gradient: Callable[[np.ndarray], np.ndarray],
    low: float,
    high: float,
    step: float,
) -> float:
    """The weight between low and high from which entry j is 0; w is the minimiser at high."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if proximal_gradient(w, gradient, middle, step)[j] == 0:
            high = middle
        else:
            low = middle
    return high
