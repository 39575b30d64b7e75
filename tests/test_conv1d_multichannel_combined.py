"""Guards of conv1d_multichannel_combined."""

import lecture

import conv1d_multichannel_combined as script
import numpy as np
import pytest
import torch
from artists import peaks, tick_labels
from conv1d_multichannel_combined import conv1d, draw, motif, normalise, window_centres
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.colors import same_color
from pictures import image_test
from scipy.stats import norm
from words import numbers_in

INPUTS = {"x_1": ["x_1", "1a x_1", "1b x_1", "2 x_1"], "x_2": ["x_2", "1b x_2", "2 x_2"]}
SAMPLES = [*INPUTS["x_1"], *INPUTS["x_2"], "3 x_1", "3 x_2"]
KERNELS = ["k_1", "k_2", "1a k_1", "1b k_1", "1b k_2", "2a k_1", "2a k_2", "2b k_1", "2b -k_2"]
KERNELS += ["3 k_1", "3 k_2"]
RESPONSES = ["r_1", "r_2", "r", "1a r_1", "1b r", "2 y_1", "2 y_2", "3 r"]


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


def panel(figure, name):
    (axes,) = (axes for axes in figure.axes if axes.get_label() == name)
    return axes


def curve(figure, name, label=None):
    """The points (n, 2) of the curve in a panel; it is labelled with the panel's symbol."""
    wanted = label or name.split()[-1]
    (line,) = (line for line in panel(figure, name).lines if line.get_label() == wanted)
    return line.get_xydata()


def values(figure, *names):
    return np.array([curve(figure, name)[:, 1] for name in names])


@pytest.mark.claim("channel-sum")
def test_two_channels_give_the_sum_of_the_responses_drawn_for_each(figure):
    r_1, r_2, r = values(figure, "r_1", "r_2", "r")
    close(r, r_1 + r_2)


@pytest.mark.claim("channel-sum")
def test_each_response_is_that_of_the_channel_and_kernel_on_its_left(figure):
    for row in ("1", "2"):
        x, k = values(figure, f"x_{row}"), values(figure, f"k_{row}")
        close(values(figure, f"r_{row}"), by_loop(x, k[None]), f"r_{row}")


@pytest.mark.claim("channel-sum")
@given(layers())
def test_any_layer_adds_up_its_channels(layer):
    signals, weight, stride, padding = layer
    each = [conv1d(signals[[c]], weight[:, [c]], stride, padding) for c in range(weight.shape[1])]
    assert conv1d(signals, weight, stride, padding).tolist() == np.sum(each, axis=0).tolist()


@pytest.mark.claim("same-inputs")
def test_part_2_draws_the_inputs_of_part_1(figure, numbers):
    for c, (name, panels) in enumerate(INPUTS.items()):
        first = curve(figure, name)
        assert first.tolist() == list(map(list, enumerate(numbers.signals[c])))
        for other in panels:
            assert np.array_equal(curve(figure, other), first), f"{other}: another input"


@pytest.mark.claim("same-inputs")
def test_row_3_draws_them_with_zeros_at_both_ends(figure, numbers):
    p = numbers.padding
    for name in ("x_1", "x_2"):
        first, padded = curve(figure, name), curve(figure, f"3 {name}")
        assert np.array_equal(padded[p:-p], first)
        assert padded[:, 0].tolist() == list(range(-p, len(first) + p))
        assert not padded[:p, 1].any()
        assert not padded[-p:, 1].any()


@pytest.mark.claim("same-inputs")
def test_both_channels_carry_the_motif_at_the_same_centres(numbers):
    noise, t = numbers.signals.copy(), numbers.offsets
    for centre in numbers.motif_centres:
        noise[:, centre + t] -= script.AMPLITUDE * numbers.kernel
    noise[0, numbers.decoy_centre + t] -= script.AMPLITUDE * numbers.kernel[0]
    noise[1, numbers.decoy_centre + t] += script.AMPLITUDE * numbers.kernel[1]
    rng = np.random.default_rng(script.SEED)
    for channel in noise:
        expected = rng.normal(0, script.NOISE, len(channel))
        np.testing.assert_allclose(channel, expected, rtol=0, atol=1e-14)


@pytest.mark.claim("same-inputs")
def test_all_rows_respond_to_these_inputs(numbers):
    x, k, s, p = numbers.signals, numbers.kernel, numbers.stride, numbers.padding
    close([numbers.single_channel_response], by_loop(x[:1], k[None, :1]), "row 1, one channel")
    close([numbers.response], by_loop(x, k[None]), "row 1, two channels")
    close(numbers.two_outputs, by_loop(x, numbers.two_output_kernels), "row 2")
    close([numbers.padded_response], by_loop(x, k[None], 1, p), "row 3, stride 1")
    close([numbers.strided_response], by_loop(x, k[None], s, p), "row 3")


