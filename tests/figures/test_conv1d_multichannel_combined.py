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
    CENTRES,
    HALF_WIDTH,
    LIMITS,
    NOISE,
    SEED,
)
from tests.support.artists import all_by_gid, by_gid, peaks, texts
from tests.support.pictures import image_test
from tests.support.samples import whole_arrays
from tests.support.words import numbers_in

LEGIBILITY_EXCEPTIONS = {"hidden_data": "row 5 enlarges the start of the responses"}
OFFSETS = np.arange(-12, 13)
INPUTS = {"x1": "0-0", "x2": "1-0"}
RESPONSES = {
    "r1": "0-1", "r2": "1-1", "r": "2-1",
    "one channel": "3-0", "y1": "4-0", "y2": "4-1",
    "padded": "5-0", "strided": "5-1",
}  # fmt: skip
PLACES = INPUTS | RESPONSES
ENLARGED = ("padded", "strided")  # the start only, without kernels: those of "y1"


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
    """The drawn points (n, 2) of a curve over samples."""
    return by_gid(figure, f"curve-{PLACES[name]}").get_xydata()


def values(figure, name):
    return curve(figure, name)[:, 1]


def kernels(figure, name):
    """The kernels (C_in, m) drawn next to a response, from top to bottom."""
    drawn = all_by_gid(figure, f"kernel-{PLACES[name]}")
    heights = [line.axes.get_position().y0 for line in drawn]
    assert heights == sorted(heights, reverse=True), f"{name}: kernels are out of order"
    return np.array([line.get_ydata() for line in drawn])


@pytest.fixture(scope="module")
def signals(figure):
    """The drawn channels (2, N)."""
    return np.array([values(figure, name) for name in INPUTS])


@pytest.mark.claim("channel-sum")
def test_response_is_the_sum_of_both_channels(figure):
    assert_close(values(figure, "r"), values(figure, "r1") + values(figure, "r2"))


@pytest.mark.claim("channel-sum")
def test_written_values_add_up(figure):
    written = {name: dict(curve(figure, name).round(1).tolist()) for name in RESPONSES}
    for n in CENTRES:
        r1, r2 = written["r1"][n], written["r2"][n]
        assert round(r1 + r2, 1) == written["r"][n] == written["y1"][n]
        assert round(r1 - r2, 1) == written["y2"][n]


@pytest.mark.claim("channel-sum")
@pytest.mark.parametrize(("name", "channel"), [("r1", 0), ("r2", 1)])
def test_each_channel_has_its_own_kernel(figure, signals, name, channel):
    expected = by_loop(signals[[channel]], kernels(figure, name)[np.newaxis])
    assert_close(values(figure, name), expected[0], name)


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
    ("name", "stride", "padding"),
    [
        ("one channel", 1, 0),
        ("y1", 1, 0),
        ("y2", 1, 0),
        ("padded", 1, 12),
        ("strided", 4, 12),
    ],
)
def test_part_2_responds_to_the_inputs_of_part_1(figure, signals, name, stride, padding):
    detector = "y1" if name in ENLARGED else name
    weights = kernels(figure, detector)
    expected = by_loop(signals[: len(weights)], weights[np.newaxis], stride, padding)
    assert_close(values(figure, name), expected[0], name)


@pytest.mark.claim("same-inputs")
def test_both_channels_carry_the_motif_at_its_centres(numbers):
    noise = numbers.signals.copy()
    for n, what in CENTRES.items():
        sign = -1 if what == "decoy" else 1
        noise[:, n + OFFSETS] -= AMPLITUDE * numbers.kernel * [[1], [sign]]
    expected = np.random.default_rng(SEED).normal(0, NOISE, (2, 200))
    np.testing.assert_allclose(noise, expected, rtol=0, atol=1e-14)
    assert numbers.motif_centres.tolist() == [42, 100]


@pytest.mark.claim("outputs-separate")
def test_two_outputs_have_two_kernels_each(figure, numbers):
    drawn = np.array([kernels(figure, "y1"), kernels(figure, "y2")])
    assert drawn.shape == (2, 2, 25)
    np.testing.assert_array_equal(drawn, numbers.two_output_kernels)


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
@pytest.mark.parametrize("name", ["padded", "strided"])
def test_added_values_at_the_start_are_shaded(figure, name):
    axes = by_gid(figure, f"curve-{RESPONSES[name]}").axes
    shades = [patch.get_bbox().intervalx.tolist() for patch in axes.patches]
    assert shades == [[-0.5, curve(figure, "r")[0, 0] - 0.5]]
    assert {patch.get_label() for patch in axes.patches} == {"padding"}


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
    lengths = {name: len(curve(figure, name)) for name in RESPONSES}
    expected = dict.fromkeys(RESPONSES, n - m + 1)
    expected["padded"] = n + 2 * p - m + 1
    expected["strided"] = (n + 2 * p - m) // s + 1
    assert lengths == expected


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
    one, two = dict(curve(figure, "one channel")), dict(curve(figure, "r"))
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
    title = by_gid(figure, "curve-5-1").axes.get_title("left")
    assert title.endswith(f"the peak falls from {peak:.1f} to {lowered:.1f}")


