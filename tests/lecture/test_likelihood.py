"""Section 2.3.2: the negative log-likelihood of one parameter, and its minimiser."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expit

from lecture.likelihood import maximum_likelihood, negative_log_likelihood

# Arrays (2, n): rows x and y.
samples = st.lists(st.tuples(st.floats(-3, 3), st.sampled_from([-1.0, 1.0])), min_size=1).map(
    lambda pairs: np.array(pairs).T
)


@given(st.floats(-100, 100), samples)
def test_negative_log_likelihood_is_torchs_mean_logistic_loss(w, xy):
    x, y = map(torch.tensor, xy)
    expected = torch.nn.functional.soft_margin_loss(w * x, y).item()
    (loss,) = negative_log_likelihood(np.array([w]), *xy)
    assert loss == pytest.approx(expected, rel=1e-12, abs=1e-15)


@given(st.integers(0, 2**32 - 1))
def test_maximum_likelihood_is_the_root_of_the_slope(seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.5, 3, 20)
    y = np.repeat([1.0, -1.0], [12, 8])  # both labels, so that the best w is finite

    def slope(w):
        return -np.mean(y * x * expit(-w * y * x))

    root = brentq(slope, -1, 5, xtol=1e-14, rtol=1e-14)
    assert maximum_likelihood(x, y, low=-1, high=5) == pytest.approx(root, abs=1e-12)
