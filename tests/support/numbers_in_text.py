"""The numbers in a text; used by the tests of figures and by prompt_checks."""

import re

NUMBER = re.compile(
    r"""
    (?<! [\w^.{] )                         # no digit of a name (x1), index or exponent (r^2)
    -?
    (?: [1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?  # 90,000 or 1,234,567.5
      | \d+(?:\.\d+)?                      # 12 or 3.5
      | \.\d+ )                            # .5
    (?: e-?\d+ )?                          # 1e-3
    (?! [\w.]*\d )                         # no part of a longer name, such as 28x28
    """,
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
