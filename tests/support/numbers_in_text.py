"""The numbers in a text; used by the tests of figures and by prompt_checks."""

import re
from collections.abc import Iterable
from itertools import zip_longest

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


class Stated(list[float]):
    """The numbers that a text states; `difference` explains a failed comparison."""

    def difference(self, expected: Iterable[object]) -> str:
        """The first number that is not the expected one, and what to do."""
        pairs = enumerate(zip_longest(self, expected, fillvalue="missing"), start=1)
        place, (number, other) = next(pair for pair in pairs if pair[1][0] != pair[1][1])
        return (
            f"number {place} of these words is {number}, and this test expects {other}; correct "
            f"the words, or the list in this test (the words state {', '.join(map(str, self))})"
        )


def numbers_in(text: str) -> Stated:
    """All numbers in a text, in order of appearance, with their minus signs.

    Thousands may be separated by commas: 90,000.
    """
    return Stated(float(numeral.replace(",", "")) for numeral in numerals_in(text))
