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
SHOWN_RUN = 3
MOTIF_NORM = 6.0  # of the pattern in a signal, against noise of standard deviation 1
CHANCE = 0.5  # the error of a guess


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
    starts: np.ndarray  # (2, 2) int64: first sample of the pattern in each


def compute() -> Numbers:
    """Load the results of the experiment."""
    return Numbers(**np.load(Path(__file__).parents[1] / "data/learning_curves.npz"))


def draw(numbers: Numbers) -> Figure:
    """Above, signals of each class; below, the errors and some kernels."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    above, below = figure.add_gridspec(2, 1, height_ratios=(1.1, 2.3))
    left, right = below.subgridspec(1, 2, width_ratios=(1.7, 1))
    draw_signals(above.subgridspec(2, 2).subplots(sharex=True, sharey=True), numbers)
    draw_errors(figure.add_subplot(left), numbers)
    draw_kernels(right.subgridspec(2, 2).subplots(), numbers)
    return figure


def draw_signals(panels: np.ndarray, numbers: Numbers) -> None:
    """In the left column signals of class +1, in the right of class -1, with their patterns."""
    for row, k in np.ndindex(2, 2):
        axes: Axes = panels[row, k]
        pattern = MOTIF_NORM * (numbers.motif if k == 0 else numbers.motif[::-1])
        n = numbers.starts[k, row] + np.arange(len(pattern))
        look.zero_line(axes)
        look.shade_x(axes, n[0] - 0.5, n[-1] + 0.5)
        axes.plot(numbers.examples[k, row], color=look.color("input"), lw=look.FINE, gid="signal")
        axes.plot(n, pattern, "--", color=look.color("reference"), lw=look.FINE, gid="pattern")
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
    look.note(panels[0, 0], "motif", (51.5, 2.1), size=look.SMALL)
    panels[0, 0].set(title="Class +1: a motif, anywhere", xlim=(0, 63), ylim=(-4, 5), yticks=[0])
    panels[0, 1].set_title("Class −1: the motif reversed")
    for k in range(2):
        panels[1, k].set_xlabel("sample $n$")
        panels[k, 0].set_ylabel("$x[n]$", labelpad=14)  # flush with the panel below


def draw_errors(axes: Axes, numbers: Numbers) -> None:
    """The test error of both models, between 0 and that of a guess."""
    sizes = numbers.sizes
    axes.axhline(CHANCE, color=look.color("reference"), lw=look.HAIR, ls=":", gid="chance")
    look.note(axes, "guessing", (sizes[-1], CHANCE), (0, 3), ha="right")
    draw_model(axes, numbers, 0, "fully connected", "reference", "s")
    draw_model(axes, numbers, 1, "convolution,\nmax over positions", "response", "o")
    first = np.median(numbers.test_error[1, 0])
    look.note(axes, f"{first:.3f}", (sizes[0], first), (9, -5), color=look.color("response"))
    axes.set(title="Errors on new signals", xlabel="training examples (log scale)", ylim=(0, 0.56))
    axes.set(xscale="log", ylabel=f"test error ({numbers.test_error.shape[2]} runs, median)")
    axes.set_xticks(sizes, labels=sizes)
    axes.minorticks_off()


def draw_model(axes: Axes, numbers: Numbers, k: int, name: str, role: str, mark: str) -> None:
    """The test error of each run as a hollow mark, and the medians as a line with its name."""
    sizes, errors, color = numbers.sizes, numbers.test_error[k], look.color(role)
    for line in axes.plot(sizes, errors, mark, color=color, ms=2.8, gid=f"runs-{k}"):
        line.set(markerfacecolor=look.color("background"), markeredgewidth=look.HAIR)
    median = np.median(errors, axis=1)
    axes.plot(sizes, median, color=color, gid=f"median-{k}")
    look.note(axes, f"{median[-1]:.3f}", (sizes[-1], median[-1]), (6, 2), color=color)
    words = f"{name}\n{numbers.parameters[k]:,} parameters"
    axes.text(sizes[-1], median[-1] + 0.07, words, color=color, ha="right", gid=f"words-{k}")


def draw_kernels(panels: np.ndarray, numbers: Numbers) -> None:
    """For some sizes, the kernels with the largest and the smallest weight in the head."""
    for row, size in zip(panels, SHOWN_SIZES, strict=True):
        k = numbers.sizes.tolist().index(size)
        kernels, head = numbers.kernels[k, SHOWN_RUN], numbers.head[k, SHOWN_RUN]
        words = f"{size} examples:\nfor class +1"
        draw_kernel(row[0], words, kernels[head.argmax()], numbers.motif)
        draw_kernel(row[1], "for class −1", kernels[head.argmin()], numbers.motif[::-1])
    panels[0, 0].set_title("Kernels of the convolution", pad=30)


def draw_kernel(axes: Axes, words: str, kernel: np.ndarray, pattern: np.ndarray) -> None:
    """A learned kernel with mean 0 and norm 1, over the pattern that it should find."""
    look.remove_frame(axes)
    look.zero_line(axes)
    axes.plot(pattern, "--", color=look.color("reference"), lw=look.FINE, gid="pattern")
    axes.plot(normalise(kernel), ".-", color=look.color("kernel"), lw=look.FINE, ms=4, gid="kernel")
    axes.set(ylim=(-0.65, 0.62))
    look.label_panel(axes, words, "above", 2)


if __name__ == "__main__":
    main(compute, draw)
