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
REACH = 1.8  # of the tangent at m = 0, to each side


def logistic_slope(margin: np.ndarray) -> np.ndarray:
    """The derivative -sigmoid(-m) of the logistic loss, entry by entry."""
    return -sigmoid(-margin)


@dataclass(frozen=True)
class Numbers:
    """What is drawn, float64.

    Over margin (241): loss, squared and zero_one. At marked (3): marked_loss and slope. The
    ends (2) of the tangent at m = 0: tangent_margin and tangent_loss.
    """

    margin: np.ndarray
    loss: np.ndarray
    squared: np.ndarray
    zero_one: np.ndarray
    marked: np.ndarray
    marked_loss: np.ndarray
    slope: np.ndarray
    tangent_margin: np.ndarray
    tangent_loss: np.ndarray


def compute() -> Numbers:
    """Evaluate the losses on an even grid, and slopes at the marked margins."""
    margin = MARGIN_MAX * np.arange(-STEPS, STEPS + 1) / STEPS
    marked = np.array(MARKED)
    marked_loss, slope = logistic_loss(marked), logistic_slope(marked)
    zero, tangent_margin = np.zeros(1), np.array([-REACH, REACH])
    return Numbers(
        margin=margin,
        loss=logistic_loss(margin),
        squared=squared_loss(1 - margin),
        zero_one=zero_one_loss(margin),
        marked=marked,
        marked_loss=marked_loss,
        slope=slope,
        tangent_margin=tangent_margin,
        tangent_loss=logistic_loss(zero) + logistic_slope(zero) * tangent_margin,
    )


def draw_other_losses(axes: Axes, numbers: Numbers) -> None:
    """Draw the squared and the 0-1 loss as thin lines, with their names."""
    reference = look.color("reference")
    thin = {"color": reference, "linewidth": look.MEDIUM_LINE}
    axes.plot(numbers.margin, numbers.squared, "--", gid="squared", **thin)
    axes.plot(numbers.margin, numbers.zero_one, ":", drawstyle="steps-pre", gid="zero-one", **thin)
    small = {"color": reference, "markersize": 5, "zorder": 3}
    axes.plot(0, 1, "o", gid="step-value", **small)
    hollow = {"markerfacecolor": look.color("background"), "markeredgewidth": look.FRAME}
    axes.plot(0, 0, "o", gid="step-hole", **small, **hollow)
    squared = "squared loss\n$(y - a)^2 = (1 - m)^2$\nrises beyond $m = 1$:\n"
    look.note(axes, squared + "punishes confident\ncorrect answers", (3.5, 3.0))
    look.note(axes, "0–1 loss", (-5.9, 1), (0, 4))


def draw_slopes(axes: Axes, numbers: Numbers) -> None:
    """Draw a dot at each marked margin, with the slope, and the tangent at m = 0."""
    thin = {"color": look.color("reference"), "linewidth": look.FINE, "zorder": 1}
    axes.plot(numbers.tangent_margin, numbers.tangent_loss, gid="tangent", **thin)
    dots = {"color": look.color("response"), "zorder": 3, "gid": "marked"}
    axes.plot(numbers.marked, numbers.marked_loss, "o", **dots)
    value = rf"$\log 2 \approx {numbers.marked_loss[1]:.3f}$, "
    beginnings = ("", value, "")
    offsets = ((-8, -8), (-8, -6), (0, 8))
    points = zip(numbers.marked, numbers.marked_loss, strict=True)
    for begin, slope, point, offset in zip(beginnings, numbers.slope, points, offsets, strict=True):
        look.label(axes, begin + look.minus(f"slope {slope:.2f}"), point, offset, gid="slope")


def draw(numbers: Numbers) -> Figure:
    """Draw the logistic loss with three slopes, over two losses to compare it with."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    axes = figure.subplots()
    color, top = look.color("response"), 7
    draw_other_losses(axes, numbers)
    axes.plot(numbers.margin, numbers.loss, color=color, linewidth=look.BOLD, gid="loss")
    look.note(axes, "logistic loss\n" + r"$\log(1 + e^{-m})$", (-3.8, 4.5), color=color)
    draw_slopes(axes, numbers)
    faint = {"color": look.color("grid"), "linestyle": "-", "label": "zero"}
    look.guide_x(axes, 0, linewidth=look.MEDIUM_LINE, gid="boundary", **faint)
    axes.set_title(r"Misclassified: $\mathbfit{m} < \mathbf{0}$")
    look.note(axes, r"Correct: $\mathbfit{m} > \mathbf{0}$", (0, top), (0, 6), weight="semibold")
    axes.set(xlabel=r"margin $m = y\,a$: label $y$ times score $a = w^{\!\top}\!x$", ylabel="loss")
    axes.set(xlim=(-6.1, 6.1), xticks=[-6, -4, -2, 0, 1, 2, 4, 6])
    axes.set(ylim=(-0.25, top), yticks=range(top))
    return figure


if __name__ == "__main__":
    main(compute, draw)
