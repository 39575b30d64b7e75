"""ReLU, GELU and SiLU, and their slopes (figure 3.2)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch.nn import functional

from figurepress import look
from figurepress.output import main

X_MAX = 3.0
STEPS = 3000  # on each side of x = 0: the minima are found to three decimals
DOTTED = 2.2  # width of SiLU's dots in points, so that they show over the dashes of GELU
BOTTOM, TOP = -0.9, 1.35  # of the panel with the values, of that with the slopes


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
    minima = lowest(x, gelu), lowest(x, silu)
    return Numbers(x, relu, gelu, silu, relu_slope, gelu_slope, silu_slope, *minima)


def colors() -> tuple[str, str, str]:
    """Colours of ReLU, GELU and SiLU: three of `look.series` that are strong enough for words."""
    _, _, _, green, indigo, plum = look.series()
    return indigo, green, plum


def draw_values(axes: Axes, numbers: Numbers) -> None:
    """Draw the functions with their names, and lead down from the two minima."""
    indigo, green, plum = colors()
    x, gelu, silu = numbers.x, numbers.gelu_minimum, numbers.silu_minimum
    axes.plot(x, numbers.relu, "-", color=indigo, gid="relu-value", label=look.CROPPED)
    axes.plot(x, numbers.gelu, "--", color=green, gid="gelu-value", label=look.CROPPED)
    axes.plot(x, numbers.silu, ":", color=plum, lw=DOTTED, gid="silu-value", label=look.CROPPED)
    look.dot(axes, gelu, green, gid="minimum")
    look.dot(axes, silu, plum, gid="minimum")
    axes.vlines(gelu[0], BOTTOM, gelu[1], color=green, linewidth=look.HAIR, gid="leader")
    axes.vlines(silu[0], BOTTOM, silu[1], color=plum, linewidth=look.HAIR, gid="leader")
    gelu_words = r"GELU: $x\,\Phi(x)$" + look.minus(f"\nminimum {gelu[1]:.3f}")
    silu_words = r"SiLU: $x\,\sigma(x)$" + look.minus(f"\nminimum {silu[1]:.3f}")
    look.label(axes, gelu_words, gelu, (6, -9), color=green)
    look.label(axes, silu_words, silu, (-6, -9), color=plum)
    look.note(axes, r"ReLU: $\max(0, x)$", (-3, 0), (0, 5), color=indigo)
    look.label(axes, "ReLU", (1.5, 1.5), (-9, 0), color=indigo)
    look.label(axes, "SiLU", (1.5, 1.23), (9, -3), color=plum)
    look.leader(axes, (1.86, 1.8), axes, (2.36, 1.8), color=green, gid="to-name")
    look.label(axes, "GELU", (1.86, 1.8), (37, 0), color=green)
    axes.set_title(r"ReLU is exactly 0 for $\mathbfit{x} < \mathbf{0}$; GELU and SiLU dip below 0")
    axes.set(ylabel="value", ylim=(BOTTOM, 2.1), yticks=range(3))


def draw_slopes(axes: Axes, numbers: Numbers) -> None:
    """Draw the slopes, the jump of ReLU's, and the zeros of the others below the minima."""
    indigo, green, plum = colors()
    x, gelu, silu = numbers.x, numbers.gelu_minimum[0], numbers.silu_minimum[0]
    relu_slope = np.where(x == 0, np.nan, numbers.relu_slope)  # undefined at 0
    axes.plot(x, relu_slope, "-", color=indigo, gid="relu-slope")
    axes.plot(x, numbers.gelu_slope, "--", color=green, gid="gelu-slope")
    axes.plot(x, numbers.silu_slope, ":", color=plum, lw=DOTTED, gid="silu-slope")
    look.dot(axes, np.array([[0, 0], [0, 1]]), indigo, hollow=True, gid="jump")
    half = look.dot(axes, (0, 0.5), green, size=7, gid="half")  # 6 and an edge of 1, as the others
    half.set(fillstyle="left", markerfacecoloralt=plum, markeredgewidth=0)
    look.dot(axes, (gelu, 0), green, gid="zero-slope")
    look.dot(axes, (silu, 0), plum, gid="zero-slope")
    axes.vlines(gelu, 0, TOP, color=green, linewidth=look.HAIR, gid="leader")
    axes.vlines(silu, 0, TOP, color=plum, linewidth=look.HAIR, gid="leader")
    look.label(axes, f"$x = {gelu:.3f}$", (gelu, 0), (5, -7), color=green, gid="zero-value")
    look.label(axes, f"$x = {silu:.3f}$", (silu, 0), (-5, 7), color=plum, gid="zero-value")
    look.label(axes, "ReLU", (2.7, 1), (0, -4), color=indigo)
    look.label(axes, "GELU", (1.35, 1.13), (0, 3), color=green)
    look.label(axes, "SiLU", (2.45, 1.1), (0, 3), color=plum)
    axes.set_title("The slope of ReLU jumps from 0 to 1; the others pass through 0.5")
    axes.set(xlabel="$x$", ylabel="slope", xlim=(-3.1, 3.1), ylim=(-0.25, TOP), yticks=[0, 0.5, 1])
    axes.yaxis.set_major_formatter("{x:g}")


def draw(numbers: Numbers) -> Figure:
    """Draw the values, and below them the slopes on the same x axis."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    values, slopes = figure.subplots(2, 1, sharex=True, height_ratios=(1.4, 1))
    draw_values(values, numbers)
    draw_slopes(slopes, numbers)
    figure.align_ylabels()
    return figure


if __name__ == "__main__":
    main(compute, draw)
