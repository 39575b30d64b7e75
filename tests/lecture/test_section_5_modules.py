"""Section 5: torch.nn.Module, the container of parameters."""

import io

import pytest
import torch
from torch import nn

from lecture.models import SmallCNN, TwoLayerNet, small_cnn, two_layer_net
from tests.support.random_arrays import normal_tensor as normal


def two_layer(seed=1):
    return with_random_numbers(TwoLayerNet(5, 10, 3), seed)


def cnn(seed=1):
    return with_random_numbers(SmallCNN(channels=3, classes=5), seed)


def with_random_numbers(module, seed):
    """Set the parameters of a module to random float64 numbers, which depend on `seed`."""
    module.double()
    for place, parameter in enumerate(module.parameters()):
        parameter.data = normal(*parameter.shape, seed=100 * seed + place)
    return module


MODULES = pytest.mark.parametrize(
    ("make", "batch_shape"),
    [(two_layer, (4, 5)), (cnn, (2, 3, 6, 6))],
    ids=["TwoLayerNet", "SmallCNN"],
)


class Pair(nn.Module):
    """A module that contains modules: an image network and a network on its logits."""

    def __init__(self):
        super().__init__()
        self.encoder = cnn()
        self.decoder = two_layer()

    def forward(self, images):
        return self.decoder(self.encoder(images))


def shapes(module):
    return {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}


# 5.1 and 5.3 The two modules


def test_two_layer_net_has_4_parameter_tensors():
    assert shapes(two_layer()) == {
        "hidden.weight": (10, 5),
        "hidden.bias": (10,),
        "head.weight": (3, 10),
        "head.bias": (3,),
    }
    assert len(list(two_layer().parameters())) == 4
    assert sum(p.numel() for p in two_layer().parameters()) == 10 * 5 + 10 + 3 * 10 + 3


def test_two_layer_net_calls_the_plain_function():
    net = two_layer()
    X = normal(4, 5, seed=7)
    W1, b1, W2, b2 = net.parameters()
    assert net(X).shape == (4, 3)
    assert torch.equal(net(X), two_layer_net(X, net.hidden, net.head))
    torch.testing.assert_close(
        net(X), (X @ W1.T + b1).clamp(min=0) @ W2.T + b2, rtol=1e-12, atol=1e-13
    )


def test_two_layer_net_acts_on_the_last_axis():
    net = two_layer()
    X = normal(2, 4, 5, seed=7)
    torch.testing.assert_close(net(X)[1, 2], net(X[1, 2]), rtol=1e-12, atol=1e-13)


def test_small_cnn_has_6_parameter_tensors():
    """A comment in the lecture says 7, by mistake."""
    assert shapes(cnn()) == {
        "conv1.weight": (8, 3, 3, 3),
        "conv1.bias": (8,),
        "conv2.weight": (16, 8, 3, 3),
        "conv2.bias": (16,),
        "head.weight": (5, 16),
        "head.bias": (5,),
    }
    assert len(list(cnn().parameters())) == 6


def test_small_cnn_returns_one_logit_per_class():
    assert SmallCNN(channels=3, classes=5)(torch.zeros(2, 3, 32, 32)).shape == (2, 5)
    assert SmallCNN(channels=1, classes=10)(torch.zeros(4, 1, 28, 28)).shape == (4, 10)


def test_small_cnn_averages_after_a_second_relu():
    net = cnn()
    images = normal(2, 3, 6, 6, seed=7)
    maps = net.conv2(net.conv1(images).clamp(min=0)).clamp(min=0)
    means = maps.flatten(2).sum(dim=2) / (6 * 6)
    logits = means @ net.head.weight.T + net.head.bias
    torch.testing.assert_close(net(images), logits, rtol=1e-12, atol=1e-12)


def test_small_cnn_is_not_the_network_of_listing_4_8():
    net = cnn()
    images = normal(2, 3, 6, 6, seed=7)
    without_second_relu = small_cnn(images, net.conv1, net.conv2, net.head)
    differences = (net(images) - without_second_relu).abs()
    assert (differences.amax(dim=1) > 30).all(), "some image hardly shows the second ReLU"


def test_networks_agree_where_the_second_relu_changes_nothing():
    net = cnn()
    images = normal(2, 3, 6, 6, seed=7)
    net.conv2.bias.data += 1000  # so that the second ReLU gets positive numbers only
    without_second_relu = small_cnn(images, net.conv1, net.conv2, net.head)
    torch.testing.assert_close(net(images), without_second_relu, rtol=1e-12, atol=0)


# What a module does with its parameters


def test_assigned_layers_and_parameters_register():
    module = nn.Module()
    module.layer = nn.Linear(2, 3)
    module.scale = nn.Parameter(torch.ones(3))
    assert shapes(module) == {"scale": (3,), "layer.weight": (3, 2), "layer.bias": (3,)}


def test_plain_tensors_and_lists_of_layers_do_not_register():
    module = nn.Module()
    module.tensor = torch.ones(3, requires_grad=True)
    module.layers = [nn.Linear(2, 3)]
    assert shapes(module) == {}
    module.layers = nn.ModuleList([nn.Linear(2, 3)])
    assert shapes(module) == {"layers.0.weight": (3, 2), "layers.0.bias": (3,)}


@MODULES
def test_every_parameter_gets_a_gradient(make, batch_shape):
    module = make()
    module(normal(*batch_shape)).square().mean().backward()
    for name, parameter in module.named_parameters():
        assert parameter.requires_grad
        assert parameter.grad.abs().max() > 0, name


