"""Two videos, a kernel tuned to one direction of motion, and its responses (section 4.5)."""

from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figurepress import look
from figurepress.output import main

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


def moving_blob(rng: np.random.Generator) -> np.ndarray:
    """A video (FRAMES, HEIGHT, WIDTH): noise, and the blob on its way to the right."""
    t, i, j = np.ogrid[:FRAMES, :HEIGHT, :WIDTH]
    noise = NOISE * rng.standard_normal((FRAMES, HEIGHT, WIDTH))
    return noise + blob(i - START[0], j - START[1] - SPEED * t)


def motion_kernel() -> np.ndarray:
    """The moving blob in a window (kD, kH, kW), minus its mean over time, scaled to norm 1."""
    t, i, j = np.ix_(*(np.arange(size) - size // 2 for size in KERNEL))
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


def strip(axes: Axes, stack: np.ndarray, label: str) -> None:
    """The frames (n, H, W) of a stack side by side, the middle of frame t at x = t."""
    (height, width), limit = stack.shape[1:], np.abs(stack).max()
    for t, frame in enumerate(stack):
        left, bottom = t - SIDE / 2, height - 0.5
        axes.imshow(
            frame, look.diverging(), vmin=-limit, vmax=limit, label=f"{label} {t}",
            extent=(left, left + SIDE, bottom, -0.5), aspect=SIDE / width,
        )  # fmt: skip
        edge = Rectangle((left, -0.5), SIDE, height, label="edge")
        axes.add_patch(edge).set(fill=False, edgecolor=(look.color("foreground"), 0.5), clip_on=False)
    axes.set_axis_off()


def draw(numbers: Numbers) -> Figure:
    """Both videos, the kernel and the responses below each other, frame below frame."""
    videos, weight, output = numbers.videos, numbers.weight, numbers.output
    (kd, kh, kw), pixel = weight.shape[2:], SIDE / videos.shape[-1]
    ink, orange, purple = (look.color(role) for role in ("reference", "kernel", "response"))
    figure = Figure(figsize=(look.WIDTH, 4.9))
    forwards, backwards, slices, below = figure.subplots(4, sharex=True, height_ratios=(2, 2, 2, 5))

    for n, axes in enumerate((forwards, backwards)):
        strip(axes, videos[n, 0], f"video {n}, frame")
        i, j = numbers.best_windows[n]
        for t in range(kd):
            corner = t - SIDE / 2 + j * pixel, i - 0.5
            box = Rectangle(corner, kw * pixel, kh, label="best window")
            axes.add_patch(box).set(fill=False, edgecolor=orange, linewidth=1.6)
    strip(slices, weight[0, 0], "kernel, frame")
    words = (
        "Weights: above 0 (red) where the blob is,\n"
        "below 0 (blue) where it was or will be.\n"
        f"Boxes: its best place in frames 0 to {kd - 1}."
    )
    slices.text(kd - 0.4, (kh - 1) / 2, words, va="center")

    right, left = numbers.response
    frames, end = numbers.frames, numbers.frames[-1] + 0.25
    for words, curve, style, color, name, at in (
        ("motion to the right", right, "o-", purple, "lowest", right.argmin()),
        ("motion to the left", left, "s--", ink, "highest", left.argmax()),
    ):
        below.plot(frames, curve, style, color=color, lw=1.4, mew=0, label=words)
        below.text(frames[0] - 0.1, curve[0] + 0.14, words, color=color)
        guide = {"color": ink, "linestyle": ":", "linewidth": 1, "zorder": 1}
        below.hlines(curve[at], frames[at], end + 0.2, label="extreme", **guide)
        below.text(end + 0.25, curve[at], f"{name}: {curve[at]:.2f}", va="center")
    lowest, highest = right.min(), left.max()
    arrow = {"arrowstyle": "<->", "color": ink, "shrinkA": 0, "shrinkB": 0}
    below.annotate("", (end, lowest), (end, highest), arrowprops=arrow)
    below.text(end + 0.1, (lowest + highest) / 2, f"{numbers.selectivity:.1f} times", va="center")
    below.set(xlabel="frame in the middle of the window", ylabel="highest response")
    below.set(xlim=(-0.5, FRAMES - 0.5), ylim=(0, 2.5), xticks=range(FRAMES))

    c_in, c_out = r"C_\mathrm{in}", r"C_\mathrm{out}"
    forwards.set_title("Video: a blob moves to the right")
    backwards.set_title("The same frames backwards: it moves to the left")
    slices.set_title("Kernel: the blob in motion")
    below.set_title("Response: high for one direction only")
    for axes, name, array in (
        (forwards, f"videos $(B, {c_in}, D, H, W)$", videos),
        (slices, f"weight $({c_out}, {c_in}, k_D, k_H, k_W)$", weight),
        (below, f"output $(B, {c_out}, D', H', W')$", output),
    ):
        axes.set_title(f"{name} = {array.shape}", loc="right", weight="normal")
    return figure


if __name__ == "__main__":
    main(compute, draw)
