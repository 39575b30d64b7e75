"""A 3D kernel tuned to one direction of motion, seen in slices of space and time (section 4.5)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.convolution import conv3d
from lecture.motion import motion_kernel, moving_blob

SEED = 2
VIDEO = (7, 11, 17)  # frames, rows, columns
NOISE = 0.1  # standard deviation of a pixel
START, SPEED = (5, 2), 2  # row and column of the blob in frame 0, columns per frame
KERNEL = (3, 5, 7)
SHOWN = 2  # first frame of the windows that are drawn
PIXEL, CELL, PITCH = 0.0455, 0.13, 0.85  # inches: of strip, of slices, from frame to frame
LEFT, MIDDLE, RIGHT = 0.45, 2.93, 4.11  # left edges, in inches
STRIP, HEADINGS, SLICES, RESPONSE = 0.34, 1.34, 1.66, 3.34  # inches from the top


@dataclass(frozen=True)
class Numbers:
    """A batch of two videos, the same frames forwards and backwards, and the responses to it."""

    videos: np.ndarray  # (2, 1, D, H, W)
    weight: np.ndarray  # (1, 1, kD, kH, kW)
    output: np.ndarray  # (2, 1, D', H', W')
    frames: np.ndarray  # (D'): the middle frame of each window
    response: np.ndarray  # (2, D'): the highest output over rows and columns
    windows: np.ndarray  # (2, 2): row and column of the best windows that begin in frame SHOWN


def compute() -> Numbers:
    """Convolve the video, and the same frames in opposite order."""
    noise = np.random.default_rng(SEED).standard_normal(VIDEO)
    video = moving_blob(VIDEO, START, SPEED) + NOISE * noise
    videos = np.stack([video, video[::-1]])[:, np.newaxis]
    weight = motion_kernel(KERNEL, SPEED)[np.newaxis, np.newaxis]
    output = conv3d(videos, weight)
    response = output.max(axis=(1, 3, 4))
    frames = KERNEL[0] // 2 + np.arange(response.shape[1])
    windows = np.array([np.unravel_index(o.argmax(), o.shape) for o in output[:, 0, SHOWN]])
    return Numbers(videos, weight, output, frames, response, windows)


def draw_strip(figure: Figure, video: np.ndarray) -> None:
    """The frames of a video side by side, the row that the slices show outlined in each."""
    low, high = look.symmetric_limits(video)
    for t, frame in enumerate(video):
        axes = look.cell_axes(figure, LEFT + t * PITCH, STRIP, *VIDEO[1:], PIXEL)
        axes.imshow(frame, look.diverging(), vmin=low, vmax=high, gid=f"frame-{t}")
        axes.set(xticks=[], yticks=[], xlabel=f"frame {t}")
        axes.spines[:].set_visible(True)
        look.outline_cells(axes, START[0], 0, 1, VIDEO[2], linewidth=look.HAIR, gid=f"row-{t}")
    look.heading(figure, LEFT, STRIP - 0.13, "Video: a blob moves to the right")


def draw_slice(figure: Figure, cells: np.ndarray, left: float, at: tuple, gid: str) -> Axes:
    """Frames downwards; framed, the kernel's window at a row and column, row at frame SHOWN."""
    top = SLICES + (SHOWN - at[0]) * CELL
    axes = look.cell_axes(figure, left, top, len(cells), cells.shape[1], CELL)
    look.heatmap(axes, cells, look.diverging(), look.symmetric_limits(cells)).set_gid(gid)
    box = look.outline_cells(axes, at[0], at[1], KERNEL[0], KERNEL[2])
    box.set(edgecolor=look.color("kernel"), gid=f"{gid}-window")
    return axes


def draw_slices(figure: Figure, numbers: Numbers) -> None:
    """The blob's row of both videos over time, and between them the middle row of the kernel."""
    video, backwards = numbers.videos[:, 0, :, START[0]]
    start, end = numbers.windows[:, 1]
    right = draw_slice(figure, video, LEFT, (SHOWN, start), "right")
    kernel = draw_slice(figure, numbers.weight[0, 0, :, KERNEL[1] // 2], MIDDLE, (0, 0), "kernel")
    left = draw_slice(figure, backwards, RIGHT, (SHOWN, end), "left")
    look.mark_negative(kernel, kernel.collections[0])
    for axes in (right, left):
        axes.set(xticks=(0, 8, 16), xlabel="column")
    right.set(yticks=(0, 3, 6), ylabel="frame")
    for y in (SHOWN - 0.5, SHOWN + KERNEL[0] - 0.5):  # guides from window to window
        look.leader(right, (start + KERNEL[2] - 0.5, y), left, (end - 0.5, y), gid="guide")
    along = f"kernel along the streak: {numbers.response[0, SHOWN]:.2f}"
    across = f"kernel meets one frame of it: {numbers.response[1, SHOWN]:.2f}"
    look.heading(figure, LEFT, HEADINGS, f"Row {START[0]} (outlined) over time", along)
    look.heading(figure, MIDDLE, HEADINGS, "Kernel", "its middle row", "−: negative")
    look.heading(figure, RIGHT, HEADINGS, "The same frames reversed", across)


def draw_response(axes: Axes, numbers: Numbers) -> None:
    """The highest response in each frame, for both videos."""
    right, left = numbers.response
    lowest, highest = right.min(), left.max()
    color, guide = look.color("response"), look.color("reference")
    axes.plot(numbers.frames, right, "o-", color=color, gid="response-right")
    axes.plot(numbers.frames, left, "s--", color=guide, gid="response-left")
    look.label(axes, f"to the right:\nat least {lowest:.2f}", (5, lowest), (10, 0), color=color)
    words = f"to the left: at most {highest:.2f},\nlower by a factor of {lowest / highest:.1f}"
    look.label(axes, words, (5, highest), (10, 0), color=guide)
    axes.set(title="Highest response in each frame", ylim=(0, 2.4), yticks=[0, 1, 2])
    axes.set(xlabel="middle frame of the window", xticks=numbers.frames, ylabel="response")


def draw(numbers: Numbers) -> Figure:
    """A film strip, slices of space and time with the kernel between them, and the responses."""
    figure = Figure(figsize=(look.WIDTH, look.TALL), layout="none")
    draw_strip(figure, numbers.videos[0, 0])
    draw_slices(figure, numbers)
    draw_response(look.cell_axes(figure, LEFT, RESPONSE, 1, 2, 0.96), numbers)
    look.heading(figure, RIGHT, RESPONSE - 0.085, "Shapes",
        rf"videos $(B, C_\mathrm{{in}}, D, H, W)$: {numbers.videos.shape}",
        rf"weight $(C_\mathrm{{out}}, C_\mathrm{{in}}, k_D, k_H, k_W)$: {numbers.weight.shape}",
        rf"output $(B, C_\mathrm{{out}}, D′, H′, W′)$: {numbers.output.shape}")  # fmt: skip
    return figure


if __name__ == "__main__":
    main(compute, draw)
