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

ZEROS = [1, 3, 4, 6, 7]  # where the true w is 0
SUPPORT = [0, 2, 5]  # where it is not
PENALTY = r"$\mathbfit{\lambda}\,\mathbf{\|}\mathbfit{w}\mathbf{\|_1}$"
TITLES = {
    "least_squares": f"Least squares + {PENALTY}: sparse but shrunk",
    "logistic": f"Logistic regression + {PENALTY}: likewise",
}
AT_LAMBDA_MAX = 100 + 7  # its index: steps of the grid and breakpoints below it
GRADIENT = {"least_squares": squared_loss_gradient, "logistic": logistic_loss_gradient}
CURVATURE = {"least_squares": 2, "logistic": 1 / 4}  # largest second derivative of the loss
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
    y = numbers.targets if loss == "least_squares" else numbers.labels
    return numbers.X, y


def lambda_max(numbers, loss):
    """The smallest lambda with w = 0, by the formula of the lecture."""
    formula = lasso_lambda_max if loss == "least_squares" else sparse_logistic_lambda_max
    return formula(*data(numbers, loss))


def slope(loss, w, X, y):
    """The gradient (d) of the mean loss at w, by hand."""
    score = X @ w
    if loss == "least_squares":
        return 2 * np.mean((score - y) * X.T, axis=1)
    return np.mean((expit(score) - (y + 1) / 2) * X.T, axis=1)


def search(loss, w, X, y, lam):
    """The minimiser by proximal gradient descent from w."""
    lipschitz = CURVATURE[loss] * np.linalg.norm(X, 2) ** 2 / len(y)  # of the gradient
    return proximal_gradient(w, lambda w: GRADIENT[loss](w, X, y), lam, 1 / lipschitz)


@both
@pytest.mark.claim("optimal")
def test_every_drawn_point_is_optimal(figure, numbers, loss):
    for lam, w in zip(*coefficients(figure, loss), strict=True):
        g = slope(loss, w, *data(numbers, loss))
        on = w != 0
        np.testing.assert_allclose(g[on], -lam * np.sign(w[on]), rtol=0, atol=1e-11)
        assert np.all(np.abs(g[~on]) <= lam * (1 + 1e-12)), f"a zero at lambda {lam} is not optimal"


@both
@pytest.mark.claim("optimal")
def test_minimiser_does_not_depend_on_the_start(numbers, loss):
    path = getattr(numbers, loss)
    rng = np.random.default_rng(1)
    for k in (20, 60, 100):
        w = search(loss, rng.normal(size=8), *data(numbers, loss), path.lam[k])
        np.testing.assert_allclose(w, path.w[k], rtol=0, atol=1e-11)


@both
@pytest.mark.claim("norm-never-increases")
def test_drawn_norm_never_increases(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    norm = np.linalg.norm(w, 1, axis=1)
    assert np.all(np.diff(lam) > 0)
    assert np.all(np.diff(norm[: AT_LAMBDA_MAX + 1]) < 0)
    assert np.all(norm[AT_LAMBDA_MAX:] == 0)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 1), st.floats(0.3, 1))
@pytest.mark.claim("norm-never-increases")
def test_norm_never_increases_for_other_data(seed, lam, part):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(30, 4))
    y = rng.choice([-1.0, 1.0], 30)
    for loss in TITLES:
        at_lam = search(loss, np.zeros(4), X, y, lam)
        below = search(loss, np.zeros(4), X, y, part * lam)
        assert np.abs(at_lam).sum() <= np.abs(below).sum() + 1e-10


