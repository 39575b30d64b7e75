"""Test error against the number of training examples, with and without weight sharing."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from figurepress import look
from figurepress.output import main
from lecture.kernels import normalise


class Model(NamedTuple):
    """How the errors of a model are drawn, and the right end of the last line of its name."""

    name: str
    role: str
    dash: str
    marker: str
    words_at: tuple[float, float]


MODELS = (
    Model("fully connected", "reference", "--", "s", (1024, 0.395)),
    Model("convolution,\nmax over positions", "response", "-", "o", (1024, 0.06)),
)
SHOWN_SIZES = (8, 1024)  # training examples of the kernels that are shown
SHOWN_RUN = 3
MOTIF_NORM = 6.0  # of the pattern in a signal, against noise of standard deviation 1
CHANCE = 0.5  # the error of a guess
SEED = 3  # of the test signals, as in the experiment
SIGNALS = 2000  # test signals
SHOWN_SIGNALS = (2, 3)  # of each class: the motif is early in one and late in the other


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
    signals: np.ndarray  # (2, 2, N): of each class the SHOWN_SIGNALS of the test
    places: np.ndarray  # (2, 2) int64: first sample of the pattern in each


def compute() -> Numbers:
    """Load the results of the experiment, and draw its test signals again."""
    results = np.load(Path(__file__).parents[1] / "data/learning_curves.npz")
    patterns = MOTIF_NORM * np.array([results["motif"], results["motif"][::-1]])
    length, m = results["examples"].shape[1], patterns.shape[1]
    rng = np.random.default_rng(SEED)
    signals = rng.standard_normal((SIGNALS, length))
    labels = rng.integers(2, size=SIGNALS)
    starts = rng.integers(length - m + 1, size=SIGNALS)
    shown = [np.flatnonzero(labels == label)[[*SHOWN_SIGNALS]] for label in (1, 0)]
    for pattern, chosen in zip(patterns, shown, strict=True):
        for i in chosen:
            signals[i, starts[i] : starts[i] + m] += pattern
    return Numbers(**results, signals=signals[shown], places=starts[shown])


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
    """In the left column signals of class +1, in the right column of class -1."""
    patterns = MOTIF_NORM * np.array([numbers.motif, numbers.motif[::-1]])
    for row, column in np.ndindex(2, 2):
        signal, start = numbers.signals[column, row], int(numbers.places[column, row])
        draw_signal(panels[row, column], signal, start, patterns[column])
    panels[0, 0].set_title("Class +1: a motif, anywhere")
    panels[0, 1].set_title(look.minus("Class -1: the motif reversed"))
    panels[0, 0].set(xlim=(0, 63), ylim=(-4, 5), yticks=[0], ylabel="$x[n]$")
    panels[1, 0].set(xlabel="sample $n$", ylabel="$x[n]$")
    panels[1, 1].set(xlabel="sample $n$")


def draw_signal(axes: Axes, signal: np.ndarray, start: int, pattern: np.ndarray) -> None:
    """A test signal, and the pattern that was added to its noise."""
    stop = start + len(pattern)
    look.zero_line(axes)
    look.shade_x(axes, start - 0.5, stop - 0.5, label="window")
    axes.plot(signal, color=look.color("input"), lw=look.FINE, gid="signal")
    samples, grey = np.arange(start, stop), look.color("reference")
    axes.plot(samples, pattern, "--", color=grey, lw=look.FINE, gid="pattern")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def draw_errors(axes: Axes, numbers: Numbers) -> None:
    """The test error of each run as a mark, and the medians as a line."""
    sizes, errors = numbers.sizes, numbers.test_error
    axes.axhline(CHANCE, color=look.color("reference"), lw=look.HAIR, ls=":", gid="chance")
    look.note(axes, "guessing", (sizes[-1], CHANCE), (0, 3), ha="right")
    for k, model in enumerate(MODELS):
        color, median = look.color(model.role), np.median(errors[k], axis=1)
        for line in axes.plot(sizes, errors[k], model.marker, color=color, ms=2.8, gid=f"runs-{k}"):
            line.set(markerfacecolor=look.color("background"), markeredgewidth=look.HAIR)
        axes.plot(sizes, median, model.dash, color=color, gid=f"median-{k}")
        look.note(axes, f"{median[-1]:.3f}", (sizes[-1], median[-1]), (6, 2), color=color)
        words = f"{model.name}\n{numbers.parameters[k]:,} parameters"
        axes.text(*model.words_at, words, color=color, ha="right", gid=f"words-{k}")
    look.note(axes, f"{median[0]:.3f}", (sizes[0], median[0]), (6, 2), color=color)
    axes.set(xscale="log", xticks=sizes, xlabel="training examples (log scale)")
    axes.set(ylim=(0, 0.56), ylabel=f"test error ({errors.shape[2]} runs, median)")
    axes.set_title("Errors on new signals")
    axes.xaxis.set(major_formatter="{x:g}", minor_locator=NullLocator())


def draw_kernel(axes: Axes, kernel: np.ndarray, pattern: np.ndarray) -> None:
    """A learned kernel with mean 0 and norm 1, over the pattern that it should find."""
    look.remove_frame(axes)
    look.zero_line(axes)
    axes.plot(pattern, "--", color=look.color("reference"), lw=look.FINE, gid="pattern")
    axes.plot(normalise(kernel), ".-", color=look.color("kernel"), lw=look.FINE, ms=4, gid="kernel")
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


if __name__ == "__main__":
    main(compute, draw)
