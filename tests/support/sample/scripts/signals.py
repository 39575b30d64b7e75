"""What the figures of the sample lecture compute with."""

import numpy as np


def wave(x: np.ndarray) -> np.ndarray:
    """A sine of period 1 at x (n)."""
    return np.sin(2 * np.pi * x)
