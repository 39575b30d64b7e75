"""Guards of conv1d_pattern_detection."""

import scripts.conv1d_pattern_detection as script
import numpy as np
import pytest
import torch
from tests.support.artists import line, lines, peaks, texts, tick_labels
from scripts.conv1d_pattern_detection import draw, motif, normalise, sliding_dot_product
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.support.pictures import image_test
from scipy.stats import norm
from tests.support.words import numbers_in


def whole(*length):
    """Arrays of whole numbers: their sums are exact in any order."""
    return arrays(np.float64, st.integers(*length), elements=st.integers(-99, 99).map(float))


signals, kernels = whole(8, 40), whole(1, 8)
patterns = whole(2, 40).filter(lambda pattern: np.ptp(pattern) > 0)


def by_loop(signal, kernel):
    """The definition: one dot product per window, written without any library's convolution."""
    windows = range(len(signal) - len(kernel) + 1)
    return [sum(k * signal[n + t] for t, k in enumerate(kernel)) for n in windows]


@pytest.mark.claim("kernel-normalised")
def test_kernel_has_mean_zero_and_norm_one(figure):
    k = line(figure, "kernel")[:, 1]
    np.testing.assert_allclose(k.mean(), 0, atol=1e-15)
    np.testing.assert_allclose((k**2).sum(), 1, rtol=1e-14)


@pytest.mark.claim("kernel-normalised")
@given(patterns)
def test_normalise_keeps_the_shape(pattern):
    k = normalise(pattern)
    np.testing.assert_allclose(k.mean(), 0, atol=1e-14)
    np.testing.assert_allclose((k**2).sum(), 1, rtol=1e-12)
    np.testing.assert_allclose(np.corrcoef(pattern, k)[0, 1], 1, rtol=1e-12)


@pytest.mark.claim("sliding-dot-product")
def test_each_response_is_the_dot_product_with_the_window_centred_there(figure):
    x, (t, k) = line(figure, "signal")[:, 1], line(figure, "kernel").T
    for n, r in line(figure, "response"):
        window = x[(n + t).astype(int)]
        np.testing.assert_allclose(r, sum(k * window), rtol=1e-12, atol=1e-14, err_msg=f"r[{n:g}]")


@pytest.mark.claim("sliding-dot-product")
@given(signals, kernels)
def test_sliding_dot_product_does_not_flip_the_kernel(signal, kernel):
    assert sliding_dot_product(signal, kernel).tolist() == by_loop(signal, kernel)


def test_kernel_differs_from_its_reversal(figure):
    k = line(figure, "kernel")[:, 1]
    assert abs(k - k[::-1]).max() > 0.5, "a flipped kernel would not show"


@pytest.mark.claim("length")
def test_one_response_for_each_window_that_fits(figure):
    n, t, r = (line(figure, name)[:, 0] for name in ("signal", "kernel", "response"))
    assert n.tolist() == list(range(220))
    assert t.tolist() == list(range(-12, 13))
    assert len(r) == len(n) - len(t) + 1
    assert r.tolist() == [c for c in n if c + t[0] >= n[0] and c + t[-1] <= n[-1]]


@pytest.mark.claim("length")
@given(signals, kernels)
def test_response_has_n_minus_m_plus_one_values(signal, kernel):
    assert sliding_dot_product(signal, kernel).shape == (len(signal) - len(kernel) + 1,)


@pytest.mark.claim("peaks-at-motifs")
def test_the_two_highest_peaks_are_at_the_motifs(figure, numbers):
    first, second, other = peaks(line(figure, "response"), len(numbers.kernel) / 2)[:3]
    assert {first[0], second[0]} == set(numbers.motif_centres)
    assert second[1] >= 1.5 * other[1]


def test_motif_is_a_narrow_peak_before_a_broad_trough():
    t = np.arange(-12, 13)
    peak = norm.pdf(t, -3, 2.5 / 2**0.5) / norm.pdf(0, 0, 2.5 / 2**0.5)
    trough = norm.pdf(t, 4, 4 / 2**0.5) / norm.pdf(0, 0, 4 / 2**0.5)
    np.testing.assert_allclose(motif(t), peak - 0.6 * trough, rtol=1e-12, atol=1e-15)


