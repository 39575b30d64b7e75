"""The logistic loss against the margin, with its value at 0 (section 2.3.1)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main

MARGIN_MAX = 6.0
STEPS = 120  # on each side of m = 0


def logistic_loss(margin: np.ndarray) -> np.ndarray:
    """loss(m) = log(1 + exp(-m)) for margins m = y w^T x of any shape (section 2.3.1).

    It is log(exp(0) + exp(-m)), and `logaddexp` overflows for no m and keeps all digits.
    """
    return np.logaddexp(0.0, -margin)


@dataclass(frozen=True)
class Numbers:
    """The curve: margin (n), loss (n); up to margin 0, its asymptote: wrong (k), asymptote (k)."""

    margin: np.ndarray
    loss: np.ndarray
    wrong: np.ndarray
    asymptote: np.ndarray


def compute() -> Numbers:
    """Evaluate the loss on an even grid, and its asymptote -m where the margin is wrong."""
    margin = MARGIN_MAX * np.arange(-STEPS, STEPS + 1) / STEPS
    wrong = margin[margin <= 0]
    return Numbers(margin, logistic_loss(margin), wrong, -wrong)


def draw(numbers: Numbers) -> Figure:
    """The curve between its two ends: a straight line on the wrong side, 0 on the right."""
    figure = Figure(figsize=(look.WIDTH, 3.2))
    axes = figure.subplots()
    curve, guide = look.color("response"), look.color("reference")
    zero = numbers.margin == 0
    (at_zero,) = numbers.loss[zero]

    thin = {"color": guide, "linewidth": 1, "zorder": 1}
    axes.vlines(0, 0, 7, linestyle=":", label="sides", **thin)
    axes.plot(numbers.wrong, numbers.asymptote, "--", label="asymptote", **thin)
    axes.plot(numbers.margin, numbers.loss, color=curve, label="loss")
    axes.plot(numbers.margin[zero], numbers.loss[zero], "o", color=curve, label="at zero")

    axes.text(-4.1, 4.4, r"$\mathrm{loss}(m) = \log(1 + e^{-m})$", color=curve, size=11)
    axes.text(-1.6, 1.0, "asymptote $-m$", color=guide, ha="right")
    axes.text(4.5, 0.25, "tends to 0", color=curve, ha="center")
    value = rf"$\log 2 \approx {at_zero:.3f}$"
    axes.annotate(value, (0, at_zero), xytext=(9, 4), textcoords="offset points")
    for x, side, words, align in (
        (-0.25, "wrong side, $m < 0$:", "label and score disagree in sign", "right"),
        (0.25, "right side, $m > 0$:", "label and score agree in sign", "left"),
    ):
        axes.text(x, 6.8, f"{side}\n{words}", ha=align, va="top")

    xlabel = r"margin $m = y\,w^\top x$: label times score"
    axes.set(xlabel=xlabel, ylabel="loss", ylim=(0, 7))
    axes.margins(x=0.02)
    return figure


if __name__ == "__main__":
    main(compute, draw)
