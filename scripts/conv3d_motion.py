"""A 3D kernel tuned to one direction of motion, seen in slices of space and time (section 4.5)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.convolution import conv3d
from lecture.motion import motion_kernel, moving_blob

SEED = 5  # the best windows of both videos are centred at row 5, so one slice shows them
VIDEO = (7, 11, 17)  # frames, rows, columns
NOISE = 0.1  # standard deviation of a pixel
START = (5, 2)  # row and column of the blob in frame 0
SPEED = 2  # columns per frame
KERNEL = (3, 5, 7)
SHOWN = 2  # first frame of the windows that are drawn
PIXEL = 0.0455  # inches, as all below: side of a pixel of the film strip
PITCH = 0.85  # from frame to frame of the strip
CELL = 0.135  # side of a cell of the slices
LEFT, MIDDLE, RIGHT = 0.45, 3.09, 4.84  # left edges of slices, kernels and responses
STRIP, FORWARDS, BACKWARDS = 0.295, 1.83, 3.58  # tops of the strip and of the slices


@dataclass(frozen=True)
class Numbers:
    """A batch of two videos, the same frames forwards and backwards, and the responses to it."""

    videos: np.ndarray  # (2, 1, D, H, W)
    weight: np.ndarray  # (1, 1, kD, kH, kW)
    output: np.ndarray  # (2, 1, D', H', W')
    response: np.ndarray  # (2, D'): the highest output over rows and columns
    windows: np.ndarray  # (2, D'): column of the best window of each frame


def compute() -> Numbers:
    """Convolve the video, and the same frames in opposite order."""
    noise = np.random.default_rng(SEED).standard_normal(VIDEO)
    video = moving_blob(VIDEO, START, SPEED) + NOISE * noise
    videos = np.stack([video, video[::-1]])[:, np.newaxis]
    weight = motion_kernel(KERNEL, SPEED)[np.newaxis, np.newaxis]
    output = conv3d(videos, weight)
    windows = output.max(axis=(1, 3)).argmax(axis=2)
    return Numbers(videos, weight, output, output.max(axis=(1, 3, 4)), windows)


def draw(numbers: Numbers) -> Figure:
    """A film strip; for each direction of motion a slice, the kernel, and the responses."""
    figure = Figure(figsize=(look.WIDTH, look.TALL), layout="none")
    draw_strip(figure, numbers.videos[0, 0])
    high, low = numbers.response[0].min(), numbers.response[1].max()
    along = f"Streak along the kernel: high response (peak of every frame ≥ {high:.2f})"
    across = f"Frames reversed, streak across the kernel: low response (≤ {low:.2f})"
    look.heading(figure, LEFT, FORWARDS - 0.53, along)
    look.heading(figure, LEFT, BACKWARDS - 0.12, across)
    draw_direction(figure, numbers, 0, FORWARDS, "right")
    draw_direction(figure, numbers, 1, BACKWARDS, "left")
    shapes = FORWARDS - 0.14
    write(figure, LEFT, shapes, f"Row {START[0]} over time\nvideos {numbers.videos.shape}")
    write(figure, MIDDLE, shapes, f"Middle row of the kernel\nweight {numbers.weight.shape}")
    write(figure, RIGHT, shapes, f"Windows around row {START[0]}\noutput {numbers.output.shape}")
    write(figure, MIDDLE, BACKWARDS - 0.42, "red: positive\nblue: negative\n−: clearly negative")
    return figure


def write(figure: Figure, left: float, baseline: float, text: str) -> None:
    """Write small lines whose last baseline is `baseline` inches below the top of the figure."""
    figure.text(left / look.WIDTH, 1 - baseline / look.TALL, text, size=look.SMALL)


def draw_strip(figure: Figure, video: np.ndarray) -> None:
    """The frames of a video side by side, the row that the slices show outlined in each."""
    look.heading(figure, LEFT, STRIP - 0.13, "Video: a blob moves right, along row 5 (outlined)")
    for t, frame in enumerate(video):
        axes = look.cell_axes(figure, LEFT + t * PITCH, STRIP, *VIDEO[1:], PIXEL)
        axes.imshow(frame, look.diverging(), clim=look.symmetric_limits(video), gid=f"frame-{t}")
        axes.set(xticks=[], yticks=[], xlabel=f"frame {t}")
        axes.spines[:].set_visible(True)
        look.outline_cells(axes, START[0], 0, 1, VIDEO[2], linewidth=look.HAIR, gid=f"row-{t}")


def draw_direction(figure: Figure, numbers: Numbers, video: int, top: float, name: str) -> None:
    """The blob's row over time, the middle row of the kernel, and the responses at that row."""
    column, middle = numbers.windows[video, SHOWN], KERNEL[1] // 2
    weights = numbers.weight[0, 0, :, middle]
    output = numbers.output[video, 0, :, START[0] - middle]
    cells = draw_cells(figure, LEFT, top, numbers.videos[video, 0, :, START[0]], f"slice-{name}")
    kernel = draw_cells(figure, MIDDLE, top + SHOWN * CELL, weights, f"kernel-{name}")
    result = draw_cells(figure, RIGHT, top + CELL, output, f"output-{name}", numbers.output)
    cells.set(xticks=(0, 16), yticks=(0, 3, 6), xlabel="column", ylabel="frame")
    result.set(xticks=(0, 10), yticks=(0, 2, 4), xlabel="output column", ylabel="output frame")
    look.label_panel(kernel, r"$\star$", "left", 12, ha="center")
    look.label_panel(kernel, "→", "right", 12, ha="center", size=look.LARGE)

    role = look.color("kernel")
    depth, _, width = KERNEL
    look.outline_cells(cells, SHOWN, column, depth, width, edgecolor=role, gid=f"window-{name}")
    look.outline_cells(kernel, 0, 0, depth, width, edgecolor=role, gid=f"weights-{name}")
    box = look.outline_cells(result, SHOWN, column, margin=0.1, gid=f"response-{name}")
    box.set_path_effects(look.halo())
    box_corner, above = (column + 0.5, SHOWN - 0.6), (column + 0.5, -0.5)
    look.leader(result, box_corner, result, above, path_effects=look.halo(2), gid="to-value")
    look.label(result, f"{output[SHOWN, column]:.2f}", above, (0, 3), gid="value")
    for edge in (-0.5, depth - 0.5):  # the upper and the lower edge of the window
        look.leader(cells, (column + width - 0.5, SHOWN + edge), kernel, (-0.5, edge), gid="guide")


def draw_cells(
    figure: Figure, left: float, top: float, matrix: np.ndarray, gid: str, *scale: np.ndarray
) -> Axes:
    """A panel of cells, with limits of the colours from the matrix and from `scale`."""
    axes = look.cell_axes(figure, left, top, matrix.shape[0], matrix.shape[1], CELL)
    mesh = look.heatmap(axes, matrix, look.diverging(), look.symmetric_limits(matrix, *scale))
    mesh.set_gid(gid)
    look.mark_negative(axes, mesh)
    axes.xaxis.labelpad = -10  # the label is between the numbers at the ticks
    return axes


if __name__ == "__main__":
    main(compute, draw)
