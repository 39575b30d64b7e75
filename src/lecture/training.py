"""Training as the lecture does it: a loss for each task, and one step (section 6)."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss

# Each takes the model's output and the targets, and gives the mean over the batch (6.2).
LOSSES = {
    "regression": mse_loss,  # targets: real, of the output's shape
    "binary classification": binary_cross_entropy_with_logits,  # targets: 0.0 or 1.0, never -1
    "multi-class classification": cross_entropy,  # logits (n, k), targets (n) from 0 to k - 1
}


def training_step(
    model: nn.Module,
    loss: Callable[[Tensor, Tensor], Tensor],
    inputs: Tensor,
    targets: Tensor,
    step_size: float,
    zero_gradients: bool = True,
) -> float:
    """One step of gradient descent on one batch (section 6.1).

    Forward to logits, scalar loss, backward, update, zero the gradients; the last
    can be left out to see gradients accumulate (6.4). Returns the loss before the
    update.
    """
    value = loss(model(inputs), targets)
    value.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= step_size * parameter.grad
    if zero_gradients:
        model.zero_grad()
    return value.item()


def gradient_norms(model: nn.Module) -> dict[str, float]:
    """The Euclidean norm of each parameter's gradient, by the parameter's name (listing 6.3)."""
    return {name: parameter.grad.norm().item() for name, parameter in model.named_parameters()}
