"""Guards of bias_vs_nobias_2d."""

from fractions import Fraction
from itertools import pairwise

from figurepress import look

import numpy as np
import pytest
import torch
from tests.support.artists import line, lines, texts, tick_labels
from scripts.bias_vs_nobias_2d import draw, fewest_wrong, is_wrong, on_line, through_origin
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import same_color
from tests.support.pictures import image_test
from tests.support.words import numbers_in

PANELS = pytest.mark.parametrize("panel", [0, 1], ids=["without bias", "with bias"])
coordinates = st.floats(1e-3, 1e6) | st.floats(-1e6, -1e-3)
vectors = st.tuples(coordinates, coordinates).map(np.array)
biases = st.just(0.0) | coordinates
seeds = st.integers(0, 2**32 - 1)


def cross(a, b):
    """The signed area of the parallelogram of two vectors; 0 if they are parallel."""
    return a[0] * b[1] - a[1] * b[0]


def drawn(figure, panel, label):
    """The one line or cloud of a panel with this label."""
    (found,) = [line for line in figure.axes[panel].lines if line.get_label() == label]
    return found


def clouds(figure, panel=0):
    """The drawn points (n, 2) of a panel and their labels (n)."""
    clouds = [drawn(figure, panel, name).get_xydata() for name in ("class +1", "class −1")]
    return np.concatenate(clouds), np.repeat([1, -1], [len(cloud) for cloud in clouds])


def hollow(figure, panel):
    """The points (n, 2) of a panel that are drawn hollow."""
    found = [line for line in figure.axes[panel].lines if line.get_label() == "_wrong"]
    assert [line.get_marker() for line in found] == ["o", "^"]
    assert all(same_color(line.get_markerfacecolor(), "white") for line in found)
    return np.concatenate([line.get_xydata() for line in found])


def words(figure, panel, text):
    """The one text of a panel that begins so."""
    (found,) = [t for t in figure.axes[panel].texts if t.get_text().startswith(text)]
    return found


def arrow(figure):
    """Tail and head (2, 2) of the drawn shift."""
    (shift,) = [text for text in figure.axes[1].texts if text.get_label() == "shift"]
    return np.array([shift.xyann, shift.xy])


def distance(point, ends):
    """How far a point lies from the line through two points."""
    along = ends[1] - ends[0]
    return abs(cross(point - ends[0], along)) / np.linalg.norm(along)


def misplaced(points, labels, ends):
    """Which points the line through two points has on a wrong side, its sides named well."""
    start, end = ends
    sides = np.sign(cross((points - start).T, end - start))
    return min(sides != labels, sides != -labels, key=np.sum)


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
def test_every_line_without_bias_contains_the_origin(figure):
    through = [*lines(figure, "through the origin"), line(figure, "without bias")]
    assert len(through) == 7
    for start, end in through:
        assert distance(np.zeros(2), (start, end)) < 1e-12
        assert start @ end < 0, "the drawn line ends before the origin"
    assert [origin.tolist() for origin in lines(figure, "origin")] == [[[0, 0]], [[0, 0]]]


@pytest.mark.claim("through-origin")
@given(vectors, st.floats(-1e3, 1e3))
def test_origin_is_on_the_line_without_bias_whatever_the_weight(w, along):
    assert on_line(w, 0, [0]).tolist() == [[0, 0]]
    there, back = on_line(w, 0, [along, -along])
    assert there.tolist() == (-back).tolist()


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
    assert distance(tail, line(figure, "without bias")) < 1e-12
    assert distance(head, line(figure, "with bias")) < 1e-12
    assert np.linalg.norm(head - tail) == pytest.approx(numbers.distance, rel=1e-12)
    assert figure.axes[1].get_aspect() == 1, "perpendicular does not look perpendicular"


@pytest.mark.claim("shift")
def test_arrow_is_clear_of_the_points(figure):
    tail, head = arrow(figure)
    for point in clouds(figure, 1)[0]:
        part = np.clip((point - tail) @ (head - tail) / np.sum((head - tail) ** 2), 0, 1)
        assert np.linalg.norm(tail + part * (head - tail) - point) > 0.5


@pytest.mark.claim("shift")
@given(vectors, biases, st.floats(-1e3, 1e3))
def test_point_of_the_line_is_as_far_along_it_as_told(w, b, along):
    ((x, y),) = on_line(w, b, [along])
    norm = np.linalg.norm(w)
    rounding = 1e-12 * (1 + abs(b) / norm + abs(along))
    assert (w[0] * x + w[1] * y) / norm == pytest.approx(-b / norm, abs=rounding)
    assert (w[1] * x - w[0] * y) / norm == pytest.approx(along, abs=rounding)


