"""What a bias does to a separating line in the plane (figure 3.3, section 3.3.3)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main

SEED = 7386
POINTS = 12  # of each class
CENTRES = ((4.5, 4.5), (1.55, 1.6))  # class +1 lies behind class -1, seen from the origin
SPREAD = 0.7  # standard deviation of each coordinate
WEIGHT = (3.0, 4.0)  # of length 5
BIAS = -20.0
TURNS = 6  # lines through the origin: w^T x = 0, and it turned by even angles
REACH = 20.0  # of a drawn line, to both sides: beyond the panel
SHIFT_AT = 2.5  # where the arrow stands, along the lines


def is_wrong(points: np.ndarray, labels: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    """Whether w^T x + b has not the sign of the label: points (n, 2), labels (n) to (n)."""
    return labels * (points @ w + b) <= 0


def through_origin(points: np.ndarray, labels: np.ndarray, angle: float) -> np.ndarray:
    """The normal (2) at this angle, or its opposite where that has fewer points wrong."""
    w = np.array([np.cos(angle), np.sin(angle)])
    return min(w, -w, key=lambda w: is_wrong(points, labels, w, 0).sum())


def fewest_wrong(points: np.ndarray, labels: np.ndarray) -> int:
    """How many points the best of all lines through the origin has wrong.

    A line that turns changes its count only where it meets a point: one angle stands for
    all between two that it meets one after the other.
    """
    met = np.sort(np.arctan2(points[:, 1], points[:, 0]) % np.pi)
    between = (met + np.append(met[1:], met[0] + np.pi)) / 2
    normals = [through_origin(points, labels, angle + np.pi / 2) for angle in between]
    return min(is_wrong(points, labels, w, 0).sum() for w in normals)


def on_line(w: np.ndarray, b: float, along: list[float]) -> np.ndarray:
    """Points (k, 2) of the line w^T x + b = 0, along (k) from the one nearest to the origin."""
    return -b * w / (w @ w) + np.outer(along, [w[1], -w[0]]) / np.hypot(*w)


@dataclass(frozen=True)
class Numbers:
    """points (n, 2), labels (n), w (2), b; lines and the shift by two points (2, 2) each.

    The lines through the origin are fan (k, 2, 2), w^T x = 0 the first of them; fan_wrong
    (k, n) and wrong (n) are the points that they, and the line with bias, have wrong.
    """

    points: np.ndarray
    labels: np.ndarray
    w: np.ndarray
    b: float
    fan: np.ndarray
    fan_wrong: np.ndarray
    fewest_wrong: int
    with_bias: np.ndarray
    wrong: np.ndarray
    shift: np.ndarray
    distance: float


def compute() -> Numbers:
    """Draw the two clouds, then place lines without a bias, and the one with it."""
    rng = np.random.default_rng(SEED)
    points = np.concatenate([rng.normal(centre, SPREAD, (POINTS, 2)) for centre in CENTRES])
    labels = np.repeat([1, -1], POINTS)
    w, ends = np.array(WEIGHT), [-REACH, REACH]
    angles = np.arctan2(w[1], w[0]) + np.pi * np.arange(TURNS) / TURNS
    normals = [through_origin(points, labels, angle) for angle in angles]
    return Numbers(
        points,
        labels,
        w,
        BIAS,
        fan=np.array([on_line(normal, 0, ends) for normal in normals]),
        fan_wrong=np.array([is_wrong(points, labels, normal, 0) for normal in normals]),
        fewest_wrong=fewest_wrong(points, labels),
        with_bias=on_line(w, BIAS, ends),
        wrong=is_wrong(points, labels, w, BIAS),
        shift=np.concatenate([on_line(w, b, [SHIFT_AT]) for b in (0, BIAS)]),
        distance=abs(BIAS) / np.hypot(*w),
    )


def draw_points(axes: Axes, numbers: Numbers, wrong: np.ndarray) -> None:
    """Both classes, hollow where a line has them wrong, and the origin."""
    for label, marker, role in (1, "o", "positive"), (-1, "^", "negative"):
        mine, name = numbers.labels == label, f"class {label:+d}".replace("-", "−")
        style = {"marker": marker, "linestyle": "", "color": look.color(role), "markersize": 6.5}
        axes.plot(*numbers.points[mine].T, label=name, **style)
        hollow = {**style, "markerfacecolor": look.color("background")}
        axes.plot(*numbers.points[mine & wrong].T, label="_wrong", **hollow)
    axes.plot(0, 0, "o", color=look.color("reference"), markersize=5, label="origin")
    axes.set(xlabel="$x_1$", aspect="equal", xlim=(-2.4, 6.8), ylim=(-2.4, 6.8))


def draw_without_bias(axes: Axes, numbers: Numbers) -> None:
    """Lines through the origin, and on each how many points it has wrong."""
    guide, n, fewest = look.color("reference"), len(numbers.points), numbers.fewest_wrong
    counts = numbers.fan_wrong.sum(axis=1).tolist()
    best = counts.index(fewest)
    gap = {"facecolor": look.color("background"), "edgecolor": "none", "pad": 1.5}
    parts = 0.14, 0.27, 0.26, None, -0.2, 0.17  # of the way to an end: where the number stands
    for k, (line, part) in enumerate(zip(numbers.fan, parts, strict=True)):
        if k == best:
            axes.plot(*line.T, color=guide, label="through the origin")
            words = f"best possible:\n{fewest} of {n} wrong\n(hollow)"
            axes.text(3.75, 6.6, words, ha="right", va="top")
        else:
            axes.plot(*line.T, color=guide, alpha=0.5, linewidth=1, label="through the origin")
            words = f"{counts[k]} wrong"
            axes.text(*part * line[1], words, ha="center", va="center", bbox=gap, size=8)
    draw_points(axes, numbers, numbers.fan_wrong[best])
    axes.set_title("Without bias: no line separates")


def draw_with_bias(axes: Axes, numbers: Numbers) -> None:
    """One line through the origin, and where the bias shifts it."""
    guide, kernel, n = look.color("reference"), look.color("kernel"), len(numbers.points)
    axes.plot(*numbers.fan[0].T, "--", color=guide, linewidth=1.2, label="without bias")
    words = f"$w^\\top x = 0$:\n{numbers.fan_wrong[0].sum()} of {n} wrong"
    axes.text(-2.1, -1.1, words, color=guide, va="top")
    axes.plot(*numbers.with_bias.T, color=kernel, label="with bias")
    words = f"$w^\\top x + b = 0$:\n{numbers.wrong.sum()} of {n} wrong"
    axes.text(-0.6, 6.6, words, color=kernel, va="top")
    tail, head = numbers.shift
    arrow = {"arrowstyle": "-|>", "color": guide, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", head, tail, arrowprops=arrow, label="shift")
    axes.text(3.5, -0.6, "shift\n" + rf"$|b| \,/\, \|w\| = {numbers.distance:g}$")
    draw_points(axes, numbers, numbers.wrong)
    axes.text(4.75, 2.95, "class +1", va="center")
    axes.text(-0.9, 2.7, "class −1", va="center")
    axes.set_title("With bias: the shifted line does")


def draw(numbers: Numbers) -> Figure:
    """Left, lines through the origin, which all fail; right, one of them shifted."""
    figure = Figure(figsize=(look.WIDTH, 3.7))
    left, right = figure.subplots(1, 2, sharey=True)
    draw_without_bias(left, numbers)
    draw_with_bias(right, numbers)
    left.set_ylabel("$x_2$")
    return figure


if __name__ == "__main__":
    main(compute, draw)