def test_signal_is_noise_on_a_level_and_the_motif_at_both_centres(figure, numbers):
    noise = line(figure, "signal")[:, 1].copy()
    for centre in numbers.motif_centres:
        noise[centre - 12 : centre + 13] -= motif(np.arange(-12, 13))
    np.testing.assert_allclose(numbers.hidden - motif(numbers.offsets), script.LEVEL, rtol=1e-15)
    expected = np.random.default_rng(script.SEED).normal(script.LEVEL, script.NOISE, len(noise))
    np.testing.assert_allclose(noise, expected, rtol=0, atol=1e-14)


def test_kernel_is_the_normalised_motif(figure):
    t, k = line(figure, "kernel").T
    np.testing.assert_allclose(k, normalise(motif(t)), rtol=1e-14)


@pytest.mark.claim("opposite-is-negative")
@given(signals, kernels)
def test_the_negated_signal_gives_the_negated_response(signal, kernel):
    negated = sliding_dot_product(-signal, kernel)
    assert negated.tolist() == (-sliding_dot_product(signal, kernel)).tolist()


@pytest.mark.claim("opposite-is-negative")
def test_the_negated_motif_gives_a_trough_as_deep_as_the_peak_is_high(numbers):
    m = motif(numbers.offsets)
    upright, negated = sliding_dot_product(np.array([m, -m]).ravel(), numbers.kernel)[[0, -1]]
    assert upright > 1
    np.testing.assert_allclose(negated, -upright, rtol=1e-14)


@pytest.mark.claim("shift-equivariant")
@given(signals, kernels, st.integers(1, 9))
def test_a_later_signal_gives_the_same_response_later(signal, kernel, delay):
    later = np.concatenate([np.zeros(delay), signal])
    response = sliding_dot_product(later, kernel)
    assert response[delay:].tolist() == sliding_dot_product(signal, kernel).tolist()


@pytest.mark.claim("offset-blind")
@given(st.floats(-1e3, 1e3))
def test_a_constant_leaves_the_response_as_it_is(numbers, constant):
    moved = sliding_dot_product(numbers.signal + constant, numbers.kernel)
    np.testing.assert_allclose(moved, numbers.response, rtol=0, atol=1e-11)


@pytest.mark.claim("offset-blind")
@given(patterns, st.floats(-1e3, 1e3))
def test_a_normalised_kernel_does_not_see_a_constant(pattern, constant):
    flat = np.full(len(pattern), constant)
    np.testing.assert_allclose(sliding_dot_product(flat, normalise(pattern)), [0], atol=1e-10)


@pytest.mark.claim("matches-torch")
def test_matches_torch(figure):
    x, k, r = (torch.tensor(line(figure, name)[:, 1]) for name in ("signal", "kernel", "response"))
    expected = torch.nn.functional.conv1d(x.view(1, 1, -1), k.view(1, 1, -1)).view(-1)
    torch.testing.assert_close(r, expected, rtol=1e-12, atol=1e-14)


def test_everything_drawn_is_what_was_computed(figure, numbers):
    top, middle, _ = figure.axes
    centres, half = numbers.motif_centres, len(numbers.kernel) // 2
    assert np.array_equal(line(figure, "signal")[:, 1], numbers.signal)
    assert np.array_equal(line(figure, "kernel")[:, 0], numbers.offsets)
    assert np.array_equal(line(figure, "kernel")[:, 1], numbers.kernel)
    assert np.array_equal(line(figure, "response")[:, 0], numbers.positions)
    assert np.array_equal(line(figure, "response")[:, 1], numbers.response)
    heights = numbers.response[[numbers.positions.tolist().index(c) for c in centres]]
    assert np.array_equal(line(figure, "peak"), np.column_stack([centres, heights]))

    hidden = [np.column_stack([c + numbers.offsets, numbers.hidden]) for c in centres]
    assert np.array_equal(lines(figure, "hidden motif"), hidden)

    dashed = [(c, c) for c in centres]
    drawn = [tuple(xy[:, 0]) for xy in lines(figure, "motif centre")]
    assert drawn == [*dashed, (0, 0), *dashed], "a dashed line beside its centre"
    assert line(figure, "zero")[:, 1].tolist() == [0, 0]
    (shade,), (beside,) = top.patches, middle.patches
    assert (shade.get_x(), shade.get_width()) == (centres[0] - half - 0.5, 2 * half + 1)
    assert (beside.get_x(), beside.get_width()) == (-half - 0.5, 2 * half + 1)


