"""Section 6: the training step, losses by task, gradients that accumulate."""

from math import e, exp, log, log1p, sqrt

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from lecture.losses import logistic_loss
from lecture.models import TwoLayerNet
from lecture.training import LOSSES, gradient_norms, targets_from, train, training_step
from tests.support.random_arrays import binary_labels
from tests.support.random_arrays import normal_tensor as normal

STEP_SIZE = 0.1
seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=40, deadline=None)


def network(outputs=4, seed=1):
    """Return the network of listing 6.3: d0 = 5, d1 = 12, 4 classes by default."""
    net = TwoLayerNet(5, 12, outputs).double()
    for place, parameter in enumerate(net.parameters()):
        parameter.data = 0.5 * normal(*parameter.shape, seed=100 * seed + place)
    return net


def batch(task, seed=7, n=8):
    """Return inputs (n, 5) and targets for the loss of the task."""
    rng = np.random.default_rng(seed + 1)
    targets = {
        "regression": lambda: normal(n, 2, seed=seed + 1),
        "binary classification": lambda: torch.from_numpy(rng.integers(0, 2, (n, 1)).astype(float)),
        "multi-class classification": lambda: torch.from_numpy(rng.integers(0, 4, n)),
    }
    return normal(n, 5, seed=seed), targets[task]()


OUTPUTS = {"regression": 2, "binary classification": 1, "multi-class classification": 4}
TASKS = pytest.mark.parametrize("task", OUTPUTS)


def vector(*entries):
    return torch.tensor(entries, dtype=torch.float64)


def gradients(model):
    return [parameter.grad.clone() for parameter in model.parameters()]


def assert_same(actual, expected):
    for a, b in zip(actual, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-14)


def test_score_of_zero_is_in_class_zero():
    targets = targets_from(np.array([[-1.0], [0.0], [1.0]]), "binary classification")
    assert targets.tolist() == [[0.0], [0.0], [1.0]]


def test_misspelt_task_has_no_targets():
    with pytest.raises(KeyError):
        targets_from(np.zeros((3, 2)), "regresion")


# 6.1 The training step


def test_step_follows_the_gradient_of_the_formula():
    layer = torch.nn.Linear(5, 1, dtype=torch.float64)
    X = normal(8, 5)
    y = normal(8, 1, seed=1)
    w = layer.weight.detach().clone()
    b = layer.bias.detach().clone()
    residual = X @ w.T + b - y
    loss = training_step(layer, functional.mse_loss, X, y, STEP_SIZE)
    assert loss == pytest.approx(residual.square().mean().item(), rel=1e-12)
    w_gradient = 2 * residual.T @ X / 8
    b_gradient = 2 * residual.mean(0)
    assert_same(layer.parameters(), [w - STEP_SIZE * w_gradient, b - STEP_SIZE * b_gradient])


@TASKS
def test_steps_are_those_of_torch_sgd(task):
    ours = network(OUTPUTS[task])
    theirs = network(OUTPUTS[task])
    optimizer = torch.optim.SGD(theirs.parameters(), lr=STEP_SIZE)
    for step in range(5):
        X, y = batch(task, seed=10 * step)
        loss = LOSSES[task](theirs(X), y)
        value = training_step(ours, LOSSES[task], X, y, STEP_SIZE)
        assert value == pytest.approx(loss.item(), rel=1e-12)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        assert_same(ours.parameters(), theirs.parameters())


