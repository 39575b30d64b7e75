"""Three bars: the smallest figure."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main

HEIGHTS = (1.0, 3.0, 2.0)


@dataclass(frozen=True)
class Numbers:
    """heights (3)."""

    heights: np.ndarray


def compute() -> Numbers:
    """The heights of the bars."""
    return Numbers(np.array(HEIGHTS))


def draw(numbers: Numbers) -> Figure:
    """One panel with three bars."""
    figure = Figure(figsize=(look.WIDTH, look.LOW))
    axes = figure.subplots()
    axes.bar(range(3), numbers.heights, color=look.color("response"), gid="bars")
    axes.set(xlabel="bar", ylabel="height")
    return figure


if __name__ == "__main__":
    main(compute, draw)
