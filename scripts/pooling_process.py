"""From feature maps to logits: local pooling, global pooling, a linear head (figure 4.4c)."""

from dataclasses import dataclass

import lecture

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch

# Channel c of the feature maps is the outer product of its row and its column profile.
ROW_PROFILES = ((0, 1, 2, 3, 3, 2, 1, 0), (1, 1, 1, 1, 1, 1, 1, 1), (6, 5, 1, 0, 0, 5, 6, 1))
COLUMN_PROFILES = ((0, 0, 1, 2, 3, 3, 2, 1), (2, 3, 5, 6, 7, 8, 8, 9), (1, 1, 1, 1, 1, 1, 1, 1))
WINDOW = 2  # of the local pooling; its stride, too
HEAD_WEIGHT = ((2, -0.5, -0.5), (-1, 1, -0.5), (1, -1, 0.5), (-1, -0.5, 1.5))  # a row per class
HEAD_BIAS = (1, 0.5, 0.75, -0.5)


def outer_products(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """A, one map for each pair of profiles: (C, H) and (C, W) to (C, H, W)."""
    return rows[:, :, None] * columns[:, None, :]


def local_average_pool(maps: np.ndarray, window: int) -> np.ndarray:
    """P, the mean of every k x k window that tiles a map: (B, C, H, W) to (B, C, H/k, W/k)."""
    return torch.nn.AvgPool2d(window)(torch.tensor(maps)).numpy()


def global_average_pool(maps: np.ndarray) -> np.ndarray:
    """g, the mean of each whole map: (B, C, H, W) to (B, C)."""
    return torch.nn.AdaptiveAvgPool2d(1)(torch.tensor(maps)).flatten(1).numpy()


def linear_head(vector: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """z = g W^T + b: (B, C), (K, C) and (K,) to (B, K)."""
    return torch.nn.functional.linear(*map(torch.tensor, (vector, weight, bias))).numpy()


@dataclass(frozen=True)
class Numbers:
    """maps (3, 8, 8), window, pooled (3, 4, 4), vector (3), head_weight (4, 3), head_bias (4),
    logits (4)."""

    maps: np.ndarray
    window: int
    pooled: np.ndarray
    vector: np.ndarray
    head_weight: np.ndarray
    head_bias: np.ndarray
    logits: np.ndarray


def compute() -> Numbers:
    """Send one sample, as a batch of one, through PyTorch's layers."""
    rows, columns = np.array(ROW_PROFILES, np.float64), np.array(COLUMN_PROFILES, np.float64)
    weight, bias = np.array(HEAD_WEIGHT), np.array(HEAD_BIAS)
    maps = outer_products(rows, columns)[None]
    pooled = local_average_pool(maps, WINDOW)
    vector = global_average_pool(pooled)
    logits = linear_head(vector, weight, bias)
    return Numbers(maps[0], WINDOW, pooled[0], vector[0], weight, bias, logits[0])


def draw(numbers: Numbers) -> Figure:
    """Down the page, a column for each channel: maps, pooled maps, vector, head; then logits."""
    figure = Figure(figsize=(lecture.WIDTH, 5.7))
    figure.get_layout_engine().set(h_pad=0.02, hspace=0, wspace=0, rect=(0, 0.01, 1, 0.98))
    grid = figure.add_gridspec(
        7, 5, height_ratios=(8, 3, 8, 3, 2.5, 3.6, 6.4), width_ratios=(8, 8, 8, 3, 10.5)
    )
    head = np.column_stack([numbers.head_weight, numbers.head_bias])
    heat = lecture.sequential(), (0, numbers.maps.max())
    signed = lecture.diverging(), (-np.abs(head).max(), np.abs(head).max())
    stages = []
    for row, names, matrices, scale, title in (
        (0, ("A1", "A2", "A3"), numbers.maps, heat, "feature\nmaps $A$"),
        (2, ("P1", "P2", "P3"), numbers.pooled, heat, "pooled\nmaps $P$"),
        (4, ("g1", "g2", "g3"), numbers.vector[:, None, None], heat, "vector $g$"),
        (6, ("W1", "W2", "W3", "b"), head.T[:, :, None], signed, None),
    ):
        stage = [figure.add_subplot(grid[row, column]) for column in range(len(names))]
        for axes, name, matrix in zip(stage, names, matrices, strict=True):
            _cells(axes, name, matrix, *scale)
        stage[0].set_ylabel(title, rotation=0, ha="right", va="center", multialignment="left")
        stages.append(stage)

    maps, *_, weights = stages
    for c, axes in enumerate(maps):
        axes.set_title(f"channel {c + 1}", loc="center")
    key = maps[-1].inset_axes((1.1, 0, 0.08, 1))  # as high as the map beside it
    key.set_in_layout(False)
    key = figure.colorbar(maps[-1].collections[0], key, ticks=heat[1], label="activation")
    key.outline.set_visible(False)
    key.dividers.remove()

    for axes in weights:
        axes.set_aspect("auto")
    weights[0].set_title("$W$")
    weights[-1].set_title("$b$")
    classes = range(len(numbers.logits))
    weights[0].set_yticks(classes, [f"class {k + 1}" for k in classes], size=9)
    weights[0].tick_params(length=0)
    _bars(figure.add_subplot(grid[6, 4]), numbers.logits)

    k, fields = numbers.window, (numbers.maps, numbers.pooled, numbers.vector, numbers.logits)
    for place, step in enumerate(
        (f"average pooling, {k} × {k}", "global average pooling", "linear head $z = g\\,W^T + b$")
    ):
        note = figure.add_subplot(grid[2 * place + 1, 3:])
        note.set_axis_off()
        shapes = f"{fields[place].shape} → {fields[place + 1].shape}"
        note.text(0, 0.5, f"{step}\n{shapes}", va="center")
        for upper, lower in zip(stages[place], stages[place + 1], strict=False):  # none to b
            arrow = ConnectionPatch(
                (0.5, 0), (0.5, 1), upper.transAxes, lower.transAxes,
                arrowstyle="-|>", mutation_scale=10, shrinkA=5, shrinkB=5, linewidth=1.2,
                color=lecture.color("reference"), label=step,
            )  # fmt: skip
            figure.add_artist(arrow)
    return figure


def _cells(axes: Axes, name: str, matrix: np.ndarray, cmap: Colormap, limits: tuple) -> None:
    """The matrix as cells; single columns with their numbers."""
    mesh = lecture.heatmap(axes, matrix, cmap, limits)
    mesh.set_label(name)
    if matrix.shape[1] == 1:
        lecture.write_cells(axes, mesh)


def _bars(axes: Axes, logits: np.ndarray) -> None:
    """A bar for each class, to the right of 0 or to its left, and its number at its end."""
    axes.barh(
        range(len(logits)), logits, height=0.5, color=lecture.color("response"), label="logits"
    )
    axes.axvline(0, color=lecture.color("reference"), linewidth=1, label="zero")
    for k, z in enumerate(logits):
        axes.annotate(
            f"{z:g}".replace("-", "−"), (z, k),
            xytext=(5 if z > 0 else -5, 0), textcoords="offset points",
            ha="left" if z > 0 else "right", va="center",
        )  # fmt: skip
    reach = 1.5 * np.abs(logits).max()
    axes.set(xlim=(-reach, reach), ylim=(len(logits) - 0.5, -0.5), xticks=[], yticks=[])
    axes.set_title("logits $z$")
    axes.spines[:].set_visible(False)


if __name__ == "__main__":
    lecture.main(compute, draw)
