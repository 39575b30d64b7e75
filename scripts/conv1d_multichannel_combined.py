"""Conv1d on two channels, which it adds up, and three variants (figure 4.1b, section 4.2)."""

from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from figurepress import look
from figurepress.output import main

SEED = 79
LENGTH = 200  # samples in each channel
HALF_WIDTH = 12  # of the kernels: offsets t from -12 to 12
AMPLITUDE = 2.0  # of the motif: that many kernels
NOISE = 0.35  # standard deviation
MOTIF_CENTRES = (40, 100)
DECOY_CENTRE = 160  # the motif with its second channel upside down
STRIDE = 4
PADDING = 12


def motif(offset: np.ndarray) -> np.ndarray:
    """Offsets t (m) to the motif (2, m): a peak before a trough; a ramp that breaks off."""
    peak = np.exp(-(((offset + 3) / 2.5) ** 2)) - 0.6 * np.exp(-(((offset - 4) / 4) ** 2))
    ramp = np.where(np.abs(offset + 1) <= 6, (offset + 7) / 12, 0)
    return np.array([peak, ramp])


def normalise(patterns: np.ndarray) -> np.ndarray:
    """Each row of the patterns (C, m) with mean 0 and Euclidean norm 1."""
    centred = patterns - patterns.mean(axis=1, keepdims=True)
    return centred / np.linalg.norm(centred, axis=1, keepdims=True)