@pytest.mark.claim("bias-separates")
def test_every_drawn_point_is_on_the_side_of_its_class(figure):
    points, labels = clouds(figure, 1)
    ends = line(figure, "with bias")
    assert not misplaced(points, labels, ends).any(), "a point is on the side of the other class"
    assert len(hollow(figure, 1)) == 0
    assert min(distance(point, ends) for point in points) > 0.5, "hard to see"


@pytest.mark.claim("bias-separates")
def test_sign_of_the_score_is_the_class(numbers):
    scores = numbers.points @ numbers.w + numbers.b
    assert np.sign(scores).tolist() == numbers.labels.tolist()
    assert numbers.wrong.tolist() == [False] * 24


@given(st.lists(vectors, min_size=1, max_size=4).map(np.array), vectors, biases)
def test_a_point_is_wrong_where_torch_gives_no_score_of_its_sign(points, w, b):
    score = torch.nn.functional.linear(
        torch.tensor(points), torch.tensor(w[None]), torch.tensor([b], dtype=torch.float64)
    )[:, 0].numpy()
    clear = abs(score) > 1e-9 * (np.abs(points) @ np.abs(w) + abs(b))
    for label in (1, -1):
        expected = np.sign(score) != label
        assert np.array_equal(is_wrong(points, np.array(label), w, b)[clear], expected[clear])


def test_a_point_on_the_line_is_wrong_for_either_class():
    on_it, w = np.array([[2.0, 1.0]]), np.array([1.0, -1.0])
    assert [is_wrong(on_it, np.array([label]), w, -1).tolist() for label in (1, -1)] == [[True]] * 2


@pytest.mark.claim("no-bias-cannot")
def test_no_line_through_the_origin_separates_at_any_angle(figure, numbers):
    assert fewest_misplaced(*clouds(figure)) == numbers.fewest_wrong > 0


@pytest.mark.claim("no-bias-cannot")
@given(seeds, st.integers(2, 9))
def test_fewest_wrong_is_the_exact_minimum_over_all_angles(seed, n):
    rng = np.random.default_rng(seed)
    points, labels = rng.normal(0.5, 1, (n, 2)), rng.choice([-1, 1], n)
    assert fewest_wrong(points, labels) == fewest_misplaced(points, labels)


@pytest.mark.claim("no-bias-cannot")
@given(seeds, st.floats(-10, 10))
def test_normal_points_to_the_side_with_fewer_wrong(seed, angle):
    rng = np.random.default_rng(seed)
    points, labels = rng.normal(size=(9, 2)), rng.choice([-1, 1], 9)
    normal = through_origin(points, labels, angle)
    assert abs(cross(normal, (np.cos(angle), np.sin(angle)))) < 1e-15
    assert np.linalg.norm(normal) == pytest.approx(1, rel=1e-15)
    wrong = is_wrong(points, labels, normal, 0)
    assert wrong.sum() == misplaced(points, labels, on_line(normal, 0, [-1, 1])).sum() <= 4


@pytest.mark.claim("no-bias-cannot")
def test_best_drawn_line_has_as_few_wrong_as_any_and_these_are_hollow(figure, numbers):
    (best,) = [
        artist
        for artist in figure.axes[0].lines
        if artist.get_label() == "through the origin" and artist.get_alpha() is None
    ]
    points, labels = clouds(figure)
    wrong = misplaced(points, labels, best.get_xydata())
    assert wrong.sum() == fewest_misplaced(points, labels)
    assert np.array_equal(hollow(figure, 0), points[wrong])
    label = words(figure, 0, "best possible")
    assert label.get_text() == f"best possible:\n{wrong.sum()} of {len(points)} wrong\n(hollow)"
    assert distance(np.array(label.get_position()), best.get_xydata()) < 2
    assert min(distance(point, best.get_xydata()) for point in points) > 0.1, "hard to see"


@pytest.mark.claim("no-bias-cannot")
def test_each_line_through_the_origin_bears_its_number_of_wrong_points(figure):
    points, labels = clouds(figure)
    faint = [
        artist.get_xydata()
        for artist in figure.axes[0].lines
        if artist.get_label() == "through the origin" and artist.get_alpha() is not None
    ]
    numbered = [text for text in figure.axes[0].texts if text.get_bbox_patch() is not None]
    assert len(numbered) == len(faint) == 5
    for ends, text in zip(faint, numbered, strict=True):
        assert distance(np.array(text.get_position()), ends) < 1e-12, "a number is off its line"
        assert text.get_text() == f"{misplaced(points, labels, ends).sum()} wrong"


@pytest.mark.claim("no-bias-cannot")
def test_lines_through_the_origin_are_turned_by_even_angles(figure, numbers):
    along = [end - start for start, end in lines(figure, "through the origin")]
    angles = np.array([np.degrees(np.arctan2(y, x)) for x, y in along])
    np.testing.assert_allclose(np.diff(angles) % 180, 30, rtol=1e-12)
    assert along[0] @ numbers.w == pytest.approx(0, abs=1e-12)


