"""Section 3: linear layers, and the two-layer network as a plain function."""

from lecture.models import two_layer_net

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.samples import normal
from torch import nn

sizes = st.integers(1, 5)
quick = settings(max_examples=40, deadline=None)


def linear(d, k, seed=0):
    """A layer in float64 whose weights NumPy has drawn."""
    layer = nn.Linear(d, k, dtype=torch.float64)
    layer.weight.data, layer.bias.data = normal(k, d, seed=seed), normal(k, seed=seed + 1)
    return layer


# Linear layers


@quick
@given(sizes, sizes, sizes)
def test_3_linear_maps_n_d_to_n_k(n, d, k):
    layer = nn.Linear(d, k)
    assert layer(torch.zeros(n, d)).shape == (n, k)
    assert layer.weight.shape == (k, d)
    assert layer.bias.shape == (k,)


@quick
@given(sizes, sizes, sizes)
def test_3_linear_is_x_times_w_transposed_plus_b(n, d, k):
    layer, X = linear(d, k), normal(n, d, seed=7)
    W, b = layer.weight.tolist(), layer.bias.tolist()
    expected = [[sum(W[j][i] * x[i] for i in range(d)) + b[j] for j in range(k)] for x in X]
    torch.testing.assert_close(
        layer(X), torch.tensor(expected, dtype=torch.float64), rtol=1e-12, atol=1e-13
    )


@quick
@given(st.lists(sizes, max_size=3), sizes, sizes)
def test_3_linear_acts_on_the_last_axis_of_any_shape(leading, d, k):
    layer, X = linear(d, k), normal(*leading, d, seed=7)
    Y = layer(X)
    assert Y.shape == (*leading, k)
    for place in np.ndindex(*leading):
        torch.testing.assert_close(Y[place], layer(X[place][None])[0], rtol=1e-12, atol=1e-13)


def test_3_linear_refuses_another_number_of_features():
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        linear(4, 2)(normal(6, 3))


@pytest.mark.parametrize("j", range(3))
def test_3_weight_row_j_and_bias_j_belong_to_output_j(j):
    layer, X = linear(4, 3), normal(6, 4, seed=7)
    before = layer(X).detach()
    with torch.no_grad():
        layer.weight[j] += 1
        layer.bias[j] += 1
    changed = (layer(X) != before).all(dim=0)
    unchanged = (layer(X) == before).all(dim=0)
    assert changed.tolist() == [i == j for i in range(3)]
    assert unchanged.tolist() == [i != j for i in range(3)]


def test_3_one_output_is_the_scalar_model():
    layer, X = linear(4, 1), normal(6, 4, seed=7)
    w, b = layer.weight[0].detach(), layer.bias.item()
    scores = torch.tensor([float(w @ x) + b for x in X], dtype=torch.float64)
    assert layer(X).shape == (6, 1)
    torch.testing.assert_close(layer(X)[:, 0], scores, rtol=1e-12, atol=1e-13)


def test_3_k_outputs_are_k_scalar_models_side_by_side():
    layer, X = linear(4, 3), normal(6, 4, seed=7)
    columns = []
    for j in range(3):
        scalar = linear(4, 1)
        scalar.load_state_dict({"weight": layer.weight[j : j + 1], "bias": layer.bias[j : j + 1]})
        columns.append(scalar(X))
    torch.testing.assert_close(layer(X), torch.cat(columns, dim=1), rtol=1e-12, atol=1e-13)


def test_3_3_3_without_bias_zero_stays_zero():
    assert nn.Linear(4, 3, bias=False)(torch.zeros(6, 4)).count_nonzero() == 0
    assert torch.equal(linear(4, 3)(normal(1, 4) * 0)[0], linear(4, 3).bias)


# 3.4.1 Two layers and a ReLU: n, d0, d1, d2 = 4, 5, 10, 3


@pytest.fixture
def listing():
    return normal(4, 5, seed=1), linear(5, 10, seed=2), linear(10, 3, seed=4)


def test_3_4_1_shapes_from_input_to_output(listing):
    X, hidden, head = listing
    shapes = []
    for layer in (hidden, head):
        layer.register_forward_hook(
            lambda _, inputs, output: shapes.extend([tuple(inputs[0].shape), tuple(output.shape)])
        )
    two_layer_net(X, hidden, head)
    assert shapes == [(4, 5), (4, 10), (4, 10), (4, 3)]


def test_3_4_1_network_is_linear_relu_linear(listing):
    X, hidden, head = listing
    (W1, b1), (W2, b2) = ([p.detach().numpy() for p in layer.parameters()] for layer in listing[1:])
    Z1 = X.numpy() @ W1.T + b1
    assert (Z1 < 0).any() and (Z1 > 0).any()
    Z2 = np.where(Z1 > 0, Z1, 0) @ W2.T + b2
    np.testing.assert_allclose(
        two_layer_net(X, hidden, head).detach().numpy(), Z2, rtol=1e-12, atol=1e-13
    )


def test_3_4_1_backward_fills_the_weight_gradients(listing):
    X, hidden, head = listing
    target = normal(4, 3, seed=9)
    parameters = [*hidden.parameters(), *head.parameters()]
    assert [p.grad for p in parameters] == [None] * 4
    ((two_layer_net(X, hidden, head) - target) ** 2).mean().backward()

    # The chain rule by hand, from the loss back to the first layer.
    (W1, b1), (W2, b2) = ([p.detach().numpy() for p in layer.parameters()] for layer in listing[1:])
    Z1 = X.numpy() @ W1.T + b1
    A1 = np.maximum(Z1, 0)
    dZ2 = 2 * (A1 @ W2.T + b2 - target.numpy()) / 12
    dZ1 = dZ2 @ W2 * (Z1 > 0)
    for parameter, expected in zip(
        parameters, [dZ1.T @ X.numpy(), dZ1.sum(0), dZ2.T @ A1, dZ2.sum(0)], strict=True
    ):
        assert parameter.grad.shape == parameter.shape
        np.testing.assert_allclose(parameter.grad.numpy(), expected, rtol=1e-11, atol=1e-13)
