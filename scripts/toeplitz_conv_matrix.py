"""Convolution in one dimension as a banded Toeplitz matrix (figure 4.2, section 4.3)."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.kernels import toeplitz_matrix

LENGTH = 12  # N, samples of the signal
KERNEL = (-1.0, 2.0, 5.0, -2.0, -4.0)  # m different weights, to tell the diagonals apart
START = 3  # where the kernel is in the signal, and the row that is worked out
# Layout in inches, from the upper left corner of the figure
CELL = 0.41  # side of a cell
LEFT = 0.25  # left edge of signal and matrix
GAP = 0.6  # between matrix and response
SIGNAL = 0.48  # top of the signal
MATRIX = 1.08  # top of the matrix


@dataclass(frozen=True)
class Numbers:
    """The arrays of response = matrix @ signal."""

    kernel: np.ndarray  # (m)
    signal: np.ndarray  # (N)
    matrix: np.ndarray  # (L, N)
    response: np.ndarray  # (L)


def compute() -> Numbers:
    """Place the kernel in a signal of zeros; multiply the kernel's Toeplitz matrix by it."""
    kernel = np.array(KERNEL)
    signal = np.zeros(LENGTH)
    signal[START : START + len(kernel)] = kernel
    matrix = toeplitz_matrix(kernel, LENGTH)
    return Numbers(kernel, signal, matrix, matrix @ signal)


def draw(numbers: Numbers) -> Figure:
    """Draw the signal above the columns of the matrix, and the response right of its rows."""
    figure = Figure(figsize=(look.WIDTH, look.TALL), layout="none")
    cells = partial(look.draw_matrix, figure, cell=CELL, cmap=look.diverging(), size="medium")
    weights = look.symmetric_limits(numbers.kernel)
    responses = look.symmetric_limits(numbers.response)
    response_left = LEFT + LENGTH * CELL + GAP
    x, r = numbers.signal[np.newaxis], numbers.response[:, np.newaxis]
    without_zeros = np.ma.masked_equal(numbers.matrix, 0)
    signal = cells(x, LEFT, SIGNAL, limits=weights, gid="signal")
    matrix = cells(without_zeros, LEFT, MATRIX, limits=weights, gid="matrix")
    response = cells(r, response_left, MATRIX, limits=responses, gid="response")

    draw_names(signal, matrix, response, numbers)
    draw_row(signal, matrix, response, numbers)
    product = r"$\mathbfit{r} = \mathbfit{K\,x}$"
    look.heading(figure, 0.06, 0.17, f"{product}: each row is the kernel, one column further right")
    look.write(figure, 0.06, 4.7, worked_row(numbers), gid="worked")
    return figure


def draw_names(signal: Axes, matrix: Axes, response: Axes, numbers: Numbers) -> None:
    """Write the names of the three arrays, and of the entries of the signal and the response."""
    input_color, response_color = look.color("input"), look.color("response")
    middle = 72 * GAP / 2  # of the gap between matrix and response, in points from the matrix
    look.label_panel(matrix, "$K$", "left", color=look.color("kernel"), size=look.LARGE)
    look.label_panel(matrix, "=", "right", middle, ha="center", size="xx-large")
    look.label_panel(signal, "$x$", "left", color=input_color, size=look.LARGE)
    look.label(response, "$r$", (0, -0.5), (0, 4), color=response_color, size=look.LARGE)
    for j in range(len(numbers.signal)):
        look.label(signal, f"$x[{j}]$", (j, -0.5), (0, 3), color=input_color)
    for i in range(len(numbers.response)):
        look.label(response, f"$r[{i}]$", (0.5, i), (4, 0), color=response_color)


def draw_row(signal: Axes, matrix: Axes, response: Axes, numbers: Numbers) -> None:
    """Outline the matching row, its window and response; lines lead from the window to the row."""
    m = len(numbers.kernel)
    look.outline_cells(signal, 0, START, columns=m, gid="window")
    look.outline_cells(matrix, START, 0, columns=LENGTH, gid="row")
    look.outline_cells(response, START, 0, gid="entry")
    for edge in (START - 0.5, START + m - 0.5):
        guide = look.leader(signal, (edge, 0.53), matrix, (edge, START - 0.53), gid="guide")
        guide.set(capstyle="butt", path_effects=look.halo(1.8))


def worked_row(numbers: Numbers) -> str:
    """The words below the matrix: the outlined row worked out, the filled cells, the colours."""
    m = len(numbers.kernel)
    products = look.sum_of_products(numbers.kernel, numbers.signal[START : START + m])
    filled, cells = np.count_nonzero(numbers.matrix), numbers.matrix.size
    weight, response = abs(numbers.kernel).max(), abs(numbers.response).max()
    scales = f"±{weight:g} in $x$ and $K$, ±{response:g} in $r$"
    return (
        f"Row {START} times $x$ is {products} = {numbers.response[START]:g}, "
        "the largest response, where $x$ contains the kernel.\n"
        f"{m} weights fill {filled} of {cells} cells, the others are 0. "
        f"Colours: {scales}."
    )


if __name__ == "__main__":
    main(compute, draw)
