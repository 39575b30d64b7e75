"""Tests of lecture.curves."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lecture.curves import evaluate, lowest


@given(arrays(float, 4, elements=st.floats(-10, 10)))
def test_evaluate_returns_values_and_slopes(x):
    values, slopes = evaluate(torch.square, x)
    np.testing.assert_allclose(values, x**2, rtol=1e-15)
    np.testing.assert_allclose(slopes, 2 * x, rtol=1e-15)


@given(arrays(float, 5, elements=st.floats(-10, 10), unique=True))
def test_lowest_returns_the_lowest_point(values):
    indices = np.arange(5.0)
    index, value = lowest(indices, values)
    assert value == values[int(index)] == min(values)
