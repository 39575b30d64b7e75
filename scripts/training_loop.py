"""The training loop on three tasks, with gradients zeroed and not (section 6)."""

from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.training import LOSSES, training_step

SEED = 4
SAMPLES = 40  # n, the whole of them one batch
FEATURES = 2  # d
OUTPUTS = (1, 1, 3)  # k of the linear model of each task
NOISE = 0.5  # standard deviation of what is added to the true scores
START = 5.0  # standard deviation of the weights at step 0: far from the best ones
STEP_SIZES = (0.05, 3.0, 3.0)  # of each task
STEPS = 60
BOTTOM = 0.1  # of every loss axis
TOPS = (200, 20, 10)  # of the loss axis of each task


def targets_from(scores: np.ndarray, task: str) -> np.ndarray:
    """What the loss of a task takes: scores (n, k), labels 0.0 or 1.0 (n, 1), or classes (n)."""
    if task == "regression":
        return scores
    return (scores > 0).astype(float) if task == "binary classification" else scores.argmax(axis=1)


def losses_of_training(
    task: str,
    inputs: np.ndarray,
    targets: np.ndarray,
    weight: np.ndarray,
    step_size: float,
    zero_gradients: bool,
) -> np.ndarray:
    """The loss (STEPS + 1) before each step of a linear model X W^T that starts at W (k, d)."""
    model = torch.nn.Linear(*weight.T.shape, bias=False, dtype=torch.float64)
    model.load_state_dict({"weight": torch.tensor(weight)})
    batch = torch.tensor(inputs), torch.tensor(targets)
    steps = range(STEPS + 1)
    return np.array(
        [training_step(model, LOSSES[task], *batch, step_size, zero_gradients) for _ in steps]
    )


@dataclass(frozen=True)
class Training:
    """One task: targets, weight (k, d) at step 0, and the loss at each step, both ways (t)."""

    task: str
    targets: np.ndarray
    weight: np.ndarray
    step_size: float
    zeroed: np.ndarray
    unzeroed: np.ndarray


@dataclass(frozen=True)
class Numbers:
    """The steps (t), the inputs (n, d) that all tasks share, and what came of each task."""

    step: np.ndarray
    inputs: np.ndarray
    trainings: tuple[Training, ...]


def compute() -> Numbers:
    """Draw one problem for each task, and train on it twice from the same weights."""
    rng = np.random.default_rng(SEED)
    inputs = rng.standard_normal((SAMPLES, FEATURES))
    trainings = []
    for task, k, step_size in zip(LOSSES, OUTPUTS, STEP_SIZES, strict=True):
        true_weight = rng.standard_normal((k, FEATURES))
        scores = inputs @ true_weight.T + NOISE * rng.standard_normal((SAMPLES, k))
        problem = targets_from(scores, task), START * rng.standard_normal((k, FEATURES)), step_size
        curves = [losses_of_training(task, inputs, *problem, zero) for zero in (True, False)]
        trainings.append(Training(task, *problem, *curves))
    return Numbers(np.arange(STEPS + 1), inputs, tuple(trainings))


def draw(numbers: Numbers) -> Figure:
    """A panel for each task: the loss as it settles, and as it does not, on one log scale."""
    figure = Figure(figsize=(look.WIDTH, 5.2))
    decades = np.log10(np.array(TOPS) / BOTTOM)  # equally high in all panels
    panels = figure.subplots(3, sharex=True, height_ratios=decades)
    last = numbers.step[-1]
    for axes, training, top in zip(panels, numbers.trainings, TOPS, strict=True):
        name = LOSSES[training.task].__name__
        axes.set_title(f"{training.task.capitalize()}: {name}")
        for way, loss, role, dash in (
            ("gradients not\nzeroed", training.unzeroed, "reference", "--"),
            ("gradients\nzeroed", training.zeroed, "response", "-"),
        ):
            color, label = look.color(role), f"{training.task}, {way}".replace("\n", " ")
            axes.plot(numbers.step, loss, dash, color=color, label=label)
            axes.annotate(
                f"{way}: {loss[-1]:#.3g}", (last, loss[-1]), xytext=(8, 0),
                textcoords="offset points", va="center", color=color,
            )  # fmt: skip
        axes.set(ylabel="loss", yscale="log", ylim=(BOTTOM, top))
        ticks = [tick for tick in (0.1, 1, 10, 100) if tick <= top]
        axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
    axes.set(xlabel="step", xlim=(-1, last + 0.5))
    figure.align_ylabels()
    return figure


if __name__ == "__main__":
    main(compute, draw)
