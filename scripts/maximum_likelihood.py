"""What three parameters predict, and how likely they make the labels (section 2.3.2)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.likelihood import maximum_likelihood, negative_log_likelihood
from lecture.losses import sigmoid

SEED, SAMPLES = 2, 24
X_MAX = 3.0
TRUE_W = 1.5
W_RANGE = (-1.0, 5.0)
OTHERS = (0.0, 4.0)  # compared with the best w: one too small, one too large
STEPS = 200  # of each curve
WORST = 2  # samples that cost the largest w most
NAMES = ("unsure", "best", "overconfident")  # of the three w
ROLES = ("reference", "kernel", "reference")
MARKERS = ("s", "o", "D")
HEADING = "Each stick is as long as the probability of its sample’s own label"
OFFSETS = ((6, 5), (0, 9), (0, 9))  # from each mark to its words, in points


@dataclass(frozen=True)
class Numbers:
    """The samples, the loss over w, and what three w predict: a small, the best, a large one."""

    x: np.ndarray  # (n)
    y: np.ndarray  # (n), -1.0 or +1.0
    w: np.ndarray  # (k)
    loss: np.ndarray  # (k)
    shown_w: np.ndarray  # (3)
    shown_loss: np.ndarray  # (3)
    grid: np.ndarray  # (k), of x
    probability: np.ndarray  # (3, k): P(+1 | x) over the grid
    sample_probability: np.ndarray  # (3, n): P(+1 | x_i)
    worst: np.ndarray  # (WORST): the samples with the least probable labels under the largest w
    worst_probability: np.ndarray  # (WORST): of their labels


def compute() -> Numbers:
    """Draw labels for evenly spaced x, and find the w under which they are most probable."""
    rng = np.random.default_rng(SEED)
    x = X_MAX * ((2 * np.arange(SAMPLES) + 1) / SAMPLES - 1)
    y = np.where(rng.random(SAMPLES) < sigmoid(TRUE_W * x), 1.0, -1.0)

    w = np.linspace(*W_RANGE, STEPS + 1)
    shown_w = np.array([OTHERS[0], maximum_likelihood(x, y, *W_RANGE), OTHERS[1]])
    loss, shown_loss = (negative_log_likelihood(values, x, y) for values in (w, shown_w))
    grid = X_MAX * np.linspace(-1, 1, STEPS + 1)
    curves, tips = sigmoid(np.outer(shown_w, grid)), sigmoid(np.outer(shown_w, x))
    own = sigmoid(shown_w[-1] * y * x)
    worst = own.argsort(kind="stable")[:WORST]
    return Numbers(x, y, w, loss, shown_w, shown_loss, grid, curves, tips, worst, own[worst])


def draw_prediction(axes: Axes, numbers: Numbers, k: int) -> None:
    """The sigmoid of one w, and a stick for the probability of each sample's own label."""
    for label, role in look.CLASS_ROLES.items():
        own = numbers.y == label
        tips = numbers.sample_probability[k, own]
        axes.vlines(numbers.x[own], int(label == -1), tips, look.color(role), gid=f"sticks-{role}")
    style = {"color": look.color("reference"), "linewidth": look.MEDIUM_LINE, "zorder": 1}
    axes.plot(numbers.grid, numbers.probability[k], gid="sigmoid", **style)
    symbol = rf"\hat{{w}} = {numbers.shown_w[k]:.2f}" if k == 1 else f"w = {numbers.shown_w[k]:g}"
    axes.set_title(f"${symbol}$: {NAMES[k]}", x=0.08, weight="normal")
    (key,) = axes.plot(0.025, 1.09, MARKERS[k], transform=axes.transAxes, gid=f"key-{k}")
    key.set(color=look.color(ROLES[k]), clip_on=False)
    axes.set(xlabel="$x$", xticks=[-3, 0, 3], ylim=(-0.23, 1.2), yticks=[0, 0.5, 1])


def draw_worst(axes: Axes, numbers: Numbers) -> None:
    """Ring the tips of the shortest sticks, and write their lengths."""
    x, tips = numbers.x[numbers.worst], numbers.sample_probability[2, numbers.worst]
    ring = {"color": look.color("reference"), "fillstyle": "none", "markersize": 10}
    axes.plot(x, tips, "o", markeredgewidth=look.FRAME, gid="worst", **ring)
    for tip, length in zip(zip(x, tips, strict=True), numbers.worst_probability, strict=True):
        offset = (-8, 9) if tip[1] > 0.5 else (8, -16)
        words = rf"$P = {length:.3f}$, $-\log\,P = {-np.log(length):.1f}$"
        look.note(axes, words, tip, offset, ha="center", gid="worst-probability")


def draw_loss(axes: Axes, numbers: Numbers) -> None:
    """The mean loss over w, with the three marks."""
    axes.plot(numbers.w, numbers.loss, color=look.color("response"), gid="loss")
    for k, point in enumerate(zip(numbers.shown_w, numbers.shown_loss, strict=True)):
        color, words = look.color(ROLES[k]), f"{NAMES[k]}: {point[1]:.2f}"
        axes.plot(*point, MARKERS[k], color=color, gid=f"mark-{k}")
        look.label(axes, words, point, OFFSETS[k], color=color, gid=f"mark-{k}-words")
    share = -np.log(numbers.worst_probability).sum() / SAMPLES
    words = f"{share:.2f} of {point[1]:.2f}: the {WORST} ringed labels"
    look.label(axes, words, point, (0, -9), gid="worst-words")
    axes.set(xlabel="$w$", ylabel=r"mean of $-\log\,P(y_i \mid x_i)$")
    axes.set(xlim=W_RANGE, ylim=(0, 1.75), yticks=[0, 0.5, 1, 1.5])
    axes.set_title("Negative log-likelihood per sample = mean logistic loss")


def draw(numbers: Numbers) -> Figure:
    """Above, what each of three w predicts; below, the mean loss of every w."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    figure.suptitle(HEADING, x=0.078, ha="left", size="medium", weight=600)
    grid = figure.add_gridspec(2, 3)
    panels = [figure.add_subplot(grid[0, k]) for k in range(3)]
    for k, axes in enumerate(panels):
        draw_prediction(axes, numbers, k)
        axes.tick_params(labelleft=k == 0)
    panels[0].set_ylabel(r"$P(+1 \mid x) = \sigma(w\,x)$")
    look.note(panels[0], "label −1", (-3, 1), (0, 4), gid="name-negative")
    look.note(panels[0], "label +1", (1, 0), (0, -12), gid="name-positive")
    draw_worst(panels[2], numbers)
    draw_loss(figure.add_subplot(grid[1, :]), numbers)
    return figure


if __name__ == "__main__":
    main(compute, draw)
