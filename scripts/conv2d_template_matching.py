"""A noisy image, a kernel, and the feature map that finds the motif (figure 4.3, section 4.4)."""

from dataclasses import dataclass

import lecture

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

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


def pixels(axes: Axes, matrix: np.ndarray, corner: np.ndarray, label: str) -> AxesImage:
    """Show a signed matrix with its pixel (0, 0) at the place ``corner`` (row, column)."""
    (height, width), (i, j) = matrix.shape, corner - 0.5
    limit, frame = np.abs(matrix).max(), (j, j + width, i + height, i)
    return axes.imshow(
        matrix, lecture.diverging(), vmin=-limit, vmax=limit, extent=frame, label=label
    )


def draw(numbers: Numbers) -> Figure:
    """Image, kernel, and the feature map with every response at the centre of its window."""
    image, kernel, feature_map = numbers.image, numbers.kernel, numbers.feature_map
    (H, W), (kh, kw) = image.shape, kernel.shape
    centre = np.array([kh - 1, kw - 1]) / 2  # of a window, from its upper left pixel
    limit = np.abs(kernel).max()

    figure = Figure(figsize=(lecture.WIDTH, 2.9))
    left, middle, right = figure.subplots(1, 3)
    cells = lecture.heatmap(middle, kernel, lecture.diverging(), (-limit, limit))
    cells.set_label("kernel")
    for axes, shown, title, unit in [
        (left, pixels(left, image, 0 * centre, "image"), "Image", "pixel value"),
        (middle, cells, "Kernel", "weight"),
        (right, pixels(right, feature_map, centre, "feature map"), "Feature map", "response"),
    ]:
        axes.set_title("{}, {} × {}".format(title, *shown.get_array().shape))
        below, ticks = axes.inset_axes([0, -0.35, 1, 0.05]), [*shown.get_clim(), 0]
        bar = figure.colorbar(
            shown, cax=below, orientation="horizontal", ticks=ticks, format="{x:.2g}", label=unit
        )
        for edges in bar.outline, bar.dividers:
            edges.set_visible(False)
    for axes in left, right:
        axes.spines[:].set_visible(True)
        axes.set(xlim=(-0.5, W - 0.5), ylim=(H - 0.5, -0.5))
        axes.set(xticks=range(0, W, 10), yticks=range(0, H, 10))
    left.set(xlabel="column", ylabel="row")
    right.set(xlabel="column of window centre", yticklabels=[])
    for x, sign in (-0.1, r"$\star$"), (1.1, "="):
        middle.text(x, 0.5, sign, transform=middle.transAxes, ha="center", va="center", size=18)

    outline = {"fill": False, "edgecolor": lecture.color("kernel"), "linewidth": 1.8}
    outline["path_effects"] = [withStroke(linewidth=4, foreground=lecture.color("ground"))]
    for i, j in numbers.motif_positions:
        y, x = i + centre[0], j + centre[1]
        left.add_patch(Rectangle((j - 0.5, i - 0.5), kw, kh, label="motif", **outline))
        right.add_patch(Rectangle((x - 1.5, y - 1.5), 3, 3, label="match", **outline))
        beside = (centre[0] - 1) / 2  # the middle of the rows above the map, or below it
        beside = beside if y < H / 2 else H - 1 - beside
        right.text(x, beside, f"{feature_map[i, j]:.1f}", ha="center", va="center_baseline")
    return figure


if __name__ == "__main__":
    lecture.main(compute, draw)
