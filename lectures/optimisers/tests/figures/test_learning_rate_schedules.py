"""Tests of learning_rate_schedules."""

import numpy as np
import pytest
import torch
from torch.optim import SGD
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    SequentialLR,
    StepLR,
)

from tests.support.artists import all_by_gid
from tests.support.image_test import image_test

FIELDS = ("drops", "exponential", "cosine", "warmup")


@pytest.mark.claim("halves")
def test_factor_halves_every_25_steps(numbers):
    assert numbers.drops[::25].tolist() == [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16]
    assert np.flatnonzero(np.diff(numbers.drops)).tolist() == [24, 49, 74, 99]


@pytest.mark.claim("ratio")
def test_exponential_decay_has_one_ratio(numbers):
    np.testing.assert_allclose(numbers.exponential[1:] / numbers.exponential[:-1], 0.96)


@pytest.mark.claim("cosine-middle")
def test_cosine_is_steepest_at_one_half_in_the_middle_and_flat_at_the_ends(numbers):
    assert numbers.cosine[[0, 50, 100]] == pytest.approx([1, 0.5, 0])
    changes = np.abs(np.diff(numbers.cosine))
    assert changes.argmax() in (49, 50)
    assert changes[[0, -1]].max() < 3e-4


@pytest.mark.claim("warm-up")
def test_warmup_is_a_line_before_the_cosine(numbers):
    np.testing.assert_allclose(numbers.warmup[:11], np.arange(11) / 10)
    middle = 10 + 90 // 2  # of the cosine, which takes the other 90 steps
    np.testing.assert_allclose(numbers.warmup[middle], 0.5)


@pytest.mark.claim("matches-torch")
@pytest.mark.parametrize("field", FIELDS)
def test_schedule_matches_torch(numbers, field):
    optimiser = SGD([torch.zeros(1)], lr=1.0)
    if field == "drops":
        schedule = StepLR(optimiser, 25, 0.5)
    elif field == "exponential":
        schedule = ExponentialLR(optimiser, 0.96)
    elif field == "cosine":
        schedule = CosineAnnealingLR(optimiser, 100)
    else:
        warm_up = LinearLR(optimiser, start_factor=1e-12, total_iters=10)
        cosine = CosineAnnealingLR(optimiser, 90)
        schedule = SequentialLR(optimiser, [warm_up, cosine], [10])
    found = []
    for _ in range(101):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    np.testing.assert_allclose(found, getattr(numbers, field), atol=1e-11)


def test_panels_show_the_schedules(figure, numbers):
    for line, field in zip(all_by_gid(figure, "schedule"), FIELDS, strict=True):
        steps, factors = line.get_data()
        assert np.array_equal(factors, getattr(numbers, field)[steps.astype(int)]), field
        assert steps[[0, -1]].tolist() == [0, 100]


@image_test("learning_rate_schedules")
def test_picture(picture):
    return picture
