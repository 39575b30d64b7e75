"""A wave, computed by a module of the sample lecture; its height comes from an experiment."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from signals import wave

from figurepress import look
from figurepress.output import main

SAMPLES = 50
DATA = Path(__file__).parents[1] / "data/waves.npz"


@dataclass(frozen=True)
class Numbers:
    """x, y (50 each)."""

    x: np.ndarray
    y: np.ndarray


def compute() -> Numbers:
    """One period of the wave."""
    x = np.linspace(0, 1, SAMPLES)
    return Numbers(x, np.load(DATA)["height"] * wave(x))


def draw(numbers: Numbers) -> Figure:
    """One panel with the wave."""
    figure = Figure(figsize=(look.WIDTH, look.LOW))
    axes = figure.subplots()
    axes.plot(numbers.x, numbers.y, color=look.color("input"), gid="wave")
    axes.set(xlabel="time", ylabel="$y$")
    return figure


if __name__ == "__main__":
    main(compute, draw)
