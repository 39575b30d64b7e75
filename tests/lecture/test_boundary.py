"""Section 3.3.3: a linear boundary in the plane, its points and its errors."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lecture.boundary import Line, through_origin

coordinates = st.floats(1e-3, 1e6) | st.floats(-1e6, -1e-3)
vectors = st.tuples(coordinates, coordinates).map(np.array)
biases = st.just(0.0) | coordinates
distances = st.floats(-1e3, 1e3)
seeds = st.integers(0, 2**32 - 1)


@given(vectors, biases, distances)
def test_point_has_score_zero_and_its_distance_along(w, b, along):
    x, y = Line(w, b).point(along)
    norm = np.linalg.norm(w)
    rounding = 1e-12 * (1 + abs(b) / norm + abs(along))
    assert (w[0] * x + w[1] * y) / norm == pytest.approx(-b / norm, abs=rounding)
    assert (w[1] * x - w[0] * y) / norm == pytest.approx(along, abs=rounding)


@given(vectors, distances)
def test_line_without_bias_contains_the_origin(w, along):
    line = Line(w)
    assert line.point(0).tolist() == [0, 0]
    assert line.point(along).tolist() == (-line.point(-along)).tolist()


@given(vectors, biases)
def test_ends_are_points_in_both_directions(w, b):
    line = Line(w, b)
    assert line.ends(7.0).tolist() == [line.point(-7.0).tolist(), line.point(7.0).tolist()]


@pytest.mark.parametrize("label", [1, -1])
def test_side_is_a_rectangle_on_the_side_of_its_class(label):
    line = Line(np.array([3.0, 4.0]), -20.0)
    corners = line.side(label, 10.0)
    assert corners[:2].tolist() == [line.point(-10).tolist(), line.point(10).tolist()]
    scores = corners @ line.w + line.b
    np.testing.assert_allclose(scores, np.array([0, 0, label, label]) * 10 * 5, atol=1e-12)
    np.testing.assert_allclose(corners[1] - corners[0], corners[2] - corners[3])


@given(st.lists(vectors, min_size=1, max_size=4).map(np.array), vectors, biases)
def test_errors_are_the_wrong_signs_of_the_torch_layer(points, w, b):
    bias = torch.tensor([b], dtype=torch.float64)
    score = torch.nn.functional.linear(torch.tensor(points), torch.tensor(w[None]), bias)[
        :, 0
    ].numpy()
    clear = abs(score) > 1e-9 * (np.abs(points) @ np.abs(w) + abs(b))
    for label in (1, -1):
        errors = Line(w, b).errors(points, np.full(len(points), label))
        assert errors[clear].tolist() == (np.sign(score) != label)[clear].tolist()


@pytest.mark.parametrize("label", [1, -1])
def test_point_on_the_line_is_an_error(label):
    line = Line(np.array([1.0, -1.0]), -1.0)
    assert line.errors(np.array([[2.0, 1.0]]), np.array([label])).tolist() == [True]


@given(seeds, st.floats(-10, 10))
def test_normal_points_to_the_side_with_fewer_errors(seed, angle):
    rng = np.random.default_rng(seed)
    points, labels = rng.normal(size=(9, 2)), rng.choice([-1, 1], 9)
    w = through_origin(points, labels, angle).w
    assert np.linalg.norm(w) == pytest.approx(1, rel=1e-15)
    assert abs(w[0] * np.sin(angle) - w[1] * np.cos(angle)) < 1e-15, "another angle"
    assert np.count_nonzero(labels * (points @ w) <= 0) <= 4
