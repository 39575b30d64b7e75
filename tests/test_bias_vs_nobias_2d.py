"""Guards of bias_vs_nobias_2d."""

from fractions import Fraction
from itertools import pairwise

import lecture

import numpy as np
import pytest
import torch
from artists import line, texts, tick_labels
from bias_vs_nobias_2d import boundary, draw, foot, score
from hypothesis import given
from hypothesis import strategies as st
from pictures import image_test
from words import numbers_in

RULES_THAT_GIVE_WAY = {
    "Label attribution": "the origin lies on the dashed line, which is the point; a leader tells it"
}

coordinates = st.floats(1e-3, 1e6) | st.floats(-1e6, -1e-3)
vectors = st.tuples(coordinates, coordinates).map(np.array)
biases = st.just(0.0) | coordinates


def cross(a, b):
    """The signed area of the parallelogram of two vectors; 0 if they are parallel."""
    return a[0] * b[1] - a[1] * b[0]


def clouds(figure):
    """The drawn points (n, 2) and their labels (n)."""
    positive, negative = line(figure, "class +1"), line(figure, "class −1")
    return np.concatenate([positive, negative]), np.repeat([1, -1], [len(positive), len(negative)])


def arrow(figure):
    """Tail and head (2, 2) of the drawn shift."""
    (shift,) = [text for text in figure.axes[0].texts if text.get_label() == "shift"]
    return np.array([shift.xyann, shift.xy])


def distance(point, ends):
    """How far a point lies from the line through two points."""
    along = ends[1] - ends[0]
    return abs(cross(point - ends[0], along)) / np.linalg.norm(along)


def critical_normals(points):
    """One normal for every way in which a line through the origin can lie among the points.

    As the line turns, a point changes sides only where the normal is
    perpendicular to it. These normals, and one between each and the next, stand
    for all angles. Exact, in rational numbers.
    """
    normals = [(-y, x) for x, y in points] + [(y, -x) for x, y in points]
    normals.sort(key=lambda normal: np.arctan2(float(normal[1]), float(normal[0])))
    between = []
    for a, b in pairwise([*normals, normals[0]]):
        assert cross(a, b) > 0, "a normal is missing, or two are not in order"
        between.append((a[0] + b[0], a[1] + b[1]))
    return normals + between


def fewest_misplaced(points, labels):
    """How many points the best line through the origin leaves not on their side."""
    exact = [(Fraction(x), Fraction(y)) for x, y in points.tolist()]
    signed = [(x * label, y * label) for (x, y), label in zip(exact, labels.tolist(), strict=True)]
    return min(sum(x * v[0] + y * v[1] <= 0 for x, y in signed) for v in critical_normals(exact))


@pytest.mark.claim("through-origin")
def test_line_without_bias_contains_the_origin(figure):
    start, end = line(figure, "without bias")
    assert distance(np.zeros(2), (start, end)) < 1e-12
    assert start @ end < 0, "the drawn line ends before the origin"
    assert line(figure, "origin").tolist() == [[0, 0]]


@pytest.mark.claim("through-origin")
@given(vectors)
def test_origin_has_score_zero_without_bias_whatever_the_weight(w):
    assert score(np.zeros((1, 2)), w, 0).tolist() == [0]
    assert foot(w, 0).tolist() == [0, 0]


@pytest.mark.claim("parallel")
@pytest.mark.parametrize("name", ["without bias", "with bias"])
def test_line_has_normal_w(figure, numbers, name):
    start, end = line(figure, name)
    assert (end - start) @ numbers.w == pytest.approx(0, abs=1e-12)


@pytest.mark.claim("shift")
def test_lines_are_apart_by_bias_over_norm_of_weight(figure, numbers):
    expected = abs(numbers.b) / np.sqrt(numbers.w[0] ** 2 + numbers.w[1] ** 2)
    for end in line(figure, "without bias"):
        assert distance(end, line(figure, "with bias")) == pytest.approx(expected, rel=1e-12)
    assert numbers.distance == expected


@pytest.mark.claim("shift")
def test_arrow_spans_the_distance_between_the_lines(figure, numbers):
    tail, head = arrow(figure)
    assert tail.tolist() == [0, 0]
    assert distance(head, line(figure, "with bias")) < 1e-12
    assert np.linalg.norm(head - tail) == pytest.approx(numbers.distance, rel=1e-12)
    assert figure.axes[0].get_aspect() == 1, "perpendicular does not look perpendicular"


@pytest.mark.claim("shift")
@given(vectors, biases)
def test_foot_is_the_nearest_point_of_the_line(w, b):
    norm = np.linalg.norm(w)
    np.testing.assert_allclose(np.linalg.norm(foot(w, b)), abs(b) / norm, rtol=1e-12)
    np.testing.assert_allclose(w / norm @ foot(w, b), -b / norm, rtol=1e-12)


@given(vectors, biases)
def test_boundary_ends_as_far_from_the_foot_as_span_says(w, b):
    along = (boundary(w, b, (-2.0, 3.0)) - foot(w, b)) @ np.array([w[1], -w[0]])
    rounding = 1e-12 * (1 + np.linalg.norm(foot(w, b)))
    np.testing.assert_allclose(along / np.linalg.norm(w), [-2, 3], rtol=0, atol=rounding)
    across = (boundary(w, b, (-2.0, 3.0)) - foot(w, b)) @ w
    np.testing.assert_allclose(across / np.linalg.norm(w), 0, rtol=0, atol=rounding)


