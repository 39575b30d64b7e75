"""Section 1: data, model and loss give an objective; a penalty can be added."""

from itertools import product
from math import exp, log, sin

import numpy as np
import pytest
from scipy.optimize import minimize

from lecture.losses import (
    l0_norm,
    l1_norm,
    linear_model,
    logistic_loss,
    objective,
    squared_loss,
)

RNG = np.random.default_rng(1)
N, D = 7, 2
X = RNG.normal(size=(N, D))
Y = RNG.choice([-1.0, 1.0], size=N)
W = np.array([0.7, -1.3])


def wave_model(X, w):
    return w[0] * np.sin(w[1] * X[:, 0])


def squared(output, target):
    return squared_loss(output - target)


def logistic(score, label):
    return logistic_loss(label * score)


# The models, losses and penalties in plain Python, the models and losses for one sample.
MODELS = {
    linear_model: lambda x, w: x[0] * w[0] + x[1] * w[1],
    wave_model: lambda x, w: w[0] * sin(w[1] * x[0]),
}
LOSSES = {
    squared: lambda output, target: (output - target) * (output - target),
    logistic: lambda score, label: log(1 + exp(-label * score)),
}
PENALTIES = {
    l1_norm: lambda w: sum(abs(entry) for entry in w),
    l0_norm: lambda w: sum(entry != 0 for entry in w),
}
RECIPES = [
    pytest.param(*parts, id="-".join(part.__name__ for part in parts))
    for parts in product(MODELS, LOSSES, PENALTIES)
]


@pytest.mark.parametrize("lam", [0.1, 2.0])
@pytest.mark.parametrize(("model", "loss", "penalty"), RECIPES)
def test_objective_is_mean_loss_plus_penalty(model, loss, penalty, lam):
    w = W.tolist()
    outputs = [MODELS[model](x, w) for x in X.tolist()]
    losses = [LOSSES[loss](output, y) for output, y in zip(outputs, Y, strict=True)]
    expected = sum(losses) / N + lam * PENALTIES[penalty](w)
    actual = objective(W, X, Y, loss, model=model, penalty=penalty, lam=lam)
    assert actual == pytest.approx(expected, rel=1e-12)


def test_default_model_is_linear():
    assert objective(W, X, Y, squared) == objective(W, X, Y, squared, model=linear_model)


def test_default_has_no_penalty():
    assert objective(W, X, Y, squared) == objective(W, X, Y, squared, lam=0.0)


def test_default_penalty_is_l1():
    penalty = objective(W, X, Y, squared, lam=1.0) - objective(W, X, Y, squared)
    assert penalty == pytest.approx(0.7 + 1.3, rel=1e-12)


def test_minimising_the_objective_gives_a_predictor():
    true_w = np.array([1.5, -0.5])
    found = minimize(objective, np.zeros(D), args=(X, X @ true_w, squared), tol=1e-12)
    unseen = np.random.default_rng(3).normal(size=(5, D))
    np.testing.assert_allclose(linear_model(unseen, found.x), unseen @ true_w, atol=1e-6)
