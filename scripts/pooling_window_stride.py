"""A window slides over a map and keeps one number: its mean or its largest (figure 4.4a)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from figurepress import look
from figurepress.output import main
from lecture.pooling import average_pool, max_pool, windows

FEATURE_MAP = (
    (3, 1, 6, 6, 0, 2),
    (0, 2, 6, 6, 3, 7),
    (7, 5, 2, 1, 3, 6),
    (6, 6, 0, 5, 0, 1),
    (1, 0, 7, 6, 1, 3),
    (2, 1, 2, 5, 0, 8),
)
WINDOW = 2  # k: rows and columns of the window
STRIDE = 2  # s: cells from one window to the next
MARKED = (2, 2)  # row and column of the result that is traced back to its window
# Layout in inches, from the upper left corner
SIDE = 0.57  # side of a window and of a result
GAP = 0.09  # gap between windows
LEFT = 0.06  # left edge of the feature map
APART = 2.22  # from the left edge of one map to the next
TOP = 0.25  # top of the maps
WORDS, WORDS_RIGHT = 2.42, 1.555  # baseline of words; formulas end here, plus APART per map
DEPTH = 0.33  # from the marked window down to the line that connects it with its results


@dataclass(frozen=True)
class Numbers:
    """The map, its windows, and the average and the maximum of each."""

    feature_map: np.ndarray  # (6, 6)
    window: int
    stride: int
    windows: np.ndarray  # (3, 3, 2, 2)
    average: np.ndarray  # (3, 3)
    maximum: np.ndarray  # (3, 3)


def compute() -> Numbers:
    """Pool the map by both rules with PyTorch's functions."""
    cells = np.array(FEATURE_MAP, dtype=np.float64)
    return Numbers(
        feature_map=cells, window=WINDOW, stride=STRIDE,
        windows=windows(cells, WINDOW, STRIDE),
        average=average_pool(cells, WINDOW, STRIDE),
        maximum=max_pool(cells, WINDOW, STRIDE),
    )  # fmt: skip


def draw(numbers: Numbers) -> Figure:
    """Draw the map, with gaps between windows, and both poolings; trace one window to both."""
    figure = Figure(figsize=(look.WIDTH, look.LOW), layout="none")
    maps = draw_squares(figure, numbers.windows, LEFT, "map")
    averages = draw_squares(figure, numbers.average, LEFT + APART, "average")
    maxima = draw_squares(figure, numbers.maximum, LEFT + 2 * APART, "maximum")
    maps[0, 0].set_title(r"Map $\mathbfit{M}$, 6 × 6, windows 2 × 2")
    averages[0, 0].set_title("Average pooling: all values count")
    maxima[0, 0].set_title("Max pooling: one value counts")
    for place, axes in maps.items():  # ring the largest cells of each window
        for i, j in np.argwhere(numbers.windows[place] == numbers.maximum[place]):
            cell_color = look.sequential()(numbers.maximum[place] / 8)  # colours span 0 to 8
            color = look.readable_on(cell_color)
            ring = Circle((j, i), 0.36, fill=False, edgecolor=color, lw=look.FINE, zorder=2.5)
            axes.add_patch(ring).set(label=look.FAINT, gid="largest")
    look.write(figure, LEFT, WORDS, "ring: max")
    row, column = MARKED
    before, window = maps[row, column - 1], maps[row, column]
    draw_frame(window, WINDOW, "window")
    draw_frame(before, WINDOW, "window-before").set(linestyle="--", linewidth=look.FINE)
    edge = (-GAP / 2 / SIDE, -0.18)  # in axes fractions: below the left edge of a frame
    stride = look.connect(before, edge, window, edge, gid="stride", shrinkA=0, shrinkB=0)
    stride.set_linewidth(look.FINE)
    connect_result(figure, window, averages[MARKED], APART)
    connect_result(figure, window, maxima[MARKED], 2 * APART)
    cells = [f"{value:g}" for value in numbers.windows[MARKED].ravel()]
    average = f"({' + '.join(cells)}) / 4 = {numbers.average[MARKED]:g}"
    maximum = f"max({', '.join(cells)}) = {numbers.maximum[MARKED]:g}"
    look.write(figure, LEFT + 1.5 * SIDE + GAP, WORDS, f"stride {STRIDE}", ha="center")
    look.write(figure, WORDS_RIGHT + APART, WORDS, average, ha="right")
    look.write(figure, WORDS_RIGHT + 2 * APART, WORDS, maximum, ha="right")
    return figure


def draw_squares(figure: Figure, squares: np.ndarray, left: float, name: str) -> dict[tuple, Axes]:
    """Draw windows (3, 3, k, k) or results (3, 3), `left` in inches; return panels by (i, j)."""
    panels = {}
    for i, j in np.ndindex(3, 3):
        x, y = left + j * (SIDE + GAP), TOP + i * (SIDE + GAP)
        cells = np.atleast_2d(squares[i, j])
        side = SIDE / len(cells)
        size = look.LARGE if len(cells) == 1 else 10
        cmap, gid = look.sequential(), f"{name}-{i}-{j}"
        panels[i, j] = look.draw_matrix(figure, cells, x, y, side, cmap, (0, 8), gid, size)
    return panels


def draw_frame(axes: Axes, side: int, gid: str) -> Rectangle:
    """Draw a frame around `side` rows and columns of cells, in the middle of the gaps."""
    margin = side * GAP / 2 / SIDE  # half a gap, in cells
    return look.outline_cells(axes, 0, 0, side, side, margin, gid=gid)


def connect_result(figure: Figure, window: Axes, result: Axes, distance: float) -> None:
    """Frame a result `distance` inches right of the window; join both by an arrow below them."""
    draw_frame(result, 1, "result")
    end = (0.5, -GAP / 2 / SIDE)  # in axes fractions: the middle of a frame's lower edge
    style = f"bar,fraction={DEPTH / distance}"  # DEPTH, relative to the distance
    look.connect(window, end, result, end, gid="lead", shrinkA=0, connectionstyle=style)


if __name__ == "__main__":
    main(compute, draw)
