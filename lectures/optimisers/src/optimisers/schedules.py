"""Learning-rate schedules: the factors (n) of the first learning rate at steps (n)."""

import numpy as np


def step_decay(step: np.ndarray, period: int, factor: float) -> np.ndarray:
    """Multiply by `factor` after every `period` steps."""
    return factor ** (step // period)


def exponential(step: np.ndarray, factor: float) -> np.ndarray:
    """Multiply by `factor` after every step."""
    return factor**step


def cosine(step: np.ndarray, steps: int) -> np.ndarray:
    """Half a period of a cosine, from 1 to 0 within `steps` steps. Loshchilov and Hutter, 2017."""
    return (1 + np.cos(np.pi * step / steps)) / 2


def warmup_cosine(step: np.ndarray, warmup: int, steps: int) -> np.ndarray:
    """Rise from 0 to 1 along a line within `warmup` steps, then fall like `cosine`."""
    return np.where(step < warmup, step / warmup, cosine(step - warmup, steps - warmup))
