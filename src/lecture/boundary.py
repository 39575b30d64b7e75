"""Linear decision boundaries in the plane, with and without a bias (section 3.3.3)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Line:
    """The line w^T x + b = 0.

    Attributes
    ----------
    w
        The normal (2), which points to the side of class +1.
    b
        The bias; without it, the line contains the origin.
    """

    w: np.ndarray
    b: float = 0.0

    def point(self, along: float) -> np.ndarray:
        """The point (2) of the line at a distance from the one nearest to the origin.

        Positive distances run in the direction (w2, -w1), which has the side of +1 at its left.
        """
        nearest = -self.b * self.w / (self.w @ self.w)
        return nearest + along * np.array([self.w[1], -self.w[0]]) / np.hypot(*self.w)

    def errors(self, points: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Which points (n, 2) are not on the side of their labels (n), -1 or +1: booleans (n).

        A point on the line is an error.
        """
        return labels * (points @ self.w + self.b) <= 0


def through_origin(points: np.ndarray, labels: np.ndarray, angle: float) -> Line:
    """The line without bias whose unit normal is at `angle`, in radians.

    The normal points the other way if fewer of the points (n, 2) are errors then.
    """
    w = np.array([np.cos(angle), np.sin(angle)])
    return min(Line(w), Line(-w), key=lambda line: line.errors(points, labels).sum())
