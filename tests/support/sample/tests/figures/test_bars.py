"""Tests of the figure bars."""

import numpy as np
import pytest


@pytest.mark.claim("finite")
def test_heights_are_finite(numbers):
    assert np.isfinite(numbers.heights).all()
