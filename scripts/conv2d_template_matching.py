"""A noisy image, a kernel, and the feature map that finds the motif (figure 4.3, section 4.4)."""

from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from figurepress import look
from figurepress.output import main

SEED = 0
SIZE = 28  # height and width of the image
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


def noisy_image(motif: np.ndarray, positions: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise (SIZE, SIZE), with the motif (kh, kw) added at each of the positions (n, 2)."""
    image = NOISE * rng.standard_normal((SIZE, SIZE))
    kh, kw = motif.shape
    for i, j in positions:
        image[i : i + kh, j : j + kw] += motif
    return image


def template(motif: np.ndarray) -> np.ndarray:
    """The motif as a kernel of the same shape: mean 0, norm 1."""
    centred = motif - motif.mean()
    return centred / np.linalg.norm(centred)


def slide(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The dot products (H - kh + 1, W - kw + 1) of a kernel (kh, kw) with all its windows."""
    batch, weight = torch.tensor(image)[None, None], torch.tensor(kernel)[None, None]
    return torch.nn.functional.conv2d(batch, weight)[0, 0].numpy()


@dataclass(frozen=True)
class Numbers:
    """image (H, W), kernel (kh, kw), feature_map (H - kh + 1, W - kw + 1) and the row and
    column of the motif's upper left corners: motif_positions (2, 2)."""

    image: np.ndarray
    kernel: np.ndarray
    feature_map: np.ndarray
    motif_positions: np.ndarray


def compute() -> Numbers:
    """Hide the motif twice in noise, and look for it with itself."""
    motif = np.array([[pixel == "#" for pixel in row] for row in MOTIF], dtype=float)
    positions = np.array(POSITIONS)
    image = noisy_image(motif, positions, np.random.default_rng(SEED))
    kernel = template(motif)
    return Numbers(image, kernel, slide(image, kernel), positions)


def draw(numbers: Numbers) -> Figure:
    """Image, kernel, and the feature map with every response at the centre of its window."""
    image, kernel, feature_map = numbers.image, numbers.kernel, numbers.feature_map
    size, side, fits = len(image), len(kernel), len(feature_map)
    centre, limit = (side - 1) / 2, np.abs(kernel).max()

    figure = Figure(figsize=(look.WIDTH, 3.0))
    figure.get_layout_engine().set(rect=(0, 0.04, 1, 0.95))
    left, middle, right = figure.subplots(1, 3)
    cells = look.heatmap(middle, kernel, look.diverging(), (-limit, limit))
    for axes, shown, title, unit in (
        (left, _pixels(left, image, 0), "Image", "pixel value"),
        (middle, cells, "Kernel", "weight"),
        (right, _pixels(right, feature_map, centre), "Feature map", "response"),
    ):
        shown.set_label(title)
        axes.set_title("{}, {} × {}".format(title, *shown.get_array().shape))
        below, ticks = axes.inset_axes([0, -0.36, 1, 0.05]), [*shown.get_clim(), 0]
        bar = figure.colorbar(
            shown, below, orientation="horizontal", ticks=ticks, format="{x:.2g}", label=unit
        )
        bar.outline.set_visible(False)
        bar.dividers.remove()
    for axes in left, right:
        axes.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5))
        axes.set(xticks=range(0, size, 10), yticks=range(0, size, 10))
    left.spines[:].set_visible(True)
    left.set(xlabel="column", ylabel="row")
    right.set(xlabel="column of window centre", yticklabels=[])
    for x, sign in (-0.1, r"$\star$"), (1.1, "="):
        middle.text(x, 0.5, sign, transform=middle.transAxes, ha="center", va="center", size=18)

    box = {"fill": False, "edgecolor": look.color("reference"), "linewidth": 1.8}
    for i, j in numbers.motif_positions:
        y, x = i + centre, j + centre
        left.add_patch(Rectangle((j - 0.5, i - 0.5), side, side, label="motif", **box))
        right.add_patch(Rectangle((x - 1.5, y - 1.5), 3, 3, label="match", **box))
        beside = 1 if y < size / 2 else size - 2  # above the map or below it
        right.text(x, beside, f"{feature_map[i, j]:.1f}", ha="center", va="center_baseline")
    box["linewidth"] = 1
    right.add_patch(Rectangle([centre - 0.5] * 2, fits, fits, label="_valid", **box))
    return figure


def _pixels(axes: Axes, matrix: np.ndarray, first: float) -> AxesImage:
    """Show a square signed matrix (n, n) with the centre of its first pixel at ``first``."""
    low, high, limit = first - 0.5, first + len(matrix) - 0.5, np.abs(matrix).max()
    frame = low, high, high, low
    return axes.imshow(matrix, look.diverging(), vmin=-limit, vmax=limit, extent=frame)


if __name__ == "__main__":
    main(compute, draw)
