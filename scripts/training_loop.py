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

STEP_SIZES = {"regression": 0.05, "binary classification": 3.0, "multi-class classification": 3.0}
CLASSES = 3  # of the multi-class classification
SEED = 4
SAMPLES, FEATURES = 40, 2  # n, all in one batch; d
NOISE, START = 0.5, 5.0  # standard deviations of the noise on the scores, and of the first weights
STEPS = 60
SHOWN = 24  # steps that are drawn of the path with accumulated gradients; more would tangle
PAST = 7  # a step of this path just past the minimum, at which the gradient is drawn
ARROW = 0.2  # length of the arrow, relative to the gradient
W1_RANGE, W2_RANGE = (-10.5, 11.5), (-14, 14)  # limits of the weights in the left panel
GRID = 101  # values of each weight at which the loss is computed, for the contours
CONTOURS = (1, 10, 40, 90)  # levels of the loss, for about even spacing


@dataclass(frozen=True)
class Numbers:
    """The problems, both runs of each task from the same weights, and the regression's loss."""

    inputs: np.ndarray  # (n, d), shared by all tasks
    targets: dict[str, np.ndarray]  # by task
    zeroed: dict[str, Run]  # by task
    accumulated: dict[str, Run]  # by task
    w1: np.ndarray  # (g, g): weights of the regression, over the panel
    w2: np.ndarray  # (g, g)
    surface: np.ndarray  # (g, g): their loss
    best: np.ndarray  # (d): the weights with the least loss
    gradient: np.ndarray  # (d): of the regression at step PAST, without zeroing


def compute() -> Numbers:
    """Sample a problem for each task, and train on it twice; record steps 0 to STEPS."""
    rng = np.random.default_rng(SEED)
    inputs = rng.standard_normal((SAMPLES, FEATURES))
    targets, zeroed, accumulated = {}, {}, {}
    for task, step_size in STEP_SIZES.items():
        outputs = CLASSES if task == "multi-class classification" else 1
        true_weight = rng.standard_normal((outputs, FEATURES))
        scores = inputs @ true_weight.T + NOISE * rng.standard_normal((SAMPLES, outputs))
        start = START * rng.standard_normal((outputs, FEATURES))
        targets[task] = targets_from(scores, task)
        settings = LOSSES[task], inputs, targets[task], step_size, STEPS + 1
        zeroed[task] = train(linear_layer(start), *settings)
        accumulated[task] = train(linear_layer(start), *settings, zero_gradients=False)

    y = targets["regression"][:, 0]
    w1, w2 = np.meshgrid(np.linspace(*W1_RANGE, GRID), np.linspace(*W2_RANGE, GRID))
    surface = squared_loss(np.stack([w1, w2], axis=-1) @ inputs.T - y).mean(axis=-1)
    best = np.linalg.lstsq(inputs, y)[0]
    w = accumulated["regression"].parameters[PAST]
    gradient = 2 / SAMPLES * (inputs @ w - y) @ inputs
    return Numbers(inputs, targets, zeroed, accumulated, w1, w2, surface, best, gradient)


def draw(numbers: Numbers) -> Figure:
    """Draw the paths of two weights on the left, and the losses of each task on the right."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    left, right = figure.add_gridspec(1, 2, width_ratios=(1.45, 1))
    draw_paths(figure.add_subplot(left), numbers)
    panels = right.subgridspec(3, 1).subplots(sharex=True)
    for axes, task in zip(panels, LOSSES, strict=True):
        draw_losses(axes, task, numbers.zeroed[task].loss, numbers.accumulated[task].loss)
    panels[-1].set_xlabel("step")
    return figure


def draw_paths(axes: Axes, numbers: Numbers) -> None:
    """Draw the weights of the regression before each step, on the contours of its loss."""
    response, reference, width = look.color("response"), look.color("reference"), look.MEDIUM_LINE
    zeroed = numbers.zeroed["regression"].parameters
    accumulated = numbers.accumulated["regression"].parameters[: SHOWN + 1]
    contours = axes.contour(numbers.w1, numbers.w2, numbers.surface, CONTOURS)
    contours.set(edgecolor=look.color("grid"), lw=look.FINE, label=look.FAINT, gid="contours")
    axes.plot(*accumulated.T, ".--", color=reference, linewidth=width, gid="path-accumulated")
    axes.plot(*zeroed.T, ".-", color=response, linewidth=width, markersize=4.5, gid="path-zeroed")
    look.dot(axes, zeroed[0], reference, hollow=True, gid="start")
    axes.plot(*numbers.best, "+", color=reference, markersize=8, gid="minimum")
    for step in (PAST, 2 * PAST):  # an arrowhead in the middle of the step
        look.arrow(axes, accumulated[step], accumulated[step : step + 2].mean(axis=0), gid="onward")
    back = accumulated[PAST] - ARROW * numbers.gradient
    look.arrow(axes, accumulated[PAST], back, color=response, gid="gradient")

    look.note(axes, "gradients zeroed:\nstep along $-g_t$", (1.5, 11), color=response)
    look.note(axes, "gradients accumulated:\nstep along $-(g_0 + \\ldots + g_t)$", (-6, -13.4))
    look.label(axes, f"$-g_{PAST}$\npoints back", back, (-5, 0), color=response)
    look.label(axes, "start", zeroed[0], (-6, 5))
    look.label(axes, "minimum", numbers.best, (-6, 5), path_effects=look.halo())
    look.label(axes, f"step {SHOWN}", accumulated[-1], (6, 0))
    axes.set(xlabel="$w_1$", ylabel="$w_2$", xlim=W1_RANGE, ylim=W2_RANGE)
    axes.set(title="Regression: accumulated gradients overshoot", aspect="equal", anchor="W")


def draw_losses(axes: Axes, task: str, zeroed: np.ndarray, accumulated: np.ndarray) -> None:
    """Draw the losses of a task before each step, and write the last ones next to the curves."""
    response, gid = look.color("response"), task.replace(" ", "-")
    axes.plot(accumulated, "--", color=look.color("reference"), gid=f"{gid}-accumulated")
    axes.plot(zeroed, color=response, gid=f"{gid}-zeroed")
    highest, last = accumulated[-20:].max(), zeroed[-1]  # highest: in the swings at the end
    look.note(axes, f"accumulated: {accumulated[-1]:#.3g}", (STEPS, highest), (0, 5), ha="right")
    look.note(axes, f"zeroed: {last:#.3g}", (STEPS, last), (0, -14), color=response, ha="right")
    axes.set(title=task.capitalize(), ylabel="loss (log scale)", yscale="log", ylim=(0.01, 3000))
    axes.set(xlim=(0, STEPS), xticks=range(0, STEPS + 1, 20), yticks=(0.1, 1, 10, 100))
    axes.yaxis.set_major_formatter("{x:g}")


if __name__ == "__main__":
    main(compute, draw)
