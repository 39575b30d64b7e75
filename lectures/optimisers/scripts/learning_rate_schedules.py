"""Four learning-rate schedules over 100 steps (section 1)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from optimisers.schedules import cosine, exponential, step_decay, warmup_cosine

STEPS = 100
PERIOD = 25  # steps between two drops
DROP = 0.5  # factor of each drop
DECAY = 0.96  # factor of each step
WARMUP = 10  # steps


@dataclass(frozen=True)
class Numbers:
    """The steps (101), and the factor of the first learning rate for each schedule (101)."""

    step: np.ndarray
    drops: np.ndarray
    exponential: np.ndarray
    cosine: np.ndarray
    warmup: np.ndarray


def compute() -> Numbers:
    """Evaluate each schedule at every step."""
    step = np.arange(STEPS + 1)
    return Numbers(
        step,
        step_decay(step, PERIOD, DROP),
        exponential(step, DECAY),
        cosine(step, STEPS),
        warmup_cosine(step, WARMUP, STEPS),
    )


def draw(numbers: Numbers) -> Figure:
    """Draw each schedule in a panel of its own, all on one scale."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    schedules = {
        f"Step decay: halved every {PERIOD} steps": numbers.drops,
        f"Exponential: times {DECAY} every step": numbers.exponential,
        "Cosine: flat at both ends": numbers.cosine,
        f"Warm-up for {WARMUP} steps, then cosine": numbers.warmup,
    }
    for axes, (title, factor) in zip(panels.flat, schedules.items(), strict=True):
        style = "steps-post" if factor is numbers.drops else "default"
        color = look.color("response")
        axes.plot(numbers.step, factor, color=color, drawstyle=style, gid="schedule")
        axes.set_title(title)
    panels[0, 0].set(xlim=(0, STEPS), ylim=(-0.05, 1.08), yticks=[0, 0.5, 1])
    for axes in panels[1]:
        axes.set(xlabel="step")
    for axes in panels[:, 0]:
        axes.set(ylabel="factor")
    return figure


if __name__ == "__main__":
    main(compute, draw)
