"""Guards of conv1d_multichannel_combined."""

from figurepress import look

import scripts.conv1d_multichannel_combined as script
import numpy as np
import pytest
import torch
from tests.support.artists import peaks, tick_labels
from scripts.conv1d_multichannel_combined import conv1d, draw, motif, normalise
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.colors import same_color
from tests.support.pictures import image_test
from scipy.stats import norm
from tests.support.words import numbers_in

# The curves over samples: in which row of the figure each stands.
INPUTS = {"x_1": 1, "x_2": 2, "3 x_1": 13, "3 x_2": 14}
RESPONSES = {"r_1": 3, "r_2": 4, "r": 5, "1 r_1": 7, "1 r": 8, "y_1": 10, "y_2": 11, "3 r": 15}
HEADINGS = (0, 6, 9, 12)
# The kernels left of them.
KERNELS = {
    "r_1": ["k_1"], "r_2": ["k_2"], "1 r_1": ["k_1"], "1 r": ["k_1", "k_2"],
    "y_1": ["k_1", "k_2"], "y_2": ["k_1", "-k_2"], "3 r": ["k_1", "k_2"],
}  # fmt: skip
SYMBOLS = {"r_2": r"+ \, r_2", "r": r"= \, r"}


@st.composite
def layers(draw_one):
    """Signals (C_in, N), weight (C_out, C_in, m), stride, padding: whole numbers sum exactly."""

    def whole(*shape):
        return draw_one(arrays(np.float64, shape, elements=st.integers(-9, 9).map(float)))

    c_out, c_in, m, stride = (draw_one(st.integers(1, top)) for top in (3, 3, 5, 4))
    n, padding = draw_one(st.integers(m, 20)), draw_one(st.integers(0, 6))
    return whole(c_in, n), whole(c_out, c_in, m), stride, padding


def by_loop(signals, weight, stride=1, padding=0):
    """The definition: a sum of products for every output and window, zeros outside the signal."""
    (c_in, n), (c_out, _, m) = signals.shape, weight.shape
    starts = [s for s in range(-padding, n + padding - m + 1) if (s + padding) % stride == 0]
    return [
        [
            sum(
                weight[o, c, i] * (signals[c, s + i] if 0 <= s + i < n else 0)
                for c in range(c_in)
                for i in range(m)
            )
            for s in starts
        ]
        for o in range(c_out)
    ]


def close(actual, expected, name=""):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13, err_msg=name)


def responses(*layer):
    """What conv1d gives, without the samples at which it stands."""
    return conv1d(*layer)[1]


def panel(figure, name, kernel=None):
    """The panel of a curve over samples, or that of a kernel on its left."""
    row, column = (INPUTS | RESPONSES)[name], int(kernel[-1]) - 1 if kernel else 2
    places = {axes.get_subplotspec().get_geometry()[2]: axes for axes in figure.axes}
    return places[3 * row + column]


def curve(figure, name, label=None):
    """The points (n, 2) of the curve in a panel; it is labelled with its symbol."""
    wanted = label or SYMBOLS.get(name, name.split()[-1])
    (line,) = (line for line in panel(figure, name).lines if line.get_label() == wanted)
    return line.get_xydata()


def values(figure, *names):
    return np.array([curve(figure, name)[:, 1] for name in names])


def weights(figure, name):
    """The kernels (C_in, m) drawn left of a response."""
    panels = [(panel(figure, name, kernel), kernel) for kernel in KERNELS[name]]
    return np.array(
        [
            line.get_ydata()
            for axes, kernel in panels
            for line in axes.lines
            if line.get_label() == kernel
        ]
    )


def centres_of(numbers):
    return [*numbers.motif_centres, numbers.decoy_centre]


@pytest.mark.claim("channel-sum")
def test_two_channels_give_the_sum_of_the_responses_drawn_for_each(figure):
    r_1, r_2, r = values(figure, "r_1", "r_2", "r")
    close(r, r_1 + r_2)


@pytest.mark.claim("channel-sum")
def test_heights_add_up_as_they_are_printed(figure, numbers):
    r_1, r_2, r, y_1, y_2 = (
        [heights[c].round(1) for c in centres_of(numbers)]
        for heights in (dict(curve(figure, name)) for name in ("r_1", "r_2", "r", "y_1", "y_2"))
    )
    np.testing.assert_allclose(np.add(r_1, r_2), r, atol=1e-9)
    np.testing.assert_allclose(np.add(r_1, r_2), y_1, atol=1e-9)
    np.testing.assert_allclose(np.subtract(r_1, r_2), y_2, atol=1e-9)


