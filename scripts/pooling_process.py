"""From feature maps to logits: local pooling, global pooling, a linear head (figure 4.4c)."""

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.models import linear
from lecture.pooling import average_pool, global_average_pool, windows

ROW_PROFILES = ((0, 0, 1, 3, 4, 2, 1, 1), (1, 1, 1, 1, 1, 1, 1, 1), (7, 5, 0, 0, 0, 6, 5, 1))
COLUMN_PROFILES = ((0, 0, 0, 2, 3, 3, 3, 1), (2, 4, 4, 6, 6, 8, 9, 9), (1, 1, 1, 1, 1, 1, 1, 1))
WINDOW = 2  # of the local pooling; its stride, too
MARKED = (2, 1)  # row and column of the pooled cell whose window is outlined
HEAD_WEIGHT = ((2, -0.5, -0.5), (-1, 1, -0.5), (1, -1, 0.5), (-1, -0.5, 1.5))  # a row per class
HEAD_BIAS = (1, 0.5, 0.75, -0.5)
# Layout, in inches from the upper left corner of the figure
MAPS_LEFT, CHANNEL = 0.57, 1.5  # of the first channel; from one channel to the next
BIAS_LEFT, LOGITS_LEFT = 5.1, 5.95
MAPS_TOP, POOLED_TOP, VECTOR_TOP, HEAD_TOP = 0.25, 1.92, 3.59, 4.45
PIXEL, POOLED, CELL = 0.16, 0.32, 0.37  # sides of cells: of A; of P; of all others


@dataclass(frozen=True)
class Numbers:
    """maps (3, 8, 8), pooled (3, 4, 4), vector (3), head_weight (4, 3), bias and logits (4)."""

    maps: np.ndarray
    pooled: np.ndarray
    vector: np.ndarray
    head_weight: np.ndarray
    head_bias: np.ndarray
    logits: np.ndarray


def compute() -> Numbers:
    """Make each map as the outer product of its profiles, pool it, and apply the head."""
    maps = np.einsum("ci,cj->cij", ROW_PROFILES, COLUMN_PROFILES).astype(np.float64)
    weight, bias = np.array(HEAD_WEIGHT), np.array(HEAD_BIAS)
    pooled = average_pool(maps, WINDOW)
    vector = global_average_pool(pooled)
    return Numbers(maps, pooled, vector, weight, bias, linear(vector, weight, bias))


def draw(numbers: Numbers) -> Figure:
    """A column for each channel, from its map down to its weights; at the right the logits."""
    figure = Figure(figsize=(look.WIDTH, look.PAGE), layout="none")
    weights = [draw_channel(figure, numbers, c) for c in range(len(numbers.maps))]
    bias = draw_column(figure, numbers, numbers.head_bias[:, np.newaxis], BIAS_LEFT, "bias")
    logits = draw_column(figure, numbers, numbers.logits[:, np.newaxis], LOGITS_LEFT, "logits")
    draw_sum(numbers, weights, bias, logits)

    weight = rf"columns of $W_\mathrm{{head}}$, {numbers.head_weight.shape}"
    look.label(weights[1], weight, (0, 3.5), (0, -5), color=look.color("kernel"))
    look.label(bias, r"$b_\mathrm{head}$", (0, 3.5), (0, -5), color=look.color("kernel"))
    look.label(logits, "logits $z$", (0, 3.5), (0, -5), color=look.color("response"))

    local = f"average pooling, {WINDOW} × {WINDOW}\n{numbers.maps.shape} → {numbers.pooled.shape}"
    whole = f"global average pooling\n{numbers.pooled.shape} → {numbers.vector.shape}"
    formula = r"$z = g\, W_\mathrm{head}^{\!\top} + b_\mathrm{head}$"
    head = f"{formula}\n{numbers.vector.shape} → {numbers.logits.shape}"
    figure.text(BIAS_LEFT / look.WIDTH, 0.722, local, va="center", linespacing=1.4)
    figure.text(BIAS_LEFT / look.WIDTH, 0.452, whole, va="center", linespacing=1.4)
    figure.text(BIAS_LEFT / look.WIDTH, 0.322, head, va="center", linespacing=1.4)
    return figure


def draw_channel(figure: Figure, numbers: Numbers, c: int) -> Axes:
    """Draw channel c from its feature map down to its weights, whose panel is returned."""
    left = MAPS_LEFT + c * CHANNEL
    middle = left + 2 * POOLED - CELL / 2  # of a cell centred below the map
    row, column = MARKED
    x, y = left + column * POOLED, MAPS_TOP + row * POOLED
    limits = (0, numbers.maps.max())
    draw_cells = partial(look.number_cells, figure, cmap=look.sequential(), limits=limits)

    maps = look.cell_axes(figure, left, MAPS_TOP, 8, 8, PIXEL)
    look.heatmap(maps, numbers.maps[c], look.sequential(), limits).set_gid(f"map-{c}")
    maps.set_title(f"Channel {c + 1}")
    marked = windows(numbers.maps[c], WINDOW)[row, column]
    window = draw_cells(marked, x, y, PIXEL, gid=f"window-{c}")
    look.outline_cells(window, 0, 0, WINDOW, WINDOW, gid="window")
    pooled = draw_cells(numbers.pooled[c], left, POOLED_TOP, POOLED, gid=f"pooled-{c}")
    look.outline_cells(pooled, row, column, gid="mean")
    mean = numbers.vector[c].reshape(1, 1)
    vector = draw_cells(mean, middle, VECTOR_TOP, CELL, gid=f"vector-{c}")
    weight = draw_column(figure, numbers, numbers.head_weight[:, [c]], middle, f"weight-{c}")
    for upper, lower in pairwise([maps, pooled, vector, weight]):
        look.connect(figure, upper, (0.5, 0), lower, (0.5, 1), gid="step")
    if c == 0:
        look.label_panel(maps, "feature\nmaps $A$", "left")
        look.label_panel(pooled, "pooled\nmaps $P$", "left")
        look.label_panel(vector, "vector $g$", "left")
    return weight


def draw_column(figure: Figure, numbers: Numbers, column: np.ndarray, x: float, gid: str) -> Axes:
    """Draw a cell for each class; weights, bias and logits share one signed scale."""
    limits = look.symmetric_limits(numbers.head_weight, numbers.head_bias, numbers.logits)
    return look.number_cells(figure, column, x, HEAD_TOP, CELL, look.diverging(), limits, gid)


def draw_sum(numbers: Numbers, weights: list[Axes], bias: Axes, logits: Axes) -> None:
    """Name the classes, and write out the highest logit as a sum in a framed row."""
    for k in range(len(numbers.logits)):
        look.label(weights[0], f"class {k + 1}", (-0.5, k), (-5, 0))
    best = int(numbers.logits.argmax())
    for panel, entry in zip(weights, numbers.vector, strict=True):
        look.label(panel, f"· {entry:g}  +", (0.5, best), (5, 0), gid="factor")
    look.label(bias, "=", (0.5, best), (5, 0), gid="factor")
    look.outline_cells(logits, best, -14.7, columns=15.9, gid="sum")


if __name__ == "__main__":
    main(compute, draw)
