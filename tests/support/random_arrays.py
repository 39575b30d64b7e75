"""Random samples, the same on every machine; used by the tests of the lecture and of figures."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from torch import Tensor


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    """Standard normal entries of this shape."""
    return np.random.default_rng(seed).normal(size=shape)


def binary_labels(n: int, seed: int = 0) -> np.ndarray:
    """Labels -1 and +1 (n)."""
    return np.random.default_rng(seed).choice([-1.0, 1.0], size=n)


def normal_tensor(*shape: int, seed: int = 0) -> Tensor:
    """The entries of ``normal`` as a tensor."""
    return torch.from_numpy(normal(*shape, seed=seed))


@st.composite
def whole_arrays(draw: Callable, shape: Any, largest: int) -> np.ndarray:
    """Arrays of whole numbers, whose products and sums are exact in any order.

    `shape` is the shape or a strategy for it, and `largest` the largest absolute value. Hypothesis
    passes `draw`, and chooses only the shape, the range and a seed, because to choose every entry
    would take ten times as long. Some arrays are all 0, and some have many equal entries.
    """
    if isinstance(shape, st.SearchStrategy):
        shape = draw(shape)
    limit = draw(st.sampled_from([largest, 1, 0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.integers(-limit, limit, shape, endpoint=True).astype(float)
