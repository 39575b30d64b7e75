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
