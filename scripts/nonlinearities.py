"""ReLU, GELU and SiLU, and the dips of the two smooth ones enlarged (figure 3.2)."""

from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figurepress import look
from figurepress.output import main

X_MAX = 3.0
STEPS = 3000  # on each side of x = 0: the dips are found to three decimals
ZOOM = ((-3.0, 1.0), (-0.4, 0.15))  # of x and of the values: what the lower panel enlarges


def lowest(x: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The point (x, value) of a curve (n) where its value is smallest."""
    i = np.argmin(values)
    return np.array([x[i], values[i]])


@dataclass(frozen=True)
class Numbers:
    """The curves: x, relu, gelu, silu (n each); lowest points (x, value): gelu_dip, silu_dip."""

    x: np.ndarray
    relu: np.ndarray
    gelu: np.ndarray
    silu: np.ndarray
    gelu_dip: np.ndarray
    silu_dip: np.ndarray


def compute() -> Numbers:
    """Let PyTorch evaluate its nonlinearities on an even grid, in float64."""
    x = X_MAX * np.arange(-STEPS, STEPS + 1) / STEPS
    inputs, F = torch.from_numpy(x), torch.nn.functional
    relu, gelu, silu = (f(inputs).numpy() for f in (F.relu, F.gelu, F.silu))
    return Numbers(x, relu, gelu, silu, lowest(x, gelu), lowest(x, silu))


def draw_curves(axes: Axes, numbers: Numbers) -> None:
    """Draw the three, each in a colour and a dash of its own: they meet."""
    for values, name, role, dash in (
        (numbers.relu, r"ReLU: $\max(0, x)$", "reference", "-"),
        (numbers.gelu, r"GELU: $x\,\Phi(x)$", "kernel", "--"),
        (numbers.silu, r"SiLU: $x\,\sigma(x)$", "response", ":"),
    ):
        axes.plot(numbers.x, values, color=look.color(role), linestyle=dash, label=name)


def draw(numbers: Numbers) -> Figure:
    """The curves over their whole range; below, enlarged, where they differ most."""
    figure = Figure(figsize=(look.WIDTH, 5.6))
    whole, zoom = figure.subplots(2, 1)
    relu, gelu, silu = (look.color(role) for role in ("reference", "kernel", "response"))
    (left, right), (low, high) = ZOOM

    draw_curves(whole, numbers)
    whole.legend(loc="upper left", labelcolor="linecolor", handlelength=2.8)
    shade = {"color": look.color("grid"), "alpha": 0.4, "linewidth": 0, "zorder": 0}
    whole.add_patch(Rectangle((left, low), right - left, high - low, label="window", **shade))
    whole.text(right + 0.06, (low + high) / 2, "enlarged below", va="center")
    whole.set(xlabel="$x$", ylabel="value", ylim=(-0.5, 3.1), yticks=range(4))
    whole.margins(x=0.02)
    whole.set_title("Near 0 on the left, near $x$ on the right")

    draw_curves(zoom, numbers)
    zoom.text(-2.9, 0.025, "ReLU: exactly 0 for $x < 0$", color=relu)
    for name, (x, value), marker, color, shift, va in (
        ("GELU", numbers.gelu_dip, "o", gelu, 22, "bottom"),
        ("SiLU", numbers.silu_dip, "s", silu, -8, "top"),
    ):
        zoom.plot(x, value, marker, color=color, label=f"lowest point of {name}")
        words = f"{name}: ${value:.3f}$\nat $x = {x:.3f}$"
        place = {"xytext": (0, shift), "textcoords": "offset points", "ha": "center", "va": va}
        zoom.annotate(words, (x, value), color=color, **place)
    words = "at $x = 0$ ReLU\nhas a corner,\nGELU and SiLU\nhave slope 1/2"
    leader = {"arrowstyle": "-", "shrinkB": 2, "relpos": (0, 1)}
    zoom.annotate(words, (0, 0), (0.2, -0.08), va="top", arrowprops=leader)
    zoom.set(xlabel="$x$ (enlarged)", ylabel="value", xlim=(left, right), ylim=(low, high))
    zoom.set(xticks=range(-3, 2), yticks=np.arange(-4, 2) / 10)
    zoom.set_title("Enlarged: GELU and SiLU dip below 0, ReLU does not")
    figure.align_ylabels()
    return figure


if __name__ == "__main__":
    main(compute, draw)
