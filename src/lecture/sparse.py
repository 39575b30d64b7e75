"""Minimisers of a mean loss plus lam ||w||_1 (section 2.2.3), by proximal gradient descent."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Gradient = Callable[[np.ndarray], np.ndarray]  # from w (d) to the gradient (d) of a mean loss

TOLERANCE = 1e-13  # the search ends when every entry of w changes by at most this
MAX_STEPS = 10_000
HALVINGS = 24  # bisection steps, to find where an entry of w becomes 0


def soft_threshold(w: np.ndarray, t: float) -> np.ndarray:
    """sign(w) max(|w| - t, 0): move each entry by t towards 0, but not past it."""
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


def proximal_gradient(w: np.ndarray, gradient: Gradient, lam: float, step: float) -> np.ndarray:
    """Minimise loss(w) + lam ||w||_1.

    Repeats w <- soft_threshold(w - step * gradient(w), step * lam) until w stops changing
    (Parikh and Boyd, Proximal Algorithms, 2014, section 4.2). This converges if the gradient
    has a Lipschitz constant of at most 1/step.

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
    w: np.ndarray, gradient: Gradient, lam: np.ndarray, step: float
) -> tuple[np.ndarray, np.ndarray]:
    """Minimisers at given values of lam, and at each value between them where an entry becomes 0.

    If an entry of w is 0 at one given value but not at the next smaller one, bisection finds the
    smallest lam between them at which it is 0. This assumes that it stays 0 from there on.

    Parameters
    ----------
    w
        Where the search for the minimiser at the largest lam starts (d).
    gradient
        Gradient (d) of the mean loss at w (d).
    lam
        Increasing weights of the penalty (k).
    step
        Step size, see `proximal_gradient`.

    Returns
    -------
    lam : np.ndarray
        The given and the found values, each once, in increasing order (m).
    w : np.ndarray
        The minimisers (m, d).
    """
    on_grid = _minimisers(w, gradient, lam, step)
    is_zero = on_grid == 0
    becomes_zero = ~is_zero[:-1] & is_zero[1:]  # [k, j]: entry j, from lam[k] to lam[k + 1]
    breakpoints = sorted(
        _vanishes_at(j, on_grid[k + 1], gradient, lam[k], lam[k + 1], step)
        for k, j in np.argwhere(becomes_zero)
    )
    at_breakpoints = _minimisers(w, gradient, np.array(breakpoints), step)
    every_lam, indices = np.unique([*lam, *breakpoints], return_index=True)
    return every_lam, np.concatenate([on_grid, at_breakpoints])[indices]


@dataclass(frozen=True)
class SolutionPath:
    """Minimisers at k increasing values of lam, and where they have the zeros of the true w (d).

    Attributes
    ----------
    lam
        The weights of the penalty (k).
    w
        The minimisers (k, d).
    nonzeros
        The number of nonzero entries of each minimiser (k).
    lam_max
        The smallest lam at which w = 0.
    recovered
        The range of lam where w has exactly the zeros of the true w: its first value, and the
        first one above it (2).
    middle
        The index in `lam` halfway between the first and the last value in this range.
    """

    lam: np.ndarray
    w: np.ndarray
    nonzeros: np.ndarray
    lam_max: float
    recovered: np.ndarray
    middle: int


def follow_path(
    gradient: Gradient, largest_curvature: float, true_w: np.ndarray, decades: np.ndarray
) -> SolutionPath:
    """The minimisers on a logarithmic grid of lam, and at each lam where an entry becomes 0.

    Choose `decades` so that at least one minimiser has exactly the zeros of the true w, and the one
    at the largest lam does not.

    Parameters
    ----------
    gradient
        Gradient (d) of the mean loss at w (d).
    largest_curvature
        Lipschitz constant of the gradient.
    true_w
        The w (d) that generated the data.
    decades
        Increasing exponents: the grid is lam_max * 10**decades.
    """
    start = np.zeros_like(true_w)
    lam_max = float(np.abs(gradient(start)).max())
    lam, w = regularisation_path(start, gradient, lam_max * 10.0**decades, 1 / largest_curvature)
    has_true_zeros = ((w == 0) == (true_w == 0)).all(axis=1)
    indices = np.flatnonzero(has_true_zeros)
    first = int(indices[0])
    last = int(indices[-1])
    recovered = lam[[first, last + 1]]  # up to where the next entry becomes 0
    middle = (first + last) // 2
    nonzeros = np.count_nonzero(w, axis=1)
    return SolutionPath(lam, w, nonzeros, lam_max, recovered, middle)


def _minimisers(w: np.ndarray, gradient: Gradient, lam: np.ndarray, step: float) -> np.ndarray:
    """Minimisers (k, d) for increasing lam (k); each search starts at the previous result."""
    path = np.empty((len(lam), len(w)))
    for k in reversed(range(len(lam))):
        w = proximal_gradient(w, gradient, lam[k], step)
        path[k] = w
    return path


def _vanishes_at(
    j: int, w: np.ndarray, gradient: Gradient, low: float, high: float, step: float
) -> float:
    """The smallest lam in [low, high] at which entry j of the minimiser is 0.

    `w` is the minimiser at lam = high. Each search starts at the previous result.
    """
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        w = proximal_gradient(w, gradient, middle, step)
        if w[j] == 0:
            high = middle
        else:
            low = middle
    return high
