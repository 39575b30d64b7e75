"""Linear decision boundaries in the plane, with and without a bias (section 3.3.3)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Line:
    """The line w^T x + b = 0.

    Attributes
    ----------
    w
        The normal (2). It points to the side of class +1.
    b
        The bias. If it is 0, the line contains the origin.
    """

    w: np.ndarray
    b: float = 0.0

    def point(self, along: float) -> np.ndarray:
        """The point at the distance `along` from the line's point nearest the origin: an array (2).

        Positive distances go in the direction (w2, -w1), with the side of class +1 on the left.
        """
        nearest = -self.b * self.w / (self.w @ self.w)
        direction = np.array([self.w[1], -self.w[0]]) / np.hypot(*self.w)
        return nearest + along * direction

    def ends(self, reach: float) -> np.ndarray:
        """Two points, one per row (2, 2), at `reach` from the line's point nearest the origin."""
        return np.array([self.point(-reach), self.point(reach)])

    def side(self, label: int, reach: float) -> np.ndarray:
        """Corners (4, 2) of a rectangle that shades the side of class `label`, -1 or +1.

        One edge joins the `ends` of the line; the opposite edge is at the distance `reach`.
        """
        start, end = self.ends(reach)
        away = label * reach * self.w / np.hypot(*self.w)
        return np.array([start, end, end + away, start + away])

    def errors(self, points: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Whether each point (n, 2) is on the wrong side for its label, -1 or +1: booleans (n).

        A point on the line counts as an error.
        """
        return labels * (points @ self.w + self.b) <= 0


def through_origin(points: np.ndarray, labels: np.ndarray, angle: float) -> Line:
    """The line without bias whose unit normal has the direction `angle`, in radians.

    The normal is reversed if this gives fewer errors on the points (n, 2).
    """
    w = np.array([np.cos(angle), np.sin(angle)])
    return min(Line(w), Line(-w), key=lambda line: line.errors(points, labels).sum())
