"""The squared loss against the residual, with its minimum (section 2.1)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main

RESIDUAL_MAX = 3.0
STEPS = 60  # on each side of r = 0
MARKED = (1.0, 2.0)  # a residual and its double


def squared_loss(residual: np.ndarray) -> np.ndarray:
    """loss(r) = r^2 for residuals r = yhat - y of any shape (lecture, section 2.1)."""
    return residual**2


@dataclass(frozen=True)
class Numbers:
    """The curve: residual (n), loss (n); points on it: marked (2), marked_loss (2)."""

    residual: np.ndarray
    loss: np.ndarray
    marked: np.ndarray
    marked_loss: np.ndarray


def compute() -> Numbers:
    """Evaluate the loss on an even grid and at the marked residuals."""
    residual = RESIDUAL_MAX * np.arange(-STEPS, STEPS + 1) / STEPS
    marked = np.array(MARKED)
    return Numbers(residual, squared_loss(residual), marked, squared_loss(marked))


def draw(numbers: Numbers) -> Figure:
    """The curve, its minimum, and what doubling a residual does to the loss."""
    figure = Figure(figsize=(look.WIDTH, 3.2))
    axes = figure.subplots()
    curve, guide = look.color("response"), look.color("reference")

    axes.plot(numbers.residual, numbers.loss, color=curve, label="loss")
    axes.text(-2.2, 6.0, r"$\mathrm{loss}(r) = r^2$", color=curve, size=11)

    axes.plot(0, 0, "o", color=guide, label="minimum", clip_on=False, zorder=3)
    leader = {"arrowstyle": "-", "color": guide, "shrinkB": 5}
    above = {"xytext": (0, 38), "textcoords": "offset points", "ha": "center"}
    axes.annotate("minimum:\nloss 0 at $r = 0$", (0, 0), arrowprops=leader, **above)

    dashed = {"color": guide, "linestyle": "--", "linewidth": 1, "zorder": 1}
    axes.vlines(numbers.marked, 0, numbers.marked_loss, **dashed)
    axes.plot(numbers.marked, numbers.marked_loss, "o", color=curve, label="marked")
    (r, twice), (loss, more) = numbers.marked, numbers.marked_loss
    axes.text(r + 0.12, loss, f"$r = {r:g}$: loss {loss:g}", va="center")
    words = f"$r = {twice:g}$: loss {more:g}\ntwice the residual, {more / loss:g}× the loss"
    axes.text(twice - 0.14, more - 0.1, words, ha="right")

    axes.set(xlabel=r"residual $r = \hat{y} - y$", ylabel="loss", ylim=(0, 9.4))
    axes.set(xticks=range(-3, 4), yticks=[0, *numbers.marked_loss, 9])
    axes.margins(x=0.02)
    return figure


if __name__ == "__main__":
    main(compute, draw)
