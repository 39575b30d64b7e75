"""A noisy signal, the kernel that slides along it, and its response (figure 4.1, section 4.2)."""

from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from figurepress import look
from figurepress.output import main

SEED = 1
LENGTH = 220  # samples in the signal
HALF_WIDTH = 12  # of the kernel: offsets t from -12 to 12
MOTIF_CENTRES = (60, 150)
LEVEL = 1.0  # the signal's constant offset
NOISE = 0.4  # standard deviation


def motif(offset: np.ndarray) -> np.ndarray:
    """A narrow peak at t = -3, then a broad trough at t = 4, for offsets t of any shape."""
    return np.exp(-(((offset + 3) / 2.5) ** 2)) - 0.6 * np.exp(-(((offset - 4) / 4) ** 2))


def normalise(pattern: np.ndarray) -> np.ndarray:
    """The pattern (m) minus its mean and Euclidean norm 1."""
    centred = pattern - pattern.mean()
    return centred / np.linalg.norm(centred)


def sliding_dot_product(signal: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Signal (N) and kernel (m) to response (N - m + 1), by PyTorch's conv1d."""
    batch, weight = torch.tensor(signal)[None, None], torch.tensor(kernel)[None, None]
    return torch.nn.functional.conv1d(batch, weight)[0, 0].numpy()


@dataclass(frozen=True)
class Numbers:
    """signal (N), hidden (m) without noise in it round each of two centres, offsets and kernel
    (m), response and positions (N - m + 1)."""

    signal: np.ndarray
    hidden: np.ndarray
    offsets: np.ndarray
    kernel: np.ndarray
    response: np.ndarray
    positions: np.ndarray
    motif_centres: np.ndarray


def compute() -> Numbers:
    """Hide the motif twice in noise, then slide the kernel made from it along the signal."""
    offsets = np.arange(-HALF_WIDTH, HALF_WIDTH + 1)
    centres = np.array(MOTIF_CENTRES)
    signal = LEVEL + NOISE * np.random.default_rng(SEED).standard_normal(LENGTH)
    pattern = motif(offsets)
    for centre in centres:
        signal[centre + offsets] += pattern
    kernel = normalise(pattern)
    response = sliding_dot_product(signal, kernel)
    positions = HALF_WIDTH + np.arange(len(response))  # the centre of each window
    return Numbers(signal, LEVEL + pattern, offsets, kernel, response, positions, centres)


def draw(numbers: Numbers) -> Figure:
    """Signal, kernel and response below each other, one sample equally wide in all three."""
    figure = Figure(figsize=(look.WIDTH, 5.2))
    top, middle, bottom = figure.subplots(3)
    bottom.sharex(top)
    blue, orange, purple = (look.color(role) for role in ("input", "kernel", "response"))
    ink, centres, half = look.color("reference"), numbers.motif_centres, numbers.offsets[-1]

    # The kernel stands under the first motif: the same samples, shaded in both panels.
    edge = half + 0.5
    for axes, n in ((top, centres[0]), (middle, 0)):
        axes.axvspan(n - edge, n + edge, color=orange, alpha=0.12, linewidth=0, label="window")
    for axes, places in ((top, centres), (middle, [0]), (bottom, centres)):
        for n in places:
            axes.axvline(n, color=ink, ls="--", lw=1, zorder=0.5, label="motif centre")
    bottom.axhline(0, color=look.color("grid"), linewidth=1, zorder=0, label="zero")

    top.plot(numbers.signal, color=blue, alpha=0.65, linewidth=1.2, label="signal")
    halo = [withStroke(linewidth=3, foreground=look.color("background"))]
    for n in centres:
        style = {"color": orange, "linewidth": 1.6, "path_effects": halo}
        top.plot(n + numbers.offsets, numbers.hidden, label="hidden motif", **style)
    middle.plot(numbers.offsets, numbers.kernel, ".-", color=orange, lw=1.2, mew=0, label="kernel")
    bottom.plot(numbers.positions, numbers.response, color=purple, linewidth=1.4, label="response")
    peaks = numbers.response[centres - half]
    bottom.plot(centres, peaks, "o", color=purple, markeredgewidth=0, label="peak")

    above = {"xytext": (0, 6), "textcoords": "offset points", "ha": "center"}
    for n, peak in zip(centres, peaks, strict=True):
        top.annotate(f"motif at $n = {n}$", (n, 1), xycoords=("data", "axes fraction"), **above)
        bottom.annotate(f"$r[{n}] = {peak:.2f}$", (n, peak), (9, -4), textcoords="offset points")
    middle.annotate("", (46, 0.3), (17, 0.3), arrowprops={"arrowstyle": "->", "color": ink})
    middle.text(49, 0.3, "slides along the signal, sample by sample", va="center")
    middle.text(49, 0.0, r"$r[n] = \sum_{t}\; k[t] \, x[n + t]$", va="center", size=11)

    limits = np.array([-4, len(numbers.signal) + 3])
    top.set(title="Signal", ylabel="$x[n]$", xlim=limits)
    top.tick_params(labelbottom=False)
    middle.set(
        title="Kernel: the motif minus its mean",
        ylabel="$k[t]$",
        xlim=limits - centres[0],
        xticks=[-half, 0, half],
    )
    middle.set_xlabel("offset $t$", x=(centres[0] - limits[0]) / np.ptp(limits))
    middle.spines.left.set_position(("data", -edge))
    middle.spines.bottom.set_bounds(-edge, edge)
    bottom.set(
        title="Response: highest where the motif is",
        ylabel="$r[n]$",
        xlabel="sample $n$",
        ylim=(-1.6, 2.9),
    )
    figure.align_ylabels([top, bottom])
    return figure


if __name__ == "__main__":
    main(compute, draw)
