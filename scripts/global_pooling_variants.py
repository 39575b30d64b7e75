"""Global average and global max pooling keep one number of each channel (figure 4.4b)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.pooling import global_average_pool, global_max_pool

MAPS = (
    ((0, 0, 1, 0), (0, 3, 8, 2), (0, 2, 5, 1), (1, 0, 1, 0)),  # one bright spot
    ((5, 5, 5, 5), (5, 6, 5, 5), (5, 5, 4, 5), (5, 5, 5, 5)),  # bright everywhere
    ((0, 0, 5, 7), (0, 1, 5, 6), (1, 0, 5, 6), (0, 0, 6, 6)),  # bright in one half
)
# Layout, in inches unless noted
CELL = 0.23  # side of a cell of the maps
ROW = 1.04  # from channel to channel
TOP, TITLES = 0.28, 0.17  # of the first row; baseline of the titles
MAPS_LEFT, BARS_LEFT, ORDER_LEFT, RANKS_LEFT = 0.69, 1.92, 4.63, 5.08
BARS_WIDTH, RANKS_WIDTH = 2.6, 1.15
BAR = 0.22  # height of a bar, in rows


def rank(values: np.ndarray) -> np.ndarray:
    """The rank of each value (C,), 1 for the largest: 1 + the number of larger values."""
    return 1 + (values > values[:, None]).sum(axis=1)


@dataclass(frozen=True)
class Numbers:
    """Maps of C channels, and what the two poolings keep of each."""

    maps: np.ndarray  # (C, H, W)
    average: np.ndarray  # (C)
    maximum: np.ndarray  # (C)
    average_rank: np.ndarray  # (C)
    maximum_rank: np.ndarray  # (C)


def compute() -> Numbers:
    """Pool the maps by both rules with PyTorch, and rank the channels."""
    maps = np.array(MAPS, dtype=np.float64)
    average, maximum = global_average_pool(maps), global_max_pool(maps)
    return Numbers(maps, average, maximum, rank(average), rank(maximum))


def draw(numbers: Numbers) -> Figure:
    """A row per channel: its map and its two bars; at the right, the order of the channels."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM), layout="none")
    for c in range(len(numbers.maps)):
        draw_map(figure, numbers, c)
    bars = look.cell_axes(figure, BARS_LEFT, TOP, 3, BARS_WIDTH / ROW, ROW)
    draw_both_bars(bars, numbers)
    ranks = look.cell_axes(figure, RANKS_LEFT, TOP, 3, RANKS_WIDTH / ROW, ROW)
    draw_ranks(ranks, numbers)

    look.heading(figure, MAPS_LEFT, TITLES, f"Maps, {numbers.maps.shape}")
    look.heading(figure, BARS_LEFT, TITLES, f"Global average and max, {numbers.average.shape} each")
    look.heading(figure, ORDER_LEFT, TITLES, "Channels, highest first")
    return figure


def draw_map(figure: Figure, numbers: Numbers, c: int) -> None:
    """Draw the numbers of one channel, and a frame around the largest."""
    matrix = numbers.maps[c]
    top = TOP + c * ROW + (ROW - len(matrix) * CELL) / 2
    cmap, limits = look.sequential(), (0, numbers.maps.max())
    axes = look.number_cells(figure, matrix, MAPS_LEFT, top, CELL, cmap, limits, f"map-{c}")
    look.label_panel(axes, f"channel {c + 1}", "left", gid=f"map-{c}-words")
    row, column = np.unravel_index(matrix.argmax(), matrix.shape)
    frame = look.outline_cells(axes, int(row), int(column), gid=f"largest-{c}")
    frame.set(edgecolor=look.color("response"), path_effects=look.halo(4))


def draw_both_bars(axes: Axes, numbers: Numbers) -> None:
    """Draw the averages above the maxima, in the rows of their channels."""
    draw_bars(axes, "average", numbers.average, -0.59 * BAR, opacity=0.25)
    draw_bars(axes, "max", numbers.maximum, 0.59 * BAR, opacity=1)
    cells = f"average: all {numbers.maps[0].size} cells; max: the framed cell"
    look.note(axes, cells, (0, -0.4), va="center", gid="cells")
    look.remove_frame(axes)
    axes.set(xlim=(0, 11), ylim=(2.5, -0.5))
    axes.spines.left.set(visible=True, bounds=(-0.29, 2.29))


def draw_bars(axes: Axes, name: str, values: np.ndarray, shift: float, opacity: float) -> None:
    """Draw a bar for each channel, `shift` rows below the middle of its row."""
    color = look.color("response")
    for c, value in enumerate(values):
        y = c + shift
        [bar] = axes.barh(y, value, BAR, facecolor=(color, opacity), edgecolor=color)
        bar.set(linewidth=look.FRAME, gid=f"{name}-{c}")
        look.label(axes, f"{name} {value:g}", (value, y), (5, 0), gid=f"{name}-{c}-words")


def draw_ranks(axes: Axes, numbers: Numbers) -> None:
    """Draw a line for each channel from its rank by average to its rank by maximum."""
    color = look.color("reference")
    circle = {"boxstyle": "circle", "facecolor": look.color("background")}
    for c in range(len(numbers.maps)):
        ranks = numbers.average_rank[c], numbers.maximum_rank[c]
        axes.plot((0, 1), ranks, color=color, linewidth=look.FINE, gid=f"ranks-{c}")
        look.label(axes, f"{c + 1}", (0, ranks[0]), (0, 0), bbox=circle, gid=f"ranks-{c}-average")
        look.label(axes, f"{c + 1}", (1, ranks[1]), (0, 0), bbox=circle, gid=f"ranks-{c}-max")

    look.label(axes, "1st", (0, 1), (-16, 0))
    look.label(axes, "2nd", (0, 2), (-16, 0))
    look.label(axes, "3rd", (0, 3), (-16, 0))
    look.label(axes, "by average", (0, 0.6), (0, 0))
    look.label(axes, "by max", (1, 0.6), (0, 0))
    look.remove_frame(axes)
    axes.set(xlim=(0, 1), ylim=(3.5, 0.5))


if __name__ == "__main__":
    main(compute, draw)
