"""The negative log-likelihood of one parameter, and the sigmoid it fits (section 2.3.2)."""

from dataclasses import dataclass

import lecture

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

SEED = 2
SAMPLES = 24
X_MAX = 3.0
TRUE_W = 1.5
W_RANGE = (-1.0, 4.0)
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
    """Samples x, y (n); the loss over w (k), least at best_w; the fitted probability over grid."""

    x: np.ndarray
    y: np.ndarray
    w: np.ndarray
    loss: np.ndarray
    best_w: float
    best_loss: float
    grid: np.ndarray
    probability: np.ndarray


def compute() -> Numbers:
    """Draw labels for an even x, find the w under which their labels are likeliest."""
    rng = np.random.default_rng(SEED)
    x = X_MAX * ((2 * np.arange(SAMPLES) + 1) / SAMPLES - 1)
    y = np.where(rng.random(SAMPLES) < sigmoid(TRUE_W * x), 1.0, -1.0)

    w = np.linspace(*W_RANGE, STEPS + 1)
    best_w = minimiser(x, y)
    (best_loss,) = negative_log_likelihood(np.array([best_w]), x, y)
    grid = X_MAX * np.linspace(-1, 1, STEPS + 1)
    loss = negative_log_likelihood(w, x, y)
    return Numbers(x, y, w, loss, best_w, best_loss, grid, sigmoid(best_w * grid))


def draw_likelihood(axes: Axes, numbers: Numbers) -> None:
    """The curve over w, and its lowest point with a line down to the axis."""
    curve, mark = lecture.color("response"), lecture.color("kernel")
    best = numbers.best_w, numbers.best_loss
    axes.plot(numbers.w, numbers.loss, color=curve, label="loss")
    axes.vlines(best[0], 0, best[1], color=mark, linestyle="--", linewidth=1, label="best w")
    axes.plot(*best, "o", color=mark, label="minimum")
    words = rf"minimiser $\hat{{w}} = {best[0]:.2f}$:" + "\nslope 0"
    leader = {"arrowstyle": "-", "color": mark, "shrinkB": 5}
    place = {"xytext": (0, 38), "textcoords": "offset points", "ha": "center"}
    axes.annotate(words, best, color=mark, arrowprops=leader, **place)
    axes.set(xlabel="$w$", ylabel=r"mean of $-\log\,P(y_i \mid x_i)$", ylim=(0, None))
    axes.set_title("Negative log-likelihood")


def draw_fit(axes: Axes, numbers: Numbers) -> None:
    """The fitted probability of label +1, and the samples at the labels' 0 and 1."""
    curve = lecture.color("kernel")
    axes.plot(numbers.grid, numbers.probability, color=curve, label="probability")
    axes.text(0.75, 0.62, r"$\sigma(\hat{w}\,x)$", color=curve, size=11)
    for label, height, marker, role, place, align in (
        (1, 1, "o", "positive", -X_MAX, "left"),
        (-1, 0, "^", "negative", X_MAX, "right"),
    ):
        name = f"label {label:+d}".replace("-", "−")
        x = numbers.x[numbers.y == label]
        axes.plot(x, 0 * x + height, marker, color=lecture.color(role), label=name)
        axes.text(place, height, name, ha=align, va="center")
    axes.set(xlabel="$x$", ylabel=r"$P(y = +1 \mid x)$", ylim=(-0.1, 1.1), yticks=[0, 0.5, 1])
    axes.set_title("The sigmoid it fits")


def draw(numbers: Numbers) -> Figure:
    """The likelihood's minimum at the left, what it means for the samples at the right."""
    figure = Figure(figsize=(lecture.WIDTH, 3.0))
    likelihood, fit = figure.subplots(1, 2)
    draw_likelihood(likelihood, numbers)
    draw_fit(fit, numbers)
    return figure


if __name__ == "__main__":
    lecture.main(compute, draw)
