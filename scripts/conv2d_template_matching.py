"""A noisy image, a kernel, and the feature map that finds the motif (figure 4.3, section 4.4)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.convolution import sliding_dot_product
from lecture.kernels import normalise

SEED = 0
SIZE = 28  # H and W, height and width of the image
NOISE = 0.4  # standard deviation of a pixel
MOTIF = (
    ".......",
    ".#####.",
    ".#.....",
    ".####..",
    ".#.....",
    ".#.....",
    ".......",
)  # adds 1 to a pixel under a #
POSITIONS = ((3, 16), (17, 5))  # row and column of the motif's upper left corner
PIXEL = 0.1  # side of a pixel in all three panels, inches
TOP = 0.235  # from the top of the figure to the image, inches


@dataclass(frozen=True)
class Numbers:
    """What is drawn: an image, a kernel and their sliding dot product."""

    image: np.ndarray  # (H, W)
    kernel: np.ndarray  # (kh, kw)
    feature_map: np.ndarray  # (H - kh + 1, W - kw + 1)
    motif_positions: np.ndarray  # (2, 2), row and column of each motif's upper left corner


def compute() -> Numbers:
    """Hide the motif twice in noise, then slide the kernel made from it over the image."""
    motif = np.array([[pixel == "#" for pixel in row] for row in MOTIF], dtype=float)
    rows, columns = motif.shape
    image = NOISE * np.random.default_rng(SEED).standard_normal((SIZE, SIZE))
    for i, j in POSITIONS:
        image[i : i + rows, j : j + columns] += motif
    kernel = normalise(motif)
    return Numbers(image, kernel, sliding_dot_product(image, kernel), np.array(POSITIONS))


def draw(numbers: Numbers) -> Figure:
    """Image, kernel and feature map on one scale; arrows from motifs to matches."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM), layout="none")
    side = len(numbers.kernel)
    half = side // 2
    # A response is in the row of the centre of its window, so the arrows are horizontal.
    image = draw_pixels(figure, 0.06, 0, numbers.image, "Image", ".1f")
    kernel = draw_pixels(figure, 3.2, (SIZE - side) / 2, numbers.kernel, "Kernel", ".2f")
    response = draw_pixels(figure, 4.24, half, numbers.feature_map, "Feature map", ".1f")
    kernel.xaxis.label.set(x=0.5, ha="center")
    red = look.color("highlight")
    plate = {"facecolor": look.color("background"), "edgecolor": "none", "pad": 1.5}
    for i, j in numbers.motif_positions:
        motif = look.outline_cells(image, i, j, side, side, edgecolor=red, gid="motif")
        match = look.outline_cells(response, i - 1, j - 1, 3, 3, edgecolor=red, gid="match")
        arrow = look.leader(
            image, (j + side - 0.5, i + half), response, (j - 1.5, i), gid="to-response",
            color=red, arrowstyle="-|>", mutation_scale=10, linewidth=look.MEDIUM_LINE,
        )  # fmt: skip
        for artist in (motif, match, arrow):
            artist.set_path_effects(look.halo())
        value = f"{numbers.feature_map[i, j]:.1f}"
        look.label(response, value, (j, i + 1.5), (0, -5), bbox=plate, gid="value")
    i, j = numbers.motif_positions[0]
    words = f"window · kernel = {numbers.feature_map[i, j]:.1f}"
    figure.text(0.546, 0.757, words, ha="center", gid="operation")  # on the upper arrow
    look.label(kernel, r"$\star$", (-0.5, half), (-12, 0), size=look.LARGE)
    look.label(kernel, "$=$", (side - 0.5, half), (12, 0), size=look.LARGE)
    place = figure.add_axes((0.4825, 0.14, 0.12, 0.028))
    shown = response.images[0]
    low, high = shown.get_clim()
    bar = look.colorbar(
        shown, response, "one scale per panel", [low, 0, high], cax=place, orientation="horizontal"
    )
    bar.set_ticklabels(["negative", "0", "positive"])
    return figure


def draw_pixels(
    figure: Figure, left: float, row: float, matrix: np.ndarray, name: str, decimals: str
) -> Axes:
    """Show a signed matrix, 0 dark, `left` inches from the left and `row` pixels below TOP."""
    rows, columns = matrix.shape
    axes = look.cell_axes(figure, left, TOP + row * PIXEL, rows, columns, PIXEL)
    low, high = look.symmetric_limits(matrix)
    axes.imshow(matrix, look.diverging(on_dark=True), vmin=low, vmax=high, label=name)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color=look.color("reference"))
    axes.set_title(f"{name}, {rows} × {columns}")
    extremes = f"values {matrix.min():{decimals}} to {matrix.max():{decimals}}"
    axes.set_xlabel(look.minus(extremes), loc="left")
    return axes


if __name__ == "__main__":
    main(compute, draw)
