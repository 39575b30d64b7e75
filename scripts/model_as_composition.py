"""A batch on its way through linear, ReLU, linear, with every number (figure 3.1, section 3.1)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.models import linear

SEED = 648
N = 6  # samples in the batch
D0 = 3  # features
D1 = 7  # hidden units
D2 = 4  # outputs
SAMPLE = 0  # the row that is followed through the model
UNIT = 1  # the column of each linear map that is outlined for this sample
# Inches
CELL = 0.245  # side of a cell
LEFT = 0.06  # from the edge of the figure to X
ARROW = 0.41  # between two matrices of the batch
SPACE = 0.13  # between weight, bias and the matrix below
TITLE = 0.17  # from the top of the figure to the baseline of the title
FORMULA = 0.5  # and to that of the composed formula
BATCH = 2.86  # from the top of the figure to the first sample


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
    """Draw whole numbers for the batch and the parameters, then apply the layers."""
    rng = np.random.default_rng(SEED)
    X = rng.integers(-2, 3, size=(N, D0)).astype(np.float64)
    W1 = rng.integers(-2, 3, size=(D1, D0)).astype(np.float64)
    b1 = rng.integers(-1, 2, size=D1).astype(np.float64)
    W2 = rng.integers(-1, 2, size=(D2, D1)).astype(np.float64)
    b2 = rng.integers(-2, 3, size=D2).astype(np.float64)
    Z1 = linear(X, W1, b1)
    A1 = np.maximum(0, Z1)
    Z2 = linear(A1, W2, b2)
    return Numbers(X, W1, b1, Z1, A1, W2, b2, Z2)


def draw(numbers: Numbers) -> Figure:
    """The batch from left to right; above each linear map its parameters, column over column."""
    figure = Figure(figsize=(look.WIDTH, look.TALL), layout="none")
    limits = look.symmetric_limits(numbers.X, numbers.Z1, numbers.A1, numbers.Z2)
    kernel = look.color("kernel")

    def batch(gid: str, matrix: np.ndarray, left: float, name: str, formula: str) -> Axes:
        axes = look.number_cells(figure, matrix, left, BATCH, CELL, look.diverging(), limits, gid)
        look.label_panel(axes, f"{name} {matrix.shape}\n${formula}$", "below")
        look.outline_cells(axes, SAMPLE, 0, columns=matrix.shape[1], gid="sample")
        return axes

    def parameter(gid: str, matrix: np.ndarray, left: float, bottom: float, name: str) -> Axes:
        top = bottom - len(matrix) * CELL
        axes = look.number_cells(figure, matrix, left, top, CELL, look.diverging(), limits, gid)
        look.label_panel(axes, name, "right" if left < a1_left else "left", color=kernel)
        look.outline_cells(axes, 0, 0, *matrix.shape, edgecolor=kernel)
        return axes

    z1_left = LEFT + D0 * CELL + ARROW
    a1_left = z1_left + D1 * CELL + ARROW
    z2_left = a1_left + D1 * CELL + ARROW
    x = batch("x", numbers.X, LEFT, "input", "X")
    z1 = batch("z1", numbers.Z1, z1_left, "pre-activation", r"Z_1 = X W_1^{\!\top} + b_1")
    a1 = batch("a1", numbers.A1, a1_left, "hidden layer", r"A_1 = \max(0, Z_1)")
    z2 = batch("z2", numbers.Z2, z2_left, "output", r"Z_2 = A_1 W_2^{\!\top} + b_2")
    look.label_panel(x, "one sample", "above", size=look.SMALL)
    look.label_panel(a1, "negative entries become 0", "above", size=look.SMALL)
    for before, after, name in ((x, z1, "linear"), (z1, a1, "ReLU"), (a1, z2, "linear")):
        look.connect(figure, before, (1, 0.5), after, (0, 0.5), gid="map")
        look.note(
            before, name, (1, 0.5), (36 * ARROW, 4), xycoords="axes fraction", ha="center",
            size=look.SMALL,
        )  # fmt: skip

    b_bottom = BATCH - SPACE
    w_bottom = b_bottom - CELL - SPACE
    w1_name = rf"$W_1^{{\!\top}}$ {numbers.W1.T.shape}"
    w2_name = rf"$W_2^{{\!\top}}$ {numbers.W2.T.shape}"
    w1 = parameter("w1", numbers.W1.T, z1_left, w_bottom, w1_name)
    b1 = parameter("b1", numbers.b1[np.newaxis], z1_left, b_bottom, f"$b_1$ {numbers.b1.shape}")
    w2 = parameter("w2", numbers.W2.T, z2_left, w_bottom, w2_name)
    b2 = parameter("b2", numbers.b2[np.newaxis], z2_left, b_bottom, f"$b_2$ {numbers.b2.shape}")
    for weight, bias, result, rows in ((w1, b1, z1, D0), (w2, b2, z2, D1)):
        look.outline_cells(weight, 0, UNIT, rows=rows, gid="unit")
        look.outline_cells(bias, 0, UNIT, gid="unit")
        look.outline_cells(result, SAMPLE, UNIT, gid="unit")
    products = look.sum_of_products(numbers.X[SAMPLE], numbers.W1[UNIT])
    offset, value = numbers.b1[UNIT], numbers.Z1[SAMPLE, UNIT]
    worked = (
        f"the outlined {value:g}: row times column, plus bias\n{products} + {offset:g} = {value:g}"
    )
    look.label_panel(w1, worked, "above", gid="worked")
    look.heading(figure, LEFT, TITLE, "One batch, three maps")
    composed = r"$Z_2 = \max(0, X W_1^{\!\top} + b_1)\, W_2^{\!\top} + b_2$"
    figure.text(LEFT / look.WIDTH, 1 - FORMULA / look.TALL, composed, size=look.LARGE)
    return figure


if __name__ == "__main__":
    main(compute, draw)
