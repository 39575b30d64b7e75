"""A moving blob, and a 3D kernel that is tuned to its motion (section 4.5). NumPy only."""

import numpy as np


def blob(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """A bright head and a faint tail at its lower left, at offsets from the head.

    exp(-(i^2 + j^2)) + 0.5 exp(-((i - 2)^2 + (j + 1)^2)) for arrays of offsets that broadcast.
    It differs from each of its mirror images, so a flipped kernel would show.
    """
    return np.exp(-(rows**2 + columns**2)) + 0.5 * np.exp(-((rows - 2) ** 2 + (columns + 1) ** 2))


def moving_blob(
    shape: tuple[int, int, int], start: tuple[float, float], speed: float
) -> np.ndarray:
    """A video (D, H, W) of the blob on its way to the right, on a background of 0.

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
    """The moving blob in a window (kD, kH, kW) of odd sizes, minus its mean over time, of norm 1.

    The head is in the middle of the window in the middle frame. Without its mean over time the
    kernel responds with 0 where nothing moves.
    """
    frames, rows, columns = shape
    start = (rows // 2, columns // 2 - speed * (frames // 2))
    moving = moving_blob(shape, start, speed)
    changing = moving - moving.mean(axis=0)
    return changing / np.linalg.norm(changing)
