"""Conv1d adds the responses of its channels; three variants of it (figure 4.1b, section 4.2)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.convolution import Layer, Response
from lecture.kernels import normalise, peak_and_trough, ramp

SEED = 36
LENGTH = 200  # N, samples of each channel
NOISE = 0.35  # standard deviation
HALF_WIDTH = 12  # kernels have offsets t from -12 to 12
MOTIFS = (42, 100)  # centres
DECOY = 160  # centre of a motif whose second channel is negated
AMPLITUDE = 2.0  # of motifs and decoy, in multiples of the kernel
STRIDE = 4
PADDING = 12
# Inches
LEFT, KERNEL_LEFT = 1.5, 0.58  # from the edge of the figure to curves and kernels
SAMPLE = 0.024  # from sample to sample, in all panels
UNIT = {"input": 0.13, "kernel": 0.36, "response": 0.09, "reference": 0.09}  # height of y = 1
MARGIN = 0.06  # between a curve and the edges of its panel
SAMPLES = (-3, 202)  # limits of n


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
    padded: Response  # (1, L_out), at stride 1
    strided_response: np.ndarray  # (L_out)
    strided_positions: np.ndarray  # (L_out)
    stride: int = STRIDE
    padding: int = PADDING


def compute() -> Numbers:
    """Make the two channels once, then run every variant of the layer on them."""
    t = np.arange(-HALF_WIDTH, HALF_WIDTH + 1)
    kernel = normalise(np.array([peak_and_trough(t), ramp(t)]), axis=1)
    kernels = np.array([kernel, kernel * [[1], [-1]]])  # of the motif and of the decoy
    signals = NOISE * np.random.default_rng(SEED).standard_normal((2, LENGTH))
    for n in MOTIFS:
        signals[:, n + t] += AMPLITUDE * kernels[0]
    signals[:, DECOY + t] += AMPLITUDE * kernels[1]

    channels = [Layer(kernels[:1, [c]]).run(signals[[c]]).values[0] for c in (0, 1)]
    one_output = Layer(kernels[:1]).run(signals)
    two_outputs = Layer(kernels).run(signals)
    padded = Layer(kernels[:1], 1, PADDING).run(signals)
    strided = Layer(kernels[:1], STRIDE, PADDING).run(signals)
    return Numbers(
        signals, np.array(MOTIFS), kernel,
        np.array(channels), channels[0], one_output.values[0], one_output.positions,
        kernels, two_outputs.values,
        padded, strided.values[0], strided.positions,
    )  # fmt: skip


def draw(numbers: Numbers) -> Figure:
    """One row per curve, on one axis: inputs, responses, their sum; below, three other layers."""
    figure = Figure(figsize=(look.WIDTH, look.PAGE), layout="none")
    width = SAMPLE * (SAMPLES[1] - SAMPLES[0])
    rows = look.cell_axes(figure, LEFT, top=0.43, rows=5.33, columns=width, cell=1)
    look.remove_frame(rows)
    rows.spines.bottom.set_visible(True)
    rows.set(xlim=SAMPLES, ylim=(0, 1), xlabel="sample $n$")
    rows.set_xticks([0, *MOTIFS, DECOY, LENGTH - 1])
    for n in MOTIFS:
        look.guide_x(rows, n, gid="motif")
        look.label(rows, "motif", (n, 1), (0, 2))
    look.guide_x(rows, DECOY, linestyle=":", gid="decoy")
    look.label(rows, "decoy", (DECOY, 1), (0, 2))
    draw_sum(figure, numbers)
    draw_variants(figure, numbers)
    return figure


def draw_sum(figure: Figure, numbers: Numbers) -> None:
    """Two input channels, the response to each, and the sum of the responses."""
    channels = r"$\mathbfit{C}_\mathbf{in}$ = 2, $\mathbfit{C}_\mathbf{out}$ = 1"
    look.heading(figure, 0.06, 0.17, f"{channels}: the responses of the channels add up")
    x1, x2 = numbers.signals
    k1, k2 = numbers.kernel
    r1, r2 = numbers.channel_responses
    samples, t, n = np.arange(x1.size), np.arange(k1.size) - HALF_WIDTH, numbers.positions
    draw_curve(figure, 0.67, samples, x1, "input", "$x_1$", "x1")
    draw_curve(figure, 1.09, samples, x2, "input", "$x_2$", "x2")
    draw_curve(figure, 1.58, t, k1, "kernel", r"$x_1 \star k_1$", "k1")
    draw_curve(figure, 2.04, t, k2, "kernel", r"$x_2 \star k_2$", "k2")
    mark_values(draw_curve(figure, 1.58, n, r1, "response", "$= r_1$", "r1"))
    mark_values(draw_curve(figure, 2.04, n, r2, "response", "$= r_2$", "r2"))
    r = numbers.response
    mark_values(draw_curve(figure, 2.66, n, r, "response", "$r_1 + r_2 = r$", "r"))


def draw_variants(figure: Figure, numbers: Numbers) -> None:
    """The responses of three other layers; the first two over the thin, dashed r of part 1."""
    look.heading(figure, 0.06, 3.2, "Other layers, same inputs")
    color, reference = look.color("response"), look.color("reference")
    n, padded = numbers.positions, numbers.padded
    y1, y2 = numbers.two_outputs

    axes = draw_curve(figure, 3.75, n, y1, "reference", "$r_1$", "two-channels")
    axes.plot(n, numbers.single_channel_response, color=color, gid="one-channel")
    figure.text(0.009, 0.45, r"(1) $C_\mathrm{in}$ = 1")
    look.label(axes, r"$C_\mathrm{in}$ = 2: $r$", (102, 3.6), (4, 0), color=reference)
    look.label(axes, "$r_1$: fooled\nby the decoy", (163, 2.9), (2, 0), color=color)

    axes = draw_curve(figure, 4.6, n, y1, "reference", "$r_1 - r_2 = y_2$", "y1")
    axes.plot(n, y2, color=color, gid="y2")
    figure.text(0.009, 0.32, r"(2) $C_\mathrm{out}$ = 2")
    look.label(axes, "$y_1 = r$: finds motifs", (102, 3.6), (4, 0), color=reference)
    look.label(axes, "$y_2$: finds\nthe decoy", (163, 2.9), (2, 0), color=color)

    axes = draw_curve(figure, 5.5, padded.positions, padded.values[0], "response", "$r$", "padded")
    axes.lines[-1].set_linewidth(look.HAIR)
    axes.plot(numbers.strided_positions, numbers.strided_response, ".", color=color, gid="strided")
    figure.text(0.009, 0.18, "(3) Padding, stride")
    look.shade_x(axes, -0.5, PADDING - 0.5, gid="padding")
    look.shade_x(axes, LENGTH - PADDING - 0.5, LENGTH - 0.5, gid="padding")
    look.label(axes, "stride 4 keeps the\ndots, not this peak", (46, 2.6), (2, 0))
    look.label(axes, "padding 12 adds\nthe shaded values", (104, 2.6), (2, 0))


def draw_curve(
    figure: Figure, zero: float, x: np.ndarray, y: np.ndarray, role: str, symbol: str, gid: str
) -> Axes:
    """Draw a curve whose line at 0 is `zero` inches below the top of the figure."""
    unit = UNIT[role]
    low, high = y.min() - MARGIN / unit, y.max() + MARGIN / unit
    left, limits = (KERNEL_LEFT, (x[0], x[-1])) if role == "kernel" else (LEFT, SAMPLES)
    width = SAMPLE * (limits[1] - limits[0])
    axes = look.cell_axes(figure, left, zero - high * unit, (high - low) * unit, width, cell=1)
    axes.patch.set_visible(False)  # the guides behind it remain visible
    line = look.trace(axes, x, y, role, symbol, (low, high), gid=gid)
    if role == "reference":
        line.set(linestyle="--", linewidth=look.FINE)
    axes.set_xlim(limits)
    return axes


def mark_values(axes: Axes) -> None:
    """Mark and write a response at the motifs, and hollow at the decoy."""
    response = dict(axes.lines[-1].get_xydata())
    for n in (*MOTIFS, DECOY):
        r = response[n]
        look.dot(axes, (n, r), look.color("response"), hollow=n == DECOY, gid="value")
        offset = (-6, 2.5 * np.sign(r) if n == DECOY else 0)
        look.label(axes, look.minus(f"{r:.1f}"), (n, r), offset)


if __name__ == "__main__":
    main(compute, draw)
