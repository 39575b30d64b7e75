"""What three parameters predict, and how likely they make the labels (section 2.3.2)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.likelihood import maximum_likelihood, negative_log_likelihood
from lecture.losses import sigmoid

SEED = 2
SAMPLES = 24
X_MAX = 3.0
TRUE_W = 1.5
W_RANGE = (-1.0, 5.0)  # of the loss curve, and of the search for the best w
OTHERS = (0.0, 4.0)  # compared with the best w: one too small, one too large
NAMES = ("unsure", "best", "overconfident")  # of the three w that are shown
STEPS = 200  # of the grid of each curve
WORST = 2  # number of ringed samples: the least probable under the largest shown w


@dataclass(frozen=True)
class Numbers:
    """The samples, the loss over w, and the predictions of three w: too small, best, too large."""

    x: np.ndarray  # (n)
    y: np.ndarray  # (n), -1.0 or +1.0
    w: np.ndarray  # (k)
    loss: np.ndarray  # (k)
    shown_w: np.ndarray  # (3)
    shown_loss: np.ndarray  # (3)
    grid: np.ndarray  # (k), of x
    probability: np.ndarray  # (3, k): P(+1 | x) over the grid
    stick: np.ndarray  # (3, n): P(y_i | x_i), the probability of a sample's own label
    likelihood: np.ndarray  # (3): the product of the sticks
    worst: np.ndarray  # (WORST): indices of the labels that are least probable under shown_w[2]


def compute() -> Numbers:
    """Sample labels at the middles of equal parts of the range of x, and find the most likely w."""
    rng = np.random.default_rng(SEED)
    x = X_MAX * ((2 * np.arange(SAMPLES) + 1) / SAMPLES - 1)
    y = np.where(rng.random(SAMPLES) < sigmoid(TRUE_W * x), 1.0, -1.0)
    w = np.linspace(*W_RANGE, STEPS + 1)
    loss = negative_log_likelihood(w, x, y)

    shown_w = np.array([OTHERS[0], maximum_likelihood(x, y, *W_RANGE), OTHERS[1]])
    shown_loss = negative_log_likelihood(shown_w, x, y)
    grid = X_MAX * np.linspace(-1, 1, STEPS + 1)
    probability = sigmoid(np.outer(shown_w, grid))
    stick = sigmoid(np.outer(shown_w, y * x))
    likelihood = stick.prod(axis=1)
    worst = stick[2].argsort(kind="stable")[:WORST]
    return Numbers(x, y, w, loss, shown_w, shown_loss, grid, probability, stick, likelihood, worst)


def draw(numbers: Numbers) -> Figure:
    """Draw what each of three w predicts; below these panels, the mean loss."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    words = "Each stick is as long as the probability of its label; their product is the likelihood"
    figure.suptitle(words, x=0.078, ha="left", size="medium", weight=600)
    above, below = figure.add_gridspec(2, 1, height_ratios=(1.9, 1))
    panels = above.subgridspec(1, 3).subplots(sharey=True)
    for k, axes in enumerate(panels):
        draw_prediction(axes, numbers, k)
    panels[0].set_ylabel(r"$P(+1 \mid x) = \sigma(w\,x)$")
    look.note(panels[0], "label −1", (-3, 1), (0, 4), gid="name-negative")
    look.note(panels[0], "label +1", (1, 0), (0, -12), gid="name-positive")
    draw_worst(panels[2], numbers)
    draw_loss(figure.add_subplot(below), numbers)
    return figure


def draw_prediction(axes: Axes, numbers: Numbers, k: int) -> None:
    """Draw the sigmoid of one w, and a stick for the probability of each sample's own label."""
    x, stick, plus = numbers.x, numbers.stick[k], numbers.y == 1
    axes.vlines(x[plus], 0, stick[plus], look.color("positive"), gid="sticks-positive")
    axes.vlines(x[~plus], 1, 1 - stick[~plus], look.color("negative"), gid="sticks-negative")
    (curve,) = axes.plot(numbers.grid, numbers.probability[k], zorder=1, gid="sigmoid")
    curve.set(color=look.color("reference"), linewidth=look.MEDIUM_LINE)
    mantissa, exponent = f"{numbers.likelihood[k]:.1e}".split("e")
    likelihood = rf"likelihood ${mantissa} \cdot 10^{{{int(exponent)}}}$"
    look.note(axes, likelihood, (0, 1), (0, 6), xycoords="axes fraction", gid="likelihood")
    axes.set_title(f"$w = {numbers.shown_w[k]:.3g}$: {NAMES[k]}", weight="normal", pad=17)
    axes.set(xlabel="$x$", xticks=[-3, 0, 3], ylim=(-0.3, 1.3), yticks=[0, 0.5, 1])


def draw_worst(axes: Axes, numbers: Numbers) -> None:
    """Ring the tips of the shortest sticks under the largest w, and write their samples' losses."""
    for i in numbers.worst:
        stick, positive = numbers.stick[2, i], numbers.y[i] == 1
        tip = (numbers.x[i], stick if positive else 1 - stick)
        ring = look.dot(axes, tip, look.color("reference"), hollow=True, size=8, gid="worst")
        ring.set_zorder(1.5)  # over the curve, under the sticks
        words = rf"$-\log\,{stick:.3f} = {-np.log(stick):.1f}$"
        offset = (8, -17) if positive else (-8, 10)
        look.note(axes, words, tip, offset, ha="center", gid="worst-cost")


def draw_loss(axes: Axes, numbers: Numbers) -> None:
    """Draw the mean loss over w, and the three w that are shown above."""
    axes.plot(numbers.w, numbers.loss, color=look.color("response"), gid="loss")
    w, loss = numbers.shown_w, numbers.shown_loss
    look.dot(axes, (w, loss), look.color("kernel"), gid="marks")
    costs = -np.log(numbers.stick[2, numbers.worst])
    terms = " + ".join(f"{cost:.1f}" for cost in costs)
    ringed = f"ringed: ({terms}) / {SAMPLES} = {costs.sum() / SAMPLES:.2f}"
    words = f"{NAMES[2]}: {loss[2]:.2f}, of which\n{ringed}"
    look.label(axes, f"{NAMES[0]}: {loss[0]:.2f}", (w[0], loss[0]), (6, 5), gid="small-words")
    look.label(axes, f"{NAMES[1]}: {loss[1]:.2f}", (w[1], loss[1]), (0, 6), gid="best-words")
    look.label(axes, words, (w[2], loss[2]), (0, 7), gid="large-words")
    axes.set(xlabel="$w$", ylabel=r"mean of $-\log\,P(y_i \mid x_i)$", xlim=W_RANGE, ylim=(0, 1.75))
    axes.set_title("Negative log-likelihood per sample = mean logistic loss")


if __name__ == "__main__":
    main(compute, draw)
