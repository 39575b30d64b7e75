"""Tests of bias_vs_nobias_2d."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex

from figurepress import look
from tests.support.artists import all_by_gid, by_gid, tick_labels
from tests.support.image_test import image_test
from tests.support.numbers_in_text import numbers_in

LEGIBILITY_EXCEPTIONS = {"Ink coverage": "both sides of each boundary are tinted"}
ROLES = ("positive", "negative")
SIGNS = {"positive": 1, "negative": -1}
FAN = [f"fan-{k}" for k in range(6)]
PANELS = pytest.mark.parametrize("panel", [0, 1], ids=["without bias", "with bias"])


def cross(a, b):
    """The signed area of the parallelogram of two vectors; 0 if they are parallel."""
    return a[0] * b[1] - a[1] * b[0]


def ends(figure, gid):
    """The two drawn ends (2, 2) of a line."""
    return by_gid(figure, gid).get_xydata()


def distance(point, line):
    """The distance of a point from the line through two points."""
    along = line[1] - line[0]
    return abs(cross(point - line[0], along)) / np.linalg.norm(along)


def drawn_classes(figure, panel):
    """The drawn points (n, 2) of a panel, and their labels (n)."""
    clouds = [all_by_gid(figure, f"class-{role}")[panel].get_xydata() for role in ROLES]
    return np.concatenate(clouds), np.repeat([1, -1], [len(cloud) for cloud in clouds])


def hollow(figure, panel):
    """The points (n, 2) of a panel that are drawn hollow."""
    found = [all_by_gid(figure, f"errors-{role}")[panel] for role in ROLES]
    assert [to_hex(points.get_markerfacecolor()) for points in found] == ["#ffffff"] * 2
    return np.concatenate([points.get_xydata() for points in found])


def errors(points, labels, line):
    """Which points are on the wrong side of the line, in the orientation with fewer errors."""
    start, end = line
    sides = np.sign(cross((points - start).T, end - start))
    return min(sides != labels, sides != -labels, key=np.sum)


def fewest_errors_through_origin(points, labels):
    """The fewest errors of any line through the origin, in exact arithmetic.

    When the line turns, a point changes sides only where the normal is perpendicular to the point.
    Between two neighbouring normals of this kind, all lines make the same errors: one is enough.
    """
    exact = [(Fraction(x), Fraction(y)) for x, y in points.tolist()]
    signed = [(x * label, y * label) for (x, y), label in zip(exact, labels.tolist(), strict=True)]
    normals = [(-y, x) for x, y in exact] + [(y, -x) for x, y in exact]
    normals.sort(key=lambda normal: np.arctan2(float(normal[1]), float(normal[0])))
    between = []
    for a, b in pairwise([*normals, normals[0]]):
        assert cross(a, b) > 0, "two points are in one direction, or the normals are not in order"
        between.append((a[0] + b[0], a[1] + b[1]))
    return min(sum(x * v[0] + y * v[1] <= 0 for x, y in signed) for v in between)


def best_of_fan(figure):
    """The gid of the line through the origin with the fewest errors."""
    points, labels = drawn_classes(figure, panel=0)
    return min(FAN, key=lambda gid: errors(points, labels, ends(figure, gid)).sum())


def middle(text):
    """The middle (2) of a text, in data coordinates."""
    box = text.get_window_extent()
    return text.axes.transData.inverted().transform([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2])


@pytest.mark.claim("through-origin")
@pytest.mark.parametrize("gid", [*FAN, "without-bias"])
def test_line_without_bias_contains_the_origin(figure, gid):
    start, end = ends(figure, gid)
    assert distance(np.zeros(2), (start, end)) < 1e-12
    assert start @ end < 0, "the drawn line ends before the origin"


@pytest.mark.claim("through-origin")
def test_origin_is_marked_in_both_panels(figure):
    assert [dot.get_xydata().tolist() for dot in all_by_gid(figure, "origin")] == [[[0, 0]]] * 2
    words = all_by_gid(figure, "origin-words")
    assert [text.get_text() for text in words] == ["origin"] * 2
    assert all(np.linalg.norm(middle(text)) < 2 for text in words)


@pytest.mark.claim("parallel")
@pytest.mark.parametrize("gid", ["without-bias", "with-bias"])
def test_line_has_normal_w(figure, numbers, gid):
    start, end = ends(figure, gid)
    assert (end - start) @ numbers.w == pytest.approx(0, abs=1e-12)


@pytest.mark.claim("shift")
def test_lines_are_apart_by_bias_over_norm_of_weight(figure, numbers):
    apart = [distance(end, ends(figure, "with-bias")) for end in ends(figure, "without-bias")]
    assert apart == pytest.approx([abs(numbers.b) / np.sqrt(numbers.w @ numbers.w)] * 2, rel=1e-12)


@pytest.mark.claim("shift")
def test_arrow_leads_along_w_from_line_to_line(figure, numbers):
    arrow = by_gid(figure, "shift")
    tail, head = np.array([arrow.xyann, arrow.xy])
    assert [tail.tolist(), head.tolist()] == numbers.shift.tolist()
    assert distance(tail, ends(figure, "without-bias")) < 1e-12
    assert distance(head, ends(figure, "with-bias")) < 1e-12
    np.testing.assert_allclose(head - tail, -numbers.b * numbers.w / (numbers.w @ numbers.w))


@pytest.mark.claim("shift")
def test_words_give_the_weight_and_the_bias_of_the_shift(figure, numbers):
    values = by_gid(figure, "with-bias-words").get_text().split("\n")[1]
    assert numbers_in(values) == [*numbers.w, numbers.b]


@pytest.mark.claim("shift")
def test_shift_is_labelled_with_its_length(figure, numbers):
    length = -numbers.b / np.linalg.norm(numbers.w)
    words = by_gid(figure, "shift-words").get_text()
    norm = np.linalg.norm(numbers.w)
    assert words == f"shift $-b/\\|w\\|$\n$= {-numbers.b:g}/{norm:g} = {length:g}$"


def test_arrow_is_clear_of_the_points(figure, numbers):
    points, _ = drawn_classes(figure, panel=1)
    tail, head = numbers.shift
    along = head - tail
    for point in points:
        part = np.clip((point - tail) @ along / (along @ along), 0, 1)
        nearest = tail + part * along
        assert np.linalg.norm(nearest - point) > 0.5


@pytest.mark.claim("bias-separates")
def test_every_point_is_on_the_side_of_its_class(figure):
    points, labels = drawn_classes(figure, panel=1)
    line = ends(figure, "with-bias")
    assert not errors(points, labels, line).any()
    assert min(distance(point, line) for point in points) > 0.5, "hard to see"


@pytest.mark.claim("bias-separates")
def test_sign_of_the_score_is_the_label(numbers):
    scores = numbers.points @ numbers.w + numbers.b
    assert np.sign(scores).tolist() == numbers.labels.tolist()


@pytest.mark.claim("no-bias-cannot")
def test_best_drawn_line_has_the_fewest_errors_of_all_angles(figure):
    points, labels = drawn_classes(figure, panel=0)
    drawn = min(errors(points, labels, ends(figure, gid)).sum() for gid in FAN)
    assert drawn == fewest_errors_through_origin(points, labels) > 0


@pytest.mark.claim("no-bias-cannot")
def test_points_are_clear_of_the_best_line(figure):
    points, _ = drawn_classes(figure, panel=0)
    pixels = figure.axes[0].transData.transform
    line = pixels(ends(figure, "best"))
    marker = all_by_gid(figure, "class-negative")[0].get_markersize() * figure.dpi / 72
    nearest = min(points, key=lambda point: distance(pixels(point), line))
    assert distance(pixels(nearest), line) > marker, f"{nearest} touches the line"


@pytest.mark.claim("no-bias-cannot")
def test_some_line_through_the_head_of_the_arrow_separates(numbers):
    assert fewest_errors_through_origin(numbers.points - numbers.shift[1], numbers.labels) == 0


@pytest.mark.claim("no-bias-cannot")
def test_words_count_the_errors_of_the_lines(figure):
    points, labels = drawn_classes(figure, panel=0)
    best, *others = sorted(errors(points, labels, ends(figure, gid)).sum() for gid in FAN)
    words = by_gid(figure, "best-words")
    assert words.get_text() == f"best line:\n{best} of {len(points)} wrong"
    expected = f"grey lines:\n{others[0]} to {others[-1]} wrong"
    assert by_gid(figure, "others").get_text() == expected


@pytest.mark.claim("no-bias-cannot")
def test_words_are_next_to_the_best_line(figure):
    text = by_gid(figure, "best-words")
    corner = np.array(text.get_position())
    assert text.get_ha() == "right"
    nearest = min(FAN, key=lambda gid: distance(corner, ends(figure, gid)))
    assert nearest == best_of_fan(figure)


@pytest.mark.claim("no-bias-cannot")
def test_best_line_is_drawn_over_the_others(figure):
    assert ends(figure, "best").tolist() == ends(figure, best_of_fan(figure)).tolist()
    assert by_gid(figure, "best").get_linewidth() > 2 * look.HAIR
    assert {by_gid(figure, gid).get_linewidth() for gid in FAN} == {look.HAIR}


def test_lines_are_turned_by_even_angles(figure, numbers):
    along = [np.subtract(*ends(figure, gid)) for gid in FAN]
    angles = np.degrees([np.arctan2(y, x) for x, y in along])
    np.testing.assert_allclose(np.diff(angles) % 180, 30, rtol=1e-12)
    assert along[0] @ numbers.w == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("panel", "gid"), [(0, "best"), (1, "with-bias")])
def test_points_on_the_wrong_side_are_hollow(figure, panel, gid):
    points, labels = drawn_classes(figure, panel)
    wrong = errors(points, labels, ends(figure, gid))
    assert hollow(figure, panel).tolist() == points[wrong].tolist()


def test_note_explains_hollow_points(figure):
    note = by_gid(figure, "hollow")
    assert (note.get_text(), note.get_position()) == ("hollow: wrong", (2.9, 0.1))


@pytest.mark.parametrize(("panel", "gid"), [(0, "best"), (1, "with-bias")])
@pytest.mark.parametrize("role", ROLES)
def test_sides_are_tinted_in_the_colour_of_their_class(figure, panel, gid, role):
    side = all_by_gid(figure, f"side-{role}")[panel]
    points, labels = drawn_classes(figure, panel)
    wrong = errors(points, labels, ends(figure, gid))
    predicted = np.where(wrong, -labels, labels)
    assert side.get_path().contains_points(points).tolist() == (predicted == SIGNS[role]).tolist()
    with look.theme("light"):
        assert to_hex(side.get_facecolor()) == look.color(role)
    assert side.get_alpha() == 0.1


def test_fields_are_what_is_drawn(figure, numbers):
    for panel in (0, 1):
        points, labels = drawn_classes(figure, panel)
        assert points.tolist() == numbers.points.tolist()
        assert labels.tolist() == numbers.labels.tolist()
    for k, normal in enumerate(numbers.fan):
        start, end = ends(figure, f"fan-{k}")
        assert normal @ (end - start) == pytest.approx(0, abs=1e-12)
        signs = np.sign([normal @ point for point in numbers.points])
        assert numbers.fan_errors[k].tolist() == (signs != numbers.labels).tolist()
    assert numbers.bias_errors.tolist() == [False] * 24
    assert numbers.labels.dtype == np.int64
    assert numbers.points.dtype == numbers.w.dtype == np.float64


def test_points_are_sampled_in_the_order_of_the_prompt(numbers):
    rng = np.random.default_rng(7386)
    for label, centre in ((1, (4.5, 4.5)), (-1, (1.55, 1.6))):
        sampled = rng.normal(centre, 0.7, (12, 2))
        moved = np.linalg.norm(numbers.points[numbers.labels == label] - sampled, axis=1)
        assert np.count_nonzero(moved) == {1: 0, -1: 3}[label]
        assert moved.max() < 0.2
    assert (numbers.w.tolist(), numbers.b) == ([3, 4], -20)


@pytest.mark.parametrize(
    ("gid", "equation"),
    [
        ("without-bias", ["$w^{\\!\\top}\\!x = 0$"]),
        ("with-bias", ["$w^{\\!\\top}\\!x + b = 0$", "$w = (3, 4)$, $b = -20$"]),
    ],
)
def test_line_is_labelled_with_equation_and_errors(figure, gid, equation):
    points, labels = drawn_classes(figure, panel=1)
    count = errors(points, labels, ends(figure, gid)).sum()
    text = by_gid(figure, f"{gid}-words")
    assert text.get_text().split("\n") == [*equation, f"{count} of {len(points)} wrong"]
    assert text.get_color() == by_gid(figure, gid).get_color()
    other = {"without-bias": "with-bias", "with-bias": "without-bias"}[gid]
    assert distance(middle(text), ends(figure, gid)) < distance(middle(text), ends(figure, other))


@PANELS
def test_lines_run_from_edge_to_edge(figure, panel):
    axes = figure.axes[panel]
    for artist in axes.lines:
        if (artist.get_gid() or "").startswith(("fan", "best", "with")):
            start, end = artist.get_xydata()
            assert np.linalg.norm(end - start) == pytest.approx(40, rel=1e-12)
            assert not axes.viewLim.contains(*start) and not axes.viewLim.contains(*end)


@PANELS
def test_panel_shows_every_point_to_one_scale(figure, numbers, panel):
    axes = figure.axes[panel]
    assert (axes.get_xlim(), axes.get_ylim()) == ((-2.7, 6.7), (-2.25, 6.5))
    assert axes.get_aspect() == 1, "perpendicular does not look perpendicular"
    assert all(axes.viewLim.contains(x, y) for x, y in numbers.points)


@PANELS
@pytest.mark.parametrize("role", ROLES)
def test_class_is_labelled_on_its_side(figure, numbers, panel, role):
    name = all_by_gid(figure, f"name-{role}")[panel]
    side = all_by_gid(figure, f"side-{role}")[panel]
    assert name.get_text() == {"positive": "class +1", "negative": "class −1"}[role]
    assert side.get_path().contains_point(middle(name))
    nearest = np.linalg.norm(numbers.points - middle(name), axis=1).argmin()
    assert numbers.labels[nearest] == SIGNS[role]


@PANELS
def test_classes_differ_in_colour_and_marker(figure, panel):
    with look.theme("light"):
        expected = [(look.color("positive"), "o"), (look.color("negative"), "^")]
    clouds = [all_by_gid(figure, f"class-{role}")[panel] for role in ROLES]
    assert [(cloud.get_color(), cloud.get_marker()) for cloud in clouds] == expected
    holes = [all_by_gid(figure, f"errors-{role}")[panel] for role in ROLES]
    assert [(cloud.get_color(), cloud.get_marker()) for cloud in holes] == expected


def test_lines_have_the_colours_of_their_roles(figure):
    with look.theme("light"):
        kernel, reference, grey = (look.color(role) for role in ("kernel", "reference", "cell"))
    assert {dot.get_color() for dot in all_by_gid(figure, "origin")} == {reference}
    assert {by_gid(figure, gid).get_color() for gid in FAN} == {grey}
    lines = [by_gid(figure, gid) for gid in ("best", "without-bias", "with-bias")]
    assert [line.get_color() for line in lines] == [reference, reference, kernel]
    assert [line.get_linestyle() for line in lines] == ["-", "--", "-"]


def test_titles_and_axes(figure):
    left, right = figure.axes
    assert left.get_title("left") == "Without bias: no line separates"
    assert right.get_title("left") == "With bias: a shifted line separates"
    assert [axes.get_xlabel() for axes in figure.axes] == ["$x_1$", "$x_1$"]
    assert [axes.get_ylabel() for axes in figure.axes] == ["$x_2$", ""]
    assert left.get_yticks().tolist() == [-2, 0, 2, 4, 6]
    for value, label in tick_labels(figure):
        assert numbers_in(label) == [value]


def extent(numbers, label):
    """The smallest and largest x1 and x2 of a class (4), rounded to one digit."""
    cloud = numbers.points[numbers.labels == label]
    return np.transpose([cloud.min(axis=0), cloud.max(axis=0)]).round(1).ravel().tolist()


def test_caption_and_alt_numbers_match(prompt, numbers):
    n, fewest = len(numbers.points), numbers.fan_errors.sum(axis=1).min()
    distance = -numbers.b / np.linalg.norm(numbers.w)
    assert numbers_in(prompt.caption) == [0, 1, -1, fewest, n, distance, 0, 0]
    assert numbers_in(prompt.alt) == [len(numbers.fan), fewest, n]


def test_description_numbers_match(prompt, numbers):
    counts = numbers.fan_errors.sum(axis=1).tolist()
    assert numbers_in(prompt.description) == [
        24, 12, -1, *extent(numbers, -1), 12, 1, *extent(numbers, 1),
        6, 30, *counts, min(counts), min(counts), -1, 3, 4, 20, 0, 4, counts[0], 0,
    ]  # fmt: skip
    best = numbers.fan_errors[np.argmin(counts)]
    assert set(numbers.labels[best]) == {-1}


@image_test("bias_vs_nobias_2d")
def test_picture(picture):
    return picture
