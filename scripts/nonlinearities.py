"""ReLU, GELU and SiLU, and their slopes (figure 3.2)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch.nn import functional

from figurepress import look
from figurepress.output import main
from lecture.curves import evaluate, lowest

X_MAX = 3.0
STEPS = 3000  # of the grid, on each side of x = 0: enough for three decimals of the minima
DOTTED = 2.2  # width of SiLU's dots in points, wide enough to be seen over the dashes of GELU
BOTTOM = -0.75  # lower limit of the values, where leaders end
TOP = 1.35  # upper limit of the slopes, where leaders end


@dataclass(frozen=True)
class Numbers:
    """Values and slopes (6001) over x (6001), and the lowest points (x, value) of two curves."""

    x: np.ndarray
    relu: np.ndarray
    gelu: np.ndarray
    silu: np.ndarray
    relu_slope: np.ndarray
    gelu_slope: np.ndarray
    silu_slope: np.ndarray
    gelu_minimum: np.ndarray
    silu_minimum: np.ndarray


def compute() -> Numbers:
    """Let PyTorch evaluate its functions on a regular grid, in float64."""
    x = X_MAX * np.arange(-STEPS, STEPS + 1) / STEPS
    relu, relu_slope = evaluate(functional.relu, x)
    gelu, gelu_slope = evaluate(functional.gelu, x)
    silu, silu_slope = evaluate(functional.silu, x)
    return Numbers(
        x=x, relu=relu, gelu=gelu, silu=silu,
        relu_slope=relu_slope, gelu_slope=gelu_slope, silu_slope=silu_slope,
        gelu_minimum=lowest(x, gelu), silu_minimum=lowest(x, silu),
    )  # fmt: skip


def draw(numbers: Numbers) -> Figure:
    """Draw the values, and below them the slopes on the same x axis."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    values, slopes = figure.subplots(2, 1, sharex=True, height_ratios=(1.4, 1))
    green, indigo, plum = look.series()[3:]  # with enough contrast for words
    draw_values(values, numbers, green, indigo, plum)
    draw_slopes(slopes, numbers, green, indigo, plum)
    draw_minimum(values, slopes, numbers.gelu_minimum, r"GELU: $x\,\Phi(x)$", side=1, color=green)
    draw_minimum(values, slopes, numbers.silu_minimum, r"SiLU: $x\,\sigma(x)$", side=-1, color=plum)
    figure.align_ylabels()
    return figure


def draw_values(axes: Axes, numbers: Numbers, green: str, indigo: str, plum: str) -> None:
    """Draw the functions, which continue beyond the panel."""
    x, cropped = numbers.x, look.CROPPED
    axes.plot(x, numbers.relu, "-", color=indigo, gid="relu-value", label=cropped)
    axes.plot(x, numbers.gelu, "--", color=green, gid="gelu-value", label=cropped)
    axes.plot(x, numbers.silu, ":", color=plum, linewidth=DOTTED, gid="silu-value", label=cropped)
    look.note(axes, r"ReLU: $\max(0, x)$", (-3, 0), (0, 5), color=indigo)
    axes.set_title(r"ReLU is exactly 0 for $\mathbfit{x} < \mathbf{0}$; GELU and SiLU dip below 0")
    axes.set(ylabel="value", ylim=(BOTTOM, 1.45), yticks=[0, 1])


def draw_slopes(axes: Axes, numbers: Numbers, green: str, indigo: str, plum: str) -> None:
    """Draw the slopes; that of ReLU jumps, the others cross at 0.5."""
    x = numbers.x
    relu_slope = np.where(x == 0, np.nan, numbers.relu_slope)  # ReLU has no slope at 0
    axes.plot(x, relu_slope, "-", color=indigo, gid="relu-slope")
    axes.plot(x, numbers.gelu_slope, "--", color=green, gid="gelu-slope")
    axes.plot(x, numbers.silu_slope, ":", color=plum, linewidth=DOTTED, gid="silu-slope")
    jump = look.dot(axes, (np.zeros(2), np.array([0, 1])), indigo, hollow=True, gid="jump")
    jump.set(linestyle=":", linewidth=look.FINE)
    look.dot(axes, (0, 0.5), green, size=5, gid="half").set(markeredgecolor=plum)
    look.label(axes, "ReLU", (2.7, 1), (0, -4), color=indigo)
    look.label(axes, "GELU", (1.35, 1.13), (0, 3), color=green)
    look.label(axes, "SiLU", (2.45, 1.1), (0, 3), color=plum)
    axes.set_title("The slope of ReLU jumps from 0 to 1; the others pass through 0.5")
    axes.set(xlabel="$x$", ylabel="slope", xlim=(-3.1, 3.1), ylim=(-0.25, TOP), yticks=[0, 0.5, 1])
    axes.yaxis.set_major_formatter("{x:g}")


def draw_minimum(
    values: Axes, slopes: Axes, minimum: np.ndarray, name: str, side: int, color: str
) -> None:
    """Mark a minimum, and the slope's zero below it, with words right (`side` 1) or left (-1)."""
    x, value = minimum
    look.dot(values, minimum, color, gid="minimum")
    look.dot(slopes, (x, 0), color, gid="zero-slope")
    values.vlines(x, BOTTOM, value, color=color, linewidth=look.HAIR, gid="leader")
    slopes.vlines(x, 0, TOP, color=color, linewidth=look.HAIR, gid="leader")
    words = look.minus(f"{name}\nminimum {value:.3f}")
    look.label(values, words, minimum, (6 * side, -9), color=color)
    offset = (5 * side, -7 * side)  # below right or above left of the zero
    look.label(slopes, f"$x = {x:.3f}$", (x, 0), offset, color=color, gid="zero-value")


if __name__ == "__main__":
    main(compute, draw)
