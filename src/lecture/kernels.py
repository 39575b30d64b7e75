"""Kernels as arrays: shapes, positions of windows, and Toeplitz matrices (section 4).

NumPy only. `lecture.convolution` slides kernels along signals, images and videos.
"""

from collections.abc import Iterable

import numpy as np


def peak_and_trough(offset: np.ndarray) -> np.ndarray:
    """Return a narrow peak at t = -3 followed by a broad trough at t = 4.

    The pattern differs from its reversal, so a figure shows whether a kernel is flipped.

    Parameters
    ----------
    offset
        Offsets t from the centre, of any shape.

    Returns
    -------
    numpy.ndarray
        exp(-((t + 3) / 2.5)^2) - 0.6 exp(-((t - 4) / 4)^2), of the same shape.
    """
    peak = np.exp(-(((offset + 3) / 2.5) ** 2))
    trough = np.exp(-(((offset - 4) / 4) ** 2))
    return peak - 0.6 * trough


def ramp(offset: np.ndarray) -> np.ndarray:
    """Return a ramp that rises from 0 at t = -7 to 1 at t = 5 and is 0 elsewhere.

    `offset` holds offsets t from the centre, of any shape. The ramp differs from its reversal.
    """
    return np.where(np.abs(offset + 1) <= 6, (offset + 7) / 12, 0.0)


def normalise(pattern: np.ndarray, axis: int | tuple[int, ...] | None = None) -> np.ndarray:
    """Subtract the mean of a pattern and scale the result to Euclidean norm 1.

    Parameters
    ----------
    pattern
        An array of any shape that is not constant.
    axis
        The axes over which mean and norm are computed; all by default.

    Returns
    -------
    numpy.ndarray
        The weights of a kernel, of the same shape.
    """
    centred = pattern - pattern.mean(axis=axis, keepdims=True)
    norm = np.sqrt((centred**2).sum(axis=axis, keepdims=True))
    return centred / norm


def place(pattern: np.ndarray, centres: Iterable[int], length: int) -> np.ndarray:
    """Return a signal with a pattern around each centre, and 0 elsewhere.

    Parameters
    ----------
    pattern
        The pattern (..., m), m odd.
    centres
        The samples at which the pattern is centred, at least m // 2 samples from both ends.
    length
        N, the number of samples of the signal.

    Returns
    -------
    numpy.ndarray
        The signal (..., N). Where patterns overlap, it is their sum.
    """
    *channels, m = pattern.shape
    signal = np.zeros((*channels, length))
    for n in centres:
        signal[..., n - m // 2 : n + m // 2 + 1] += pattern
    return signal


def output_length(length: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    """Return the number of windows along one axis, as in PyTorch's convolutions."""
    return (length + 2 * padding - kernel_size) // stride + 1


def window_centres(length: int, kernel_size: int, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Return the index of the central sample of every window along one axis.

    Parameters
    ----------
    length
        N, the number of samples before padding; the first has index 0.
    kernel_size
        m, odd.
    stride, padding
        As in PyTorch's convolutions.

    Returns
    -------
    numpy.ndarray
        `output_length` integers. A centre in the padding is below 0 or above N - 1.
    """
    count = output_length(length, kernel_size, stride, padding)
    return kernel_size // 2 - padding + stride * np.arange(count)


def toeplitz_matrix(kernel: np.ndarray, length: int) -> np.ndarray:
    """Return K such that K x slides a kernel (m) along a signal x (N) (section 4.3).

    Parameters
    ----------
    kernel
        The m weights, m <= N.
    length
        N, the number of samples of the signal.

    Returns
    -------
    numpy.ndarray
        K (N - m + 1, N): K[i, j] = k[j - i] in the band 0 <= j - i < m, and 0 elsewhere.
    """
    m = len(kernel)
    matrix = np.zeros((output_length(length, m), length))
    for i, row in enumerate(matrix):
        row[i : i + m] = kernel
    return matrix
