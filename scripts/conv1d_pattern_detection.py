"""A noisy signal, a kernel that slides along it, and its response (figure 4.1, section 4.2)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.convolution import sliding_dot_product
from lecture.kernels import normalise, peak_and_trough, place, window_centres

SEED, NOISE = 1, 0.4  # of the random generator; standard deviation of the noise
LENGTH, HALF_WIDTH = 220, 12  # N samples of the signal; offsets t of the kernel from -12 to 12
MOTIF_CENTRES = (60, 150)
EXAMPLES = {60: "On a motif", 103: "In noise", 142: "8 samples before a motif"}  # by centre
EDGE = HALF_WIDTH + 0.5  # samples from the centre of a window to its edge


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
    x = NOISE * np.random.default_rng(SEED).standard_normal(LENGTH)
    x += place(motif, MOTIF_CENTRES, LENGTH)
    k = normalise(motif)
    r, n = sliding_dot_product(x, k), window_centres(LENGTH, t.size)
    windows = np.array([x[centre + t] for centre in EXAMPLES])
    return Numbers(x, np.array(MOTIF_CENTRES), t, k, r, n, windows, k * windows)


def draw(numbers: Numbers) -> Figure:
    """Draw the signal, three of its windows with kernel and products, and the response."""
    figure = Figure(figsize=(look.WIDTH, look.TALL))
    panels = figure.subplot_mosaic("xxx;ABC;abc;rrr", height_ratios=(0.9, 1.3, 1, 1.2))
    signal, response = panels["x"], panels["r"]
    draw_curves(signal, response, numbers)
    title = "Where the window looks like the kernel, most products are positive and the sum is high"
    signal.set(title=title, xticks=[])
    look.label(response, r"$r[n] = \sum_{t=-12}^{12}\; k[t]\, x[n + t]$", (-3.5, 1.9), (4, 0))
    r = dict(zip(numbers.positions, numbers.response, strict=True))  # r[n] is the response at n
    for n in MOTIF_CENTRES:
        look.guide_x(signal, n, gid="motif-centre")
        look.guide_x(response, n, gid="motif-centre")
        look.label(response, f"motif: {r[n]:.2f}", (n, r[n]), (7, 0))
    for i, n in enumerate(EXAMPLES):
        window, products = panels["ABC"[i]], panels["abc"[i]]
        draw_window(window, products, numbers, i, n)
        look.shade_x(signal, n - EDGE, n + EDGE, gid="window")
        look.leader(signal, (n - EDGE, -1.3), window, (-EDGE, 2), gid="zoom")
        look.leader(signal, (n + EDGE, -1.3), window, (EDGE, 2), gid="zoom")
        look.leader(products, (0, -0.4), response, (n, 3), gid="to-response")
        response.vlines(n, r[n], 3, color=look.color("reference"), linewidth=look.HAIR, gid="drop")
        look.dot(response, (n, r[n]), look.color("response"), gid="value")
    panels["A"].set(yticks=[-1, 0, 1], ylabel="window, kernel")
    panels["a"].set(yticks=[0, 0.5], yticklabels=["0", "0.5"], ylabel="products")
    figure.align_ylabels()
    return figure


def draw_curves(signal: Axes, response: Axes, numbers: Numbers, last: int = LENGTH) -> None:
    """Draw the signal, and the response up to position `last`."""
    look.zero_line(response)
    n = numbers.positions[numbers.positions <= last]
    signal.plot(numbers.signal, color=look.color("input"), linewidth=look.FINE, gid="signal")
    response.plot(n, numbers.response[: n.size], color=look.color("response"), gid="response")
    signal.set(xlim=(-3.5, 223.5), ylim=(-1.3, 1.5), ylabel="signal $x[n]$")
    response.set(xlim=(-3.5, 223.5), ylim=(-2.6, 3), xlabel="sample $n$", ylabel="response $r[n]$")


def draw_window(axes: Axes, below: Axes, numbers: Numbers, i: int, n: int) -> None:
    """Draw window i, centred at n, over the kernel; below, their products and the sum of these."""
    t, products = numbers.offsets, numbers.products[i]
    for panel in (axes, below):
        look.remove_frame(panel)
        look.zero_line(panel)
    axes.set(xlim=(-EDGE, EDGE), ylim=(-1.7, 2))
    axes.patch.set(color=look.color("grid"), alpha=0.4)  # the shade of its window in the signal
    axes.plot(t, numbers.kernel, ".-", color=look.color("kernel"), gid="kernel")
    axes.plot(t, numbers.windows[i], color=look.color("input"), linewidth=look.FINE, gid="zoomed")
    look.label(axes, EXAMPLES[n], (-EDGE, 2), (4, -4), weight="semibold")
    look.label(axes, f"$x[{n} + t]$", (-EDGE, -1.7), (4, 3), color=look.color("input"))
    look.label(axes, "$k[t]$", (EDGE, -1.7), (-4, 3), color=look.color("kernel"))
    below.spines.bottom.set_visible(True)  # with its ticks, a bracket under the products
    below.set(xlim=(-EDGE, EDGE), ylim=(-0.4, 0.55), xticks=(-EDGE, EDGE), xticklabels=[])
    below.tick_params(axis="x", direction="in", length=4)
    below.bar(t, products, 0.75, color=look.color("response"), gid="product")
    look.label(below, look.minus(f"sum {products.sum():.2f}"), (EDGE, 0.55), (-1, -1))


def frames(numbers: Numbers) -> Iterator[Figure]:
    """The frames of an animation: the kernel slides on by 6 samples, and the response grows."""
    for n, r in zip(numbers.positions[::6], numbers.response[::6], strict=True):
        figure = Figure(figsize=(look.WIDTH, look.MEDIUM))
        signal, response = figure.subplots(2, sharex=True)
        draw_curves(signal, response, numbers, last=n)
        look.shade_x(signal, n - EDGE, n + EDGE)
        signal.plot(n + numbers.offsets, numbers.kernel, color=look.color("kernel"))
        look.dot(response, (n, r), look.color("response"))
        yield figure


if __name__ == "__main__":
    main(compute, draw, frames)
