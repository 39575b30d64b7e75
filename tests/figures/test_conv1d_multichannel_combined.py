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
    SEED,
    UNIT,
)
from tests.support.artists import all_by_gid, by_gid, peaks
from tests.support.pictures import image_test
from tests.support.samples import whole_arrays
from tests.support.words import numbers_in

OFFSETS = np.arange(-12, 13)
CENTRES = (*MOTIFS, DECOY)
INPUTS = ("x1", "x2")
KERNELS = ("k1", "k2")
SUM = ("r1", "r2", "r")
COMPARED = ("two-channels", "y1")
BELOW = (*COMPARED, "padded")
CHANGED = ("one-channel", "y2", "strided")
CURVES = (*INPUTS, *KERNELS, *SUM, *BELOW, *CHANGED)
ROLES = dict.fromkeys(CURVES, "response")
ROLES |= dict.fromkeys(INPUTS, "input") | dict.fromkeys(KERNELS, "kernel")
ROLES |= dict.fromkeys(COMPARED, "reference")


@st.composite
def layers(draw_one):
    """Signals (C_in, N), weight (C_out, C_in, m), stride, padding: whole numbers add exactly."""
    c_out, c_in, half = (draw_one(st.integers(low, 2)) for low in (1, 1, 0))
    m = 2 * half + 1
    n = draw_one(st.integers(m, 20))
    signals = draw_one(whole_arrays((c_in, n), 9))
    weight = draw_one(whole_arrays((c_out, c_in, m), 9))
    return signals, weight, draw_one(st.integers(1, 4)), draw_one(st.integers(0, 6))


def by_loop(signals, weight, stride=1, padding=0):
    """The definition: a sum of products for every output and window, zeros outside the signal."""
    padded = np.pad(signals, ((0, 0), (padding, padding)))
    m = weight.shape[2]
    starts = range(0, padded.shape[1] - m + 1, stride)
    return np.array(
        [[(kernels * padded[:, s : s + m]).sum() for s in starts] for kernels in weight]
    )


def assert_close(actual, expected, name=""):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13, err_msg=name)


def curve(figure, name):
    """The drawn points (n, 2) of a curve."""
    return by_gid(figure, name).get_xydata()


def values(figure, name):
    return curve(figure, name)[:, 1]


def zero(figure, name):
    """The height of the line at 0 of a curve, in inches from the bottom of the figure."""
    return by_gid(figure, name).axes.transData.transform((0, 0))[1] / figure.dpi


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
@pytest.mark.parametrize("channel", [1, 2])
def test_kernel_and_its_response_are_in_one_row(figure, channel):
    assert zero(figure, f"k{channel}") == pytest.approx(zero(figure, f"r{channel}"), abs=1e-6)


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
        ("padded", [1, 1], 1, 12),
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
    np.testing.assert_array_equal(numbers.two_output_kernels, [[k1, k2], [k1, -k2]])


@pytest.mark.claim("outputs-separate")
def test_outputs_are_not_summed(figure, signals, numbers):
    expected = by_loop(signals, numbers.two_output_kernels)
    assert_close([values(figure, "y1"), values(figure, "y2")], expected)
    assert_close(values(figure, "y1"), values(figure, "r"))
    assert_close(values(figure, "y2"), values(figure, "r1") - values(figure, "r2"))


@pytest.mark.claim("stride-subsamples")
def test_stride_keeps_every_fourth_value(figure):
    assert_close(curve(figure, "strided"), curve(figure, "padded")[::4])


def test_padding_has_one_output_channel(numbers):
    assert numbers.padded.values.shape == (1, 200)


@pytest.mark.claim("stride-subsamples")
@given(layers())
def test_any_stride_subsamples(layer):
    signals, weight, stride, padding = layer
    fine = Layer(weight, 1, padding).run(signals)
    coarse = Layer(weight, stride, padding).run(signals)
    np.testing.assert_array_equal(coarse.values, fine.values[:, ::stride])
    np.testing.assert_array_equal(coarse.positions, fine.positions[::stride])


@pytest.mark.claim("padding-boundary")
def test_padding_adds_values_at_the_ends(figure):
    padded, response = curve(figure, "padded"), curve(figure, "r")
    assert len(padded) == len(response) + 24
    assert_close(padded[12:-12], response)


@pytest.mark.claim("padding-boundary")
def test_added_values_are_shaded(figure):
    shades = [shade.get_bbox().intervalx.tolist() for shade in all_by_gid(figure, "padding")]
    first, last = curve(figure, "r")[[0, -1], 0]
    assert shades == [[-0.5, first - 0.5], [last + 0.5, 199.5]]
    assert {shade.axes for shade in all_by_gid(figure, "padding")} == {
        by_gid(figure, "padded").axes
    }


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
    n, m, s, p = 200, 25, numbers.stride, numbers.padding
    assert (s, p) == (4, 12)
    unpadded = [*SUM, "one-channel", "two-channels", "y1", "y2"]
    assert {len(curve(figure, name)) for name in unpadded} == {n - m + 1}
    assert len(curve(figure, "padded")) == n + 2 * p - m + 1
    assert len(curve(figure, "strided")) == (n + 2 * p - m) // s + 1


