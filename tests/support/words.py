"""The numbers that a caption or an alternative text states."""

import re

# Not a number: an index, an exponent, a digit of a name such as l0 or x1.
NUMBER = re.compile(r"(?<![\w^.{])-?\d+(?:\.\d+)?(?![\w.]*\d)")


def numbers_in(text: str) -> list[float]:
    """All numbers in ``text``, in order of appearance, a leading minus included."""
    return [float(number) for number in NUMBER.findall(text.replace("−", "-"))]
