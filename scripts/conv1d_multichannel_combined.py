"""Conv1d adds the responses of its channels; three variants of it (figure 4.1b, section 4.2)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.convolution import Layer, Response
from lecture.kernels import normalise, peak_and_trough, ramp

SEED, LENGTH, NOISE, AMPLITUDE = 36, 200, 0.35, 2.0  # of the signals; motif: kernel times 2
HALF_WIDTH, STRIDE, PADDING = 12, 4, 12  # of the layers; kernels have offsets from -12 to 12
CENTRES = {42: "motif", 100: "motif", 160: "decoy"}  # decoy: the second channel is negated
ROWS = (0.83, 0.72, 0.61, 0.363, 0.223, 0.08)  # lower edges of the panels, in figure heights
HEIGHT, WIDTH, KERNEL_WIDTH = 0.1, 0.3405, 0.036  # of panels; the widths are 227 and 24 samples
LIMITS = {"input": (-1.5, 2.0), "kernel": (-0.6, 0.7), "response": (-3, 5)}  # of y, by role
WHOLE, START = (-14, 213), (-4, 66)  # limits of n; the last row shows the start
IN, OUT = r"$C_\mathrm{in}$", r"$C_\mathrm{out}$"  # numbers of channels


@dataclass(frozen=True)
class Numbers:
    """What is drawn: 2 channels, N samples, m weights, L responses, L_out with padding."""

    signals: np.ndarray  # (2, N)
    motif_centres: np.ndarray  # (2)
    kernel: np.ndarray  # (2, m)
    channel_responses: np.ndarray  # (2, L)
    single_channel_response: np.ndarray  # (L)
    response: np.ndarray  # (L)
    positions: np.ndarray  # (L), the centre of each window
    two_output_kernels: np.ndarray  # (2, 2, m)
    two_outputs: np.ndarray  # (2, L)
    stride: int
    padding: int
    padded: Response  # (1, L_out), at stride 1
    strided_response: np.ndarray  # (L_out)
    strided_positions: np.ndarray  # (L_out)


def compute() -> Numbers:
    """Make the two channels once, then run every variant of the layer on them."""
    t = np.arange(-HALF_WIDTH, HALF_WIDTH + 1)
    kernel = normalise(np.array([peak_and_trough(t), ramp(t)]), axis=1)
    kernels = np.array([kernel, kernel * [[1], [-1]]])
    signals = NOISE * np.random.default_rng(SEED).standard_normal((2, LENGTH))
    for n, what in CENTRES.items():
        signals[:, n + t] += AMPLITUDE * kernels[1 if what == "decoy" else 0]
    channels = [Layer(kernels[:1, [c]]).run(signals[[c]]).values[0] for c in (0, 1)]
    both, two = Layer(kernels[:1]).run(signals), Layer(kernels).run(signals)
    padded, strided = (Layer(kernels[:1], s, PADDING).run(signals) for s in (1, STRIDE))
    return Numbers(
        signals, np.array([n for n in CENTRES if CENTRES[n] == "motif"]), kernel,
        np.array(channels), channels[0], both.values[0], both.positions, kernels, two.values,
        STRIDE, PADDING, padded, strided.values[0], strided.positions,
    )  # fmt: skip


def draw(numbers: Numbers) -> Figure:
    """Inputs, kernels, responses and their sum; below, three variants on the same inputs."""
    figure = Figure(figsize=(look.WIDTH, look.PAGE), layout="none")
    samples, n, r = np.arange(LENGTH), numbers.positions, numbers.response
    k1, k2 = numbers.kernel
    look.heading(figure, 0.06, 0.17, "Two channels: the responses add up", f"{IN} = 2, {OUT} = 1")
    for c, k, r_c in zip((0, 1), numbers.kernel, numbers.channel_responses, strict=True):
        draw_panel(figure, c, 0, f"x_{c + 1}", samples, numbers.signals[c], {}, role="input")
        draw_panel(figure, c, 1, rf"=\; r_{c + 1}", n, r_c, {rf"\star \; k_{c + 1}": k})
    total = draw_panel(figure, 2, 1, r"r_1 + r_2 =\; r", n, r, {})
    total.set(xticks=[0, *CENTRES], xlabel="sample $n$")
    figure.text(0.15, 0.65, r"$r[n] = \sum_{c,\,t}\; k_c[t]\, x_c[n + t]$", size=look.LARGE)
    look.leader(total, (-441, -8.9), total, (213, -8.9), gid="rule")
    look.heading(figure, 0.06, 3.07, "Other layers on the same inputs")
    r1, y1, y2 = numbers.single_channel_response, *numbers.two_outputs
    one = draw_panel(figure, 3, 0, "r_1", n, r1, {"k_1": k1}, f"(1) {IN} = 1: fooled by the decoy")
    one.plot(n, r, color=look.color("response"), linewidth=look.HAIR, gid="two-channels")
    figure.text(0.51, 0.4, f"{IN} = 2 (thin): not fooled,\nas $r_2$ is negative there")
    both, other = {"k_1": k1, "k_2": k2}, {"k_1": k1, "-k_2": -k2}
    draw_panel(figure, 4, 0, "y_1", n, y1, both, f"(2) {IN} = 2, {OUT} = 2: $y_1$ finds the motif")
    draw_panel(figure, 4, 1, "y_2", n, y2, other, "$y_2$ finds the decoy")
    n, r, start = numbers.padded.positions, numbers.padded.values[0], r"\mathrm{start\ of}\; r"
    kept, r_kept = numbers.strided_positions, numbers.strided_response
    padded = draw_panel(figure, 5, 0, start, n, r, {}, "(3) Padding 12: 176 → 200 values")
    title = "Stride 4: 200 → 50 values; the peak falls from 3.9 to 2.5"
    strided = draw_panel(figure, 5, 1, start, kept, r_kept, {}, title, marker=".")
    strided.plot(n, r, color=look.color("response"), linewidth=look.HAIR, gid="before-stride")
    for axes in (padded, strided):
        look.shade_x(axes, -0.5, PADDING - 0.5, label="padding")
        look.label(axes, "uses\nzeros", (5.5, LIMITS["response"][1]), (0, -3), size=look.SMALL)
        axes.set(xticks=range(0, START[1], 12), xlabel="sample $n$")
    return figure


def draw_panel(
    figure: Figure, row: int, column: int, symbol: str, x: np.ndarray, y: np.ndarray,
    kernels: dict[str, np.ndarray], title: str = "", role: str = "response", marker: str = "",
) -> Axes:  # fmt: skip
    """Draw a curve over samples and, left of it, the kernels (by symbol) that give it."""
    left, bottom, half, place = (0.05, 0.55)[column], ROWS[row], HEIGHT / 2, f"{row}-{column}"
    for c, (name, k) in enumerate(kernels.items()):
        t = np.arange(k.size) - k.size // 2
        axes = figure.add_axes((left, bottom + half * (len(kernels) / 2 - c), KERNEL_WIDTH, half))
        look.trace(axes, t, k, "kernel", f"${name}$", LIMITS["kernel"], gid=f"kernel-{place}")
    axes = figure.add_axes((left + 0.1, bottom, WIDTH, HEIGHT), xlim=START if row == 5 else WHOLE)
    axes.set_title(title, x=-0.141 / WIDTH, weight=400)
    look.trace(axes, x, y, role, f"${symbol}$", LIMITS[role], marker=marker, gid=f"curve-{place}")
    for n, what in CENTRES.items():
        look.guide_x(axes, n, linestyle=":" if what == "decoy" else "--", gid=what)
        if row == 0:
            look.label(axes, what, (n, LIMITS[role][1]), (0, 2))
        if role == "response" and n < axes.get_xlim()[1]:
            m, r = min(zip(x, y, strict=True), key=lambda point: abs(point[0] - n))
            look.mark_value(axes, (m, r), f"{r:.1f}", (-6, 0 if abs(r) > 1 else 8), what == "decoy")
    return axes


if __name__ == "__main__":
    main(compute, draw)