@pytest.mark.claim("length-formula")
@given(layers())
def test_output_length_formula_holds_for_any_layer(layer):
    signals, weight, s, p = layer
    length = (signals.shape[1] + 2 * p - weight.shape[2]) // s + 1
    assert Layer(weight, s, p).run(signals).values.shape == (len(weight), length)


@pytest.mark.claim("peaks-at-motifs")
@pytest.mark.parametrize("name", ["r", "y1", "padded"])
def test_two_channels_peak_at_the_motifs(figure, numbers, name):
    first, second, other = peaks(curve(figure, name), 12.5)[:3]
    assert {first[0], second[0]} == set(numbers.motif_centres)
    assert second[1] >= 1.5 * other[1]


@pytest.mark.claim("peaks-at-motifs")
def test_two_channels_peak_higher_than_one(figure, numbers):
    one, two = dict(curve(figure, "one-channel")), dict(curve(figure, "r"))
    for centre in numbers.motif_centres:
        assert two[centre] > 1.5 * one[centre]


@pytest.mark.claim("stride-lowers-a-peak")
def test_stride_lowers_the_first_peak(figure, numbers):
    kept = dict(curve(figure, "strided").tolist())
    first, second = numbers.motif_centres
    assert first not in kept and second in kept
    peak = dict(curve(figure, "padded").tolist())[first]
    lowered = max(value for n, value in kept.items() if abs(n - first) < 12)
    assert lowered < 0.7 * peak


@pytest.mark.parametrize(("changed", "below"), list(zip(CHANGED, BELOW, strict=True)))
def test_other_layers_are_drawn_over_a_thin_response(figure, changed, below):
    behind, above = by_gid(figure, below), by_gid(figure, changed)
    assert behind.axes is above.axes
    assert behind.get_linewidth() == (look.FINE if below in COMPARED else look.HAIR)
    assert behind.get_linestyle() == ("--" if below in COMPARED else "-")
    assert behind.axes.lines.index(behind) < above.axes.lines.index(above)


@pytest.mark.claim("decoy-fools-one-channel")
def test_one_channel_peaks_at_the_decoy_too(figure):
    found = peaks(curve(figure, "one-channel"), 12.5)
    assert set(found[:3, 0]) == set(CENTRES)
    assert found[2, 1] >= 1.5 * found[3, 1]


@pytest.mark.claim("decoy-fools-one-channel")
def test_two_channels_cancel_at_the_decoy(figure):
    r1, r2, r = (dict(curve(figure, name)) for name in ("r1", "r2", "r"))
    assert r1[160] > 1 > -1 > r2[160]
    assert abs(r[160]) < min(r[42], r[100]) / 4


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
        (["padded"], 2, 1, 12),
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
        "padded": (numbers.padded.positions, numbers.padded.values[0]),
        "strided": (numbers.strided_positions, numbers.strided_response),
    }
    assert expected.keys() == set(CURVES)
    for name, (x, y) in expected.items():
        np.testing.assert_array_equal(curve(figure, name), np.column_stack([x, y]), name)


def test_guides_mark_motifs_and_decoy(figure):
    for gid, dashes, centres in (("motif", "--", MOTIFS), ("decoy", ":", (DECOY,))):
        guides = all_by_gid(figure, gid)
        assert [guide.get_xdata()[0] for guide in guides] == list(centres)
        assert {guide.get_linestyle() for guide in guides} == {dashes}
    axes = by_gid(figure, "decoy").axes
    assert {(text.xy[0], text.get_text()) for text in axes.texts} == {
        (42, "motif"), (100, "motif"), (160, "decoy"),
    }  # fmt: skip


@pytest.mark.parametrize("name", [*INPUTS, *SUM, *BELOW, *CHANGED])
def test_curve_has_the_sample_axis_of_the_guides(figure, name):
    drawn = by_gid(figure, name).axes.transData.transform([(0, 0), (199, 0)])[:, 0]
    axis = by_gid(figure, "decoy").axes.transData.transform([(0, 0), (199, 0)])[:, 0]
    assert drawn == pytest.approx(axis, abs=1e-6)


@pytest.mark.parametrize("name", SUM)
def test_values_are_marked_and_written(figure, name):
    axes = by_gid(figure, name).axes
    with look.theme("light"):
        full, hollow = look.color("response"), look.color("background")
    height = dict(curve(figure, name).tolist())
    dots = [dot for dot in all_by_gid(figure, "value") if dot.axes is axes]
    assert [dot.get_xydata().tolist() for dot in dots] == [[[n, height[n]]] for n in CENTRES]
    assert [dot.get_markerfacecolor() for dot in dots] == [full, full, hollow]
    written = {text.xy: text.get_text() for text in axes.texts}
    for n in CENTRES:
        assert written[n, height[n]] == f"{height[n]:.1f}".replace("-", "−")


