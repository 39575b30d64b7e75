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
ENDS = (-1.0, 1.0)  # of the interval on which |x| is the envelope
EXPONENTS = (2, 4)  # of other convex functions below l0


@dataclass(frozen=True)
class Numbers:
    """What is drawn.

    x, l0 and l1 (281); smaller (2, 281), the functions |x|^p; the boolean masks inside and
    touching (281): x is in [-1, 1], and l0 and l1 are equal.
    """

    x: np.ndarray
    l0: np.ndarray
    l1: np.ndarray
    smaller: np.ndarray
    inside: np.ndarray
    touching: np.ndarray


def compute() -> Numbers:
    """Evaluate all functions on an even grid that contains -1, 0 and 1."""
    last = round(X_MAX * STEPS_PER_UNIT)
    x = np.arange(-last, last + 1) / STEPS_PER_UNIT
    vectors = x[:, np.newaxis]  # of one entry each
    l0, l1 = l0_norm(vectors), l1_norm(vectors)
    smaller = np.array([l1**exponent for exponent in EXPONENTS])
    inside = (ENDS[0] <= x) & (x <= ENDS[1])
    return Numbers(x, l0, l1, smaller, inside, touching=l0 == l1)


def draw_outside(axes: Axes, left: float, right: float) -> None:
    """Shade what lies outside the interval, and draw dashed lines at its ends."""
    for start, stop in ((left, ENDS[0]), (ENDS[1], right)):
        look.shade_x(axes, start, stop, label="outside")
        words = "outside:\n" + r"$|x| > \ell_0(x)$"
        look.note(axes, words, ((start + stop) / 2, 0.7), ha="center", va="center")
    for end in ENDS:
        look.guide_x(axes, end, gid="end")


def draw_curve(axes: Axes, numbers: Numbers, values: np.ndarray, name: str, color: str) -> None:
    """Draw a function of x: solid inside the interval, dotted outside."""
    inside = np.where(numbers.inside, values, np.nan)
    outside = np.where(numbers.inside, np.nan, values)
    axes.plot(numbers.x, inside, color=color, gid=f"{name}-inside")
    axes.plot(numbers.x, outside, ":", color=color, gid=f"{name}-outside")


def draw_words(axes: Axes) -> None:
    """Name the functions and say what holds on the interval."""
    look.label(axes, "$|x|$", (0.38, 0.38), (9, 0), color=look.color("response"))
    look.label(axes, "$x^2$", (0.25**0.5, 0.25), (7, 0))
    look.label(axes, "$x^4$", (0.12**0.25, 0.12), (9, 0))
    look.note(axes, "also convex,\nbut lower", (-0.98, 0.04), size=look.SMALL)
    look.label(axes, r"$\ell_0(x) = 1$ for $x \neq 0$", (0, 1), (0, 7))
    look.label(axes, r"$\ell_0(0) = 0$", (0, 0), (0, 21), size=look.SMALL)
    largest = "$|x|$ is the convex envelope:\nno convex function\nbelow $\\ell_0$ enters here"
    look.label(axes, largest, (0, 0.7), (0, 0))


def draw(numbers: Numbers) -> Figure:
    """Draw l0, its envelope, the gap between them and smaller convex functions."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    axes = figure.subplots()
    step, envelope = look.color("reference"), look.color("response")
    x, inside, touching = numbers.x, numbers.inside, numbers.touching

    draw_outside(axes, x[0], x[-1])
    gap = axes.fill_between(x[inside], numbers.l1[inside], 1, color=envelope, alpha=0.15)
    gap.set(linewidth=0, label="window", gid="gap")
    for exponent, values in zip(EXPONENTS, numbers.smaller, strict=True):
        gid = f"power-{exponent}"
        axes.plot(x[inside], values[inside], color=step, linewidth=look.FINE, gid=gid)
    draw_curve(axes, numbers, numbers.l1, "l1", envelope)
    draw_curve(axes, numbers, np.where(x == 0, np.nan, numbers.l0), "l0", step)
    hole = {"markerfacecolor": look.color("background"), "markeredgewidth": look.FRAME}
    axes.plot(0, 1, "o", color=step, gid="hole", **hole)
    dots = axes.plot(x[touching], numbers.l0[touching], "o", color=step, gid="touching")
    dots[0].set(clip_on=False, zorder=3)

    draw_words(axes)
    largest = r"$\boldsymbol{|x|}$ is the largest convex function below $\boldsymbol{\ell_0}$"
    axes.set_title(f"{largest} on [−1, 1]")
    axes.set(xlabel="$x$", ylabel=r"$\ell_0(x)$ and $|x|$", xlim=(x[0], x[-1]), ylim=(0, 1.5))
    axes.set(xticks=[-1, 0, 1], yticks=[0, 1])
    return figure


if __name__ == "__main__":
    main(compute, draw)