@pytest.mark.claim("stride-lowers-a-peak")
def test_values_before_stride_are_the_padded_response(figure):
    before = by_gid(figure, "before-stride")
    assert before.axes is by_gid(figure, f"curve-{RESPONSES['strided']}").axes
    np.testing.assert_array_equal(before.get_xydata(), curve(figure, "padded"))


@pytest.mark.claim("decoy-fools-one-channel")
def test_two_channels_are_drawn_over_one(figure):
    both = by_gid(figure, "two-channels")
    assert both.axes is by_gid(figure, f"curve-{RESPONSES['one channel']}").axes
    np.testing.assert_array_equal(both.get_xydata(), curve(figure, "r"))


@pytest.mark.claim("decoy-fools-one-channel")
def test_one_channel_peaks_at_the_decoy_too(figure):
    found = peaks(curve(figure, "one channel"), 12.5)
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
    ("names", "stride", "padding"),
    [
        (["one channel"], 1, 0),
        (["y1", "y2"], 1, 0),
        (["padded"], 1, 12),
        (["strided"], 4, 12),
    ],
)
def test_responses_match_torch(figure, signals, names, stride, padding):
    detectors = ["y1" if name in ENLARGED else name for name in names]
    weight = torch.tensor(np.array([kernels(figure, detector) for detector in detectors]))
    outputs, inputs, m = weight.shape
    layer = torch.nn.Conv1d(inputs, outputs, m, stride, padding, bias=False, dtype=torch.float64)
    layer.load_state_dict({"weight": weight})
    with torch.no_grad():
        expected = layer(torch.tensor(signals[np.newaxis, :inputs]))[0]
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
        "r1": (n, numbers.channel_responses[0]),
        "r2": (n, numbers.channel_responses[1]),
        "r": (n, numbers.response),
        "one channel": (n, numbers.single_channel_response),
        "y1": (n, numbers.two_outputs[0]),
        "y2": (n, numbers.two_outputs[1]),
        "padded": (numbers.padded.positions, numbers.padded.values[0]),
        "strided": (numbers.strided_positions, numbers.strided_response),
    }
    for name, (x, y) in expected.items():
        np.testing.assert_array_equal(curve(figure, name), np.column_stack([x, y]), name)


def test_every_response_has_its_kernels(figure, numbers):
    k1, k2 = numbers.kernel
    expected = {
        "r1": [k1], "r2": [k2], "r": [],
        "one channel": [k1],
        "y1": [k1, k2], "y2": [k1, -k2], "padded": [], "strided": [],
    }  # fmt: skip
    for name, weights in expected.items():
        np.testing.assert_array_equal(kernels(figure, name), np.array(weights), name)


@pytest.mark.parametrize("name", PLACES)
def test_guides_mark_motifs_and_decoy(figure, name):
    axes = by_gid(figure, f"curve-{PLACES[name]}").axes
    for gid, dashes in (("motif", "--"), ("decoy", ":")):
        guides = [guide for guide in all_by_gid(figure, gid) if guide.axes is axes]
        assert [guide.get_xdata()[0] for guide in guides] == [
            n for n in CENTRES if CENTRES[n] == gid
        ]
        assert {guide.get_linestyle() for guide in guides} == {dashes}


@pytest.mark.parametrize("name", RESPONSES)
def test_values_are_marked_and_written(figure, name):
    axes = by_gid(figure, f"curve-{RESPONSES[name]}").axes
    with look.theme("light"):
        full, hollow = look.color("response"), look.color("background")
    height = dict(curve(figure, name).tolist())
    dots = [dot for dot in all_by_gid(figure, "value") if dot.axes is axes]
    places = {"padded": [42], "strided": [40]}.get(name, list(CENTRES))
    assert [dot.get_xydata().tolist() for dot in dots] == [[[n, height[n]]] for n in places]
    fills = [hollow if n == 160 else full for n in places]
    assert [dot.get_markerfacecolor() for dot in dots] == fills
    written = {text.xy: text.get_text() for text in axes.texts}
    for n in places:
        assert written[n, height[n]] == f"{height[n]:.1f}".replace("-", "−")


@pytest.mark.parametrize("name", PLACES)
def test_curve_has_the_colour_and_scale_of_its_role(figure, name):
    role = "input" if name in INPUTS else "response"
    with look.theme("light"):
        colors = {"kernel": look.color("kernel"), role: look.color(role)}
    drawn = by_gid(figure, f"curve-{PLACES[name]}")
    assert drawn.get_color() == colors[role]
    assert drawn.axes.get_ylim() == LIMITS[role]
    assert drawn.axes.get_xlim() == ((-4, 66) if name in ENLARGED else (-14, 213))
    for kernel in all_by_gid(figure, f"kernel-{PLACES[name]}"):
        assert kernel.get_color() == colors["kernel"]
        assert kernel.axes.get_ylim() == LIMITS["kernel"]
        assert kernel.get_xdata().tolist() == OFFSETS.tolist()


