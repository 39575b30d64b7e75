"""A window slides over a map and leaves one number: its mean or its largest (figure 4.4a)."""

from dataclasses import dataclass

import lecture

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch, Rectangle

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


def window_corner(result: np.ndarray, stride: int) -> np.ndarray:
    """Row and column of the upper left cell of the window of a result (row, column)."""
    return stride * result


def _pool(layer: torch.nn.Module, feature_map: np.ndarray) -> np.ndarray:
    """The layer on a batch of one map with one channel, (1, 1, H, W)."""
    return layer(torch.tensor(feature_map)[None, None])[0, 0].numpy()


@dataclass(frozen=True)
class Numbers:
    """feature_map (6, 6); window, stride; average, maximum (3, 3); the window of result marked (2)
    has its upper left cell at marked_corner (2) and the cells marked_values (k^2).
    """

    feature_map: np.ndarray
    window: int
    stride: int
    average: np.ndarray
    maximum: np.ndarray
    marked: np.ndarray
    marked_corner: np.ndarray
    marked_values: np.ndarray


def compute() -> Numbers:
    """Pool the map by both rules with PyTorch's layers; pick out one window."""
    feature_map = np.array(FEATURE_MAP, dtype=np.float64)
    marked = np.array(MARKED)
    row, column = corner = window_corner(marked, STRIDE)
    return Numbers(
        feature_map,
        WINDOW,
        STRIDE,
        average_pool(feature_map, WINDOW, STRIDE),
        max_pool(feature_map, WINDOW, STRIDE),
        marked,
        corner,
        feature_map[row : row + WINDOW, column : column + WINDOW].ravel(),
    )


def draw(numbers: Numbers) -> Figure:
    """The map, its two poolings on the same square, one window led to its two results."""
    figure = Figure(figsize=(lecture.WIDTH, 2.85))
    figure.get_layout_engine().set(rect=(0, 0.17, 1, 0.82))  # the leads run below
    source, average, maximum = figure.subplots(1, 3)
    limits = (0, numbers.feature_map.max())

    panels = (
        (source, numbers.feature_map, "feature map", numbers.stride),
        (average, numbers.average, "average pooling", 1),
        (maximum, numbers.maximum, "max pooling", 1),
    )
    for axes, matrix, title, step in panels:
        mesh = lecture.heatmap(axes, matrix, lecture.sequential(), limits)
        mesh.set_label(title)
        lecture.write_cells(axes, mesh, size=9 if axes is source else 11)
        rows, columns = matrix.shape
        axes.set_title(f"{title}, {rows} × {columns}", x=0.015)
        _gaps(axes, rows, step)
    source.annotate(
        f"window {numbers.window} × {numbers.window},\nstride {numbers.stride}", (-0.4, 5.5),
        xytext=(0, -10), textcoords="offset points", va="top", in_layout=False,
    )  # fmt: skip

    row, column = numbers.marked_corner
    _outline(source, row, column, numbers.window)
    cells = ", ".join(f"{value:g}" for value in numbers.marked_values)
    bottom = row + numbers.window - 0.5
    middle = column + (numbers.window - 1) / 2
    row, column = numbers.marked
    for axes, result, rule, place, depth in (
        (average, numbers.average, "mean of", middle + 0.4, 0.17),
        (maximum, numbers.maximum, "largest of", middle - 0.4, 0.115),
    ):
        _outline(axes, row, column, 1)
        lead = ConnectionPatch(
            (place, bottom), (column, row + 0.5), source.transData, axes.transData,
            arrowstyle="-|>", mutation_scale=10, shrinkA=2, shrinkB=2, linewidth=1.2,
            connectionstyle=f"bar,fraction={depth}", color=lecture.color("reference"),
            label=rule,
        )  # fmt: skip
        figure.add_artist(lead)
        axes.annotate(
            f"{rule} {cells} is {result[row, column]:g}", (column, row + 0.5), xytext=(-8, -15),
            textcoords="offset points", ha="right", va="center", in_layout=False,
        )  # fmt: skip
    return figure


def _gaps(axes: Axes, size: int, step: int) -> None:
    """Part the windows by lines in the colour of the ground."""
    for edge in np.arange(0, size + 1, step) - 0.5:
        for line in (axes.axhline, axes.axvline):
            line(edge, color=lecture.color("ground"), linewidth=4, clip_on=False, label="gap")


def _outline(axes: Axes, row: int, column: int, size: int) -> None:
    """Frame the square of cells whose upper left one is (row, column)."""
    axes.add_patch(
        Rectangle(
            (column - 0.5, row - 0.5), size, size, fill=False, linewidth=1.8, clip_on=False,
            color=lecture.color("reference"), label="window", zorder=3,
        )
    )  # fmt: skip


if __name__ == "__main__":
    lecture.main(compute, draw)
