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

SEED = 4
SAMPLES, FEATURES, OUTPUTS = 40, 2, (1, 1, 3)  # n (one batch), d, and k of each task
NOISE, START = 0.5, 5.0  # standard deviations of the noise on the scores, and of the first weights
STEP_SIZES, STEPS = (0.05, 3.0, 3.0), 60  # of each task; of all tasks
BOTTOM, TOPS = 0.1, (300, 20, 20)  # of the loss axis of each task
W1_RANGE, W2_RANGE, GRID = (-13, 11), (-17, 18), 101  # limits; values of each for the contours
CONTOURS = (1, 10, 40, 90, 160, 250, 360)  # losses, at even distances
ROLES = {"zeroed": "response", "accumulated": "reference"}
DASHES = {"zeroed": "-", "accumulated": "--"}
SHOWN = {"zeroed": 60, "accumulated": 24}  # steps of a path; later ones circle on
DOTS = {"zeroed": 3, "accumulated": 1}  # steps from dot to dot on a path
STEPS_ALONG = {"zeroed": "$-g_t$", "accumulated": r"$-(g_0 + \ldots + g_t)$"}
WORDS_AT = {"zeroed": (1.5, 10.8), "accumulated": (-8, -14)}


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
    targets = {}
    runs: dict[str, dict[str, Run]] = {way: {} for way in ROLES}
    for task, k, step_size in zip(LOSSES, OUTPUTS, STEP_SIZES, strict=True):
        true_weight = rng.standard_normal((k, FEATURES))
        scores = inputs @ true_weight.T + NOISE * rng.standard_normal((SAMPLES, k))
        start = START * rng.standard_normal((k, FEATURES))
        targets[task] = targets_from(scores, task)
        problem = LOSSES[task], inputs, targets[task], step_size, STEPS + 1
        for way in runs:
            runs[way][task] = train(linear_layer(start), *problem, zero_gradients=way == "zeroed")
    target = targets["regression"][:, 0]
    w1, w2 = (np.linspace(*limits, GRID) for limits in (W1_RANGE, W2_RANGE))
    weights = np.stack(np.meshgrid(w1, w2), axis=-1)
    surface = squared_loss(weights @ inputs.T - target).mean(axis=-1)
    best = np.linalg.lstsq(inputs, target)[0]
    return Numbers(inputs, targets, runs, w1, w2, surface, best)


def draw_path(axes: Axes, numbers: Numbers) -> None:
    """The weights of the regression before each step, on the contours of its loss."""
    rings = {"colors": look.color("grid"), "linewidths": look.FINE}
    contours = axes.contour(numbers.w1, numbers.w2, numbers.surface, CONTOURS, **rings)
    contours.set(label="_contours", gid="contours")
    for way, runs in numbers.runs.items():
        path, color = runs["regression"].parameters[: SHOWN[way] + 1], look.color(ROLES[way])
        style = {"color": color, "linewidth": look.MEDIUM_LINE, "gid": f"path-{way}"}
        axes.plot(*path.T, f".{DASHES[way]}", markevery=DOTS[way], **style)
        words = {"color": color, "path_effects": look.halo(), "gid": f"path-{way}-words"}
        axes.text(*WORDS_AT[way], f"gradients {way}:\nstep along {STEPS_ALONG[way]}", **words)
    axes.plot(*numbers.best, "+", color=look.color("reference"), markersize=8, gid="minimum")
    small = {"size": look.SMALL, "path_effects": look.halo()}
    look.label(axes, "start", path[0], (-6, 5), **small)
    look.label(axes, "minimum", numbers.best, (-6, 5), **small)
    look.label(axes, f"step {len(path) - 1}", path[-1], (0, -5), **small)
    axes.set(xlabel="$w_1$", ylabel="$w_2$", xlim=W1_RANGE, ylim=W2_RANGE, aspect="equal")
    axes.set_title("Regression: path of the weights", pad=18)
    look.label_panel(axes, "on lines of equal loss", "above")


def draw_loss(axes: Axes, numbers: Numbers, task: str) -> None:
    """The loss of one task before each step, on a logarithmic axis."""
    for way, runs in numbers.runs.items():
        loss, gid = runs[task].loss, f"{task}-{way}".replace(" ", "-")
        color = look.color(ROLES[way])
        axes.plot(loss, DASHES[way], color=color, linewidth=look.MEDIUM_LINE, gid=gid)
        place, words = (STEPS, loss[-STEPS // 3 :].max()), f"{way}: {loss[-1]:#.3g}"
        look.note(axes, words, place, (0, 4), ha="right", color=color, gid=f"{gid}-words")
    name = LOSSES[task].__name__.replace("_", r"\_")
    look.label_panel(axes, rf"$\mathtt{{{name}}}$", "above", size=look.SMALL)
    axes.set_title(task.capitalize(), pad=18)
    axes.set(ylabel="loss", yscale="log", xlim=(0, STEPS), xticks=range(0, STEPS + 1, 20))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()


def draw(numbers: Numbers) -> Figure:
    """At the left, the path of two weights; at the right, the loss of each task."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    decades = np.log10(np.array(TOPS) / BOTTOM)  # equally high in all panels
    grid = figure.add_gridspec(3, 2, width_ratios=(1.1, 1), height_ratios=decades)
    draw_path(figure.add_subplot(grid[:, 0]), numbers)
    for k, task in enumerate(LOSSES):
        axes = figure.add_subplot(grid[k, 1])
        draw_loss(axes, numbers, task)
        axes.set(ylim=(BOTTOM, TOPS[k]), xlabel="step" if k == 2 else "")
        axes.tick_params(labelbottom=k == 2)
    figure.align_ylabels(figure.axes[1:])
    early = (5, numbers.runs["accumulated"]["regression"].loss[5])
    look.label(figure.axes[1], "faster\nat first", early, (0, -4), size=look.SMALL, gid="faster")
    return figure


if __name__ == "__main__":
    main(compute, draw)
