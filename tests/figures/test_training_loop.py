"""Guards of training_loop."""

from lecture.training import LOSSES, training_step

import numpy as np
import pytest
import torch
from tests.support.artists import line, texts, tick_labels
from tests.support.pictures import image_test
from scipy.special import expit, logsumexp, softmax
from scripts.training_loop import draw, targets_from
from tests.support.words import numbers_in

TASKS = pytest.mark.parametrize("task", LOSSES)
SEED = 4


def by_hand(task, inputs, targets, weight):
    """The mean loss of a linear model and its gradient (k, d), worked out on paper."""
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


def descend(training, inputs, keep):
    """The losses of steps by hand, with ``keep`` times the last direction in the next one."""
    weight, direction, losses = training.weight.copy(), 0, []
    for _ in training.zeroed:
        loss, gradient = by_hand(training.task, inputs, training.targets, weight)
        losses.append(loss)
        direction = keep * direction + gradient
        weight = weight - training.step_size * direction
    return losses


def sgd(training, inputs, momentum):
    """The losses of torch.optim.SGD."""
    weight = torch.tensor(training.weight, requires_grad=True)
    optimizer = torch.optim.SGD([weight], training.step_size, momentum=momentum, dampening=0)
    losses = []
    for _ in training.zeroed:
        scores = torch.tensor(inputs) @ weight.T
        loss = LOSSES[training.task](scores, torch.tensor(training.targets))
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


@pytest.fixture
def training(numbers, task):
    """The numbers of one task."""
    (found,) = (training for training in numbers.trainings if training.task == task)
    return found


@pytest.fixture
def zeroed(figure, task):
    """The drawn loss at each step with zeroed gradients."""
    return line(figure, f"{task}, gradients zeroed")[:, 1]


@pytest.fixture
def unzeroed(figure, task):
    """The drawn loss at each step without zeroing."""
    return line(figure, f"{task}, gradients not zeroed")[:, 1]


@pytest.mark.claim("gradient-descent")
@TASKS
def test_zeroed_loop_steps_against_the_gradient(zeroed, training, numbers):
    expected = descend(training, numbers.inputs, keep=0)
    np.testing.assert_allclose(zeroed, expected, rtol=1e-12)


@pytest.mark.claim("matches-torch")
@TASKS
def test_zeroed_loop_is_sgd(zeroed, training, numbers):
    np.testing.assert_allclose(zeroed, sgd(training, numbers.inputs, momentum=0), rtol=1e-12)


@pytest.mark.claim("gradients-accumulate")
@TASKS
def test_unzeroed_gradient_is_the_sum_of_all_so_far(training, numbers, unzeroed):
    model = torch.nn.Linear(2, len(training.weight), bias=False, dtype=torch.float64)
    model.load_state_dict({"weight": torch.tensor(training.weight)})
    batch, total = (numbers.inputs, training.targets), 0
    for drawn in unzeroed:
        loss, gradient = by_hand(training.task, *batch, model.weight.detach().numpy().copy())
        total = total + gradient
        training_step(model, LOSSES[training.task], *map(torch.tensor, batch),
                      training.step_size, zero_gradients=False)  # fmt: skip
        np.testing.assert_allclose(model.weight.grad, total, rtol=0, atol=1e-11)
        assert drawn == pytest.approx(loss, rel=1e-12)


@pytest.mark.claim("momentum-one")
@TASKS
def test_unzeroed_loop_is_sgd_with_momentum_one(unzeroed, training, numbers):
    np.testing.assert_allclose(unzeroed, sgd(training, numbers.inputs, momentum=1), rtol=1e-11)


@pytest.mark.claim("momentum-one")
@TASKS
def test_unzeroed_loop_keeps_all_of_the_last_direction(unzeroed, training, numbers):
    np.testing.assert_allclose(unzeroed, descend(training, numbers.inputs, keep=1), rtol=1e-11)


@pytest.mark.claim("zeroed-settles")
@TASKS
def test_zeroed_loss_falls_at_every_step(zeroed):
    assert (np.diff(zeroed) < -1e-6).all()


@pytest.mark.claim("zeroed-settles")
@TASKS
def test_zeroed_loss_ends_below_a_tenth_of_its_start(zeroed):
    assert zeroed[-1] < zeroed[0] / 10


@pytest.mark.claim("zeroed-settles")
@TASKS
def test_zeroed_loss_is_level_in_the_last_ten_steps(zeroed):
    assert zeroed[-11] < 1.1 * zeroed[-1]


@pytest.mark.claim("unzeroed-never-settles")
@TASKS
def test_unzeroed_loss_ends_ten_times_higher(zeroed, unzeroed):
    assert unzeroed[-1] > 10 * zeroed[-1]


@pytest.mark.claim("unzeroed-never-settles")
@TASKS
def test_unzeroed_loss_is_ten_times_higher_in_the_last_twenty_steps(zeroed, unzeroed):
    assert (unzeroed[-20:] > 10 * zeroed[-1]).all()