@TASKS
def test_steps_on_one_batch_lower_the_loss(task):
    net = network(OUTPUTS[task])
    X, y = batch(task)
    losses = [training_step(net, LOSSES[task], X, y, step_size=0.05) for _ in range(30)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.8 * losses[0]


def test_step_runs_the_model_once_and_zeroes_gradients():
    net = network()
    X, y = batch("multi-class classification")
    logit_shapes = []
    net.register_forward_hook(lambda net, inputs, logits: logit_shapes.append(tuple(logits.shape)))
    training_step(net, functional.cross_entropy, X, y, STEP_SIZE)
    assert logit_shapes == [(8, 4)]
    assert [p.grad for p in net.parameters()] == [None] * 4


def test_step_returns_a_number_without_graph():
    net = network()
    X, y = batch("multi-class classification")
    assert type(training_step(net, functional.cross_entropy, X, y, STEP_SIZE)) is float
    assert all(parameter.is_leaf and parameter.requires_grad for parameter in net.parameters())


def test_step_leaves_unused_parameters_alone():
    class HalfUsed(TwoLayerNet):
        def forward(self, X):
            return self.hidden(X)

    net = HalfUsed(5, 2, 3).double()
    head = [parameter.clone() for parameter in net.head.parameters()]
    X = normal(8, 5)
    y = normal(8, 2)
    training_step(net, functional.mse_loss, X, y, STEP_SIZE, zero_gradients=False)
    assert_same(net.head.parameters(), head)
    assert list(gradient_norms(net)) == ["hidden.weight", "hidden.bias"]


@pytest.mark.parametrize("zero_gradients", [True, False])
def test_run_records_what_precedes_each_step(zero_gradients):
    X, y = batch("regression")
    trained = network(outputs=2)
    stepped = network(outputs=2)
    options = {"step_size": STEP_SIZE, "zero_gradients": zero_gradients}
    run = train(trained, functional.mse_loss, X.numpy(), y.numpy(), steps=4, **options)
    hidden_parameters = 5 * 12 + 12
    head_parameters = 12 * 2 + 2
    assert run.parameters.shape == (4, hidden_parameters + head_parameters)
    for loss, row in zip(run.loss, run.parameters, strict=True):
        assert row.tolist() == torch.cat([p.flatten() for p in stepped.parameters()]).tolist()
        assert loss == training_step(stepped, functional.mse_loss, X, y, **options)
    assert_same(trained.parameters(), stepped.parameters())


def test_run_zeroes_gradients_by_default():
    X, y = batch("regression")

    def run(**option):
        net = network(outputs=2)
        return train(net, functional.mse_loss, X.numpy(), y.numpy(), STEP_SIZE, steps=3, **option)

    assert run().loss.tolist() == run(zero_gradients=True).loss.tolist()


def test_backward_needs_a_scalar():
    with pytest.raises(RuntimeError, match="scalar outputs"):
        network()(normal(8, 5)).backward()


# 6.2 Losses by task


def test_regression_loss_is_the_mean_squared_residual():
    predictions = normal(8, 2)
    targets = normal(8, 2, seed=1)
    pairs = zip(predictions.flatten().tolist(), targets.flatten().tolist(), strict=True)
    expected = sum((a - y) ** 2 for a, y in pairs) / (8 * 2)
    assert LOSSES["regression"](predictions, targets).item() == pytest.approx(expected, rel=1e-12)


@quick
@given(seeds)
def test_binary_loss_is_cross_entropy_of_labels_0_and_1(seed):
    logits = 3 * normal(8, seed=seed)
    labels = torch.tensor(binary_labels(8, seed=seed) + 1) / 2
    expected = 0
    for a, t in zip(logits.tolist(), labels.tolist(), strict=True):
        p = 1 / (1 + exp(-a))
        expected -= (t * log(p) + (1 - t) * log(1 - p)) / 8
    actual = LOSSES["binary classification"](logits, labels)
    assert actual.item() == pytest.approx(expected, rel=1e-11)


@quick
@given(seeds)
def test_multi_class_loss_is_log_sum_exp_minus_label_logit(seed):
    logits = 3 * normal(8, 4, seed=seed)
    labels = np.random.default_rng(seed).integers(0, 4, 8)
    rows = zip(logits.tolist(), labels.tolist(), strict=True)
    expected = sum(log(sum(map(exp, z))) - z[y] for z, y in rows) / 8
    actual = LOSSES["multi-class classification"](logits, torch.from_numpy(labels))
    assert actual.item() == pytest.approx(expected, rel=1e-12)


@TASKS
def test_every_loss_is_a_scalar(task):
    X, y = batch(task)
    outputs = network(OUTPUTS[task])(X)
    assert LOSSES[task](outputs, y).shape == ()


def test_cross_entropy_needs_integer_labels():
    logits = normal(8, 4)
    with pytest.raises(RuntimeError, match="expected target dtype"):
        functional.cross_entropy(logits, torch.ones(8, dtype=torch.float64))
    with pytest.raises(IndexError, match="out of bounds"):
        functional.cross_entropy(logits, torch.full((8,), 4))


def test_binary_cross_entropy_needs_float_labels():
    with pytest.raises(RuntimeError, match="can't be cast"):
        functional.binary_cross_entropy_with_logits(normal(8), torch.ones(8, dtype=torch.int64))


def test_two_class_cross_entropy_is_binary_cross_entropy():
    logits = normal(8, 2)
    labels = torch.tensor([0, 1] * 4)
    score = logits[:, 1] - logits[:, 0]
    binary = functional.binary_cross_entropy_with_logits(score, labels.double())
    torch.testing.assert_close(functional.cross_entropy(logits, labels), binary, rtol=1e-13, atol=0)


# 6.2 A mistake: softmax before cross entropy


def loss_after_softmax(logits, label):
    """Return the cross entropy of one sample (k) when probabilities are passed as logits."""
    return functional.cross_entropy(logits.softmax(dim=-1)[None], torch.tensor([label])).item()


def confident_in_class_0(k, logit):
    """Return logits (k) that favour class 0: label 0 is right, label 1 is wrong."""
    logits = torch.zeros(k, dtype=torch.float64)
    logits[0] = logit
    return logits


@quick
@given(st.integers(2, 10), st.floats(0, 1000), seeds)
def test_loss_after_softmax_is_bounded(k, scale, seed):
    loss = loss_after_softmax(scale * normal(k, seed=seed), label=0)
    # Lowest if the label has probability 1, highest if another class has it.
    assert log1p((k - 1) / e) - 1e-12 <= loss <= log(k - 1 + e) + 1e-12


@pytest.mark.parametrize("k", [2, 4, 10])
def test_softmax_first_penalises_a_perfect_answer(k):
    logits = confident_in_class_0(k, 100)
    assert functional.cross_entropy(logits[None], torch.tensor([0])).item() < 1e-40
    assert loss_after_softmax(logits, label=0) == pytest.approx(log1p((k - 1) / e), rel=1e-12)


@pytest.mark.parametrize("k", [2, 4, 10])
def test_softmax_first_caps_the_loss_of_a_wrong_answer(k):
    logits = confident_in_class_0(k, 100)
    loss = functional.cross_entropy(logits[None], torch.tensor([1])).item()
    assert loss == pytest.approx(100, rel=1e-12)
    assert loss_after_softmax(logits, label=1) == pytest.approx(log(k - 1 + e), rel=1e-12)


@quick
@given(st.floats(5, 30))
def test_softmax_first_removes_the_gradient_of_a_wrong_answer(logit):
    logits = confident_in_class_0(4, logit).requires_grad_()
    label = torch.tensor([1])
    loss = functional.cross_entropy(logits[None], label)
    mistaken_loss = functional.cross_entropy(logits.softmax(dim=-1)[None], label)
    (gradient,) = torch.autograd.grad(loss, logits)
    (mistaken_gradient,) = torch.autograd.grad(mistaken_loss, logits)
    assert gradient.norm() > 1.3  # it tends to (1, -1, 0, 0) as the logit grows
    assert 0 < mistaken_gradient.norm() < 3 * exp(-logit)


# 6.2 A trap: labels -1 and +1 for binary cross entropy


def test_label_minus_one_gives_negative_losses():
    logits = vector(-5, 5)
    labels = vector(-1, 1)
    losses = functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    assert losses.tolist() == pytest.approx([log1p(exp(-5)) - 5, log1p(exp(-5))], rel=1e-12)
    # Both answers are right, so a correct loss would be almost 0.
    assert losses.mean() < -2


@quick
@given(st.floats(-100, 100))
def test_label_minus_one_is_off_by_the_logit(a):
    logit = vector(a)
    label = vector(-1)
    wrong = functional.binary_cross_entropy_with_logits(logit, label)
    error = wrong.item() - logistic_loss(label * logit).item()
    assert error == pytest.approx(a, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("side", "sign"), [(-1e-9, -1), (1e-9, 1)])
def test_loss_of_label_minus_one_is_negative_below_minus_log_golden_ratio(side, sign):
    # The loss a + log(1 + exp(a)) of the logit a is 0 where exp(a) (1 + exp(a)) = 1.
    logit = vector(-log((1 + sqrt(5)) / 2) + side)
    loss = functional.binary_cross_entropy_with_logits(logit, vector(-1))
    assert loss.sign() == sign


@quick
@given(seeds)
def test_labels_0_and_1_give_the_logistic_loss(seed):
    logits = 10 * normal(8, seed=seed)
    labels = torch.tensor(binary_labels(8, seed=seed))
    actual = functional.binary_cross_entropy_with_logits(logits, (labels + 1) / 2)
    expected = logistic_loss((labels * logits).numpy()).mean()
    assert actual.item() == pytest.approx(expected, rel=1e-12, abs=1e-14)


# 6.3 One backward: batch 8, d0 = 5, d1 = 12, 4 classes


def test_gradient_norms_match_the_chain_rule():
    net = network()
    X, y = batch("multi-class classification")
    assert net(X).shape == (8, 4)
    functional.cross_entropy(net(X), y).backward()

    # The chain rule by hand, from the loss back to the first layer.
    W1, b1, W2, b2 = [parameter.detach().numpy() for parameter in net.parameters()]
    A0 = X.numpy()
    Z1 = A0 @ W1.T + b1
    A1 = np.maximum(Z1, 0)
    exps = np.exp(A1 @ W2.T + b2)
    probabilities = exps / exps.sum(1, keepdims=True)
    one_hot_labels = np.eye(4)[y]
    dZ2 = (probabilities - one_hot_labels) / 8
    dZ1 = dZ2 @ W2 * (Z1 > 0)
    expected = {
        "hidden.weight": dZ1.T @ A0,
        "hidden.bias": dZ1.sum(0),
        "head.weight": dZ2.T @ A1,
        "head.bias": dZ2.sum(0),
    }
    norms = gradient_norms(net)
    assert list(norms) == list(expected)
    for name, gradient in expected.items():
        assert norms[name] == pytest.approx(np.sqrt((gradient**2).sum()), rel=1e-11)
        assert norms[name] > 0.01
        assert type(norms[name]) is float


# 6.4 Gradients accumulate


def backward(net, X, y, weight=1.0):
    """Add the gradient of the weighted loss to the gradients of the network."""
    (weight * functional.cross_entropy(net(X), y)).backward()


def test_second_backward_doubles_the_gradient():
    net = network()
    X, y = batch("multi-class classification")
    backward(net, X, y)
    once = gradients(net)
    backward(net, X, y)
    assert_same(gradients(net), [2 * gradient for gradient in once])


def test_backward_on_another_batch_adds_its_gradient():
    def gradients_after_batches(*seeds):
        net = network()
        for seed in seeds:
            backward(net, *batch("multi-class classification", seed))
        return gradients(net)

    first = gradients_after_batches(7)
    second = gradients_after_batches(17)
    expected = [a + b for a, b in zip(first, second, strict=True)]
    assert_same(gradients_after_batches(7, 17), expected)


def test_two_half_batches_add_up_to_the_whole_batch():
    net = network()
    X, y = batch("multi-class classification")
    backward(net, X, y)
    whole = gradients(net)
    net.zero_grad()
    # The loss is a mean, so each half counts half.
    backward(net, X[:4], y[:4], weight=0.5)
    backward(net, X[4:], y[4:], weight=0.5)
    assert_same(gradients(net), whole)


@pytest.mark.parametrize("of", ["module", "optimizer"])
def test_zero_grad_sets_gradients_to_none(of):
    net = network()
    zero_grad = {
        "module": net.zero_grad,
        "optimizer": torch.optim.SGD(net.parameters(), lr=STEP_SIZE).zero_grad,
    }[of]
    backward(net, *batch("multi-class classification"))
    assert all(parameter.grad is not None for parameter in net.parameters())
    zero_grad()
    assert [parameter.grad for parameter in net.parameters()] == [None] * 4


def test_zero_grad_can_leave_zeros_instead():
    net = network()
    backward(net, *batch("multi-class classification"))
    net.zero_grad(set_to_none=False)
    assert [gradient.count_nonzero().item() for gradient in gradients(net)] == [0] * 4


def test_zeroed_gradients_forget_the_previous_batch():
    fresh = network()
    used = network()
    X, y = batch("multi-class classification")
    backward(used, *batch("multi-class classification", seed=17))
    used.zero_grad()
    for net in (fresh, used):
        backward(net, X, y)
    assert_same(gradients(used), gradients(fresh))


@TASKS
def test_unzeroed_steps_are_sgd_with_momentum_one(task):
    ours = network(OUTPUTS[task])
    theirs = network(OUTPUTS[task])
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.01, momentum=1, dampening=0)
    total = [torch.zeros_like(parameter) for parameter in theirs.parameters()]
    for step in range(5):
        X, y = batch(task, seed=10 * step)
        training_step(ours, LOSSES[task], X, y, step_size=0.01, zero_gradients=False)
        optimizer.zero_grad()
        LOSSES[task](theirs(X), y).backward()
        total = [a + b for a, b in zip(total, gradients(theirs), strict=True)]
        optimizer.step()
        assert_same(gradients(ours), total)
        assert_same(ours.parameters(), theirs.parameters())
