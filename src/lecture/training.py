"""The training loop: a loss for each task, one step, and a whole run (section 6)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss
from torch.nn.utils import parameters_to_vector

Loss = Callable[[Tensor, Tensor], Tensor]

# Each loss takes outputs and targets, and returns the mean over the batch (section 6.2).
LOSSES: dict[str, Loss] = {
    "regression": mse_loss,  # targets: real, with the shape of the outputs
    "binary classification": binary_cross_entropy_with_logits,  # targets: 0.0 or 1.0, never -1
    "multi-class classification": cross_entropy,  # logits (n, k), targets (n) from 0 to k - 1
}


def targets_from(scores: np.ndarray, task: str) -> np.ndarray:
    """The targets for the loss of a task, computed from true scores (n, k).

    Regression: the scores. Binary classification: 1.0 where the score is positive, else 0.0.
    Multi-class classification: the class (n) with the highest score.
    """
    targets = {
        "regression": scores,
        "binary classification": (scores > 0).astype(np.float64),
        "multi-class classification": scores.argmax(axis=1),
    }
    return targets[task]


def training_step(
    model: nn.Module,
    loss: Loss,
    inputs: Tensor,
    targets: Tensor,
    step_size: float,
    zero_gradients: bool = True,
) -> float:
    """Take one step of gradient descent on one batch (section 6.1).

    The step computes the loss and its gradients, updates the parameters, and zeroes the gradients.
    If `zero_gradients` is False, gradients accumulate from step to step (section 6.4). Returns the
    loss before the update.
    """
    value = loss(model(inputs), targets)
    value.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.sub_(step_size * parameter.grad)
    if zero_gradients:
        model.zero_grad()
    return value.item()


@dataclass(frozen=True)
class Run:
    """The loss (steps) and all p parameters (steps, p) before each step."""

    loss: np.ndarray
    parameters: np.ndarray


def train(
    model: nn.Module,
    loss: Loss,
    inputs: np.ndarray,
    targets: np.ndarray,
    step_size: float,
    steps: int,
    zero_gradients: bool = True,
) -> Run:
    """Take steps of gradient descent on one batch; record loss and parameters before each step."""
    X, y = torch.tensor(inputs), torch.tensor(targets)
    losses, parameters = [], []
    for _ in range(steps):
        parameters.append(parameters_to_vector(model.parameters()).detach().numpy().copy())
        losses.append(training_step(model, loss, X, y, step_size, zero_gradients))
    return Run(np.array(losses), np.array(parameters))


def gradient_norms(model: nn.Module) -> dict[str, float]:
    """Euclidean norm of the gradient of each parameter that has one, by name (listing 6.3)."""
    gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
    return {
        name: gradient.norm().item() for name, gradient in gradients.items() if gradient is not None
    }
