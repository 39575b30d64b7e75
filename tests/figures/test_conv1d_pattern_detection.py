"""Tests of conv1d_pattern_detection."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import same_color

from figurepress import look
from lecture.convolution import sliding_dot_product
from lecture.kernels import normalise, peak_and_trough
from scripts.conv1d_pattern_detection import (
    EDGE,
    EXAMPLES,
    HALF_WIDTH,
    NOISE,
    SEED,
    frames,
)
from tests.support.artists import all_by_gid, by_gid, peaks, texts
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in
from tests.support.random_arrays import whole_arrays

LEGIBILITY_EXCEPTIONS = {"Ink coverage": "the panels of the windows are shaded like the windows"}

SIGNALS = whole_arrays(st.integers(8, 40), 99)
KERNELS = whole_arrays(st.integers(1, 8), 99)
PATTERNS = whole_arrays(st.integers(2, 40), 99).filter(lambda pattern: np.ptp(pattern))


def points(figure, gid):
    """The drawn points (n, 2) of the one line with this gid."""
    return by_gid(figure, gid).get_xydata()


def ends(figure, gid):
    """Both ends of each line between panels, in the data coordinates of their panels."""
    return [(patch.xy1, patch.xy2) for patch in all_by_gid(figure, gid)]


@pytest.fixture(scope="module")
def signal(figure):
    """The drawn values (N) of the signal."""
    return points(figure, "signal")[:, 1]


@pytest.fixture(scope="module")
def kernel(figure):
    """The weights (m) that are drawn first."""
    return all_by_gid(figure, "kernel")[0].get_ydata()


@pytest.fixture(scope="module")
def response(figure):
    """The drawn values of the response, by sample."""
    return dict(points(figure, "response").tolist())


@pytest.fixture(scope="module")
def bars(figure):
    """The heights (3, m) of the bars below each window."""
    heights = [bar.get_height() for bar in all_by_gid(figure, "product")]
    return np.reshape(heights, (3, -1))


@pytest.mark.claim("kernel-normalised")
def test_kernel_has_mean_zero_and_norm_one(kernel):
    np.testing.assert_allclose(kernel.mean(), 0, atol=1e-15)
    np.testing.assert_allclose(kernel @ kernel, 1, rtol=1e-14)


@pytest.mark.claim("sliding-dot-product")
def test_response_is_the_dot_product_with_its_window(signal, kernel, response):
    for n, r in response.items():
        window = signal[int(n) - HALF_WIDTH : int(n) + HALF_WIDTH + 1]
        expected = sum(weight * value for weight, value in zip(kernel, window, strict=True))
        np.testing.assert_allclose(r, expected, rtol=1e-12, atol=1e-14, err_msg=f"r[{n:g}]")


@pytest.mark.claim("sliding-dot-product")
def test_kernel_differs_from_its_reversal(kernel):
    assert abs(kernel - kernel[::-1]).max() > 0.5, "a flipped kernel would not show"


@pytest.mark.claim("products-sum")
def test_bars_are_products_of_kernel_and_window(bars, signal, kernel):
    for n, drawn in zip(EXAMPLES, bars, strict=True):
        window = signal[n - HALF_WIDTH : n + HALF_WIDTH + 1]
        expected = kernel * window
        np.testing.assert_allclose(drawn, expected, rtol=1e-12, atol=1e-15, err_msg=f"n = {n}")


@pytest.mark.claim("products-sum")
def test_bars_add_up_to_the_response(bars, response):
    np.testing.assert_allclose(bars.sum(axis=1), [response[n] for n in EXAMPLES], rtol=1e-12)


@pytest.mark.claim("length")
def test_every_window_that_fits_has_a_response(signal, kernel, response):
    assert len(response) == len(signal) - len(kernel) + 1
    assert list(response) == list(range(HALF_WIDTH, len(signal) - HALF_WIDTH))


@pytest.mark.claim("peaks-at-motifs")
def test_two_highest_peaks_are_at_the_motifs(figure, numbers):
    first, second, other = peaks(points(figure, "response"), len(numbers.kernel) / 2)[:3]
    assert {first[0], second[0]} == set(numbers.motif_centres)
    assert second[1] >= 1.5 * other[1]


@pytest.mark.claim("opposite-is-negative")
@given(SIGNALS, KERNELS)
def test_negated_signal_gives_negated_response(signal, kernel):
    expected = -sliding_dot_product(signal, kernel)
    np.testing.assert_array_equal(sliding_dot_product(-signal, kernel), expected)


@pytest.mark.claim("opposite-is-negative")
def test_negated_motif_gives_negated_peak(numbers):
    motif = peak_and_trough(numbers.offsets)
    (upright,) = sliding_dot_product(motif, numbers.kernel)
    (negated,) = sliding_dot_product(-motif, numbers.kernel)
    assert upright > 1
    np.testing.assert_allclose(negated, -upright, rtol=1e-14)


@pytest.mark.claim("shift-equivariant")
@given(SIGNALS, KERNELS, st.integers(1, 9))
def test_later_signal_gives_later_response(signal, kernel, delay):
    later = sliding_dot_product(np.append(np.zeros(delay), signal), kernel)
    np.testing.assert_array_equal(later[delay:], sliding_dot_product(signal, kernel))


@pytest.mark.claim("offset-blind")
@given(constant=st.floats(-1e3, 1e3))
def test_constant_does_not_change_the_response(numbers, constant):
    moved = sliding_dot_product(numbers.signal + constant, numbers.kernel)
    np.testing.assert_allclose(moved, numbers.response, rtol=0, atol=1e-11)


@pytest.mark.claim("offset-blind")
@given(PATTERNS, st.floats(-1e3, 1e3))
def test_normalised_kernel_gives_zero_on_a_constant(pattern, constant):
    flat = np.full(len(pattern), constant)
    np.testing.assert_allclose(sliding_dot_product(flat, normalise(pattern)), [0], atol=1e-10)


@pytest.mark.claim("matches-torch")
def test_response_matches_torch(signal, kernel, response):
    layer = torch.nn.Conv1d(1, 1, len(kernel), bias=False, dtype=torch.float64)
    layer.load_state_dict({"weight": torch.tensor(kernel)[None, None]})
    with torch.no_grad():
        expected = layer(torch.tensor(signal)[None, None])[0, 0].numpy()
    np.testing.assert_allclose(list(response.values()), expected, rtol=1e-12, atol=1e-14)


def test_signal_is_noise_and_two_motifs(numbers):
    noise = numbers.signal.copy()
    assert numbers.motif_centres.tolist() == [60, 150]
    for centre in numbers.motif_centres:
        noise[centre + numbers.offsets] -= peak_and_trough(numbers.offsets)
    expected = np.random.default_rng(SEED).normal(0, NOISE, 220)
    np.testing.assert_allclose(noise, expected, rtol=0, atol=1e-14)


def test_kernel_is_the_normalised_motif(numbers):
    assert numbers.offsets.tolist() == list(range(-12, 13))
    motif = peak_and_trough(numbers.offsets)
    np.testing.assert_allclose(numbers.kernel, normalise(motif), rtol=1e-14)


def test_windows_are_parts_of_the_signal(numbers):
    for n, window in zip(EXAMPLES, numbers.windows, strict=True):
        assert window.tolist() == numbers.signal[n - 12 : n + 13].tolist()


def test_window_and_kernel_have_one_scale(figure):
    for kernel, window in zip(
        all_by_gid(figure, "kernel"), all_by_gid(figure, "zoomed"), strict=True
    ):
        assert kernel.axes.get_ylim() == window.axes.get_ylim() == (-1.7, 2)


@pytest.mark.parametrize(
    ("field", "shape", "dtype"),
    [
        ("signal", (220,), float),
        ("motif_centres", (2,), np.int64),
        ("offsets", (25,), np.int64),
        ("kernel", (25,), float),
        ("response", (196,), float),
        ("positions", (196,), np.int64),
        ("windows", (3, 25), float),
        ("products", (3, 25), float),
    ],
)
def test_field_has_its_shape_and_type(numbers, field, shape, dtype):
    array = getattr(numbers, field)
    assert (array.shape, array.dtype) == (shape, dtype)


def test_curves_are_the_numbers(figure, numbers):
    samples = np.arange(len(numbers.signal))
    signal = np.column_stack([samples, numbers.signal])
    response = np.column_stack([numbers.positions, numbers.response])
    np.testing.assert_array_equal(points(figure, "signal"), signal)
    np.testing.assert_array_equal(points(figure, "response"), response)


def test_each_window_is_drawn_with_the_kernel(figure, numbers):
    kernels, windows = all_by_gid(figure, "kernel"), all_by_gid(figure, "zoomed")
    for kernel, window, expected in zip(kernels, windows, numbers.windows, strict=True):
        assert kernel.axes is window.axes
        weights = np.column_stack([numbers.offsets, numbers.kernel])
        np.testing.assert_array_equal(kernel.get_xydata(), weights)
        values = np.column_stack([numbers.offsets, expected])
        np.testing.assert_array_equal(window.get_xydata(), values)


def test_bars_are_at_their_offsets(figure, numbers):
    bars = all_by_gid(figure, "product")
    centres = [bar.get_x() + bar.get_width() / 2 for bar in bars]
    np.testing.assert_allclose(centres, np.tile(numbers.offsets, 3), atol=1e-12)


def test_products_have_the_colour_of_the_response(figure):
    with look.theme("light"):
        color = look.color("response")
    assert all(same_color(bar.get_facecolor(), color) for bar in all_by_gid(figure, "product"))


def test_dots_are_on_the_response(figure, response):
    dots = [dot.get_xydata().tolist() for dot in all_by_gid(figure, "value")]
    assert dots == [[[n, response[n]]] for n in (60, 103, 142)]


def test_dashed_lines_are_at_the_motifs(figure, numbers):
    guides = all_by_gid(figure, "motif-centre")
    panels = [by_gid(figure, gid).axes for gid in ("signal", "response")]
    for panel in panels:
        at = [guide.get_xdata()[0] for guide in guides if guide.axes is panel]
        assert at == numbers.motif_centres.tolist()
    assert {guide.get_linestyle() for guide in guides} == {"--"}
    assert max(guide.zorder for guide in guides) < by_gid(figure, "signal").zorder


def test_shaded_windows_are_the_enlarged_ones(figure):
    shaded = [window.get_bbox().intervalx.tolist() for window in all_by_gid(figure, "window")]
    assert shaded == [[n - EDGE, n + EDGE] for n in EXAMPLES]
    bottom = by_gid(figure, "signal").axes.get_ylim()[0]
    top = all_by_gid(figure, "kernel")[0].axes.get_ylim()[1]
    edges = [((n + side, bottom), (side, top)) for n in EXAMPLES for side in (-EDGE, EDGE)]
    assert ends(figure, "zoom") == edges


def test_sums_lead_to_their_responses(figure, response):
    bottom = all_by_gid(figure, "product")[0].axes.get_ylim()[0]
    top = by_gid(figure, "response").axes.get_ylim()[1]
    assert ends(figure, "to-response") == [((0, bottom), (n, top)) for n in EXAMPLES]
    drops = [line.get_segments()[0].tolist() for line in all_by_gid(figure, "drop")]
    assert drops == [[[n, response[n]], [n, top]] for n in EXAMPLES]


def test_products_end_in_a_bracket(figure):
    bars = all_by_gid(figure, "product")
    panels = {bar.axes for bar in bars}
    assert len(panels) == len(EXAMPLES)
    for panel in panels:
        shown = {side for side, spine in panel.spines.items() if spine.get_visible()}
        assert shown == {"bottom"}
        ticks = [(tick.get_loc(), tick.get_tickdir()) for tick in panel.xaxis.get_major_ticks()]
        assert ticks == [(-EDGE, "in"), (EDGE, "in")]
        assert panel.get_ylim()[0] < min(bar.get_bbox().y0 for bar in bars)


def test_nothing_is_cut_off(figure):
    for gid in ("signal", "response", "kernel", "zoomed"):
        for line in all_by_gid(figure, gid):
            xy = line.get_xydata()
            assert (line.axes.viewLim.min < xy.min(axis=0)).all(), f"{gid}: cut off"
            assert (line.axes.viewLim.max > xy.max(axis=0)).all(), f"{gid}: cut off"


@pytest.mark.parametrize(
    ("gid", "role"),
    [
        ("signal", "input"),
        ("zoomed", "input"),
        ("kernel", "kernel"),
        ("response", "response"),
        ("value", "response"),
    ],
)
def test_line_has_the_colour_of_its_role(figure, gid, role):
    with look.theme("light"):
        expected = look.color(role)
    assert {line.get_color() for line in all_by_gid(figure, gid)} == {expected}


def test_words_are_the_numbers(figure, response):
    sums = [f"sum {response[n]:.2f}".replace("-", "−") for n in EXAMPLES]
    expected = [
        "motif: 2.17",
        "motif: 2.35",
        *EXAMPLES.values(),
        *sums,
    ]
    expected += [f"$x[{n} + t]$" for n in EXAMPLES]
    expected += ["$k[t]$"] * 3
    limits = rf"\sum_{{t=-{HALF_WIDTH}}}^{{{HALF_WIDTH}}}"
    expected += [rf"$r[n] = {limits}\; k[t]\, x[n + t]$"]
    assert sorted(texts(figure)) == sorted(expected)
    assert EXAMPLES[142] == f"{150 - 142} samples before a motif"


def test_peaks_are_labelled_as_motifs(figure, response):
    written = {text.xy: text.get_text() for text in by_gid(figure, "response").axes.texts}
    for n in (60, 150):
        assert written[n, response[n]] == f"motif: {response[n]:.2f}"


def test_headline_states_the_idea(figure):
    title = by_gid(figure, "signal").axes.get_title("left")
    assert title == (
        "Where the window looks like the kernel, most products are positive and the sum is high"
    )


def test_axes_are_labelled(figure):
    names = {axes.get_ylabel() for axes in figure.axes} - {""}
    assert names == {"signal $x[n]$", "window, kernel", "products", "response $r[n]$"}
    assert by_gid(figure, "response").axes.get_xlabel() == "sample $n$"


def test_caption_and_alt_numbers_match(prompt, numbers, response):
    low, high = sorted(round(response[n], 2) for n in numbers.motif_centres)
    sums = [round(response[n], 2) for n in EXAMPLES]
    assert numbers_in(prompt.caption) == [len(numbers.kernel), 0, 1, low, high, 0]
    assert numbers_in(prompt.alt) == [sums[0], sums[1], 8, sums[2]]


def test_description_numbers_match(prompt, numbers, response):
    t, k, n = numbers.offsets, numbers.kernel, numbers.positions
    found = peaks(np.array(list(response.items())), len(k) / 2)
    low, high = sorted(round(response[n], 2) for n in numbers.motif_centres)
    sums = [round(response[n], 2) for n in EXAMPLES]
    assert numbers_in(prompt.description) == [
        len(numbers.signal), 0, *numbers.motif_centres, len(k), *EXAMPLES,
        t[0], t[-1], k.max().round(2), t[k.argmax()], -k.min().round(2), t[k.argmin()],
        len(k), *sums, n[0], n[-1], 0, low, high, found[2, 1].round(2),
    ]  # fmt: skip


def test_animation_shows_the_kernel_and_the_response_so_far(numbers):
    ends = range(0, len(numbers.positions), 6)
    with look.theme("light"):
        for end, frame in zip(ends, frames(numbers), strict=True):
            above, below = frame.axes
            signal, kernel = above.lines
            _, response, dot = below.lines  # the first is the line at 0
            n, r = numbers.positions[: end + 1], numbers.response[: end + 1]
            assert signal.get_ydata().tolist() == numbers.signal.tolist()
            assert kernel.get_xdata().tolist() == (n[-1] + numbers.offsets).tolist()
            assert kernel.get_ydata().tolist() == numbers.kernel.tolist()
            assert response.get_xydata().tolist() == np.column_stack([n, r]).tolist()
            assert dot.get_xydata().tolist() == [[n[-1], r[-1]]]


def test_animation_shades_the_window(numbers):
    with look.theme("light"):
        first_two = zip((12, 18), frames(numbers), strict=False)
        for n, frame in first_two:
            (shade,) = frame.axes[0].patches
            ends = shade.get_x() + np.array([0, shade.get_width()])
            assert ends == pytest.approx([n - HALF_WIDTH - 0.5, n + HALF_WIDTH + 0.5])


def test_animation_numbers_the_samples_only_below(numbers):
    with look.theme("light"):
        panels = next(frames(numbers)).axes
        labelled = [panel.xaxis.get_major_ticks()[0].label1.get_visible() for panel in panels]
        assert labelled == [False, True]


def test_animation_has_the_width_of_the_page(numbers):
    with look.theme("light"):
        assert next(frames(numbers)).get_size_inches().tolist() == [look.WIDTH, look.MEDIUM]


def test_animation_has_the_colours_of_the_roles(numbers):
    with look.theme("light"):
        frame = next(frames(numbers))
        colors = [line.get_color() for axes in frame.axes for line in axes.lines]
        roles = ("input", "kernel", "grid", "response", "response")
        assert colors == [look.color(role) for role in roles]


def test_animation_has_the_limits_of_the_picture(numbers, figure):
    with look.theme("light"):
        frame = next(frames(numbers))
    for axes, gid in zip(frame.axes, ("signal", "response"), strict=True):
        still = by_gid(figure, gid).axes
        assert (axes.get_xlim(), axes.get_ylim()) == (still.get_xlim(), still.get_ylim())
        assert still.get_xlabel() in ("", axes.get_xlabel())


@image_test("conv1d_pattern_detection")
def test_picture(picture):
    return picture
