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
def test_point_has_score_zero_and_the_given_distance_along_the_line(w, b, along):
    point = Line(w, b).point(along)
    norm = np.linalg.norm(w)
    normal = w / norm
    direction = np.array([normal[1], -normal[0]])
    rounding = 1e-12 * (1 + abs(b) / norm + abs(along))
    assert normal @ point == pytest.approx(-b / norm, abs=rounding)
    assert direction @ point == pytest.approx(along, abs=rounding)


@given(vectors, distances)
def test_line_without_bias_is_centred_at_the_origin(w, along):
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
    corners = line.side(label, reach=10.0)
    assert corners[:2].tolist() == [line.point(-10).tolist(), line.point(10).tolist()]
    scores = corners @ line.w + line.b
    far = label * 10 * 5  # the reach times the norm of w
    np.testing.assert_allclose(scores, [0, 0, far, far], atol=1e-12)
    edge = corners[1] - corners[0]
    np.testing.assert_allclose(corners[2] - corners[3], edge)
    assert edge @ (corners[2] - corners[1]) == pytest.approx(0, abs=1e-12), "no right angle"


@given(st.lists(vectors, min_size=1, max_size=4).map(np.array), vectors, biases)
def test_errors_are_wrong_signs_of_the_output_of_torch(points, w, b):
    weight = torch.tensor(w[np.newaxis])
    bias = torch.tensor([b], dtype=torch.float64)
    outputs = torch.nn.functional.linear(torch.tensor(points), weight, bias)
    score = outputs[:, 0].numpy()
    # Only where rounding errors cannot change the sign.
    clear = abs(score) > 1e-9 * (np.abs(points) @ np.abs(w) + abs(b))
    for label in (1, -1):
        errors = Line(w, b).errors(points, np.full(len(points), label))
        assert errors[clear].tolist() == (np.sign(score) != label)[clear].tolist()


@pytest.mark.parametrize("label", [1, -1])
def test_point_on_the_line_is_an_error(label):
    line = Line(np.array([1.0, -1.0]), -1.0)
    assert line.errors(np.array([[2.0, 1.0]]), np.array([label])).tolist() == [True]


@given(seeds, st.floats(-10, 10))
def test_line_through_the_origin_has_the_normal_with_fewer_errors(seed, angle):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(9, 2))
    labels = rng.choice([-1, 1], 9)
    w = through_origin(points, labels, angle).w
    assert np.linalg.norm(w) == pytest.approx(1, rel=1e-15)
    assert abs(w[0] * np.sin(angle) - w[1] * np.cos(angle)) < 1e-15, "another angle"
    # Each of the 9 points is an error for one of the two normals, so the better has at most 4.
    assert np.count_nonzero(labels * (points @ w) <= 0) <= 4
