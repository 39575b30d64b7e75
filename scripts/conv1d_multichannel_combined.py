"""Conv1d adds the responses of its channels; three variants of it (figure 4.1b, section 4.2)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figurepress import look
from figurepress.output import main
from lecture.convolution import Layer
from lecture.kernels import normalise, peak_and_trough, place, ramp

SEED, NOISE, AMPLITUDE = 36, 0.35, 2.0  # seed; deviation of the noise; factor from kernel to motif
LENGTH, HALF_WIDTH = 200, 12  # N samples of each channel; offsets t of the kernels from -12 to 12
MOTIFS, DECOY = (42, 100), 160  # centres of the motif, and of the motif with negated channel 2
STRIDE, PADDING = 4, 12  # of layer (3); the others have stride 1 and no padding
UNIT = {"input": 0.16, "kernel": 0.36, "response": 0.09, "reference": 0.09}  # inches for y = 1


@dataclass(frozen=True)
class Numbers:
    """What is drawn: 2 channels, N samples, m weights, L responses, L_out with padding."""

    signals: np.ndarray  # (2, N)
    motif_centres: np.ndarray  # (2)
    kernel: np.ndarray  # (2, m)
    channel_responses: np.ndarray  # (2, L)
    single_channel_response: np.ndarray  # (L), channel_responses[0]
    response: np.ndarray  # (L)
    positions: np.ndarray  # (L), the centre of each window
    two_output_kernels: np.ndarray  # (2, 2, m)
    two_outputs: np.ndarray  # (2, L)
    strided_response: np.ndarray  # (L_out)
    strided_positions: np.ndarray  # (L_out)


def compute() -> Numbers:
    """Make the two channels once, then run every variant of the layer on them."""
    t = np.arange(-HALF_WIDTH, HALF_WIDTH + 1)
    kernel = normalise(np.array([peak_and_trough(t), ramp(t)]), axis=1)
    kernels = np.array([kernel, [kernel[0], -kernel[1]]])  # of the motif and of the decoy
    signals = NOISE * np.random.default_rng(SEED).standard_normal((2, LENGTH))
    signals += AMPLITUDE * (place(kernels[0], MOTIFS, LENGTH) + place(kernels[1], [DECOY], LENGTH))
    separate = [Layer(kernel[np.newaxis, [c]]).run(signals[[c]]).values[0] for c in (0, 1)]
    both = Layer(kernels).run(signals)
    strided = Layer(kernel[np.newaxis], STRIDE, PADDING).run(signals)
    return Numbers(
        signals=signals, motif_centres=np.array(MOTIFS), kernel=kernel, two_output_kernels=kernels,
        channel_responses=np.array(separate), single_channel_response=separate[0],
        response=both.values[0], positions=both.positions, two_outputs=both.values,
        strided_response=strided.values[0], strided_positions=strided.positions,
    )  # fmt: skip


def draw(numbers: Numbers) -> Figure:
    """Draw inputs, responses and their sum, then other layers; y is in inches from the top."""
    figure = Figure(figsize=(look.WIDTH, look.PAGE), layout="none")
    axes = look.cell_axes(figure, left=1.5, top=0.43, rows=5.27, columns=4.92, cell=1)  # inches
    axes.spines.left.set_visible(False)
    axes.set(xlim=(-3, 202), xticks=[0, *MOTIFS, DECOY, LENGTH - 1], xlabel="sample $n$")
    axes.set(ylim=(5.7, 0.43), yticks=[])
    draw_curve(axes, 0.67, numbers.signals[0], "$x_1$", "x1", role="input")
    draw_curve(axes, 1.09, numbers.signals[1], "$x_2$", "x2", role="input")
    for n, kernel in zip((*MOTIFS, DECOY), numbers.two_output_kernels[[0, 0, 1]], strict=True):
        name, dashes = ("decoy: motif negated in $x_2$", ":") if n == DECOY else ("motif", "--")
        look.guide_x(axes, n, dashes, gid="centre")
        look.note(axes, name, (n, 0.43), (0, 4), ha="center", color=look.color("kernel"))
        x = np.arange(n - HALF_WIDTH, n + HALF_WIDTH + 1)
        y = [0.67, 1.09] - UNIT["input"] * AMPLITUDE * kernel.T  # over x1 and x2, without noise
        axes.plot(x, y, color=look.color("kernel"), linewidth=look.MEDIUM_LINE, gid="motif")
    channels = r"$\mathbfit{C}_\mathbf{in}$ = 2, $\mathbfit{C}_\mathbf{out}$ = 1"
    look.heading(figure, 0.06, 0.17, f"{channels}: the responses of the channels add up")
    r1, r2 = numbers.channel_responses
    axes.hlines([1.6, 2.06], -41, -17, look.color("grid"), lw=1, clip_on=False, label=look.FAINT)
    draw_curve(axes, 1.6, numbers.kernel[0], r"$x_1 \star k_1$", "k1", role="kernel")
    draw_curve(axes, 2.06, numbers.kernel[1], r"$x_2 \star k_2$", "k2", role="kernel")
    draw_curve(axes, 1.6, r1, "$= r_1$", "r1", at=(*MOTIFS, DECOY))
    draw_curve(axes, 2.06, r2, "$= r_2$", "r2", at=(*MOTIFS, DECOY))
    draw_curve(axes, 2.72, numbers.response, "$r_1 + r_2 = r$", "r", at=(*MOTIFS, DECOY))
    look.heading(figure, 0.06, 3.22, "Same inputs, three other layers")
    y1, y2 = numbers.two_outputs
    draw_curve(axes, 3.72, numbers.response, "", "two-channels", role="reference")  # for comparison
    draw_curve(axes, 3.72, r1, r"(1) $C_\mathrm{in}$ = 1:  $r_1$", "one-channel", at=(DECOY,))
    look.label(axes, r"$C_\mathrm{in}$ = 2: $r$", (102, 3.4), (4, 0))
    look.label(axes, "$r_1$: fooled\nby the decoy", (163, 3.48), (2, 0))
    draw_curve(axes, 4.36, y1, r"(2) $C_\mathrm{out}$ = 2:  $y_1 = r$", "y1", at=(DECOY,))
    look.label(axes, "responds to\nthe motif", (102, 4.11), (4, 0))
    draw_curve(axes, 4.88, y2, "and $y_2 = r_1 - r_2$:\nkernels $k_1$, $-k_2$", "y2", at=(DECOY,))
    look.label(axes, "responds to\nthe decoy", (163, 4.64), (2, 0))
    words = f"(3) padding {PADDING} adds\nthe shaded ends,\nstride {STRIDE}: dots"
    draw_curve(axes, 5.46, numbers.response, words, "stride-1", role="reference")
    y = 5.46 - UNIT["response"] * numbers.strided_response
    look.dot(axes, (numbers.strided_positions, y), look.color("response"), size=4, gid="strided")
    look.label(axes, "stride 1: $r$, peak 3.9", (44.5, 5.16), (2, 0))
    look.label(axes, "kept 2.5", (38, 5.22), (-2, 0))
    for start in (-0.5, LENGTH - PADDING - 0.5):
        look.shade_x(axes, start, start + PADDING, gid="padding").set_height(0.115)  # of the panel
    return figure


def draw_curve(axes: Axes, zero: float, y: np.ndarray, words: str, gid: str,
               role: str = "response", at: tuple = ()) -> None:  # fmt: skip
    """Draw y with its 0 at `zero`, words on its left, and values at the samples `at`."""
    first = -41 if role == "kernel" else (LENGTH - y.size) // 2  # kernel: left of the panel
    height, color = zero - UNIT[role] * y, look.color(role)
    (curve,) = axes.plot(first + np.arange(y.size), height, color=color, clip_on=False, gid=gid)
    if gid != "r":  # the sum keeps the largest width, the default
        curve.set_linewidth(look.FINE if role in ("input", "reference") else look.MEDIUM_LINE)
    look.zero_line(axes, zero)
    look.label(axes, words, (min(first, -3), zero), (-4, 0), annotation_clip=False)
    for n in at:
        value, point = y[n - first], (n, height[n - first])
        shift = 0 if value > 1 else 2.5 * np.sign(value)  # clear of the line at 0
        look.dot(axes, point, color, hollow=n == DECOY, gid="value")
        look.label(axes, look.minus(f"{value:.1f}"), point, (-6, shift))


if __name__ == "__main__":
    main(compute, draw)
