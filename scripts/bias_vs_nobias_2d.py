"""What a bias does to a separating line in the plane (figure 3.3, section 3.3.3)."""

from dataclasses import dataclass

import lecture

import numpy as np
from matplotlib.figure import Figure

SEED = 72
POINTS = 16  # of each class
CENTRES = ((7.5, 0.0), (2.5, 0.0))  # class +1, class -1: in one direction from the origin
SPREAD = 0.6  # standard deviation of each coordinate
WEIGHT = (3.0, 4.0)  # of length 5
BIAS = -15.0
SPAN = (-4.0, 10.0)  # of the drawn lines, along them from the foot of the shift


def score(points: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    """w^T x + b (n) for points x (n, 2); its sign is the predicted class."""
    return points @ w + b


def foot(w: np.ndarray, b: float) -> np.ndarray:
    """The point (2) of the line w^T x + b = 0 nearest to the origin: -b w / ||w||^2."""
    return -b * w / (w @ w)


def boundary(w: np.ndarray, b: float, span: tuple[float, float]) -> np.ndarray:
    """Two points (2, 2) of the line w^T x + b = 0, as far along it from its foot as span says."""
    along = np.array([w[1], -w[0]]) / np.hypot(*w)
    return foot(w, b) + np.outer(span, along)


@dataclass(frozen=True)
class Numbers:
    """points (n, 2), labels (n), w (2), b; two points (2, 2) of each line and of the shift."""

    points: np.ndarray
    labels: np.ndarray
    w: np.ndarray
    b: float
    without_bias: np.ndarray
    with_bias: np.ndarray
    shift: np.ndarray
    distance: float


def compute() -> Numbers:
    """Draw the two clouds, then place the lines with and without the bias."""
    rng = np.random.default_rng(SEED)
    points = np.concatenate([rng.normal(centre, SPREAD, (POINTS, 2)) for centre in CENTRES])
    labels = np.repeat([1, -1], POINTS)
    w = np.array(WEIGHT)
    return Numbers(
        points,
        labels,
        w,
        BIAS,
        without_bias=boundary(w, 0, SPAN),
        with_bias=boundary(w, BIAS, SPAN),
        shift=np.array([foot(w, 0), foot(w, BIAS)]),
        distance=abs(BIAS) / np.hypot(*w),
    )


def draw(numbers: Numbers) -> Figure:
    """Both clouds, the line through the origin, the shifted line, and the shift."""
    figure = Figure(figsize=(lecture.WIDTH, 4.2))
    axes = figure.subplots()
    solid, dashed, ink = (lecture.color(role) for role in ("kernel", "reference", "ink"))

    classes = (1, "o", "positive", (8.2, -0.6)), (-1, "^", "negative", (3.2, -0.6))
    for label, marker, role, place in classes:
        name = f"class {label:+d}".replace("-", "−")
        cloud = numbers.points[numbers.labels == label]
        axes.plot(*cloud.T, marker, color=lecture.color(role), label=name)
        axes.text(*place, name, va="center")

    axes.plot(*numbers.without_bias.T, "--", color=dashed, label="without bias")
    axes.plot(*numbers.with_bias.T, color=solid, label="with bias")
    axes.plot(0, 0, "o", color=dashed, label="origin", zorder=3)
    leader = {"arrowstyle": "-", "color": dashed, "shrinkB": 5}
    axes.annotate("origin", (0, 0), (0, -1.1), ha="center", arrowprops=leader)

    tail, head = numbers.shift
    arrow = {"arrowstyle": "-|>", "color": ink, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", head, tail, arrowprops=arrow, label="shift")
    axes.text(0.6, 1.5, rf"shift $|b|\;/\;\|w\| = {numbers.distance:g}$", ha="right")
    with_bias = "$w^T x + b = 0$\nwith bias: the line can also shift"
    axes.text(2.6, 2.7, with_bias, color=solid, linespacing=1.5)
    without_bias = "$w^T x = 0$\nwithout bias: the line can only\nturn about the origin"
    axes.text(-2.4, -3.0, without_bias, color=dashed, linespacing=1.5)

    axes.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", xlim=(-2.8, 9.8), ylim=(-3.4, 4.2))
    return figure


if __name__ == "__main__":
    lecture.main(compute, draw)