@pytest.mark.claim("one-scale")
@pytest.mark.parametrize("place", PLACES.values())
def test_kernels_have_the_scale_of_the_curves(figure, place):
    def pixels_per_sample(line):
        (left, _), (right, _) = line.axes.transData.transform([(0, 0), (1, 0)])
        return right - left

    expected = pixels_per_sample(by_gid(figure, f"curve-{place}"))
    for kernel in all_by_gid(figure, f"kernel-{place}"):
        assert pixels_per_sample(kernel) == pytest.approx(expected, rel=1e-9)


def test_nothing_is_cut_off(figure):
    for place in PLACES.values():
        for drawn in all_by_gid(figure, f"curve-{place}") + all_by_gid(figure, f"kernel-{place}"):
            low, high = drawn.axes.get_ylim()
            assert low < drawn.get_ydata().min(), drawn.get_gid()
            assert drawn.get_ydata().max() < high, drawn.get_gid()


def test_symbols_name_the_curves(figure):
    symbols = {
        "x1": "$x_1$", "x2": "$x_2$", "r1": r"$=\; r_1$", "r2": r"$=\; r_2$",
        "r": r"$r_1 + r_2 =\; r$", "one channel": "$r_1$",
        "y1": "$y_1$", "y2": "$y_2$", **dict.fromkeys(ENLARGED, r"$\mathrm{start\ of}\; r$"),
    }  # fmt: skip
    for name, symbol in symbols.items():
        written = [text.get_text() for text in by_gid(figure, f"curve-{PLACES[name]}").axes.texts]
        assert symbol in written, name
    names = [line.axes.texts[0].get_text() for line in all_by_gid(figure, "kernel-4-1")]
    assert names == ["$k_1$", "$-k_2$"]


def test_titles_state_the_variants(figure, numbers):
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    n, n_pad, n_kept = 176, len(numbers.padded.positions), len(numbers.strided_positions)
    assert [title for title in titles if title] == [
        r"(1) $C_\mathrm{in}$ = 1: fooled by the decoy",
        r"(2) $C_\mathrm{in}$ = 2, $C_\mathrm{out}$ = 2: $y_1$ finds the motif",
        "$y_2$ finds the decoy",
        f"(3) Padding {numbers.padding}: {n} → {n_pad} values",
        f"Stride {numbers.stride}: {n_pad} → {n_kept} values; the peak falls from 3.9 to 2.5",
    ]
    assert [text.get_text() for text in figure.texts] == [
        "Two channels: the responses add up",
        r"$C_\mathrm{in}$ = 2, $C_\mathrm{out}$ = 1",
        r"$r[n] = \sum_{c,\,t}\; k_c[t]\, x_c[n + t]$",
        "Other layers on the same inputs",
        r"$C_\mathrm{in}$ = 2 (thin): not fooled," "\nas $r_2$ is negative there",
    ]
    assert [texts(figure).count(what) for what in ("motif", "decoy")] == [4, 2]


def test_caption_and_alt_numbers_match(prompt, numbers):
    m, (channels, _) = numbers.kernel.shape[1], numbers.signals.shape
    p, s = numbers.padding, numbers.stride
    added = len(numbers.padded.positions) - len(numbers.positions)
    assert numbers_in(prompt.caption) == [
        *(m, channels, 1, 160, 2, 3, p, added, s, 42),
        *(numbers.strided_response[10].round(1), numbers.response[42 - 12].round(1)),
    ]
    lengths = len(numbers.positions), len(numbers.padded.positions), len(numbers.strided_positions)
    assert numbers_in(prompt.alt) == [lengths[0], lengths[1], s, lengths[2]]


def test_axes_have_ticks_at_the_motifs_and_every_twelve_samples(figure):
    total = by_gid(figure, f"curve-{RESPONSES['r']}").axes
    assert total.get_xticks().tolist() == [0, *CENTRES]
    for name in ENLARGED:
        axes = by_gid(figure, f"curve-{RESPONSES[name]}").axes
        assert axes.get_xticks().tolist() == [0, 12, 24, 36, 48, 60]
        assert axes.get_xlabel() == total.get_xlabel() == "sample $n$"


def test_description_numbers_match(prompt, figure, numbers):
    written = {
        name: [dict(curve(figure, name).round(1).tolist())[n] for n in CENTRES]
        for name in ("r1", "r2", "r", "y2")
    }
    kept = curve(figure, "strided").round(1)
    assert numbers_in(prompt.description) == [
        1, 200, *CENTRES, *written["r1"], *written["r2"], *written["r"], 2, 1, 2, *written["y2"],
        3, numbers.padding, len(numbers.padded.positions), len(numbers.positions),
        numbers.stride, len(numbers.strided_positions), 42, kept[kept[:, 0] == 40, 1],
    ]  # fmt: skip


@image_test("conv1d_multichannel_combined")
def test_picture(picture):
    return picture
