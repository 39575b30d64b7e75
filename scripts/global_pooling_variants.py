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
# Layout in inches, from the upper left corner
TITLE = 0.17  # baseline of the headings
LINE = 0.39  # baseline of the words below a heading
TOP = 0.28  # top of the first row
ROW = 1.04  # height of a row: one channel
CELL = 0.23  # side of a cell of the maps
MAPS_LEFT = 0.505
BARS_LEFT = 2.05
ORDER_LEFT = 4.63
RANKS_LEFT = 5.3
RANKS_WIDTH = 0.8
RANKS_TOP = 0.8  # top of the panel of ranks
RANK = 0.55  # height of one rank in this panel


def rank(values: np.ndarray) -> np.ndarray:
    """The rank of each of C values, 1 for the largest: 1 + the number of larger values."""
    is_larger = values > values[:, np.newaxis]  # entry (i, j): value j is larger than value i
    return 1 + is_larger.sum(axis=1)


@dataclass(frozen=True)
class Numbers:
    """Maps of C channels, with the average and the maximum of each."""

    maps: np.ndarray  # (C, H, W)
    average: np.ndarray  # (C)
    maximum: np.ndarray  # (C)
    average_rank: np.ndarray  # (C)
    maximum_rank: np.ndarray  # (C)


def compute() -> Numbers:
    """Pool the maps by both rules with PyTorch, and rank the channels."""
    maps = np.array(MAPS, dtype=np.float64)
    average = global_average_pool(maps)
    maximum = global_max_pool(maps)
    return Numbers(maps, average, maximum, rank(average), rank(maximum))


def draw(numbers: Numbers) -> Figure:
    """Draw a row per channel, with its map and two bars; at the right, the channels in order."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM), layout="none")
    look.heading(figure, MAPS_LEFT, TITLE, f"Channel maps, {numbers.maps.shape}")
    for c in range(3):
        draw_map(figure, numbers.maps[c], c)

    look.heading(figure, BARS_LEFT, TITLE, f"Global average and max, {numbers.average.shape} each")
    look.write(figure, BARS_LEFT, LINE, "average: all 16 cells; max: the framed cell")
    bars = look.cell_axes(figure, BARS_LEFT, TOP, rows=3, columns=2.4, cell=ROW)
    draw_bars(bars, "average", numbers.average, shift=-0.1, opacity=0.25)
    draw_bars(bars, "max", numbers.maximum, shift=0.1, opacity=1)
    look.remove_frame(bars)
    bars.set(xlim=(0, 10.6), ylim=(2.5, -0.5))
    bars.spines.left.set(visible=True, bounds=(-0.25, 2.25))

    look.heading(figure, ORDER_LEFT, TITLE, "The ranking reverses")
    look.write(figure, RANKS_LEFT, RANKS_TOP, "by average", ha="center")
    look.write(figure, RANKS_LEFT + RANKS_WIDTH, RANKS_TOP, "by max", ha="center")
    columns = RANKS_WIDTH / RANK  # the width in cells, whose side is RANK
    ranks = look.cell_axes(figure, RANKS_LEFT, RANKS_TOP, rows=3, columns=columns, cell=RANK)
    widths = (look.FINE, look.BOLD, look.FINE)  # bold: "ch 2", which falls from first to last
    for c, width in enumerate(widths):
        draw_rank(ranks, numbers, c, width)
    look.remove_frame(ranks)
    ranks.set(xlim=(0, 1), ylim=(3.5, 0.5))
    ranks.set_yticks((1, 2, 3), ("1st", "2nd", "3rd"), va="center", size=10)
    ranks.tick_params(length=0, pad=33)
    return figure


def draw_map(figure: Figure, channel: np.ndarray, c: int) -> None:
    """Draw the numbers of one channel, and a frame around the largest."""
    top = TOP + c * ROW + (ROW - 4 * CELL) / 2  # in inches: centred in row c
    cmap = look.sequential()
    axes = look.draw_matrix(figure, channel, MAPS_LEFT, top, CELL, cmap, (0, 8), f"map-{c}")
    look.label_panel(axes, f"ch {c + 1}", "left")
    row, column = np.argwhere(channel == channel.max())[0]
    frame = look.outline_cells(axes, row, column, gid="largest")
    frame.set(edgecolor=look.color("response"), path_effects=look.halo(4))


def draw_bars(axes: Axes, name: str, values: np.ndarray, shift: float, opacity: float) -> None:
    """Draw a bar for each channel, `shift` rows below the middle of its row."""
    color = look.color("response")
    rows = np.arange(3) + shift
    bars = axes.barh(rows, values, height=0.15, color=(color, opacity), edgecolor=color, gid=name)
    axes.bar_label(bars, [f"{name} {value:g}" for value in values], padding=5)


def draw_rank(axes: Axes, numbers: Numbers, c: int, width: float) -> None:
    """Draw a line from a channel's rank by average to its rank by maximum."""
    color = look.color("reference")
    ranks = numbers.average_rank[c], numbers.maximum_rank[c]
    axes.plot((0, 1), ranks, "o-", color=color, linewidth=width, clip_on=False, gid=f"ranks-{c}")
    look.label(axes, f"ch {c + 1}", (0, ranks[0]), (-6, 0))
    look.label(axes, f"ch {c + 1}", (1, ranks[1]), (6, 0))


if __name__ == "__main__":
    main(compute, draw)
