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
REACH = 1.2  # of a tangent, to each side of its point


def logistic_slope(margin: np.ndarray) -> np.ndarray:
    """The derivative -sigmoid(-m) of the logistic loss, entry by entry."""
    return -sigmoid(-margin)


@dataclass(frozen=True)
class Numbers:
    """What is drawn, float64.

    Over margin (241): loss, squared and zero_one. At marked (3): marked_loss and slope, and
    the ends (3, 2) of the tangents, tangent_margin and tangent_loss.
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
    """Evaluate the losses on an even grid, and the tangents at the marked margins."""
    margin = MARGIN_MAX * np.arange(-STEPS, STEPS + 1) / STEPS
    marked = np.array(MARKED)
    marked_loss, slope = logistic_loss(marked), logistic_slope(marked)
    reach = np.array([-REACH, REACH])
    return Numbers(
        margin=margin,
        loss=logistic_loss(margin),
        squared=squared_loss(1 - margin),
        zero_one=zero_one_loss(margin),
        marked=marked,
        marked_loss=marked_loss,
        slope=slope,
        tangent_margin=marked[:, np.newaxis] + reach,
        tangent_loss=marked_loss[:, np.newaxis] + np.outer(slope, reach),
    )


def draw_other_losses(axes: Axes, numbers: Numbers) -> None:
    """Draw the squared and the 0-1 loss as thin lines, with their names."""
    thin = {"color": look.color("reference"), "linewidth": look.MEDIUM_LINE}
    axes.plot(numbers.margin, numbers.squared, "--", gid="squared", **thin)
    axes.plot(numbers.margin, numbers.zero_one, ":", drawstyle="steps-pre", gid="zero-one", **thin)
    squared = "squared loss\n$(y - a)^2 = (1 - m)^2$\npunishes confident\ncorrect answers"
    look.note(axes, squared, (3.5, 3.4))
    look.note(axes, "0–1 loss", (-5.9, 1), (0, 4))


def draw_slopes(axes: Axes, numbers: Numbers) -> None:
    """Draw a dot and a tangent at each marked margin, with the slope."""
    color = look.color("reference")
    for margin, loss in zip(numbers.tangent_margin, numbers.tangent_loss, strict=True):
        axes.plot(margin, loss, color=color, linewidth=look.FINE, gid="tangent")
    dots = axes.plot(numbers.marked, numbers.marked_loss, "o", color=color, gid="marked")
    dots[0].set(clip_on=False, zorder=3)
    value = rf"$\log 2 \approx {numbers.marked_loss[1]:.3f}$, "
    beginnings = ("", value, "")
    offsets = ((-8, -8), (-14, -6), (0, 8))
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
    look.guide_x(axes, 0, gid="boundary")
    axes.set_title(r"Misclassified: $\mathbfit{m} < \mathbf{0}$")
    look.note(axes, r"Correct: $\mathbfit{m} > \mathbf{0}$", (0, top), (0, 6), weight="semibold")
    axes.set(xlabel=r"margin $m = y\,a$: label $y$ times score $a = w^{\!\top}\!x$", ylabel="loss")
    axes.set(xlim=(-6.1, 6.1), ylim=(0, top), yticks=range(top))
    return figure


if __name__ == "__main__":
    main(compute, draw)
