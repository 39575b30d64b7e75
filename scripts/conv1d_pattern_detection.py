"""A noisy signal, a kernel that slides along it, and its response (figure 4.1, section 4.2)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.convolution import sliding_dot_product
from lecture.kernels import normalise, peak_and_trough, window_centres

SEED = 1
LENGTH = 220  # N samples of the signal
HALF_WIDTH = 12  # the kernel has offsets t from -12 to 12
MOTIF_CENTRES = (60, 150)
NOISE = 0.4  # standard deviation
EXAMPLES = {60: "On a motif", 110: "In noise", 142: "8 samples early"}  # windows, by centre
EDGE = 12.5  # from the centre of a window to its edge
FRAME_STEP = 6  # samples from one frame of the animation to the next


@dataclass(frozen=True)
class Numbers:
    """What is drawn: N samples, m weights, L = N - m + 1 responses, 3 windows."""

    signal: np.ndarray  # (N)
    motif_centres: np.ndarray  # (2)
    offsets: np.ndarray  # (m)
    kernel: np.ndarray  # (m)
    response: np.ndarray  # (L)
    positions: np.ndarray  # (L), the centre of each window
    windows: np.ndarray  # (3, m)
    products: np.ndarray  # (3, m), which add up to the responses


def compute() -> Numbers:
    """Hide the motif twice in noise, then slide the kernel made from it along the signal."""
    t = np.arange(-HALF_WIDTH, HALF_WIDTH + 1)
    motif = peak_and_trough(t)
    kernel = normalise(motif)
    centres = np.array(MOTIF_CENTRES)
    signal = NOISE * np.random.default_rng(SEED).standard_normal(LENGTH)
    for centre in centres:
        signal[centre + t] += motif
    response = sliding_dot_product(signal, kernel)
    positions = window_centres(LENGTH, kernel.size)
    windows = np.array([signal[n + t] for n in EXAMPLES])
    return Numbers(signal, centres, t, kernel, response, positions, windows, kernel * windows)


def draw(numbers: Numbers) -> Figure:
    """Signal; three of its windows, each with the kernel and their products; response."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    panels = figure.subplot_mosaic("xxx;ABC;abc;rrr", height_ratios=(0.9, 1.5, 0.65, 1.2))
    signal, response = panels["x"], panels["r"]
    draw_curves(signal, response, numbers)
    for i, n in enumerate(EXAMPLES):
        window, products = panels["ABC"[i]], panels["abc"[i]]
        draw_window(window, products, numbers, i, n)
        look.leader(signal, (n - EDGE, -1.3), window, (-EDGE, 2), gid="zoom")
        look.leader(signal, (n + EDGE, -1.3), window, (EDGE, 2), gid="zoom")
        look.leader(products, (0, -0.46), response, (n, 3), snap=True, gid="to-response")
    panels["A"].set(yticks=[-1, 0, 1], ylabel="window, kernel")
    panels["a"].set(yticks=[0, 0.5], ylabel="products")
    figure.align_ylabels()
    return figure


def draw_curves(signal: Axes, response: Axes, numbers: Numbers) -> None:
    """Signal and response; motifs dashed, windows tinted, dots at their responses."""
    r = dict(zip(numbers.positions, numbers.response, strict=True))
    look.zero_line(response)
    for n in EXAMPLES:
        look.shade_x(signal, n - EDGE, n + EDGE, gid="window")
        response.vlines(n, r[n], 3, color=look.color("reference"), lw=look.HAIR, gid="drop")
    for n in MOTIF_CENTRES:
        look.guide_x(signal, n, gid="motif-centre")
        look.guide_x(response, n, gid="motif-centre")
        look.label(signal, f"motif at $n = {n}$", (n, 1.5), (0, 3))
    signal.plot(numbers.signal, color=look.color("input"), lw=look.FINE, gid="signal")
    response.plot(numbers.positions, numbers.response, color=look.color("response"), gid="response")
    for n in sorted({*EXAMPLES, *MOTIF_CENTRES}):
        offset = (7, 0) if n in MOTIF_CENTRES else (0, -6)
        look.dot(response, (n, r[n]), look.color("response"), gid="value")
        look.label(response, look.minus(f"{r[n]:.2f}"), (n, r[n]), offset)
    signal.set(xlim=(-3.5, 223.5), ylim=(-1.3, 1.5), xticks=[], ylabel="signal $x[n]$")
    response.set(xlim=(-3.5, 223.5), ylim=(-2.6, 3), xlabel="sample $n$", ylabel="response $r[n]$")
    look.label(response, r"$r[n] = \sum_t\; k[t]\, x[n + t]$", (223, 1.7), (-1, 0), size=look.LARGE)


def draw_window(axes: Axes, below: Axes, numbers: Numbers, i: int, n: int) -> None:
    """Window i, centred at n, and the kernel; below, a bar for each of their products."""
    t, products = numbers.offsets, numbers.products[i]
    kernel, data, role = look.color("kernel"), look.color("input"), look.color("response")
    for panel in (axes, below):
        look.remove_frame(panel)
        look.zero_line(panel)
        panel.set(xlim=(-EDGE, EDGE))
    axes.patch.set(color=look.color("grid"), alpha=0.4)  # as the window in the signal
    axes.plot(t, numbers.kernel, ".-", color=kernel, gid="kernel")
    axes.plot(t, numbers.windows[i], color=data, lw=look.FINE, gid="zoomed")
    axes.set(xticks=[-10, 10], ylim=(-1.7, 2))
    axes.set_xlabel("offset $t$", labelpad=-8)
    look.label(axes, EXAMPLES[n], (-EDGE, 2), (4, -4), weight="semibold")
    look.label(axes, "$k[t]$", (EDGE, -1.7), (-4, 3), color=kernel)
    look.label(axes, f"$x[{n} + t]$", (-EDGE, -1.7), (4, 3), color=data)
    fill = np.where(products > 0, role, "none")  # negative products are hollow
    below.bar(t, products, 0.75, color=fill, edgecolor=role, lw=look.HAIR, gid="product")
    x, y = [-EDGE, -EDGE, EDGE, EDGE], [-0.38, -0.46, -0.46, -0.38]
    below.plot(x, y, color=look.color("reference"), lw=look.HAIR, clip_on=False, gid="bracket")
    below.set(ylim=(-0.46, 0.6))
    look.label(below, look.minus(f"sum {products.sum():.2f}"), (EDGE, 0.6), (-1, -1), color=role)


def frames(numbers: Numbers) -> Iterator[Figure]:
    """The kernel slides along the signal, and the response grows below it."""
    figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
    signal, response = figure.subplots(2, sharex=True)
    look.zero_line(response)
    window = look.shade_x(signal, 0, 2 * EDGE)
    signal.plot(numbers.signal, color=look.color("input"), lw=look.FINE)
    (kernel,) = signal.plot([], color=look.color("kernel"))
    (curve,) = response.plot([], color=look.color("response"))
    (dot,) = response.plot([], "o", color=look.color("response"))
    signal.set(xlim=(-3.5, 223.5), ylim=(-1.3, 1.5), ylabel="signal, kernel")
    response.set(ylim=(-2.6, 3), xlabel="sample $n$", ylabel="response $r[n]$")
    for i in range(0, numbers.positions.size, FRAME_STEP):
        n = numbers.positions[i]
        window.set_x(n - EDGE)
        kernel.set_data(n + numbers.offsets, numbers.kernel)
        curve.set_data(numbers.positions[: i + 1], numbers.response[: i + 1])
        dot.set_data([n], [numbers.response[i]])
        yield figure


if __name__ == "__main__":
    main(compute, draw, frames)
