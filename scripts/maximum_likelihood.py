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
NAMES = ("unsure", "best", "overconfident")  # of the three w
STEPS = 200  # of each curve
WORST = 2  # samples that cost the largest w most


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
    loss = negative_log_likelihood(w, x, y)
    shown_w = np.array([OTHERS[0], maximum_likelihood(x, y, *W_RANGE), OTHERS[1]])
    shown_loss = negative_log_likelihood(shown_w, x, y)

    grid = X_MAX * np.linspace(-1, 1, STEPS + 1)
    curves = sigmoid(np.outer(shown_w, grid))
    tips = sigmoid(np.outer(shown_w, x))
    own = sigmoid(shown_w[-1] * y * x)
    worst = own.argsort(kind="stable")[:WORST]
    return Numbers(x, y, w, loss, shown_w, shown_loss, grid, curves, tips, worst, own[worst])


def draw_prediction(axes: Axes, numbers: Numbers, k: int) -> None:
    """Draw the sigmoid of one w, and a stick for the probability of each sample's own label."""
    x, tip, positive = numbers.x, numbers.sample_probability[k], numbers.y == 1
    axes.vlines(x[positive], 0, tip[positive], look.color("positive"), gid="sticks-positive")
    axes.vlines(x[~positive], 1, tip[~positive], look.color("negative"), gid="sticks-negative")
    (curve,) = axes.plot(numbers.grid, numbers.probability[k], zorder=1, gid="sigmoid")
    curve.set(color=look.color("reference"), linewidth=look.MEDIUM_LINE)
    symbol = r"\hat{w}" if NAMES[k] == "best" else "w"
    axes.set_title(f"${symbol} = {numbers.shown_w[k]:.3g}$: {NAMES[k]}", weight="normal", x=0.07)
    look.dot(axes, (0.025, 1.08), look.color("kernel"), gid="w-dot").set_transform(axes.transAxes)
    axes.set(xlabel="$x$", xticks=[-3, 0, 3], ylim=(-0.33, 1.3), yticks=[0, 0.5, 1])


def draw_worst(axes: Axes, numbers: Numbers) -> None:
    """Ring the tips of the shortest sticks, and write what these labels cost."""
    x, tip = numbers.x[numbers.worst], numbers.sample_probability[2, numbers.worst]
    rings = look.dot(axes, (x, tip), look.color("reference"), hollow=True, size=8, gid="worst")
    rings.set_zorder(1.5)  # over the curve, under the sticks
    for i, probability in enumerate(numbers.worst_probability):
        offset = (-8, 10) if tip[i] > 0.5 else (8, -17)
        words = rf"$-\log\,{probability:.3f} = {-np.log(probability):.1f}$"
        look.note(axes, words, (x[i], tip[i]), offset, ha="center", gid="worst-cost")


def draw_loss(axes: Axes, numbers: Numbers) -> None:
    """Draw the mean loss over w, and the three w that are shown above."""
    axes.plot(numbers.w, numbers.loss, color=look.color("response"), gid="loss")
    w, loss = numbers.shown_w, numbers.shown_loss
    look.dot(axes, (w, loss), look.color("kernel"), gid="marks")
    look.label(axes, f"{NAMES[0]}: {loss[0]:.2f}", (w[0], loss[0]), (6, 5), gid="small-words")
    look.label(axes, f"{NAMES[1]}: {loss[1]:.2f}", (w[1], loss[1]), (0, 9), gid="best-words")
    costs = -np.log(numbers.worst_probability)
    terms = " + ".join(f"{cost:.1f}" for cost in costs)
    share = f"({terms}) / {SAMPLES} = {costs.sum() / SAMPLES:.2f}"
    words = f"{NAMES[2]}: {loss[2]:.2f}, of which\nthe ringed labels cause\n{share}"
    look.label(axes, words, (w[2], loss[2]), (0, 9), gid="large-words")
    axes.set(xlabel="$w$", ylabel=r"mean of $-\log\,P(y_i \mid x_i)$")
    axes.set(xlim=W_RANGE, ylim=(0, 1.75), yticks=[0, 0.5, 1, 1.5])
    axes.set_title("Negative log-likelihood per sample = mean logistic loss")


def draw(numbers: Numbers) -> Figure:
    """Draw what each of three w predicts, and below the mean loss of every w."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    heading = "Each stick is as long as the probability of its sample’s own label"
    figure.suptitle(heading, x=0.078, ha="left", size="medium", weight=600)
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
