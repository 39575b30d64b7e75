"""Gradient descent with and without momentum on x^2 + y^4 (section 3)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from optimisers.descent import descend, valley, valley_gradient

START = (-2.0, 1.5)
RATE = 0.03
MOMENTUM = 0.8
STEPS = 100
LEVELS = (0.01, 0.1, 0.5, 1.5, 3.0, 5.0, 8.0)  # losses of the contours
GRID = 121  # points of the contours along each axis


@dataclass(frozen=True)
class Numbers:
    """Points (101, 2) and losses (101) of both runs; the grid x, y (121) and its losses (121, 121).

    Row i of the grid of losses belongs to y[i].
    """

    plain: np.ndarray
    momentum: np.ndarray
    plain_loss: np.ndarray
    momentum_loss: np.ndarray
    x: np.ndarray
    y: np.ndarray
    loss: np.ndarray


def compute() -> Numbers:
    """Descend from the same start without and with momentum."""
    plain = descend(valley_gradient, np.array(START), RATE, 0.0, STEPS)
    momentum = descend(valley_gradient, np.array(START), RATE, MOMENTUM, STEPS)
    x = np.linspace(-2.3, 1.3, GRID)
    y = np.linspace(-1.3, 1.8, GRID)
    loss = valley(np.stack(np.meshgrid(x, y), axis=-1))
    return Numbers(plain, momentum, valley(plain), valley(momentum), x, y, loss)


def draw_paths(axes: Axes, numbers: Numbers) -> None:
    """Draw both paths on the contours of the loss."""
    contours = axes.contour(numbers.x, numbers.y, numbers.loss, LEVELS)
    contours.set(edgecolor=look.color("reference"), linewidth=look.HAIR)
    plain, momentum = look.series()[:2]
    axes.plot(*numbers.plain.T, "o-", ms=3, color=plain, lw=look.MEDIUM_LINE, gid="plain-path")
    axes.plot(*numbers.momentum.T, "x--", ms=4, color=momentum, lw=look.FINE, gid="momentum-path")
    axes.set(title="Paths on the contours of $x^2 + y^4$", xlabel="$x$", ylabel="$y$")
    axes.set_aspect("equal")


def draw_losses(axes: Axes, numbers: Numbers) -> None:
    """Draw both losses over the steps."""
    plain, momentum = look.series()[:2]
    axes.plot(numbers.plain_loss, color=plain, gid="plain-loss")
    axes.plot(numbers.momentum_loss, "--", color=momentum, gid="momentum-loss")
    look.label(axes, "without momentum", (40, numbers.plain_loss[40]), (6, 8))
    look.label(axes, f"momentum {MOMENTUM}", (80, numbers.momentum_loss[80]), (0, 6))
    axes.set(title="Loss", xlabel="step", ylabel="loss (log scale)", yscale="log")


def draw(numbers: Numbers) -> Figure:
    """Draw the paths on the left and the losses on the right."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    paths, losses = figure.subplots(1, 2)
    draw_paths(paths, numbers)
    draw_losses(losses, numbers)
    return figure


if __name__ == "__main__":
    main(compute, draw)