@pytest.mark.parametrize("name", CURVES)
def test_curve_has_the_colour_and_scale_of_its_role(figure, name):
    drawn = by_gid(figure, name)
    with look.theme("light"):
        assert drawn.get_color() == look.color(ROLES[name])
    (_, low), (_, high) = drawn.axes.transData.transform([(0, 0), (0, 1)]) / figure.dpi
    assert high - low == pytest.approx(UNIT[ROLES[name]], rel=1e-6)


@pytest.mark.claim("one-scale")
@pytest.mark.parametrize("name", CURVES)
def test_all_curves_have_one_scale_of_samples(figure, name):
    left, right = by_gid(figure, name).axes.transData.transform([(0, 0), (1, 0)])[:, 0]
    assert (right - left) / figure.dpi == pytest.approx(0.024, rel=1e-6)


def test_nothing_is_cut_off(figure):
    for name in CURVES:
        low, high = by_gid(figure, name).axes.get_ylim()
        assert low < values(figure, name).min(), name
        assert values(figure, name).max() < high, name


def test_symbols_name_the_curves(figure):
    symbols = {
        "x1": "$x_1$", "x2": "$x_2$", "k1": r"$x_1 \star k_1$", "k2": r"$x_2 \star k_2$",
        "r1": "$= r_1$", "r2": "$= r_2$", "r": "$r_1 + r_2 = r$",
        "one-channel": "$r_1$", "y2": "$r_1 - r_2 = y_2$", "strided": "$r$",
    }  # fmt: skip
    for name, symbol in symbols.items():
        assert by_gid(figure, name).axes.texts[0].get_text() == symbol


def test_words_name_the_layers(figure):
    assert [text.get_text() for text in figure.texts] == [
        r"$\mathbfit{C}_\mathbf{in}$ = 2, $\mathbfit{C}_\mathbf{out}$ = 1: "
        "the responses of the channels add up",
        "Other layers, same inputs",
        r"(1) $C_\mathrm{in}$ = 1",
        r"(2) $C_\mathrm{out}$ = 2",
        "(3) Padding, stride",
    ]


def test_words_point_at_their_curves(figure, numbers):
    words = {
        "one-channel": [r"$C_\mathrm{in}$ = 2: $r$", "$r_1$: fooled\nby the decoy"],
        "y2": ["$y_1 = r$: finds motifs", "$y_2$: finds\nthe decoy"],
        "strided": [
            f"stride {numbers.stride} keeps the\ndots, not this peak",
            f"padding {numbers.padding} adds\nthe shaded values",
        ],
    }
    for name, expected in words.items():
        assert [text.get_text() for text in by_gid(figure, name).axes.texts[1:]] == expected


@pytest.mark.parametrize("name", ["one-channel", "y2"])
def test_words_have_the_colours_of_their_curves(figure, name):
    axes = by_gid(figure, name).axes
    compared, changed = axes.texts[1:]
    with look.theme("light"):
        assert compared.get_color() == look.color("reference")
        assert changed.get_color() == look.color("response")


def test_axis_has_ticks_at_the_ends_and_centres(figure):
    axes = by_gid(figure, "decoy").axes
    assert axes.get_xticks().tolist() == [0, *CENTRES, 199]
    assert axes.get_xlabel() == "sample $n$"


def test_caption_and_alt_numbers_match(prompt, numbers):
    m, (channels, _) = numbers.kernel.shape[1], numbers.signals.shape
    p, s = numbers.padding, numbers.stride
    n, padded = len(numbers.positions), len(numbers.padded.positions)
    assert numbers_in(prompt.caption) == [
        *(m, channels, 1, 160, 2, 3, p, padded - n, s, 42),
        *(numbers.strided_response[10].round(1), numbers.response[42 - 12].round(1)),
    ]
    assert numbers_in(prompt.alt) == [n, padded, s, len(numbers.strided_positions)]


def test_description_numbers_match(prompt, figure, numbers):
    written = {
        name: [dict(curve(figure, name).round(1).tolist())[n] for n in CENTRES]
        for name in (*SUM, "y2")
    }
    kept = curve(figure, "strided").round(1)
    assert numbers_in(prompt.description) == [
        200, *CENTRES, *written["r1"], *written["r2"], *written["r"], 1, 2, *written["y2"],
        3, numbers.padding, len(numbers.padded.positions), len(numbers.positions),
        numbers.stride, len(numbers.strided_positions), 42, kept[kept[:, 0] == 40, 1],
    ]  # fmt: skip


@image_test("conv1d_multichannel_combined")
def test_picture(picture):
    return picture
