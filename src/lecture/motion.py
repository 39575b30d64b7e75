"""A moving blob, and a 3D kernel that matches its motion (section 4.5). NumPy only."""

import numpy as np


def blob(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """A bright head with a faint tail at its lower left, as a function of offsets from the head.

    exp(-(i^2 + j^2)) + 0.5 exp(-((i - 2)^2 + (j + 1)^2)), where i is `rows`, downwards, and j is
    `columns`. The arrays broadcast. The blob differs from each of its mirror images, so a figure
    shows whether a kernel is flipped.
    """
    return np.exp(-(rows**2 + columns**2)) + 0.5 * np.exp(-((rows - 2) ** 2 + (columns + 1) ** 2))


def moving_blob(
    shape: tuple[int, int, int], start: tuple[float, float], speed: float
) -> np.ndarray:
    """A video (D, H, W) of the blob moving to the right on a background of 0.

    Parameters
    ----------
    shape
        Frames, rows and columns.
    start
        Row and column of the head in frame 0.
    speed
        Columns per frame.
    """
    t, i, j = np.ogrid[: shape[0], : shape[1], : shape[2]]
    return blob(i - start[0], j - start[1] - speed * t)


def motion_kernel(shape: tuple[int, int, int], speed: float) -> np.ndarray:
    """A kernel (kD, kH, kW), all odd: the moving blob minus its mean over time, scaled to norm 1.

    The head is at the centre of the window in the middle frame. Because the mean over time is
    subtracted, the response to a still picture is 0.
    """
    frames, rows, columns = shape
    start = (rows // 2, columns // 2 - speed * (frames // 2))
    moving = moving_blob(shape, start, speed)
    changing = moving - moving.mean(axis=0)
    return changing / np.linalg.norm(changing)
