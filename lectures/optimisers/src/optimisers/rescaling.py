"""Functions that change the length of a gradient and keep its direction."""

import numpy as np


def clip(gradient: np.ndarray, limit: float) -> np.ndarray:
    """Shorten a gradient (n) that is longer than `limit` to this length."""
    length = np.linalg.norm(gradient)
    return gradient * min(1.0, limit / length) if length > 0 else gradient


def normalise(gradient: np.ndarray) -> np.ndarray:
    """Give a gradient (n) the length 1; a gradient of 0 stays 0."""
    length = np.linalg.norm(gradient)
    return gradient / length if length > 0 else gradient


def soft_clip(gradient: np.ndarray, limit: float) -> np.ndarray:
    """Shorten a gradient (n) of length r to r / sqrt(1 + (r / limit)^2), smoothly."""
    return gradient / np.sqrt(1 + (np.linalg.norm(gradient) / limit) ** 2)
