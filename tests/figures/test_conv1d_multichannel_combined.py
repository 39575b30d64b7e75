"""Tests of conv1d_multichannel_combined."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from figurepress import look
from lecture.convolution import Layer
from lecture.kernels import normalise, peak_and_trough, ramp
from scripts.conv1d_multichannel_combined import (
    AMPLITUDE,
    DECOY,
    HALF_WIDTH,
    MOTIFS,
    NOISE,
    PADDING,
    SEED,
    STRIDE,
    UNIT,
)
from tests.support.artists import all_by_gid, by_gid, peaks
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in
from tests.support.random_arrays import whole_arrays

LEGIBILITY_EXCEPTIONS = {"grey_print": "curves have rows and names of their own, or another width"}
OFFSETS = np.arange(-12, 13)
CENTRES = (*MOTIFS, DECOY)
INPUTS = ("x1", "x2")
KERNELS = ("k1", "k2")
SUM = ("r1", "r2", "r")
COMPARED = ("two-channels", "stride-1")
CHANGED = ("one-channel", "y1", "y2")
CURVES = (*INPUTS, *KERNELS, *SUM, *COMPARED, *CHANGED, "strided")
ROLES = dict.fromkeys(CURVES, "response")
ROLES |= dict.fromkeys(INPUTS, "input") | dict.fromkeys(KERNELS, "kernel")
ROLES |= dict.fromkeys(COMPARED, "reference")
ZEROS = {  # of the prompt, in inches
    "x1": 0.67, "x2": 1.09, "k1": 1.6, "k2": 2.06, "r1": 1.6, "r2": 2.06, "r": 2.72,
    "two-channels": 3.72, "one-channel": 3.72, "y1": 4.36, "y2": 4.88,
    "stride-1": 5.46, "strided": 5.46,
}  # fmt: skip


@st.composite
def layers(draw_one):
    """Signals (C_in, N), weight (C_out, C_in, m), stride and padding; whole numbers add exactly."""
    c_out = draw_one(st.integers(1, 2))
    c_in = draw_one(st.integers(1, 2))
    m = draw_one(st.sampled_from([1, 3, 5]))
    n = draw_one(st.integers(m, 20))
    signals = draw_one(whole_arrays((c_in, n), 9))
    weight = draw_one(whole_arrays((c_out, c_in, m), 9))
    return signals, weight, draw_one(st.integers(1, 4)), draw_one(st.integers(0, 6))


def by_loop(signals, weight, stride=1, padding=0):
    """By definition: a sum of products for every output and window; the signal is 0 outside."""
    padded = np.pad(signals, ((0, 0), (padding, padding)))
    m = weight.shape[2]
    starts = range(0, padded.shape[1] - m + 1, stride)
    return np.array(
        [[(kernels * padded[:, s : s + m]).sum() for s in starts] for kernels in weight]
    )


def assert_close(actual, expected, name=""):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13, err_msg=name)


def curve(figure, name):
    """The drawn values (n, 2) of a curve: samples, or offsets, and y."""
    x, height = by_gid(figure, name).get_xydata().T
    y = (ZEROS[name] - height) / UNIT[ROLES[name]]
    shift = 41 - HALF_WIDTH if name in KERNELS else 0  # the first weight is drawn at -41
    return np.column_stack([x + shift, y])


def by_sample(figure, name):
    """The drawn values of a curve, by sample."""
    return dict(curve(figure, name).tolist())


def values(figure, name):
    return curve(figure, name)[:, 1]


@pytest.fixture(scope="module")
def kernel(figure):
    """The drawn kernel (2, m)."""
    return np.array([values(figure, name) for name in KERNELS])


@pytest.fixture(scope="module")
def signals(figure):
    """The drawn channels (2, N)."""
    return np.array([values(figure, name) for name in INPUTS])


@pytest.mark.claim("channel-sum")
def test_response_is_the_sum_of_both_channels(figure):
    assert_close(values(figure, "r"), values(figure, "r1") + values(figure, "r2"))


@pytest.mark.claim("channel-sum")
def test_written_values_add_up(figure):
    written = {name: dict(curve(figure, name).round(1).tolist()) for name in SUM}
    for n in CENTRES:
        assert round(written["r1"][n] + written["r2"][n], 1) == written["r"][n]


@pytest.mark.claim("channel-sum")
@pytest.mark.parametrize("channel", [0, 1])
def test_each_channel_has_its_own_kernel(figure, signals, kernel, channel):
    expected = by_loop(signals[[channel]], kernel[np.newaxis, [channel]])
    assert_close(values(figure, SUM[channel]), expected[0])


@pytest.mark.claim("channel-sum")
@given(layers())
def test_any_layer_adds_its_channels(layer):
    signals, weight, stride, padding = layer
    each = [
        Layer(weight[:, [c]], stride, padding).run(signals[[c]]).values for c in range(len(signals))
    ]
    together = Layer(weight, stride, padding).run(signals).values
    np.testing.assert_array_equal(together, np.sum(each, axis=0))


@pytest.mark.claim("same-inputs")
@pytest.mark.parametrize(
    ("name", "signs", "stride", "padding"),
    [
        ("one-channel", [1], 1, 0),
        ("two-channels", [1, 1], 1, 0),
        ("y1", [1, 1], 1, 0),
        ("y2", [1, -1], 1, 0),
        ("stride-1", [1, 1], 1, 0),
        ("strided", [1, 1], 4, 12),
    ],
)
def test_part_2_responds_to_the_inputs_of_part_1(
    figure, signals, kernel, name, signs, stride, padding
):
    weight = np.array(signs)[:, np.newaxis] * kernel[: len(signs)]
    expected = by_loop(signals[: len(signs)], weight[np.newaxis], stride, padding)
    assert_close(values(figure, name), expected[0], name)


@pytest.mark.claim("same-inputs")
def test_both_channels_carry_the_motif_at_its_centres(numbers):
    noise = numbers.signals.copy()
    for n in CENTRES:
        sign = -1 if n == DECOY else 1
        noise[:, n + OFFSETS] -= AMPLITUDE * numbers.kernel * [[1], [sign]]
    expected = np.random.default_rng(SEED).normal(0, NOISE, (2, 200))
    np.testing.assert_allclose(noise, expected, rtol=0, atol=1e-14)
    assert numbers.motif_centres.tolist() == [42, 100]


@pytest.mark.claim("outputs-separate")
def test_second_output_negates_the_second_kernel(numbers, kernel):
    k1, k2 = kernel
    assert_close(numbers.two_output_kernels, [[k1, k2], [k1, -k2]])


@pytest.mark.claim("outputs-separate")
def test_outputs_are_not_summed(figure, signals, numbers):
    expected = by_loop(signals, numbers.two_output_kernels)
    assert_close([values(figure, "y1"), values(figure, "y2")], expected)
    assert_close(values(figure, "y1"), values(figure, "r"))
    assert_close(values(figure, "y2"), values(figure, "r1") - values(figure, "r2"))


@pytest.fixture(scope="module")
def padded(signals, kernel):
    """The positions and values (n, 2) at stride 1 with padding."""
    response = Layer(kernel[np.newaxis], padding=PADDING).run(signals)
    return np.column_stack([response.positions, response.values[0]])


@pytest.mark.claim("stride-subsamples")
def test_stride_keeps_every_fourth_value(figure, padded):
    assert_close(curve(figure, "strided"), padded[::4])


@pytest.mark.claim("stride-subsamples")
@given(layers())
def test_any_stride_subsamples(layer):
    signals, weight, stride, padding = layer
    fine = Layer(weight, 1, padding).run(signals)
    coarse = Layer(weight, stride, padding).run(signals)
    np.testing.assert_array_equal(coarse.values, fine.values[:, ::stride])
    np.testing.assert_array_equal(coarse.positions, fine.positions[::stride])


@pytest.mark.claim("padding-boundary")
def test_padding_adds_values_at_the_ends(figure, padded):
    response = curve(figure, "stride-1")
    assert len(padded) == len(response) + 2 * PADDING
    assert_close(padded[PADDING:-PADDING], response)


@pytest.mark.claim("padding-boundary")
def test_added_values_are_shaded(figure):
    shades = [shade.get_bbox().intervalx for shade in all_by_gid(figure, "padding")]
    first, last = curve(figure, "stride-1")[[0, -1], 0]
    np.testing.assert_array_equal(shades, [[-0.5, first - 0.5], [last + 0.5, 199.5]])
    inside = [any(low < n < high for low, high in shades) for n in curve(figure, "strided")[:, 0]]
    assert inside == [not first <= n <= last for n in curve(figure, "strided")[:, 0]]
    assert sum(inside) == 6


@pytest.mark.claim("padding-boundary")
def test_shades_are_in_the_last_row(figure):
    for shade in all_by_gid(figure, "padding"):
        bottom, top = shade.get_bbox().intervaly
        assert bottom == 0
        upper_edge = 5.7 - top * (5.7 - 0.43)  # in inches, like ZEROS
        assert ZEROS["y2"] < upper_edge < ZEROS["stride-1"]


@pytest.mark.claim("padding-boundary")
@given(layers())
def test_any_padding_leaves_the_interior_unchanged(layer):
    signals, weight, _, padding = layer
    plain = Layer(weight).run(signals).values
    padded = Layer(weight, 1, padding).run(signals).values
    assert padded.shape[1] == plain.shape[1] + 2 * padding
    np.testing.assert_array_equal(padded[:, padding : padding + plain.shape[1]], plain)


@pytest.mark.claim("length-formula")
def test_curve_lengths_match_the_output_length_formula(figure, numbers):
    n, m, s, p = 200, 25, STRIDE, PADDING
    assert (s, p) == (4, 12)
    unpadded = [*SUM, "one-channel", "two-channels", "y1", "y2", "stride-1"]
    assert {len(curve(figure, name)) for name in unpadded} == {n - m + 1}
    assert len(curve(figure, "strided")) == (n + 2 * p - m) // s + 1


@pytest.mark.claim("length-formula")
@given(layers())
def test_output_length_formula_holds_for_any_layer(layer):
    signals, weight, s, p = layer
    length = (signals.shape[1] + 2 * p - weight.shape[2]) // s + 1
    assert Layer(weight, s, p).run(signals).values.shape == (len(weight), length)


@pytest.mark.claim("peaks-at-motifs")
@pytest.mark.parametrize("name", ["r", "y1", "stride-1"])
def test_two_channels_peak_at_the_motifs(figure, numbers, name):
    first, second, other = peaks(curve(figure, name), 12.5)[:3]
    assert {first[0], second[0]} == set(numbers.motif_centres)
    assert second[1] >= 1.5 * other[1]


@pytest.mark.claim("peaks-at-motifs")
def test_two_channels_peak_higher_than_one(figure, numbers):
    one = by_sample(figure, "one-channel")
    two = by_sample(figure, "r")
    for centre in numbers.motif_centres:
        assert two[centre] > 1.5 * one[centre]


@pytest.mark.claim("stride-lowers-a-peak")
def test_stride_lowers_the_first_peak(figure, numbers):
    kept = by_sample(figure, "strided")
    first, second = numbers.motif_centres
    assert first not in kept and second in kept
    peak = by_sample(figure, "stride-1")[first]
    lowered = max(value for n, value in kept.items() if abs(n - first) < 12)
    assert lowered < 0.7 * peak


@pytest.mark.parametrize(("above", "below"), [("one-channel", 0), ("strided", 1)])
def test_other_layers_are_drawn_over_a_thin_response(figure, above, below):
    thin, changed = by_gid(figure, COMPARED[below]), by_gid(figure, above)
    assert ZEROS[above] == ZEROS[COMPARED[below]]
    assert thin.get_linewidth() == look.FINE
    assert thin.axes.lines.index(thin) < thin.axes.lines.index(changed)


def test_sum_is_thicker_than_its_terms(figure):
    first, second, total = (by_gid(figure, name).get_linewidth() for name in SUM)
    assert first == second < total


def test_each_curve_has_a_line_at_0(figure):
    faint = [line for line in by_gid(figure, "r").axes.lines if line.get_label() == look.FAINT]
    assert {line.get_ydata()[0] for line in faint} == set(ZEROS.values())


def test_lines_at_0_of_kernels_are_as_long_as_the_kernels(figure):
    collections = by_gid(figure, "r").axes.collections
    (lines,) = [lines for lines in collections if lines.get_label() == look.FAINT]
    for name, segment in zip(KERNELS, lines.get_segments(), strict=True):
        ends = by_gid(figure, name).get_xdata()[[0, -1]]
        assert segment.tolist() == [[x, ZEROS[name]] for x in ends]


@pytest.mark.claim("decoy-fools-one-channel")
def test_one_channel_peaks_at_the_decoy_too(figure):
    found = peaks(curve(figure, "one-channel"), 12.5)
    assert set(found[:3, 0]) == set(CENTRES)
    assert found[2, 1] >= 1.5 * found[3, 1]


@pytest.mark.claim("decoy-fools-one-channel")
def test_two_channels_cancel_at_the_decoy(figure):
    r = by_sample(figure, "r")
    assert by_sample(figure, "r1")[DECOY] > 1
    assert by_sample(figure, "r2")[DECOY] < -1
    assert abs(r[DECOY]) < min(r[n] for n in MOTIFS) / 4


@pytest.mark.claim("decoy-found-by-second-output")
def test_second_output_peaks_at_the_decoy(figure):
    first, other = peaks(curve(figure, "y2"), 12.5)[:2]
    assert first[0] == 160
    assert first[1] >= 1.5 * other[1]


@pytest.mark.claim("matches-torch")
@pytest.mark.parametrize(
    ("names", "channels", "stride", "padding"),
    [
        (["one-channel"], 1, 1, 0),
        (["y1", "y2"], 2, 1, 0),
        (["strided"], 2, 4, 12),
    ],
)
def test_responses_match_torch(figure, numbers, signals, names, channels, stride, padding):
    weight = torch.tensor(numbers.two_output_kernels[: len(names), :channels])
    layer = torch.nn.Conv1d(
        channels, len(names), 25, stride, padding, bias=False, dtype=torch.float64
    )
    layer.load_state_dict({"weight": weight})
    with torch.no_grad():
        expected = layer(torch.tensor(signals[np.newaxis, :channels]))[0]
    assert_close([values(figure, name) for name in names], expected)


def test_kernel_is_the_normalised_motif(numbers):
    motif = np.array([peak_and_trough(OFFSETS), ramp(OFFSETS)])
    assert_close(numbers.kernel, normalise(motif, axis=1))
    assert OFFSETS[-1] == HALF_WIDTH


def test_kernels_differ_from_each_other_and_their_reversals(numbers):
    k1, k2 = numbers.kernel
    for one, other in ((k1, k1[::-1]), (k2, k2[::-1]), (k1, k2)):
        assert abs(one - other).max() > 0.3


@pytest.mark.parametrize(
    ("field", "shape", "dtype"),
    [
        ("signals", (2, 200), float),
        ("motif_centres", (2,), np.int64),
        ("kernel", (2, 25), float),
        ("channel_responses", (2, 176), float),
        ("single_channel_response", (176,), float),
        ("response", (176,), float),
        ("positions", (176,), np.int64),
        ("two_output_kernels", (2, 2, 25), float),
        ("two_outputs", (2, 176), float),
        ("strided_response", (50,), float),
        ("strided_positions", (50,), np.int64),
    ],
)
def test_field_has_its_shape_and_type(numbers, field, shape, dtype):
    array = getattr(numbers, field)
    assert (array.shape, array.dtype) == (shape, dtype)


def test_curves_are_the_numbers(figure, numbers):
    n = numbers.positions
    expected = {
        "x1": (np.arange(200), numbers.signals[0]),
        "x2": (np.arange(200), numbers.signals[1]),
        "k1": (OFFSETS, numbers.kernel[0]),
        "k2": (OFFSETS, numbers.kernel[1]),
        "r1": (n, numbers.channel_responses[0]),
        "r2": (n, numbers.channel_responses[1]),
        "r": (n, numbers.response),
        "one-channel": (n, numbers.single_channel_response),
        "two-channels": (n, numbers.response),
        "y1": (n, numbers.two_outputs[0]),
        "y2": (n, numbers.two_outputs[1]),
        "stride-1": (n, numbers.response),
        "strided": (numbers.strided_positions, numbers.strided_response),
    }
    assert expected.keys() == set(CURVES)
    for name, (x, y) in expected.items():
        assert_close(curve(figure, name), np.column_stack([x, y]), name)


def test_guides_mark_motifs_and_decoy(figure):
    guides = all_by_gid(figure, "centre")
    assert [guide.get_xdata()[0] for guide in guides] == list(CENTRES)
    assert [guide.get_linestyle() for guide in guides] == ["--", "--", ":"]
    names = {text.xy[0]: text.get_text() for text in guides[0].axes.texts if text.xy[1] == 0.43}
    assert names == {42: "motif", 100: "motif", 160: "decoy: motif negated in $x_2$"}


def test_motifs_have_the_colour_of_kernels(figure):
    words = [text for text in by_gid(figure, "r").axes.texts if text.xy[1] == 0.43]
    with look.theme("light"):
        colors = {artist.get_color() for artist in (*words, *all_by_gid(figure, "motif"))}
        assert colors == {look.color("kernel")}


@pytest.mark.claim("motifs-without-noise")
def test_channels_minus_motifs_are_the_noise(figure, signals):
    without_noise = np.zeros_like(signals)
    for k, line in enumerate(all_by_gid(figure, "motif")):
        channel = k % 2
        n, height = line.get_xydata().T
        drawn = (ZEROS[INPUTS[channel]] - height) / UNIT["input"]
        without_noise[channel, n.astype(int)] += drawn
    noise = NOISE * np.random.default_rng(SEED).standard_normal(signals.shape)
    assert_close(signals - without_noise, noise)


@pytest.mark.parametrize(
    ("name", "centres"),
    [(name, CENTRES) for name in SUM] + [(name, (DECOY,)) for name in CHANGED],
)
def test_values_are_marked_and_written(figure, name, centres):
    with look.theme("light"):
        full, hollow = look.color("response"), look.color("background")
    value = by_sample(figure, name)
    height = dict(by_gid(figure, name).get_xydata().tolist())
    places = [(n, height[n]) for n in centres]
    dots = [dot for dot in all_by_gid(figure, "value") if tuple(dot.get_xydata()[0]) in places]
    assert [dot.get_markerfacecolor() for dot in dots] == [
        hollow if n == DECOY else full for n in centres
    ]
    written = {text.xy: text.get_text() for text in by_gid(figure, name).axes.texts}
    for n, place in zip(centres, places, strict=True):
        assert written[place] == f"{value[n]:.1f}".replace("-", "−")


@pytest.mark.parametrize("name", SUM)
def test_values_above_1_are_level_with_their_dots(figure, name):
    """Lower values are shifted, to be clear of the line at 0."""
    value = by_sample(figure, name)
    line = by_gid(figure, name)
    height = dict(line.get_xydata().tolist())  # in the panel
    for n in CENTRES:
        if value[n] > 1:
            (text,) = [text for text in line.axes.texts if text.xy == (n, height[n])]
            box = text.get_window_extent()
            _, dot_y = line.axes.transData.transform(text.xy)
            assert (box.y0 + box.y1) / 2 == pytest.approx(dot_y, abs=3), f"{name} at {n}"


@pytest.mark.parametrize("name", CURVES)
def test_curve_has_the_colour_of_its_role(figure, name):
    with look.theme("light"):
        assert by_gid(figure, name).get_color() == look.color(ROLES[name])


def test_heights_are_inches_from_the_top(figure):
    axes = by_gid(figure, "r").axes
    pixels = axes.transData.transform([(0, 0), (0, 1), (0, 5)])[:, 1]
    from_top = figure.get_size_inches()[1] - pixels / figure.dpi
    np.testing.assert_allclose(from_top, [0, 1, 5], atol=1e-6)


@pytest.mark.claim("one-scale")
@pytest.mark.parametrize("name", CURVES)
def test_all_curves_have_one_scale_of_samples(figure, name):
    assert by_gid(figure, name).axes is by_gid(figure, "r").axes
    step = 4 if name == "strided" else 1
    assert set(np.diff(by_gid(figure, name).get_xdata())) == {step}


def test_nothing_is_cut_off(figure):
    low, high = sorted(by_gid(figure, "r").axes.get_ylim())
    for name in CURVES:
        heights = by_gid(figure, name).get_ydata()
        assert low < heights.min() and heights.max() < high, name


def test_kernels_are_left_of_the_axis_and_of_the_symbols(figure):
    axes = by_gid(figure, "r").axes
    for name in KERNELS:
        assert by_gid(figure, name).get_xdata().max() < axes.get_xlim()[0] - 10


def test_symbols_label_the_curves(figure):
    symbols = {
        ("x1", -3): "$x_1$", ("x2", -3): "$x_2$",
        ("k1", -41): r"$x_1 \star k_1$", ("k2", -41): r"$x_2 \star k_2$",
        ("r1", -3): "$= r_1$", ("r2", -3): "$= r_2$", ("r", -3): "$r_1 + r_2 = r$",
        ("one-channel", -3): r"(1) $C_\mathrm{in}$ = 1:  $r_1$",
        ("y1", -3): r"(2) $C_\mathrm{out}$ = 2:  $y_1 = r$",
        ("y2", -3): "and $y_2 = r_1 - r_2$:\nkernels $k_1$, $-k_2$",
        ("stride-1", -3): "(3) padding 12 adds\nthe shaded ends,\nstride 4: dots",
    }  # fmt: skip
    texts = {text.xy: text.get_text() for text in by_gid(figure, "r").axes.texts if text.get_text()}
    for (name, left), symbol in symbols.items():
        assert texts[left, ZEROS[name]] == symbol


def test_headings_describe_the_parts(figure):
    assert [text.get_text() for text in figure.texts] == [
        r"$\mathbfit{C}_\mathbf{in}$ = 2, $\mathbfit{C}_\mathbf{out}$ = 1: "
        "the responses of the channels add up",
        "Same inputs, three other layers",
    ]


def test_words_are_next_to_their_curves(figure, numbers):
    kept = dict(zip(numbers.strided_positions, numbers.strided_response, strict=True))
    peak = numbers.response[numbers.positions == 42].item()
    texts = {text.xy: text.get_text() for text in by_gid(figure, "r").axes.texts}
    assert texts[102, 3.4] == r"$C_\mathrm{in}$ = 2: $r$"
    assert texts[163, 3.48] == "$r_1$: fooled\nby the decoy"
    assert texts[102, 4.11] == "responds to\nthe motif"
    assert texts[163, 4.64] == "responds to\nthe decoy"
    assert texts[44.5, 5.16] == f"stride 1: $r$, peak {peak:.1f}"
    assert texts[38, 5.22] == f"kept {kept[40]:.1f}"
    assert kept[40] > kept[44], "the label is on the left of the peak"


def test_axis_has_ticks_at_the_ends_and_centres(figure):
    axes = by_gid(figure, "r").axes
    assert axes.get_xticks().tolist() == [0, *CENTRES, 199]
    assert axes.get_xlabel() == "sample $n$"


def test_caption_and_alt_numbers_match(prompt, numbers):
    channels, m = numbers.kernel.shape
    assert numbers_in(prompt.caption) == [
        *(m, channels, 1, 160, 2, 3, PADDING, STRIDE, 42),
        *(numbers.strided_response[10].round(1), numbers.response[42 - 12].round(1)),
    ]
    assert numbers_in(prompt.alt) == [PADDING, STRIDE]


def test_description_numbers_match(prompt, figure, numbers):
    written = {
        name: [dict(curve(figure, name).round(1).tolist())[n] for n in CENTRES]
        for name in (*SUM, "y2")
    }
    kept = curve(figure, "strided").round(1)
    assert numbers_in(prompt.description) == [
        200, *CENTRES, *written["r1"], *written["r2"], *written["r"], 1, 2, *written["y2"],
        3, PADDING, STRIDE, 42, 3.9, kept[kept[:, 0] == 40, 1],
    ]  # fmt: skip


@image_test("conv1d_multichannel_combined")
def test_picture(picture):
    return picture
