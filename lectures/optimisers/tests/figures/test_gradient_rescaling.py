"""Tests of gradient_rescaling."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from optimisers.rescaling import clip, normalise, soft_clip
from tests.support.artists import by_gid
from tests.support.image_test import image_test

RESCALINGS = (lambda g: clip(g, 1), normalise, lambda g: soft_clip(g, 1))
# The squares of tiny entries would underflow.
GRADIENTS = arrays(float, 3, elements=st.floats(-100, 100).filter(lambda x: x == 0 or abs(x) > 0.1))


@pytest.mark.claim("short-unchanged")
def test_clipping_leaves_short_gradients_unchanged(numbers):
    short = numbers.gradient <= 1
    assert np.array_equal(numbers.clipped[short], numbers.gradient[short])


@pytest.mark.claim("limited")
@pytest.mark.parametrize("field", ["clipped", "normalised", "softly_clipped"])
def test_step_is_at_most_one(numbers, field):
    assert getattr(numbers, field).max() <= 1


@pytest.mark.claim("normalised")
def test_normalised_length_is_one(numbers):
    assert numbers.normalised[0] == 0
    assert np.all(numbers.normalised[1:] == 1)


@pytest.mark.claim("smooth-below")
def test_softly_clipped_length_is_below_the_clipped_one(numbers):
    assert np.all(numbers.softly_clipped[1:] < numbers.clipped[1:])
    np.testing.assert_allclose(
        numbers.softly_clipped, numbers.gradient / np.sqrt(1 + numbers.gradient**2)
    )


@pytest.mark.claim("direction")
@pytest.mark.parametrize("rescale", RESCALINGS)
@given(gradient=GRADIENTS)
def test_direction_is_kept(rescale, gradient):
    rescaled = rescale(gradient)
    product = np.linalg.norm(rescaled) * np.linalg.norm(gradient)
    assert rescaled @ gradient == pytest.approx(product)
    assert np.array_equal(np.sign(rescaled), np.sign(gradient))


@pytest.mark.claim("matches-torch")
@given(gradient=GRADIENTS)
def test_clipping_matches_torch(gradient):
    parameter = torch.nn.Parameter(torch.zeros(3, dtype=torch.float64))
    parameter.grad = torch.tensor(gradient)
    torch.nn.utils.clip_grad_norm_([parameter], 1.0)
    np.testing.assert_allclose(clip(gradient, 1.0), parameter.grad, atol=1e-5)


def test_curves_show_the_lengths(figure, numbers):
    for gid, field in (("clipped", "clipped"), ("softly-clipped", "softly_clipped")):
        drawn = np.interp(numbers.gradient, *by_gid(figure, gid).get_data())
        np.testing.assert_allclose(drawn, getattr(numbers, field), atol=1e-12)
    assert set(by_gid(figure, "normalised").get_ydata()) == {1}
    assert by_gid(figure, "zero").get_xydata().tolist() == [[0, 0]]
    assert np.array_equal(*by_gid(figure, "unscaled").get_data())


@image_test("gradient_rescaling")
def test_picture(picture):
    return picture