@MODULES
def test_state_dict_holds_every_parameter_by_name(make, batch_shape):
    module = make()
    state = module.state_dict()
    assert list(state) == [name for name, _ in module.named_parameters()]
    for name, parameter in module.named_parameters():
        assert torch.equal(state[name], parameter)
        assert not state[name].requires_grad


@MODULES
def test_state_dict_survives_a_file(make, batch_shape):
    trained = make(seed=1)
    fresh = make(seed=2)
    X = normal(*batch_shape, seed=7)
    assert not torch.equal(fresh(X), trained(X))
    file = io.BytesIO()
    torch.save(trained.state_dict(), file)
    file.seek(0)
    fresh.load_state_dict(torch.load(file, weights_only=True))
    assert torch.equal(fresh(X), trained(X))


def test_loading_a_state_dict_copies_it():
    source = two_layer(seed=1)
    copy = two_layer(seed=2)
    copy.load_state_dict(source.state_dict())
    before = copy.head.bias.clone()
    source.head.bias.data += 1
    assert torch.equal(copy.head.bias, before)


def test_state_dict_of_another_module_is_refused():
    with pytest.raises(RuntimeError, match=r"Missing key.*conv1\.weight"):
        cnn().load_state_dict(two_layer().state_dict())
    with pytest.raises(RuntimeError, match=r"size mismatch for hidden\.weight"):
        TwoLayerNet(5, 11, 3).load_state_dict(two_layer().state_dict())


# Devices: "meta" stores shapes but no numbers, and exists on every machine.


@MODULES
def test_to_moves_a_module_in_place(make, batch_shape):
    module = make()
    before = shapes(module)
    assert {p.device.type for p in module.parameters()} == {"cpu"}
    assert module.to("meta") is module
    assert {p.device.type for p in module.parameters()} == {"meta"}
    assert shapes(module) == before


def test_to_returns_a_new_tensor():
    X = normal(4, 5)
    assert X.to("meta").device.type == "meta"
    assert X.device.type == "cpu"


@MODULES
def test_batch_and_module_need_the_same_device(make, batch_shape):
    module = make().to("meta")
    X = normal(*batch_shape)
    with pytest.raises(RuntimeError, match="device"):
        module(X)
    outputs = module(X.to("meta"))
    assert outputs.device.type == "meta"
    assert outputs.shape == make()(X).shape


def test_state_dict_restores_a_module_that_lost_its_numbers():
    module = two_layer()
    X = normal(4, 5, seed=7)
    expected = module(X)
    state = module.state_dict()
    module.to("meta")  # keeps only the shapes, so the numbers are lost
    module.to_empty(device="cpu")  # memory with arbitrary numbers
    module.load_state_dict(state)
    assert torch.equal(module(X), expected)


# Train and eval modes


def test_modules_start_in_training_mode():
    assert all(child.training for child in Pair().modules())


def test_eval_and_train_switch_all_submodules():
    pair = Pair()
    assert pair.eval() is pair
    assert not any(child.training for child in pair.modules())
    assert pair.train() is pair
    assert all(child.training for child in pair.modules())


def test_dropout_acts_only_in_training_mode():
    dropout = nn.Dropout(0.5)
    X = torch.ones(1000)
    assert torch.equal(dropout.eval()(X), X)
    dropped = dropout.train()(X)
    assert set(dropped.tolist()) == {0, 2}, "kept entries are scaled by 1 / (1 - 0.5)"


def test_batch_norm_uses_running_statistics_in_eval_mode():
    norm = nn.BatchNorm1d(2, eps=1e-14, affine=False, momentum=0.5).double()
    X = 3 + normal(8, 2)
    trained = norm.train()(X)
    torch.testing.assert_close(
        trained, (X - X.mean(0)) / X.std(0, correction=0), rtol=1e-12, atol=1e-12
    )
    # Momentum 0.5: the average of the initial statistics, 0 and 1, and those of the batch.
    running_mean = (0 + X.mean(0)) / 2
    running_variance = (1 + X.var(0)) / 2
    for batch in (X, 10 * X):  # in eval mode, statistics of the batch do not matter
        torch.testing.assert_close(
            norm.eval()(batch), (batch - running_mean) / running_variance.sqrt(),
            rtol=1e-12, atol=1e-12,
        )  # fmt: skip


@MODULES
def test_modes_do_not_change_the_networks(make, batch_shape):
    module = make()
    X = normal(*batch_shape)
    assert torch.equal(module.train()(X), module.eval()(X))


def test_eval_mode_does_not_stop_gradients():
    net = two_layer().eval()
    net(normal(4, 5)).square().mean().backward()
    assert net.head.bias.grad.abs().max() > 0


# Nesting


def test_nested_parameters_are_named_by_path():
    pair = Pair()
    assert shapes(pair) == {
        **{f"encoder.{name}": shape for name, shape in shapes(cnn()).items()},
        **{f"decoder.{name}": shape for name, shape in shapes(two_layer()).items()},
    }
    assert pair.get_parameter("encoder.conv2.weight") is pair.encoder.conv2.weight
    assert [name for name, _ in pair.named_children()] == ["encoder", "decoder"]


def test_nested_modules_run_move_and_load_as_one():
    pair = Pair()
    images = normal(2, 3, 6, 6, seed=7)
    other = Pair()
    other.decoder = two_layer(seed=9)
    assert torch.equal(pair(images), pair.decoder(pair.encoder(images)))
    assert not torch.equal(pair(images), other(images))
    other.load_state_dict(pair.state_dict())
    assert torch.equal(pair(images), other(images))
    assert {p.device.type for p in pair.to("meta").parameters()} == {"meta"}
