"""The negative log-likelihood of one parameter, and the sigmoids of three (section 2.3.2)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main

SEED = 2
SAMPLES = 24
X_MAX = 3.0
TRUE_W = 1.5
W_RANGE = (-1.0, 5.0)
OTHERS = (0.0, 4.0)  # compared with the best w: one too small, one too large
STEPS = 200  # of each curve
HALVINGS = 60  # of W_RANGE, down to the last bit


def sigmoid(a: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-a)) for scores a of any shape."""
    return 1 / (1 + np.exp(-a))


def negative_log_likelihood(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """-(1/n) log of the product of P(y_i | x_i) = sigmoid(y_i w x_i): w (k), x, y (n) to (k)."""
    return -np.log(sigmoid(np.outer(w, y * x))).mean(axis=1)


def slope(w: float, x: np.ndarray, y: np.ndarray) -> float:
    """Its derivative at w: each sample pulls by y_i x_i times the other label's probability."""
    return -np.mean(y * x * sigmoid(-w * y * x))


def minimiser(x: np.ndarray, y: np.ndarray) -> float:
    """Where the slope is 0. It rises with w, so halving keeps the half where it changes sign."""
    low, high = W_RANGE
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if slope(middle, x, y) > 0 else (middle, high)
    return (low + high) / 2


@dataclass(frozen=True)
class Numbers:
    """Samples x, y (n); the loss over w (k); three w with their losses, the best in the middle.

    The three, shown_w (3), give label +1 the probability (3, k) over grid (k).
    """

    x: np.ndarray
    y: np.ndarray
    w: np.ndarray
    loss: np.ndarray
    shown_w: np.ndarray
    shown_loss: np.ndarray
    grid: np.ndarray
    probability: np.ndarray


def compute() -> Numbers:
    """Draw labels for an even x, find the w under which these labels are likeliest."""
    rng = np.random.default_rng(SEED)
    x = X_MAX * ((2 * np.arange(SAMPLES) + 1) / SAMPLES - 1)
    y = np.where(rng.random(SAMPLES) < sigmoid(TRUE_W * x), 1.0, -1.0)

    w = np.linspace(*W_RANGE, STEPS + 1)
    loss = negative_log_likelihood(w, x, y)
    shown_w = np.array([OTHERS[0], minimiser(x, y), OTHERS[1]])
    shown_loss = negative_log_likelihood(shown_w, x, y)
    grid = X_MAX * np.linspace(-1, 1, STEPS + 1)
    return Numbers(x, y, w, loss, shown_w, shown_loss, grid, sigmoid(np.outer(shown_w, grid)))


def draw(numbers: Numbers) -> Figure:
    """The likelihood of three w at the left, what they say of the samples at the right."""
    figure = Figure(figsize=(look.WIDTH, 3.2))
    likelihood, fit = figure.subplots(1, 2)
    kernel, guide = look.color("kernel"), look.color("reference")

    likelihood.plot(numbers.w, numbers.loss, color=look.color("response"), label="loss")
    styles = (
        {"label": "other w", "color": guide, "marker": "s", "linestyle": ":", "linewidth": 1.4},
        {"label": "best w", "color": kernel, "marker": "o", "linestyle": "-"},
        {"label": "other w", "color": guide, "marker": "D", "linestyle": "--", "linewidth": 1.4},
    )
    shown = numbers.shown_w, numbers.shown_loss, numbers.probability, styles
    for w, loss, probability, style in zip(*shown, strict=True):
        likelihood.plot(w, loss, **style)
        fit.plot(numbers.grid, probability, **{**style, "marker": ""})

    small, best, large = numbers.shown_w
    likelihood.text(0.3, 0.73, f"$w = {small:g}$: unsure", color=guide)
    likelihood.text(best, 0.2, rf"$\hat{{w}} = {best:.2f}$: best", color=kernel, ha="center")
    likelihood.text(3.75, 0.57, f"$w = {large:g}$: too sure", color=guide, ha="right")
    fit.text(-2.9, 0.53, f"$w = {small:g}$", color=guide)
    fit.text(1.1, 0.68, rf"$\hat{{w}} = {best:.2f}$", color=kernel)
    fit.text(0.1, 0.75, f"$w = {large:g}$", color=guide, ha="right")

    for label, height, marker, role, place, align in (
        (1, 1, "o", "positive", -X_MAX, "left"),
        (-1, 0, "^", "negative", X_MAX, "right"),
    ):
        name = f"label {label:+d}".replace("-", "−")
        x = numbers.x[numbers.y == label]
        fit.plot(x, 0 * x + height, marker, color=look.color(role), label=name)
        fit.text(place, height, name, ha=align, va="center")

    likelihood.set(xlabel="$w$", ylabel=r"mean of $-\log\,P(y_i \mid x_i)$")
    likelihood.set(ylim=(0, None), yticks=[0, 0.5, 1, 1.5])
    likelihood.set_title("Negative log-likelihood")
    fit.set(xlabel="$x$", ylabel=r"$P(y = +1 \mid x) = \sigma(w\,x)$")
    fit.set(ylim=(-0.1, 1.1), yticks=[0, 0.5, 1])
    fit.set_title("What each $w$ says of the labels")
    return figure


if __name__ == "__main__":
    main(compute, draw)