def test_problems_are_drawn_in_the_order_of_the_prompt(numbers):
    rng = np.random.default_rng(SEED)
    inputs = rng.standard_normal((40, 2))
    assert np.array_equal(numbers.inputs, inputs)
    shapes = zip(numbers.trainings, (1, 1, 3), (0.05, 3, 3), strict=True)
    for training, k, step_size in shapes:
        true_weight = rng.standard_normal((k, 2))
        scores = np.einsum("nd,kd->nk", inputs, true_weight) + rng.standard_normal((40, k)) / 2
        targets = {
            "regression": scores,
            "binary classification": np.heaviside(scores, 0),
            "multi-class classification": np.array(
                [row.index(max(row)) for row in scores.tolist()]
            ),
        }[training.task]
        np.testing.assert_allclose(training.targets, targets, rtol=1e-12, atol=1e-14)
        assert training.targets.dtype == targets.dtype
        assert np.array_equal(training.weight, 5 * rng.standard_normal((k, 2)))
        assert training.step_size == step_size
    assert tuple(training.task for training in numbers.trainings) == tuple(LOSSES)


def test_labels_are_one_where_the_score_is_positive():
    scores = np.array([[-1.0], [0.0], [0.5]])
    assert targets_from(scores, "binary classification").tolist() == [[0], [0], [1]]


@TASKS
def test_everything_drawn_is_what_was_computed(figure, numbers, training, task):
    for way, loss in (("zeroed", training.zeroed), ("not zeroed", training.unzeroed)):
        drawn = line(figure, f"{task}, gradients {way}")
        assert drawn[:, 0].tolist() == list(range(61))
        assert np.array_equal(drawn[:, 1], loss)
    assert numbers.step.dtype == np.int64
    assert training.zeroed[0] == training.unzeroed[0], "the loops start at other weights"


def test_each_line_is_named_at_its_end(figure, numbers):
    for axes, training in zip(figure.axes, numbers.trainings, strict=True):
        ends = {
            f"gradients not\nzeroed: {training.unzeroed[-1]:#.3g}": training.unzeroed[-1],
            f"gradients\nzeroed: {training.zeroed[-1]:#.3g}": training.zeroed[-1],
        }
        assert {text.get_text(): text.xy for text in axes.texts} == {
            words: (60, loss) for words, loss in ends.items()
        }
        for text, curve in zip(axes.texts, axes.lines, strict=True):
            assert text.get_color() == curve.get_color(), "a name wears the other line's colour"
        solid, dashed = reversed(axes.lines)
        assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
        assert solid.get_color() != dashed.get_color()
    assert len(texts(figure)) == 6


def test_titles_name_the_tasks_and_their_losses(figure):
    assert [axes.get_title("left") for axes in figure.axes] == [
        "Regression: mse_loss",
        "Binary classification: binary_cross_entropy_with_logits",
        "Multi-class classification: cross_entropy",
    ]
    for axes, task in zip(figure.axes, LOSSES, strict=True):
        assert {curve.get_label().split(",")[0] for curve in axes.lines} == {task}


def test_panels_have_logarithmic_axes(figure, numbers):
    for axes, training, top in zip(figure.axes, numbers.trainings, (200, 20, 10), strict=True):
        assert (axes.get_yscale(), axes.get_xscale()) == ("log", "linear")
        assert (axes.get_ylim(), axes.get_xlim()) == ((0.1, top), (-1, 60.5))
        assert training.unzeroed.max() < top, "a curve is cut off"
        assert axes.get_ylabel() == "loss"
        powers = [power for power in (0.1, 1, 10, 100) if power <= top]
        labels = [label.get_text() for label in axes.get_yticklabels()]
        assert axes.get_yticks().tolist() == powers
        assert labels == [f"{power:g}" for power in powers]
    assert [axes.get_xlabel() for axes in figure.axes] == ["", "", "step"]
    for place, label in tick_labels(figure):
        assert float(label.replace("−", "-")) == pytest.approx(place, abs=1e-12)


def test_a_factor_of_ten_is_one_height_in_all_panels(figure):
    figure.draw_without_rendering()
    heights = [np.diff(axes.transData.transform([(0, 1), (0, 10)])[:, 1]) for axes in figure.axes]
    assert np.ptp(heights) < 1, heights


def test_words_tell_the_numbers(prompt, numbers):
    zeroed = {training.task: training.zeroed for training in numbers.trainings}
    unzeroed = {training.task: training.unzeroed for training in numbers.trainings}
    turns = max(int((np.diff(loss) > 0).argmax()) for loss in unzeroed.values())
    told = [
        float(f"{loss:.3g}")
        for task in LOSSES
        for loss in (zeroed[task][0], zeroed[task][-1], unzeroed[task][-1])
    ]
    assert numbers_in(prompt.caption) == [numbers.step[-1], 1, 10]
    assert numbers_in(prompt.alt) == [0, numbers.step[-1], turns, *told]


@image_test("training_loop")
def test_picture(numbers, theme):
    return draw(numbers)
