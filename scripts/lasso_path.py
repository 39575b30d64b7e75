"""Coefficients against lambda for two l1-regularised losses (sections 2.2.3 and 2.3)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from figurepress import look
from figurepress.output import main

SEED = 7
SAMPLES = 120
TRUE_W = (2.0, 0.0, -1.5, 0.0, 0.0, 1.0, 0.0, 0.0)
NOISE = 1.0  # standard deviation of the real targets about X w
PER_DECADE = 40  # lambdas in a factor of 10
BELOW = 80  # steps of lambda below lambda_max
ABOVE = 28  # and above it
TOLERANCE = 1e-13  # w is found when no entry moves by more
PATIENCE = 10_000  # steps that a search may take; 246 are enough


def squared_gradient(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Gradient (d) at w (d) of the mean of (w^T x_i - y_i)^2; X (n, d), y (n)."""
    return 2 * X.T @ (X @ w - y) / len(y)


def logistic_gradient(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Gradient (d) at w (d) of the mean of log(1 + exp(-y_i w^T x_i)); y (n) of -1 and +1."""
    wrong = np.exp(-np.logaddexp(0, y * (X @ w)))  # the probability of the other label
    return -X.T @ (y * wrong) / len(y)


def soft_threshold(w: np.ndarray, t: float) -> np.ndarray:
    """Each entry of w moved by t towards 0; exactly 0 if it would cross."""
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


def proximal_gradient(w: np.ndarray, gradient: Callable, lam: float, step: float) -> np.ndarray:
    """The minimiser (d) of loss + lam ||w||_1, from a first guess w (d).

    A step down the gradient of the loss, then one towards 0 for the penalty, until w stays.
    """
    for _ in range(PATIENCE):
        before, w = w, soft_threshold(w - step * gradient(w), step * lam)
        if np.abs(w - before).max() <= TOLERANCE:
            return w
    raise ArithmeticError(f"no minimiser after {PATIENCE} steps of size {step:g}: too large?")


@dataclass(frozen=True)
class Path:
    """Minimisers w (k, d) for rising lam (k); lam_max; first and last lam of the true support."""

    lam: np.ndarray
    w: np.ndarray
    lam_max: float
    recovered: np.ndarray


@dataclass(frozen=True)
class Numbers:
    """The data X (n, d), true_w (d), targets (n), labels (n); a path for each loss."""

    X: np.ndarray
    true_w: np.ndarray
    targets: np.ndarray
    labels: np.ndarray
    least_squares: Path
    logistic: Path


def follow(gradient: Callable, steepest: float, true_w: np.ndarray) -> Path:
    """Follow the minimiser from w = 0 at large lambda; no slope changes faster than steepest."""
    lam_max = np.abs(gradient(0 * true_w)).max()
    lam = lam_max * 10.0 ** (np.arange(-BELOW, ABOVE + 1) / PER_DECADE)
    w = np.zeros((len(lam), len(true_w)))
    for k in reversed(range(len(lam) - 1)):
        w[k] = proximal_gradient(w[k + 1], gradient, lam[k], 1 / steepest)
    recovered = lam[((w != 0) == (true_w != 0)).all(axis=1)]
    return Path(lam, w, lam_max, recovered[[0, -1]])


def compute() -> Numbers:
    """Draw data that a sparse w explains, real targets and labels; follow both minimisers."""
    rng = np.random.default_rng(SEED)
    true_w = np.array(TRUE_W)
    X = rng.normal(size=(SAMPLES, len(TRUE_W)))
    score = X @ true_w
    targets = score + NOISE * rng.normal(size=SAMPLES)
    labels = np.where(rng.random(SAMPLES) < 1 / (1 + np.exp(-score)), 1.0, -1.0)

    spread = np.linalg.norm(X, 2) ** 2 / SAMPLES  # the largest eigenvalue of X^T X / n
    squares = follow(lambda w: squared_gradient(w, X, targets), 2 * spread, true_w)
    logistic = follow(lambda w: logistic_gradient(w, X, labels), spread / 4, true_w)
    return Numbers(X, true_w, targets, labels, squares, logistic)


def draw_path(axes: Axes, path: Path, true_w: np.ndarray) -> None:
    """All coefficients over lambda, on shaded ground where they show the true support."""
    curve, guide = look.color("kernel"), look.color("reference")
    left, support = path.lam[0], np.flatnonzero(true_w)
    shade = {"color": look.color("grid"), "alpha": 0.4, "linewidth": 0, "zorder": 0}
    axes.axvspan(*path.recovered, label="window", **shade)
    axes.text(np.sqrt(path.recovered.prod()), 2.15, "zeros\nas in the\ntrue $w$", ha="center")

    thin = {"color": guide, "linewidth": 1, "zorder": 1}
    axes.vlines(path.lam_max, -2.1, 2.1, linestyle=":", label="lambda max", **thin)
    words = "from $\\lambda_{\\max}$\non: $w = 0$"
    axes.text(1.15 * path.lam_max, -1.1, words, va="center")
    axes.plot(path.lam, path.w[:, true_w == 0], linestyle="--", label="true zeros", **thin)
    axes.text(left, -0.14, "true value 0", color=guide, va="top")
    axes.plot(path.lam, path.w[:, support], color=curve, label="true support")
    for j in support:
        name, place = f"$w_{j + 1}$", (left / 1.12, path.w[0, j])
        axes.text(*place, name, color=curve, ha="right", va="center")

    axes.set(xscale="log", xlabel=r"$\lambda$ (log scale)", xlim=(left / 1.8, path.lam[-1]))
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter("{x:g}")


def draw(numbers: Numbers) -> Figure:
    """The two paths side by side, on one scale of coefficients."""
    figure = Figure(figsize=(look.WIDTH, 3.6))
    squares, logistic = figure.subplots(1, 2, sharey=True)
    draw_path(squares, numbers.least_squares, numbers.true_w)
    draw_path(logistic, numbers.logistic, numbers.true_w)
    squares.set_title("Least squares")
    logistic.set_title("Logistic regression")
    squares.set(ylabel="coefficient $w_j$", ylim=(-2.1, 3.1))
    return figure


if __name__ == "__main__":
    main(compute, draw)
