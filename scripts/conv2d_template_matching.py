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
    """Image, kernel and feature map with pixels of one size; arrows from motifs to matches."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM), layout="none")
    side, positions = len(numbers.kernel), len(numbers.feature_map)
    image = look.cell_axes(figure, 0.06, TOP, SIZE, SIZE, PIXEL)
    middle = TOP + (SIZE - side) / 2 * PIXEL
    kernel = look.cell_axes(figure, 3.2, middle, side, side, PIXEL)
    # A response is in the row of the centre of its window, so the arrows are horizontal.
    lower = TOP + side // 2 * PIXEL
    response = look.cell_axes(figure, 4.24, lower, positions, positions, PIXEL)

    draw_pixels(image, "Image", numbers.image)
    draw_pixels(kernel, "Kernel", numbers.kernel)
    draw_pixels(response, "Feature map", numbers.feature_map)
    draw_operation(kernel, numbers.kernel)
    for i, j in numbers.motif_positions:
        draw_match(image, response, i, j, side)
        value = f"{numbers.feature_map[i, j]:.1f}"
        plate = {"facecolor": look.color("background"), "edgecolor": "none", "pad": 1.5}
        look.label(response, value, (j, i + 0.7), (0, -6), bbox=plate, gid="value")
    figure.text(0.546, 0.757, "window · kernel", ha="center", gid="operation")  # on an arrow

    place = figure.add_axes((0.4825, 0.14, 0.12, 0.028))
    bar = figure.colorbar(response.images[0], place, orientation="horizontal")
    bar.set_ticks([bar.vmin, 0, bar.vmax], labels=["negative", "0", "positive"])
    bar.set_label("one scale per panel")
    bar.outline.set_visible(False)
    bar.dividers.remove()
    return figure


def draw_pixels(axes: Axes, name: str, matrix: np.ndarray) -> None:
    """Show a signed matrix, 0 dark, on its own scale, with its name and shape."""
    low, high = look.symmetric_limits(matrix)
    axes.imshow(matrix, look.diverging(on_dark=True), vmin=low, vmax=high, label=name)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color=look.color("reference"))
    rows, columns = matrix.shape
    axes.set_title(f"{name}, {rows} × {columns}")


def draw_operation(kernel: Axes, weights: np.ndarray) -> None:
    """Write the signs of the operation around the kernel, and its two values below."""
    look.label_panel(kernel, r"$\star$", "left", 12, size="x-large", ha="center")
    look.label_panel(kernel, "$=$", "right", 12, size="x-large", ha="center")
    kernel.set_xlabel(look.minus(f"{weights.min():.2f} and {weights.max():.2f}"))


def draw_match(image: Axes, response: Axes, i: int, j: int, side: int) -> None:
    """Box a motif and its response, and draw an arrow from box to box."""
    red = look.color("highlight")
    motif = look.outline_cells(image, i, j, side, side, edgecolor=red, gid="motif")
    match = look.outline_cells(response, i, j, margin=0.2, edgecolor=red, gid="match")
    start, end = (j + side - 0.5, i + side // 2), (j - 0.7, i)
    arrow = look.leader(
        image, start, response, end, color=red, linewidth=look.MEDIUM_LINE, arrowstyle="-|>",
        mutation_scale=10, gid="to-response",
    )  # fmt: skip
    for artist in (motif, match, arrow):
        artist.set_path_effects(look.halo())


if __name__ == "__main__":
    main(compute, draw)
