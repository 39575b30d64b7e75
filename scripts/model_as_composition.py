"""A batch on its way through linear, ReLU, linear, with every number (figure 3.1, section 3.1)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.models import linear

SEED = 780581
N, D0, D1, D2 = 6, 3, 7, 4  # samples in the batch, features, hidden units, outputs
SAMPLE = 0  # the row that is followed through the model
UNIT = 0  # the hidden unit whose value for this sample is worked out
COLORS = (-6, 6)  # values at the ends of the colour scale

# Layout in inches, from the upper left corner
CELL = 0.24  # side of a cell
X_LEFT, Z1_LEFT, A1_LEFT, Z2_LEFT = 0.06, 1.22, 3.34, 5.46
WEIGHT_BOTTOM = 2.1
BIAS_BOTTOM = 2.55
BATCH_TOP = 2.76


@dataclass(frozen=True)
class Numbers:
    """The batch, the parameters in PyTorch's layout and the results, float64."""

    X: np.ndarray  # (n, d0)
    W1: np.ndarray  # (d1, d0)
    b1: np.ndarray  # (d1)
    Z1: np.ndarray  # (n, d1)
    A1: np.ndarray  # (n, d1)
    W2: np.ndarray  # (d2, d1)
    b2: np.ndarray  # (d2)
    Z2: np.ndarray  # (n, d2)


def compute() -> Numbers:
    """Sample whole numbers for the batch and the parameters, then apply the layers."""
    rng = np.random.default_rng(SEED)
    X = rng.integers(-2, 3, size=(N, D0)).astype(np.float64)
    W1 = rng.integers(-2, 3, size=(D1, D0)).astype(np.float64)
    b1 = rng.integers(-1, 2, size=D1).astype(np.float64)
    W2 = rng.integers(-1, 2, size=(D2, D1)).astype(np.float64)
    b2 = rng.integers(-2, 3, size=D2).astype(np.float64)
    Z1 = linear(X, W1, b1)
    A1 = np.maximum(0, Z1)
    Z2 = linear(A1, W2, b2)
    return Numbers(X=X, W1=W1, b1=b1, Z1=Z1, A1=A1, W2=W2, b2=b2, Z2=Z2)


def draw(numbers: Numbers) -> Figure:
    """Draw the batch from left to right; above each linear result, its parameters."""
    figure = Figure(figsize=(look.WIDTH, look.TALL), layout="none")
    composed = r"$Z_2 = \max(0, X W_1^{\!\top} + b_1)\, W_2^{\!\top} + b_2$"
    look.heading(figure, X_LEFT, 0.17, "One batch, three maps: each sample keeps its row", composed)
    z1_formula, z2_formula = r"Z_1 = X W_1^{\!\top} + b_1", r"Z_2 = A_1 W_2^{\!\top} + b_2"
    x = draw_batch(figure, numbers.X, X_LEFT, "x", "input", "d_0", "X")
    z1 = draw_batch(figure, numbers.Z1, Z1_LEFT, "z1", "pre-activation", "d_1", z1_formula)
    a1 = draw_batch(figure, numbers.A1, A1_LEFT, "a1", "hidden layer", "d_1", r"A_1 = \max(0, Z_1)")
    z2 = draw_batch(figure, numbers.Z2, Z2_LEFT, "z2", "output", "d_2", z2_formula)
    draw_map(figure, x, z1, "linear")
    draw_map(figure, z1, a1, "ReLU")
    draw_map(figure, a1, z2, "linear")
    look.label_panel(x, "one sample", "above")
    look.label_panel(a1, "negative entries become 0", "above")

    w1 = draw_parameter(figure, numbers.W1.T, Z1_LEFT, WEIGHT_BOTTOM, "w1", r"W_1^{\!\top}", "+")
    b1 = draw_parameter(figure, numbers.b1[np.newaxis], Z1_LEFT, BIAS_BOTTOM, "b1", "b_1", "=")
    draw_parameter(figure, numbers.W2.T, Z2_LEFT, WEIGHT_BOTTOM, "w2", r"W_2^{\!\top}", "+")
    draw_parameter(figure, numbers.b2[np.newaxis], Z2_LEFT, BIAS_BOTTOM, "b2", "b_2", "=")
    look.write(figure, 0.59, 1.777, f"$X$ {numbers.X.shape} ·", ha="right", gid="factor")
    look.write(figure, 4.83, 1.297, f"$A_1$ {numbers.A1.shape} ·", ha="right", gid="factor")
    look.outline_cells(w1, 0, UNIT, rows=D0, gid="unit")
    look.outline_cells(b1, 0, UNIT, gid="unit")
    look.outline_cells(z1, SAMPLE, UNIT, gid="unit")
    sample, weights, bias = numbers.X[SAMPLE], numbers.W1[UNIT], numbers.b1[UNIT]
    worked = f"{look.sum_of_products(sample, weights)} + {bias:g} = {numbers.Z1[SAMPLE, UNIT]:g}"
    look.label_panel(w1, f"outlined: row times column, plus bias\n{worked}", "above", gid="worked")
    return figure


def draw_batch(
    figure: Figure, matrix: np.ndarray, left: float, gid: str, name: str, width: str, formula: str
) -> Axes:
    """Draw a matrix (n, `width`) of the batch, its name, shape and formula; outline one sample."""
    axes = look.draw_matrix(figure, matrix, left, BATCH_TOP, CELL, look.diverging(), COLORS, gid)
    look.label_panel(axes, f"{name}\n$(n, {width})$ = {matrix.shape}\n${formula}$", "below")
    look.outline_cells(axes, SAMPLE, 0, columns=matrix.shape[1], gid="sample")
    return axes


def draw_map(figure: Figure, before: Axes, after: Axes, name: str) -> None:
    """Draw an arrow between two matrices of the batch, with the name of the map above it."""
    look.connect(before, (1, 0.42), after, (0, 0.42), gid="map")
    look.label_panel(before, name, "right", 4)


def draw_parameter(
    figure: Figure, matrix: np.ndarray, left: float, bottom: float, gid: str, symbol: str, sign: str
) -> Axes:
    """Draw a framed weight or bias, its symbol and shape on the left, and `sign` below it.

    `left` and `bottom` are in inches from the upper left corner of the figure. The sign leads to
    the matrix below: "+" to the bias, "=" to the result.
    """
    color = look.color("kernel")
    top = bottom - len(matrix) * CELL
    axes = look.draw_matrix(figure, matrix, left, top, CELL, look.diverging(), COLORS, gid)
    look.outline_cells(axes, 0, 0, *matrix.shape, edgecolor=color)
    look.label_panel(axes, f"${symbol}$ {matrix.squeeze().shape}", "left", color=color)
    axes.text(0, len(matrix) - 0.06, sign, ha="center", va="center", gid="sign")
    return axes


if __name__ == "__main__":
    main(compute, draw)
