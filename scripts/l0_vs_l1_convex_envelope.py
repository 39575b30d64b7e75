"""The absolute value as convex envelope of the l0 "norm" on [-1, 1] (figure 2.1)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main

X_MAX = 1.6
STEPS_PER_UNIT = 100
ENDS = (-1.0, 1.0)  # of the interval on which |x| is the envelope


def l0_norm(x: np.ndarray) -> np.ndarray:
    """||x||_0 of every entry on its own: 0 where x = 0, 1 elsewhere; any shape."""
    return np.where(x == 0, 0.0, 1.0)


def l1_norm(x: np.ndarray) -> np.ndarray:
    """||x||_1 of every entry on its own: |x|; any shape."""
    return np.abs(x)


@dataclass(frozen=True)
class Numbers:
    """The curves l0 and l1 over x; whether x is inside [-1, 1], and they touch there (n each)."""

    x: np.ndarray
    l0: np.ndarray
    l1: np.ndarray
    inside: np.ndarray
    touching: np.ndarray


def compute() -> Numbers:
    """Evaluate both on an even grid that contains -1, 0 and 1 exactly."""
    last = round(X_MAX * STEPS_PER_UNIT)
    x = np.arange(-last, last + 1) / STEPS_PER_UNIT
    inside = (ENDS[0] <= x) & (x <= ENDS[1])
    l0, l1 = l0_norm(x), l1_norm(x)
    return Numbers(x, l0, l1, inside, touching=l0 == l1)


def draw(numbers: Numbers) -> Figure:
    """Both curves, in full on [-1, 1], dotted on the shaded ground outside."""
    figure = Figure(figsize=(look.WIDTH, 3.5))
    axes = figure.subplots()
    step, absolute = look.color("reference"), look.color("response")
    top, left, right = 1.95, numbers.x[0], numbers.x[-1]

    for start, end in ((left, ENDS[0]), (ENDS[1], right)):
        axes.axvspan(
            start, end, color=look.color("grid"), alpha=0.4, lw=0, zorder=0, label="outside"
        )
        words = "outside:\n" + r"$|x| > \ell_0(x)$"
        axes.text((start + end) / 2, 1.75, words, ha="center", va="center")
    words = r"on $[-1, 1]$: $|x| \leq \ell_0(x)$," + "\nequal at the dots"
    axes.text(0, 1.75, words, ha="center", va="center")
    axes.vlines(ENDS, 0, top, color=step, linestyle="--", linewidth=1, label="ends", zorder=1)

    broken = np.where(numbers.x == 0, np.nan, numbers.l0)  # the circles show the jump
    for name, values, color in (("l1", numbers.l1, absolute), ("l0", broken, step)):
        for where, style in ((numbers.inside, "-"), (~numbers.inside, ":")):
            y = np.where(where, values, np.nan)
            axes.plot(numbers.x, y, style, color=color, label=name)
    circle = {"color": step, "label": "l0", "zorder": 3, "clip_on": False}
    hollow = {"markerfacecolor": look.color("background"), "markeredgewidth": 1.6}
    axes.plot(0, 1, "o", **circle, **hollow)
    axes.plot(numbers.x[numbers.touching], numbers.l0[numbers.touching], "o", **circle)

    axes.text(-0.5, 1.06, r"$\ell_0(x) = 1$ for $x \neq 0$", color=step, ha="center")
    axes.text(0.14, 0.035, r"$\ell_0(0) = 0$", color=step)
    words = "$|x|$: the largest convex\n" + r"function below $\ell_0$"
    axes.text(0, 0.7, words, color=absolute, ha="center", va="center")

    axes.set(xlabel="$x$", ylabel=r"$\ell_0(x)$ and $|x|$", xlim=(left, right), ylim=(0, top))
    axes.set(xticks=[-1, 0, 1], yticks=[0, 1])
    return figure


if __name__ == "__main__":
    main(compute, draw)
