"""A batch on its way through linear, nonlinearity, linear (figure 3.1, section 3.1)."""

from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figurepress import look
from figurepress.output import main

SEED = 1412
N = 6  # samples in the batch
D0 = 3  # features
D1 = 7  # hidden units
D2 = 4  # outputs
SAMPLE = 2  # the row followed through the model
GAP = 4.2  # columns between two matrices


def linear(W: np.ndarray, b: np.ndarray) -> torch.nn.Linear:
    """The layer X -> X W^T + b, (n, d) to (n, k), with weight W (k, d) and bias b (k)."""
    k, d = W.shape
    layer = torch.nn.Linear(d, k, dtype=torch.float64)
    layer.load_state_dict({"weight": torch.from_numpy(W), "bias": torch.from_numpy(b)})
    return layer


@dataclass(frozen=True)
class Numbers:
    """X (n, d0), W1 (d1, d0), b1 (d1), Z1 and A1 (n, d1), W2 (d2, d1), b2 (d2), Z2 (n, d2)."""

    X: np.ndarray
    W1: np.ndarray
    b1: np.ndarray
    Z1: np.ndarray
    A1: np.ndarray
    W2: np.ndarray
    b2: np.ndarray
    Z2: np.ndarray


def compute() -> Numbers:
    """Draw a batch and the parameters, then let PyTorch's layers compute."""
    rng = np.random.default_rng(SEED)
    X = rng.normal(size=(N, D0))
    W1, b1 = rng.normal(size=(D1, D0)) / np.sqrt(D0), rng.normal(size=D1) / np.sqrt(D0)
    W2, b2 = rng.normal(size=(D2, D1)) / np.sqrt(D1), rng.normal(size=D2) / np.sqrt(D1)
    with torch.no_grad():
        Z1 = linear(W1, b1)(torch.from_numpy(X))
        A1 = torch.relu(Z1)
        Z2 = linear(W2, b2)(A1)
    return Numbers(X, W1, b1, Z1.numpy(), A1.numpy(), W2, b2, Z2.numpy())


def draw(numbers: Numbers) -> Figure:
    """The four matrices in a row, one colour scale, and an arrow for each map."""
    matrices = {
        "Input $X$": numbers.X,
        "Hidden $Z_1$": numbers.Z1,
        "Activation $A_1$": numbers.A1,
        "Output $Z_2$": numbers.Z2,
    }
    maps = (
        (r"$X W_1^\top + b_1$", "linear"),
        (r"$\max(0, Z_1)$", "ReLU"),
        (r"$A_1 W_2^\top + b_2$", "linear"),
    )
    limit = max(np.abs(matrix).max() for matrix in matrices.values())

    figure = Figure(figsize=(look.WIDTH, 2.45))
    figure.get_layout_engine().set(w_pad=0, rect=(0.01, 0.02, 0.97, 0.97))
    widths = D0, GAP, D1, GAP, D1, GAP, D2
    axes = figure.subplots(1, len(widths), width_ratios=widths, gridspec_kw={"wspace": 0})
    panels, gaps = axes[::2], axes[1::2]

    for panel, (name, matrix) in zip(panels, matrices.items(), strict=True):
        mesh = look.heatmap(panel, matrix, look.diverging(), (-limit, limit))
        mesh.set_label(name)
        panel.set(title=name, xlabel=f"{matrix.shape}", aspect="auto")
        for i, j in np.argwhere(matrix == 0):
            panel.text(j, i, "0", size=8, ha="center", va="center_baseline")
        row = (-0.5, SAMPLE - 0.5), matrix.shape[1], 1
        panel.add_patch(Rectangle(*row, fill=False, linewidth=1.8, clip_on=False, label="sample"))
    panels[0].set_yticks([SAMPLE], ["one\nsample"], size=9)
    panels[0].tick_params(length=0)

    for gap, (formula, name) in zip(gaps, maps, strict=True):
        gap.set(xlim=(0, GAP), ylim=panels[0].get_ylim())
        gap.axis("off")
        arrow = {"arrowstyle": "-|>", "color": look.color("reference"), "linewidth": 1.2}
        gap.annotate("", (0.9 * GAP, SAMPLE), (0.1 * GAP, SAMPLE), arrowprops=arrow, label="map")
        gap.text(GAP / 2, SAMPLE - 0.6, formula, size=8, ha="center")
        gap.text(GAP / 2, SAMPLE + 0.4, name, size=8, ha="center", va="top")

    bar = figure.colorbar(mesh, ax=axes, location="bottom", shrink=0.5, aspect=40)
    bar.set_ticks([-2, -1, 0, 1, 2])
    bar.set_label("value of an entry, one scale for all matrices")
    bar.outline.set_visible(False)
    return figure


if __name__ == "__main__":
    main(compute, draw)
