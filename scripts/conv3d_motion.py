"""Two videos, a kernel tuned to one direction of motion, and its responses (section 4.5)."""

from dataclasses import dataclass

import lecture

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

SEED = 2
FRAMES = 7  # D
HEIGHT = 11  # of a frame, in pixels
WIDTH = 17
NOISE = 0.1  # standard deviation of a pixel
START = (5, 2)  # row and column of the blob in frame 0
SPEED = 2  # columns per frame, to the right
KERNEL = (3, 5, 7)  # frames, rows, columns
SIDE = 0.92  # width of a drawn frame, the next one standing 1 to its right


def blob(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """A bright head and a faint tail at its lower left, at offsets from the head."""
    return np.exp(-(rows**2 + columns**2)) + 0.5 * np.exp(-((rows - 2) ** 2 + (columns + 1) ** 2))


def offsets(size: int) -> np.ndarray:
    """Whole offsets from the middle of an odd size: -size // 2 to size // 2."""
    return np.arange(size) - size // 2


def moving_blob(rng: np.random.Generator) -> np.ndarray:
    """A video (FRAMES, HEIGHT, WIDTH): noise, and the blob on its way to the right."""
    t, i, j = np.ogrid[:FRAMES, :HEIGHT, :WIDTH]
    noise = NOISE * rng.standard_normal((FRAMES, HEIGHT, WIDTH))
    return noise + blob(i - START[0], j - START[1] - SPEED * t)


def motion_kernel() -> np.ndarray:
    """The moving blob in a window (kD, kH, kW), minus its mean over time, scaled to norm 1."""
    t, i, j = np.ix_(*map(offsets, KERNEL))
    moving = blob(i, j - SPEED * t)
    changing = moving - moving.mean(axis=0)
    return changing / np.linalg.norm(changing)


def conv3d(videos: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """(B, C_in, D, H, W), (C_out, C_in, kD, kH, kW) to (B, C_out, D', H', W'), by PyTorch.

    D' = D - kD + 1, and H', W' alike: only whole windows count.
    """
    return torch.nn.functional.conv3d(torch.tensor(videos), torch.tensor(weight)).numpy()


@dataclass(frozen=True)
class Numbers:
    """The batch videos (2, 1, D, H, W), one played forwards and backwards; weight (1, 1, kD, kH,
    kW); output (2, 1, D', H', W'); frames (D') in the middle of the windows; response (2, D'),
    the highest of each frame; best_windows (2, 2), row and column of the upper left corner of
    the first of these; selectivity, the lowest response[0] over the highest response[1]."""

    videos: np.ndarray
    weight: np.ndarray
    output: np.ndarray
    frames: np.ndarray
    response: np.ndarray
    best_windows: np.ndarray
    selectivity: float


def compute() -> Numbers:
    """Let the kernel slide over the video, and over the same frames in opposite order."""
    video = moving_blob(np.random.default_rng(SEED))
    videos = np.stack([video, video[::-1]])[:, np.newaxis]
    weight = motion_kernel()[np.newaxis, np.newaxis]
    output = conv3d(videos, weight)
    response = output.max(axis=(1, 3, 4))
    frames = KERNEL[0] // 2 + np.arange(response.shape[1])
    best = [np.unravel_index(first.argmax(), first.shape) for first in output[:, 0, 0]]
    selectivity = response[0].min() / response[1].max()
    return Numbers(videos, weight, output, frames, response, np.array(best), float(selectivity))


def strip(axes: Axes, stack: np.ndarray, label: str, unit: str) -> None:
    """The frames (n, H, W) of a stack side by side, the middle of frame t at x = t; their
    colour bar where a video ends."""
    (height, width), limit = stack.shape[1:], np.abs(stack).max()
    for t, frame in enumerate(stack):
        axes.imshow(
            frame, lecture.diverging(), vmin=-limit, vmax=limit, label=f"{label} {t}",
            extent=(t - SIDE / 2, t + SIDE / 2, height - 0.5, -0.5), aspect=SIDE / width,
        )  # fmt: skip
    bar = axes.inset_axes((FRAMES - 0.4, 0, 0.1, 1), transform=axes.get_xaxis_transform())
    bar = axes.figure.colorbar(axes.images[0], bar, ticks=(-limit, 0, limit), format="{x:.2g}")
    bar.set_label(unit)
    bar.outline.set_visible(False)
    bar.dividers.remove()
    axes.set_axis_off()


def draw(numbers: Numbers) -> Figure:
    """Both videos, the kernel and the responses below each other, frame below frame."""
    videos, weight, output = numbers.videos, numbers.weight, numbers.output
    (kd, kh, kw), pixel = weight.shape[2:], SIDE / videos.shape[-1]
    ink, purple = lecture.color("reference"), lecture.color("response")
    figure = Figure(figsize=(lecture.WIDTH, 5.0))
    forwards, backwards, slices, below = figure.subplots(4, sharex=True, height_ratios=(1, 1, 1, 2))

    for n, axes in enumerate((forwards, backwards)):
        strip(axes, videos[n, 0], f"video {n}, frame", "pixel")
        i, j = numbers.best_windows[n]
        for t in range(kd):
            corner = t - SIDE / 2 + j * pixel, i - 0.5
            box = Rectangle(corner, kw * pixel, kh, label="best window")
            axes.add_patch(box).set(fill=False, edgecolor=lecture.color("kernel"), linewidth=1.4)
    strip(slices, weight[0, 0], "kernel, frame", "weight")
    middle = (kh - 1) / 2
    arrow = {"arrowstyle": "->", "color": ink}
    slices.annotate("", (kd - 0.05, middle), (kd - 0.42, middle), arrowprops=arrow)
    words = f"slides over columns, rows and frames;\nboxes: its best place in frames 0 to {kd - 1}"
    slices.text(kd + 0.05, middle, words, va="center")

    start, end = numbers.frames[0] - 0.1, numbers.frames[-1] + 0.6
    right, left = numbers.response
    for words, curve, color, style, name, at in (
        ("motion to the right", right, purple, "o-", "lowest", right.argmin()),
        ("motion to the left", left, ink, "s--", "highest", left.argmax()),
    ):
        below.plot(numbers.frames, curve, style, color=color, label=words)
        below.text(start, curve[0] + 0.14, words, color=color)
        below.text(end + 0.25, curve[at], f"{name}: {curve[at]:.2f}", va="center")
    levels, at = (right.min(), left.max()), numbers.frames[[right.argmin(), left.argmax()]]
    below.hlines(levels, at, end + 0.15, color=ink, linestyle=":", linewidth=1, label="extremes")
    arrow |= {"arrowstyle": "<->", "shrinkA": 0, "shrinkB": 0}
    below.annotate("", (end, levels[0]), (end, levels[1]), arrowprops=arrow)
    below.text(end + 0.1, sum(levels) / 2, f"{numbers.selectivity:.1f} times", va="center")
    below.set(xlabel="frame in the middle of the window", ylabel="highest in the frame")
    below.set(xlim=(-0.5, FRAMES + 0.5), ylim=(0, 2.5), xticks=range(FRAMES))
    below.spines.bottom.set_bounds(-0.5, FRAMES - 0.5)

    for axes, title, shape in (
        (
            forwards,
            "Video: motion to the right",
            f"videos $(B, C_{{in}}, D, H, W)$ = {videos.shape}",
        ),
        (backwards, "The same frames backwards: motion to the left", ""),
        (slices, "Kernel", f"weight $(C_{{out}}, C_{{in}}, k_D, k_H, k_W)$ = {weight.shape}"),
        (below, "Response", f"output $(B, C_{{out}}, D', H', W')$ = {output.shape}"),
    ):
        axes.set_title(title)
        axes.set_title(shape, loc="right", fontweight="normal")
    return figure


if __name__ == "__main__":
    lecture.main(compute, draw)
