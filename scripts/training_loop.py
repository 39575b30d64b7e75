"""Training with and without zeroing the gradients: paths of weights, and losses (section 6)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.losses import squared_loss
from lecture.models import linear_layer
from lecture.training import LOSSES, Run, targets_from, train

TASKS = (  # key of LOSSES, outputs k of the model, step size
    ("regression", 1, 0.05),
    ("binary classification", 1, 3.0),
    ("multi-class classification", 3, 3.0),
)
SEED = 4
SAMPLES, FEATURES = 40, 2  # n, all in one batch, and d
NOISE, START = 0.5, 5.0  # standard deviations of the noise on the scores, and of the first weights
STEPS = 60
SHOWN = 24  # steps of the accumulated path; later ones circle on
W1_RANGE, W2_RANGE, GRID = (-10.5, 11.5), (-14, 14), 101  # limits; values of each for the contours
LOSS_RANGE = (0.02, 500)
CONTOURS = (1, 10, 40, 90)  # losses, at even distances


@dataclass(frozen=True)
class Numbers:
    """The problems, both runs of each task from the same weights, and a loss over its weights."""

    inputs: np.ndarray  # (n, d), shared by all tasks
    targets: dict[str, np.ndarray]  # by task
    runs: dict[str, dict[str, Run]]  # "zeroed", "accumulated"; by task: before each step
    w1: np.ndarray  # (g)
    w2: np.ndarray  # (g)
    surface: np.ndarray  # (g, g): loss of the regression at w2[i], w1[j]
    best: np.ndarray  # (d): the weights with the least loss


def compute() -> Numbers:
    """Draw one problem for each task, and train on it twice from the same weights."""
    rng = np.random.default_rng(SEED)
    inputs = rng.standard_normal((SAMPLES, FEATURES))
    targets: dict[str, np.ndarray] = {}
    runs: dict[str, dict[str, Run]] = {"zeroed": {}, "accumulated": {}}
    for task, k, step_size in TASKS:
        true_weight = rng.standard_normal((k, FEATURES))
        scores = inputs @ true_weight.T + NOISE * rng.standard_normal((SAMPLES, k))
        start = START * rng.standard_normal((k, FEATURES))
        targets[task] = targets_from(scores, task)
        for way in runs:
            model = linear_layer(start)
            zero_gradients = way == "zeroed"
            runs[way][task] = train(
                model, LOSSES[task], inputs, targets[task], step_size, STEPS + 1, zero_gradients
            )

    target = targets["regression"][:, 0]
    w1, w2 = np.linspace(*W1_RANGE, GRID), np.linspace(*W2_RANGE, GRID)
    weights = np.stack(np.meshgrid(w1, w2), axis=-1)
    surface = squared_loss(weights @ inputs.T - target).mean(axis=-1)
    best = np.linalg.lstsq(inputs, target)[0]
    return Numbers(inputs, targets, runs, w1, w2, surface, best)


def draw_paths(axes: Axes, numbers: Numbers) -> None:
    """Draw the weights of the regression before each step, on the contours of its loss."""
    response, reference, width = look.color("response"), look.color("reference"), look.MEDIUM_LINE
    zeroed = numbers.runs["zeroed"]["regression"].parameters
    accumulated = numbers.runs["accumulated"]["regression"].parameters[: SHOWN + 1]
    contours = axes.contour(numbers.w1, numbers.w2, numbers.surface, CONTOURS)
    contours.set(edgecolor=look.color("grid"), lw=look.FINE, label=look.FAINT, gid="contours")
    axes.plot(*accumulated.T, ".--", color=reference, lw=width, gid="path-accumulated")
    axes.plot(*zeroed.T, ".-", color=response, lw=width, gid="path-zeroed")
    look.dot(axes, zeroed[0], reference, hollow=True, gid="start")
    axes.plot(*numbers.best, "+", color=reference, markersize=8, gid="minimum")

    look.note(axes, "gradients zeroed:\nstep along $-g_t$", (1.5, 11), color=response)
    look.note(axes, "gradients accumulated:\nstep along $-(g_0 + \\ldots + g_t)$", (-6, -13.4))
    look.label(axes, "start", zeroed[0], (-6, 5), size=look.SMALL)
    look.label(axes, "minimum", numbers.best, (-6, 5), size=look.SMALL, path_effects=look.halo())
    look.label(axes, f"step {STEPS}", zeroed[-1], (0, -11), size=look.SMALL, color=response)
    look.label(axes, f"step {SHOWN}", accumulated[-1], (6, 0), size=look.SMALL)
    axes.set(xlabel="$w_1$", ylabel="$w_2$", xlim=W1_RANGE, ylim=W2_RANGE, aspect="equal")
    axes.set_title("Regression: the weights, step by step")


def draw_losses(axes: Axes, numbers: Numbers, task: str) -> None:
    """Draw the loss of a task before each step, with and without zeroing the gradients."""
    ways = ("zeroed", "response", "-", -10), ("accumulated", "reference", "--", 10)
    for way, role, dash, up in ways:
        color, gid = look.color(role), f"{task}-{way}".replace(" ", "-")
        loss = numbers.runs[way][task].loss
        axes.plot(loss, dash, color=color, linewidth=look.MEDIUM_LINE, gid=gid)
        words, end = f"{way}: {loss[-1]:#.3g}", (STEPS, loss[-20:].max())
        text = look.note(axes, words, end, (0, up), color=color, ha="right", va="center")
        text.set_gid(f"{gid}-words")
    axes.set(title=task.capitalize(), ylabel="loss (log scale)", yscale="log", ylim=LOSS_RANGE)
    axes.set(xlim=(0, STEPS), xticks=range(0, STEPS + 1, 20))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()


def draw(numbers: Numbers) -> Figure:
    """Draw the paths of two weights on the left, and the losses of each task on the right."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    left, right = figure.add_gridspec(1, 2, width_ratios=(1.5, 1))
    draw_paths(figure.add_subplot(left), numbers)
    panels = right.subgridspec(3, 1).subplots(sharex=True)
    for axes, task in zip(panels, LOSSES, strict=True):
        draw_losses(axes, numbers, task)
    panels[-1].set_xlabel("step")
    return figure


if __name__ == "__main__":
    main(compute, draw)
