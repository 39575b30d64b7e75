"""Test error against the number of training examples, with and without weight sharing."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from figurepress import look
from figurepress.output import main
from lecture.kernels import normalise

SHOWN_SIZES = (8, 1024)  # training examples of the kernels that are shown
SHOWN_RUN = 3
MOTIF_NORM = 6.0  # of the pattern in a signal, against noise of standard deviation 1
CHANCE = 0.5  # the error of a guess
MODELS = ("fully connected", "convolution")
ROLES = ("reference", "response")
DASHES = ("--", "-")
MARKERS = ("s", "o")
OFFSETS = ((6, -3), (6, 2))  # of the value of a median, in points
WORDS_AT = ((1024, 0.395), (1024, 0.06))


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
    examples: np.ndarray  # (2, N): a test signal of class +1 and one of class -1
    starts: np.ndarray  # (2) int64: first sample of the pattern in each


def compute() -> Numbers:
    """Load the results of the experiment."""
    return Numbers(**np.load(Path(__file__).parents[1] / "data/learning_curves.npz"))


def draw_example(axes: Axes, signal: np.ndarray, start: int, pattern: np.ndarray) -> None:
    """A test signal, and the pattern that was added to its noise."""
    place = np.arange(start, start + len(pattern))
    look.shade_x(axes, place[0] - 0.5, place[-1] + 0.5, label="window")
    axes.plot(signal, color=look.color("input"), lw=look.FINE, gid="signal")
    axes.plot(place, pattern, "--", color=look.color("reference"), lw=look.FINE, gid="pattern")
    axes.set(xlim=(0, len(signal) - 1), ylim=(-4, 5), yticks=(-3, 0, 3), xlabel="sample $n$")


def draw_errors(axes: Axes, numbers: Numbers) -> None:
    """The test error of each run as a mark, and the medians as a line."""
    axes.axhline(CHANCE, color=look.color("reference"), lw=look.HAIR, ls=":", gid="chance")
    for k, model in enumerate(MODELS):
        color, errors = look.color(ROLES[k]), numbers.test_error[k]
        median = np.median(errors, axis=1)
        axes.plot(numbers.sizes, errors, MARKERS[k], color=color, ms=2.5, gid=f"runs-{k}")
        axes.plot(numbers.sizes, median, DASHES[k], color=color, gid=f"median-{k}")
        words = f"{model}\n{numbers.parameters[k]:,} parameters"
        axes.text(*WORDS_AT[k], words, color=color, ha="right", gid=f"words-{k}")
        last = numbers.sizes[-1], median[-1]
        look.note(axes, f"{last[1]:.3f}", last, OFFSETS[k], color=color)
    first = numbers.sizes[0], median[0]
    look.note(axes, f"{first[1]:.3f}", first, OFFSETS[1], color=color)
    look.note(axes, "guessing", (numbers.sizes[-1], CHANCE), (0, 3), ha="right")
    axes.set(xscale="log", xticks=numbers.sizes, xlabel="training examples (log scale)")
    axes.set(ylim=(0, 0.56), ylabel=f"test error ({errors.shape[1]} runs, median)")
    axes.set_title("Errors on new signals")
    axes.xaxis.set(major_formatter="{x:g}", minor_locator=NullLocator())


def draw_kernel(axes: Axes, kernel: np.ndarray, pattern: np.ndarray) -> None:
    """A learned kernel with mean 0 and norm 1, over the pattern that it should find."""
    look.remove_frame(axes)
    look.zero_line(axes)
    axes.plot(pattern, "--", color=look.color("reference"), lw=look.FINE, gid="pattern")
    style = {"color": look.color("kernel"), "lw": look.FINE, "ms": 4}
    axes.plot(normalise(kernel), ".-", gid="kernel", **style)
    axes.set(ylim=(-0.65, 0.62))


def draw_kernels(panels: np.ndarray, numbers: Numbers) -> None:
    """For some sizes, the kernels with the largest and the smallest weight in the head."""
    for row, size in zip(panels, SHOWN_SIZES, strict=True):
        (k,) = np.flatnonzero(numbers.sizes == size)
        kernels, head = numbers.kernels[k, SHOWN_RUN], numbers.head[k, SHOWN_RUN]
        draw_kernel(row[0], kernels[head.argmax()], numbers.motif)
        draw_kernel(row[1], kernels[head.argmin()], numbers.motif[::-1])
        row[0].set_title(f"Kernels from {size} examples")
        look.label_panel(row[0], "for class +1", "below", 1, size=look.SMALL)
        look.label_panel(row[1], look.minus("for class -1"), "below", 1, size=look.SMALL)


def draw(numbers: Numbers) -> Figure:
    """Above, a signal of each class; below, the errors and some kernels."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    above, below = figure.add_gridspec(2, 1, height_ratios=(1, 2.3))
    examples = above.subgridspec(1, 2).subplots(sharey=True)
    patterns = MOTIF_NORM * np.array([numbers.motif, numbers.motif[::-1]])
    for k, axes in enumerate(examples):
        draw_example(axes, numbers.examples[k], numbers.starts[k], patterns[k])
    examples[0].set(title="Class +1: a motif, anywhere", ylabel="signal $x[n]$")
    examples[1].set_title(look.minus("Class -1: the motif reversed"))
    left, right = below.subgridspec(1, 2, width_ratios=(1.7, 1))
    draw_errors(figure.add_subplot(left), numbers)
    draw_kernels(right.subgridspec(2, 2).subplots(), numbers)
    return figure


if __name__ == "__main__":
    main(compute, draw)
