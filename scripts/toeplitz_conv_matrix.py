"""Convolution in one dimension as a banded Toeplitz matrix (figure 4.2, section 4.3)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main

LENGTH = 12  # N, of the signal
KERNEL = (-1.0, 2.0, 5.0, -2.0, -4.0)  # m weights: signed, all different, their sum 0


def toeplitz_matrix(kernel: np.ndarray, length: int) -> np.ndarray:
    """K (N - m + 1, N) of a kernel (m), so that K x slides the kernel along a signal x (N).

    K[i, j] = k[j - i] inside the band 0 <= j - i < m, and 0 outside (lecture, section 4.3).
    """
    m = kernel.size
    K = np.zeros((length - m + 1, length))
    for i in range(length - m + 1):
        K[i, i : i + m] = kernel
    return K


@dataclass(frozen=True)
class Numbers:
    """The weights: kernel (m); the same as a linear map: matrix (N - m + 1, N)."""

    kernel: np.ndarray
    matrix: np.ndarray


def compute() -> Numbers:
    """Write the kernel out as the matrix that slides it along a signal."""
    kernel = np.array(KERNEL)
    return Numbers(kernel, toeplitz_matrix(kernel, LENGTH))


def draw(numbers: Numbers) -> Figure:
    """The kernel above row 0 of its matrix, and the band it leaves on its way down the rows."""
    rows, columns = numbers.matrix.shape
    m = numbers.kernel.size
    weight, limit = look.color("kernel"), np.abs(numbers.kernel).max()
    figure = Figure(figsize=(look.WIDTH, 5.2))
    above, axes = figure.subplots(2, 1, sharex=True, height_ratios=(1, rows))

    for panel, cells, label in [
        (above, numbers.kernel[np.newaxis], "kernel"),
        (axes, np.ma.masked_equal(numbers.matrix, 0), "matrix"),
    ]:
        mesh = look.heatmap(panel, cells, look.diverging(), (-limit, limit))
        mesh.set_label(label)
        look.write_cells(panel, mesh, size=10)
        panel.tick_params(length=0, labelsize=9)
        # Around the weights: down the right ends of the rows, up the left ones.
        left = np.repeat(np.arange(len(cells)), 2) - 0.5
        y = np.repeat(np.arange(len(cells) + 1), 2)[1:-1] - 0.5
        outline = [*(left + m), *left[::-1]], [*y, *y[::-1]]
        panel.fill(
            *outline,
            fill=False,
            edgecolor=weight,
            linewidth=2,
            clip_on=False,
            label=f"{label} outline",
        )

    above.text(
        m,
        0,
        f"Each row of $K$ is the kernel $k$,\none column further right: {m} weights\n"
        f"make all {rows} × {columns} = {rows * columns} entries (blank: 0).",
        va="center",
    )
    for index in range(m):
        above.text(index, -0.6, f"$k[{index}]$", color=weight, ha="center", va="bottom")
    axes.set_xticks(
        range(columns), [f"$x[{j}]$" for j in range(columns)], color=look.color("input")
    )
    axes.set_yticks(
        range(rows), [f"$r[{i}]$" for i in range(rows)], color=look.color("response")
    )
    axes.set_xlabel("column $j$ multiplies the sample $x[j]$")
    axes.set_ylabel("row $i$ times $x$ is $r[i]$")
    return figure


if __name__ == "__main__":
    main(compute, draw)