@pytest.mark.claim("bias-separates")
def test_every_drawn_point_is_on_the_side_of_its_class(figure):
    points, labels = clouds(figure)
    start, end = line(figure, "with bias")
    sides = np.sign(cross((points - start).T, end - start))
    assert abs(sides @ labels) == len(points), "a point is on the side of the other class"
    assert min(distance(point, (start, end)) for point in points) > 0.5, "hard to see"


@pytest.mark.claim("bias-separates")
def test_sign_of_the_score_is_the_class(numbers):
    scores = score(numbers.points, numbers.w, numbers.b)
    assert np.sign(scores).tolist() == numbers.labels.tolist()


@given(st.lists(vectors, min_size=1, max_size=4).map(np.array), vectors, biases)
def test_score_matches_torch(points, w, b):
    expected = torch.nn.functional.linear(
        torch.tensor(points), torch.tensor(w[None]), torch.tensor([b], dtype=torch.float64)
    )
    rounding = 1e-12 * (np.abs(points) @ np.abs(w) + abs(b)).max()
    np.testing.assert_allclose(score(points, w, b), expected[:, 0], rtol=0, atol=rounding)


@pytest.mark.claim("no-bias-cannot")
def test_no_line_through_the_origin_separates_at_any_angle(figure):
    assert fewest_misplaced(*clouds(figure)) > 0


@pytest.mark.claim("no-bias-cannot")
def test_some_line_through_the_head_of_the_arrow_separates(figure):
    points, labels = clouds(figure)
    assert fewest_misplaced(points - arrow(figure)[1], labels) == 0


def test_line_without_bias_has_both_classes_on_one_side(figure, numbers):
    assert (clouds(figure)[0] @ numbers.w > 0.5).all()


def test_draws_the_computed_numbers(figure, numbers):
    assert line(figure, "class +1").tolist() == numbers.points[numbers.labels == 1].tolist()
    assert line(figure, "class −1").tolist() == numbers.points[numbers.labels == -1].tolist()
    assert line(figure, "without bias").tolist() == numbers.without_bias.tolist()
    assert line(figure, "with bias").tolist() == numbers.with_bias.tolist()
    assert arrow(figure).tolist() == numbers.shift.tolist()
    assert f"shift $|b|\\;/\\;\\|w\\| = {numbers.distance:g}$" in texts(figure)


def test_both_lines_run_from_edge_to_edge_and_no_point_is_cut_off(figure, numbers):
    inside = figure.axes[0].viewLim
    assert all(inside.contains(x, y) for x, y in numbers.points)
    for name, middle in zip(["without bias", "with bias"], arrow(figure), strict=True):
        ends = line(figure, name)
        assert not any(inside.contains(*end) for end in ends), f"the line {name} ends in the panel"
        np.testing.assert_allclose(ends - middle, [[-3.2, 2.4], [8, -6]], rtol=1e-12)


def test_names_stand_beside_what_they_name(figure, numbers):
    (axes,) = figure.axes
    place = {text.get_text(): np.array(text.get_position()) for text in axes.texts}
    for label, name in (1, "class +1"), (-1, "class −1"):
        centre = numbers.points[numbers.labels == label].mean(axis=0)
        assert np.abs(place[name] - centre).max() < 1.5, f"{name!r} is far from its points"
    (origin,) = [text for text in axes.texts if text.get_text() == "origin"]
    assert origin.xy == (0, 0)
    for name, b, side in ("with bias", numbers.b, 1), ("without bias", 0, -1):
        (words,) = [text for text in axes.texts if f"\n{name}: " in text.get_text()]
        (curve,) = [curve for curve in axes.lines if curve.get_label() == name]
        equation = "$w^T x + b = 0$" if b else "$w^T x = 0$"
        assert words.get_text().startswith(equation + "\n")
        assert words.get_color() == curve.get_color()
        assert side * score(np.array(words.get_position()), numbers.w, b) > 0


def test_series_differ_by_colour_and_by_a_second_cue(figure):
    look = {
        curve.get_label(): (curve.get_color(), curve.get_marker(), curve.get_linestyle())
        for curve in figure.axes[0].lines
    }
    with lecture.theme("light"):
        assert look == {
            "class +1": (lecture.color("positive"), "o", "None"),
            "class −1": (lecture.color("negative"), "^", "None"),
            "without bias": (lecture.color("reference"), "None", "--"),
            "with bias": (lecture.color("kernel"), "None", "-"),
            "origin": (lecture.color("reference"), "o", "None"),
        }


def test_axes_tell_their_values(figure):
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("$x_1$", "$x_2$")
    for value, words in tick_labels(figure):
        assert numbers_in(words) == [value]


def test_words_tell_the_numbers(prompt, numbers):
    points, labels = numbers.points, numbers.labels
    fewest = fewest_misplaced(points, labels)
    assert numbers_in(prompt.caption) == [1, -1, 0, fewest, len(points), numbers.distance, 0]
    positive, negative = points[labels == 1], points[labels == -1]
    assert numbers_in(prompt.alt) == [
        len(negative), -1, *np.round([negative[:, 0].min(), negative[:, 0].max()], 1),
        len(positive), 1, *np.round([positive[:, 0].min(), positive[:, 0].max()], 1),
        *np.round([points[:, 1].min(), points[:, 1].max()], 1),
        numbers.distance,
    ]  # fmt: skip


@image_test("bias_vs_nobias_2d")
def test_picture(numbers, theme):
    return draw(numbers)
