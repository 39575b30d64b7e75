"""Lines through the origin that fail to separate two classes, and one with a bias (figure 3.3)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.boundary import Line, through_origin

SEED = 7386
POINTS, SPREAD = 12, 0.7  # of each class: number of points, standard deviation
CENTRES = ((4.5, 4.5), (1.55, 1.6))  # of class +1 and of class -1
MOVED = {13: (0.6, 1.3), 16: (1.45, 2.5), 22: (1.1, 1.0)}  # by index: moved clear of the best line
WEIGHT, BIAS = (3.0, 4.0), -20.0  # w of length 5, and b
TURNS = 6  # number of lines through the origin, at equal angles
SHIFT_AT = 2.5  # where the arrow starts: distance from the origin, along the line without bias
REACH = 20.0  # how far drawn lines extend to both sides, so that they end outside the panel


@dataclass(frozen=True)
class Numbers:
    """The samples, and which of them are on the wrong side of lines without and with bias."""

    points: np.ndarray  # (n, 2)
    labels: np.ndarray  # (n), -1 or +1
    w: np.ndarray  # (2)
    b: float
    fan: np.ndarray  # (k, 2): normals of lines through the origin, first that of w^T x = 0
    fan_errors: np.ndarray  # (k, n): whether a point is on the wrong side of a line
    bias_errors: np.ndarray  # (n): the same for w^T x + b = 0
    shift: np.ndarray  # (2, 2): start and end of the arrow from w^T x = 0 to w^T x + b = 0


def compute() -> Numbers:
    """Sample two classes, and turn a line through the origin by equal angles."""
    rng = np.random.default_rng(SEED)
    points = np.concatenate([rng.normal(centre, SPREAD, (POINTS, 2)) for centre in CENTRES])
    for k, point in MOVED.items():
        points[k] = point
    labels = np.repeat([1, -1], POINTS)
    w = np.array(WEIGHT)
    angles = np.arctan2(w[1], w[0]) + np.pi * np.arange(TURNS) / TURNS
    lines = [through_origin(points, labels, angle) for angle in angles]
    fan = np.array([line.w for line in lines])
    fan_errors = np.array([line.errors(points, labels) for line in lines])
    bias_errors = Line(w, BIAS).errors(points, labels)
    shift = np.array([Line(w, b).point(SHIFT_AT) for b in (0, BIAS)])
    return Numbers(points, labels, w, BIAS, fan, fan_errors, bias_errors, shift)


def draw(numbers: Numbers) -> Figure:
    """On the left, lines through the origin, which all fail; on the right, one of them shifted."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    draw_without_bias(left, numbers)
    draw_with_bias(right, numbers)
    left.set(ylabel="$x_2$", xlim=(-2.7, 6.7), ylim=(-2.25, 6.5), yticks=range(-2, 7, 2))
    return figure


def draw_without_bias(axes: Axes, numbers: Numbers) -> None:
    """Draw lines through the origin with their numbers of errors, the best one emphasised."""
    grey = look.color("cell")
    n = len(numbers.points)
    counts = numbers.fan_errors.sum(axis=1)
    best = counts.argmin()
    others = np.delete(counts, best)
    lines = [Line(normal) for normal in numbers.fan]
    for k, line in enumerate(lines):
        axes.plot(*line.ends(REACH).T, color=grey, lw=look.HAIR, label=look.FAINT, gid=f"fan-{k}")
    axes.plot(*lines[best].ends(REACH).T, color=look.color("reference"), gid="best")
    draw_classes(axes, numbers, lines[best], numbers.fan_errors[best])
    axes.text(3.45, 5.0, f"best line:\n{counts[best]} of {n} wrong", ha="right", gid="best-words")
    axes.text(3.1, -1.85, f"grey lines:\n{others.min()} to {others.max()} wrong", gid="others")
    axes.text(2.9, 0.1, "hollow: wrong", gid="hollow")
    axes.text(-1.2, -0.35, "origin", ha="right", gid="origin-words")
    axes.set(title="Without bias: no line separates", xlabel="$x_1$", aspect="equal")


def draw_with_bias(axes: Axes, numbers: Numbers) -> None:
    """Draw a line through the origin, the line to which the bias shifts it, and the shift."""
    reference, kernel = look.color("reference"), look.color("kernel")
    before = Line(numbers.w)  # line 0 of the fan
    after = Line(numbers.w, numbers.b)
    axes.plot(*before.ends(REACH).T, "--", color=reference, gid="without-bias")
    axes.plot(*after.ends(REACH).T, color=kernel, gid="with-bias")
    look.arrow(axes, numbers.shift[0], numbers.shift[1], gid="shift")
    draw_classes(axes, numbers, after, numbers.bias_errors)
    n, length = len(numbers.points), np.hypot(*numbers.w)
    words = f"$w^{{\\!\\top}}\\!x = 0$\n{numbers.fan_errors[0].sum()} of {n} wrong"
    axes.text(-2.5, -0.75, words, va="top", color=reference, gid="without-bias-words")
    values = f"$w = ({numbers.w[0]:g}, {numbers.w[1]:g})$, $b = {numbers.b:g}$"
    words = f"$w^{{\\!\\top}}\\!x + b = 0$\n{values}\n{numbers.bias_errors.sum()} of {n} wrong"
    axes.text(0.6, 6.2, words, va="top", color=kernel, gid="with-bias-words")
    words = f"shift $-b/\\|w\\|$\n$= {-numbers.b:g}/{length:g} = {-numbers.b / length:g}$"
    axes.text(3.6, -0.6, words, gid="shift-words")
    axes.text(-0.28, -0.35, "origin", ha="right", gid="origin-words")
    axes.set(title="With bias: a shifted line separates", xlabel="$x_1$", aspect="equal")


def draw_classes(axes: Axes, numbers: Numbers, line: Line, errors: np.ndarray) -> None:
    """Shade both sides of a line, and draw the points, hollow on the wrong side, and the origin."""
    for label, role, marker in ((1, "positive", "o"), (-1, "negative", "^")):
        color = look.color(role)
        in_class = numbers.labels == label
        side = line.side(label, REACH)
        axes.fill(*side.T, color, alpha=0.1, label=look.FAINT, gid=f"side-{role}")
        axes.plot(*numbers.points[in_class].T, marker, color=color, gid=f"class-{role}")
        (wrong,) = axes.plot(*numbers.points[in_class & errors].T, marker, color=color)
        wrong.set(markerfacecolor=look.color("background"), gid=f"errors-{role}")
    axes.text(4.7, 3.25, "class +1", gid="name-positive")
    axes.text(-1.3, 3.55, "class −1", gid="name-negative")
    look.dot(axes, (0, 0), look.color("reference"), size=5, gid="origin")


if __name__ == "__main__":
    main(compute, draw)