def test_guides_lie_below_the_curves(figure):
    for axes in figure.axes:
        dashed = [drawn for drawn in axes.lines if drawn.get_label() == "motif centre"]
        data = set(axes.lines) - set(dashed)
        data -= {drawn for drawn in axes.lines if drawn.get_label() == "zero"}
        assert max(line.zorder for line in dashed) < min(line.zorder for line in data)


def test_nothing_is_cut_off(figure):
    for axes, name in zip(figure.axes, ("signal", "kernel", "response"), strict=True):
        points = line(figure, name)
        assert (axes.viewLim.min < points.min(axis=0)).all(), f"{name}: cut off left or below"
        assert (axes.viewLim.max > points.max(axis=0)).all(), f"{name}: cut off right or above"


def test_kernel_stands_below_its_window_at_the_same_scale(figure, numbers):
    top, middle, bottom = figure.axes
    for t in numbers.offsets:
        n = t + numbers.motif_centres[0]
        x = [axes.transData.transform((at, 0))[0] for axes, at in ((top, n), (middle, t))]
        np.testing.assert_allclose(*x, rtol=1e-9)
    assert top.get_xlim() == bottom.get_xlim()


def test_labels_stand_at_what_they_name(figure, numbers):
    top, middle, bottom = figure.axes
    centres, heights = numbers.motif_centres, line(figure, "peak")[:, 1]
    assert [text.xy[0] for text in top.texts] == [text.xy[0] for text in bottom.texts]
    assert [text.xy for text in bottom.texts] == list(zip(centres, heights, strict=True))
    assert texts(figure) == [
        *(f"motif at $n = {n}$" for n in centres),
        "",  # the arrow
        "slides along the signal, sample by sample",
        r"$r[n] = \sum_{t}\; k[t] \, x[n + t]$",
        *(f"$r[{n}] = {r:.2f}$" for n, r in zip(centres, heights, strict=True)),
    ]
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Signal",
        "Kernel: the motif minus its mean",
        "Response: highest where the motif is",
    ]
    assert [axes.get_ylabel() for axes in figure.axes] == ["$x[n]$", "$k[t]$", "$r[n]$"]
    assert [middle.get_xlabel(), bottom.get_xlabel()] == ["offset $t$", "sample $n$"]
    for axes, name in zip(figure.axes, ("signal", "kernel", "response"), strict=True):
        assert name in [drawn.get_label() for drawn in axes.lines]
    for place, label in tick_labels(figure):
        assert float(label.replace("−", "-")) == pytest.approx(place, abs=1e-12)


def test_words_tell_the_numbers(prompt, numbers):
    c, n, t, k = (
        getattr(numbers, key) for key in ("motif_centres", "positions", "offsets", "kernel")
    )
    found = peaks(np.column_stack([n, numbers.response]), len(k) / 2)
    (second, highest), other = sorted(found[:2, 1].round(2)), found[2, 1].round(2)
    level = round(np.median(numbers.signal), 1)
    assert numbers_in(prompt.caption) == [len(k), second, highest, 0, level]
    assert numbers_in(prompt.alt) == [
        *c, second, highest, len(numbers.signal), other, level, n[0], n[-1], 0, t[0], t[-1],
        t[k.argmax()], k.max().round(2), t[k.argmin()], -k.min().round(2), c[0],
    ]  # fmt: skip


@image_test("conv1d_pattern_detection")
def test_picture(numbers, theme):
    return draw(numbers)
