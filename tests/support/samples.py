"""Random float64 samples that are the same on every machine: NumPy draws them."""

import numpy as np
import torch
from torch import Tensor


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    """Standard normal entries of this shape."""
    return np.random.default_rng(seed).normal(size=shape)


def signs(n: int, seed: int = 0) -> np.ndarray:
    """Labels -1 and +1 (n)."""
    return np.random.default_rng(seed).choice([-1.0, 1.0], size=n)


def normal_tensor(*shape: int, seed: int = 0) -> Tensor:
    """The entries of ``normal`` as a tensor."""
    return torch.from_numpy(normal(*shape, seed=seed))
