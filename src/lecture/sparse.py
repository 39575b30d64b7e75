"""Minimisers of a mean loss plus lam ||w||_1 (section 2.2.3), by proximal gradient descent."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Gradient = Callable[[np.ndarray], np.ndarray]  # from w (d) to the gradient (d) of a mean loss

TOLERANCE = 1e-13  # the search ends when every entry of w changes by at most this
MAX_STEPS = 10_000
HALVINGS = 24  # bisection steps, to find the lam at which an entry of w becomes 0


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
    """Minimisers for the given lam, and for each lam between them at which an entry becomes 0.

    If an entry of w is 0 at one given lam but not at the next smaller one, bisection finds the
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
        The given and the found lam, each once, in increasing order (m).
    w : np.ndarray
        The minimisers (m, d).
    """
    on_grid = _minimisers(w, gradient, lam, step)
    becomes_zero = (on_grid[:-1] != 0) & (on_grid[1:] == 0)  # entry j between lam k and k + 1
    kinks = sorted(
        _vanishes_at(j, on_grid[k + 1], gradient, lam[k], lam[k + 1], step)
        for k, j in np.argwhere(becomes_zero)
    )
    at_kinks = _minimisers(w, gradient, np.array(kinks), step)
    every_lam, places = np.unique([*lam, *kinks], return_index=True)
    return every_lam, np.concatenate([on_grid, at_kinks])[places]


@dataclass(frozen=True)
class SolutionPath:
    """Minimisers over k increasing lam, and where their zeros are those of the true w (d).

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
        Two lam: from the first on, and below the second, w has exactly the zeros of the true w.
    middle
        Halfway between the first and the last index in `lam` with exactly these zeros.
    """

    lam: np.ndarray
    w: np.ndarray
    nonzeros: np.ndarray
    lam_max: float
    recovered: np.ndarray
    middle: int


def follow(
    gradient: Gradient, largest_curvature: float, true_w: np.ndarray, decades: np.ndarray
) -> SolutionPath:
    """The minimisers on a logarithmic grid of lam, and at each lam where an entry becomes 0.

    Parameters
    ----------
    gradient
        Gradient (d) of the mean loss at w (d).
    largest_curvature
        Lipschitz constant of the gradient.
    true_w
        The w (d) that generated the data.
    decades
        Increasing exponents: the grid is lam_max times 10 to their power.
    """
    start = np.zeros_like(true_w)
    lam_max = float(np.abs(gradient(start)).max())
    lam, w = regularisation_path(start, gradient, lam_max * 10.0**decades, 1 / largest_curvature)
    has_true_zeros = ((w == 0) == (true_w == 0)).all(axis=1)
    places = np.flatnonzero(has_true_zeros)
    first, last = int(places[0]), int(places[-1])
    recovered, middle = lam[[first, last + 1]], (first + last) // 2
    return SolutionPath(lam, w, np.count_nonzero(w, axis=1), lam_max, recovered, middle)


def _minimisers(w: np.ndarray, gradient: Gradient, lam: np.ndarray, step: float) -> np.ndarray:
    """Minimisers (k, d) for increasing lam (k); each search starts at the previous result."""
    path = np.empty((len(lam), len(w)))
    for k in reversed(range(len(lam))):
        w = path[k] = proximal_gradient(w, gradient, lam[k], step)
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
