"""A 3D kernel tuned to one direction of motion, seen in slices of space and time (section 4.5)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.convolution import conv3d
from lecture.motion import motion_kernel, moving_blob

SEED = 5  # with it, the best windows of both videos are centred at row 5, which the slices show
VIDEO, KERNEL = (7, 11, 17), (3, 5, 7)  # frames, rows, columns
NOISE = 0.1  # standard deviation of a pixel
START, SPEED = (5, 2), 2  # row and column of the blob in frame 0; columns per frame
FRAME, ROW = 2, 3  # first frame and first row of the windows that are drawn
PIXEL, CELL, PITCH = 0.0455, 0.14, 0.859  # inches: sides of pixels and cells; frame to frame
LEFT, MIDDLE, RIGHT = 0.505, 3.245, 4.895  # inches: left edges of the three columns
STRIP, FORWARDS, BACKWARDS = 0.295, 1.68, 3.53  # inches from the top: the strip and the two rows


@dataclass(frozen=True)
class Numbers:
    """A batch of two videos, the same frames forwards and backwards, and the responses to it."""

    videos: np.ndarray  # (2, 1, D, H, W)
    weight: np.ndarray  # (1, 1, kD, kH, kW)
    output: np.ndarray  # (2, 1, D', H', W')
    responses: np.ndarray  # (2, D', W'): of the windows around the row of the blob
    column: int  # first column of the drawn window, the best that begins at frame FRAME
    by_frame: np.ndarray  # (2, kD): what each frame of this window adds to its response


def compute() -> Numbers:
    """Convolve the video, and the same frames in opposite order."""
    noise = np.random.default_rng(SEED).standard_normal(VIDEO)
    video = moving_blob(VIDEO, START, SPEED) + NOISE * noise
    videos = np.stack([video, video[::-1]])[:, np.newaxis]
    weight = motion_kernel(KERNEL, SPEED)[np.newaxis, np.newaxis]
    output = conv3d(videos, weight)
    responses = output[:, 0, :, ROW]
    column = int(responses[0, FRAME].argmax())
    windows = np.lib.stride_tricks.sliding_window_view(videos[:, 0], KERNEL, axis=(1, 2, 3))
    by_frame = (weight[0, 0] * windows[:, FRAME, ROW, column]).sum(axis=(2, 3))
    return Numbers(videos, weight, output, responses, column, by_frame)


def draw(numbers: Numbers) -> Figure:
    """Draw the video, and for each direction of motion a slice, the kernel and the responses."""
    figure = Figure(figsize=(look.WIDTH, look.TALL), layout="none")
    draw_strip(figure, numbers.videos[0, 0], numbers.column)
    peak = numbers.responses.max(axis=2)  # of each output frame
    text = f"Moving right, like the kernel: every output frame peaks at {peak[0].min():.2f} or more"
    look.heading(figure, LEFT, FORWARDS - 0.4, text)
    text = f"Frames reversed, moving left: every output frame peaks at {peak[1].max():.2f} or less"
    look.heading(figure, LEFT, BACKWARDS - 0.14, text)
    look.write(figure, LEFT, FORWARDS - 0.17, f"Row {START[0]} over time")
    look.write(figure, MIDDLE, FORWARDS - 0.17, "Middle row of the kernel")
    look.write(figure, RIGHT, FORWARDS - 0.17, f"Output centred on row {START[0]}")
    key = "red: positive, blue: negative, −: strongly negative; one scale per column of panels"
    look.write(figure, LEFT, 3.1, key)
    draw_direction(figure, numbers, k=0, top=FORWARDS, name="right")
    draw_direction(figure, numbers, k=1, top=BACKWARDS, name="left")
    return figure


def draw_strip(figure: Figure, video: np.ndarray, column: int) -> None:
    """Draw the frames of a video side by side, three with a box that begins at `column`."""
    look.heading(figure, LEFT, STRIP - 0.13, "Video: a blob with a tail moves right along row 5")
    for t, frame in enumerate(video):
        axes = look.cell_axes(figure, LEFT + t * PITCH, STRIP, *VIDEO[1:], PIXEL)
        axes.imshow(frame, look.diverging(), clim=look.symmetric_limits(video), gid=f"frame-{t}")
        axes.set(xticks=[], yticks=[], xlabel=f"frame {t}")
        axes.spines[:].set_visible(True)
    look.label(figure.axes[0], f"row {START[0]}", (-0.5, START[0]), (-3, 0))
    color = look.color("kernel")
    for axes in figure.axes[FRAME : FRAME + KERNEL[0]]:
        look.outline_cells(axes, ROW, column, *KERNEL[1:], edgecolor=color, gid="box")
    look.write(figure, LEFT + 4 * PITCH, STRIP - 0.13, "window: 3 frames of 5 × 7", color=color)


def draw_direction(figure: Figure, numbers: Numbers, k: int, top: float, name: str) -> None:
    """Draw a slice of video `k`, the kernel, and responses level with the middle of each window."""
    responses, by_frame, column = numbers.responses[k], numbers.by_frame[k], numbers.column
    frames, rows, width = KERNEL
    video = look.cell_axes(figure, LEFT, top, VIDEO[0], VIDEO[2], CELL)
    kernel = look.cell_axes(figure, MIDDLE, top + FRAME * CELL, frames, width, CELL)
    output = look.cell_axes(figure, RIGHT, top + CELL, len(responses), len(responses[0]), CELL)
    draw_cells(video, numbers.videos[k, 0, :, START[0]], f"slice-{name}")
    draw_cells(kernel, numbers.weight[0, 0, :, rows // 2], f"kernel-{name}")
    draw_cells(output, responses, f"output-{name}", numbers.output)
    video.set(xticks=(0, column, 16), yticks=(0, 2, 4, 6), ylabel="frame")
    output.set(xticks=(0, column, 10), yticks=(0, 2, 4), ylabel="first frame")
    output.set_xlabel("window’s first column")
    video.set_xlabel("column", x=0.65, labelpad=-10)  # between the numbers at the ticks
    look.label_panel(kernel, r"$\star$", "left", 12, ha="center", size=look.LARGE)
    look.label_panel(kernel, "→", "right", 10, ha="center", size=look.LARGE)
    color = look.color("kernel")
    look.outline_cells(video, FRAME, column, frames, width, edgecolor=color, gid=f"window-{name}")
    look.outline_cells(kernel, 0, 0, frames, width, edgecolor=color, gid=f"weights-{name}")
    look.outline_cells(output, FRAME, column, gid=f"response-{name}")
    edge = column + 0.5  # between cells, where the line crosses no mark
    look.leader(output, (edge, FRAME - 0.5), output, (edge, -0.85), gid="to-value")
    look.label(output, look.minus(f"{by_frame.sum():.2f}"), (edge, -0.5), (0, 5), gid="value")
    terms = " + ".join(f"{value:.2f}" for value in by_frame).replace("+ -", "- ")
    words = f"frames 2, 3, 4, all rows:\n{terms} = {by_frame.sum():.2f}"
    look.write(figure, MIDDLE, top + 1.16, look.minus(words))


def draw_cells(axes: Axes, matrix: np.ndarray, gid: str, *scale: np.ndarray) -> None:
    """Draw a matrix as cells; the colours span its values and those of the arrays `scale`."""
    mesh = look.heatmap(axes, matrix, look.diverging(), look.symmetric_limits(matrix, *scale))
    mesh.set_gid(gid)
    look.mark_negative(axes, mesh, threshold=0.3)


if __name__ == "__main__":
    main(compute, draw)
