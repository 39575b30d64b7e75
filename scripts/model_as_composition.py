"""A batch on its way through linear, ReLU, linear, with every number (figure 3.1, section 3.1)."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.models import linear

SEED = 648
N, D0, D1, D2 = 6, 3, 7, 4  # samples in the batch, features, hidden units, outputs
SAMPLE = 0  # the row that is followed through the model
UNIT = 1  # the hidden unit whose value for this sample is worked out
# Inches
CELL = 0.245  # side of a cell
LEFT = 0.06  # from the edge of the figure to X
ARROW = 0.41  # between two matrices of the batch
SPACE = 0.17  # between weight, bias and the matrix below
BATCH = 2.89  # from the top of the figure to the first sample


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


def describe(axes: Axes, name: str, matrix: np.ndarray, formula: str) -> None:
    """Write what a matrix of the batch is, and outline the followed sample."""
    look.label_panel(axes, f"{name} {matrix.shape}\n${formula}$", "below")
    look.outline_cells(axes, SAMPLE, 0, columns=matrix.shape[1], gid="sample")


def frame(axes: Axes, name: str, rows: int, columns: int) -> None:
    """Frame a weight or a bias, and name it."""
    look.outline_cells(axes, 0, 0, rows, columns, edgecolor=look.color("kernel"))
    look.label_panel(axes, name, "left", color=look.color("kernel"))


def work_out(numbers: Numbers) -> str:
    """The outlined entry of Z1 as a sum of products, plus bias."""
    products = look.sum_of_products(numbers.X[SAMPLE], numbers.W1[UNIT])
    value = numbers.Z1[SAMPLE, UNIT]
    formula = f"{products} + {numbers.b1[UNIT]:g} = {value:g}"
    return f"the outlined {value:g}: row times column, plus bias\n{formula}"


def draw(numbers: Numbers) -> Figure:
    """The batch from left to right; above each linear map its parameters, column over column."""
    figure = Figure(figsize=(look.WIDTH, look.TALL), layout="none")
    limits = look.symmetric_limits(numbers.X, numbers.Z1, numbers.A1, numbers.Z2)
    cells = partial(look.number_cells, figure, cell=CELL, cmap=look.diverging(), limits=limits)
    z1_left = LEFT + D0 * CELL + ARROW
    a1_left = z1_left + D1 * CELL + ARROW
    z2_left = a1_left + D1 * CELL + ARROW
    x = cells(numbers.X, LEFT, BATCH, gid="x")
    z1 = cells(numbers.Z1, z1_left, BATCH, gid="z1")
    a1 = cells(numbers.A1, a1_left, BATCH, gid="a1")
    z2 = cells(numbers.Z2, z2_left, BATCH, gid="z2")
    describe(x, "input", numbers.X, "X")
    describe(z1, "pre-activation", numbers.Z1, r"Z_1 = X W_1^{\!\top} + b_1")
    describe(a1, "hidden layer", numbers.A1, r"A_1 = \max(0, Z_1)")
    describe(z2, "output", numbers.Z2, r"Z_2 = A_1 W_2^{\!\top} + b_2")
    look.label_panel(x, "one sample", "above", size=look.SMALL)
    look.label_panel(a1, "negative entries become 0", "above", size=look.SMALL)
    for before, after, name in ((x, z1, "linear"), (z1, a1, "ReLU"), (a1, z2, "linear")):
        look.connect(figure, before, (1, 0.5), after, (0, 0.5), gid="map")
        middle = (before.get_xlim()[1] + ARROW / CELL / 2, (N - 1) / 2)
        look.note(before, name, middle, (0, 4), ha="center", size=look.SMALL, annotation_clip=False)

    b_top = BATCH - SPACE - CELL
    w_bottom = b_top - SPACE
    w1 = cells(numbers.W1.T, z1_left, w_bottom - D0 * CELL, gid="w1")
    b1 = cells(numbers.b1[np.newaxis], z1_left, b_top, gid="b1")
    w2 = cells(numbers.W2.T, z2_left, w_bottom - D1 * CELL, gid="w2")
    b2 = cells(numbers.b2[np.newaxis], z2_left, b_top, gid="b2")
    frame(w1, rf"$W_1^{{\!\top}}$ {numbers.W1.T.shape}", D0, D1)
    frame(b1, f"$b_1$ {numbers.b1.shape}", 1, D1)
    frame(w2, rf"$W_2^{{\!\top}}$ {numbers.W2.T.shape}", D1, D2)
    frame(b2, f"$b_2$ {numbers.b2.shape}", 1, D2)
    look.outline_cells(w1, 0, UNIT, D0, gid="unit")
    look.outline_cells(b1, 0, UNIT, gid="unit")
    look.outline_cells(z1, SAMPLE, UNIT, gid="unit")
    look.label_panel(w1, work_out(numbers), "above", gid="worked")

    composed = r"$Z_2 = \max(0, X W_1^{\!\top} + b_1)\, W_2^{\!\top} + b_2$"
    look.heading(figure, LEFT, 0.17, f"One batch, three maps: {composed}")
    return figure


if __name__ == "__main__":
    main(compute, draw)
