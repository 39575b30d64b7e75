"""A window slides over a map and keeps one number: its mean or its largest (figure 4.4a)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

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
    limits = (0, numbers.feature_map.max())
    k = numbers.window
    side = k * CELL

    def squares(gid: str, blocks: np.ndarray, left: float, cell: float) -> dict[tuple, Axes]:
        return {
            (i, j): look.number_cells(
                figure, blocks[i, j], left + j * (side + GAP), TOP + i * (side + GAP), cell,
                look.sequential(), limits, f"{gid}-{i}-{j}",
                size="medium" if cell == CELL else look.LARGE,
            )
            for i, j in np.ndindex(blocks.shape[:2])
        }  # fmt: skip

    parts = squares("map", numbers.windows, LEFT, CELL)
    averages = squares("average", numbers.average[..., None, None], LEFT + APART, side)
    maxima = squares("maximum", numbers.maximum[..., None, None], LEFT + 2 * APART, side)
    for place, axes in parts.items():
        for i, j in np.argwhere(numbers.windows[place] == numbers.maximum[place]):
            look.ring_number(axes, i, j, gid="largest")
    for axes in maxima.values():
        look.ring_number(axes, 0, 0, radius=0.2, gid="kept")

    parts[0, 0].set_title(r"Map $\mathbfit{{M}}$, {} × {}".format(*numbers.feature_map.shape))
    averages[0, 0].set_title("Average pooling, {} × {}".format(*numbers.average.shape))
    maxima[0, 0].set_title("Max pooling, {} × {}".format(*numbers.maximum.shape))

    window, mean, largest = parts[MARKED], averages[MARKED], maxima[MARKED]
    look.outline_cells(window, 0, 0, k, k, margin=GAP / 2 / CELL, gid="window")
    margin = GAP / 2 / side
    for steps, result in ((1, mean), (2, largest)):
        look.outline_cells(result, 0, 0, margin=margin, gid="result")
        look.connect(
            figure, window, (0.5, -margin), result, (0.5, -margin), gid="lead", shrinkA=0,
            connectionstyle=f"bar,fraction={DEPTH / APART / steps}",
        )  # fmt: skip
    first, second = parts[2, 0], parts[2, 1]
    look.connect(figure, first, (0, -0.15), second, (0, -0.15), gid="stride", shrinkA=0, shrinkB=0)
    look.label_panel(first, f"stride {numbers.stride}", "below", 11)
    cells = [f"{value:g}" for value in numbers.windows[MARKED].ravel()]
    anchor = {"xycoords": "axes fraction", "ha": "right", "va": "center"}
    for axes, text in (
        (window, f"window {k} × {k}"),
        (mean, f"({' + '.join(cells)}) / {len(cells)} = {numbers.average[MARKED]:g}"),
        (largest, f"max({', '.join(cells)}) = {numbers.maximum[MARKED]:g}"),
    ):
        look.note(axes, text, (0.5, 0), (-8, -16), **anchor)
    return figure


if __name__ == "__main__":
    main(compute, draw)
