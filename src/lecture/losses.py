"""Losses, penalties and objectives of the lecture, on plain tensors (sections 1 and 2).

X (n, d) holds a sample per row and y (n) its target, a label being -1 or +1;
w (d) is the weight vector. A loss is one number per sample, an objective one in all.
"""

from collections.abc import Callable

import torch
from torch import Tensor


def linear_model(X: Tensor, w: Tensor) -> Tensor:
    """The scores X w: (n, d), (d) to (n), entry i being w^T x_i."""
    return X @ w


def squared_loss(prediction: Tensor, target: Tensor) -> Tensor:
    """(prediction - target)^2, entry by entry: (n), (n) to (n) (section 2.1)."""
    return (prediction - target) ** 2


def logistic_loss(score: Tensor, label: Tensor) -> Tensor:
    """log(1 + exp(-label * score)) without overflow: (n), (n) to (n) (section 2.3.1)."""
    return torch.logaddexp(torch.zeros_like(score), -label * score)


def probability(label: Tensor, score: Tensor) -> Tensor:
    """P(label | x) = sigmoid(label * score): (n), (n) to (n) (section 2.3.2)."""
    return torch.sigmoid(label * score)


def l0(w: Tensor) -> Tensor:
    """How many entries of w are not 0; autograd ends here (section 2.2)."""
    return torch.count_nonzero(w).to(w.dtype)


def l1(w: Tensor) -> Tensor:
    """The sum of the absolute values of w (section 2.2)."""
    return w.abs().sum()


def objective(
    w: Tensor,
    X: Tensor,
    y: Tensor,
    loss: Callable[[Tensor, Tensor], Tensor],
    model: Callable[[Tensor, Tensor], Tensor] = linear_model,
    penalty: Callable[[Tensor], Tensor] = l1,
    lam: float = 0.0,
) -> Tensor:
    """The recipe: mean of loss(model(x_i; w), y_i), plus lam * penalty(w) (section 1)."""
    return loss(model(X, w), y).mean() + lam * penalty(w)


def lasso_objective(w: Tensor, X: Tensor, y: Tensor, lam: float) -> Tensor:
    """Mean squared loss of the scores plus lam ||w||_1 (section 2.2.3)."""
    return objective(w, X, y, squared_loss, lam=lam)


def sparse_logistic_objective(w: Tensor, X: Tensor, y: Tensor, lam: float) -> Tensor:
    """Mean logistic loss of the scores plus lam ||w||_1 (section 2.3)."""
    return objective(w, X, y, logistic_loss, lam=lam)


def lasso_lambda_max(X: Tensor, y: Tensor) -> Tensor:
    """The smallest lam whose Lasso solution is w = 0: (2 / n) ||X^T y||_inf."""
    return 2 * (X.T @ y).abs().max() / len(y)


def sparse_logistic_lambda_max(X: Tensor, y: Tensor) -> Tensor:
    """The smallest lam whose sparse logistic solution is w = 0: ||X^T y||_inf / (2 n)."""
    return (X.T @ y).abs().max() / (2 * len(y))