@pytest.mark.claim("channel-sum")
def test_each_response_is_that_of_its_channel_and_of_the_kernel_on_its_left(figure):
    for c in ("1", "2"):
        x, k = values(figure, f"x_{c}"), weights(figure, f"r_{c}")
        close(values(figure, f"r_{c}"), by_loop(x, k[None]), f"r_{c}")


@pytest.mark.claim("channel-sum")
@given(layers())
def test_any_layer_adds_up_its_channels(layer):
    signals, weight, stride, padding = layer
    each = [responses(signals[[c]], weight[:, [c]], stride, padding) for c in range(len(signals))]
    assert responses(*layer).tolist() == np.sum(each, axis=0).tolist()


@pytest.mark.claim("same-inputs")
def test_row_3_draws_the_inputs_of_part_1_between_zeros(figure, numbers):
    p = numbers.padding
    for c, name in enumerate(("x_1", "x_2")):
        first, padded = curve(figure, name), curve(figure, f"3 {name}")
        assert first.tolist() == list(map(list, enumerate(numbers.signals[c])))
        assert np.array_equal(padded[p:-p], first), f"{name}: another input"
        assert padded[:, 0].tolist() == list(range(-p, len(first) + p))
        assert not padded[:p, 1].any()
        assert not padded[-p:, 1].any()


@pytest.mark.claim("same-inputs")
def test_rows_of_part_2_respond_to_the_inputs_drawn_in_part_1(figure, numbers):
    x, s, p = values(figure, "x_1", "x_2"), numbers.stride, numbers.padding
    for name in ("1 r_1", "1 r", "y_1", "y_2"):
        k = weights(figure, name)
        close(values(figure, name), by_loop(x[: len(k)], k[None]), name)
    k = weights(figure, "3 r")
    close(values(figure, "3 r"), by_loop(x, k[None], 1, p), "row 3, stride 1")
    close([curve(figure, "3 r", "strided")[:, 1]], by_loop(x, k[None], s, p), "row 3")


@pytest.mark.claim("same-inputs")
def test_both_channels_carry_the_motif_at_the_same_centres(numbers):
    noise, t = numbers.signals.copy(), numbers.offsets
    for centre in numbers.motif_centres:
        noise[:, centre + t] -= script.AMPLITUDE * numbers.kernel
    noise[:, numbers.decoy_centre + t] -= script.AMPLITUDE * numbers.kernel * [[1], [-1]]
    rng = np.random.default_rng(script.SEED)
    for channel in noise:
        expected = rng.normal(0, script.NOISE, len(channel))
        np.testing.assert_allclose(channel, expected, rtol=0, atol=1e-14)


@pytest.mark.claim("same-inputs")
def test_what_lies_over_an_input_is_hidden_in_it(figure, numbers):
    for name in INPUTS:
        drawn = [
            line.get_xydata() for line in panel(figure, name).lines if line.get_label() == "hidden"
        ]
        channel = int(name[-1]) - 1
        shape = script.AMPLITUDE * numbers.kernel[channel]
        for c, points, sign in zip(
            centres_of(numbers), drawn, (1, 1, 1 - 2 * channel), strict=True
        ):
            assert points[:, 0].tolist() == list(c + numbers.offsets), name
            np.testing.assert_allclose(points[:, 1], sign * shape, rtol=1e-14, err_msg=name)


@pytest.mark.claim("outputs-separate")
def test_two_outputs_have_a_kernel_per_output_and_channel(figure, numbers):
    m, length = len(numbers.offsets), len(numbers.positions)
    assert numbers.two_output_kernels.shape == (2, 2, m)
    assert numbers.two_outputs.shape == (2, length)
    drawn = np.array([weights(figure, "y_1"), weights(figure, "y_2")])
    assert np.array_equal(drawn, numbers.two_output_kernels)
    close(values(figure, "y_1", "y_2"), by_loop(values(figure, "x_1", "x_2"), drawn))


@pytest.mark.claim("outputs-separate")
def test_the_first_output_is_the_response_and_the_second_another(figure):
    k_1, k_2 = weights(figure, "1 r")
    r_1, r_2, r, y_1, y_2 = values(figure, "r_1", "r_2", "r", "y_1", "y_2")
    assert np.array_equal(weights(figure, "y_1"), [k_1, k_2])
    assert np.array_equal(weights(figure, "y_2"), [k_1, -k_2])
    close(y_1, r)
    close(y_2, r_1 - r_2)


