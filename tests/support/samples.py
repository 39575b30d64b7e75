"""Random float64 tensors that are the same on every machine."""

import numpy as np
import torch
from torch import Tensor


def normal(*shape: int, seed: int = 0) -> Tensor:
    """Standard normal entries, drawn by NumPy."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape))


def signs(n: int, seed: int = 0) -> Tensor:
    """Labels -1 and +1 (n), float64."""
    return torch.from_numpy(np.random.default_rng(seed).choice([-1.0, 1.0], size=n))
