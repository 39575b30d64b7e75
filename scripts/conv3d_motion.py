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
START, SPEED = (5, 2), 2  # row and column of the blob in frame 0, columns per frame
KERNEL = (3, 5, 7)
SHOWN = 2  # first frame of the windows that are drawn
PIXEL, CELL, PITCH = 0.0455, 0.135, 0.85  # inches: of strip, of slices, from frame to frame
LEFT, MIDDLE, RIGHT = 0.45, 3.09, 4.52  # left edges of slices, kernel, responses, in inches
STRIP, FORWARDS, BACKWARDS, SHAPES = 0.34, 1.55, 3.02, 4.34  # inches from the top


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
    response = output.max(axis=(1, 3, 4))
    windows = output.max(axis=(1, 3)).argmax(axis=2)
    return Numbers(videos, weight, output, response, windows)


def draw_strip(figure: Figure, video: np.ndarray) -> None:
    """The frames of a video side by side, the row that the slices show outlined in each."""
    limits = look.symmetric_limits(video)
    for t, frame in enumerate(video):
        axes = look.cell_axes(figure, LEFT + t * PITCH, STRIP, *VIDEO[1:], PIXEL)
        axes.imshow(frame, look.diverging(), clim=limits, gid=f"frame-{t}")
        axes.set(xticks=[], yticks=[], xlabel=f"frame {t}")
        axes.spines[:].set_visible(True)
        look.outline_cells(axes, START[0], 0, 1, VIDEO[2], linewidth=look.HAIR, gid=f"row-{t}")
    title = "Video: a blob moves right, along row 5 (outlined); red: positive, blue −: negative"
    look.heading(figure, LEFT, STRIP - 0.13, title)


def draw_direction(figure: Figure, numbers: Numbers, video: int, top: float, name: str) -> None:
    """The blob's row over time, the middle row of the kernel, and the responses at that row."""
    column, middle = numbers.windows[video, SHOWN], KERNEL[1] // 2
    weights = numbers.weight[0, 0, :, middle]
    output = numbers.output[video, 0, :, START[0] - middle]
    cells = draw_cells(figure, LEFT, top, numbers.videos[video, 0, :, START[0]], f"slice-{name}")
    kernel = draw_cells(figure, MIDDLE, top + SHOWN * CELL, weights, f"kernel-{name}")
    result = draw_cells(figure, RIGHT, top + CELL, output, f"output-{name}", numbers.output)
    cells.set(yticks=(0, 3, 6), ylabel="frame", xlabel="column" if video == 1 else "")
    look.label_panel(kernel, r"$\star$", "left", 12, ha="center")
    look.label_panel(kernel, "→", "right", 17, ha="center", size=look.LARGE)
    look.label_panel(kernel, f"sum over all\n{KERNEL[1]} kernel rows", "below")
    window = look.outline_cells(cells, SHOWN, column, KERNEL[0], KERNEL[2], gid=f"window-{name}")
    whole = look.outline_cells(kernel, 0, 0, KERNEL[0], KERNEL[2], gid=f"weights-{name}")
    peak_cell = look.outline_cells(result, SHOWN, column, gid=f"response-{name}")
    for box in (window, whole, peak_cell):
        box.set_edgecolor(look.color("kernel"))
    for y in (-0.5, KERNEL[0] - 0.5):  # along the upper and lower edge of the window
        look.leader(cells, (column + KERNEL[2] - 0.5, SHOWN + y), kernel, (-0.5, y), gid="guide")
    for row, peak in enumerate(numbers.response[video]):
        look.label(result, f"{peak:.2f}", (output.shape[1] - 0.5, row), (4, 0), size=look.SMALL)


def draw_cells(
    figure: Figure, left: float, top: float, matrix: np.ndarray, gid: str, *scale: np.ndarray
) -> Axes:
    """A panel of cells, with limits of the colours from the matrix and from `scale`."""
    axes = look.cell_axes(figure, left, top, len(matrix), len(matrix[0]), CELL)
    mesh = look.heatmap(axes, matrix, look.diverging(), look.symmetric_limits(matrix, *scale))
    mesh.set_gid(gid)
    look.mark_negative(axes, mesh)
    return axes


def draw(numbers: Numbers) -> Figure:
    """A film strip; for each direction of motion a slice, the kernel, and the responses."""
    figure = Figure(figsize=(look.WIDTH, look.TALL), layout="none")
    draw_strip(figure, numbers.videos[0, 0])
    draw_direction(figure, numbers, 0, FORWARDS, "right")
    draw_direction(figure, numbers, 1, BACKWARDS, "left")
    write = look.heading
    right, left = numbers.response
    y = FORWARDS - 0.29
    write(figure, LEFT, y, f"Row {START[0]} over time", "the streak slants like the kernel")
    write(figure, MIDDLE, y, "Kernel", "its middle row")
    write(figure, RIGHT, y, "High response", f"peak of every frame ≥ {right.min():.2f}")
    y = BACKWARDS - 0.29
    write(figure, LEFT, y, "The same frames reversed", "the streak slants the other way")
    write(figure, MIDDLE, y, "The same kernel")
    write(figure, RIGHT, y, "Low response", f"peak of every frame ≤ {left.max():.2f}")
    videos, weight, output = numbers.videos.shape, numbers.weight.shape, numbers.output.shape
    c_in, c_out = r"C_\mathrm{in}", r"C_\mathrm{out}"
    write(figure, LEFT, SHAPES, "Videos", f"$(B, {c_in}, D, H, W)$", f"= {videos}")
    write(figure, MIDDLE, SHAPES, "Weight", f"$({c_out}, {c_in}, k_D, k_H, k_W)$", f"= {weight}")
    write(figure, RIGHT, SHAPES, "Output", f"$(B, {c_out}, D′, H′, W′)$", f"= {output}")
    return figure


if __name__ == "__main__":
    main(compute, draw)