@pytest.mark.claim("stride-subsamples")
def test_each_dot_is_every_fourth_value_of_the_curve(figure, numbers):
    s, p = numbers.stride, numbers.padding
    assert s > 1
    assert p > 0
    padded, strided = curve(figure, "3 r"), curve(figure, "3 r", "strided")
    assert strided[:, 0].tolist() == padded[::s, 0].tolist()
    close(strided[:, 1], padded[::s, 1])


@pytest.mark.claim("stride-subsamples")
@given(layers())
def test_any_stride_keeps_every_value_it_reaches(layer):
    signals, weight, stride, padding = layer
    fine = responses(signals, weight, 1, padding)
    assert responses(*layer).tolist() == fine[:, ::stride].tolist()


@pytest.mark.claim("padding-boundary")
def test_padding_adds_shaded_values_at_the_ends_only(figure, numbers):
    r, padded, p = curve(figure, "r"), curve(figure, "3 r"), numbers.padding
    assert padded[p:-p, 0].tolist() == r[:, 0].tolist()
    close(padded[p:-p, 1], r[:, 1])
    low, high = (shade.get_bbox() for shade in panel(figure, "3 r").patches)
    assert (low.x0, low.x1) == (padded[0, 0] - 0.5, r[0, 0] - 0.5)
    assert (high.x0, high.x1) == (r[-1, 0] + 0.5, padded[-1, 0] + 0.5)


@pytest.mark.claim("padding-boundary")
def test_the_zeros_are_shaded(figure, numbers):
    for name in ("x_1", "x_2"):
        n, padded = curve(figure, name)[:, 0], curve(figure, f"3 {name}")[:, 0]
        low, high = (shade.get_bbox() for shade in panel(figure, f"3 {name}").patches)
        assert (low.x0, low.x1) == (padded[0] - 0.5, n[0] - 0.5)
        assert (high.x0, high.x1) == (n[-1] + 0.5, padded[-1] + 0.5)


@pytest.mark.claim("padding-boundary")
@given(layers())
def test_any_padding_leaves_the_interior_unchanged(layer):
    signals, weight, _, p = layer
    padded, plain = responses(signals, weight, 1, p), responses(signals, weight)
    assert padded.shape[1] == plain.shape[1] + 2 * p
    assert padded[:, p : p + plain.shape[1]].tolist() == plain.tolist()


@pytest.mark.claim("length-formula")
def test_rows_have_the_lengths_of_the_formula(figure, numbers):
    n, m = len(curve(figure, "x_1")), weights(figure, "r_1").size
    s, p = numbers.stride, numbers.padding
    for name in set(RESPONSES) - {"3 r"}:
        assert len(curve(figure, name)) == n - m + 1, name
    assert len(curve(figure, "3 r")) == n + 2 * p - m + 1
    assert len(curve(figure, "3 r", "strided")) == (n + 2 * p - m) // s + 1