@pytest.mark.claim("outputs-separate")
def test_two_outputs_have_a_kernel_per_output_and_channel(figure, numbers):
    m, length = len(numbers.offsets), len(numbers.positions)
    assert numbers.two_output_kernels.shape == (2, 2, m)
    assert numbers.two_outputs.shape == (2, length)
    drawn = values(figure, "2a k_1", "2a k_2", "2b k_1", "2b -k_2").reshape(2, 2, m)
    assert np.array_equal(drawn, numbers.two_output_kernels)
    close(values(figure, "2 y_1", "2 y_2"), by_loop(values(figure, "2 x_1", "2 x_2"), drawn))


@pytest.mark.claim("outputs-separate")
def test_the_first_output_is_the_response_and_the_second_another(figure):
    (k_1, k_2, w21, w22) = values(figure, "k_1", "k_2", "2b k_1", "2b -k_2")
    r_1, r_2, r, y_1, y_2 = values(figure, "r_1", "r_2", "r", "2 y_1", "2 y_2")
    assert np.array_equal(values(figure, "2a k_1", "2a k_2"), [k_1, k_2])
    assert np.array_equal([w21, w22], [k_1, -k_2])
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
    fine, coarse = conv1d(signals, weight, 1, padding), conv1d(signals, weight, stride, padding)
    assert coarse.tolist() == fine[:, ::stride].tolist()


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
    padded, plain = conv1d(signals, weight, 1, p), conv1d(signals, weight)
    assert padded.shape[1] == plain.shape[1] + 2 * p
    assert padded[:, p : p + plain.shape[1]].tolist() == plain.tolist()


@pytest.mark.claim("length-formula")
def test_rows_have_the_lengths_of_the_formula(figure, numbers):
    n, m = len(curve(figure, "x_1")), len(curve(figure, "k_1"))
    s, p = numbers.stride, numbers.padding
    for name in RESPONSES[:-1]:
        assert len(curve(figure, name)) == n - m + 1, name
    assert len(curve(figure, "3 r")) == n + 2 * p - m + 1
    assert len(curve(figure, "3 r", "strided")) == (n + 2 * p - m) // s + 1


