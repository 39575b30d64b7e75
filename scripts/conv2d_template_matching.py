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
)  # each # adds 1 to a pixel
POSITIONS = ((3, 16), (17, 5))  # row and column of the motif's upper left corner
# Layout in inches, from the upper left corner of the figure
PIXEL = 0.1  # side of a pixel in all three panels
TOP = 0.5  # top of the image


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
    """Draw image, kernel and feature map with pixels of one size; arrows lead to the matches."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM), layout="none")
    look.heading(figure, 0.06, 0.17, "Where the window looks like the kernel, the response is high")
    side = len(numbers.kernel)
    fits = len(numbers.feature_map)  # windows that fit along each side of the image
    kernel_top = TOP + (SIZE - side) / 2 * PIXEL  # halfway down the image
    response_top = TOP + side // 2 * PIXEL  # each response is level with the centre of its window
    image = draw_pixels(figure, 0.06, TOP, "Image", numbers.image)
    kernel = draw_pixels(figure, 3.2, kernel_top, "Kernel", numbers.kernel)
    response = draw_pixels(figure, 4.24, response_top, "Feature map", numbers.feature_map)

    look.label_panel(image, f"Image, {SIZE} × {SIZE}", "above")
    look.label(kernel, f"Kernel, {side} × {side} weights", (side // 2, -0.5), (0, 5))
    look.label_panel(response, f"Feature map, {fits} × {fits}", "above")
    look.label_panel(kernel, r"$\star$", "left", 12, size="x-large", ha="center")
    look.label_panel(kernel, "$=$", "right", 12, size="x-large", ha="center")
    low, high = numbers.kernel.min(), numbers.kernel.max()
    kernel.set_xlabel(look.minus(f"F {high:.2f}, rest {low:.2f}"))
    for i, j in numbers.motif_positions:
        draw_match(image, response, i, j, side)
        words = f"window · kernel = {numbers.feature_map[i, j]:.1f}"
        shift = -0.06 if i < SIZE / 2 else 0.17  # inches: above the upper arrow, below the lower
        baseline = TOP + (i + side / 2) * PIXEL + shift
        look.write(figure, 3.55, baseline, words, ha="center", gid="value")
    draw_colorbar(figure, response)
    return figure


def draw_colorbar(figure: Figure, response: Axes) -> None:
    """Draw a colour bar below the feature map, which explains the colours of all panels."""
    panel = look.cell_axes(figure, 4.47, 3.06, rows=0.1, columns=0.78, cell=1)
    bar = figure.colorbar(response.images[0], panel, orientation="horizontal")
    bar.set_ticks([bar.vmin, 0, bar.vmax], labels=["negative", "0", "positive"])
    bar.set_label("one scale per panel", ha="left", va="center")
    panel.xaxis.set_label_coords(1.1, 0.5)
    bar.outline.set_visible(False)
    bar.dividers.remove()


def draw_pixels(figure: Figure, left: float, top: float, name: str, matrix: np.ndarray) -> Axes:
    """Draw a matrix as an image, `left` and `top` in inches, on its own scale, where 0 is dark."""
    rows, columns = matrix.shape
    axes = look.cell_axes(figure, left, top, rows, columns, PIXEL)
    low, high = look.symmetric_limits(matrix)
    axes.imshow(matrix, look.diverging(on_dark=True), vmin=low, vmax=high, label=name)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color=look.color("reference"))
    return axes


def draw_match(image: Axes, response: Axes, i: int, j: int, side: int) -> None:
    """Box the motif with its corner at (i, j) and its response, and draw an arrow between them."""
    red = look.color("highlight")
    motif = look.outline_cells(image, i, j, side, side, edgecolor=red, gid="motif")
    match = look.outline_cells(response, i, j, margin=0.2, edgecolor=red, gid="match")
    start = (j + side - 0.39, i + side // 2)  # just outside the right edge of the motif's box
    end = (j - 0.7, i)  # the left edge of the response's box
    arrow = look.leader(
        image, start, response, end, color=red, linewidth=look.MEDIUM_LINE, arrowstyle="-|>",
        mutation_scale=10, capstyle="butt", gid="to-response",
    )  # fmt: skip
    for artist in (motif, match, arrow):
        artist.set_path_effects(look.halo())


if __name__ == "__main__":
    main(compute, draw)
