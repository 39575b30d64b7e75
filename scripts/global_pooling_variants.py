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
# Layout: inches, but for BAR.
CELL = 0.23
ROW = 1.0  # from channel to channel
TOP = 0.28  # of the first row
TITLES = 0.17  # baseline of the titles
MAPS_LEFT, BARS_LEFT, ORDER_LEFT, RANKS_LEFT = 0.75, 1.98, 4.53, 5.25
BARS_WIDTH, RANKS_WIDTH = 2.6, 0.48
UNIT = 0.235  # of the bars
BAR = 0.18  # height of a bar, in rows


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


def draw_map(figure: Figure, numbers: Numbers, c: int) -> None:
    """The numbers of one channel, and a frame around the largest."""
    matrix, limits = numbers.maps[c], (0, numbers.maps.max())
    top = TOP + c * ROW + (ROW - len(matrix) * CELL) / 2
    cmap = look.sequential()
    axes = look.number_cells(figure, matrix, MAPS_LEFT, top, CELL, cmap, limits, f"map-{c}")
    look.label_panel(axes, f"channel {c + 1}", "left", gid=f"map-{c}-words")
    row, column = np.unravel_index(matrix.argmax(), matrix.shape)
    frame = look.outline_cells(axes, int(row), int(column), gid=f"largest-{c}")
    frame.set(edgecolor=look.color("response"), path_effects=look.halo(4))


def draw_bars(axes: Axes, name: str, values: np.ndarray, side: int, fill: float) -> None:
    """A bar for each channel, above (`side` -1) or below (1) the middle of its row."""
    color = look.color("response")
    y = np.arange(len(values)) + 0.55 * side * BAR
    style = {"facecolor": (color, fill), "edgecolor": color, "linewidth": look.FRAME}
    for c, bar in enumerate(axes.barh(y, values, BAR, **style)):
        bar.set_gid(f"{name}-{c}")
        words = f"{name} {values[c]:g}"
        look.label(axes, words, (values[c], y[c]), (5, 0), gid=f"{name}-{c}-words")


def draw_ranks(axes: Axes, numbers: Numbers) -> None:
    """A line per channel from its rank by average to its rank by maximum."""
    style = {"color": look.color("reference"), "clip_on": False}
    for c, ends in enumerate(zip(numbers.average_rank - 1, numbers.maximum_rank - 1, strict=True)):
        width = look.HAIR if ends[0] == ends[1] else look.FRAME  # what changes is emphasised
        axes.plot([0, 1], ends, "o-", linewidth=width, gid=f"ranks-{c}", **style)
        look.label(axes, f"channel {c + 1}", (0, ends[0]), (-7, 0), gid=f"ranks-{c}-average")
        look.label(axes, f"channel {c + 1}", (1, ends[1]), (7, 0), gid=f"ranks-{c}-max")
    look.label(axes, "by average", (0, -0.38), (-7, 0))
    look.label(axes, "by max", (1, -0.38), (7, 0))


def draw(numbers: Numbers) -> Figure:
    """A row per channel: its map and its two bars; at the right, the order of the channels."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM), layout="none")
    channels = len(numbers.maps)
    for c in range(channels):
        draw_map(figure, numbers, c)
    bars = look.cell_axes(figure, BARS_LEFT, TOP, channels, BARS_WIDTH / ROW, ROW)
    ranks = look.cell_axes(figure, RANKS_LEFT, TOP, channels, RANKS_WIDTH / ROW, ROW)
    draw_bars(bars, "average", numbers.average, -1, 0.25)
    draw_bars(bars, "max", numbers.maximum, 1, 1)
    cells = f"average: all {numbers.maps[0].size} cells; max: the framed cell"
    look.note(bars, cells, (0, -0.38), va="center", gid="cells")
    draw_ranks(ranks, numbers)
    for axes, right in ((bars, BARS_WIDTH / UNIT), (ranks, 1)):
        look.remove_frame(axes)
        axes.set(xlim=(0, right), ylim=(channels - 0.5, -0.5))
    bars.spines.left.set(visible=True, bounds=(-0.25, channels - 0.75))
    both = f"Global average and max, {numbers.average.shape} each"
    look.heading(figure, MAPS_LEFT, TITLES, f"Maps, {numbers.maps.shape}")
    look.heading(figure, BARS_LEFT, TITLES, both)
    look.heading(figure, ORDER_LEFT, TITLES, "Highest first")
    return figure


if __name__ == "__main__":
    main(compute, draw)
