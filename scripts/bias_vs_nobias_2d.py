"""Lines through the origin that fail to separate two classes, and one with a bias (figure 3.3)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.boundary import Line, through_origin

SEED, POINTS, SPREAD = 7386, 12, 0.7  # points of each class, their standard deviation
CENTRES = ((4.5, 4.5), (1.55, 1.6))  # of class +1 and of class -1
WEIGHT, BIAS = (3.0, 4.0), -20.0  # w of length 5, and b
TURNS = 6  # lines through the origin, at even angles
SHIFT_AT = 2.5  # where the arrow starts, along the line without bias
REACH = 20.0  # of a drawn line to both sides: its ends are outside the panel
WORDS_AT = -5.6  # middle of the words along the best of these lines
NAMES_AT = {1: (4.7, 3.25), -1: (-1.3, 3.55)}


@dataclass(frozen=True)
class Numbers:
    """The samples, and what lines without and with bias make of them."""

    points: np.ndarray  # (n, 2)
    labels: np.ndarray  # (n), -1 or +1
    w: np.ndarray  # (2)
    b: float
    fan: np.ndarray  # (k, 2): normals of lines through the origin, first that of w^T x = 0
    fan_errors: np.ndarray  # (k, n): whether a point is on the wrong side of a line
    bias_errors: np.ndarray  # (n): the same for w^T x + b = 0
    shift: np.ndarray  # (2, 2): start and end of the arrow from w^T x = 0 to w^T x + b = 0


def compute() -> Numbers:
    """Draw the two classes, and turn a line through the origin by even angles."""
    rng = np.random.default_rng(SEED)
    points = np.concatenate([rng.normal(centre, SPREAD, (POINTS, 2)) for centre in CENTRES])
    labels = np.repeat([1, -1], POINTS)
    w = np.array(WEIGHT)
    first = np.arctan2(w[1], w[0])
    fan = [through_origin(points, labels, first + np.pi * k / TURNS) for k in range(TURNS)]
    fan_normals = np.array([line.w for line in fan])
    fan_errors = np.array([line.errors(points, labels) for line in fan])
    bias_errors = Line(w, BIAS).errors(points, labels)
    shift = np.array([Line(w, b).point(SHIFT_AT) for b in (0, BIAS)])
    return Numbers(points, labels, w, BIAS, fan_normals, fan_errors, bias_errors, shift)


def draw_line(axes: Axes, line: Line, gid: str, **style: object) -> None:
    """The line from edge to edge of the panel."""
    axes.plot(*np.transpose([line.point(-REACH), line.point(REACH)]), gid=gid, **style)


def draw_classes(axes: Axes, numbers: Numbers, line: Line, errors: np.ndarray) -> None:
    """The two sides of a line, both classes, hollow where it errs, and the origin."""
    start, end = line.point(-REACH), line.point(REACH)
    for label, role in look.CLASS_ROLES.items():
        away = label * REACH * line.w / np.hypot(*line.w)
        corners = np.array([start, end, end + away, start + away])
        axes.fill(*corners.T, look.color(role), alpha=0.1, label="_side", gid=f"side-{role}")
        style = {"marker": look.CLASS_MARKERS[label], "linestyle": "", "color": look.color(role)}
        own = numbers.labels == label
        axes.plot(*numbers.points[own].T, gid=f"class-{role}", **style)
        style["markerfacecolor"] = look.color("background")
        axes.plot(*numbers.points[own & errors].T, gid=f"errors-{role}", **style)
        axes.text(*NAMES_AT[label], look.minus(f"class {label:+d}"), gid=f"name-{role}")
    axes.plot(0, 0, "o", color=look.color("reference"), markersize=5, gid="origin")


def draw_without_bias(axes: Axes, numbers: Numbers) -> None:
    """Lines through the origin with their numbers of errors, the best one emphasised."""
    counts = numbers.fan_errors.sum(axis=1)
    best, second, *_, worst = np.argsort(counts)
    for k, normal in enumerate(numbers.fan):
        width = look.FRAME if k == best else look.HAIR
        draw_line(axes, Line(normal), f"fan-{k}", color=look.color("reference"), linewidth=width)
    up = numbers.fan[best] * np.sign(numbers.fan[best, 1])
    turn = {"rotation": np.degrees(np.arctan(-up[0] / up[1])), "rotation_mode": "anchor"}
    words = f"best: {counts[best]} of {len(numbers.points)} wrong"
    place = Line(numbers.fan[best]).point(WORDS_AT)
    look.note(axes, words, place, 3 * up, ha="center", weight=600, gid="best-words", **turn)
    axes.text(3.1, -1.85, f"other lines:\n{counts[second]} to {counts[worst]} wrong", gid="others")
    axes.text(2.9, 0.1, "hollow: wrong", gid="hollow")
    draw_classes(axes, numbers, Line(numbers.fan[best]), numbers.fan_errors[best])
    axes.set_title("Without bias: no line separates")


def draw_with_bias(axes: Axes, numbers: Numbers) -> None:
    """A line through the origin, and where the bias shifts it."""
    guide, kernel, n = look.color("reference"), look.color("kernel"), len(numbers.points)
    line, scores = Line(numbers.w, numbers.b), f"{numbers.w[0]:g}x_1 + {numbers.w[1]:g}x_2"
    draw_line(axes, Line(numbers.w), "without-bias", color=guide, ls="--", lw=look.MEDIUM_LINE)
    words = f"$w^{{\\!\\top}}\\!x = 0$\n${scores} = 0$\n{numbers.fan_errors[0].sum()} of {n} wrong"
    axes.text(-2.5, -0.35, words, va="top", color=guide, gid="without-bias-words")
    draw_line(axes, line, "with-bias", color=kernel)
    words = f"$w^{{\\!\\top}}\\!x + b = 0$\n${scores} - {-numbers.b:g} = 0$\n0 of {n} wrong"
    axes.text(0.6, 6.2, words, va="top", color=kernel, gid="with-bias-words")
    look.arrow(axes, *numbers.shift, gid="shift")
    distance = -numbers.b / np.hypot(*numbers.w)
    axes.text(3.6, -0.6, f"along $w$:\n$-b/\\|w\\| = {distance:g}$", gid="shift-words")
    draw_classes(axes, numbers, line, numbers.bias_errors)
    axes.set_title("With bias: the shifted line does")


def draw(numbers: Numbers) -> Figure:
    """Left, lines through the origin, which all fail; right, one of them shifted."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    shared = {"xlabel": "$x_1$", "aspect": "equal"}
    left, right = figure.subplots(1, 2, sharex=True, sharey=True, subplot_kw=shared)
    draw_without_bias(left, numbers)
    draw_with_bias(right, numbers)
    left.set(ylabel="$x_2$", xlim=(-2.7, 6.7), ylim=(-2.2, 6.4), yticks=range(-2, 7, 2))
    return figure


if __name__ == "__main__":
    main(compute, draw)
