"""From feature maps to logits: local pooling, global pooling, a linear head (figure 4.4c)."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.models import linear
from lecture.pooling import average_pool, global_average_pool, windows

ROW_PROFILES = ((0, 0, 1, 3, 4, 2, 1, 1), (1, 1, 1, 1, 1, 1, 1, 1), (7, 5, 0, 0, 0, 6, 5, 1))
COLUMN_PROFILES = ((0, 0, 0, 2, 3, 3, 3, 1), (2, 4, 4, 6, 6, 8, 9, 9), (1, 1, 1, 1, 1, 1, 1, 1))
WINDOW = 2  # width and stride of the local pooling
MARKED = (2, 1)  # row and column of the pooled cell whose window is outlined
HEAD_WEIGHT = ((2, -0.5, -0.5), (-1, 1, -0.5), (1, -1, 0.5), (-1, -0.5, 1.5))  # a row per class
HEAD_BIAS = (1, 0.5, 0.75, -0.5)

# Layout in inches, from the upper left corner
MAPS_LEFT, CHANNEL = 0.505, 1.45  # left edge of the first channel; distance to the next
WORDS_LEFT, LOGITS_LEFT = 4.95, 5.9  # left edges: of words and bias; of the logits
MAPS_TOP, POOLED_TOP = 0.48, 2.09
VECTOR_TOP, HEAD_TOP = 3.7, 4.42
PIXEL, POOLED, CELL = 0.16, 0.32, 0.37  # sides of cells: feature maps; pooled maps; all others
SUM_LEFT, SUM_WIDTH = 0.465, 5.93  # of the frame around the sum for the highest logit


@dataclass(frozen=True)
class Numbers:
    """One sample with 3 channels, and the result of each step, float64."""

    maps: np.ndarray  # (3, 8, 8)
    marked: np.ndarray  # (3, 2, 2), the outlined windows
    pooled: np.ndarray  # (3, 4, 4)
    vector: np.ndarray  # (3)
    head_weight: np.ndarray  # (4, 3)
    head_bias: np.ndarray  # (4)
    logits: np.ndarray  # (4)
    best: int  # index of the class with the highest logit


def compute() -> Numbers:
    """Make each map as the outer product of its profiles, pool it, and apply the head."""
    maps = np.einsum("ci,cj->cij", ROW_PROFILES, COLUMN_PROFILES).astype(np.float64)
    pooled = average_pool(maps, WINDOW)
    vector = global_average_pool(pooled)
    weight, bias = np.array(HEAD_WEIGHT), np.array(HEAD_BIAS)
    logits = linear(vector, weight, bias)
    return Numbers(
        maps=maps, marked=windows(maps, WINDOW)[:, *MARKED], pooled=pooled, vector=vector,
        head_weight=weight, head_bias=bias, logits=logits, best=int(logits.argmax()),
    )  # fmt: skip


def draw(numbers: Numbers) -> Figure:
    """Draw a column for each channel, from its map down to its weights; on the right the logits."""
    figure = Figure(figsize=(look.WIDTH, look.PAGE), layout="none")
    look.heading(figure, MAPS_LEFT, 0.17, "Pooling keeps channels apart; a linear head mixes them")
    for c in range(3):
        draw_channel(figure, numbers, c)
    bias = draw_column(figure, numbers.head_bias, WORDS_LEFT, "bias")
    logits = draw_column(figure, numbers.logits, LOGITS_LEFT, "logits")
    look.label(bias, r"$b_\mathrm{head}$", (0, 3.5), (0, -5), color=look.color("kernel"))
    look.label(logits, "logits $z$", (0, 3.5), (0, -5), color=look.color("response"))
    look.label(bias, "=", (0.5, numbers.best), (5, 0), gid="factor")
    first_column = (SUM_LEFT - LOGITS_LEFT) / CELL  # negative: left of the logits
    look.outline_cells(logits, numbers.best, first_column, columns=SUM_WIDTH / CELL, gid="sum")

    look.heading(figure, WORDS_LEFT, 1.88, "Average pooling, 2 × 2", "(3, 8, 8) → (3, 4, 4)")
    look.heading(figure, WORDS_LEFT, 3.43, "Global average pooling", "(3, 4, 4) → (3,)")
    look.heading(figure, WORDS_LEFT, 4.11, "Linear head", "(3,) → (4,)")
    return figure


def draw_channel(figure: Figure, numbers: Numbers, c: int) -> None:
    """Draw channel c from its feature map down to its weights."""
    left = MAPS_LEFT + c * CHANNEL
    cell_left = left + 2 * POOLED - CELL / 2  # of a cell centred below the map, 4 × POOLED wide
    cmap, limits = look.sequential(), (0, 12)
    cells = partial(look.draw_matrix, figure, cmap=cmap, limits=limits)
    maps = look.cell_axes(figure, left, MAPS_TOP, 8, 8, PIXEL)
    look.heatmap(maps, numbers.maps[c], cmap, limits).set_gid(f"map-{c}")
    look.label_panel(maps, f"channel {c + 1}", "above")
    pooled = cells(numbers.pooled[c], left, POOLED_TOP, POOLED, gid=f"pooled-{c}")
    entry = numbers.vector[c].reshape(1, 1)
    vector = cells(entry, cell_left, VECTOR_TOP, CELL, gid=f"vector-{c}")
    look.label_panel(vector, f"= {numbers.pooled[c].sum():g} / 16", "right", gid="quotient")
    weight = draw_column(figure, numbers.head_weight[:, c], cell_left, f"weight-{c}")
    name = rf"column {c + 1} of $W_\mathrm{{head}}$"
    look.label(weight, name, (0, 3.5), (0, -5), color=look.color("kernel"))
    look.connect(maps, (0.5, 0), pooled, (0.5, 1), gid="step")
    look.connect(pooled, (0.5, 0), vector, (0.5, 1), gid="step")
    look.connect(vector, (0.5, 0), weight, (0.5, 1), gid="step")
    look.label(weight, f"· {numbers.vector[c]:g}  +", (0.5, numbers.best), (5, 0), gid="factor")

    row, column = MARKED
    x, y = left + column * POOLED, MAPS_TOP + row * POOLED  # a window is as wide as a pooled cell
    window = cells(numbers.marked[c], x, y, PIXEL, gid=f"window-{c}")
    look.outline_cells(window, 0, 0, WINDOW, WINDOW, gid="window")
    look.outline_cells(pooled, row, column, gid="mean")
    if c == 0:
        look.label_panel(maps, "feature\nmaps $A$", "left", 2.5)
        look.label_panel(pooled, "pooled\nmaps $P$", "left", 2.5)
        look.label_panel(vector, "vector $g$", "left", 3)
        for k in range(4):
            look.label(weight, f"class {k + 1}", (-0.5, k), (-3, 0))


def draw_column(figure: Figure, values: np.ndarray, left: float, gid: str) -> Axes:
    """Draw a number per class as a column, at `left` inches; all columns share one colour scale."""
    cmap, limits = look.diverging(), (-2.75, 2.75)  # 2.75 is the largest logit
    return look.draw_matrix(figure, values[:, np.newaxis], left, HEAD_TOP, CELL, cmap, limits, gid)


if __name__ == "__main__":
    main(compute, draw)
