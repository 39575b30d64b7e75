"""Numbers are read from a text as a reader would read them."""

import pytest

from tests.support.numbers_in_text import numbers_in


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("from -3 to 3.5", [-3, 3.5]),
        ("from −3 to .5", [-3, 0.5]),
        ("90,000 of 1,234,567.5 points", [90_000, 1_234_567.5]),
        ("(0,1), (0,100) and 1, 2", [0, 1, 0, 100, 1, 2]),
        ("1e-3 is 0.001; 2e4.", [0.001, 0.001, 20_000]),
        ("28x28 pixels", []),
        ("x_1, x1, l0, r^2 and $w_{12}$", []),
        ("It ends with 5.", [5]),
    ],
)
def test_numbers_are_read_from_text(text, numbers):
    assert numbers_in(text) == numbers
