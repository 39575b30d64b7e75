"""Section 3: linear layers, and the two-layer network as a plain function."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from lecture.models import linear, linear_layer, two_layer_net
from tests.support.random_arrays import normal, normal_tensor

sizes = st.integers(1, 5)
quick = settings(max_examples=40, deadline=None)


def random_inputs_and_parameters(*leading, d, k):
    """Inputs X (*leading, d), weight W (k, d) and bias b (k)."""
    X = normal(*leading, d, seed=7)
    W = normal(k, d)
    b = normal(k, seed=1)
    return X, W, b


def random_layer(d, k, seed=0):
    """A linear layer with random weight (k, d) and bias (k)."""
    return linear_layer(normal(k, d, seed=seed), normal(k, seed=seed + 1))


# Linear layers


@quick
@given(sizes, sizes, sizes)
def test_linear_is_x_times_w_transposed_plus_b(n, d, k):
    X, W, b = random_inputs_and_parameters(n, d=d, k=k)
    expected = [[sum(W[j, i] * x[i] for i in range(d)) + b[j] for j in range(k)] for x in X]
    assert_allclose(linear(X, W, b), expected, rtol=1e-12, atol=1e-13)


def test_linear_layer_has_the_given_parameters():
    W = normal(3, 4)
    b = normal(3, seed=1)
    layer = linear_layer(W, b)
    assert layer.weight.dtype == torch.float64
    assert layer.weight.tolist() == W.tolist()
    assert layer.bias.tolist() == b.tolist()
    assert all(parameter.requires_grad for parameter in layer.parameters())


def test_linear_takes_integers():
    assert linear(np.arange(4), np.eye(4)).tolist() == [0.0, 1.0, 2.0, 3.0]


def test_linear_layer_copies_the_given_weight():
    W = normal(3, 4)
    linear_layer(W).weight.data += 1
    assert W.tolist() == normal(3, 4).tolist()


def test_layer_without_bias_has_one_parameter():
    layer = linear_layer(normal(3, 4))
    assert layer.bias is None
    assert len(list(layer.parameters())) == 1


@quick
@given(st.lists(sizes, max_size=3), sizes, sizes)
def test_linear_acts_on_the_last_axis(leading, d, k):
    X, W, b = random_inputs_and_parameters(*leading, d=d, k=k)
    Y = linear(X, W, b)
    assert Y.shape == (*leading, k)
    for place in np.ndindex(*leading):
        assert_allclose(Y[place], linear(X[place], W, b), rtol=1e-12, atol=1e-13)


def test_linear_refuses_another_number_of_features():
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        linear(normal(6, 3), normal(2, 4))


@pytest.mark.parametrize("j", range(3))
def test_weight_row_j_and_bias_j_belong_to_output_j(j):
    X, W, b = random_inputs_and_parameters(6, d=4, k=3)
    before = linear(X, W, b)
    W[j] += 1
    b[j] += 1
    changed = linear(X, W, b) != before
    assert changed.tolist() == [[output == j for output in range(3)]] * 6


def test_linear_with_one_output_equals_scalar_model():
    X = normal(6, 4, seed=7)
    w = normal(4)
    b = 0.5
    outputs = linear(X, w[np.newaxis], np.array([b]))
    assert outputs.shape == (6, 1)
    assert_allclose(outputs[:, 0], X @ w + b, rtol=1e-12, atol=1e-13)


def test_k_outputs_are_k_scalar_models():
    X, W, b = random_inputs_and_parameters(6, d=4, k=3)
    columns = [linear(X, W[[j]], b[[j]]) for j in range(3)]
    assert_allclose(linear(X, W, b), np.hstack(columns), rtol=1e-12, atol=1e-13)


def test_zero_stays_zero_only_without_bias():
    _, W, b = random_inputs_and_parameters(6, d=4, k=3)
    zero = np.zeros((6, 4))
    assert (linear(zero, W) == 0).all()
    assert (linear(zero, W, b) == b).all()


# Listing 3.4.1, two layers and a ReLU: n, d0, d1, d2 = 4, 5, 10, 3


@pytest.fixture
def listing():
    """Inputs X, the hidden layer, and the head."""
    X = normal_tensor(4, 5, seed=1)
    return X, random_layer(5, 10, seed=2), random_layer(10, 3, seed=4)


def parameters(layer):
    """Weight and bias of a layer as NumPy arrays."""
    return layer.weight.detach().numpy(), layer.bias.detach().numpy()


def test_shapes_from_input_to_output(listing):
    X, hidden, head = listing
    shapes = []

    def record(layer, inputs, output):
        shapes.append(tuple(inputs[0].shape))
        shapes.append(tuple(output.shape))

    hidden.register_forward_hook(record)
    head.register_forward_hook(record)
    two_layer_net(X, hidden, head)
    assert shapes == [(4, 5), (4, 10), (4, 10), (4, 3)]


def test_network_is_linear_relu_linear(listing):
    X, hidden, head = listing
    W1, b1 = parameters(hidden)
    W2, b2 = parameters(head)
    Z1 = X.numpy() @ W1.T + b1
    assert (Z1 < 0).any() and (Z1 > 0).any()
    Z2 = np.where(Z1 > 0, Z1, 0) @ W2.T + b2
    assert_allclose(two_layer_net(X, hidden, head).detach(), Z2, rtol=1e-12, atol=1e-13)


def test_backward_fills_the_weight_gradients(listing):
    X, hidden, head = listing
    target = normal_tensor(4, 3, seed=9)
    assert [p.grad for p in (*hidden.parameters(), *head.parameters())] == [None] * 4
    ((two_layer_net(X, hidden, head) - target) ** 2).mean().backward()

    # The chain rule by hand, from the loss back to the first layer.
    W1, b1 = parameters(hidden)
    W2, b2 = parameters(head)
    Z1 = X.numpy() @ W1.T + b1
    A1 = np.maximum(Z1, 0)
    dZ2 = 2 * (A1 @ W2.T + b2 - target.numpy()) / 12  # the mean over 4 x 3 residuals
    dZ1 = dZ2 @ W2 * (Z1 > 0)
    assert_allclose(hidden.weight.grad, dZ1.T @ X.numpy(), rtol=1e-11, atol=1e-13)
    assert_allclose(hidden.bias.grad, dZ1.sum(axis=0), rtol=1e-11, atol=1e-13)
    assert_allclose(head.weight.grad, dZ2.T @ A1, rtol=1e-11, atol=1e-13)
    assert_allclose(head.bias.grad, dZ2.sum(axis=0), rtol=1e-11, atol=1e-13)
