"""The logistic loss against the margin, next to the squared and 0-1 losses (section 2.3.1)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.losses import logistic_loss, sigmoid, squared_loss, zero_one_loss

MARGIN_MAX = 6.0
STEPS = 120  # on each side of m = 0
MARKED = (-4.0, 0.0, 4.0)  # where the slope is shown
OFFSETS = ((-8, -8), (9, 11), (0, 8))  # from each dot to its slope, in points


def logistic_slope(margin: np.ndarray) -> np.ndarray:
    """The derivative -sigmoid(-m) of the logistic loss, entry by entry."""
    return -sigmoid(-margin)


@dataclass(frozen=True)
class Numbers:
    """What is drawn, float64.

    Over margin (241): loss, squared and zero_one. At marked (3): marked_loss and slope.
    """

    margin: np.ndarray
    loss: np.ndarray
    squared: np.ndarray
    zero_one: np.ndarray
    marked: np.ndarray
    marked_loss: np.ndarray
    slope: np.ndarray


def compute() -> Numbers:
    """Evaluate the losses on an even grid, and slopes at the marked margins."""
    margin = MARGIN_MAX * np.arange(-STEPS, STEPS + 1) / STEPS
    marked = np.array(MARKED)
    return Numbers(
        margin=margin,
        loss=logistic_loss(margin),
        squared=squared_loss(1 - margin),
        zero_one=zero_one_loss(margin),
        marked=marked,
        marked_loss=logistic_loss(marked),
        slope=logistic_slope(marked),
    )


def draw_other_losses(axes: Axes, numbers: Numbers) -> None:
    """Draw the squared and the 0-1 loss as thin lines, with their names."""
    reference = look.color("reference")
    thin = {"color": reference, "linewidth": look.MEDIUM_LINE}
    axes.plot(numbers.margin, numbers.squared, "--", gid="squared", label="_cropped", **thin)
    axes.plot(numbers.margin, numbers.zero_one, ":", drawstyle="steps-pre", gid="zero-one", **thin)
    small = {"color": reference, "markersize": 5, "zorder": 3}
    axes.plot(0, 1, "o", gid="step-value", **small)
    hollow = {"markerfacecolor": look.color("background"), "markeredgewidth": look.FRAME}
    axes.plot(0, 0, "o", gid="step-hole", **small, **hollow)
    squared = "squared loss\n$(y - a)^2 = (1 - m)^2$\nrises beyond $m = 1$:\n"
    look.note(axes, squared + "punishes confident\ncorrect answers", (3.5, 3.0))
    look.note(axes, "0–1 loss", (-5.9, 1), (0, 4))


def draw_logistic_loss(axes: Axes, numbers: Numbers) -> None:
    """Draw the logistic loss, its asymptote -m, and dots with its slope."""
    left, color = numbers.margin[numbers.margin <= 0], look.color("response")
    thin = {"color": look.color("reference"), "linewidth": look.FINE, "zorder": 1}
    axes.plot(left, -left, gid="asymptote", **thin)
    look.label(axes, "asymptote $-m$", (-0.5, 0.5), (-5, -3))
    axes.plot(numbers.margin, numbers.loss, color=color, linewidth=look.BOLD, gid="loss")
    look.note(axes, "logistic loss\n" + r"$\log(1 + e^{-m})$", (-3.8, 4.5), color=color)
    axes.plot(numbers.marked, numbers.marked_loss, "o", color=color, zorder=3, gid="marked")
    points = zip(numbers.marked, numbers.marked_loss, strict=True)
    for point, slope, offset in zip(points, numbers.slope, OFFSETS, strict=True):
        words = look.minus(f"slope {slope:.2f}")
        look.label(axes, words, point, offset, color=color, gid="slope")
    value = rf"$\log 2 \approx {numbers.marked_loss[1]:.3f}$"
    look.label(axes, value, (0, numbers.marked_loss[1]), (9, 23), color=color, gid="value")


def draw(numbers: Numbers) -> Figure:
    """Draw the logistic loss with three slopes, over two losses to compare it with."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    axes = figure.subplots()
    top = 7
    draw_other_losses(axes, numbers)
    draw_logistic_loss(axes, numbers)
    grid = look.color("grid")
    axes.axvline(0, color=grid, lw=look.MEDIUM_LINE, zorder=0.5, label="zero", gid="boundary")
    axes.set_title(r"Misclassified: $\mathbfit{m} < \mathbf{0}$")
    look.note(axes, r"Correct: $\mathbfit{m} > \mathbf{0}$", (0, top), (0, 6), weight="semibold")
    axes.set(xlabel=r"margin $m = y\,a$: label $y$ times score $a = w^{\!\top}\!x$", ylabel="loss")
    axes.set(xlim=(-6.1, 6.1), xticks=[-6, -4, -2, 0, 1, 2, 4, 6])
    axes.set(ylim=(-0.25, top), yticks=range(top))
    return figure


if __name__ == "__main__":
    main(compute, draw)