@pytest.mark.claim("no-bias-cannot")
def test_some_line_through_the_head_of_the_arrow_separates(figure):
    points, labels = clouds(figure, 1)
    assert fewest_misplaced(points - arrow(figure)[1], labels) == 0


@PANELS
def test_draws_the_computed_points(figure, numbers, panel):
    points, labels = clouds(figure, panel)
    assert np.array_equal(points, numbers.points) and np.array_equal(labels, numbers.labels)


def test_draws_the_computed_lines(figure, numbers):
    assert np.array_equal(lines(figure, "through the origin"), numbers.fan)
    assert line(figure, "without bias").tolist() == numbers.fan[0].tolist()
    assert line(figure, "with bias").tolist() == numbers.with_bias.tolist()
    assert arrow(figure).tolist() == numbers.shift.tolist()
    assert f"shift\n$|b| \\,/\\, \\|w\\| = {numbers.distance:g}$" in texts(figure)


def test_words_say_how_many_each_line_has_wrong(figure):
    points, labels = clouds(figure, 1)
    names = {"without bias": "w^\\top x = 0", "with bias": "w^\\top x + b = 0"}
    for name, equation in names.items():
        ends, text = line(figure, name), words(figure, 1, f"${equation}$")
        count = misplaced(points, labels, ends).sum()
        assert text.get_text() == f"${equation}$:\n{count} of {len(points)} wrong"
        assert text.get_color() == drawn(figure, 1, name).get_color()
        away = {other: distance(text.get_position(), line(figure, other)) for other in names}
        assert min(away, key=away.get) == name, "the words are nearer to the other line"


@PANELS
def test_lines_run_from_edge_to_edge_and_no_point_is_cut_off(figure, numbers, panel):
    inside = figure.axes[panel].viewLim
    assert all(inside.contains(x, y) for x, y in numbers.points)
    for artist in figure.axes[panel].lines:
        if artist.get_marker() == "None":
            start, end = artist.get_xydata()
            assert np.linalg.norm(end - start) == pytest.approx(40, rel=1e-12)
            assert not inside.contains(*start) and not inside.contains(*end)


def test_panels_have_the_same_limits_and_scale(figure):
    left, right = figure.axes
    assert left.get_xlim() == left.get_ylim() == right.get_xlim() == right.get_ylim()
    assert left.get_aspect() == right.get_aspect() == 1
    assert [axes.get_title("left") for axes in figure.axes] == [
        "Without bias: no line separates",
        "With bias: the shifted line does",
    ]


def test_names_stand_beside_what_they_name(figure, numbers):
    for label, name in (1, "class +1"), (-1, "class −1"):
        place = np.array(words(figure, 1, name).get_position())
        near = np.linalg.norm(numbers.points - place, axis=1).argmin()
        assert numbers.labels[near] == label, f"{name} stands beside the other class"


@PANELS
def test_classes_differ_in_colour_and_marker_and_lie_over_the_lines(figure, panel):
    with look.theme("light"):
        look = [(look.color("positive"), "o"), (look.color("negative"), "^")]
    found = [drawn(figure, panel, name) for name in ("class +1", "class −1")]
    assert [(cloud.get_color(), cloud.get_marker()) for cloud in found] == look
    order = [artist.get_marker() == "None" for artist in figure.axes[panel].lines]
    assert order == sorted(order, reverse=True), "a line lies over a point"
    assert len({artist.get_zorder() for artist in figure.axes[panel].lines}) == 1


def test_axes_tell_their_values(figure):
    left, right = figure.axes
    assert (left.get_xlabel(), left.get_ylabel()) == ("$x_1$", "$x_2$")
    assert (right.get_xlabel(), right.get_ylabel()) == ("$x_1$", "")
    for value, label in tick_labels(figure):
        assert numbers_in(label) == [value]


def test_words_tell_the_numbers(prompt, numbers):
    points, labels, fewest = numbers.points, numbers.labels, numbers.fewest_wrong
    assert numbers_in(prompt.caption) == [0, 1, -1, fewest, len(points), numbers.distance, 0, 0]
    counts = numbers.fan_wrong.sum(axis=1)

    def extent(label):
        cloud = points[labels == label]
        return np.transpose([cloud.min(axis=0), cloud.max(axis=0)]).round(1).ravel()

    assert numbers_in(prompt.alt) == [
        len(points), np.sum(labels == -1), -1, *extent(-1), np.sum(labels == 1), 1, *extent(1),
        len(numbers.fan), *counts, fewest, fewest, -1, numbers.distance, counts[0],
        numbers.wrong.sum(),
    ]  # fmt: skip
    assert set(labels[numbers.fan_wrong[counts.argmin()]]) == {-1}


@image_test("bias_vs_nobias_2d")
def test_picture(numbers, theme):
    return draw(numbers)
