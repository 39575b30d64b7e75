"""The length of a step over the length of its gradient, for three rescalings (section 2)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from optimisers.rescaling import clip, normalise, soft_clip

LIMIT = 1.0  # length above which a gradient is clipped
LONGEST = 3.0  # length of the longest gradient
POINTS = 301


@dataclass(frozen=True)
class Numbers:
    """Lengths (301) of the gradients, and of the steps with each rescaling."""

    gradient: np.ndarray
    clipped: np.ndarray
    normalised: np.ndarray
    softly_clipped: np.ndarray


def compute() -> Numbers:
    """Rescale gradients with one entry, whose lengths are an even grid from 0 on."""
    gradients = np.linspace(0, LONGEST, POINTS)[:, np.newaxis]
    clipped = np.concatenate([clip(gradient, LIMIT) for gradient in gradients])
    normalised = np.concatenate([normalise(gradient) for gradient in gradients])
    softly_clipped = np.concatenate([soft_clip(gradient, LIMIT) for gradient in gradients])
    return Numbers(gradients[:, 0], clipped, normalised, softly_clipped)


def draw(numbers: Numbers) -> Figure:
    """Draw the three curves, and the unscaled gradient to compare with."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    axes = figure.subplots()
    r = numbers.gradient
    first, second, third = look.series()[:3]
    axes.plot(r, r, color=look.color("reference"), lw=look.HAIR, gid="unscaled", label=look.CROPPED)
    axes.plot(r, numbers.clipped, color=first, gid="clipped")
    # A gradient of 0 is not normalised: its step has length 0, shown by the dot.
    axes.plot(r[1:], numbers.normalised[1:], "--", color=second, gid="normalised")
    axes.plot(r, numbers.softly_clipped, "-.", color=third, gid="softly-clipped")
    look.dot(axes, (0, 0), second, gid="zero")
    look.label(axes, "unscaled", (1.4, 1.4), (-6, 3))
    look.label(axes, "normalised", (0.35, 1), (0, 5))
    look.label(axes, "clipped at 1", (2.4, 1), (0, 5))
    below = (r[160], numbers.softly_clipped[160])  # at length 1.6, where there is room
    look.label(axes, "softly clipped", below, (0, -8))
    axes.set(xlabel="length of the gradient", ylabel="length of the step / learning rate")
    axes.set(xlim=(0, LONGEST), ylim=(0, 1.7), xticks=range(4), yticks=[0, 0.5, 1, 1.5])
    return figure


if __name__ == "__main__":
    main(compute, draw)
