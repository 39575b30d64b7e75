"""The logistic loss against the margin, next to the squared and 0-1 losses (section 2.3.1)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.losses import logistic_loss, logistic_slope, squared_loss, zero_one_loss

MARGIN_MAX = 6.0
STEPS = 120  # of the grid, on each side of m = 0
MARKED = (-4.0, 0.0, 4.0)  # margins at which the slope is shown
ASYMPTOTE_END = -0.3  # where the line -m stops, clear of the open circle at 0


@dataclass(frozen=True)
class Numbers:
    """What is drawn, float64."""

    margin: np.ndarray  # (241), the grid for the next three
    loss: np.ndarray
    squared: np.ndarray
    zero_one: np.ndarray
    marked: np.ndarray  # (3), the margins of the next two fields
    marked_loss: np.ndarray
    slope: np.ndarray


def compute() -> Numbers:
    """Evaluate the losses on a regular grid, and slopes at the marked margins."""
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


def draw(numbers: Numbers) -> Figure:
    """Draw the logistic loss with three slopes, over two losses to compare it with."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    axes = figure.subplots()
    look.guide_x(axes, 0, "-", gid="boundary")
    draw_squared_loss(axes, numbers)
    draw_zero_one_loss(axes, numbers)
    draw_logistic_loss(axes, numbers)

    # A heading for each half: the title is at the left edge, the note begins at the boundary.
    axes.set_title(r"Misclassified: $\mathbfit{m} < \mathbf{0}$")
    look.note(axes, r"Correct: $\mathbfit{m} > \mathbf{0}$", (0, 7), (0, 6), weight="semibold")
    axes.set_xlabel(r"margin $m = y\,a$, label $y = \pm 1$, score $a = w^{\!\top}\!x$")
    axes.set_ylabel("loss", labelpad=10.5)
    axes.set(xlim=(-6.1, 6.1), xticks=[-6, -4, -2, 0, 1, 2, 4, 6])
    axes.set(ylim=(-0.25, 7), yticks=range(7))
    return figure


def draw_squared_loss(axes: Axes, numbers: Numbers) -> None:
    """Draw the squared loss, dashed; it runs beyond the panel."""
    axes.plot(
        numbers.margin, numbers.squared, "--", color=look.color("reference"),
        linewidth=look.FINE, label=look.CROPPED, gid="squared",
    )  # fmt: skip
    formula = "squared loss\n$(y - a)^2 = (1 - m)^2$"
    remark = "rises beyond $m = 1$:\npunishes confident\ncorrect answers"
    look.note(axes, f"{formula}\n{remark}", (3.5, 3.0))


def draw_zero_one_loss(axes: Axes, numbers: Numbers) -> None:
    """Draw the two parts of the 0-1 loss, dotted, and its value at the jump."""
    color = look.color("reference")
    is_one = numbers.margin <= 0  # where the loss is 1
    for part in (is_one, ~is_one):
        margin, loss = numbers.margin[part], numbers.zero_one[part]
        axes.plot(margin, loss, ":", color=color, linewidth=look.MEDIUM_LINE, gid="zero-one")
    look.dot(axes, (0, 1), color, size=4, gid="step-value")
    look.dot(axes, (0, 0), color, hollow=True, size=4, gid="step-hole")
    look.note(axes, "0–1 loss", (-5.9, 1), (0, 4))


def draw_logistic_loss(axes: Axes, numbers: Numbers) -> None:
    """Draw the logistic loss with its slope at three dots, and its asymptote -m."""
    m = numbers.margin[numbers.margin <= ASYMPTOTE_END]
    axes.plot(m, -m, color=look.color("reference"), linewidth=look.FINE, zorder=1, gid="asymptote")
    look.label(axes, "asymptote $-m$", (-0.5, 0.5), (-5, -3))

    color = look.color("response")
    axes.plot(numbers.margin, numbers.loss, color=color, gid="loss")
    look.note(axes, "logistic loss\n" + r"$\log(1 + e^{-m})$", (-4.9, 5.3), color=color)
    look.dot(axes, (numbers.marked, numbers.marked_loss), color, size=4, gid="marked")
    for margin, loss, slope in zip(numbers.marked, numbers.marked_loss, numbers.slope, strict=True):
        words = look.minus(f"slope {slope:.2f}")
        if margin > 0:
            words += ":\nhardly moves $w$"
        offset = (20, 19) if margin == 0 else (7, 8)
        look.note(axes, words, (margin, loss), offset, color=color, gid="slope")
    loss_at_0 = numbers.marked_loss[1]
    words = rf"$\log 2 \approx {loss_at_0:.3f}$"
    look.note(axes, words, (0, loss_at_0), (20, 30), color=color, gid="value")
    look.leader(axes, (0, loss_at_0), axes, (0.5, 1.3), color=color, gid="leader")


if __name__ == "__main__":
    main(compute, draw)
