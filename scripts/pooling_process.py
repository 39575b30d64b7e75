"""From feature maps to logits: local pooling, global pooling, a linear head (figure 4.4c)."""

from dataclasses import dataclass

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
# Inches, from the upper left corner of the figure
LEFT, MIDDLE, CHANNEL = 0.72, 1.21, 1.4  # of maps; of vector and head; from channel to channel
RIGHT, BARS = 4.92, 5.44  # left edges of the notes and the bias; of the bars
BARS_LIMITS = (-1.7, 5.2)  # of the logits axis; the numbers are at its right end
MAPS_TOP, POOLED_TOP, VECTOR_TOP, HEAD_TOP = 0.3, 2.02, 3.74, 4.66
PIXEL, CELL = 0.16, 0.3  # sides of cells: of a feature map; of the vector and of the head
BRACKET = (3.75, 3.95, 3.95, 3.75)  # below the head, in rows


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
    """Down the page, a column for each channel: maps, pooled maps, vector, head; then logits."""
    figure = Figure(figsize=(look.WIDTH, look.PAGE), layout="none")
    heat = look.sequential(), (0, numbers.maps.max())
    signed = look.diverging(), look.symmetric_limits(numbers.head_weight, numbers.head_bias)
    kernel = look.color("kernel")

    def cells(gid: str, stack: np.ndarray, x: float, y: float, cell: float, scale: tuple) -> list:
        cmap, limits = scale
        return [
            look.number_cells(figure, array, x + c * CHANNEL, y, cell, cmap, limits, f"{gid}-{c}")
            for c, array in enumerate(stack)
        ]

    maps = [look.cell_axes(figure, LEFT + c * CHANNEL, MAPS_TOP, 8, 8, PIXEL) for c in range(3)]
    x, y = LEFT + MARKED[1] * WINDOW * PIXEL, MAPS_TOP + MARKED[0] * WINDOW * PIXEL
    window = cells("window", windows(numbers.maps, WINDOW)[:, *MARKED], x, y, PIXEL, heat)
    pooled = cells("pooled", numbers.pooled, LEFT, POOLED_TOP, WINDOW * PIXEL, heat)
    vector = cells("vector", numbers.vector[:, None, None], MIDDLE, VECTOR_TOP, CELL, heat)
    weight = cells("weight", numbers.head_weight.T[..., None], MIDDLE, HEAD_TOP, CELL, signed)
    [bias] = cells("bias", numbers.head_bias[None, :, None], RIGHT, HEAD_TOP, CELL, signed)
    for c in range(len(numbers.maps)):
        maps[c].set_title(f"channel {c + 1}")
        look.heatmap(maps[c], numbers.maps[c], *heat).set_gid(f"map-{c}")
        look.outline_cells(window[c], 0, 0, WINDOW, WINDOW, gid="window")
        look.outline_cells(pooled[c], *MARKED, gid="mean")
        for upper, lower in ((maps, pooled), (pooled, vector), (vector, weight)):
            look.connect(figure, upper[c], (0.5, 0), lower[c], (0.5, 1), gid="step")
    for panel in (*weight, bias):
        look.outline_cells(panel, 0, 0, 4, edgecolor=kernel, gid="weights")
    look.label_panel(maps[0], "feature\nmaps $A$", "left")
    look.label_panel(pooled[0], "pooled\nmaps $P$", "left")
    look.label_panel(vector[0], "vector $g$", "left")
    ends = np.array([-1, -1, 1, 1]) * (CHANNEL / CELL + 0.5)  # of a bracket below all columns
    weight[1].plot(ends, BRACKET, color=kernel, lw=look.FRAME, clip_on=False, gid="bracket")
    name = rf"$W_\mathrm{{head}}$ {numbers.head_weight.shape}"
    look.label(weight[1], name, (0, BRACKET[1]), (0, -3), color=kernel, annotation_clip=False)
    look.label_panel(bias, r"$b_\mathrm{head}$", "below", 12.7, color=kernel)
    head = r"$z = g\, W_\mathrm{head}^{\!\top} + b_\mathrm{head}$"
    for y, step, before, after in (
        (POOLED_TOP - 0.2, f"average pooling, {WINDOW} × {WINDOW}", numbers.maps, numbers.pooled),
        (VECTOR_TOP - 0.2, "global average pooling", numbers.pooled, numbers.vector),
        (HEAD_TOP - 0.45, head, numbers.vector, numbers.logits),
    ):
        words = f"{step}\n{before.shape} → {after.shape}"
        figure.text(RIGHT / look.WIDTH, 1 - y / look.PAGE, words, va="center", linespacing=1.4)
    bars = look.cell_axes(figure, BARS, HEAD_TOP, 4, 3, CELL)
    draw_logits(bars, numbers.logits, weight[0])
    best = int(numbers.logits.argmax())
    for panel, g in zip(weight, numbers.vector, strict=True):
        look.label(panel, f"· {g:g}  +", (0.5, best), (5, 0), gid="factor")
    look.label(bias, "=", (0.5, best), (5, 0), gid="factor")
    look.outline_cells(weight[0], best, -2, columns=19.4, gid="sum")
    weight[0].set_zorder(1)  # its frame runs over the other panels
    return figure


def draw_logits(bars: Axes, logits: np.ndarray, weight: Axes) -> None:
    """The logits as bars in the rows of their classes."""
    look.remove_frame(bars)
    bars.barh(range(len(logits)), logits, height=0.5, color=look.color("response"))
    bars.axvline(0, color=look.color("foreground"), linewidth=look.HAIR)
    bars.set(xlim=BARS_LIMITS, ylim=weight.get_ylim())
    look.label_panel(bars, "logits $z$", "above", color=look.color("response"))
    for k, logit in enumerate(logits):
        look.label(weight, f"class {k + 1}", (-0.5, k), (-5, 0))
        bars.text(BARS_LIMITS[1], k, look.minus(f"{logit:g}"), ha="right", va="center", gid="logit")


if __name__ == "__main__":
    main(compute, draw)
