"""Convolution in 1, 2 and 3 dimensions: PyTorch's functions on NumPy arrays (section 4).

A convolution in deep learning is a cross-correlation: a sliding dot product with a kernel
that is not flipped. Arrays have the axes of PyTorch, channels before space:
input ([B,] C_in, *space), weight (C_out, C_in, *window), output ([B,] C_out, *out). Each
output channel sums the dot products of its kernels over the input channels. Along each
axis of space, N samples and a window of m give floor((N + 2 padding - m) / stride) + 1 outputs.

Shapes that do not match raise PyTorch's RuntimeError.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from lecture.kernels import window_centres


def conv1d(
    signals: np.ndarray, weight: np.ndarray, stride: int = 1, padding: int = 0
) -> np.ndarray:
    """Convolve ([B,] C_in, N) with (C_out, C_in, m) to ([B,] C_out, L_out) (section 4.2)."""
    inputs, kernels = torch.tensor(signals), torch.tensor(weight)
    return functional.conv1d(inputs, kernels, stride=stride, padding=padding).numpy()


def conv2d(images: np.ndarray, weight: np.ndarray, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Convolve ([B,] C_in, H, W) with (C_out, C_in, kH, kW) (section 4.4)."""
    inputs, kernels = torch.tensor(images), torch.tensor(weight)
    return functional.conv2d(inputs, kernels, stride=stride, padding=padding).numpy()


def conv3d(
    volumes: np.ndarray, weight: np.ndarray, stride: int = 1, padding: int = 0
) -> np.ndarray:
    """Convolve ([B,] C_in, D, H, W) with (C_out, C_in, kD, kH, kW) (section 4.5).

    For a video the depth D is time.
    """
    inputs, kernels = torch.tensor(volumes), torch.tensor(weight)
    return functional.conv3d(inputs, kernels, stride=stride, padding=padding).numpy()


def sliding_dot_product(signal: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return the dot product of one kernel with each window of one signal.

    Parameters
    ----------
    signal
        A signal (N), an image (H, W) or a volume (D, H, W): one channel, float64.
    kernel
        Weights with as many axes as the signal, and no axis longer than that of the signal.

    Returns
    -------
    numpy.ndarray
        One value for each window: N - m + 1 along an axis of length N with m weights.
    """
    convolve = {1: conv1d, 2: conv2d, 3: conv3d}[signal.ndim]
    one_channel = signal[np.newaxis]
    weight = kernel[np.newaxis, np.newaxis]  # one output channel, one input channel
    return convolve(one_channel, weight)[0]


@dataclass(frozen=True)
class Response:
    """The outputs of a one-dimensional layer: values (C_out, L_out) at positions (L_out).

    A position is the index of the sample at the centre of a window.
    """

    positions: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class Layer:
    """A Conv1d layer without bias: weight (C_out, C_in, m), m odd, padded with zeros."""

    weight: np.ndarray
    stride: int = 1
    padding: int = 0

    def run(self, signals: np.ndarray) -> Response:
        """Slide the kernels along the signals (C_in, N)."""
        length, kernel_size = signals.shape[1], self.weight.shape[2]
        positions = window_centres(length, kernel_size, self.stride, self.padding)
        return Response(positions, conv1d(signals, self.weight, self.stride, self.padding))
