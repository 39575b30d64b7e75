"""Tests of lasso_path."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import same_color
from scipy.special import expit

import scripts.lasso_path
from figurepress import look
from lecture.losses import (
    lasso_lambda_max,
    logistic_loss_gradient,
    sparse_logistic_lambda_max,
    squared_loss_gradient,
)
from lecture.sparse import proximal_gradient
from tests.support.artists import all_by_gid, tick_labels
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in

ZEROS, SUPPORT = [1, 3, 4, 6, 7], [0, 2, 5]
PENALTY = r"$\mathbfit{\lambda}\,\mathbf{\|}\mathbfit{w}\mathbf{\|_1}$"
TITLES = {
    "least_squares": f"Least squares + {PENALTY}: sparse but shrunk",
    "logistic": f"Logistic regression + {PENALTY}: likewise",
}
TOP = 100 + 7  # the index of lambda_max: steps of the grid and breakpoints below it
both = pytest.mark.parametrize("loss", list(TITLES))


def column(figure, loss):
    """The panel of this loss, and the strip below it."""
    (panel,) = [axes for axes in figure.axes if axes.get_title("left") == TITLES[loss]]
    (strip,) = [
        line.axes
        for line in all_by_gid(figure, "nonzeros")
        if line.axes.get_shared_x_axes().joined(line.axes, panel)
    ]
    return panel, strip


def artists(axes, gid):
    """The artists of these axes with this gid."""
    return [artist for artist in axes.get_children() if artist.get_gid() == gid]


def curves(figure, loss):
    """The drawn lines of w1 to w8."""
    panel, _ = column(figure, loss)
    found = [artists(panel, f"w{j}") for j in range(1, 9)]
    assert [len(lines) for lines in found] == [1] * 8
    return [line for (line,) in found]


def coefficients(figure, loss):
    """The drawn lambdas (k), and the coefficients (k, 8): 0 where no curve is drawn."""
    points = np.array([curve.get_xydata() for curve in curves(figure, loss)])
    assert np.all(points[:, :, 0] == points[0, :, 0]), "coefficients are drawn at other lambdas"
    return points[0, :, 0], np.nan_to_num(points[:, :, 1].T)


def data(numbers, loss):
    """The data of this loss: X with real targets, or X with labels."""
    return numbers.X, numbers.targets if loss == "least_squares" else numbers.labels


def lambda_max(numbers, loss):
    """The smallest lambda with w = 0, by the formula of the lecture."""
    formula = lasso_lambda_max if loss == "least_squares" else sparse_logistic_lambda_max
    return formula(*data(numbers, loss))


def slope(loss, w, X, y):
    """The gradient (d) of the mean loss at w, by hand: the mean of (prediction - target) x."""
    score = X @ w
    if loss == "least_squares":
        return 2 * np.mean((score - y) * X.T, axis=1)
    return np.mean((expit(score) - (y + 1) / 2) * X.T, axis=1)


def search(loss, w, X, y, lam):
    """The minimiser by proximal gradient descent from w."""
    gradient = squared_loss_gradient if loss == "least_squares" else logistic_loss_gradient
    step = len(y) / np.linalg.norm(X, 2) ** 2 / 2
    return proximal_gradient(w, lambda w: gradient(w, X, y), lam, step)


@both
@pytest.mark.claim("optimal")
def test_every_drawn_point_is_optimal(figure, numbers, loss):
    for lam, w in zip(*coefficients(figure, loss), strict=True):
        g, on = slope(loss, w, *data(numbers, loss)), w != 0
        np.testing.assert_allclose(g[on], -lam * np.sign(w[on]), rtol=0, atol=1e-11)
        assert np.all(np.abs(g[~on]) <= lam * (1 + 1e-12)), f"a zero at lambda {lam} is not optimal"


@both
@pytest.mark.claim("optimal")
def test_minimiser_does_not_depend_on_the_start(numbers, loss):
    path, rng = getattr(numbers, loss), np.random.default_rng(1)
    for k in (20, 60, 100):
        w = search(loss, rng.normal(size=8), *data(numbers, loss), path.lam[k])
        np.testing.assert_allclose(w, path.w[k], rtol=0, atol=1e-11)


@both
@pytest.mark.claim("norm-never-increases")
def test_drawn_norm_never_increases(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    norm = np.linalg.norm(w, 1, axis=1)
    assert np.all(np.diff(lam) > 0)
    assert np.all(np.diff(norm[: TOP + 1]) < 0)
    assert np.all(norm[TOP:] == 0)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 1), st.floats(0.3, 1))
@pytest.mark.claim("norm-never-increases")
def test_norm_never_increases_for_other_data(seed, large, part):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 4)), rng.choice([-1.0, 1.0], 30)
    spread = np.linalg.norm(X, 2) ** 2 / 30
    for gradient, L in (squared_loss_gradient, 2 * spread), (logistic_loss_gradient, spread / 4):
        norm = [
            np.abs(
                proximal_gradient(np.zeros(4), lambda w, f=gradient: f(w, X, y), lam, 1 / L)
            ).sum()
            for lam in (part * large, large)
        ]
        assert norm[1] <= norm[0] + 1e-10


@both
@pytest.mark.claim("zero-from-lambda-max")
def test_all_coefficients_are_zero_from_lambda_max(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    above = lam >= lambda_max(numbers, loss) * (1 - 1e-12)
    assert above.sum() == 28 + 1
    assert np.all(w[above] == 0)
    assert np.all((w[~above] != 0).any(axis=1))


@both
@pytest.mark.claim("zero-from-lambda-max")
def test_dotted_lines_are_at_lambda_max(figure, numbers, loss):
    for axes in column(figure, loss):
        (dotted,) = artists(axes, "lambda-max")
        assert dotted.get_linestyle() == ":"
        assert set(dotted.get_xdata()) == {getattr(numbers, loss).lam_max}
    assert dotted.get_xdata()[0] == pytest.approx(lambda_max(numbers, loss), rel=1e-12)
    texts = {text.get_text(): text for text in column(figure, loss)[0].texts}
    value = {"least_squares": "2.86", "logistic": "0.184"}[loss]
    name = texts[f"$𝜆_{{\\max}}$\n= {value}"]
    assert name.xy == (dotted.get_xdata()[0], 3.1)
    assert float(value) == rounded(lambda_max(numbers, loss), 3)
    words = texts["all $w_j = 0$"]
    beyond = words.get_window_extent().x0
    assert beyond > words.axes.transData.transform(dotted.get_xydata()[0])[0]
    assert words.xy == (getattr(numbers, loss).lam[-1], 0)
    assert words.get_ha() == "right"


@both
@pytest.mark.claim("support-recovered")
def test_support_is_the_true_one_in_the_shaded_range_only(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    here = ((w != 0) == (numbers.true_w != 0)).all(axis=1)
    for axes in column(figure, loss):
        (shade,) = artists(axes, "recovered")
        first, last = shade.get_bbox().get_points()[:, 0]
        assert [first, last] == getattr(numbers, loss).recovered.tolist()
        inside = (lam >= first) & (lam < last)
        assert np.array_equal(here, inside)
    (words,) = [text for text in column(figure, loss)[0].texts if "exactly" in text.get_text()]
    assert words.get_text() == "exactly\nthe true\nzeros"
    assert words.xy == (lam[getattr(numbers, loss).middle], 2.6)


@both
@pytest.mark.claim("shrunk")
def test_arrows_are_labelled_in_the_shaded_range(figure, numbers, loss):
    path, panel = getattr(numbers, loss), column(figure, loss)[0]
    (words,) = [text for text in panel.texts if text.get_text() == "shrunk"]
    assert words.xy == (path.lam[path.middle], -1.8)


@both
@pytest.mark.claim("support-recovered")
def test_support_is_the_true_one_at_the_stated_ends(prompt, numbers, loss):
    stated = numbers_in(prompt.caption)[2:6]
    recovered = getattr(numbers, loss).recovered
    for lam, end in zip(
        stated[:2] if loss == "least_squares" else stated[2:], recovered, strict=True
    ):
        assert lam == rounded(end, 2)
    for lam, inside in zip(
        np.outer(recovered, [1 - 1e-6, 1 + 1e-6]).flat, (0, 1, 1, 0), strict=True
    ):
        w = search(loss, numbers.true_w, *data(numbers, loss), lam)
        assert np.array_equal(w != 0, numbers.true_w != 0) == inside


@both
@pytest.mark.claim("support-recovered")
def test_no_coefficient_is_zero_by_rounding(numbers, loss):
    path = getattr(numbers, loss)
    for lam, w, before in zip(path.lam[1:], path.w[1:], path.w[:-1], strict=True):
        g, zero, vanishes = slope(loss, w, *data(numbers, loss)), w == 0, (w == 0) & (before != 0)
        assert np.all(np.abs(w[~zero]) > 1e-5)
        assert np.all(np.abs(g[zero & ~vanishes]) < lam * (1 - 1e-4))
        np.testing.assert_allclose(np.abs(g[vanishes]), lam, rtol=1e-6)


@both
@pytest.mark.claim("shrunk")
def test_coefficients_are_shrunk_where_the_zeros_are_right(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    first, last = getattr(numbers, loss).recovered
    for row in w[(lam >= first) & (lam < last)]:
        assert np.all(row[SUPPORT] * np.sign(numbers.true_w[SUPPORT]) > 0)
        assert np.all(np.abs(row[SUPPORT]) < np.abs(numbers.true_w[SUPPORT]))


@both
@pytest.mark.claim("shrunk")
def test_arrows_lead_from_true_values_to_coefficients(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    path = getattr(numbers, loss)
    first, last = path.recovered
    here = [k for k, value in enumerate(lam) if first <= value < last]
    assert type(path.middle) is int
    assert path.middle == (here[0] + here[-1]) // 2
    arrows = artists(column(figure, loss)[0], "shrinkage")
    at = path.middle - np.array([0, 5, 10])
    for j, k, arrow in zip(SUPPORT, at, arrows, strict=True):
        assert arrow.xyann == (lam[k], numbers.true_w[j])
        assert arrow.xy == (lam[k], w[k, j])


@both
@pytest.mark.claim("shrunk")
def test_arrows_are_in_the_shaded_range(figure, numbers, loss):
    first, last = getattr(numbers, loss).recovered
    assert all(
        first < arrow.xy[0] < last for arrow in artists(column(figure, loss)[0], "shrinkage")
    )


def test_note_lists_the_coefficients_that_start_too_far_from_zero(figure, numbers):
    (note,) = artists(column(figure, "logistic")[0], "start")
    assert (
        note.get_text()
        == f"from {numbers.labels.size} labels,\n$w_6$ and $w_3$ start\ntoo far from 0"
    )
    assert note.get_position()[0] == pytest.approx(numbers.logistic.lam[0], rel=0.02)
    starts, true_w = np.abs(coefficients(figure, "logistic")[1][0]), np.abs(numbers.true_w)
    assert [j + 1 for j in SUPPORT if starts[j] > 1.1 * true_w[j]] == [3, 6]


def test_vertical_labels_are_aligned(figure):
    boxes = [axes.yaxis.label.get_window_extent() for axes in column(figure, "least_squares")]
    assert boxes[0].x1 == pytest.approx(boxes[1].x1, abs=0.5)


@both
@pytest.mark.claim("nonzeros")
def test_strip_counts_the_nonzeros(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    (steps,) = artists(column(figure, loss)[1], "nonzeros")
    drawn = steps.get_xydata().T
    assert drawn.tolist() == [lam.tolist(), [np.count_nonzero(row) for row in w]]
    assert getattr(numbers, loss).nonzeros.tolist() == drawn[1].tolist()
    assert getattr(numbers, loss).nonzeros.dtype == np.int64
    assert steps.get_drawstyle() == "steps-post"


@both
@pytest.mark.claim("nonzeros")
def test_steps_are_where_curves_end(figure, loss):
    lam, count = artists(column(figure, loss)[1], "nonzeros")[0].get_xydata().T
    ends = []
    for curve in curves(figure, loss):
        x, value = curve.get_xydata()[~np.isnan(curve.get_ydata())].T
        assert value[-1] == 0
        assert np.all(value[:-1] != 0)
        ends.append(x[-1])
    assert lam[1:][np.diff(count) < 0].tolist() == sorted(ends)


def test_curvature_bounds_match_each_loss(numbers, monkeypatch):
    bounds = []

    def record(gradient, largest_curvature, true_w, decades):
        bounds.append(largest_curvature)

    monkeypatch.setattr(scripts.lasso_path, "follow_path", record)
    scripts.lasso_path.compute()
    largest = np.linalg.eigvalsh(numbers.X.T @ numbers.X / len(numbers.X))[-1]
    np.testing.assert_allclose(bounds, [2 * largest, largest / 4])


def test_data_are_drawn_in_the_stated_order(numbers):
    rng = np.random.default_rng(7)
    X, noise, uniform = rng.normal(size=(120, 8)), rng.normal(size=120), rng.random(120)
    assert numbers.true_w.tolist() == [2, 0, -1.5, 0, 0, 1, 0, 0]
    np.testing.assert_array_equal(numbers.X, X)
    np.testing.assert_allclose(numbers.targets - X @ numbers.true_w, noise, rtol=0, atol=1e-14)
    chance = expit(X @ numbers.true_w)
    assert numbers.labels.tolist() == (1 - 2.0 * (uniform > chance)).tolist()
    assert np.abs(uniform - chance).min() > 1e-4, "a label depends on rounding"


@both
def test_lambdas_are_log_spaced(numbers, loss):
    path = getattr(numbers, loss)
    vanishes = ((path.w[1:] == 0) & (path.w[:-1] != 0)).any(axis=1) & (path.lam[1:] < path.lam_max)
    grid = np.delete(path.lam, 1 + np.flatnonzero(vanishes))
    np.testing.assert_allclose(np.diff(np.log10(grid)), 1 / 40, rtol=1e-11)
    np.testing.assert_allclose(grid[[0, -1]] / path.lam_max, [10**-2.5, 10**0.7], rtol=1e-12)
    assert len(grid) == 129
    assert path.lam[TOP] == path.lam_max


@both
def test_computed_path_is_drawn(figure, numbers, loss):
    path = getattr(numbers, loss)
    lam, w = coefficients(figure, loss)
    assert np.array_equal(lam, path.lam)
    assert np.array_equal(w, path.w)


@both
def test_curves_end_where_they_reach_zero(figure, loss):
    for curve in curves(figure, loss):
        values = curve.get_ydata()
        last = np.flatnonzero(~np.isnan(values))[-1:]
        assert np.all(values[last] == 0)
        assert np.all(np.isnan(values[TOP + 1 :]))


@both
def test_true_support_is_solid_and_labelled(figure, numbers, loss):
    with look.theme("light"):
        kernel, reference = look.color("kernel"), look.color("reference")
    path = getattr(numbers, loss)
    texts = {text.get_text(): text for text in column(figure, loss)[0].texts}
    for j, line in enumerate(curves(figure, loss)):
        expected = (kernel, "-") if j in SUPPORT else (reference, "--")
        assert (line.get_color(), line.get_linestyle()) == expected, f"w{j + 1}"
        assert j in SUPPORT or line.get_linewidth() == look.FINE
        assert (f"$w_{j + 1}$" in texts) == (j in SUPPORT)
    words = texts["five with true value 0"]
    assert (words.xy, len(ZEROS)) == ((path.lam[0], 0), 5)
    for j in SUPPORT:
        name = texts[f"$w_{j + 1}$"]
        assert name.xy == (path.lam[0], path.w[0, j])
        assert (name.get_color(), name.get_ha()) == (kernel, "right")


@both
def test_true_values_are_labelled_lines(figure, numbers, loss):
    panel, _ = column(figure, loss)
    path, lines = getattr(numbers, loss), artists(panel, "true-value")
    texts = {text.get_text(): text for text in panel.texts}
    for j, line in zip(SUPPORT, lines, strict=True):
        (ends,) = line.get_segments()
        assert ends.tolist() == [[lam, numbers.true_w[j]] for lam in path.lam[[0, -1]]]
        name = texts[f"true $w_{j + 1}$"]
        assert name.xy == (path.lam[-1], numbers.true_w[j])
        assert name.get_ha() == "right"
        with look.theme("light"):
            assert same_color(line.get_color()[0], look.color("reference"))


@both
def test_axes_are_labelled_and_ticked(figure, numbers, loss):
    panel, strip = column(figure, loss)
    path = getattr(numbers, loss)
    assert (strip.get_xlabel(), strip.get_xscale()) == ("$𝜆$ (log scale)", "log")
    assert strip.get_xlim() == panel.get_xlim() == (path.lam[0] / 2.4, path.lam[-1])
    assert (panel.get_ylim(), strip.get_ylim()) == ((-2.1, 3.1), (-0.6, 8.6))
    assert strip.get_yticks().tolist() == [0, 3, 8]
    seen = [x for x in strip.get_xticks() if path.lam[0] <= x <= path.lam[-1]]
    assert len(seen) >= 3
    np.testing.assert_array_equal(np.log10(seen) % 1, 0)


def test_left_column_labels_the_vertical_axes(figure):
    panel, strip = column(figure, "least_squares")
    assert (panel.get_ylabel(), strip.get_ylabel()) == ("coefficient $w_j$", "nonzeros")
    for value, words in tick_labels(figure):
        assert numbers_in(words) == [pytest.approx(value, rel=1e-12, abs=1e-12)]


def rounded(value, digits):
    """Value with this many significant digits."""
    return float(f"{value:.{digits}g}")


def test_caption_numbers_match(prompt, numbers):
    paths = numbers.least_squares, numbers.logistic
    ranges = [rounded(lam, 2) for path in paths for lam in path.recovered]
    edges = [rounded(path.lam_max, 3) for path in paths]
    counts = [len(SUPPORT), len(numbers.true_w)]
    start = numbers.logistic.w[0, 5].round(2)
    samples = numbers.targets.size
    expected = [*counts, *ranges, 0, *edges, 0, samples, start, numbers.true_w[5]]
    assert numbers_in(prompt.caption) == expected


def test_alt_numbers_match(prompt, numbers):
    assert numbers_in(prompt.alt) == [0, 0]
    assert "the five whose true value is 0 vanish first, then the other three" in prompt.alt
    for path in (numbers.least_squares, numbers.logistic):
        first_zero = np.array([path.lam[path.w[:, j] == 0].min() for j in range(8)])
        assert first_zero[ZEROS].max() < first_zero[SUPPORT].min()


def test_description_numbers_match(prompt, numbers):
    squares, logistic = numbers.least_squares, numbers.logistic
    gone = [rounded(squares.lam[squares.w[:, j] == 0].min(), 2) for j in (5, 2)]
    edges = [rounded(path.lam_max, 3) for path in (squares, logistic)]
    first, last = (rounded(lam, 2) for lam in squares.recovered)
    arrows = [
        (rounded(squares.lam[at], 2), numbers.true_w[j], squares.w[at, j].round(2))
        for j, at in zip(SUPPORT, squares.middle - np.array([0, 5, 10]), strict=True)
    ]
    start, start_logistic = (
        [*w[[0, 5, 2]].round(2), w[ZEROS].min().round(2), w[ZEROS].max().round(2)]
        for w in (squares.w[0], logistic.w[0])
    )
    assert numbers_in(prompt.description) == [
        0, 2, 1, -1.5, 0,
        rounded(squares.lam[0], 2), *start[:3], squares.nonzeros[0], 0, 0, *gone, edges[0],
        0, *start[3:], 0, first, last, 3, 0,
        *np.ravel(arrows),
        rounded(logistic.lam[0], 2), *start_logistic, logistic.nonzeros[0], 0,
        *(rounded(lam, 2) for lam in logistic.recovered), 0, *edges,
    ]  # fmt: skip


@image_test("lasso_path")
def test_picture(picture):
    return picture
