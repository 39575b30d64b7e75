"""Tests of training_loop."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from scipy.special import expit, logsumexp, softmax
from torch.optim.sgd import sgd as update

from figurepress import look
from lecture.models import linear_layer
from lecture.training import LOSSES, training_step
from tests.support.artists import all_by_gid, by_gid, tick_labels
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in

TASKS = pytest.mark.parametrize("task", LOSSES)
WAYS = pytest.mark.parametrize("way", ["zeroed", "accumulated"])
STEP_SIZE = dict(zip(LOSSES, (0.05, 3, 3), strict=True))
OUTPUTS = dict(zip(LOSSES, (1, 1, 3), strict=True))


def by_hand(task, inputs, targets, weight):
    """The mean loss of a linear model and its gradient (k, d), derived by hand."""
    scores = inputs @ weight.T
    n, k = scores.shape
    if task == "regression":
        residual = scores - targets
        return (residual**2).mean(), 2 / (n * k) * residual.T @ inputs
    if task == "binary classification":
        margin = (2 * targets - 1) * scores
        return np.logaddexp(0, -margin).mean(), (expit(scores) - targets).T @ inputs / n
    loss = (logsumexp(scores, axis=1) - scores[range(n), targets]).mean()
    return loss, (softmax(scores, axis=1) - np.eye(k)[targets]).T @ inputs / n


def descend(numbers, task, accumulate):
    """The losses of steps against the gradient, or the sum of all gradients so far, by hand."""
    targets = numbers.targets[task]
    weight = start(numbers, task)
    direction = 0
    losses = []
    for _ in range(61):
        loss, gradient = by_hand(task, numbers.inputs, targets, weight)
        losses.append(loss)
        direction = direction + gradient if accumulate else gradient
        weight = weight - STEP_SIZE[task] * direction
    return losses


def sgd(numbers, task, momentum):
    """The losses of the steps of torch.optim.SGD, without its class, which is slow to import."""
    weight = torch.tensor(start(numbers, task), requires_grad=True)
    buffers = [None]  # the momentum, which `update` sets
    losses = []
    for _ in range(61):
        scores = torch.tensor(numbers.inputs) @ weight.T
        loss = LOSSES[task](scores, torch.tensor(numbers.targets[task]))
        losses.append(loss.item())
        (gradient,) = torch.autograd.grad(loss, weight)
        with torch.no_grad():
            update(
                [weight], [gradient], buffers, lr=STEP_SIZE[task], momentum=momentum,
                dampening=0, weight_decay=0, nesterov=False, maximize=False,
            )  # fmt: skip
    return losses


def start(numbers, task):
    """The weights (k, d) at step 0."""
    return numbers.zeroed[task].parameters[0].reshape(OUTPUTS[task], 2)


def curve(figure, task, way):
    """The drawn loss curve of a task."""
    return by_gid(figure, f"{task}-{way}".replace(" ", "-"))


@pytest.fixture
def zeroed(figure, task):
    """The drawn loss before each step with zeroed gradients."""
    return curve(figure, task, "zeroed").get_ydata()


@pytest.fixture
def accumulated(figure, task):
    """The drawn loss before each step without zeroing."""
    return curve(figure, task, "accumulated").get_ydata()


@pytest.mark.claim("gradient-descent")
@TASKS
def test_zeroed_loop_steps_against_the_gradient(zeroed, numbers, task):
    np.testing.assert_allclose(zeroed, descend(numbers, task, accumulate=False), rtol=1e-12)


@pytest.mark.claim("matches-torch")
@TASKS
def test_zeroed_loop_is_sgd(zeroed, numbers, task):
    np.testing.assert_allclose(zeroed, sgd(numbers, task, momentum=0), rtol=1e-12)


@pytest.mark.claim("gradients-accumulate")
@TASKS
def test_accumulated_gradient_is_the_sum_of_all_so_far(numbers, accumulated, task):
    model = linear_layer(start(numbers, task))
    inputs, targets = numbers.inputs, numbers.targets[task]
    total = 0
    for drawn_loss in accumulated:
        loss, gradient = by_hand(task, inputs, targets, model.weight.detach().numpy().copy())
        total = total + gradient
        batch = torch.tensor(inputs), torch.tensor(targets)
        training_step(model, LOSSES[task], *batch, STEP_SIZE[task], zero_gradients=False)
        np.testing.assert_allclose(model.weight.grad, total, rtol=0, atol=1e-11)
        assert drawn_loss == pytest.approx(loss, rel=1e-12)


@pytest.mark.claim("momentum-one")
@TASKS
def test_accumulated_loop_is_sgd_with_momentum_one(accumulated, numbers, task):
    np.testing.assert_allclose(accumulated, sgd(numbers, task, momentum=1), rtol=1e-11)


@pytest.mark.claim("momentum-one")
@TASKS
def test_accumulated_loop_steps_against_the_sum_of_gradients(accumulated, numbers, task):
    np.testing.assert_allclose(accumulated, descend(numbers, task, accumulate=True), rtol=1e-11)


@pytest.mark.claim("zeroed-settles")
@TASKS
def test_zeroed_loss_falls_at_every_step(zeroed):
    assert (np.diff(zeroed) < -1e-6).all()
    assert zeroed[-1] < zeroed[0] / 10


@pytest.mark.claim("zeroed-settles")
@TASKS
def test_zeroed_loss_is_level_in_the_last_ten_steps(zeroed):
    assert zeroed[-11] < 1.1 * zeroed[-1]


@pytest.mark.claim("accumulated-never-settles")
@TASKS
def test_accumulated_loss_stays_ten_times_higher(zeroed, accumulated):
    assert (accumulated[-20:] > 10 * zeroed[-1]).all()


@pytest.mark.claim("path-is-the-loops")
@WAYS
def test_loss_at_each_point_of_the_path_is_the_drawn_loss(figure, numbers, way):
    path = by_gid(figure, f"path-{way}").get_xydata()
    losses = curve(figure, "regression", way).get_ydata()[: len(path)]
    targets = numbers.targets["regression"][:, 0]
    expected = [((numbers.inputs @ weights - targets) ** 2).mean() for weights in path]
    np.testing.assert_allclose(losses, expected, rtol=1e-12)


@pytest.mark.claim("path-is-the-loops")
def test_both_paths_begin_at_the_same_weights(figure):
    zeroed = by_gid(figure, "path-zeroed").get_xydata()
    accumulated = by_gid(figure, "path-accumulated").get_xydata()
    assert (len(zeroed), len(accumulated)) == (61, 25)
    assert zeroed[0].tolist() == accumulated[0].tolist()


@pytest.mark.claim("path-is-the-loops")
def test_zeroed_path_ends_at_the_minimum_and_accumulated_one_does_not(figure):
    (best,) = by_gid(figure, "minimum").get_xydata()
    zeroed = by_gid(figure, "path-zeroed").get_xydata()
    accumulated = by_gid(figure, "path-accumulated").get_xydata()
    assert np.linalg.norm(zeroed[-1] - best) < 0.2
    assert np.linalg.norm(accumulated[-1] - best) > 5


@pytest.mark.claim("overshoots")
def test_accumulated_path_runs_past_the_minimum_and_around_it(figure):
    (best,) = by_gid(figure, "minimum").get_xydata()
    x, y = (by_gid(figure, "path-accumulated").get_xydata() - best).T
    assert y.min() < -0.9 * y.max() < 0, "the path does not reach the other side"
    assert np.ptp(np.unwrap(np.arctan2(y, x))) > np.pi, "the path does not turn around"


def degrees_between(a, b):
    """The angle between two vectors."""
    return np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))


@pytest.mark.claim("points-back")
def test_descent_direction_points_to_the_minimum_but_the_step_does_not(figure):
    (best,) = by_gid(figure, "minimum").get_xydata()
    path = by_gid(figure, "path-accumulated").get_xydata()
    arrow = by_gid(figure, "gradient")
    assert tuple(arrow.xyann) == tuple(path[7])
    to_minimum = best - path[7]
    assert degrees_between(np.subtract(arrow.xy, arrow.xyann), to_minimum) < 45
    assert degrees_between(path[8] - path[7], to_minimum) > 90


@pytest.mark.claim("points-back")
def test_arrow_is_the_negative_gradient(figure, numbers):
    arrow = by_gid(figure, "gradient")
    targets = numbers.targets["regression"]
    _, gradient = by_hand("regression", numbers.inputs, targets, np.array([arrow.xyann]))
    np.testing.assert_allclose(numbers.gradient, gradient[0], rtol=1e-12)
    np.testing.assert_allclose(np.subtract(arrow.xy, arrow.xyann), -gradient[0] / 5, rtol=1e-12)
    with look.theme("light"):
        assert to_hex(arrow.arrow_patch.get_edgecolor()) == look.color("response")


def test_arrows_lead_along_the_accumulated_path(figure):
    path = by_gid(figure, "path-accumulated").get_xydata()
    for step, arrow in zip((7, 14), all_by_gid(figure, "onward"), strict=True):
        assert tuple(arrow.xyann) == tuple(path[step])
        np.testing.assert_allclose(arrow.xy, (path[step] + path[step + 1]) / 2, rtol=1e-12)


@pytest.mark.claim("faster-at-first")
@TASKS
def test_accumulated_loss_is_lower_after_four_steps_and_higher_after_ten(zeroed, accumulated):
    assert (accumulated[2:5] < zeroed[2:5]).all()
    assert (accumulated[10:] > zeroed[10:]).all()


@pytest.mark.claim("contours-are-the-loss")
def test_contours_are_at_their_losses(figure, numbers):
    contours = by_gid(figure, "contours")
    assert contours.levels.tolist() == [1, 10, 40, 90]
    targets = numbers.targets["regression"][:, 0]
    for level, path in zip(contours.levels, contours.get_paths(), strict=True):
        losses = [((numbers.inputs @ point - targets) ** 2).mean() for point in path.vertices]
        np.testing.assert_allclose(losses, level, rtol=0.03)


@pytest.mark.claim("contours-are-the-loss")
def test_mark_is_at_the_minimum(figure, numbers):
    (best,) = by_gid(figure, "minimum").get_xydata()
    _, gradient = by_hand("regression", numbers.inputs, numbers.targets["regression"], best[None])
    np.testing.assert_allclose(gradient, 0, atol=1e-13)
    assert numbers.best.tolist() == best.tolist()


def test_ring_is_at_the_common_start(figure):
    (ring,) = by_gid(figure, "start").get_xydata()
    assert ring.tolist() == by_gid(figure, "path-accumulated").get_xydata()[0].tolist()


def test_start_minimum_and_ends_are_labelled(figure):
    axes = by_gid(figure, "minimum").axes
    named = {text.get_text(): tuple(text.xy) for text in axes.texts}
    path = by_gid(figure, "path-accumulated").get_xydata().tolist()
    (best,) = by_gid(figure, "minimum").get_xydata().tolist()
    assert named["start"] == tuple(path[0])
    assert named["step 24"] == tuple(path[-1])
    assert named["minimum"] == tuple(best)


def test_surface_is_the_loss_of_the_regression(numbers):
    for row, column in zip(numbers.w1, numbers.w2.T, strict=True):
        assert row == pytest.approx(np.linspace(-10.5, 11.5, 101), rel=1e-12)
        assert column == pytest.approx(np.linspace(-14, 14, 101), rel=1e-12)
    targets = numbers.targets["regression"]
    for i, j in ((0, 0), (100, 0), (30, 70)):
        weight = np.array([[numbers.w1[i, j], numbers.w2[i, j]]])
        loss, _ = by_hand("regression", numbers.inputs, targets, weight)
        assert numbers.surface[i, j] == pytest.approx(loss, rel=1e-12)


def test_problems_are_drawn_in_the_order_of_the_prompt(numbers):
    rng = np.random.default_rng(4)
    inputs = rng.standard_normal((40, 2))
    assert numbers.inputs.tolist() == inputs.tolist()
    for task, k in OUTPUTS.items():
        true_weight = rng.standard_normal((k, 2))
        scores = np.einsum("nd,kd->nk", inputs, true_weight) + rng.standard_normal((40, k)) / 2
        targets = {
            "regression": scores,
            "binary classification": np.heaviside(scores, 0),
            "multi-class classification": np.array(
                [row.index(max(row)) for row in scores.tolist()]
            ),
        }[task]
        np.testing.assert_allclose(numbers.targets[task], targets, rtol=1e-12, atol=1e-14)
        assert numbers.targets[task].dtype == targets.dtype
        assert start(numbers, task).tolist() == (5 * rng.standard_normal((k, 2))).tolist()


@TASKS
@WAYS
def test_fields_are_what_is_drawn(figure, numbers, task, way):
    run = getattr(numbers, way)[task]
    drawn = curve(figure, task, way)
    assert drawn.get_xdata().tolist() == list(range(61))
    assert drawn.get_ydata().tolist() == run.loss.tolist()
    assert run.parameters.shape == (61, OUTPUTS[task] * 2)


@TASKS
@WAYS
def test_label_of_a_curve_ends_with_its_last_loss(figure, task, way):
    drawn = curve(figure, task, way)
    texts = {text.get_text(): text for text in drawn.axes.texts}
    loss = drawn.get_ydata()
    text = texts[f"{way}: {loss[-1]:#.3g}"]
    assert text.xy == (60, loss[-20:].max() if way == "accumulated" else loss[-1])
    assert text.xyann == (0, 5 if way == "accumulated" else -14)
    with look.theme("light"):
        role = "foreground" if way == "accumulated" else "response"
        assert text.get_color() == look.color(role)


def test_label_of_each_path_states_its_step(figure):
    texts = {text.get_text(): text for text in by_gid(figure, "minimum").axes.texts}
    zeroed = texts["gradients zeroed:\nstep along $-g_t$"]
    accumulated = texts["gradients accumulated:\nstep along $-(g_0 + \\ldots + g_t)$"]
    assert zeroed.xy == (1.5, 11)
    assert accumulated.xy == (-6, -13.4)
    assert zeroed.get_color() == by_gid(figure, "path-zeroed").get_color()


@WAYS
def test_path_has_a_dot_at_each_step(figure, way):
    drawn = by_gid(figure, f"path-{way}")
    assert (drawn.get_marker(), drawn.get_markevery()) == (".", None)


def test_loops_differ_in_colour_and_dash(figure):
    with look.theme("light"):
        response, reference = map(look.color, ("response", "reference"))
    zeroed = [curve(figure, task, "zeroed") for task in LOSSES]
    accumulated = [curve(figure, task, "accumulated") for task in LOSSES]
    paths = [by_gid(figure, f"path-{way}") for way in ("zeroed", "accumulated")]
    assert [line.get_color() for line in zeroed] == [response] * 3
    assert [line.get_color() for line in accumulated] == [reference] * 3
    assert [line.get_color() for line in paths] == [response, reference]
    assert {line.get_linestyle() for line in (*zeroed, paths[0])} == {"-"}
    assert {line.get_linestyle() for line in (*accumulated, paths[1])} == {"--"}


@TASKS
def test_panel_is_titled_with_its_task(figure, task):
    assert curve(figure, task, "zeroed").axes.get_title("left") == task.capitalize()


@TASKS
def test_loss_axis_is_logarithmic_and_holds_the_curves(figure, task):
    axes = curve(figure, task, "zeroed").axes
    assert axes.get_yscale() == "log"
    assert (axes.get_ylim(), axes.get_xlim()) == ((0.01, 3000), (0, 60))
    assert axes.get_ylabel() == "loss (log scale)"
    assert curve(figure, task, "accumulated").get_ydata().max() < 3000


def test_factor_of_ten_has_the_same_height_in_all_panels(figure):
    panels = [curve(figure, task, "zeroed").axes for task in LOSSES]
    heights = [np.diff(axes.transData.transform([(0, 1), (0, 10)])[:, 1]) for axes in panels]
    assert np.ptp(heights) < 1, heights


def test_only_the_last_panel_names_the_step(figure):
    panels = [curve(figure, task, "zeroed").axes for task in LOSSES]
    assert [axes.get_xlabel() for axes in panels] == ["", "", "step"]


def test_path_panel_shows_equal_scales_and_all_steps(figure):
    axes = by_gid(figure, "minimum").axes
    assert (axes.get_xlim(), axes.get_ylim()) == ((-10.5, 11.5), (-14, 14))
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_aspect()) == ("$w_1$", "$w_2$", 1)
    assert axes.get_title("left") == "Regression: accumulated gradients overshoot"
    for way in ("zeroed", "accumulated"):
        for x, y in by_gid(figure, f"path-{way}").get_xydata():
            assert axes.viewLim.contains(x, y)


def test_tick_labels_match_their_places(figure):
    for place, label in tick_labels(figure):
        assert float(label.replace("−", "-")) == pytest.approx(place, abs=1e-12)


def test_caption_and_alt_numbers_match(prompt, numbers):
    assert numbers_in(prompt.caption) == [60, 1, 10]
    assert numbers_in(prompt.alt) == []


def test_description_numbers_match(prompt, numbers):
    zeroed, accumulated = numbers.zeroed, numbers.accumulated
    last_turn = max(int((np.diff(run.loss) > 0).argmax()) for run in accumulated.values())
    losses = []
    for task in LOSSES:
        losses += [zeroed[task].loss[0], zeroed[task].loss[-1], accumulated[task].loss[-1]]
    rounded = [float(f"{loss:.3g}") for loss in losses]
    first, best = zeroed["regression"].parameters[0], numbers.best
    assert numbers_in(prompt.description) == [
        *first.round(1), *best.round(1), 24, 7, 0, 60, last_turn, *rounded,
    ]  # fmt: skip


@image_test("training_loop")
def test_picture(picture):
    return picture
