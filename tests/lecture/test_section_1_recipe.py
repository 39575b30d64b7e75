"""Section 1: data, model and loss make an objective; a penalty is added to it."""

from itertools import product
from math import exp, log

from lecture.losses import l0, l1, linear_model, logistic_loss, objective, squared_loss

import pytest
import torch
from tests.support.samples import normal, signs

N, D = 7, 2
X, Y = normal(N, D, seed=1), signs(N, seed=2)
W = torch.tensor([0.7, -1.3], dtype=torch.float64)


def wave_model(X, w):
    return w[0] * torch.sin(w[1] * X[:, 0])


# Each entry once more, for one sample and in other words.
MODELS = {
    linear_model: lambda x, w: sum(float(a) * float(b) for a, b in zip(x, w, strict=True)),
    wave_model: lambda x, w: float(w[0] * (w[1] * x[0]).sin()),
}
LOSSES = {
    squared_loss: lambda a, y: (a - y) * (a - y),
    logistic_loss: lambda a, y: log(1 + exp(-y * a)),
}
PENALTIES = {
    l1: lambda w: sum(abs(float(entry)) for entry in w),
    l0: lambda w: sum(float(entry) != 0 for entry in w),
}
RECIPES = [
    pytest.param(*parts, id="-".join(part.__name__ for part in parts))
    for parts in product(MODELS, LOSSES, PENALTIES)
]


@pytest.mark.parametrize(("model", "loss", "penalty"), RECIPES)
def test_1_objective_is_the_mean_loss_plus_lambda_times_the_penalty(model, loss, penalty):
    samples = [LOSSES[loss](MODELS[model](x, W), float(y)) for x, y in zip(X, Y, strict=True)]
    for lam in (0.1, 2.0):
        expected = sum(samples) / N + lam * PENALTIES[penalty](W)
        actual = objective(W, X, Y, loss, model=model, penalty=penalty, lam=lam)
        assert actual.shape == ()
        assert actual.item() == pytest.approx(expected, rel=1e-12)


def test_1_objective_is_linear_and_without_penalty_unless_told():
    expected = ((X @ W - Y) ** 2).mean().item()
    assert objective(W, X, Y, squared_loss).item() == pytest.approx(expected, rel=1e-12)


def test_1_penalty_is_the_sum_of_absolute_values_unless_told():
    with_penalty = objective(W, X, Y, squared_loss, lam=1.0)
    assert (with_penalty - objective(W, X, Y, squared_loss)).item() == pytest.approx(2.0, rel=1e-12)


def test_1_descending_on_the_objective_gives_a_predictor():
    true_w = torch.tensor([1.5, -0.5], dtype=torch.float64)
    w = torch.zeros(D, dtype=torch.float64, requires_grad=True)
    for _ in range(300):
        (slope,) = torch.autograd.grad(objective(w, X, X @ true_w, squared_loss), w)
        w.data -= 0.3 * slope
    unseen = normal(5, D, seed=3)
    torch.testing.assert_close(unseen @ w.detach(), unseen @ true_w, rtol=1e-9, atol=1e-9)
