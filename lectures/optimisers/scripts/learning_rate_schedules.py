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
    """The steps (101), and for each schedule the learning rates (101) over the first one."""

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
    drops, exponential, cosine, warmup = panels.flat
    step, color = numbers.step, look.color("response")
    drops.plot(step, numbers.drops, color=color, drawstyle="steps-post", gid="schedule")
    exponential.plot(step, numbers.exponential, color=color, gid="schedule")
    cosine.plot(step, numbers.cosine, color=color, gid="schedule")
    warmup.plot(step, numbers.warmup, color=color, gid="schedule")
    drops.set_title(f"Step decay: halved every {PERIOD} steps")
    exponential.set_title(f"Exponential: times {DECAY} every step")
    cosine.set_title("Cosine: flat at both ends")
    warmup.set_title(f"Warm-up for {WARMUP} steps, then cosine")

    drops.set(xlim=(0, STEPS), ylim=(-0.05, 1.08), yticks=[0, 0.5, 1])
    for axes in panels[1]:
        axes.set(xlabel="step")
    for axes in panels[:, 0]:
        axes.set(ylabel="factor")
    return figure


if __name__ == "__main__":
    main(compute, draw)
