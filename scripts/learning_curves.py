"""Test error against the number of training examples, with and without weight sharing."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.kernels import normalise

SHOWN_SIZES = (8, 1024)  # training examples of the kernels that are shown
SHOWN_RUN = 3  # index of the run that trained these kernels
MOTIF_NORM = 6.0  # as in experiments/learning_curves.py
FEW = 32  # examples with which the convolution beats the fully connected model with 1024
CHANCE = 0.5  # error of a guess


@dataclass(frozen=True)
class Numbers:
    """The results of experiments/learning_curves.py; model 0 is fully connected, 1 convolves."""

    sizes: np.ndarray  # (s) int64: numbers of training examples
    parameters: np.ndarray  # (2) int64: of each model
    train_error: np.ndarray  # (2, s, r): of each model, size and run
    test_error: np.ndarray  # (2, s, r)
    kernels: np.ndarray  # (s, r, c, m): of the convolution
    head: np.ndarray  # (s, r, c): weight of each kernel's largest response in the logit
    motif: np.ndarray  # (m)
    examples: np.ndarray  # (2, 2, N): two test signals of class +1 and two of class -1
    starts: np.ndarray  # (2, 2) int64: first sample of the pattern in each example


def compute() -> Numbers:
    """Load the results of the experiment: arrays with the names of the fields."""
    return Numbers(**np.load(Path(__file__).parents[1] / "data/learning_curves.npz"))


def draw(numbers: Numbers) -> Figure:
    """Draw two signals of each class above, and the errors and some kernels below."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    grid = figure.add_gridspec(4, 12, height_ratios=(1, 1, 2.5, 2.5))
    patterns = numbers.motif, numbers.motif[::-1]  # of class +1 and of class -1
    titles = "Class +1: a motif (dashed), anywhere", "Class −1: the motif reversed"
    for row, k in np.ndindex(2, 2):  # class k has the left or right half of the grid
        axes = figure.add_subplot(grid[row, 6 * k : 6 * k + 6])
        draw_signal(axes, numbers.examples[k, row], int(numbers.starts[k, row]), patterns[k])
        if row == 0:
            axes.set(title=titles[k])
        else:
            axes.set(xticks=range(0, 61, 20), xlabel="sample $n$")
    draw_errors(figure.add_subplot(grid[2:, :8]), numbers)
    for row, size in enumerate(SHOWN_SIZES, start=2):
        left, right = figure.add_subplot(grid[row, 8:10]), figure.add_subplot(grid[row, 10:])
        s = numbers.sizes.tolist().index(size)
        kernels, head = numbers.kernels[s, SHOWN_RUN], numbers.head[s, SHOWN_RUN]
        draw_kernel(left, kernels[head.argmax()], patterns[0], "class +1")  # raises the logit most
        draw_kernel(right, kernels[head.argmin()], patterns[1], "class −1")  # lowers it most
        left.set_title(f"Kernels from {size} examples")
    return figure


def draw_signal(axes: Axes, signal: np.ndarray, start: int, pattern: np.ndarray) -> None:
    """Draw a signal, and as a dashed line the pattern in it, which begins at sample `start`."""
    n = start + np.arange(len(pattern))
    look.remove_frame(axes)
    look.zero_line(axes)
    look.shade_x(axes, n[0] - 0.5, n[-1] + 0.5)
    axes.plot(signal, color=look.color("input"), linewidth=look.FINE, gid="signal")
    color = look.color("reference")
    axes.plot(n, MOTIF_NORM * pattern, "--", color=color, linewidth=look.FINE, gid="pattern")
    axes.set(xlim=(0, len(signal) - 1), ylim=(-4, 5))
    axes.tick_params(length=0)


def draw_errors(axes: Axes, numbers: Numbers) -> None:
    """Draw the test errors of both models, and as a dotted line the error of a guess."""
    sizes, errors = numbers.sizes, numbers.test_error
    axes.axhline(CHANCE, color=look.color("reference"), linewidth=look.HAIR, ls=":", gid="chance")
    look.note(axes, "guessing", (sizes[-1], CHANCE), (0, 3), ha="right")
    draw_model(axes, numbers, 0, "fully connected", "reference", "s")
    draw_model(axes, numbers, 1, "convolution,\nmax over positions", "response", "o")
    worst = errors[1, sizes == FEW].max()  # of the convolution
    best = errors[0, -1].min()  # of the fully connected model
    few = f"{FEW} examples:\nevery run ≤ {worst:.3f}"
    look.note(axes, few, (FEW, worst), (-3, 7), color=look.color("response"))
    many = f"{sizes[-1]} examples:\nevery run ≥ {best:.3f}"
    look.note(axes, many, (sizes[-1], best), (0, -29), ha="right")
    axes.set(title=f"{FEW} examples with sliding kernels beat {sizes[-1]} without")
    axes.set(ylabel=f"error on new signals ({errors.shape[2]} runs, median)", ylim=(0, 0.56))
    axes.set(xlabel="training examples (log scale)", xscale="log")
    axes.set_xticks(sizes, labels=sizes)
    axes.minorticks_off()


def draw_model(axes: Axes, numbers: Numbers, k: int, name: str, role: str, mark: str) -> None:
    """Draw the test error of each run of model `k` as a mark, and the medians as a line."""
    sizes, errors, color = numbers.sizes, numbers.test_error[k], look.color(role)
    median = np.median(errors, axis=1)
    axes.plot(sizes, errors, mark, color=color, markersize=2, gid=f"runs-{k}")
    axes.plot(sizes, median, color=color, gid=f"median-{k}")
    words = f"{name}\n{numbers.parameters[k]} parameters"
    axes.text(sizes[-1], median[-1] + 0.07, words, color=color, ha="right", gid=f"words-{k}")


def draw_kernel(axes: Axes, kernel: np.ndarray, pattern: np.ndarray, words: str) -> None:
    """Draw a learned kernel with mean 0 and norm 1, over the pattern that it should find."""
    color, reference = look.color("kernel"), look.color("reference")
    look.remove_frame(axes)
    look.zero_line(axes)
    axes.plot(pattern, "--", color=reference, linewidth=look.FINE, gid="pattern")
    axes.plot(normalise(kernel), ".-", color=color, linewidth=look.FINE, ms=4, gid="kernel")
    axes.set(ylim=(-0.65, 0.9))
    look.note(axes, words, (0, 1), xycoords="axes fraction", va="top")


if __name__ == "__main__":
    main(compute, draw)
