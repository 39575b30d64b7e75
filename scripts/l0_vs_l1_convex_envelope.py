"""The absolute value as the convex envelope of the l0 "norm" on [-1, 1] (figure 2.1)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.losses import l0_norm, l1_norm

X_MAX = 1.4
STEPS_PER_UNIT = 100
ENDS = (-1.0, 1.0)  # ends of the interval on which |x| is the envelope


@dataclass(frozen=True)
class Numbers:
    """The functions on a grid, and where they are compared."""

    x: np.ndarray  # (281)
    l0: np.ndarray  # (281)
    l1: np.ndarray  # (281)
    square: np.ndarray  # (281), another convex function below l0
    inside: np.ndarray  # (281), bool: x is in [-1, 1]
    touching: np.ndarray  # (281), bool: l0 and l1 are equal


def compute() -> Numbers:
    """Evaluate all functions on a regular grid that contains -1, 0 and 1."""
    last = round(X_MAX * STEPS_PER_UNIT)
    x = np.arange(-last, last + 1) / STEPS_PER_UNIT
    vectors = x[:, np.newaxis]  # vectors (281, 1) of one entry each
    l0, l1 = l0_norm(vectors), l1_norm(vectors)
    inside = (ENDS[0] <= x) & (x <= ENDS[1])
    return Numbers(x=x, l0=l0, l1=l1, square=x**2, inside=inside, touching=l0 == l1)


def draw(numbers: Numbers) -> Figure:
    """Draw l0, its envelope, the gap between them and a smaller convex function."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    axes = figure.subplots()
    draw_outside(axes, -X_MAX, ENDS[0])
    draw_outside(axes, ENDS[1], X_MAX)
    draw_square(axes, numbers)
    draw_envelope(axes, numbers)
    draw_l0(axes, numbers)

    largest = r"$\boldsymbol{|x|}$ is the largest convex function below $\boldsymbol{\ell_0}$"
    axes.set_title(f"{largest} on [−1, 1]")
    axes.set_ylabel(r"$\ell_0(x)$ and $|x|$", labelpad=10.5)
    axes.set_xlabel("$x$")
    axes.set(xlim=(-X_MAX, X_MAX), ylim=(0, 1.5), xticks=[-1, 0, 1], yticks=[0, 1])
    return figure


def draw_outside(axes: Axes, left: float, right: float) -> None:
    """Shade a range outside the interval, where |x| is no lower bound."""
    look.shade_x(axes, left, right)
    words = "outside:\n" + r"$|x| > \ell_0(x)$"
    look.note(axes, words, ((left + right) / 2, 0.7), ha="center", va="center")


def draw_curve(axes: Axes, numbers: Numbers, values: np.ndarray, color: str, name: str) -> None:
    """Draw a function of x: solid inside the interval, dotted outside."""
    inside = np.where(numbers.inside, values, np.nan)  # nan interrupts a line
    outside = np.where(numbers.inside, np.nan, values)
    axes.plot(numbers.x, inside, color=color, gid=f"{name}-inside")
    axes.plot(numbers.x, outside, ":", color=color, gid=f"{name}-outside")


def draw_square(axes: Axes, numbers: Numbers) -> None:
    """Draw another convex function below l0."""
    x, square = numbers.x[numbers.inside], numbers.square[numbers.inside]
    axes.plot(x, square, color=look.color("reference"), linewidth=look.FINE, gid="square")
    look.note(axes, "$x^2$:\nalso convex,\nbut lower", (-0.96, 0.06))


def draw_envelope(axes: Axes, numbers: Numbers) -> None:
    """Draw |x|, and tint the gap between it and l0, which no convex function below l0 enters."""
    color = look.color("response")
    x, l1 = numbers.x[numbers.inside], numbers.l1[numbers.inside]
    axes.fill_between(x, l1, 1, color=color, alpha=0.25, linewidth=0, label=look.FAINT, gid="gap")
    draw_curve(axes, numbers, numbers.l1, color, "l1")
    look.label(axes, "$|x|$", (0.38, 0.38), (9, 0), color=color)
    reason = "a convex function lies below its chords,\nso none below $\\ell_0$ enters here"
    look.note(axes, reason, (0, 0.74), ha="center", va="center")


def draw_l0(axes: Axes, numbers: Numbers) -> None:
    """Draw l0 with its jump at 0, and dots where |x| touches it."""
    color = look.color("reference")
    for end in ENDS:
        look.guide_x(axes, end, gid="end")
    draw_curve(axes, numbers, np.where(numbers.x == 0, np.nan, numbers.l0), color, "l0")
    look.dot(axes, (0, 1), color, hollow=True, gid="hole")
    touching = numbers.x[numbers.touching], numbers.l0[numbers.touching]
    look.dot(axes, touching, color, gid="touching")
    look.label(axes, r"$\ell_0(x) = 1$ for $x \neq 0$", (0, 1), (0, 7))
    look.label(axes, r"$\ell_0(0) = 0$", (0, 0.2), (0, 2))
    look.leader(axes, (0, 0.05), axes, (0, 0.19))


if __name__ == "__main__":
    main(compute, draw)
