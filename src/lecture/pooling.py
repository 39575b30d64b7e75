"""Local and global pooling of feature maps with PyTorch, in float64 (section 4.7).

Maps are (..., H, W): one map, several channels (C, H, W) or a batch (B, C, H, W). Every map is
pooled separately.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def average_pool(maps: np.ndarray, size: int, stride: int | None = None) -> np.ndarray:
    """Mean of every window: (..., H, W) to (..., H_out, W_out).

    Windows have size x size cells. By default, the stride is their size, so they tile the map.
    H_out = floor((H - size) / stride) + 1, and W_out likewise.
    """
    return _pool(maps, lambda x: functional.avg_pool2d(x, size, stride))


def max_pool(maps: np.ndarray, size: int, stride: int | None = None) -> np.ndarray:
    """Largest value of every window; windows and shapes as in ``average_pool``."""
    return _pool(maps, lambda x: functional.max_pool2d(x, size, stride))


def global_average_pool(maps: np.ndarray) -> np.ndarray:
    """Mean of each whole map: (..., H, W) to (...), so (C, H, W) to (C)."""
    return _pool(maps, lambda x: functional.adaptive_avg_pool2d(x, 1))[..., 0, 0]


def global_max_pool(maps: np.ndarray) -> np.ndarray:
    """Largest value of each whole map: (..., H, W) to (...), so (C, H, W) to (C)."""
    return _pool(maps, lambda x: functional.adaptive_max_pool2d(x, 1))[..., 0, 0]


def _pool(maps: np.ndarray, pool: Callable[[Tensor], Tensor]) -> np.ndarray:
    """Apply a layer for (C, H, W) to maps (..., H, W); all leading axes count as channels."""
    *leading, height, width = maps.shape
    channels = torch.tensor(maps, dtype=torch.float64).reshape(-1, height, width)
    pooled = pool(channels)
    return pooled.reshape(*leading, *pooled.shape[1:]).numpy()


def windows(maps: np.ndarray, size: int, stride: int | None = None) -> np.ndarray:
    """The windows that local pooling reduces: (..., H, W) to (..., H_out, W_out, size, size)."""
    step = size if stride is None else stride
    every_window = np.lib.stride_tricks.sliding_window_view(maps, (size, size), axis=(-2, -1))
    return every_window[..., ::step, ::step, :, :]
