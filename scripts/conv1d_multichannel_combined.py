"""Conv1d on two channels, which it adds up, and three variants (figure 4.1b, section 4.2)."""

from dataclasses import dataclass

import lecture

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

SEED = 4
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
) -> np.ndarray:
    """Signals (C_in, N) and weight (C_out, C_in, m) to (C_out, L_out), by PyTorch's Conv1d."""
    c_out, c_in, m = weight.shape
    layer = torch.nn.Conv1d(c_in, c_out, m, stride, padding, bias=False, dtype=torch.float64)
    layer.load_state_dict({"weight": torch.tensor(weight)})
    with torch.no_grad():
        return layer(torch.tensor(signals)).numpy()


def window_centres(count: int, m: int, stride: int = 1, padding: int = 0) -> np.ndarray:
    """The samples (count) at which the windows of an odd number m of weights are centred."""
    return stride * np.arange(count) - padding + m // 2


@dataclass(frozen=True)
class Numbers:
    """Channels first, as in PyTorch: (C, N) samples, (C, m) weights, (C, L) responses."""

    signals: np.ndarray
    padded_signals: np.ndarray
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
    padded_response: np.ndarray
    padded_positions: np.ndarray
    strided_response: np.ndarray
    strided_positions: np.ndarray


def compute() -> Numbers:
    """Make the two channels once, then run every variant of the layer on them."""
    offsets = np.arange(-HALF_WIDTH, HALF_WIDTH + 1)
    kernel = normalise(motif(offsets))
    decoy = np.array([kernel[0], -kernel[1]])
    signals = NOISE * np.random.default_rng(SEED).standard_normal((2, LENGTH))
    for centre in MOTIF_CENTRES:
        signals[:, centre + offsets] += AMPLITUDE * kernel
    signals[:, DECOY_CENTRE + offsets] += AMPLITUDE * decoy

    m, detector, two_detectors = len(offsets), kernel[None], np.array([kernel, decoy])
    alone = np.array([conv1d(signals[[c]], detector[:, [c]])[0] for c in (0, 1)])
    (response,) = conv1d(signals, detector)
    (padded,) = conv1d(signals, detector, 1, PADDING)
    (strided,) = conv1d(signals, detector, STRIDE, PADDING)
    return Numbers(
        signals=signals,
        padded_signals=np.pad(signals, ((0, 0), (PADDING, PADDING))),
        motif_centres=np.array(MOTIF_CENTRES),
        decoy_centre=DECOY_CENTRE,
        offsets=offsets,
        kernel=kernel,
        channel_responses=alone,
        single_channel_response=alone[0],
        response=response,
        positions=window_centres(len(response), m),
        two_output_kernels=two_detectors,
        two_outputs=conv1d(signals, two_detectors),
        stride=STRIDE,
        padding=PADDING,
        padded_response=padded,
        padded_positions=window_centres(len(padded), m, 1, PADDING),
        strided_response=strided,
        strided_positions=window_centres(len(strided), m, STRIDE, PADDING),
    )


def draw_curve(axes: Axes, symbol: str, x: np.ndarray, y: np.ndarray, sign: str = "") -> None:
    """One curve in the colour and on the scale of its role, its symbol on the left."""
    role, limits, ticks = {
        "x": ("input", (-1.7, 1.7), []),
        "k": ("kernel", (-0.5, 0.5), []),
        "r": ("response", (-2.8, 5.0), [0, 2, 4]),
        "y": ("response", (-2.8, 5.0), [0, 2, 4]),
    }[symbol.strip("-")[0]]
    axes.axhline(0, color=lecture.color("grid"), linewidth=1, zorder=0, label="zero")
    axes.plot(x, y, color=lecture.color(role), linewidth=1.2, label=symbol)
    axes.set(ylim=limits, xticks=[], yticks=ticks)
    axes.spines[:].set_visible(False)
    axes.spines.left.set_visible(role == "response")
    name, place = f"${sign}{symbol}$", {"ha": "right", "va": "center"}
    if role == "response":
        axes.set_ylabel(name, rotation=0, labelpad=5, **place)
    else:
        left = -6 if role == "kernel" else -18
        axes.annotate(name, (0, 0.5), (left, 0), "axes fraction", "offset points", **place)