@both
@pytest.mark.claim("zero-from-lambda-max")
def test_all_coefficients_are_zero_from_lambda_max(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    above = lam >= lambda_max(numbers, loss) * (1 - 1e-12)
    assert above.sum() == 28 + 1  # steps of the grid above lambda_max, and lambda_max
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


@both
def test_lambda_max_and_the_range_above_it_are_labelled(figure, numbers, loss):
    panel, _ = column(figure, loss)
    path = getattr(numbers, loss)
    texts = {text.get_text(): text for text in panel.texts}
    value = {"least_squares": "2.86", "logistic": "0.184"}[loss]
    name = texts[f"$𝜆_{{\\max}}$\n= {value}"]
    assert name.xy == (path.lam_max, 3.1)
    assert float(value) == rounded(lambda_max(numbers, loss), 3)
    words = texts["all $w_j = 0$"]
    line, _ = panel.transData.transform((path.lam_max, 0))
    assert words.get_window_extent().x0 > line
    assert words.xy == (path.lam[-1], 0)
    assert words.get_ha() == "right"


@both
@pytest.mark.claim("support-recovered")
def test_support_is_the_true_one_in_the_shaded_range_only(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    is_true_support = ((w != 0) == (numbers.true_w != 0)).all(axis=1)
    for axes in column(figure, loss):
        (shade,) = artists(axes, "recovered")
        first, last = shade.get_bbox().get_points()[:, 0]
        assert [first, last] == getattr(numbers, loss).recovered.tolist()
        inside = (lam >= first) & (lam < last)
        assert np.array_equal(is_true_support, inside)
    panel, _ = column(figure, loss)
    (words,) = [text for text in panel.texts if "exactly" in text.get_text()]
    assert words.get_text() == "exactly\nthe true\nzeros"
    assert words.xy == (lam[getattr(numbers, loss).middle], 2.6)


@both
@pytest.mark.claim("shrunk")
def test_arrows_are_labelled_in_the_shaded_range(figure, numbers, loss):
    path = getattr(numbers, loss)
    panel, _ = column(figure, loss)
    (words,) = [text for text in panel.texts if text.get_text() == "shrunk"]
    assert words.xy == (path.lam[path.middle], -1.8)


@both
@pytest.mark.claim("support-recovered")
def test_support_changes_at_the_ends_of_the_range(numbers, loss):
    def is_true_support(lam):
        w = search(loss, numbers.true_w, *data(numbers, loss), lam)
        return np.array_equal(w != 0, numbers.true_w != 0)

    first, last = getattr(numbers, loss).recovered
    assert not is_true_support(first * (1 - 1e-6))
    assert is_true_support(first * (1 + 1e-6))
    assert is_true_support(last * (1 - 1e-6))
    assert not is_true_support(last * (1 + 1e-6))


@both
@pytest.mark.claim("support-recovered")
def test_no_coefficient_is_zero_by_rounding(numbers, loss):
    path = getattr(numbers, loss)
    for k in range(1, len(path.lam)):
        lam, w = path.lam[k], path.w[k]
        g = np.abs(slope(loss, w, *data(numbers, loss)))
        zero = w == 0
        vanishes = zero & (path.w[k - 1] != 0)
        assert np.all(np.abs(w[~zero]) > 1e-5)
        assert np.all(g[zero & ~vanishes] < lam * (1 - 1e-4))
        np.testing.assert_allclose(g[vanishes], lam, rtol=1e-6)


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
    inside = [k for k, value in enumerate(lam) if first <= value < last]
    assert type(path.middle) is int
    assert path.middle == (inside[0] + inside[-1]) // 2
    panel, _ = column(figure, loss)
    arrows = artists(panel, "shrinkage")
    indices = path.middle - np.array([0, 5, 10])
    for j, k, arrow in zip(SUPPORT, indices, arrows, strict=True):
        assert arrow.xyann == (lam[k], numbers.true_w[j])
        assert arrow.xy == (lam[k], w[k, j])


@both
@pytest.mark.claim("shrunk")
def test_arrows_are_in_the_shaded_range(figure, numbers, loss):
    first, last = getattr(numbers, loss).recovered
    panel, _ = column(figure, loss)
    assert all(first < arrow.xy[0] < last for arrow in artists(panel, "shrinkage"))


def test_note_lists_the_coefficients_that_start_too_far_from_zero(figure, numbers):
    panel, _ = column(figure, "logistic")
    (note,) = artists(panel, "start")
    words = f"from {numbers.labels.size} labels,\n$w_6$ and $w_3$ start\ntoo far from 0"
    assert note.get_text() == words
    assert note.get_position()[0] == pytest.approx(numbers.logistic.lam[0], rel=0.02)
    _, w = coefficients(figure, "logistic")
    assert [j + 1 for j in SUPPORT if w[0, j] / numbers.true_w[j] > 1.1] == [3, 6]


def test_vertical_labels_are_aligned(figure):
    boxes = [axes.yaxis.label.get_window_extent() for axes in column(figure, "least_squares")]
    assert boxes[0].x1 == pytest.approx(boxes[1].x1, abs=0.5)


@both
@pytest.mark.claim("nonzeros")
def test_strip_counts_the_nonzeros(figure, numbers, loss):
    lam, w = coefficients(figure, loss)
    _, strip = column(figure, loss)
    (steps,) = artists(strip, "nonzeros")
    drawn_lam, drawn_count = steps.get_xydata().T
    nonzeros = getattr(numbers, loss).nonzeros
    assert nonzeros.tolist() == [np.count_nonzero(row) for row in w]
    assert nonzeros.dtype == np.int64
    assert drawn_lam.tolist() == lam.tolist()
    assert drawn_count.tolist() == nonzeros.tolist()
    assert steps.get_drawstyle() == "steps-post"


@both
@pytest.mark.claim("nonzeros")
def test_steps_are_where_curves_end(figure, loss):
    _, strip = column(figure, loss)
    (steps,) = artists(strip, "nonzeros")
    lam, count = steps.get_xydata().T
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
    X = rng.normal(size=(120, 8))
    noise = rng.normal(size=120)
    uniform = rng.random(120)
    assert numbers.true_w.tolist() == [2, 0, -1.5, 0, 0, 1, 0, 0]
    np.testing.assert_array_equal(numbers.X, X)
    np.testing.assert_allclose(numbers.targets - X @ numbers.true_w, noise, rtol=0, atol=1e-14)
    chance = expit(X @ numbers.true_w)
    assert numbers.labels.tolist() == np.where(uniform < chance, 1, -1).tolist()
    assert np.abs(uniform - chance).min() > 1e-4, "a label depends on rounding"


@both
def test_lambdas_are_log_spaced(numbers, loss):
    path = getattr(numbers, loss)
    fewer = 1 + np.flatnonzero(np.diff(path.nonzeros) < 0)
    breakpoints = fewer[path.lam[fewer] < path.lam_max]  # lambda_max is on the grid
    grid = np.delete(path.lam, breakpoints)
    np.testing.assert_allclose(np.diff(np.log10(grid)), 1 / 40, rtol=1e-11)
    np.testing.assert_allclose(grid[[0, -1]] / path.lam_max, [10**-2.5, 10**0.7], rtol=1e-12)
    assert len(grid) == 129
    assert path.lam[AT_LAMBDA_MAX] == path.lam_max


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
        last = np.flatnonzero(~np.isnan(values))[-1]
        assert values[last] == 0
        assert np.all(np.isnan(values[AT_LAMBDA_MAX + 1 :]))


@both
def test_true_support_is_solid_and_labelled(figure, numbers, loss):
    with look.theme("light"):
        kernel, reference = look.color("kernel"), look.color("reference")
    path = getattr(numbers, loss)
    panel, _ = column(figure, loss)
    texts = {text.get_text(): text for text in panel.texts}
    for j, line in enumerate(curves(figure, loss)):
        expected = (kernel, "-") if j in SUPPORT else (reference, "--")
        assert (line.get_color(), line.get_linestyle()) == expected, f"w{j + 1}"
        assert j in SUPPORT or line.get_linewidth() == look.FINE
        assert (f"$w_{j + 1}$" in texts) == (j in SUPPORT)
    assert len(ZEROS) == 5
    assert texts["five with true value 0"].xy == (path.lam[0], 0)
    for j in SUPPORT:
        name = texts[f"$w_{j + 1}$"]
        assert name.xy == (path.lam[0], path.w[0, j])
        assert (name.get_color(), name.get_ha()) == (kernel, "right")


@both
def test_true_values_are_labelled_lines(figure, numbers, loss):
    panel, _ = column(figure, loss)
    path = getattr(numbers, loss)
    lines = artists(panel, "true-value")
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
    arrows = []
    for j, k in zip(SUPPORT, squares.middle - np.array([0, 5, 10]), strict=True):
        arrows += [rounded(squares.lam[k], 2), numbers.true_w[j], squares.w[k, j].round(2)]
    start = squares.w[0].round(2)
    other_start = logistic.w[0].round(2)
    assert numbers_in(prompt.description) == [
        0, 2, 1, -1.5, 0,
        rounded(squares.lam[0], 2), *start[[0, 5, 2]], squares.nonzeros[0], 0, 0, *gone, edges[0],
        0, start[ZEROS].min(), start[ZEROS].max(), 0,
        *(rounded(lam, 2) for lam in squares.recovered), 3, 0, *arrows,
        rounded(logistic.lam[0], 2), *other_start[[0, 5, 2]],
        other_start[ZEROS].min(), other_start[ZEROS].max(), logistic.nonzeros[0], 0,
        *(rounded(lam, 2) for lam in logistic.recovered), 0, *edges,
    ]  # fmt: skip


@image_test("lasso_path")
def test_picture(picture):
    return picture
