"""Global pooling keeps one number of each channel: its mean or its largest (figure 4.4b)."""

from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main

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
    """A row for each channel: its map, and the two bars that are left of it, the first one full."""
    figure = Figure(figsize=(look.WIDTH, 4.4))
    figure.get_layout_engine().set(h_pad=0, hspace=0, rect=(0, 0.015, 1, 0.97))
    channels, height, _ = numbers.maps.shape
    grid = figure.add_gridspec(channels, 3, width_ratios=(1.9, 2, 2))
    largest = numbers.maps.max()
    edge = 1.52 * largest  # of the bars' panels: behind the bars stand the ranks

    for c, matrix in enumerate(numbers.maps):
        axes = figure.add_subplot(grid[c, 0])
        mesh = look.heatmap(axes, matrix, look.sequential(), (0, largest))
        mesh.set_label(f"channel {c + 1}")
        look.write_cells(axes, mesh)
        axes.set_ylim(height - 0.3, -0.7)  # space between maps inside their panels: bars face maps
        axes.set(ylabel=f"channel {c + 1}", anchor="W")
        if c == 0:
            axes.set_title(f"Feature maps $P$, {numbers.maps.shape}")

    for place, title, values, ranks, label in (
        (1, "Global average", numbers.average, numbers.average_rank, "mean of the map"),
        (2, "Global max", numbers.maximum, numbers.maximum_rank, "largest of the map"),
    ):
        axes = figure.add_subplot(grid[:, place])
        axes.set_title(f"{title}, {values.shape}")
        color = look.color("response")
        fills = [color if rank == 1 else "none" for rank in ranks]
        bars = axes.barh(
            range(channels), values, 0.4, color=fills, edgecolor=color, linewidth=1.5, label=title
        )
        axes.bar_label(bars, [f"{value:g}" for value in values], padding=5, size=11)
        for c, rank in enumerate(ranks):
            words = {"weight": "bold"} if rank == 1 else {}
            axes.text(edge, c, f"rank {rank}", ha="right", va="center_baseline", **words)
        axes.set(ylim=(channels - 0.5, -0.5), xlim=(0, edge), yticks=[])
        axes.set_xticks(range(0, int(largest) + 1, 2))
        axes.spines.bottom.set_bounds(0, largest)
        axes.set_xlabel(label, loc="left")
    return figure


if __name__ == "__main__":
    main(compute, draw)