def draw_centres(axes: Axes, numbers: Numbers) -> None:
    """The centres of the motifs (dashed) and of the decoy (dotted) on an axis of samples."""
    centres = [*numbers.motif_centres, numbers.decoy_centre]
    axes.vlines(
        centres, 0, 1, transform=axes.get_xaxis_transform(), label="centres",
        color=lecture.color("reference"), linewidth=1, linestyle=["--", "--", ":"],
    )  # fmt: skip
    axes.set_xlim(-numbers.padding - 2, len(numbers.signals[0]) - 1 + numbers.padding + 2)


def draw_words(panels: dict[str, Axes], numbers: Numbers) -> None:
    """The headings of parts and rows, the remarks beside panels, the heights beside peaks."""
    layer = r"$C_\mathrm{{in}} = {1} \to C_\mathrm{{out}} = {0}$, weight ({0}, {1}, {2})".format
    headings = {
        "part 1": "Part 1: the layer adds up its channels",
        "part 2": "Part 2: variants on the same inputs",
        "row 1a": "(1) " + layer(1, 1, len(numbers.offsets)),
        "row 1b": layer(1, *numbers.kernel.shape),
        "row 2": f"(2) {layer(*numbers.two_output_kernels.shape)}"
        r": $y_1 = r_1 + r_2$ and $y_2 = r_1 - r_2$ stay apart",
        "row 3": f"(3) stride {numbers.stride}, padding {numbers.padding} (zeros, shaded): "
        f"{len(numbers.strided_response)} values instead of {len(numbers.response)}",
    }
    for name, words in headings.items():
        panels[name].axis("off")
        weight = "bold" if name.startswith("part") else "normal"
        panels[name].annotate(
            words, (0, 0), (-28, 0), "axes fraction", "offset points", weight=weight
        )
    remarks = {
        "formula": "$r_c[n] = \\sum_t \\; k_c[t] \\, x_c[n + t]$ in each channel $c$\n\n"
        "$r[n] = r_1[n] + r_2[n]$",
        "remark": "no $x_2$: nothing tells the\ndecoy from the motif",
    }
    for name, words in remarks.items():
        panels[name].axis("off")
        panels[name].text(0, 0.5, words, va="center")

    centres = np.array([*numbers.motif_centres, numbers.decoy_centre])
    for axes in (panels["x_1"], panels["r_1"]):
        above = (axes.get_xaxis_transform(), "offset points")
        for what, c in zip(("motif", "motif", "decoy"), centres, strict=True):
            axes.annotate(f"{what}\n{c}", (c, 1), (0, 2), *above, ha="center")
    for name, response in (
        ("1a r_1", numbers.single_channel_response),
        ("1b r", numbers.response),
    ):
        for c, height in zip(centres, response[centres - numbers.positions[0]], strict=True):
            text, at = f"{height:.1f}".replace("-", "−"), (c, max(height, 1))
            panels[name].annotate(text, at, (4, 1), textcoords="offset points", size=8)


def draw_padding(panels: dict[str, Axes], numbers: Numbers) -> None:
    """In row 3, shade what exists only thanks to padding, and dot what the stride keeps."""
    p, n, end = numbers.padding, numbers.positions, len(numbers.signals[0])
    for name, role, edges in (
        ("3 x_1", "input", ((-p, 0), (end, end + p))),
        ("3 x_2", "input", ((-p, 0), (end, end + p))),
        ("3 r", "response", ((0, n[0]), (n[-1] + 1, end))),
    ):
        look = {"color": lecture.color(role), "alpha": 0.14, "linewidth": 0, "label": "padding"}
        for a, b in edges:
            panels[name].axvspan(a - 0.5, b - 0.5, **look)
    panels["3 r"].plot(
        numbers.strided_positions, numbers.strided_response, "o", label="strided",
        color=lecture.color("response"), markersize=3.5, markeredgewidth=0,
    )  # fmt: skip


