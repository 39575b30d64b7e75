"""The squared loss: the areas of squares on residuals, and a curve (section 2.1)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figurepress import look
from figurepress.output import main
from lecture.losses import squared_loss

# Multiples of 1/8, which float64 represents exactly, so the numbers in the picture are exact.
SAMPLE_X = (0.5, 2.0, 3.0, 4.75, 5.25)
SAMPLE_Y = (-0.25, 2.5, 0.0, 4.375, 2.625)
SLOPE = 0.5
INTERCEPT = 0.5
LINE_X = (0.0, 6.25)  # where the drawn line starts and ends
RESIDUAL_MAX = 3.0
STEPS = 60  # of the grid, on each side of r = 0


def predict(x: np.ndarray) -> np.ndarray:
    """The prediction yhat = SLOPE x + INTERCEPT, entry by entry."""
    return SLOPE * x + INTERCEPT


@dataclass(frozen=True)
class Numbers:
    """The samples, the predictions and the loss curve, float64."""

    x: np.ndarray  # (5), the samples
    y: np.ndarray
    sample_residual: np.ndarray
    sample_loss: np.ndarray
    line_x: np.ndarray  # (2), the line of predictions
    line_y: np.ndarray
    residual: np.ndarray  # (121), the curve
    loss: np.ndarray


def compute() -> Numbers:
    """Evaluate the loss of the samples, and of residuals on a regular grid."""
    x, y, line_x = np.array(SAMPLE_X), np.array(SAMPLE_Y), np.array(LINE_X)
    sample_residual = predict(x) - y
    residual = RESIDUAL_MAX * np.arange(-STEPS, STEPS + 1) / STEPS
    return Numbers(
        x=x, y=y, sample_residual=sample_residual, sample_loss=squared_loss(sample_residual),
        line_x=line_x, line_y=predict(line_x), residual=residual, loss=squared_loss(residual),
    )  # fmt: skip


def draw(numbers: Numbers) -> Figure:
    """Draw the squares on the left and the loss curve on the right."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    left, right = figure.subplots(1, 2, width_ratios=(1.3, 1))
    draw_squares(left, numbers)
    draw_curve(right, numbers)
    return figure


def draw_squares(axes: Axes, numbers: Numbers) -> None:
    """Draw the predictions, the samples, and a square on each residual."""
    color = look.color("kernel")
    axes.plot(numbers.line_x, numbers.line_y, color=color, gid="predictions")
    end = (numbers.line_x[1], numbers.line_y[1])
    look.note(axes, r"prediction $\hat{y}$", end, (4, 6), ha="center", color=color)
    samples = zip(numbers.x, numbers.y, numbers.sample_residual, numbers.sample_loss, strict=True)
    for x, y, residual, loss in samples:
        draw_square(axes, x, y, residual, loss)
    look.dot(axes, (numbers.x, numbers.y), look.color("reference"), gid="samples")
    look.label(axes, "target $y$", (numbers.x[1], numbers.y[1]), (7, 0))

    axes.set_title(r"A square on each residual $\mathbfit{r}$ …")
    axes.set_ylabel("$y$", labelpad=10.5)
    axes.set(xlabel="$x$", xticks=range(7), yticks=range(5), xlim=(-0.3, 7.2))
    axes.set_aspect("equal", adjustable="datalim")


def draw_square(axes: Axes, x: float, y: float, residual: float, loss: float) -> None:
    """Draw the square on a residual, divided into 4 unit squares if the residual is 2."""
    color = look.color("response")
    sign = np.sign(residual)
    square = Rectangle((x, y), residual, residual, facecolor=(color, 0.2), edgecolor=color)
    axes.add_patch(square).set(linewidth=look.MEDIUM_LINE, gid="area")
    if residual == 2:
        axes.vlines(x + 1, y, y + 2, color=color, linewidth=look.FINE, gid="units")
        axes.hlines(y + 1, x, x + 2, color=color, linewidth=look.FINE, gid="units")
    axes.vlines(x, y, y + residual, color=color, linewidth=look.BOLD, gid="residual")

    name = look.minus(f"$r = {residual:g}$")
    look.label(axes, name, (x, y), (0, -7 * sign), gid="residual-value")
    outer = (x + residual, y + residual / 2)  # the middle of the side opposite the residual
    look.label(axes, f"area {loss:g}", outer, (6 * sign, 0), gid="area-value")


def draw_curve(axes: Axes, numbers: Numbers) -> None:
    """Draw loss over residual, with samples and minimum; the title continues the left one."""
    color = look.color("response")
    axes.plot(numbers.residual, numbers.loss, color=color, gid="loss")
    look.dot(axes, (numbers.sample_residual, numbers.sample_loss), color, gid="sample-losses")
    for r, loss in zip(numbers.sample_residual, numbers.sample_loss, strict=True):
        look.label(axes, f"area {loss:g}", (r, loss), (6 * np.sign(r), 0), gid="loss-value")
    look.label(axes, "twice $r = 1$:\n4 times the loss", (2, 4), (-10, 5), gid="doubling")

    look.dot(axes, (0, 0), color, hollow=True, gid="minimum")
    look.leader(axes, (0, 0.25), axes, (0, 1.5))
    look.label(axes, "minimum:\nloss 0 at $r = 0$", (0, 1.5), (0, 2))

    axes.set_title(r"… has area $\mathbf{loss(}\mathbfit{r}\mathbf{)} = \mathbfit{r}^{\mathbf{2}}$")
    axes.set(xlabel=r"residual $r = \hat{y} - y$", ylabel="loss", ylim=(0, 9.4))
    axes.set(xlim=(-3.6, 3.4), xticks=range(-3, 4), yticks=[0, 1, 4, 9])


if __name__ == "__main__":
    main(compute, draw)
