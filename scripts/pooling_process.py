"""From feature maps to logits: local pooling, global pooling, a linear head (figure 4.4c)."""

from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch, Rectangle
from matplotlib.transforms import blended_transform_factory

from figurepress import look
from figurepress.output import main

# Channel c of the feature maps is the outer product of its row and its column profile.
ROW_PROFILES = ((0, 1, 2, 3, 3, 2, 1, 0), (1, 1, 1, 1, 1, 1, 1, 1), (6, 5, 1, 0, 0, 5, 6, 1))
COLUMN_PROFILES = ((0, 0, 1, 2, 3, 3, 2, 1), (2, 3, 5, 6, 7, 8, 8, 9), (1, 1, 1, 1, 1, 1, 1, 1))
WINDOW = 2  # of the local pooling; its stride, too
HEAD_WEIGHT = ((2, -0.5, -0.5), (-1, 1, -0.5), (1, -1, 0.5), (-1, -0.5, 1.5))  # a row per class
HEAD_BIAS = (1, 0.5, 0.75, -0.5)


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
    maps = np.einsum("ci,cj->cij", ROW_PROFILES, COLUMN_PROFILES)[None].astype(np.float64)
    weight, bias = np.array(HEAD_WEIGHT), np.array(HEAD_BIAS)
    pooled = local_average_pool(maps, WINDOW)
    vector = global_average_pool(pooled)
    logits = linear_head(vector, weight, bias)
    return Numbers(maps[0], WINDOW, pooled[0], vector[0], weight, bias, logits[0])


def draw(numbers: Numbers) -> Figure:
    """Down the page, a column for each channel: maps, pooled maps, vector, head; then logits."""
    figure = Figure(figsize=(look.WIDTH, 5.9))
    figure.get_layout_engine().set(h_pad=0.02, hspace=0, wspace=0, rect=(0, 0.01, 1, 0.98))
    heights, widths = (8, 3, 8, 3, 2.5, 4, 7), (8, 8, 8, 3.2, 11.4)
    grid = figure.add_gridspec(7, 5, height_ratios=heights, width_ratios=widths)
    maps, pooled, g, z = numbers.maps, numbers.pooled, numbers.vector, numbers.logits
    head = np.column_stack([numbers.head_weight, numbers.head_bias])
    heat = look.sequential(), (0, maps.max())
    signed = look.diverging(), (-np.abs(head).max(), np.abs(head).max())

    stages = []
    for row, names, matrices, scale, title in (
        (0, ("A1", "A2", "A3"), maps, heat, "Feature\nmaps $A$"),
        (2, ("P1", "P2", "P3"), pooled, heat, "Pooled\nmaps $P$"),
        (4, ("g1", "g2", "g3"), g[:, None, None], heat, "Vector $g$"),
        (6, ("W1", "W2", "W3", "b"), head.T[:, :, None], signed, ""),
    ):
        stages.append([figure.add_subplot(grid[row, column]) for column in range(len(names))])
        for axes, name, matrix in zip(stages[-1], names, matrices, strict=True):
            mesh = look.heatmap(axes, matrix, *scale)
            mesh.set_label(name)
            if row > 2:
                look.write_cells(axes, mesh)
        stages[-1][0].set_ylabel(title, weight="bold", rotation=0, ha="right", va="center")
    for c, axes in enumerate(stages[0], 1):
        axes.set_title(f"Channel {c}")
    key = axes.inset_axes((1.1, 0, 0.08, 1))  # as high as the map beside it
    key.set_in_layout(False)
    key = figure.colorbar(axes.collections[0], key, ticks=heat[1], label="activation")
    key.outline.set_visible(False)
    key.dividers.remove()

    k = numbers.window
    for place, (step, shapes, room) in enumerate(
        (
            (f"average pooling, {k} × {k}", f"{maps.shape} → {pooled.shape}", 5),
            ("global average pooling", f"{pooled.shape} → {g.shape}", 5),
            (r"linear head, $z = g\,W^\top + b$", f"{g.shape} → {z.shape}", 19),  # for titles
        )
    ):
        note = figure.add_subplot(grid[2 * place + 1, 3:])
        note.set_axis_off()
        note.text(0, 0.5, f"{step}\n{shapes}", va="center")
        for upper, lower in zip(stages[place], stages[place + 1], strict=False):  # none to b
            arrow = ConnectionPatch(
                (0.5, 0), (0.5, 1), upper.transAxes, lower.transAxes,
                arrowstyle="-|>", mutation_scale=10, shrinkA=5, shrinkB=room, linewidth=1.2,
                color=look.color("reference"), label=step,
            )  # fmt: skip
            figure.add_artist(arrow)
    _head([*stages[-1], figure.add_subplot(grid[6, 4])], head, g, z)
    return figure


def _head(row: list[Axes], head: np.ndarray, g: np.ndarray, z: np.ndarray) -> None:
    """Beside the cells of the head a bar for each logit; the largest is followed to its sum."""
    weights, bias, bars = row[0], row[-2], row[-1]
    weights.set_yticks(range(len(z)), [f"class {k}" for k in range(1, len(z) + 1)], size=9)
    weights.tick_params(length=0)
    bars.axvline(0, color=look.color("reference"), linewidth=1, zorder=0, label="zero")
    drawn = bars.barh(range(len(z)), z, height=0.5, color=look.color("response"), label="logits")
    bars.bar_label(drawn, [f"{logit:g}".replace("-", "−") for logit in z], padding=5)
    reach = 1.7 * np.abs(z).max()
    bars.set(xlim=(-reach, reach), ylim=(len(z) - 0.5, -0.5), xticks=[], yticks=[])
    bars.spines[:].set_visible(False)
    for axes, title in (weights, "Weight $W$"), (bias, "Bias $b$"), (bars, "Logits $z$"):
        axes.set_title(title)

    best = z.argmax()
    terms = [f"{w:+g} · {mean:g}" for w, mean in zip(head[best], g, strict=False)]
    for axes, term in zip(row, [*terms, f"{head[best, -1]:+g}", f"= {z[best]:g}"], strict=True):
        axes.set_aspect("auto")
        axes.set_xlabel(term.replace("-", "−"))
    weights.annotate(
        f"class {best + 1}:", (0, 0), xycoords="axes fraction", xytext=(-4, -4),
        textcoords="offset points", ha="right", va="top",
    )  # fmt: skip
    across = blended_transform_factory(bars.figure.transFigure, bars.transData)
    frame = Rectangle((0.004, best - 0.5), 0.992, 1, transform=across, label="sum", fill=False)
    frame.set(linewidth=1.5, edgecolor=look.color("reference"))
    bars.figure.add_artist(frame)


if __name__ == "__main__":
    main(compute, draw)
