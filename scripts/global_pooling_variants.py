"""Global pooling keeps one number of each channel: its mean or its largest (figure 4.4b)."""

from dataclasses import dataclass

import lecture

import numpy as np
import torch
from matplotlib.figure import Figure

MAPS = (
    ((0, 0, 1, 0), (0, 3, 8, 2), (0, 2, 5, 1), (1, 0, 1, 0)),  # one bright spot
    ((5, 6, 5, 6), (6, 5, 6, 5), (6, 6, 5, 5), (5, 5, 6, 6)),  # bright everywhere
    ((0, 0, 5, 7), (0, 1, 5, 6), (1, 0, 5, 6), (0, 0, 6, 6)),  # bright in one half
)


def global_average_pool(maps: np.ndarray) -> np.ndarray:
    """The mean of each channel's whole map: (C, H, W) to (C,)."""
    return _pool(torch.nn.AdaptiveAvgPool2d(1), maps)


def global_max_pool(maps: np.ndarray) -> np.ndarray:
    """The largest value of each channel's whole map: (C, H, W) to (C,)."""
    return _pool(torch.nn.AdaptiveMaxPool2d(1), maps)


def _pool(layer: torch.nn.Module, maps: np.ndarray) -> np.ndarray:
    """The layer on a batch of one, (1, C, H, W), which leaves (1, C, 1, 1)."""
    return layer(torch.tensor(maps)[None])[0, :, 0, 0].numpy()


def rank(values: np.ndarray) -> np.ndarray:
    """The place of each value (C,) among all, 1 for the largest."""
    return 1 + (values > values[:, None]).sum(axis=1)


@dataclass(frozen=True)
class Numbers:
    """maps (3, 4, 4); average, maximum (3) and their ranks average_rank, maximum_rank (3)."""

    maps: np.ndarray
    average: np.ndarray
    maximum: np.ndarray
    average_rank: np.ndarray
    maximum_rank: np.ndarray


def compute() -> Numbers:
    """Pool the maps by both rules with PyTorch's layers, and rank the channels."""
    maps = np.array(MAPS, dtype=np.float64)
    average, maximum = global_average_pool(maps), global_max_pool(maps)
    return Numbers(maps, average, maximum, rank(average), rank(maximum))


def draw(numbers: Numbers) -> Figure:
    """A row for each channel: its map, and the two bars that are left of it."""
    figure = Figure(figsize=(lecture.WIDTH, 4.2))
    figure.get_layout_engine().set(h_pad=0, hspace=0, rect=(0, 0.01, 1, 0.98))
    channels, _, columns = numbers.maps.shape
    grid = figure.add_gridspec(channels, 3, width_ratios=(1.75, 2, 2))
    largest = numbers.maps.max()

    for c, matrix in enumerate(numbers.maps):
        axes = figure.add_subplot(grid[c, 0])
        mesh = lecture.heatmap(axes, matrix, lecture.sequential(), (0, largest))
        mesh.set_label(f"channel {c + 1}")
        lecture.write_cells(axes, mesh)
        axes.set_ylim(columns - 0.3, -0.7)  # space between maps inside their panels: bars face maps
        axes.set_ylabel(f"channel {c + 1}")
        axes.set_anchor("W")
        if c == 0:
            axes.set_title(f"feature maps {numbers.maps.shape}")

    for place, title, values, ranks in (
        (1, "global average", numbers.average, numbers.average_rank),
        (2, "global max", numbers.maximum, numbers.maximum_rank),
    ):
        axes = figure.add_subplot(grid[:, place])
        axes.set_title(f"{title} {values.shape}")
        rows = np.arange(channels)
        axes.barh(rows, values, height=0.36, color=lecture.color("response"), label=title)
        for c in rows:
            axes.annotate(
                f"{values[c]:g}", (values[c], c), xytext=(6, 1), textcoords="offset points", size=11
            )
            axes.annotate(
                f"rank {ranks[c]}", (values[c], c), xytext=(6, -3), textcoords="offset points",
                va="top",
            )  # fmt: skip
        axes.set(ylim=(channels - 0.5, -0.5), xlim=(0, 1.35 * largest), xticks=[], yticks=[])
        axes.spines["bottom"].set_visible(False)
    return figure


if __name__ == "__main__":
    lecture.main(compute, draw)
