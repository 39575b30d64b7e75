"""A window slides over a map and leaves one number: its mean or its largest (figure 4.4a)."""

from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch, Rectangle

from figurepress import look
from figurepress.output import main

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


def average_pool(feature_map: np.ndarray, window: int, stride: int) -> np.ndarray:
    """The mean of every window: (H, W) to (H_out, W_out), H_out = (H - k) // s + 1."""
    return _pool(torch.nn.AvgPool2d(window, stride), feature_map)


def max_pool(feature_map: np.ndarray, window: int, stride: int) -> np.ndarray:
    """The largest value of every window: (H, W) to (H_out, W_out)."""
    return _pool(torch.nn.MaxPool2d(window, stride), feature_map)


def windows_of(feature_map: np.ndarray, window: int, stride: int) -> np.ndarray:
    """The window of every result, as it stands in the map: (H, W) to (H_out, W_out, k, k)."""
    sliding = np.lib.stride_tricks.sliding_window_view(feature_map, (window, window))
    return sliding[::stride, ::stride]


def _pool(layer: torch.nn.Module, feature_map: np.ndarray) -> np.ndarray:
    """The layer on a batch of one map with one channel, (1, 1, H, W)."""
    return layer(torch.tensor(feature_map)[None, None])[0, 0].numpy()


@dataclass(frozen=True)
class Numbers:
    """feature_map (6, 6); window, stride; windows (3, 3, 2, 2) of the map, and of each its average
    and its maximum (3, 3); the row and column of the result that is marked (2)."""

    feature_map: np.ndarray
    window: int
    stride: int
    windows: np.ndarray
    average: np.ndarray
    maximum: np.ndarray
    marked: np.ndarray


def compute() -> Numbers:
    """Pool the map by both rules with PyTorch's layers."""
    feature_map = np.array(FEATURE_MAP, dtype=np.float64)
    pooling = feature_map, WINDOW, STRIDE
    results = windows_of(*pooling), average_pool(*pooling), max_pool(*pooling)
    return Numbers(*pooling, *results, np.array(MARKED))


def draw(numbers: Numbers) -> Figure:
    """The map and its poolings, their windows drawn apart; one window is led to its results."""
    figure = Figure(figsize=(look.WIDTH, 2.75), layout="none")  # squares, evenly apart
    grid = figure.add_gridspec(1, 3, left=0.01, right=0.983, bottom=0.19, top=0.905, wspace=0.12)
    scale = look.sequential(), (0, numbers.feature_map.max())
    k, (i, j) = numbers.window, numbers.marked
    cells = [f"{value:g}" for value in numbers.windows[i, j].ravel()]
    mean, largest = f"{numbers.average[i, j]:g}", f"{numbers.maximum[i, j]:g}"
    marked = []
    for place, (title, matrix, words) in enumerate(
        (
            ("Feature map", numbers.feature_map, f"window {k} × {k}, stride {numbers.stride}"),
            ("Average pooling", numbers.average, f"({' + '.join(cells)}) / {len(cells)} = {mean}"),
            ("Max pooling", numbers.maximum, f"max ({', '.join(cells)}) = {largest}"),
        )
    ):
        blocks = matrix[..., None, None] if place else numbers.windows
        squares = grid[place].subgridspec(*blocks.shape[:2], wspace=0.13, hspace=0.13).subplots()
        for index, axes in np.ndenumerate(squares):
            mesh = look.heatmap(axes, blocks[index], *scale)
            mesh.set_label("{} {}, {}".format(title, *index))
            look.write_cells(axes, mesh, size=11 if place else 9)
        squares[0, 0].set_title("{}, {} × {}".format(title, *matrix.shape))

        marked.append(square := squares[i, j])
        frame = Rectangle((-0.08, -0.08), 1.16, 1.16, transform=square.transAxes, label="window")
        frame.set(fill=False, linewidth=1.8, clip_on=False, edgecolor=look.color("reference"))
        square.add_patch(frame)
        square.annotate(
            words, (0.5, 0), xycoords="axes fraction", xytext=(-8, -17),
            textcoords="offset points", ha="right", va="center",
        )  # fmt: skip
    for steps, square in enumerate(marked[1:], 1):  # the same depth, so that one line forks
        figure.add_artist(
            ConnectionPatch(
                (0.5, -0.08), (0.5, -0.08), marked[0].transAxes, square.transAxes,
                arrowstyle="-|>", mutation_scale=10, shrinkA=0, shrinkB=2, linewidth=1.2,
                connectionstyle=f"bar,fraction={0.17 / steps}", color=look.color("reference"),
                label="lead",
            )
        )  # fmt: skip
    return figure


if __name__ == "__main__":
    main(compute, draw)