@pytest.mark.claim("length-formula")
@given(layers())
def test_any_layer_has_the_length_of_the_formula(layer):
    signals, weight, s, p = layer
    (_, n), (c_out, _, m) = signals.shape, weight.shape
    assert responses(*layer).shape == (c_out, (n + 2 * p - m) // s + 1)


@given(st.integers(0, 9).map(lambda half: 2 * half + 1), st.integers(1, 5), st.integers(0, 9))
def test_responses_stand_at_the_centres_of_their_windows(m, stride, padding):
    padded = np.arange(-padding, 40 + padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, m)[::stride]
    samples, _ = conv1d(np.zeros((1, 40)), np.zeros((1, 1, m)), stride, padding)
    assert samples.tolist() == np.median(windows, axis=1).tolist()


@pytest.mark.claim("peaks-at-motifs")
def test_two_channels_peak_at_the_motifs(figure, numbers):
    for name in ("r", "1 r", "y_1", "3 r"):
        first, second, other = peaks(curve(figure, name), len(numbers.offsets) / 2)[:3]
        assert {first[0], second[0]} == set(numbers.motif_centres), name
        assert second[1] >= 1.5 * other[1], name


@pytest.mark.claim("peaks-at-motifs")
def test_two_channels_peak_higher_than_one(figure, numbers):
    one, two = dict(curve(figure, "1 r_1")), dict(curve(figure, "1 r"))
    for centre in numbers.motif_centres:
        assert two[centre] > 1.5 * one[centre]


@pytest.mark.claim("peaks-at-motifs")
def test_no_peak_is_lost_by_the_stride(figure, numbers):
    highest = peaks(curve(figure, "3 r", "strided"), len(numbers.offsets) / 2)[:2]
    assert set(highest[:, 0]) == set(numbers.motif_centres)


@pytest.mark.claim("decoy-fools-one-channel")
def test_one_channel_cannot_tell_the_decoy_from_the_motif(figure, numbers):
    found = peaks(curve(figure, "1 r_1"), len(numbers.offsets) / 2)
    assert set(found[:3, 0]) == {*numbers.motif_centres, numbers.decoy_centre}
    assert found[2, 1] >= 1.5 * found[3, 1]


@pytest.mark.claim("decoy-fools-one-channel")
def test_two_channels_cancel_at_the_decoy(figure, numbers):
    r_1, r_2, r = (dict(curve(figure, name)) for name in ("r_1", "r_2", "1 r"))
    at = numbers.decoy_centre
    assert r_1[at] > 1 > -1 > r_2[at]
    assert abs(r[at]) < min(r[n] for n in numbers.motif_centres) / 4


@pytest.mark.claim("decoy-found-by-second-output")
def test_the_second_output_peaks_at_the_decoy(figure, numbers):
    first, other = peaks(curve(figure, "y_2"), len(numbers.offsets) / 2)[:2]
    assert first[0] == numbers.decoy_centre
    assert first[1] >= 1.5 * other[1]


@pytest.mark.claim("matches-torch")
def test_matches_torch_layers(figure):
    x = torch.tensor(values(figure, "x_1", "x_2"))
    for drawn, *kernels, s, p in (
        (values(figure, "1 r_1"), "1 r_1", 1, 0),
        (values(figure, "1 r"), "1 r", 1, 0),
        (values(figure, "y_1", "y_2"), "y_1", "y_2", 1, 0),
        (values(figure, "3 r"), "3 r", 1, 12),
        ([curve(figure, "3 r", "strided")[:, 1]], "3 r", 4, 12),
    ):
        weight = torch.tensor(np.array([weights(figure, name) for name in kernels]))
        c_out, c_in, m = weight.shape
        layer = torch.nn.Conv1d(c_in, c_out, m, s, p, bias=False, dtype=torch.float64)
        layer.load_state_dict({"weight": weight})
        close(drawn, layer(x[:c_in]).detach())


@pytest.mark.claim("matches-torch")
@given(layers())
def test_any_layer_is_the_sum_of_products_of_its_definition(layer):
    assert responses(*layer).tolist() == by_loop(*layer)


def test_motif_is_a_peak_before_a_trough_and_a_ramp():
    t = np.arange(-12, 13)
    peak = norm.pdf(t, -3, 2.5 / 2**0.5) / norm.pdf(0, 0, 2.5 / 2**0.5)
    trough = norm.pdf(t, 4, 4 / 2**0.5) / norm.pdf(0, 0, 4 / 2**0.5)
    ramp = np.zeros(25)
    ramp[5:18] = np.linspace(0, 1, 13)
    np.testing.assert_allclose(motif(t), [peak - 0.6 * trough, ramp], rtol=1e-12, atol=1e-15)


def test_kernels_are_the_normalised_motif(numbers):
    np.testing.assert_allclose(numbers.kernel.mean(axis=1), 0, atol=1e-15)
    np.testing.assert_allclose((numbers.kernel**2).sum(axis=1), 1, rtol=1e-14)
    for k, pattern in zip(numbers.kernel, motif(numbers.offsets), strict=True):
        np.testing.assert_allclose(np.corrcoef(k, pattern)[0, 1], 1, rtol=1e-14)
        assert abs(k - k[::-1]).max() > 0.3, "a flipped kernel would not show"


@given(arrays(np.float64, (3, 6), elements=st.integers(-99, 99).map(float)))
def test_normalise_works_on_each_row(patterns):
    patterns[:, 0] += 1000  # no row is constant
    k = normalise(patterns)
    np.testing.assert_allclose(k.mean(axis=1), 0, atol=1e-14)
    np.testing.assert_allclose((k**2).sum(axis=1), 1, rtol=1e-12)
    for row, pattern in zip(k, patterns, strict=True):
        np.testing.assert_allclose(np.corrcoef(row, pattern)[0, 1], 1, rtol=1e-12)


def test_every_curve_is_what_was_computed(figure, numbers):
    n = numbers.positions
    for name, response in (
        ("r_1", numbers.channel_responses[0]),
        ("r_2", numbers.channel_responses[1]),
        ("r", numbers.response),
        ("1 r_1", numbers.single_channel_response),
        ("1 r", numbers.response),
        ("y_1", numbers.two_outputs[0]),
        ("y_2", numbers.two_outputs[1]),
    ):
        assert np.array_equal(curve(figure, name), np.column_stack([n, response])), name
    padded = np.column_stack([numbers.padded_positions, numbers.padded_response])
    strided = np.column_stack([numbers.strided_positions, numbers.strided_response])
    assert np.array_equal(curve(figure, "3 r"), padded)
    assert np.array_equal(curve(figure, "3 r", "strided"), strided)
    assert np.array_equal(numbers.padded_signals[:, 12:-12], numbers.signals)


def test_every_kernel_is_what_was_computed(figure, numbers):
    k_1, k_2 = numbers.kernel
    for name, kernels in KERNELS.items():
        for kernel, drawn in zip(kernels, weights(figure, name), strict=True):
            assert np.array_equal(drawn, {"k_1": k_1, "k_2": k_2, "-k_2": -k_2}[kernel]), name
            _, line = panel(figure, name, kernel).lines
            assert line.get_xdata().tolist() == numbers.offsets.tolist(), name
    assert len(figure.axes) == len(INPUTS | RESPONSES) + sum(map(len, KERNELS.values()))


def test_guides_run_through_all_rows(figure, numbers):
    limits = panel(figure, "x_1").get_xlim()
    for name in INPUTS | RESPONSES:
        axes = panel(figure, name)
        guides = [line for line in axes.lines if line.get_label() == "centre"]
        assert [list(line.get_xdata()) for line in guides] == [
            [c, c] for c in centres_of(numbers)
        ], f"{name}: a line beside its centre"
        assert [line.get_linestyle() for line in guides] == ["--", "--", ":"], name
        assert axes.get_xlim() == limits, f"{name}: another scale"
        assert axes.get_position().bounds[::2] == panel(figure, "x_1").get_position().bounds[::2]
        curves = [line for line in axes.lines if line not in guides]
        zero = curves.pop(0)
        assert list(zero.get_ydata()) == [0, 0], f"{name}: the faint line is not at 0"
        top = max(line.zorder for line in guides)
        assert top < min(line.zorder for line in curves), f"{name}: a guide lies on a curve"


def test_dots_and_rings_are_at_the_heights_they_state(figure, numbers):
    for name in set(RESPONSES) - {"3 r"}:
        axes, heights = panel(figure, name), dict(curve(figure, name))
        marks = [line for line in axes.lines if line.get_label() == "height"]
        points = [tuple(line.get_xydata()[0]) for line in marks]
        assert points == [(c, heights[c]) for c in centres_of(numbers)], name
        fills = [line.get_markerfacecolor() for line in marks]
        assert fills[0] == fills[1] != fills[2], f"{name}: motif and decoy look alike"
        stated = {text.xy[0]: text for text in axes.texts if text.xy[0] != 0}
        for c in centres_of(numbers):
            assert stated[c].get_text().replace("−", "-") == f"{heights[c]:.1f}", name
            assert stated[c].xy[1] == (heights[c] if abs(heights[c]) > 1 else 1.7), name


def test_panels_of_one_role_share_scale_and_colour(figure):
    kernels = [(name, kernel) for name, drawn in KERNELS.items() for kernel in drawn]
    panels = {
        "input": [panel(figure, name) for name in INPUTS],
        "kernel": [panel(figure, *place) for place in kernels],
        "response": [panel(figure, name) for name in RESPONSES],
    }
    for role, found in panels.items():
        with look.theme("light"):
            color = look.color(role)
        for axes in found:
            line, (low, high) = axes.lines[1], axes.get_ylim()
            assert (low, high) == found[0].get_ylim(), f"{role}: another scale"
            assert axes.get_position().width == pytest.approx(found[0].get_position().width)
            y, (left, right) = line.get_ydata(), axes.get_xlim()
            assert low < y.min() < y.max() < high, f"{role}: cut off"
            assert left <= line.get_xdata().min() < line.get_xdata().max() <= right, role
            assert same_color(line.get_color(), color), f"not the colour of {role}"


def test_each_curve_wears_its_own_name(figure):
    kernels = [(name, kernel) for name, drawn in KERNELS.items() for kernel in drawn]
    for name, *kernel in [*kernels, *([name] for name in INPUTS | RESPONSES)]:
        symbol = kernel[0] if kernel else SYMBOLS.get(name, name.split()[-1])
        found = panel(figure, name, *kernel).texts
        assert [text.get_text() for text in found if text.xy == (0, 0)] == [f"${symbol}$"], name


def test_motifs_and_decoy_are_named_above_the_first_input(figure, numbers):
    names = [text for text in panel(figure, "x_1").texts if text.xy[1] == 1]
    what = ("motif", "motif", "decoy")
    assert [(text.xy[0], text.get_text()) for text in names] == [
        (c, f"{word} at {c}") for word, c in zip(what, centres_of(numbers), strict=True)
    ]


def test_each_row_has_its_words(figure, numbers):
    s, p, m = numbers.stride, numbers.padding, len(numbers.offsets)
    plain, padded, strided = (
        len(r) for r in (numbers.response, numbers.padded_response, numbers.strided_response)
    )
    arrow = "$C_\\mathrm{{in}} = {} \\to C_\\mathrm{{out}} = {}$\nweight ({}, {}, {})".format
    (one_out, one_in), (c_out, c_in, _) = (1, 1), numbers.two_output_kernels.shape
    same = "same inputs"
    words = [
        "Part 1: The layer adds up its channels",
        "Noise hides the motif: the shape\nof each channel's kernel.",
        "The decoy is the same, but\nupside down in $x_2$.",
        r"$r_c[n] = \sum_t \; k_c[t] \, x_c[n + t]$",
        "",
        "$r[n] = r_1[n] + r_2[n]$",
        f"Part 2 (1), {same}: One channel mistakes the decoy for the motif; two do not",
        arrow(one_in, one_out, one_out, one_in, m),
        arrow(c_in, one_out, one_out, c_in, m),
        f"Part 2 (2), {same}: Two outputs stay apart; one finds the motif, one the decoy",
        arrow(c_in, c_out, c_out, c_in, m),
        "$y_1 = r_1 + r_2$\n$y_2 = r_1 - r_2$",
        f"Part 2 (3), {same}: Padding adds values at the ends; stride keeps every {s}th",
        f"padding {p} (zeros, shaded):\n{plain} → {padded} values",
        f"stride {s} (dots):\n{padded} → {strided} values",
        "same kernels,\nsame peaks",
    ]
    assert [text.get_text() for text in figure.texts] == words
    bold = [i for i, text in enumerate(figure.texts) if text.get_weight() == "bold"]
    assert tuple(bold) == HEADINGS
    for name, row in (INPUTS | RESPONSES).items():
        box, (_, y) = panel(figure, name).get_position(), figure.texts[row].get_position()
        assert box.y0 < y < box.y1, f"{name}: its words stand beside another row"


def test_ticks_are_the_centres(figure, numbers):
    t = numbers.offsets
    below, kernels = panel(figure, "3 r"), panel(figure, "3 r", "k_2")
    assert below.get_xticks().tolist() == [0, *centres_of(numbers)]
    assert below.get_xlabel() == "sample $n$ (of a response: its window's centre)"
    assert kernels.get_xticks().tolist() == [t[0], t[-1]]
    assert kernels.get_xlabel() == "offset $t$"
    for place, label in tick_labels(figure):
        assert float(label.replace("−", "-")) == pytest.approx(place, abs=1e-12)


def test_words_tell_the_numbers(prompt, numbers):
    (a, b), d, s, p = numbers.motif_centres, numbers.decoy_centre, numbers.stride, numbers.padding
    at = np.array(centres_of(numbers)) - numbers.positions[0]
    r_1, r_2 = numbers.channel_responses[:, at].round(1)
    both, second = numbers.response[at].round(1), numbers.two_outputs[1].max().round(1)
    plain, padded, strided = (
        len(r) for r in (numbers.response, numbers.padded_response, numbers.strided_response)
    )
    assert numbers_in(prompt.caption) == [
        1, d, a, b, 2, 3, p, padded - plain, s, padded,
    ]  # fmt: skip
    assert numbers_in(prompt.alt) == [
        *r_1[:2], a, b, r_1[2], d, *r_2, *both, second, p, padded, plain, s, strided,
    ]  # fmt: skip


@image_test("conv1d_multichannel_combined")
def test_picture(numbers, theme):
    return draw(numbers)
