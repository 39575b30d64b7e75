"""The numbers that a text states; used by the tests of figures and by facts."""

import re

# Not a number: an index, an exponent, a digit of a name such as l0 or x1.
NUMBER = re.compile(
    r"""(?<![\w^.{]) -?
    (?: [1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)? | \d+(?:\.\d+)? | \.\d+ )
    (?:e-?\d+)? (?![\w.]*\d)""",
    re.VERBOSE,
)


def numerals_in(text: str) -> list[str]:
    """All numbers in a text as they are written, with a hyphen as minus sign."""
    return NUMBER.findall(text.replace("−", "-"))


def numbers_in(text: str) -> list[float]:
    """All numbers in a text, in order of appearance, with their minus signs.

    Thousands may be separated by commas: 90,000.
    """
    return [float(numeral.replace(",", "")) for numeral in numerals_in(text)]