def draw(numbers: Numbers) -> Figure:
    """Part 1 and the three rows of part 2; a symbol always stands for the same numbers."""
    figure = Figure(figsize=(lecture.WIDTH, 9))
    rows = [  # height; inputs on the left, kernels between, responses on the right
        (0.2, ["part 1", "part 1", "part 1", "part 1"]),
        (4.0, ["x_1", "k_1", "k_1", "r_1"]),
        (4.0, ["x_2", "k_2", "k_2", "r_2"]),
        (4.0, ["formula", "formula", "formula", "r"]),
        (0.6, ["part 2", "part 2", "part 2", "part 2"]),
        (0.2, ["row 1a", "row 1a", "row 1a", "row 1b"]),
        (3.0, ["1a x_1", "1a k_1", "1b k_1", "1b x_1"]),
        (3.0, ["remark", "remark", "1b k_2", "1b x_2"]),
        (4.0, ["1a r_1", ".", ".", "1b r"]),
        (0.2, ["row 2", "row 2", "row 2", "row 2"]),
        (4.0, ["2 x_1", "2a k_1", "2a k_2", "2 y_1"]),
        (4.0, ["2 x_2", "2b k_1", "2b -k_2", "2 y_2"]),
        (0.2, ["row 3", "row 3", "row 3", "row 3"]),
        (3.0, ["3 x_1", "3 k_1", "3 k_1", "3 r"]),
        (3.0, ["3 x_2", "3 k_2", "3 k_2", "3 r"]),
    ]
    heights, mosaic = zip(*rows, strict=True)
    panels = figure.subplot_mosaic(mosaic, width_ratios=(7, 1, 1, 7), height_ratios=heights)

    n, t, p = numbers.positions, numbers.offsets, numbers.padding
    samples = np.arange(len(numbers.signals[0]))
    padded = np.arange(-p, len(samples) + p)
    (k11, k12), (k21, k22) = numbers.two_output_kernels
    curves = {
        "x_1": (samples, numbers.signals[0]), "x_2": (samples, numbers.signals[1]),
        "k_1": (t, numbers.kernel[0]), "k_2": (t, numbers.kernel[1]),
        "r_1": (n, numbers.channel_responses[0]), "r_2": (n, numbers.channel_responses[1]),
        "r": (n, numbers.response), "1a r_1": (n, numbers.single_channel_response),
        "2a k_1": (t, k11), "2a k_2": (t, k12), "2b k_1": (t, k21), "2b -k_2": (t, k22),
        "2 y_1": (n, numbers.two_outputs[0]), "2 y_2": (n, numbers.two_outputs[1]),
        "3 x_1": (padded, numbers.padded_signals[0]), "3 x_2": (padded, numbers.padded_signals[1]),
        "3 r": (numbers.padded_positions, numbers.padded_response),
    }  # fmt: skip
    for name, axes in panels.items():
        symbol, sign = name.split()[-1], {"r_2": r"+\; ", "r": r"=\; "}.get(name, "")
        if symbol in curves or name in curves:
            draw_curve(axes, symbol, *curves[name if name in curves else symbol], sign)
            if "k" not in symbol:
                draw_centres(axes, numbers)
    draw_words(panels, numbers)
    draw_padding(panels, numbers)

    ticks = [0, *numbers.motif_centres, numbers.decoy_centre]
    panels["3 x_2"].set(xticks=ticks, xlabel="sample $n$")
    panels["3 k_2"].set(xticks=[t[0], 0, t[-1]], xlabel="offset $t$")
    panels["3 r"].set(xticks=ticks, xlabel="window centre $n$")
    for name in ("3 x_2", "3 r"):
        panels[name].spines.bottom.set_visible(True)
    return figure


if __name__ == "__main__":
    lecture.main(compute, draw)
