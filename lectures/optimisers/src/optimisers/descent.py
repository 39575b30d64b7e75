"""Gradient descent with momentum, and the valley x^2 + y^4."""

from collections.abc import Callable

import numpy as np


def valley(point: np.ndarray) -> np.ndarray:
    """The function x^2 + y^4 of points (..., 2)."""
    return point[..., 0] ** 2 + point[..., 1] ** 4


def valley_gradient(point: np.ndarray) -> np.ndarray:
    """The gradient (2 x, 4 y^3) of `valley` at points (..., 2)."""
    return np.stack([2 * point[..., 0], 4 * point[..., 1] ** 3], axis=-1)


def descend(
    gradient: Callable[[np.ndarray], np.ndarray],
    start: np.ndarray,
    rate: float,
    momentum: float,
    steps: int,
) -> np.ndarray:
    """The points (steps + 1, n) of gradient descent with momentum. Polyak, 1964.

    The velocity is v = momentum v + gradient, and each step is -rate v, as in torch.optim.SGD.
    """
    points = [np.asarray(start, dtype=float)]
    velocity = np.zeros_like(points[0])
    for _ in range(steps):
        velocity = momentum * velocity + gradient(points[-1])
        points.append(points[-1] - rate * velocity)
    return np.array(points)
