"""Coefficients against lambda for two l1-regularised losses (sections 2.2.3 and 2.3)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.losses import logistic_loss_gradient, sigmoid, squared_loss_gradient
from lecture.sparse import SolutionPath, follow_path

SEED = 7
SAMPLES = 120
TRUE_W = (2.0, 0.0, -1.5, 0.0, 0.0, 1.0, 0.0, 0.0)
NOISE = 1.0  # standard deviation of the targets around X w
PER_DECADE = 40  # steps of lambda in a factor of 10
BELOW = 100  # steps of lambda below lambda_max
ABOVE = 28  # steps of lambda above lambda_max
APART = 5  # steps of lambda from one arrow to the next
TOP = 3.1  # upper end of the coefficient axis


@dataclass(frozen=True)
class Numbers:
    """The data, and the minimisers of both losses."""

    X: np.ndarray  # (120, 8)
    true_w: np.ndarray  # (8)
    targets: np.ndarray  # (120)
    labels: np.ndarray  # (120)
    least_squares: SolutionPath
    logistic: SolutionPath


def compute() -> Numbers:
    """Sample data with a sparse w, and follow the minimisers of both losses over lambda."""
    rng = np.random.default_rng(SEED)
    true_w = np.array(TRUE_W)
    X = rng.normal(size=(SAMPLES, len(TRUE_W)))
    targets = X @ true_w + NOISE * rng.normal(size=SAMPLES)
    labels = np.where(rng.random(SAMPLES) < sigmoid(X @ true_w), 1.0, -1.0)
    largest_eigenvalue = float(np.linalg.norm(X, 2)) ** 2 / SAMPLES  # of X^T X / n
    # The second derivative of the squared loss is 2, that of the logistic loss at most 1/4.
    squares_curvature = 2 * largest_eigenvalue
    logistic_curvature = largest_eigenvalue / 4
    decades = np.arange(-BELOW, ABOVE + 1) / PER_DECADE
    least_squares = follow_path(
        lambda w: squared_loss_gradient(w, X, targets), squares_curvature, true_w, decades
    )
    logistic = follow_path(
        lambda w: logistic_loss_gradient(w, X, labels), logistic_curvature, true_w, decades
    )
    return Numbers(X, true_w, targets, labels, least_squares, logistic)


def draw(numbers: Numbers) -> Figure:
    """Draw the two paths side by side, on one scale of coefficients."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    paths, strips = figure.subplots(2, 2, sharex="col", sharey="row", height_ratios=(3.2, 1))
    penalty = r"+ $\mathbfit{\lambda}\,\mathbf{\|}\mathbfit{w}\mathbf{\|_1}$"
    paths[0].set(title=f"Least squares {penalty}: sparse but shrunk", ylabel="coefficient $w_j$")
    paths[1].set(title=f"Logistic regression {penalty}: likewise", ylim=(-2.1, TOP))
    strips[0].set(ylabel="nonzeros", ylim=(-0.6, 8.6), yticks=[0, 3, 8])
    draw_path(paths[0], strips[0], numbers.least_squares, numbers.true_w)
    draw_path(paths[1], strips[1], numbers.logistic, numbers.true_w)
    paths[1].text(
        0.00058, 2.4, "from 120 labels,\n$w_6$ and $w_3$ start\ntoo far from 0", gid="start"
    )
    figure.align_ylabels()
    return figure


def draw_path(axes: Axes, strip: Axes, path: SolutionPath, true_w: np.ndarray) -> None:
    """Draw coefficients, and how many are not 0; shade where their zeros match the true w."""
    draw_coefficients(axes, path, true_w)
    strip.step(path.lam, path.nonzeros, where="post", color=look.color("reference"), gid="nonzeros")
    for panel in (axes, strip):
        look.shade_x(panel, path.recovered[0], path.recovered[1], gid="recovered")
        look.guide_x(panel, path.lam_max, linestyle=":", gid="lambda-max")
    look.label(axes, "exactly\nthe true\nzeros", (path.lam[path.middle], 2.6), (0, 0))
    look.label(axes, "shrunk", (path.lam[path.middle], -1.8), (0, 0))
    # U+1D706 is an italic lambda; matplotlib draws \lambda upright with these fonts.
    look.label(axes, f"$𝜆_{{\\max}}$\n= {path.lam_max:.3g}", (path.lam_max, TOP), (4, -1))
    look.note(axes, "all $w_j = 0$", (path.lam[-1], 0), (0, -5), ha="right", va="top")
    left = path.lam[0] / 2.4  # with room for the names of the coefficients
    strip.set(xscale="log", xlabel="$𝜆$ (log scale)", xlim=(left, path.lam[-1]))
    strip.xaxis.set_major_formatter("{x:g}")


def draw_coefficients(axes: Axes, path: SolutionPath, true_w: np.ndarray) -> None:
    """Draw each coefficient up to where it is 0, its true value, and an arrow for the shrinkage."""
    kernel, reference = look.color("kernel"), look.color("reference")
    first, last = path.lam[[0, -1]]
    first_zero = (path.w == 0).argmax(axis=0)  # index in lam, for each coefficient
    is_past_zero = path.lam[:, np.newaxis] > path.lam[first_zero]
    shown = np.where(is_past_zero, np.nan, path.w)
    look.zero_line(axes)
    look.note(axes, "five with true value 0", (first, 0), (0, -17))
    for j in np.flatnonzero(true_w == 0):
        axes.plot(path.lam, shown[:, j], "--", color=reference, lw=look.FINE, gid=f"w{j + 1}")
    for i, j in enumerate(np.flatnonzero(true_w)):
        axes.plot(path.lam, shown[:, j], color=kernel, gid=f"w{j + 1}")
        axes.hlines(true_w[j], first, last, reference, linewidth=look.HAIR, gid="true-value")
        look.label(axes, f"$w_{j + 1}$", (first, path.w[0, j]), (-3, 0), color=kernel)
        look.note(axes, f"true $w_{j + 1}$", (last, true_w[j]), (0, 3), ha="right")
        k = path.middle - APART * i
        look.arrow(axes, (path.lam[k], true_w[j]), (path.lam[k], path.w[k, j]), gid="shrinkage")


if __name__ == "__main__":
    main(compute, draw)
