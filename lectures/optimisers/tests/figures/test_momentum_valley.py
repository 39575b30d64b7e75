"""Tests of momentum_valley."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import approx_fprime

from optimisers.descent import valley, valley_gradient
from tests.support.artists import by_gid
from tests.support.image_test import image_test


@pytest.mark.claim("creeps")
def test_plain_descent_ends_far_from_zero_in_y(numbers):
    assert numbers.plain[-1].round(3).tolist() == [-0.004, 0.199]


@pytest.mark.claim("overshoots")
def test_momentum_crosses_both_axes(numbers):
    x, y = numbers.momentum.T
    assert x[0] < 0 < x.max()
    assert y.min() < 0 < y[0]
    x, y = numbers.plain.T
    assert x.max() < 0 < y.min()


@pytest.mark.claim("lower")
def test_last_loss_with_momentum_is_105_6_times_smaller(numbers):
    assert round(numbers.plain_loss[-1] / numbers.momentum_loss[-1], 1) == 105.6


@pytest.mark.claim("matches-torch")
@pytest.mark.parametrize(("field", "momentum"), [("plain", 0.0), ("momentum", 0.8)])
def test_run_matches_torch(numbers, field, momentum):
    point = torch.tensor([-2.0, 1.5], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([point], lr=0.03, momentum=momentum)
    found = [point.tolist()]
    for _ in range(100):
        optimiser.zero_grad()
        (point[0] ** 2 + point[1] ** 4).backward()
        optimiser.step()
        found.append(point.tolist())
    np.testing.assert_allclose(getattr(numbers, field), found, rtol=1e-9, atol=1e-12)


@given(arrays(float, 2, elements=st.floats(-2, 2)))
def test_gradient_is_that_of_the_valley(point):
    expected = approx_fprime(point, valley, 1e-7)
    np.testing.assert_allclose(valley_gradient(point), expected, atol=1e-4)


def test_panels_show_the_runs(figure, numbers):
    for name in ("plain", "momentum"):
        assert np.array_equal(by_gid(figure, f"{name}-path").get_xydata(), getattr(numbers, name))
        drawn = by_gid(figure, f"{name}-loss").get_ydata()
        assert np.array_equal(drawn, getattr(numbers, f"{name}_loss"))


def test_losses_are_those_of_the_points(numbers):
    for point, loss in (
        (numbers.plain, numbers.plain_loss),
        (numbers.momentum, numbers.momentum_loss),
    ):
        np.testing.assert_allclose(loss, point[:, 0] ** 2 + point[:, 1] ** 4)
    np.testing.assert_allclose(numbers.loss[0, 1], numbers.x[1] ** 2 + numbers.y[0] ** 4)


@image_test("momentum_valley")
def test_picture(picture):
    return picture
