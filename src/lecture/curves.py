"""Values, slopes and the lowest point of the curve of a function (section 3.2)."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor


def evaluate(function: Callable[[Tensor], Tensor], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values (n) and slopes (n) of a PyTorch function at x (n), the slopes by autograd."""
    inputs = torch.tensor(x, requires_grad=True)
    values = function(inputs)
    (slopes,) = torch.autograd.grad(values.sum(), inputs)
    return values.detach().numpy(), slopes.numpy()


def lowest(x: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The lowest point of a curve with values (n) at x (n): an array (2) of x and value."""
    k = values.argmin()
    return np.array([x[k], values[k]])
