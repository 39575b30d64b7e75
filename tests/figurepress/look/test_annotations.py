"""Tests of figurepress.look.annotations."""

import pytest
from matplotlib.figure import Figure

from figurepress import look


@pytest.mark.parametrize(
    ("offset", "horizontal", "vertical"),
    [
        ((5, 0), "left", "center"),
        ((-5, 0), "right", "center"),
        ((0, 7), "center", "bottom"),
        ((0, -7), "center", "top"),
        ((3, -3), "left", "top"),
    ],
)
def test_label_lies_where_the_offset_leads(offset, horizontal, vertical):
    text = look.label(Figure().subplots(), "here", (0, 0), offset)
    assert (text.get_ha(), text.get_va()) == (horizontal, vertical)
    assert (text.xy, text.get_position()) == ((0, 0), offset)


def test_heading_starts_at_its_place_and_lines_follow():
    figure = Figure(figsize=(6, 4))
    look.heading(figure, 1.5, 0.5, "Title", "first", "second")
    title, first, second = figure.texts
    assert title.get_position() == pytest.approx((0.25, 1 - 0.5 / 4))
    assert [text.get_position()[0] for text in (first, second)] == [0.25, 0.25]
    steps = [title.get_position()[1] - text.get_position()[1] for text in (first, second)]
    assert [4 * step for step in steps] == pytest.approx([0.19, 0.38])
    assert [text.get_weight() for text in figure.texts] == [600, "normal", "normal"]
