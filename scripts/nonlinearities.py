"""ReLU, GELU and SiLU, and their slopes (figure 3.2)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from torch.nn import functional

from figurepress import look
from figurepress.output import main

X_MAX = 3.0
STEPS = 3000  # on each side of x = 0: the minima are found to three decimals


@dataclass(frozen=True)
class Numbers:
    """What is drawn, float64.

    Over x (6001): the values relu, gelu and silu, and their slopes relu_slope, gelu_slope and
    silu_slope. The lowest points (x, value) of the smooth ones: gelu_minimum, silu_minimum (2).
    """

    x: np.ndarray
    relu: np.ndarray
    gelu: np.ndarray
    silu: np.ndarray
    relu_slope: np.ndarray
    gelu_slope: np.ndarray
    silu_slope: np.ndarray
    gelu_minimum: np.ndarray
    silu_minimum: np.ndarray


def evaluate(function: Callable, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values and slopes (n) of a PyTorch function at x (n), the slopes by autograd."""
    inputs = torch.tensor(x, requires_grad=True)
    values = function(inputs)
    (slopes,) = torch.autograd.grad(values.sum(), inputs)
    return values.detach().numpy(), slopes.numpy()


def lowest(x: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The point (x, value) of a curve (n) where its value is smallest."""
    i = np.argmin(values)
    return np.array([x[i], values[i]])


def compute() -> Numbers:
    """Let PyTorch evaluate its functions on an even grid, in float64."""
    x = X_MAX * np.arange(-STEPS, STEPS + 1) / STEPS
    relu, relu_slope = evaluate(functional.relu, x)
    gelu, gelu_slope = evaluate(functional.gelu, x)
    silu, silu_slope = evaluate(functional.silu, x)
    slopes = relu_slope, gelu_slope, silu_slope
    return Numbers(x, relu, gelu, silu, *slopes, lowest(x, gelu), lowest(x, silu))


def draw_curves(axes: Axes, x: np.ndarray, curves: list[np.ndarray], kind: str) -> list[Line2D]:
    """Draw the curves of ReLU, GELU and SiLU, each in its colour and dash."""
    names, dashes = ("relu", "gelu", "silu"), ("-", "--", ":")
    lines = []
    for name, dash, color, curve in zip(names, dashes, look.series()[:3], curves, strict=True):
        lines += axes.plot(x, curve, dash, color=color, gid=f"{name}-{kind}", label="_cropped")
    lines[2].set_linewidth(1.2 * lines[2].get_linewidth())  # its dots show over GELU's dashes
    return lines


def draw_values(axes: Axes, numbers: Numbers) -> None:
    """Draw the functions with their names, and lead down from the two minima."""
    bottom = -0.9
    lines = draw_curves(axes, numbers.x, [numbers.relu, numbers.gelu, numbers.silu], "value")
    formulas = (r"ReLU: $\max(0, x)$", r"GELU: $x\,\Phi(x)$", r"SiLU: $x\,\sigma(x)$")
    axes.legend(lines, formulas, loc="lower right", handlelength=3)
    names, minima = ("GELU", "SiLU"), (numbers.gelu_minimum, numbers.silu_minimum)
    for name, point, line, side in zip(names, minima, lines[1:], (6, -6), strict=True):
        axes.plot(*point, "o", color=line.get_color(), gid="minimum")
        axes.vlines(point[0], bottom, point[1], line.get_color(), linewidth=look.HAIR, gid="leader")
        look.label(axes, look.minus(f"{name} minimum\n{point[1]:.3f}"), point, (side, -9))
    axes.set_title(r"ReLU is exactly 0 for $\mathbfit{x} < \mathbf{0}$; GELU and SiLU dip below 0")
    axes.set(ylabel="value", ylim=(bottom, 2.1), yticks=range(3))


def draw_slopes(axes: Axes, numbers: Numbers) -> None:
    """Draw the slopes, the jump of ReLU's, and the zeros of the others below the minima."""
    top = 1.35
    relu_slope = np.where(numbers.x == 0, np.nan, numbers.relu_slope)  # undefined at 0
    draw_curves(axes, numbers.x, [relu_slope, numbers.gelu_slope, numbers.silu_slope], "slope")
    hollow = {"markerfacecolor": look.color("background"), "markeredgewidth": look.FRAME}
    axes.plot([0, 0], [0, 1], "o", color=look.series()[0], gid="jump", **hollow)
    axes.plot(0, 0.5, "o", color=look.color("reference"), gid="half")
    zeros = (numbers.gelu_minimum[0], numbers.silu_minimum[0])
    for x, color, offset in zip(zeros, look.series()[1:3], ((5, -7), (-5, 40)), strict=True):
        axes.plot(x, 0, "o", color=color, gid="zero-slope")
        axes.vlines(x, 0, top, color=color, linewidth=look.HAIR, gid="leader")
        look.label(axes, look.minus(f"$x = {x:.3f}$"), (x, 0), offset, gid="zero-value")
    look.label(axes, "ReLU", (2.7, 1), (0, -4))
    look.note(axes, "ReLU: slope 0 for all\n$x < 0$, gradient 0", (-3, 0), (0, 7))
    look.label(axes, "GELU", (1.35, 1.13), (0, 3))
    look.label(axes, "SiLU", (2.45, 1.1), (0, 3))
    axes.set_title("The slope of ReLU jumps from 0 to 1; those of GELU and SiLU pass through 0.5")
    axes.set(xlabel="$x$", ylabel="slope", xlim=(-3.1, 3.1), ylim=(-0.25, top), yticks=[0, 0.5, 1])
    axes.yaxis.set_major_formatter("{x:g}")


def draw(numbers: Numbers) -> Figure:
    """Draw the values, and below them the slopes on the same x axis."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    values, slopes = figure.subplots(2, 1, sharex=True, height_ratios=(1.4, 1))
    draw_values(values, numbers)
    draw_slopes(slopes, numbers)
    return figure


if __name__ == "__main__":
    main(compute, draw)