@pytest.mark.claim("length-formula")
@given(layers())
def test_any_layer_has_the_length_of_the_formula(layer):
    signals, weight, s, p = layer
    (_, n), (c_out, _, m) = signals.shape, weight.shape
    assert conv1d(signals, weight, s, p).shape == (c_out, (n + 2 * p - m) // s + 1)


@given(st.integers(0, 9).map(lambda half: 2 * half + 1), st.integers(1, 5), st.integers(0, 9))
def test_windows_are_centred(m, stride, padding):
    padded = np.arange(-padding, 40 + padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, m)[::stride]
    expected = np.median(windows, axis=1)
    assert window_centres(len(windows), m, stride, padding).tolist() == expected.tolist()


@pytest.mark.claim("peaks-at-motifs")
def test_two_channels_peak_at_the_motifs(figure, numbers):
    for name in ("r", "1b r", "2 y_1", "3 r"):
        first, second, other = peaks(curve(figure, name), len(numbers.offsets) / 2)[:3]
        assert {first[0], second[0]} == set(numbers.motif_centres), name
        assert second[1] >= 1.5 * other[1], name


@pytest.mark.claim("peaks-at-motifs")
def test_two_channels_peak_higher_than_one(figure, numbers):
    one, two = dict(curve(figure, "1a r_1")), dict(curve(figure, "1b r"))
    for centre in numbers.motif_centres:
        assert two[centre] > 1.5 * one[centre]


@pytest.mark.claim("peaks-at-motifs")
def test_no_peak_is_lost_by_the_stride(figure, numbers):
    highest = peaks(curve(figure, "3 r", "strided"), len(numbers.offsets) / 2)[:2]
    assert set(highest[:, 0]) == set(numbers.motif_centres)


@pytest.mark.claim("decoy-fools-one-channel")
def test_one_channel_cannot_tell_the_decoy_from_the_motif(figure, numbers):
    found = peaks(curve(figure, "1a r_1"), len(numbers.offsets) / 2)
    assert set(found[:3, 0]) == {*numbers.motif_centres, numbers.decoy_centre}
    assert found[2, 1] >= 1.5 * found[3, 1]


@pytest.mark.claim("decoy-fools-one-channel")
def test_two_channels_cancel_at_the_decoy(figure, numbers):
    r_1, r_2, r = (dict(curve(figure, name)) for name in ("r_1", "r_2", "1b r"))
    at = numbers.decoy_centre
    assert r_1[at] > 1 > -1 > r_2[at]
    assert abs(r[at]) < min(r[n] for n in numbers.motif_centres) / 4


@pytest.mark.claim("decoy-found-by-second-output")
def test_the_second_output_peaks_at_the_decoy(figure, numbers):
    first, other = peaks(curve(figure, "2 y_2"), len(numbers.offsets) / 2)[:2]
    assert first[0] == numbers.decoy_centre
    assert first[1] >= 1.5 * other[1]


@pytest.mark.claim("matches-torch")
def test_matches_torch(figure):
    x = torch.tensor(values(figure, "x_1", "x_2"))[None]
    k = torch.tensor(values(figure, "k_1", "k_2"))[None]
    w = torch.tensor(values(figure, "2a k_1", "2a k_2", "2b k_1", "2b -k_2")).view(2, 2, -1)
    for batch, weight, s, p, drawn in (
        (x[:, :1], k[:, :1], 1, 0, values(figure, "1a r_1")),
        (x, k, 1, 0, values(figure, "1b r")),
        (x, w, 1, 0, values(figure, "2 y_1", "2 y_2")),
        (x, k, 1, 12, values(figure, "3 r")),
        (x, k, 4, 12, [curve(figure, "3 r", "strided")[:, 1]]),
    ):
        layer = torch.nn.Conv1d(*weight.shape[1::-1], weight.shape[2], s, p, bias=False).double()
        layer.weight.data = weight
        close(drawn, layer(batch)[0].detach())


@pytest.mark.claim("matches-torch")
@given(layers())
def test_any_layer_is_the_sum_of_products_of_its_definition(layer):
    assert conv1d(*layer).tolist() == by_loop(*layer)


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
    n, t = numbers.positions, numbers.offsets
    k_1, k_2 = numbers.kernel
    for name in KERNELS:
        weights = {"k_1": k_1, "k_2": k_2, "-k_2": -k_2}[name.split()[-1]]
        assert np.array_equal(curve(figure, name), np.column_stack([t, weights])), name
    for name, response in (
        ("r_1", numbers.channel_responses[0]),
        ("r_2", numbers.channel_responses[1]),
        ("r", numbers.response),
        ("1a r_1", numbers.single_channel_response),
        ("1b r", numbers.response),
        ("2 y_1", numbers.two_outputs[0]),
        ("2 y_2", numbers.two_outputs[1]),
    ):
        assert np.array_equal(curve(figure, name), np.column_stack([n, response])), name
    padded = np.column_stack([numbers.padded_positions, numbers.padded_response])
    strided = np.column_stack([numbers.strided_positions, numbers.strided_response])
    assert np.array_equal(curve(figure, "3 r"), padded)
    assert np.array_equal(curve(figure, "3 r", "strided"), strided)
    assert np.array_equal(numbers.padded_signals[:, 12:-12], numbers.signals)


def test_centres_are_marked_in_every_panel_over_samples(figure, numbers):
    centres = [*numbers.motif_centres, numbers.decoy_centre]
    limits = panel(figure, "x_1").get_xlim()
    for name in SAMPLES + RESPONSES:
        axes = panel(figure, name)
        (marks,) = axes.collections
        assert [segment.tolist() for segment in marks.get_segments()] == [
            [[c, 0], [c, 1]] for c in centres
        ], f"{name}: a line beside its centre"
        first, second, dotted = (pattern for _, pattern in marks.get_linestyle())
        assert first == second != dotted, f"{name}: motifs and decoy look alike"
        assert axes.get_xlim() == limits, f"{name}: another scale"


def test_panels_of_one_role_share_scale_and_colour(figure):
    for role, names in (("input", SAMPLES), ("kernel", KERNELS), ("response", RESPONSES)):
        with lecture.theme("light"):
            color = lecture.color(role)
        limits = panel(figure, names[0]).get_ylim()
        for name in names:
            zero, line = panel(figure, name).lines[:2]
            assert panel(figure, name).get_ylim() == limits, f"{name}: another scale"
            low, high = line.get_xydata().min(axis=0), line.get_xydata().max(axis=0)
            view = panel(figure, name).viewLim
            assert (view.min < low).all(), f"{name}: cut off at the left or below"
            assert (view.max > high).all(), f"{name}: cut off at the right or above"
            assert same_color(line.get_color(), color), f"{name}: not the colour of {role}"
            assert list(zero.get_ydata()) == [0, 0], f"{name}: the faint line is not at 0"


def test_each_curve_wears_its_own_name(figure):
    signs = {"r_2": r"+\; ", "r": r"=\; "}
    for name in SAMPLES + KERNELS + RESPONSES:
        axes, symbol = panel(figure, name), f"${signs.get(name, '')}{name.split()[-1]}$"
        beside = [text.get_text() for text in axes.texts if text.xy == (0, 0.5)]
        assert beside + [axes.get_ylabel()] * (name in RESPONSES) == [symbol], name


def test_words_stand_at_what_they_name(figure, numbers):
    centres = [*numbers.motif_centres, numbers.decoy_centre]
    for name in ("x_1", "r_1"):
        above = {
            text.xy[0]: text.get_text() for text in panel(figure, name).texts if text.xy[1] == 1
        }
        names = ["motif", "motif", "decoy"]
        assert above == {c: f"{what}\n{c}" for c, what in zip(centres, names, strict=True)}
    for name in ("1a r_1", "1b r"):
        heights, written = dict(curve(figure, name)), panel(figure, name).texts
        assert [text.xy[0] for text in written] == centres
        for text, c in zip(written, centres, strict=True):
            assert text.get_text().replace("−", "-") == f"{heights[c]:.1f}"
            assert text.xy[1] == max(heights[c], 1)


def test_headings_tell_the_shapes(figure, numbers):
    m, (c_out, c_in, _) = len(numbers.offsets), numbers.two_output_kernels.shape
    arrow = r"$C_\mathrm{{in}} = {} \to C_\mathrm{{out}} = {}$, weight ({}, {}, {})".format
    headings = {
        "part 1": "Part 1: the layer adds up its channels",
        "formula": "$r_c[n] = \\sum_t \\; k_c[t] \\, x_c[n + t]$ in each channel $c$\n\n"
        "$r[n] = r_1[n] + r_2[n]$",
        "part 2": "Part 2: variants on the same inputs",
        "row 1a": f"(1) {arrow(1, 1, 1, 1, m)}",
        "row 1b": arrow(c_in, 1, 1, c_in, m),
        "remark": "no $x_2$: nothing tells the\ndecoy from the motif",
        "row 2": f"(2) {arrow(c_in, c_out, c_out, c_in, m)}"
        r": $y_1 = r_1 + r_2$ and $y_2 = r_1 - r_2$ stay apart",
        "row 3": f"(3) stride {numbers.stride}, padding {numbers.padding} (zeros, shaded): "
        f"{len(numbers.strided_response)} values instead of {len(numbers.response)}",
    }
    for name, words in headings.items():
        assert [text.get_text() for text in panel(figure, name).texts] == [words]


def test_ticks_are_the_centres(figure, numbers):
    centres = [0, *numbers.motif_centres, numbers.decoy_centre]
    t = numbers.offsets
    for name, ticks, label in (
        ("3 x_2", centres, "sample $n$"),
        ("3 k_2", [t[0], 0, t[-1]], "offset $t$"),
        ("3 r", centres, "window centre $n$"),
    ):
        assert panel(figure, name).get_xticks().tolist() == ticks
        assert panel(figure, name).get_xlabel() == label
    for place, label in tick_labels(figure):
        assert float(label.replace("−", "-")) == pytest.approx(place, abs=1e-12)


def test_words_tell_the_numbers(prompt, numbers):
    c, d, (n, s) = numbers.motif_centres, numbers.decoy_centre, numbers.signals.shape[::-1]
    start, p, t = numbers.positions[0], numbers.padding, numbers.strided_positions
    at = np.array([*c, d]) - start
    one, two = numbers.single_channel_response[at].round(1), numbers.response[at].round(1)
    second = numbers.two_outputs[1].max().round(1)
    assert s == 2
    assert numbers_in(prompt.caption) == [1, *c, d, 2, 1, 2, 3, numbers.stride, p]
    assert numbers_in(prompt.alt) == [
        1, n, *c, d, d, *c, 2, 1, *one, *two, 2, d, second,
        3, p, numbers.stride, len(t), t[0], t[-1], 1, len(numbers.response),
    ]  # fmt: skip


@image_test("conv1d_multichannel_combined")
def test_picture(numbers, theme):
    return draw(numbers)