def conv1d(
    signals: np.ndarray, weight: np.ndarray, stride: int = 1, padding: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Signals (C_in, N) and weight (C_out, C_in, m), m odd, to responses (C_out, L_out), by
    PyTorch, after the samples (L_out) at which their windows are centred."""
    output = torch.nn.functional.conv1d(
        torch.tensor(signals), torch.tensor(weight), stride=stride, padding=padding
    ).numpy()
    m, length = weight.shape[2], output.shape[1]
    return m // 2 - padding + stride * np.arange(length), output


@dataclass(frozen=True)
class Numbers:
    """Channels first, as in PyTorch: (C, N) samples, (C, m) weights, (C, L) responses; hidden
    (3, 2, m) is what is added to the noise round the motif's centres and the decoy's."""

    signals: np.ndarray
    hidden: np.ndarray
    motif_centres: np.ndarray
    decoy_centre: int
    offsets: np.ndarray
    kernel: np.ndarray
    channel_responses: np.ndarray
    single_channel_response: np.ndarray
    response: np.ndarray
    positions: np.ndarray
    two_output_kernels: np.ndarray
    two_outputs: np.ndarray
    stride: int
    padding: int
    padded_signals: np.ndarray
    padded_response: np.ndarray
    padded_positions: np.ndarray
    strided_response: np.ndarray
    strided_positions: np.ndarray


def compute() -> Numbers:
    """Make the two channels once, then run every variant of the layer on them."""
    t = np.arange(-HALF_WIDTH, HALF_WIDTH + 1)
    kernel = normalise(motif(t))
    opposite = kernel * [[1], [-1]]
    hidden = AMPLITUDE * np.array([kernel, kernel, opposite])
    signals = NOISE * np.random.default_rng(SEED).standard_normal((2, LENGTH))
    for centre, pattern in zip((*MOTIF_CENTRES, DECOY_CENTRE), hidden, strict=True):
        signals[:, centre + t] += pattern

    two_kernels = np.array([kernel, opposite])
    positions, (response,) = conv1d(signals, kernel[None])
    each = [conv1d(signals[[c]], kernel[None, [c]])[1][0] for c in (0, 1)]
    padded_positions, (padded_response,) = conv1d(signals, kernel[None], 1, PADDING)
    strided_positions, (strided_response,) = conv1d(signals, kernel[None], STRIDE, PADDING)
    return Numbers(
        signals=signals,
        hidden=hidden,
        motif_centres=np.array(MOTIF_CENTRES),
        decoy_centre=DECOY_CENTRE,
        offsets=t,
        kernel=kernel,
        channel_responses=np.array(each),
        single_channel_response=each[0],
        response=response,
        positions=positions,
        two_output_kernels=two_kernels,
        two_outputs=conv1d(signals, two_kernels)[1],
        stride=STRIDE,
        padding=PADDING,
        padded_signals=np.pad(signals, ((0, 0), (PADDING, PADDING))),
        padded_response=padded_response,
        padded_positions=padded_positions,
        strided_response=strided_response,
        strided_positions=strided_positions,
    )


def draw_curve(axes: Axes, symbol: str, x: np.ndarray, y: np.ndarray) -> None:
    """A curve in the colour and on the scale of its role, its symbol on the left."""
    role, limits = {"x": ("input", (-1.4, 1.4)), "k": ("kernel", (-0.45, 0.75))}.get(
        symbol.strip("-")[0], ("response", (-3, 5))
    )
    axes.axhline(0, color=look.color("grid"), linewidth=1, zorder=0, label="zero")
    # Noise steps back, in tone too, behind what is hidden in it.
    alpha = 0.65 if role == "input" else 1
    axes.plot(x, y, color=look.color(role), alpha=alpha, linewidth=1.2, label=symbol)
    beside = {"xytext": (-4, 0), "textcoords": "offset points", "ha": "right", "va": "center"}
    axes.annotate(f"${symbol}$", (0, 0), xycoords=("axes fraction", "data"), **beside)
    axes.margins(x=0)
    axes.set(ylim=limits)


def draw_centres(axes: Axes, symbol: str, numbers: Numbers) -> None:
    """Guides at motifs (dashed) and decoy (dotted), over an input what is hidden in it there, on
    a response without padding how high it is there (dots; a ring at the decoy)."""
    purple, orange, ground = (look.color(role) for role in ("response", "kernel", "background"))
    heights, start = axes.lines[1].get_ydata(), numbers.positions[0]
    for n, hidden, dashes, fill in zip(
        (*numbers.motif_centres, numbers.decoy_centre), numbers.hidden,
        ("--", "--", ":"), (purple, purple, ground), strict=True,
    ):  # fmt: skip
        guide = {"color": look.color("reference"), "linestyle": dashes, "linewidth": 1}
        axes.axvline(n, zorder=0.5, label="centre", **guide)
        if symbol.startswith("x"):
            halo = withStroke(linewidth=3.4, foreground=ground)
            shape, style = hidden[int(symbol[-1]) - 1], {"lw": 1.8, "path_effects": [halo]}
            axes.plot(n + numbers.offsets, shape, color=orange, label="hidden", **style)
        elif len(heights) == len(numbers.positions):
            height = heights[n - start]
            axes.plot(n, height, "o", ms=5, mfc=fill, mec=purple, mew=1.2, label="height")
            beside = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
            at = n, height if abs(height) > 1 else 1.7
            axes.annotate(f"{height:.1f}".replace("-", "−"), at, **beside)
    axes.set_xlim(-14, len(numbers.signals[0]) + 13)


def draw(numbers: Numbers) -> Figure:
    """A row for each curve: words, the kernels that make it, and the curve over samples."""
    n, n_pad, n_kept = numbers.positions, numbers.padded_positions, numbers.strided_positions
    (x_1, x_2), (z_1, z_2) = numbers.signals, numbers.padded_signals
    (r_1, r_2), (y_1, y_2) = numbers.channel_responses, numbers.two_outputs
    t, p, s = numbers.offsets, numbers.padding, numbers.stride
    n_x, n_z = np.arange(len(x_1)), np.arange(-p, len(x_1) + p)
    (k_1, k_2), (_, opposite) = numbers.two_output_kernels
    weights = {"k_1": k_1, "k_2": k_2, "-k_2": opposite}
    shape = "$C_\\mathrm{{in}} = {1} \\to C_\\mathrm{{out}} = {0}$\nweight ({0}, {1}, {2})".format
    rows = [  # a heading; or words, kernels, symbol, samples and values
        "Part 1: The layer adds up its channels",
        ("Noise hides the motif: the shape\nof each channel's kernel.", "", "x_1", n_x, x_1),
        ("The decoy is the same, but\nupside down in $x_2$.", "", "x_2", n_x, x_2),
        (r"$r_c[n] = \sum_t \; k_c[t] \, x_c[n + t]$", "k_1", "r_1", n, r_1),
        ("", "k_2", r"+ \, r_2", n, r_2),
        ("$r[n] = r_1[n] + r_2[n]$", "", r"= \, r", n, numbers.response),
        "Part 2 (1), same inputs: One channel mistakes the decoy for the motif; two do not",
        (shape(1, 1, len(t)), "k_1", "r_1", n, numbers.single_channel_response),
        (shape(1, 2, len(t)), "k_1 k_2", "r", n, numbers.response),
        "Part 2 (2), same inputs: Two outputs stay apart; one finds the motif, one the decoy",
        (shape(2, 2, len(t)), "k_1 k_2", "y_1", n, y_1),
        ("$y_1 = r_1 + r_2$\n$y_2 = r_1 - r_2$", "k_1 -k_2", "y_2", n, y_2),
        f"Part 2 (3), same inputs: Padding adds values at the ends; stride keeps every {s}th",
        (f"padding {p} (zeros, shaded):\n{len(n)} → {len(n_pad)} values", "", "x_1", n_z, z_1),
        (f"stride {s} (dots):\n{len(n_pad)} → {len(n_kept)} values", "", "x_2", n_z, z_2),
        ("same kernels,\nsame peaks", "k_1 k_2", "r", n_pad, numbers.padded_response),
    ]
    figure, panels = Figure(figsize=(look.WIDTH, 9.4), layout="none"), []
    grid = figure.add_gridspec(
        len(rows), 3, width_ratios=(0.9, 0.9, 8.5), wspace=0.26, hspace=0.18,
        height_ratios=[0.4 if isinstance(row, str) else 1 for row in rows],
        left=0.27, right=0.99, bottom=0.05, top=1,
    )  # fmt: skip
    bare = {"frame_on": False, "xticks": [], "yticks": []}
    for i, row in enumerate(rows):
        place = grid[i, 0].get_position(figure)
        if isinstance(row, str):
            figure.text(0.01, place.y0, row, weight="bold")
            continue
        words, kernels, symbol, *curve = row
        figure.text(0.01, place.y0 + 0.4 * place.height, words, va="center")
        for kernel in kernels.split():
            below = figure.add_subplot(grid[i, int(kernel[-1]) - 1], **bare)
            draw_curve(below, kernel, t, weights[kernel])
        panel = figure.add_subplot(grid[i, 2], **bare)
        panels.append(panel)
        draw_curve(panel, symbol, *curve)
        draw_centres(panel, symbol, numbers)

    above = {"xytext": (0, 6.5), "textcoords": "offset points", "ha": "center", "size": 8}
    ticks = [*numbers.motif_centres, numbers.decoy_centre]
    for what, n in zip(("motif", "motif", "decoy"), ticks, strict=True):
        panels[0].annotate(f"{what} at {n}", (n, 1), xycoords=("data", "axes fraction"), **above)
    for axes, first in zip(panels[-3:], (-p, -p, 0), strict=True):
        shade = {"color": axes.lines[1].get_color(), "alpha": 0.14, "linewidth": 0}
        for n in (first, len(x_1) - first - p):
            axes.axvspan(n - 0.5, n + p - 0.5, label="padding", **shade)
    dots = {"color": look.color("response"), "markersize": 3.4, "markeredgewidth": 0}
    panel.plot(n_kept, numbers.strided_response, "o", label="strided", **dots)
    panel.set(xticks=[0, *ticks], xlabel="sample $n$ (of a response: its window's centre)")
    below.set(xticks=t[[0, -1]], xlabel="offset $t$")
    return figure


if __name__ == "__main__":
    main(compute, draw)
