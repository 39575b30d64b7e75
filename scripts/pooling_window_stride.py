"""A window slides over a map and keeps one number: its mean or its largest (figure 4.4a)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

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
# Inches
CELL = 0.285  # side of a cell of the feature map
GAP = 0.09  # between windows
SIDE = 0.57  # of a window and of a result: WINDOW cells
LEFT = 0.06  # from the edge of the figure to the feature map
APART = 2.22  # from one map to the next
TOP = 0.25  # from the top of the figure to the maps
DEPTH = 0.33  # from the marked window down to the line that leads to its results


@dataclass(frozen=True)
class Numbers:
    """The map (6, 6), its windows (3, 3, 2, 2), and of each its average and its maximum (3, 3)."""

    feature_map: np.ndarray
    window: int
    stride: int
    windows: np.ndarray
    average: np.ndarray
    maximum: np.ndarray


def compute() -> Numbers:
    """Pool the map by both rules with PyTorch's functions."""
    feature_map = np.array(FEATURE_MAP, dtype=np.float64)
    average = average_pool(feature_map, WINDOW, STRIDE)
    maximum = max_pool(feature_map, WINDOW, STRIDE)
    parts = windows(feature_map, WINDOW, STRIDE)
    return Numbers(feature_map, WINDOW, STRIDE, parts, average, maximum)


def draw(numbers: Numbers) -> Figure:
    """The map and its poolings, their windows apart; one window is led to its two results."""
    figure = Figure(figsize=(look.WIDTH, look.LOW), layout="none")
    maps = draw_squares(figure, numbers.windows, LEFT, CELL, "map")
    averages = draw_squares(figure, numbers.average, LEFT + APART, SIDE, "average")
    maxima = draw_squares(figure, numbers.maximum, LEFT + 2 * APART, SIDE, "maximum")
    maps[0, 0].set_title(r"Map $\mathbfit{M}$, 6 × 6")
    averages[0, 0].set_title("Average pooling, 3 × 3")
    maxima[0, 0].set_title("Max pooling (rings), 3 × 3")

    for place, axes in maps.items():
        for i, j in np.argwhere(numbers.windows[place] == numbers.maximum[place]):
            ring = Circle((j, i), 0.36, fill=False, edgecolor=look.color("foreground"), zorder=2.5)
            axes.add_patch(ring).set(lw=look.FINE, path_effects=look.halo(2.5), gid="largest")

    window, mean, largest = maps[MARKED], averages[MARKED], maxima[MARKED]
    look.outline_cells(window, 0, 0, WINDOW, WINDOW, margin=GAP / 2 / CELL, gid="window")
    look.outline_cells(mean, 0, 0, margin=GAP / 2 / SIDE, gid="result")
    look.outline_cells(largest, 0, 0, margin=GAP / 2 / SIDE, gid="result")
    lead(figure, window, mean, DEPTH / APART)
    lead(figure, window, largest, DEPTH / APART / 2)

    before = maps[MARKED[0], MARKED[1] - 1]
    frame = look.outline_cells(before, 0, 0, WINDOW, WINDOW, GAP / 2 / CELL, gid="window-before")
    frame.set(linestyle="--", linewidth=look.FINE)
    look.connect(figure, before, (0, -0.18), window, (0, -0.18), gid="stride", shrinkA=0, shrinkB=0)

    cells = [f"{value:g}" for value in numbers.windows[MARKED].ravel()]
    write_left(window, f"window {WINDOW}, stride {STRIDE}")
    write_left(mean, f"({' + '.join(cells)}) / {len(cells)} = {numbers.average[MARKED]:g}")
    write_left(largest, f"max({', '.join(cells)}) = {numbers.maximum[MARKED]:g}")
    return figure


def draw_squares(
    figure: Figure, squares: np.ndarray, left: float, cell: float, name: str
) -> dict[tuple[int, ...], Axes]:
    """Draw windows (3, 3, k, k) or results (3, 3) apart; return their panels by row and column."""
    panels: dict[tuple[int, ...], Axes] = {}
    limits = (0, np.max(FEATURE_MAP))
    size = "medium" if cell == CELL else look.LARGE
    for i, j in np.ndindex(squares.shape[:2]):
        x, y = left + j * (SIDE + GAP), TOP + i * (SIDE + GAP)
        cells = np.atleast_2d(squares[i, j])
        panels[i, j] = look.number_cells(
            figure, cells, x, y, cell, look.sequential(), limits, f"{name}-{i}-{j}", size
        )
    return panels


def lead(figure: Figure, window: Axes, result: Axes, fraction: float) -> None:
    """An arrow down from the window, right, and up to a result."""
    edge = (0.5, -GAP / 2 / SIDE)
    style = f"bar,fraction={fraction}"
    look.connect(figure, window, edge, result, edge, gid="lead", shrinkA=0, connectionstyle=style)


def write_left(axes: Axes, text: str) -> None:
    """Write below a square, to the left of the line at its middle."""
    look.note(axes, text, (0.5, 0), (-8, -18), xycoords="axes fraction", ha="right", va="center")


if __name__ == "__main__":
    main(compute, draw)
